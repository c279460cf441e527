"""Mass appraisal (批量评估): the benchmark method over columns of parcels, exact to the fen.

Every figure is a decimal of few places, so a column holds whole numbers and how many places they
have. The product is first taken in binary floating point, whose error is bounded; only where that
bound leaves the rounding open is it taken again in whole numbers. A row that the method would
refuse, or might, is given to the method itself, so a value or a refusal is always the method's own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import prod
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from valuation import methods
from valuation.methods.land import benchmark
from valuation.parameters.refusals import NoSuchRow
from valuation.refusals import BadInputs
from valuation.sensitivity import Refused

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Basis = Literal["m2", "mu", "ha"]
Progress = Callable[[int, int], None]

CHUNK: Final = 16_384
"""Rows at a time: their columns stay in the processor's cache."""
FEN_PER_DM2: Final[Mapping[Basis, tuple[int, int]]] = {"m2": (1, 0), "mu": (15, 4), "ha": (1, 4)}
"""Fen by which a yuan a unit is multiplied for each dm²: a whole number and its places."""
MU_PER_DM2: Final = Decimal("0.000015")
ERROR: Final = 2.0**-48
"""Bound of the relative error of a dozen products in binary floating point, with room to spare."""
SAFE: Final = 2**53
"""Whole numbers up to here are exact in a float."""
ROOM: Final = 2**62
DIGITS: Final = 45
"""The method computes with 50 digits; longer products than this are left to it."""
GREATEST_FACTOR: Final = 100
NO_PRICE: Final = Refused(
    code=NoSuchRow.code,
    message_zh="参数表中没有该乡镇、地类的基准地价",
    message_en="the table has no benchmark price for this town and class",
)


@dataclass(frozen=True, slots=True)
class Column:
    """Decimals of one column: `whole` / 10^`places`, with the least and the greatest of `whole`."""

    whole: Floats
    places: int
    least: int
    greatest: int

    @classmethod
    def of(cls, figures: Iterable[Decimal | int]) -> "Column":
        """From decimals, exactly. Raises ValueError if they are too long for a column."""
        decimals = [Decimal(each) for each in figures]
        places = max((_places(each) for each in decimals), default=0)
        whole = [int(each.scaleb(places)) for each in decimals]
        least, greatest = min(whole, default=0), max(whole, default=0)
        if max(-least, greatest) > SAFE:
            raise ValueError("figures of too many digits for a column")
        return cls(np.array(whole, dtype=np.float64), places, least, greatest)

    def text(self, row: int) -> str:
        """One figure as decimal text."""
        return f"{Decimal(int(self.whole[row])).scaleb(-self.places).normalize():f}"


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("not a number")
    return max(0, -exponent)


@dataclass(frozen=True, slots=True)
class Parcels:
    """Columns of one length; `price_row` tells which of `prices` (yuan a `basis`) is a parcel's.

    −1 there means that the table has none. `corrections` are K, `date_factor`,
    `plot_ratio_factor` and `term_factor` T, Kr and y of the benchmark method.
    """

    area_dm2: Wholes
    prices: Column
    price_row: Wholes
    corrections: Sequence[Column] = ()
    date_factor: Column | None = None
    plot_ratio_factor: Column | None = None
    term_factor: Column | None = None
    basis: Basis = "m2"

    def inputs(self, row: int) -> dict[str, Any]:
        """One parcel's inputs of the benchmark method."""
        told: dict[str, Any] = {
            "amounts_per": self.basis,
            "area_mu": f"{int(self.area_dm2[row]) * MU_PER_DM2:f}",
            "benchmark_yuan": self.prices.text(int(self.price_row[row])),
            "coefficients": [{"share": each.text(row)} for each in self.corrections],
        }
        for name in ("date_factor", "plot_ratio_factor", "term_factor"):
            column: Column | None = getattr(self, name)
            if column is not None:
                told[name] = column.text(row)
        return told


@dataclass(frozen=True, slots=True)
class Valued:
    """Fen for each parcel, 0 where `refused` says why there is none."""

    value_fen: Wholes
    refused: dict[int, Refused] = field(default_factory=dict)


def appraise(parcels: Parcels, *, progress: Progress = lambda done, total: None) -> Valued:
    """Value every parcel exactly as the benchmark method values it alone.

    `progress(done, total)` is called after each chunk of rows.
    """
    total = len(parcels.area_dm2)
    valued = Valued(np.zeros(total, dtype=np.int64))
    work = _Work(parcels)
    for first in range(0, total, CHUNK):
        part = slice(first, min(first + CHUNK, total))
        for row in work.value(part, valued.value_fen):
            _alone(parcels, row, valued)
        progress(part.stop, total)
    return valued


def _alone(parcels: Parcels, row: int, valued: Valued) -> None:
    if parcels.price_row[row] < 0:
        valued.value_fen[row] = 0
        valued.refused[row] = NO_PRICE
        return
    try:
        found = methods.compute(benchmark.NAME, parcels.inputs(row))
        valued.value_fen[row] = found.value_fen
    except BadInputs as refusal:
        why = refusal.problems[0]
        valued.value_fen[row] = 0
        valued.refused[row] = Refused(
            code=why.code, message_zh=why.message_zh, message_en=why.message_en
        )


