"""The land check of a project: what the control zones say of all its land, kept at its acts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits.tables import Deposit, PartColumns
from bank.land.polygons import Shape
from bank.projects.lifecycle import Act
from bank.projects.tables import Project, ProjectLandCheck
from bank.zones.conflicts import (
    Effect,
    Result,
    ZoneAnswer,
    conflicts,
    conflicts_of,
    in_order,
    kept_columns,
)

Piece = tuple[Deposit, PartColumns | None]
"""A deposit of the project, and what of it goes along where a red line cuts it."""


def keep_land_check(
    session: Session, project: Project, pieces: Sequence[Piece], *, act: Act, at: datetime
) -> list[ProjectLandCheck]:
    """Ask every control layer of the project's land, and keep the answers with the act.

    Nothing is refused: what a zone forbids was refused at the deposit; what has changed since is
    for the departments to see. Land that lies nowhere any more is left out.
    """
    kept = [
        ProjectLandCheck(project_id=project.id, act=act, **kept_columns(answer, at=at))
        for answer in _answers(session, pieces, at)
    ]
    session.add_all(kept)
    session.flush()
    return kept


def latest_land_check(session: Session, project: Project) -> Sequence[ProjectLandCheck]:
    """What was kept at the project's last act that asked, in the order of the layers."""
    kept = session.scalars(
        select(ProjectLandCheck)
        .where(ProjectLandCheck.project_id == project.id)
        .order_by(ProjectLandCheck.checked_at.desc())
    ).all()
    last = [check for check in kept if check.act is kept[0].act]
    by_layer = {check.layer: check for check in last}
    return [by_layer[layer] for layer in in_order(by_layer)]


def shapes_of_pieces(pieces: Sequence[Piece]) -> list[Shape]:
    """The land of the project, piece by piece; what lies nowhere any more is left out."""
    return [_shape(deposit, part) for deposit, part in _placed(pieces)]


def _placed(pieces: Sequence[Piece]) -> list[Piece]:
    return [
        (deposit, part)
        for deposit, part in pieces
        if part is not None or deposit.asset.parcel is not None
    ]


def _answers(session: Session, pieces: Sequence[Piece], at: datetime) -> list[ZoneAnswer]:
    on = local_date(at)
    shapes = shapes_of_pieces(pieces)
    kinds = [deposit.asset.kind.value for deposit, _ in _placed(pieces)]
    if not shapes:
        return []
    together = conflicts(session, shapes, on=on)
    each = conflicts_of(session, shapes, on=on, asset_kinds=kinds)
    layers = [[answer, *(answers[n] for answers in each)] for n, answer in enumerate(together)]
    return [
        replace(_all_told(asked), effect=_strictest([one.effect for one in asked]))
        for asked in layers
    ]


def _all_told(asked: Sequence[ZoneAnswer]) -> ZoneAnswer:
    """A layer's answer for all land together, the first, unless one deposit alone says worse.

    A strip that is a sliver of the whole may be much of one deposit: that is not clear.
    """
    conflicting = [answer for answer in asked if answer.result is Result.CONFLICT]
    return max(conflicting, key=attrgetter("area_dm2"), default=asked[0])


def _shape(deposit: Deposit, part: PartColumns | None) -> Shape:
    wkb = part.wkb if part is not None else deposit.asset.parcel.wkb  # type: ignore[union-attr]
    shape: Shape = shapely.from_wkb(wkb)  # type: ignore[assignment]
    return shape


def _strictest(effects: Sequence[Effect]) -> Effect:
    return min(effects, key=list(Effect).index)
