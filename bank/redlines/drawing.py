"""Red lines that were drawn: keeping them, whose they are, and bundling what they collect."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, cast
from uuid import UUID

import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import rules
from bank.authority import require_party
from bank.calendar import local_date
from bank.catalogue import bundling
from bank.catalogue.tables import Bundle
from bank.deposits.parts import part_inside
from bank.deposits.records import get_deposit
from bank.land import polygons
from bank.land.corners import refuse_too_many
from bank.land.divisions import find_county_outline
from bank.land.files.reading import open_source, rows
from bank.land.polygons import Shape, area_dm2
from bank.land.refusals import AreaDisagrees, NotAPolygon, PartTooSmall, TooManyCorners
from bank.numbers import next_number
from bank.orders.refusals import OwnDeposit
from bank.redlines.belonging import keep_check, remember_source
from bank.redlines.findings import Hit, Part, find_deposits
from bank.redlines.refusals import NothingInside, RedLineUnnamed, TooManyInside
from bank.redlines.tables import RedLine
from bank.refusals import NoSuchRecord
from database.actor import Actor, Role
from database.directory import bank_of
from database.refusals import Refusal
from database.rows import find_row

READERS: Final = (Role.COUNTY, Role.AUDITOR)
"""Who may read any red line."""
BYTES_PER_MB: Final = 1 << 20
LISTED: Final = 100
UNCUT: Final = (PartTooSmall, TooManyCorners, AreaDisagrees)
"""Why a deposit cannot be cut; it alone stays out of a bundle then."""


@dataclass(frozen=True)
class LeftOut:
    """A deposit that could not go into the bundle, and why."""

    number: str
    why: Refusal


@dataclass(frozen=True)
class Prepared:
    """A bundle made of a red line: how many went in whole and in part, and which could not."""

    bundle: Bundle
    whole: int
    partial: int
    left_out: tuple[LeftOut, ...]


def keep(
    session: Session,
    shape: Shape,
    *,
    name: str,
    party_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> RedLine:
    """Keep a red line (county system, as `polygons` returns it) under a number of its own.

    What the control zones say of it is kept too. Flushes. Refuses: RedLineUnnamed, NotYours (a
    party that the actor does not act for).
    """
    if not name.strip():
        raise RedLineUnnamed("give the red line a name", field="name")
    if party_id is not None:
        require_party(actor, party_id)
    min_x, min_y, max_x, max_y = shape.bounds
    line = RedLine(
        number=next_number(session, "L", at),
        name=name.strip(),
        wkb=shapely.to_wkb(shape),
        area_dm2=area_dm2(shape),
        min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y,
        party_id=party_id,
        drawn_by=actor.id,
        created_at=at,
    )  # fmt: skip
    session.add(line)
    session.flush()
    keep_check(session, line, at=at)
    return line


def get_red_line(session: Session, red_line_id: UUID, *, actor: Actor) -> RedLine:
    """A red line that the actor may read: her own, her party's, any for county and auditors.

    Somebody else's is as if there were none. Refuses: NoSuchRecord.
    """
    line = find_row(session, RedLine, red_line_id)
    if line is None or not _may_read(line, actor):
        raise NoSuchRecord("no such red line")
    return line


def red_lines_of(session: Session, actor: Actor) -> list[RedLine]:
    """The newest red lines that the actor may read."""
    wanted = select(RedLine).order_by(RedLine.created_at.desc(), RedLine.id.desc()).limit(LISTED)
    if not actor.has(*READERS):
        own = (RedLine.drawn_by == actor.id) | RedLine.party_id.in_(actor.parties)
        wanted = wanted.where(own)
    return list(session.scalars(wanted))


def shape_of(line: RedLine) -> Shape:
    """The red line's shape in the county's system."""
    return cast("Polygon | MultiPolygon", shapely.from_wkb(line.wkb))


def read_file(session: Session, path: Path, *, on: date, crs: str | None = None) -> Shape:
    """All polygons of a file together as one red line in the county's system.

    Refuses: UnreadableFile, FileTooLarge, UnknownCoordinates, NotAPolygon, CoordinatesSwapped,
    BadNumber, SelfCrossing, BrokenRings, TooManyCorners, OutsideCounty, ParcelTooSmall.
    """
    most_bytes = rules.whole("file.size.maximum_mb", on) * BYTES_PER_MB
    most = rules.whole("parcel.vertices.maximum", on)
    source = open_source(path, most_bytes=most_bytes, crs=crs)
    parts: list[Shape] = []
    corners = 0
    srid, county = bank_of(session).settings.srid, find_county_outline(session)
    for row in rows(source, crs=f"EPSG:{srid}"):
        if not isinstance(row.shape, Polygon | MultiPolygon) or row.lonlat is None:
            given = row.shape.geom_type if row.shape is not None else "none"
            raise NotAPolygon(
                "a red line is made of polygons", field="shape", reason="row", given=given
            )
        corners += int(shapely.get_num_coordinates(row.shape))
        refuse_too_many(corners, most)
        polygons.refuse_swapped(row.lonlat, srid, county)
        polygons.refuse_broken(row.shape, row.lonlat)
        parts.append(row.shape)
    if not parts:
        raise NotAPolygon("the file is empty", field="shape", given="empty")
    together = shapely.union_all(parts)
    return polygons.fit(together, on=on, county=county)


def prepare_bundle(
    session: Session, red_line_id: UUID, *, party_id: UUID, actor: Actor, at: datetime
) -> Prepared:
    """Put what the red line collects into the party's open bundle: wholes, and the parts inside.

    What is not free, the party's own, or cannot be cut stays out and is named with its reason.
    Doing it twice changes nothing. The bundle remembers the red line: with its order, the line
    becomes the project's. Refuses: NoSuchRecord, NotYours, NothingInside, TooManyInside.
    """
    line = get_red_line(session, red_line_id, actor=actor)
    shape = shape_of(line)
    inside = find_deposits(session, shape, on=local_date(at))
    most = rules.whole("bundle.deposits.maximum", local_date(at))
    if (found := int(inside.collectable.sum())) > most:
        raise TooManyInside("too many deposits for a bundle", found=found, most=most)
    bundle = bundling.open_bundle(session, party_id=party_id, actor=actor, at=at)
    hits = inside.hits(session, inside.collectable.nonzero()[0].tolist())
    added: list[Part] = []
    left_out: list[LeftOut] = []
    for hit in hits:
        try:
            _add(session, bundle, hit, shape, actor, at)
        except (OwnDeposit, *UNCUT) as refusal:
            left_out.append(LeftOut(hit.number, refusal))
        else:
            added.append(hit.part)
    if not added:
        raise NothingInside("no deposit inside is free", red_line=line.number)
    remember_source(session, bundle.id, line)
    return Prepared(bundle, added.count(Part.WHOLE), added.count(Part.PARTIAL), tuple(left_out))


def why_uncut(session: Session, hit: Hit, shape: Shape, *, on: date) -> Refusal | None:
    """Why a deposit that the red line cuts cannot be had in part; None: it can, or is not cut."""
    if hit.part is not Part.PARTIAL:
        return None
    try:
        part_inside(get_deposit(session, hit.deposit_id), shape, on=on)
    except UNCUT as refusal:
        return refusal
    return None


def _add(
    session: Session, bundle: Bundle, hit: Hit, shape: Shape, actor: Actor, at: datetime
) -> None:
    cut = shape if hit.part is Part.PARTIAL else None
    bundling.add(session, bundle.id, deposit_id=hit.deposit_id, actor=actor, at=at, line=cut)
    if cut is None:  # another line may have cut it before
        bundling.take_whole(session, bundle.id, deposit_id=hit.deposit_id, actor=actor)


def _may_read(line: RedLine, actor: Actor) -> bool:
    own = line.drawn_by == actor.id or line.party_id in actor.parties
    return own or actor.has(*READERS)
