"""The public notice of a deposit: raising an objection, deciding it, and clearing the notice."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move
from bank.deposits import records
from bank.deposits.checking import require_deciding_officer, send_back
from bank.deposits.lifecycle import LIFECYCLE, Act, Stage
from bank.deposits.refusals import (
    GroundsMissing,
    NoticeRunning,
    NotOnNotice,
    ObjectionDecided,
    ObjectionOpen,
)
from bank.deposits.tables import Decision, Deposit, Objection
from bank.lifecycle import after
from bank.numbers import next_number
from bank.refusals import NoSuchRecord, OwnBusiness
from database.actor import Actor

SENT_BACK_FROM: Final = frozenset({Stage.ON_NOTICE, Stage.CLEARED})
"""Where a deposit stands when an objection that is upheld sends it back."""


def object_to(
    session: Session, deposit_id: UUID, *, grounds: str, actor: Actor, at: datetime, key: str
) -> Objection:
    """Raise an objection; anyone signed in may, while the notice runs. It stops the deposit.

    Refuses: NotOnNotice, GroundsMissing, KeyReused.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    body = {"deposit": deposit_id, "grounds": grounds, "by": actor.id}
    if first := keys.earlier(session, key, "notices.object", **body):
        return get_objection(session, first)
    if (
        deposit.stage is not Stage.ON_NOTICE
        or not deposit.notice_until
        or at >= deposit.notice_until
    ):
        raise NotOnNotice("the notice is not running")
    if not grounds.strip():
        raise GroundsMissing("say what you object to and why", field="grounds")

    objection = Objection(
        number=next_number(session, "O", at),
        deposit_id=deposit.id,
        raised_by=actor.id,
        grounds=grounds.strip(),
        raised_at=at,
        decision=Decision.OPEN,
    )
    session.add(objection)
    session.flush()
    session.expire(deposit, ["objections"])
    keys.settle(session, key, objection.id)
    return objection


def decide(
    session: Session,
    objection_id: UUID,
    *,
    upheld: bool,
    answer: str,
    officer: Actor,
    at: datetime,
) -> Objection:
    """Decide an objection, with an answer; if upheld, the deposit goes back to its owner.

    One that is upheld when the deposit went back already, for another's sake, sends nothing back.
    Refuses: NotAnOfficer, OwnBusiness, GroundsMissing, ObjectionDecided, IllegalMove.
    """
    objection = get_objection(session, objection_id)
    deposit = records.get_deposit(session, objection.deposit_id, lock=True)
    session.refresh(objection)  # another officer may have decided it while this one waited
    require_deciding_officer(deposit, officer)
    if objection.raised_by == officer.id:
        raise OwnBusiness("an officer cannot decide her own objection")
    if objection.decision is not Decision.OPEN:
        raise ObjectionDecided("the objection is decided", decision=objection.decision.value)
    if not answer.strip():
        raise GroundsMissing("say why", field="answer")

    objection.decision = Decision.UPHELD if upheld else Decision.DISMISSED
    objection.answer, objection.decided_by, objection.decided_at = answer.strip(), officer.id, at
    if upheld and deposit.stage in SENT_BACK_FROM:
        send_back(session, deposit.id, reason=answer, officer=officer, at=at)
    return objection


def clear(
    session: Session, deposit_id: UUID, *, at: datetime, actor: Actor | None = None
) -> Deposit:
    """The notice is over and nothing stands against it; the bank's own clock may say so.

    Refuses: IllegalMove, NoticeRunning, ObjectionOpen.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    after(LIFECYCLE, deposit.stage, Act.CLEAR)
    refuse_unfinished_notice(deposit, at=at)
    move(session, deposit, LIFECYCLE, Act.CLEAR, actor=actor, at=at)
    return deposit


def refuse_unfinished_notice(deposit: Deposit, *, at: datetime) -> None:
    """Refuses: NoticeRunning, ObjectionOpen."""
    if deposit.notice_until is None or at < deposit.notice_until:
        until = deposit.notice_until.isoformat() if deposit.notice_until else ""
        raise NoticeRunning("the notice is not over", until=until)
    for objection in deposit.objections:
        if objection.decision is Decision.OPEN:
            raise ObjectionOpen("an objection is open", objection=objection.number)


def due(session: Session, *, at: datetime) -> list[UUID]:
    """Deposits whose notice is over by now and that nothing stops."""
    stopped = select(Objection.deposit_id).where(Objection.decision == Decision.OPEN)
    return list(
        session.scalars(
            select(Deposit.id).where(
                Deposit.stage == Stage.ON_NOTICE,
                Deposit.notice_until <= at,
                Deposit.id.not_in(stopped),
            )
        )
    )


def get_objection(session: Session, objection_id: UUID) -> Objection:
    """The objection of this id. Refuses: NoSuchRecord."""
    objection = session.get(Objection, objection_id)
    if objection is None:
        raise NoSuchRecord("no such objection")
    return objection
