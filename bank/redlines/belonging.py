"""Whose a red line becomes: from the bundle that it filled to the project that was ordered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.land.polygons import DM2_PER_M2, Shape
from bank.numbers import next_number
from bank.redlines.tables import BundleRedLine, RedLine, RedLineCheck
from bank.zones.conflicts import conflicts, in_order, kept_columns
from database.actor import Actor

LAND: Final = ("name", "wkb", "area_dm2", "min_x", "min_y", "max_x", "max_y", "party_id")
"""What a copy of a red line has in common with it."""
LEAST_M2: Final = 1 / DM2_PER_M2
"""Land that shares less with a line only touches it."""


def remember_source(session: Session, bundle_id: UUID, line: RedLine) -> None:
    """The bundle was prepared from this red line; saying it twice changes nothing."""
    if session.get(BundleRedLine, (bundle_id, line.id)) is None:
        session.add(BundleRedLine(bundle_id=bundle_id, red_line_id=line.id))
        session.flush()


def lines_of_bundle(session: Session, bundle_id: UUID) -> Sequence[RedLine]:
    """The red lines that the bundle was prepared from, in the order of their numbers."""
    return session.scalars(
        select(RedLine)
        .join(BundleRedLine, BundleRedLine.red_line_id == RedLine.id)
        .where(BundleRedLine.bundle_id == bundle_id)
        .order_by(RedLine.number)
    ).all()


def lines_of_project(session: Session, project_id: UUID) -> Sequence[RedLine]:
    """The red lines that belong to the project, in the order of their numbers."""
    return session.scalars(
        select(RedLine).where(RedLine.project_id == project_id).order_by(RedLine.number)
    ).all()


def belong(
    session: Session,
    bundle_id: UUID,
    project_id: UUID,
    *,
    land: Sequence[Shape],
    actor: Actor,
    at: datetime,
) -> list[RedLine]:
    """The red lines that a bundle was prepared from become the project's, and are checked anew.

    `land` is what the bundle orders: a line that holds none of it any more stays out. One that is
    a project's already stays that project's, and a copy with its own number becomes this one's.
    """
    lines = [
        _for_project(session, line, project_id, actor=actor, at=at)
        for line in lines_of_bundle(session, bundle_id)
        if _holds(line, land)
    ]
    session.flush()
    for line in lines:
        keep_check(session, line, at=at)
    return lines


def keep_check(session: Session, line: RedLine, *, at: datetime) -> None:
    """Ask every control layer of the land inside the line; the answers are kept with the moment.

    Of one moment there is one check.
    """
    of_now = (RedLineCheck.red_line_id == line.id, RedLineCheck.checked_at == at)
    if session.scalar(select(RedLineCheck.id).where(*of_now).limit(1)) is not None:
        return
    shape: Shape = shapely.from_wkb(line.wkb)  # type: ignore[assignment]
    session.add_all(
        RedLineCheck(red_line_id=line.id, **kept_columns(answer, at=at))
        for answer in conflicts(session, shape, on=local_date(at))
    )
    session.flush()


def checks_of(session: Session, line: RedLine) -> list[list[RedLineCheck]]:
    """All kept checks, the latest first, each in the order of the layers."""
    rows = session.scalars(
        select(RedLineCheck)
        .where(RedLineCheck.red_line_id == line.id)
        .order_by(RedLineCheck.checked_at.desc())
    )
    found: dict[datetime, dict[str, RedLineCheck]] = {}
    for row in rows:
        found.setdefault(row.checked_at, {})[row.layer] = row
    return [[by_layer[layer] for layer in in_order(by_layer)] for by_layer in found.values()]


def _for_project(
    session: Session, line: RedLine, project_id: UUID, *, actor: Actor, at: datetime
) -> RedLine:
    if line.project_id is None:
        line.project_id = project_id
        return line
    copy = RedLine(
        number=next_number(session, "L", at),
        project_id=project_id,
        drawn_by=actor.id,
        created_at=at,
        **{name: getattr(line, name) for name in LAND},
    )
    session.add(copy)
    return copy


def _holds(line: RedLine, land: Sequence[Shape]) -> bool:
    shape = shapely.from_wkb(line.wkb)
    shapely.prepare(shape)
    shared = shapely.area(shapely.intersection(shape, list(land)))
    return bool((shared > LEAST_M2).any())
