"""Browsing the catalogue: what is stored and free, filtered, sorted and by page, without names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, func, select
from sqlalchemy.orm import Session, aliased

from bank.assets.tables import Asset, AssetKind
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land.codes import TOWN_LENGTH
from bank.land.tables import Division, DivisionKind, Parcel

PAGE_SIZE = 20

Town = aliased(Division, name="town")
TOWN_CODE = func.substr(Asset.division_code, 1, TOWN_LENGTH)
"""The town that an asset lies in; its own code is a town's or a village's."""


class Sort(StrEnum):
    """The orders in which the catalogue can be read."""

    NEWEST = "newest"
    AREA_UP = "area_up"
    AREA_DOWN = "area_down"
    PRICE_UP = "price_up"
    PRICE_DOWN = "price_down"


@dataclass(frozen=True)
class Filter:
    """What an investor looks for; None and empty mean any. Areas in dm², prices in fen.

    `taken` shows those too that an order, a lender or a project has already.
    """

    town: str = ""
    kind: AssetKind | None = None
    mode: StorageMode | None = None
    area_from_dm2: int | None = None
    area_to_dm2: int | None = None
    price_from_fen: int | None = None
    price_to_fen: int | None = None
    taken: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filter as conditions on Deposit and Asset."""
        found: list[ColumnElement[bool]] = [
            Deposit.stage.in_(IN_BANK) if self.taken else Deposit.stage == Stage.STORED
        ]
        if self.town:
            found.append(Asset.division_code.startswith(self.town, autoescape=True))
        if self.kind:
            found.append(Asset.kind == self.kind)
        if self.mode:
            found.append(Deposit.mode == self.mode)
        for low, high, column in (
            (self.area_from_dm2, self.area_to_dm2, Deposit.area_dm2),
            (self.price_from_fen, self.price_to_fen, Deposit.value_fen),
        ):
            if low is not None:
                found.append(column >= low)
            if high is not None:
                found.append(column <= high)
        return found


ORDER_BY: dict[Sort, UnaryExpression[Any]] = {
    Sort.NEWEST: Deposit.stored_at.desc(),
    Sort.AREA_UP: Deposit.area_dm2.asc(),
    Sort.AREA_DOWN: Deposit.area_dm2.desc(),
    Sort.PRICE_UP: Deposit.value_fen.asc(),
    Sort.PRICE_DOWN: Deposit.value_fen.desc(),
}


@dataclass(frozen=True)
class Page:
    """One page of rows, and how many there are in all, with their area."""

    rows: Sequence[Row[Any]]
    number: int
    total: int
    area_dm2: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def listing() -> Select[*tuple[Any, ...]]:
    """The columns of a catalogue row: of the deposit, its land and its place, never its owner."""
    return (
        select(
            Deposit.id,
            Deposit.number,
            Deposit.stage,
            Deposit.mode,
            Deposit.term_years,
            Deposit.rent_fen,
            Deposit.area_dm2,
            Deposit.value_fen,
            Deposit.stored_at,
            Asset.kind,
            Asset.name,
            Asset.division_code,
            Division.name.label("division_name"),
            func.coalesce(Town.name, Division.name).label("town_name"),
            Parcel.wkb,
            Parcel.code.label("parcel_code"),
        )
        .join(Asset, Asset.id == Deposit.asset_id)
        .join(Division, Division.code == Asset.division_code)
        .outerjoin(Town, Town.code == TOWN_CODE)
        .join(Parcel, (Parcel.asset_id == Asset.id) & Parcel.retired_at.is_(None))
    )


def browse(session: Session, wanted: Filter, *, sort: Sort = Sort.NEWEST, page: int = 1) -> Page:
    """One page of the catalogue; a page beyond the end is the last one."""
    conditions = wanted.conditions()
    total, area_dm2 = session.execute(
        select(func.count(), func.sum(Deposit.area_dm2))
        .join_from(Deposit, Asset)
        .where(*conditions)
    ).one()
    number = min(max(1, page), max(1, -(-total // PAGE_SIZE)))
    rows = session.execute(
        listing()
        .where(*conditions)
        .order_by(ORDER_BY[sort], Deposit.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, number, total, int(area_dm2 or 0))


def find_listed(session: Session, deposit_id: UUID) -> Row[Any] | None:
    """The catalogue row of one deposit that is in the bank, free or taken."""
    return session.execute(
        listing().where(Deposit.id == deposit_id, Deposit.stage.in_(IN_BANK))
    ).one_or_none()


def rows_of(session: Session, deposit_ids: Iterable[UUID]) -> dict[UUID, Row[Any]]:
    """The catalogue rows of these deposits, whatever became of them since, by id."""
    rows = session.execute(listing().where(Deposit.id.in_(list(deposit_ids))))
    return {row.id: row for row in rows}


def towns(session: Session) -> Sequence[Row[str, str]]:
    """Code and name of every town, to choose from."""
    return session.execute(
        select(Division.code, Division.name)
        .where(Division.kind == DivisionKind.TOWN)
        .order_by(Division.code)
    ).all()
