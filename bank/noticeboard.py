"""The notice board: what is on public display now or was lately, deposits and dividend plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, joinedload

from bank.assets.tables import Asset
from bank.calendar import local_date
from bank.deposits import records
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.queues import Page, in_town, page_of
from bank.deposits.tables import Deposit, Objection
from bank.income.lifecycle import RoundStage
from bank.income.tables import Round, RoundLine
from bank.land.tables import Division, DivisionKind
from bank.refusals import NoSuchRecord
from database.actor import Actor

LATELY: Final = timedelta(days=30)
"""For how long a notice that is over still stands on the board."""
PAST_NOTICE: Final = frozenset({Stage.CLEARED}) | IN_BANK


class Board(StrEnum):
    """The lists of the board."""

    NOW = "now"
    LATELY = "lately"
    PLANS = "plans"


def _on_board(board: Board, at: datetime) -> ColumnElement[bool]:
    if board is Board.NOW:
        return Deposit.stage == Stage.ON_NOTICE
    return and_(
        Deposit.stage.in_(PAST_NOTICE),
        Deposit.notice_until > at - LATELY,
        Deposit.notice_until <= at,
    )


def deposits(session: Session, board: Board, *, town: str, at: datetime, page: int) -> Page:
    """Deposits on display now, or whose notice ended lately (last first).

    What ends first comes first; what is over and not yet closed comes after all that still runs.
    """
    until = Deposit.notice_until
    first = ((until <= at).asc(), until.asc())
    return page_of(
        session,
        _on_board(board, at),
        in_town(town),
        order_by=first if board is Board.NOW else (until.desc(),),
        page=page,
    )


@dataclass(frozen=True)
class Plan:
    """A dividend plan on display, without a name: how much, and among how many."""

    number: str
    project: str
    income_fen: int
    reserve_fen: int
    holders: int
    notice_from: datetime | None
    notice_until: datetime | None

    @property
    def shared_fen(self) -> int:
        """What goes to the holders."""
        return self.income_fen - self.reserve_fen


def plans(session: Session) -> list[Plan]:
    """The dividend plans on display, first to end first."""
    counted = session.execute(
        select(RoundLine.round_id, func.count().label("holders"))
        .join(Round, Round.id == RoundLine.round_id)
        .where(Round.stage == RoundStage.NOTICED)
        .group_by(RoundLine.round_id)
    )
    holders: dict[UUID, int] = {line.round_id: line.holders for line in counted}
    rounds = session.scalars(
        select(Round)
        .where(Round.stage == RoundStage.NOTICED)
        .options(joinedload(Round.project))
        .order_by(Round.notice_until, Round.id)
    )
    return [
        Plan(
            number=each.number,
            project=each.project.name,
            income_fen=each.income_fen,
            reserve_fen=each.reserve_fen,
            holders=holders.get(each.id, 0),
            notice_from=each.notice_from,
            notice_until=each.notice_until,
        )
        for each in rounds
    ]


def counts(session: Session, *, town: str, at: datetime) -> dict[Board, int]:
    """How much each list of the board holds; plans belong to no town."""

    def deposits_on(board: Board) -> int:
        found = select(func.count()).select_from(Deposit).join(Asset)
        return session.scalar(found.where(_on_board(board, at), in_town(town))) or 0

    shown = select(func.count()).select_from(Round).where(Round.stage == RoundStage.NOTICED)
    return {
        Board.NOW: deposits_on(Board.NOW),
        Board.LATELY: deposits_on(Board.LATELY),
        Board.PLANS: session.scalar(shown) or 0,
    }


def shown(session: Session, number: str, *, reader: Actor | None) -> Deposit:
    """The deposit whose notice this reader may see. Refuses: NoSuchRecord.

    Everyone sees a notice that runs or ran to its end; whoever objected also sees what became of
    one that was broken off.
    """
    deposit = records.by_number(session, number)
    if deposit.stage is Stage.ON_NOTICE or (deposit.notice_from and deposit.stage in PAST_NOTICE):
        return deposit
    if reader and any(each.raised_by == reader.id for each in deposit.objections):
        return deposit
    raise NoSuchRecord("no such notice", number=number)


def own_objection(session: Session, number: str, *, actor: Actor) -> Objection:
    """The actor's objection of this number. Refuses: NoSuchRecord."""
    objection = session.scalar(
        select(Objection).where(Objection.number == number, Objection.raised_by == actor.id)
    )
    if objection is None:
        raise NoSuchRecord("no such objection of yours", number=number)
    return objection


def last_day(until: datetime) -> date:
    """The last day of a notice that ends at this midnight."""
    return local_date(until) - timedelta(days=1)


def days_left(until: datetime, *, at: datetime) -> int:
    """How many days the notice still runs, today included; 0 when it is over."""
    return max(0, (local_date(until) - local_date(at)).days)


def towns(session: Session) -> Sequence[Division]:
    """The county's townships, by code."""
    return session.scalars(
        select(Division).where(Division.kind == DivisionKind.TOWN).order_by(Division.code)
    ).all()
