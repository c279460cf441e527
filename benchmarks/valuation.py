"""One valuation with its working, by the slowest method tried, against its budget."""

from collections.abc import Iterable
from statistics import median
from time import perf_counter
from typing import Any, Final

from benchmarks.measurement import Measurement
from valuation.methods import solve

BUDGET_MS: Final = 5.0
TARGET: Final = 1.0
ROUNDS: Final = 200
MS: Final = 1000
YEARS: Final = " ".join(str(100 + year) for year in range(60))
INPUTS: Final[dict[str, dict[str, Any]]] = {
    "income": {
        "amounts_per": "mu",
        "area_mu": "123.4567",
        "listed_yuan": YEARS,
        "income_yuan": "160",
        "rate": "6.25%",
        "term_years": "70",
        "timing": "mid",
    },
    "comparison": {
        "amounts_per": "m2",
        "area_mu": "7.35",
        "reconciliation": "median",
        "comparables": [
            {"label": f"{number}", "price_yuan": "500", "date_factor": "105/100"}
            for number in range(10)
        ],
    },
    "harvest_value": {
        "amounts_per": "mu",
        "area_mu": "123.4567",
        "final_yuan": "30000",
        "rotation_years": "60",
        "stand_age_years": "1",
        "thinnings": [{"age_years": f"{age}", "income_yuan": "900"} for age in range(20, 50, 5)],
        "costs_yuan": YEARS,
        "rate": "4.5%",
        "timing": "mid",
    },
    "faustmann": {
        "amounts_per": "mu",
        "area_mu": "123.4567",
        "final_yuan": "30000",
        "rotation_years": "30",
        "costs_yuan": "1000 200 100",
        "overhead_yuan": "20",
        "rate": "4.5%",
        "duration": "term",
        "term_years": "47.5",
    },
}


def run() -> Iterable[Measurement]:
    """Milliseconds a valuation, from what a form gives to the result as JSON."""
    slowest, name = max((_milliseconds(name), name) for name in INPUTS)
    yield Measurement(
        bench="valuation_one",
        ours=slowest,
        reference=BUDGET_MS,
        target=TARGET,
        better="lower",
        unit="ms",
        conditions=f"the slowest of {', '.join(INPUTS)} ({name}), with its working as JSON; "
        f"median of {ROUNDS}; the reference is the budget",
    )


def _milliseconds(name: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        solve(name, INPUTS[name]).model_dump_json()
        taken.append(perf_counter() - start)
    return median(taken) * MS