class _Work:
    """The product over chunks of rows."""

    def __init__(self, parcels: Parcels) -> None:
        self.parcels = parcels
        self.factors = [
            each
            for each in (parcels.date_factor, parcels.plot_ratio_factor, parcels.term_factor)
            if each is not None
        ]
        times, places = FEN_PER_DM2[parcels.basis]
        self.times = times
        self.kept = max((each.places for each in parcels.corrections), default=0)
        """The places of 1 + ΣK."""
        self.places = (
            places + parcels.prices.places + self.kept + sum(each.places for each in self.factors)
        )
        self.scale = times / 10.0**self.places
        columns = [parcels.prices, *self.factors]
        spans = [max(1, abs(each.least), abs(each.greatest)) for each in columns]
        longest = prod(spans) * (10 ** (self.kept + 1)) * 10**12
        self.left = len(str(longest)) > DIGITS
        self.suspect = any(
            column.least <= 0 or column.greatest > GREATEST_FACTOR * 10**column.places
            for column in self.factors
        ) or any(
            max(-column.least, column.greatest) > 10**column.places
            for column in parcels.corrections
        )

    def value(self, part: slice, values: Wholes) -> list[int]:
        """Value the rows; gives back those that only the method can judge."""
        if self.left:
            return list(range(part.start, part.stop))
        parcels = self.parcels
        area, chosen = parcels.area_dm2[part], parcels.price_row[part]
        corrected = self._corrected(part)
        product = parcels.prices.whole.take(chosen, mode="wrap")
        product *= area
        if corrected is not None:
            product *= corrected
        for column in self.factors:
            product *= column.whole[part]
        product *= self.scale
        rounded = np.rint(product)
        unsafe = product < 0.5 + ERROR
        unsafe |= product >= SAFE
        if self.suspect or int(area.min()) <= 0 or int(chosen.min()) < 0:
            unsafe |= self._suspects(part, corrected)
        elif parcels.prices.least <= 0:
            unsafe |= parcels.prices.whole[chosen] <= 0
        if corrected is not None and float(corrected.min()) <= 0:
            unsafe |= corrected <= 0
        beyond = np.abs(product - rounded)
        product *= ERROR
        beyond += product
        values[part] = rounded
        near = beyond >= 0.5
        if unsafe.any():
            near &= ~unsafe
        if near.any():
            self._exactly(np.flatnonzero(near) + part.start, values)
        return [int(row) + part.start for row in np.flatnonzero(unsafe)]

    def _corrected(self, part: slice) -> Floats | None:
        """1 + ΣK as whole numbers of `kept` places."""
        total: Floats | None = None
        for column in self.parcels.corrections:
            term = column.whole[part]
            if column.places < self.kept:
                term = term * 10.0 ** (self.kept - column.places)
            total = term + 10.0**self.kept if total is None else total + term
        return total

    def _suspects(self, part: slice, corrected: Floats | None) -> NDArray[np.bool_]:
        """Rows with anything that a field of the method would not take."""
        parcels = self.parcels
        chosen = parcels.price_row[part]
        found = (parcels.area_dm2[part] <= 0) | (chosen < 0)
        found |= parcels.prices.whole.take(chosen, mode="wrap") <= 0
        for column in self.factors:
            whole = column.whole[part]
            found |= (whole <= 0) | (whole > GREATEST_FACTOR * 10.0**column.places)
        for column in parcels.corrections:
            found |= np.abs(column.whole[part]) > 10.0**column.places
        return found

    def _exactly(self, rows: NDArray[np.intp], values: Wholes) -> None:
        """Where the rounding was left open: the product in whole numbers, rounded half to even."""
        parcels = self.parcels
        columns = [
            parcels.area_dm2[rows],
            parcels.prices.whole[parcels.price_row[rows]].astype(np.int64),
            *(column.whole[rows].astype(np.int64) for column in self.factors),
        ]
        if parcels.corrections:
            kept = np.full(len(rows), 10**self.kept, dtype=np.int64)
            for each in parcels.corrections:
                up = 10 ** (self.kept - each.places)
                kept += each.whole[rows].astype(np.int64) * up
            columns.append(kept)
        if self.times * prod(int(each.max()) for each in columns) < ROOM:
            product = np.multiply.reduce(np.array(columns)) * self.times
            values[rows] = _half_even(product, 10**self.places)
            return
        for place, row in enumerate(rows):
            exact = self.times * prod(int(each[place]) for each in columns)
            down, rest = divmod(exact, 10**self.places)
            twice, whole = 2 * rest, 10**self.places
            values[row] = down + (twice > whole or (twice == whole and down % 2 == 1))


def _half_even(numbers: Wholes, divisor: int) -> Wholes:
    down, rest = np.divmod(numbers, divisor)
    twice = rest * 2
    up = (twice > divisor) | ((twice == divisor) & (down % 2 == 1))
    rounded: Wholes = down + up
    return rounded
