"""How a value answers to its rate, prices and term: each varied alone, all else as it was."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import BaseModel, JsonValue

from database.refusals import Refusal
from valuation import methods
from valuation.methods import FieldSpec, Valuation
from valuation.methods.arithmetic import exactly, shown
from valuation.methods.quantities import RATE_DECIMALS, YEAR_DECIMALS
from valuation.refusals import BadInputs, NothingVaried

Driver = Literal["rate", "price", "term"]
DRIVERS: Final[tuple[Driver, ...]] = ("rate", "price", "term")
STEPS: Final = (-20, -15, -10, -5, 0, 5, 10, 15, 20)
"""Per cent by which each is varied."""
NO_ONE_ZH: Final = "各方法的结果无法按所选方式归为一个值"
MILLION: Final = 1_000_000

VARIED: Final[Mapping[str, Mapping[Driver, tuple[str, ...]]]] = MappingProxyType(
    {
        "income": {
            "rate": ("rate",), "price": ("income_yuan", "listed_yuan"), "term": ("term_years",),
        },
        "cost": {
            "rate": ("interest_rate",), "price": ("acquisition_yuan", "development_yuan"),
            "term": ("term_years",),
        },
        "comparison": {"price": ("comparables.price_yuan",)},
        "benchmark": {
            "rate": ("land_rate",), "price": ("benchmark_yuan",), "term": ("remaining_years",),
        },
        "residual": {
            "rate": ("interest_rate",), "price": ("building_price_yuan",),
            "term": ("development_years",),
        },
        "term": {"rate": ("to_rate",), "price": ("price_yuan",), "term": ("to_years",)},
        "replacement": {"rate": ("rate",), "price": ("costs_yuan",)},
        "stumpage": {"price": ("assortments.price_yuan",)},
        "harvest_value": {
            "rate": ("rate",), "price": ("final_yuan", "thinnings.income_yuan"),
            "term": ("rotation_years",),
        },
        "woodland_income": {
            "rate": ("rate",), "price": ("income_yuan",), "term": ("rotation_years",),
        },
        "annuity": {"rate": ("rate",), "price": ("income_yuan",)},
        "faustmann": {
            "rate": ("rate",), "price": ("final_yuan", "thinnings.income_yuan"),
            "term": ("term_years", "rotation_years"),
        },
        "house": {"price": ("replacement_yuan",)},
        "leasehold": {
            "rate": ("rate",), "price": ("market_rent_yuan",), "term": ("term_years",),
        },
    }
)  # fmt: skip
"""The fields of each method that are its rate, its prices and its term.

