"""Recomputing an appraisal from what is stored of it, naming what comes out otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from database.refusals import Refusal
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.reconciling import reconcile
from valuation.appraisals.tables import Appraisal, MethodResult
from valuation.methods import Valuation, compute

CHUNK: Final = 500
"""How many appraisals are read at a time when all are recomputed."""


class Part(StrEnum):
    """What of an appraisal came out otherwise than it is stored."""

    VALUE = "value"
    WORKING = "working"
    INPUTS = "inputs"
    REFUSED = "refused"
    RECONCILIATION = "reconciliation"


@dataclass(frozen=True)
class Difference:
    """One thing that differs: of which method (none: the one value of all), stored and computed."""

    method: str | None
    part: Part
    stored: str
    computed: str


@dataclass(frozen=True)
class MethodRecomputed:
    """One method's value as it is stored and as it comes out now; None where it is refused."""

    method: str
    stored_fen: int
    computed_fen: int | None


@dataclass(frozen=True)
class Recomputed:
    """An appraisal computed once more; it matches if nothing differs."""

    number: str
    results: tuple[MethodRecomputed, ...]
    stored_fen: int | None
    computed_fen: int | None
    differences: tuple[Difference, ...]

    @property
    def matches(self) -> bool:
        """Whether all of it came out the same."""
        return not self.differences


def recompute(appraisal: Appraisal) -> Recomputed:
    """Every method from its stored inputs, and the one value from the values that come out.

    Compared are inputs, each step's formula, figure and unit, and the values to the fen; the names
    of steps are not: a later release may word them better. A draft has no one value yet. Refuses
    nothing: what a method refuses now is a difference.
    """
    results: list[MethodRecomputed] = []
    differences: list[Difference] = []
    for stored in appraisal.results:
        fresh = _computed(stored)
        fen = fresh.value_fen if isinstance(fresh, Valuation) else None
        results.append(MethodRecomputed(stored.method, stored.value_fen, fen))
        differences += _differences(stored, fresh)
    value_fen = _reconciled(appraisal, [each.computed_fen for each in results])
    if isinstance(value_fen, Refusal) or value_fen != appraisal.value_fen:
        differences.append(
            Difference(None, Part.RECONCILIATION, _told(appraisal.value_fen), _told(value_fen))
        )
    return Recomputed(
        number=appraisal.number,
        results=tuple(results),
        stored_fen=appraisal.value_fen,
        computed_fen=value_fen if isinstance(value_fen, int) else None,
        differences=tuple(differences),
    )


def recompute_all(session: Session) -> Iterator[Recomputed]:
    """Every appraisal that has a value, in the order of their numbers."""
    wanted = (
        select(Appraisal)
        .where(Appraisal.value_fen.is_not(None), Appraisal.stage != Stage.WITHDRAWN)
        .options(selectinload(Appraisal.results))
        .order_by(Appraisal.number)
        .execution_options(yield_per=CHUNK)
    )
    for appraisal in session.scalars(wanted):
        yield recompute(appraisal)


def _computed(stored: MethodResult) -> Valuation | Refusal:
    try:
        return compute(stored.method, stored.inputs)
    except Refusal as refusal:
        return refusal


def _differences(stored: MethodResult, fresh: Valuation | Refusal) -> Iterator[Difference]:
    method = stored.method
    if isinstance(fresh, Refusal):
        yield Difference(method, Part.REFUSED, _told(stored.value_fen), _told(fresh))
        return
    if fresh.value_fen != stored.value_fen:
        yield Difference(method, Part.VALUE, _told(stored.value_fen), _told(fresh.value_fen))
    if fresh.inputs != stored.inputs:
        yield Difference(method, Part.INPUTS, *_first_apart(stored.inputs, fresh.inputs))
    kept = [_line(step) for step in stored.working]
    now = [_line(step.model_dump(mode="json")) for step in fresh.working]
    if kept != now:
        yield Difference(method, Part.WORKING, *_first_line_apart(kept, now))


def _line(step: Mapping[str, Any]) -> str:
    parts = (step.get("formula"), "=", step.get("figure"), step.get("unit"))
    return " ".join(str(part) for part in parts if part)


def _first_line_apart(kept: Sequence[str], now: Sequence[str]) -> tuple[str, str]:
    for old, new in zip(kept, now, strict=False):
        if old != new:
            return old, new
    return f"{len(kept)} steps", f"{len(now)} steps"


def _first_apart(kept: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str]:
    name = min(each for each in kept.keys() | now.keys() if kept.get(each) != now.get(each))
    return f"{name}: {kept.get(name)}", f"{name}: {now.get(name)}"


def _reconciled(appraisal: Appraisal, values: Sequence[int | None]) -> int | Refusal | None:
    """The one value of what came out; where a method refuses, of what is stored for it."""
    if appraisal.reconciliation is None:
        return None
    results = appraisal.results
    known = [
        each.value_fen if value is None else value
        for each, value in zip(results, values, strict=True)
    ]
    weights = [each.weight_ppm for each in results if each.weight_ppm is not None] or None
    try:
        return reconcile(known, appraisal.reconciliation, weights)
    except Refusal as refusal:
        return refusal


def _told(value: int | Refusal | None) -> str:
    if isinstance(value, Refusal):
        return type(value).__name__
    return "" if value is None else f"{value} fen"
