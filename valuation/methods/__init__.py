"""Owns the register of valuation methods: what there is, the fields of each, and computing one.

A method is one module with a frozen parameter model, a pure `compute` and a `METHOD`; listing the
module below registers it. They lie in folders: land, woodland, house, deals, ecology. Arithmetic
is decimal throughout (50 digits), money is rounded once, at the end, half to even, to whole fen.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from valuation.methods.annuity import Timing
from valuation.methods.arithmetic import yuan
from valuation.methods.deals import (
    dscr,
    equity,
    fnpv,
    irr,
    payback,
    rent,
    swap,
    waterfall,
    xirr,
)
from valuation.methods.deals.equity import basis_points
from valuation.methods.deals.swap import SwapSide, swap_difference
from valuation.methods.ecology import hydropower, ls_factor
from valuation.methods.house import condition, house, leasehold
from valuation.methods.land import benchmark, comparison, cost, income, residual, term
from valuation.methods.parameters import Choice, FieldSpec, fields_of
from valuation.methods.problems import refusal_for
from valuation.methods.result import Method, Result, Step, Valuation
from valuation.methods.woodland import (
    capitalised,
    faustmann,
    harvest,
    income as woodland_income,
    replacement,
    stumpage,
)
from valuation.refusals import NoMoney, UnknownMethod

__all__ = [
    "METHODS",
    "Choice",
    "FieldSpec",
    "Method",
    "Result",
    "Step",
    "SwapSide",
    "Timing",
    "Valuation",
    "basis_points",
    "compute",
    "fields",
    "get_method",
    "rent_from_value",
    "solve",
    "swap_difference",
]

_LISTED: Final = (
    income, cost, comparison, benchmark, residual, term,
    replacement, stumpage, harvest, woodland_income, capitalised, faustmann,
    house, condition, leasehold,
    rent, swap, equity, irr, xirr, fnpv, payback, dscr, waterfall,
    ls_factor, hydropower,
)  # fmt: skip
METHODS: Final[Mapping[str, Method[Any]]] = MappingProxyType(
    {each.NAME: each.METHOD for each in _LISTED}
)


def get_method(name: str) -> Method[Any]:
    """The method of that name. Refuses: UnknownMethod."""
    if name not in METHODS:
        raise UnknownMethod(f"no valuation method is called {name!r}", field="method", method=name)
    return METHODS[name]


def fields(name: str) -> list[FieldSpec]:
    """The fields a form for the method has, in order. Refuses: UnknownMethod."""
    return fields_of(get_method(name).parameters)


def solve(name: str, inputs: Mapping[str, object]) -> Result:
    """Compute a method from its inputs as a form or a JSON body gives them.

    An empty text or None counts as not given; empty rows at the end of a list are dropped.
    Refuses: UnknownMethod; BadInputs, or the subclass that names a single problem.
    """
    method = get_method(name)
    try:
        parameters = method.parameters.model_validate(_filled(inputs))
    except ValidationError as error:
        raise refusal_for(error) from None
    return method.compute(parameters)


def compute(name: str, inputs: Mapping[str, object]) -> Valuation:
    """`solve`, of a method whose result is money. Refuses as it does; NoMoney."""
    result = solve(name, inputs)
    if not isinstance(result, Valuation):
        raise NoMoney.at("method", method=name)
    return result


def rent_from_value(
    value_fen: int,
    *,
    rate: Decimal,
    term_years: Decimal | int,
    timing: Timing = "end",
    growth_rate: Decimal = Decimal(0),
) -> int:
    """The first year's rent in fen that a value in fen stands for (method `rent`).

    Refuses as `compute` does: no years, a negative or absurd rate, a value not above zero.
    """
    inputs = {
        "value_yuan": yuan(value_fen),
        "rate": rate,
        "term_years": term_years,
        "timing": timing,
        "growth_rate": growth_rate,
    }
    return compute(rent.NAME, inputs).value_fen


def _filled(inputs: Mapping[str, object]) -> dict[str, object]:
    """The inputs that were given. Lists lose only the empties at their end: no entry moves up."""
    given: dict[str, object] = {}
    for name, value in inputs.items():
        if isinstance(value, list | tuple):
            entries = [_filled(each) if isinstance(each, Mapping) else each for each in value]
            while entries and _is_empty(entries[-1]):
                entries.pop()
            given[name] = entries
        elif not _is_empty(value):
            given[name] = value
    return given


def _is_empty(value: object) -> bool:
    return value is None or value == {} or (isinstance(value, str) and not value.strip())
