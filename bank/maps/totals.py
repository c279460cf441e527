"""How many deposits there are where: the land's version, and totals of towns and villages.

The totals come from `deposit_total`, which triggers keep: a county with 10⁶ deposits is counted by
reading a few thousand short rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session

from bank.assets.tables import Asset, AssetKind
from bank.catalogue.browsing import Filter
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit
from bank.land.codes import TOWN_LENGTH
from bank.land.polygons import Box
from bank.land.tables import Division, DivisionKind
from bank.maps.tables import DepositTotal, LandChange
from bank.maps.triggers import RECOUNT

MOST_VILLAGES: Final = 40
"""A view of more villages than this is counted by town."""


@dataclass(frozen=True)
class Tally:
    """Of one kind and stage (empty for parcels that are not deposited): how many, and how much."""

    kind: str
    stage: str
    count: int
    area_dm2: int


@dataclass(frozen=True)
class PlaceTotal:
    """How much there is in one town or village, at its centre in degrees."""

    code: str
    name: str
    lon: float
    lat: float
    tallies: Sequence[Tally] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        """How many in all."""
        return sum(tally.count for tally in self.tallies)

    @property
    def area_dm2(self) -> int:
        """How much in all."""
        return sum(tally.area_dm2 for tally in self.tallies)


@dataclass(frozen=True)
class Counted:
    """Tallies by division, however they were counted."""

    of: Mapping[str, Sequence[Tally]]

    def places(self, divisions: Sequence[Row[*tuple[Any, ...]]]) -> list[PlaceTotal]:
        """The totals at these divisions, finest where a village is among them; empty ones not."""
        at = {division.code: division for division in divisions}
        gathered: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(dict)
        for code, tallies in self.of.items():
            place = next((part for part in (code, code[:TOWN_LENGTH]) if part in at), None)
            if place is None:
                continue
            for tally in tallies:
                sums = gathered[place].setdefault((tally.kind, tally.stage), [0, 0])
                sums[0] += tally.count
                sums[1] += tally.area_dm2
        return [
            PlaceTotal(
                code, division.name, division.lon, division.lat,
                tuple(Tally(*key, *sums) for key, sums in sorted(gathered[code].items())),
            )
            for code, division in sorted(at.items()) if code in gathered
        ]  # fmt: skip

    def least(self, codes: Iterable[str]) -> int:
        """How many there are at least in these divisions."""
        return sum(tally.count for code in codes for tally in self.of.get(code, ()))


def land_version(session: Session) -> int:
    """A number that grows whenever a parcel, deposit, asset or division on a map changed."""
    return int(session.scalar(select(func.sum(LandChange.times))) or 0)


def is_summed(wanted: Filter) -> bool:
    """Whether the kept totals answer this filter; ranges of area and price must be counted."""
    ranges = (
        wanted.area_from_dm2, wanted.area_to_dm2, wanted.price_from_fen, wanted.price_to_fen,
    )  # fmt: skip
    return all(side is None for side in ranges)


def listed(session: Session, wanted: Filter) -> Counted:
    """The catalogue's deposits under a filter, by division."""
    if not is_summed(wanted):
        return _counted(session, _anew(wanted))
    stages = IN_BANK if wanted.taken else {Stage.STORED}
    return deposited(session, stages, town=wanted.town, kind=wanted.kind, mode=wanted.mode)


def deposited(
    session: Session,
    stages: Iterable[Stage],
    *,
    town: str = "",
    kind: AssetKind | None = None,
    mode: str | None = None,
) -> Counted:
    """Deposits of these stages, by division, from the kept totals."""
    query = _kept().where(DepositTotal.stage.in_(list(stages)))
    if town:
        query = query.where(DepositTotal.division_code.startswith(town, autoescape=True))
    if kind:
        query = query.where(DepositTotal.kind == kind.value)
    if mode:
        query = query.where(DepositTotal.mode == str(mode))
    return _counted(session, query)


def gathered(rows: Iterable[Sequence[Any]]) -> Counted:
    """From rows of division code, kind, stage, count and area."""
    found: dict[str, list[Tally]] = defaultdict(list)
    for code, kind, stage, count, area_dm2 in rows:
        if count:
            found[code].append(Tally(kind, stage, int(count), int(area_dm2)))
    return Counted(found)


def places_in(session: Session, box: Box) -> Sequence[Row[*tuple[Any, ...]]]:
    """The villages whose boxes meet `box` (county system); the towns, if that is too many."""
    columns = (Division.code, Division.name, Division.lon, Division.lat)
    for kind in (DivisionKind.VILLAGE, DivisionKind.TOWN):
        found = session.execute(
            select(*columns).where(Division.kind == kind, _meets(box)).limit(MOST_VILLAGES + 1)
        ).all()
        if kind is DivisionKind.VILLAGE and 0 < len(found) <= MOST_VILLAGES:
            towns = {row.code[:TOWN_LENGTH] for row in found}
            return [*found, *session.execute(select(*columns).where(Division.code.in_(towns)))]
    return session.execute(
        select(*columns).where(Division.kind == DivisionKind.TOWN, _meets(box))
    ).all()


def codes_within(session: Session, box: Box) -> Sequence[str]:
    """Towns and villages that lie in the box with all their land."""
    min_x, min_y, max_x, max_y = box
    return session.scalars(
        select(Division.code).where(
            Division.kind != DivisionKind.COUNTY,
            Division.min_x >= min_x, Division.max_x <= max_x,
            Division.min_y >= min_y, Division.max_y <= max_y,
        )
    ).all()  # fmt: skip


def recount(session: Session) -> None:
    """Count all deposits anew; needed only where rows came in while triggers were off."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE asset, deposit IN SHARE MODE"))
    session.execute(text("DELETE FROM deposit_total"))
    session.execute(text(RECOUNT))


def _kept() -> Select[*tuple[Any, ...]]:
    key = (DepositTotal.division_code, DepositTotal.kind, DepositTotal.stage)
    return select(*key, func.sum(DepositTotal.deposits), func.sum(DepositTotal.area_dm2)).group_by(
        *key
    )


def _anew(wanted: Filter) -> Select[*tuple[Any, ...]]:
    key = (Asset.division_code, Asset.kind, Deposit.stage)
    return (
        select(*key, func.count(), func.sum(Deposit.area_dm2))
        .join_from(Deposit, Asset)
        .where(*wanted.conditions())
        .group_by(*key)
    )


def _counted(session: Session, query: Select[*tuple[Any, ...]]) -> Counted:
    return gathered(tuple(row) for row in session.execute(query))


def _meets(box: Box) -> ColumnElement[bool]:
    """A division without an outline may lie anywhere."""
    min_x, min_y, max_x, max_y = box
    inside = and_(
        Division.min_x <= max_x, Division.max_x >= min_x,
        Division.min_y <= max_y, Division.max_y >= min_y,
    )  # fmt: skip
    return or_(Division.min_x.is_(None), inside)
