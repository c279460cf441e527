"""The bank at a glance: the figures of the first page, read at most once a minute per bank."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank import accounts
from bank.assets.tables import Asset
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit
from bank.land.codes import TOWN_LENGTH
from bank.parties.tables import Party, PartyKind
from bank.projects import lifecycle as project_cycle
from bank.projects.tables import Project
from database.directory import Bank, bank_of
from ledger import tables as t
from ledger.model import MOVES

KEPT_FOR: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Overview:
    """What the bank holds and has done. Area in dm², money in fen."""

    deposits: int
    area_dm2: int
    towns: int
    on_notice: int
    projects: int
    paid_fen: int
    transfers: int


_kept: WeakKeyDictionary[Bank, tuple[datetime, Overview]] = WeakKeyDictionary()
"""The last reading of each bank, by the bank itself, so that none sees another's."""


def overview(session: Session, *, at: datetime) -> Overview:
    """The figures at `at`, or those of up to a minute before."""
    bank = bank_of(session)
    kept = _kept.get(bank)
    if kept and timedelta(0) <= at - kept[0] < KEPT_FOR:
        return kept[1]
    read = read_overview(session)
    _kept[bank] = at, read
    return read


def read_overview(session: Session) -> Overview:
    """The figures now, counted anew."""
    deposits, area_dm2, towns = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(Deposit.area_dm2), 0),
            func.count(func.distinct(func.substr(Asset.division_code, 1, TOWN_LENGTH))),
        )
        .select_from(Deposit)
        .join(Asset)
        .where(Deposit.stage.in_(IN_BANK))
    ).one()
    on_notice = select(func.count()).where(Deposit.stage == Stage.ON_NOTICE)
    operating = select(func.count()).where(Project.stage == project_cycle.Stage.OPERATING)
    return Overview(
        deposits=deposits,
        area_dm2=int(area_dm2),
        towns=towns,
        on_notice=session.scalar(on_notice) or 0,
        projects=session.scalar(operating) or 0,
        paid_fen=_paid_to_owners(session),
        transfers=session.scalar(select(func.count()).where(t.transfer.c.act.in_(MOVES))) or 0,
    )


def _paid_to_owners(session: Session) -> int:
    """All money that ever came to owners' accounts: rents, balances of swaps and dividends.

    Companies invest, so theirs is not counted; what was reversed was not paid.
    """
    mends, mended = t.about.alias("mends"), t.about.alias("mended")
    paid = session.scalar(
        select(func.sum(t.posting.c.quantity))
        .select_from(Party)
        .join(t.account, t.account.c.code == "party:" + Party.number + ":cash")
        .join(t.posting, t.posting.c.target == t.account.c.id)
        .join(t.unit, t.unit.c.id == t.posting.c.unit)
        .outerjoin(mends, mends.c.transfer == t.posting.c.transfer)
        .outerjoin(mended, mended.c.reverses == t.posting.c.transfer)
        .where(
            Party.kind != PartyKind.COMPANY,
            t.unit.c.code == accounts.CNY,
            mends.c.reverses.is_(None),
            mended.c.transfer.is_(None),
        )
    )
    return int(paid or 0)


def newest_notices(session: Session, *, limit: int = 3) -> list[Deposit]:
    """The deposits that went on notice last."""
    found = session.scalars(
        select(Deposit)
        .where(Deposit.stage == Stage.ON_NOTICE)
        .order_by(Deposit.notice_from.desc(), Deposit.id.desc())
        .limit(limit)
    )
    return list(found)
