"""What anyone may know of a parcel: what it is and its way through the bank, never whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import acts
from bank.assets.tables import Asset, AssetKind
from bank.contracts.tables import Contract
from bank.deposits.lifecycle import Act
from bank.deposits.tables import ConstructionUse, Deposit
from bank.deposits.whereabouts import SHOWN
from bank.land.tables import Origin, Parcel
from bank.refusals import NoSuchRecord
from bank.rules import Rule, rule, term_cap

TOLD: Final = frozenset(
    {
        Act.POST, Act.CLEAR, Act.STORE, Act.RESERVE, Act.RELEASE, Act.FREEZE, Act.COLLECT,
        Act.COLLECT_PART, Act.RETURN,
    }
)  # fmt: skip
"""Acts that are public; what goes on between an owner and the township is not."""


@dataclass(frozen=True)
class Event:
    """A public act on a deposit of the parcel, or the project that took it (`project` its name)."""

    at: datetime
    deposit: str
    act: Act
    project: str | None = None


def get_open_parcel(session: Session, code: str) -> Parcel:
    """The parcel of this code, retired or not, if anyone may look it up.

    That is every parcel of the county's register, and what was drawn once its deposit was shown
    in a notice: a draft is its owner's affair. Refuses: NoSuchRecord.
    """
    parcel = session.scalar(select(Parcel).where(Parcel.code == code))
    if parcel is None or not (
        parcel.origin in (Origin.IMPORTED, Origin.GENERATED) or shown_deposits(session, parcel)
    ):
        raise NoSuchRecord("no such parcel", code=code)
    return parcel


def shown_deposits(session: Session, parcel: Parcel) -> Sequence[Deposit]:
    """The deposits of the parcel's asset that the public may look up, oldest first."""
    if parcel.asset_id is None:
        return []
    return session.scalars(
        select(Deposit)
        .where(Deposit.asset_id == parcel.asset_id, Deposit.stage.in_(SHOWN))
        .order_by(Deposit.created_at)
    ).all()


def events(session: Session, deposits: Sequence[Deposit]) -> list[Event]:
    """The public acts on these deposits and the projects they went into, in order of time."""
    found = [
        Event(row.at, deposit.number, Act(row.act))
        for deposit in deposits
        for row in acts.history(session, deposit)
        if row.act in TOLD
    ]
    contracts = session.scalars(
        select(Contract).where(Contract.deposit_id.in_([deposit.id for deposit in deposits]))
    )
    found += [
        Event(each.made_at, each.deposit.number, Act.COLLECT, each.project.name)
        for each in contracts
    ]
    return sorted(found, key=lambda event: event.at)


def successor_of(session: Session, parcel: Parcel) -> Parcel | None:
    """What took the place of a retired parcel: the one that its asset has now."""
    if parcel.retired_at is None or parcel.asset_id is None:
        return None
    asset = session.get_one(Asset, parcel.asset_id)
    return asset.parcel


def rules_for(kind: AssetKind, use: ConstructionUse | None, *, on: date) -> list[Rule]:
    """The rules that say what such land may be used for, and for how long."""
    found = [term_cap(kind.value, use.value if use else None, on)]
    if kind in (AssetKind.HOUSE, AssetKind.OLD_VILLAGE):
        found.append(rule("right.homestead.lease_only", on))
    if kind in (AssetKind.FARMLAND, AssetKind.WOODLAND):
        found.append(rule("term.remaining_contract", on))
    return found