All prices are varied together; of several rates or terms, the first that is given.
"""


class Refused(BaseModel, frozen=True):
    """Why the method gives no value there."""

    code: str
    message_zh: str
    message_en: str


class Point(BaseModel, frozen=True):
    """The value where one driver is varied by `percent`; without a value there is a refusal.

    `given` is the varied input as decimal text, "" where several are varied together; `difference`
    is how far it lies from the input as it was: percentage points of a rate, years of a term.
    `change_ppm` is against the value as it is, in millionths.
    """

    percent: int
    given: str
    difference: str
    value_fen: int | None
    change_ppm: int | None
    refused: Refused | None = None


class Line(BaseModel, frozen=True):
    """One driver and the values along it, from the lowest to the highest."""

    driver: Driver
    fields: tuple[str, ...]
    label_zh: str
    label_en: str
    unit_zh: str
    unit_en: str
    points: tuple[Point, ...]

    @property
    def span_ppm(self) -> int:
        """How far the value moves between the lowest and the highest, in millionths."""
        found = [each.change_ppm for each in self.points if each.change_ppm is not None]
        return max(found) - min(found)


class Sensitivity(BaseModel, frozen=True):
    """A value and its lines, one for each driver that the method has; `method` "" is of several."""

    method: str
    value_fen: int
    lines: tuple[Line, ...]

    @property
    def strongest(self) -> Line:
        """The line along which the value moves most."""
        return max(self.lines, key=lambda line: line.span_ppm)


def sensitivity(
    method: str, inputs: Mapping[str, object], *, steps: Sequence[int] = STEPS
) -> Sensitivity:
    """The method's value against its rate, prices and term; `steps` are per cent, above −100.

    Where the method refuses the varied input the point says so. Refuses: what the method refuses
    of the inputs as they are; NothingVaried, if it has none of the three.
    """
    found = lines_of(method, inputs, steps=steps)
    if not found.lines:
        raise NothingVaried.at("", method=method)
    return found


def lines_of(
    method: str, inputs: Mapping[str, object], *, steps: Sequence[int] = STEPS
) -> Sensitivity:
    """As `sensitivity`, but a method that has none of the three comes without lines."""
    base = methods.compute(method, inputs)
    specs = {each.name: each for each in methods.fields(method)}
    told = {
        driver: _given(base.inputs, driver, names)
        for driver, names in VARIED.get(method, {}).items()
    }
    lines = tuple(
        _line(base, driver, fields, specs, steps) for driver, fields in told.items() if fields
    )
    return Sensitivity(method=method, value_fen=base.value_fen, lines=lines)


def reconciled(
    parts: Sequence[Sensitivity], reconcile: Callable[[Sequence[int]], int]
) -> Sensitivity:
    """The one value of several methods: a driver is varied in all that have it, the rest stay.

    `parts` were made with the same steps; `reconcile` makes one value of the methods' values. A
    point that any method refuses is refused. A method with nothing to vary comes without lines.
    """
    base = reconcile([each.value_fen for each in parts])
    lines = []
    for driver in DRIVERS:
        rows = [next((r for r in part.lines if r.driver == driver), None) for part in parts]
        first = next((row for row in rows if row), None)
        if first is None:
            continue
        points = []
        for place, model in enumerate(first.points):
            found = [row.points[place] if row else None for row in rows]
            points.append(_joined(base, parts, found, reconcile, model.percent))
        only = first if sum(row is not None for row in rows) == 1 else None
        lines.append(
            Line(
                driver=driver,
                fields=(),
                label_zh=only.label_zh if only else "",
                label_en=only.label_en if only else "",
                unit_zh="",
                unit_en="",
                points=tuple(points),
            )
        )
    return Sensitivity(method="", value_fen=base, lines=tuple(lines))


def _joined(
    base: int,
    parts: Sequence[Sensitivity],
    found: Sequence[Point | None],
    reconcile: Callable[[Sequence[int]], int],
    percent: int,
) -> Point:
    refused = next((each.refused for each in found if each and each.refused), None)
    values = [
        part.value_fen if point is None or point.value_fen is None else point.value_fen
        for part, point in zip(parts, found, strict=True)
    ]
    value = None
    if refused is None:
        try:
            value = reconcile(values)
        except Refusal as refusal:
            refused = Refused(code=refusal.code, message_zh=NO_ONE_ZH, message_en=refusal.message)
    return Point(
        percent=percent,
        given="",
        difference="",
        value_fen=value,
        change_ppm=None if value is None else _change(value, base),
        refused=refused,
    )


def _given(
    inputs: Mapping[str, JsonValue], driver: Driver, names: Sequence[str]
) -> tuple[str, ...]:
    """Those fields that the inputs have: all prices, of rates and terms the first."""
    found = tuple(name for name in names if inputs.get(name.partition(".")[0]))
    return found if driver == "price" else found[:1]


def _line(
    base: Valuation,
    driver: Driver,
    fields: tuple[str, ...],
    specs: Mapping[str, FieldSpec],
    steps: Sequence[int],
) -> Line:
    head, _, column = fields[0].partition(".")
    spec = specs[head]
    if column:
        spec = next(each for each in spec.columns if each.name == column)
    return Line(
        driver=driver,
        fields=fields,
        label_zh=spec.label_zh,
        label_en=spec.label_en,
        unit_zh=spec.unit_zh,
        unit_en=spec.unit_en,
        points=tuple(_point(base, driver, fields, spec, step) for step in sorted({0, *steps})),
    )


@exactly
def _point(
    base: Valuation, driver: Driver, fields: tuple[str, ...], spec: FieldSpec, percent: int
) -> Point:
    factor = Decimal(100 + percent) / 100
    inputs: dict[str, Any] = dict(base.inputs)
    for path in fields:
        head, _, column = path.partition(".")
        inputs[head] = _varied(base.inputs[head], column, factor, driver, spec)
    told, moved = "", ""
    if len(fields) == 1 and isinstance(base.inputs[fields[0].partition(".")[0]], str | int):
        was, now = Decimal(str(base.inputs[fields[0]])), Decimal(str(inputs[fields[0]]))
        told = shown(now)
        moved = shown((now - was) * 100 if driver == "rate" else now - was)
    try:
        value = methods.compute(base.method, inputs).value_fen
    except BadInputs as refusal:
        why = refusal.problems[0]
        refused = Refused(code=why.code, message_zh=why.message_zh, message_en=why.message_en)
        return Point(
            percent=percent, given=told, difference=moved, value_fen=None, change_ppm=None,
            refused=refused,
        )  # fmt: skip
    return Point(
        percent=percent,
        given=told,
        difference=moved,
        value_fen=value,
        change_ppm=_change(value, base.value_fen),
    )


def _varied(value: Any, column: str, factor: Decimal, driver: Driver, spec: FieldSpec) -> Any:
    """The input times the factor; of a list every entry, of rows the column."""
    if isinstance(value, list):
        return [
            dict(each) | {column: _varied(each[column], "", factor, driver, spec)}
            if column
            else _varied(each, "", factor, driver, spec)
            for each in value
        ]
    product = Decimal(str(value)) * factor
    if spec.kind == "integer":
        return int(product.to_integral_value())
    if driver == "price":
        return f"{product:f}"
    places = RATE_DECIMALS if driver == "rate" else YEAR_DECIMALS
    return f"{product.quantize(Decimal(1).scaleb(-places)):f}"


def _change(value_fen: int, base_fen: int) -> int:
    return round(Decimal(value_fen - base_fen) * MILLION / base_fen)
