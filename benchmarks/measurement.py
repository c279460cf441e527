"""One benchmark's result, and how two ways of doing a thing are timed fairly."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal


@dataclass(frozen=True)
class Measurement:
    """Ours against the reference, both in `unit`; `target` is the ratio to reach or stay under."""

    bench: str
    ours: float
    reference: float
    target: float
    better: Literal["lower", "higher"]
    unit: str
    conditions: str

    @property
    def ratio(self) -> float:
        """Ours divided by the reference."""
        return self.ours / self.reference

    def line(self) -> str:
        """The measurement as one line of JSON."""
        return json.dumps(
            {
                "bench": self.bench,
                "ours": float(f"{self.ours:.6g}"),
                "reference": float(f"{self.reference:.6g}"),
                "ratio": float(f"{self.ratio:.4g}"),
                "target": self.target,
                "better": self.better,
                "unit": self.unit,
                "conditions": self.conditions,
            },
            ensure_ascii=False,
        )


def in_turn(
    ours: Callable[[], object],
    reference: Callable[[], object],
    *,
    rounds: int = 5,
    around: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> tuple[float, float]:
    """Median seconds of each, run alternately so that a busy machine slows both alike.

    One round of each comes first, unmeasured, to fill caches. Each round of ours runs inside
    `around`, whose own beginning and end are not measured.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds + 1):
        for times, work, within in zip(
            taken, (ours, reference), (around, nullcontext), strict=True
        ):
            with within():
                start = perf_counter()
                work()
                seconds = perf_counter() - start
            if turn:
                times.append(seconds)
    return median(taken[0]), median(taken[1])
