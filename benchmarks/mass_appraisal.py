"""Mass appraisal of 100,000 parcels by benchmark prices, against a numpy expression."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.measurement import Measurement, in_turn
from valuation.mass import Column, Parcels, appraise

PARCELS: Final = 100_000
PRICES: Final = 105
TARGET: Final = 3.0
ROUNDS: Final = 15
MS: Final = 1000


def run() -> Iterable[Measurement]:
    """Milliseconds for all parcels, from columns in memory to whole fen."""
    parcels = _parcels()
    prices, share, date, ratio, term = (
        column.whole / 10.0**column.places
        for column in (
            parcels.prices,
            parcels.corrections[0],
            parcels.date_factor or parcels.prices,
            parcels.plot_ratio_factor or parcels.prices,
            parcels.term_factor or parcels.prices,
        )
    )

    def plain() -> NDArray[np.int64]:
        values = prices[parcels.price_row] * (1 + share) * date * ratio * term * parcels.area_dm2
        return np.rint(values).astype(np.int64)

    ours, reference = in_turn(lambda: appraise(parcels), plain, rounds=ROUNDS)
    wrong = int((appraise(parcels).value_fen != plain()).sum())
    yield Measurement(
        bench="mass_appraisal",
        ours=ours * MS,
        reference=reference * MS,
        target=TARGET,
        better="lower",
        unit="ms",
        conditions=f"{PARCELS} parcels, {PRICES} prices of two decimals, one correction and three "
        "factors of two to four decimals, columns in memory; ours is exact to the fen and checks "
        "every row, the reference is a numpy expression in binary floating point, "
        f"{wrong} fen off in this run; median of {ROUNDS}",
    )


def _parcels() -> Parcels:
    chance = np.random.default_rng(330523)

    def column(low: int, high: int, places: int, size: int = PARCELS) -> Column:
        return Column.of(
            Decimal(int(each)).scaleb(-places) for each in chance.integers(low, high, size)
        )

    return Parcels(
        area_dm2=chance.integers(2_000, 5_000_000, PARCELS),
        prices=column(2_000, 65_000, 2, PRICES),
        price_row=chance.integers(0, PRICES, PARCELS),
        corrections=[column(-1_500, 1_500, 4)],
        date_factor=column(90, 115, 2),
        plot_ratio_factor=column(700, 1_600, 3),
        term_factor=column(6_000, 10_000, 4),
    )
