"""Answering what was delivered: accepting it, disputing it, and settling the dispute."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank.acts import move
from bank.agencies.records import said
from bank.authority import require_county_officer, require_disinterested
from bank.calendar import local_date
from bank.commissions import ending, escrow, standing
from bank.commissions.deadlines import answer_on, silent
from bank.commissions.planning import attach
from bank.commissions.refusals import (
    AcceptedAlready,
    AnsweringOver,
    NotConcerned,
    PanelTooSmall,
    SecondUnfit,
)
from bank.lifecycle import after
from bank.rules import whole
from database.actor import Actor
from valuation.commissions.commissioning import get_commission
from valuation.commissions.lifecycle import LIFECYCLE, Act, Stage
from valuation.commissions.tables import Commission, PanelFinding


def accept(session: Session, commission_id: UUID, *, actor: Actor, at: datetime) -> Commission:
    """The client accepts what was delivered, and the fee goes to the agency.

    Refuses: NoSuchCommission, NotTheClient, OwnBusiness, IllegalMove.
    """
    commission = get_commission(session, commission_id, lock=True)
    standing.require_client(session, commission, actor)
    _close(session, commission, Act.ACCEPT, actor=actor, at=at)
    return commission


def accept_silently(session: Session, commission: Commission, *, at: datetime) -> None:
    """Nobody answered in time: silence is acceptance. The row is locked and delivered."""
    _close(session, commission, Act.ACCEPT, actor=None, at=at)


def _close(
    session: Session, commission: Commission, act: Act, *, actor: Actor | None, at: datetime
) -> None:
    move(session, commission, LIFECYCLE, act, actor=actor, at=at)
    escrow.release(session, commission, at=at)
    attach(session, commission, at=at)
    session.flush()


def dispute(
    session: Session, commission_id: UUID, *, grounds: str, actor: Actor, at: datetime
) -> Commission:
    """The client, or an owner of what was appraised, says what is wrong with the result.

    Until the county's panel has settled it, its values do not count and the fee stays where it is.
    Refuses: NoSuchCommission, NotConcerned, TextMissing, AcceptedAlready, AnsweringOver,
    IllegalMove.
    """
    commission = get_commission(session, commission_id, lock=True)
    owner = not actor.parties.isdisjoint(standing.owners_of(session, commission))
    if not (owner or standing.is_client(session, commission, actor)):
        raise NotConcerned("only the client or an owner disputes it")
    why = said(grounds, "grounds")
    if commission.stage is Stage.ACCEPTED:
        raise AcceptedAlready("the result was accepted")
    after(LIFECYCLE, commission.stage, Act.DISPUTE)
    if silent(commission, at=at):
        until = answer_on(commission)
        raise AnsweringOver("silence was acceptance", until=until.isoformat() if until else None)
    move(session, commission, LIFECYCLE, Act.DISPUTE, actor=actor, at=at, reason=why)
    commission.dispute = why
    session.flush()
    return commission


def settle(
    session: Session,
    commission_id: UUID,
    *,
    upheld: bool,
    reason: str,
    members: Sequence[str],
    second_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> PanelFinding:
    """The county's panel settles a dispute: the result stands, or none of its values counts.

    A result that is upheld is accepted and paid; for one that is overturned the client has the fee
    back. `members` are the panel's names; `second_id` is a finished second opinion that it rests
    on. Refuses: NoSuchCommission, NotAnOfficer, OwnBusiness (also to who gave the commission for
    the county), TextMissing, PanelTooSmall, SecondUnfit, IllegalMove.
    """
    require_county_officer(actor)
    deposits = ending.lock_deposits(session, get_commission(session, commission_id))
    commission = get_commission(session, commission_id, lock=True)
    require_disinterested(
        actor,
        filed_by=commission.requested_by,
        parties=standing.parties_of(session, commission),
    )
    why = said(reason, "reason")
    panel = _panel(members, at)
    if second_id is not None:
        _refuse_second(session, commission, second_id)
    after(LIFECYCLE, commission.stage, Act.UPHOLD)

    finding = PanelFinding(
        commission_id=commission.id,
        upheld=upheld,
        reason=why,
        members="、".join(panel),
        second_id=second_id,
        found_by=actor.id,
        found_at=at,
    )
    session.add(finding)
    if upheld:
        _close(session, commission, Act.UPHOLD, actor=actor, at=at)
    else:
        move(session, commission, LIFECYCLE, Act.OVERTURN, actor=actor, at=at, reason=why)
        escrow.refund(session, commission, at=at)
        ending.set_aside(session, commission, deposits, actor=actor, at=at)
    session.flush()
    return finding


def finding_of(session: Session, commission: Commission) -> PanelFinding | None:
    """What the panel found about the commission's result, if it was disputed and settled."""
    return session.get(PanelFinding, commission.id)


def _panel(members: Sequence[str], at: datetime) -> list[str]:
    names = list(dict.fromkeys(name.strip() for name in members if name.strip()))
    needed = whole("commission.panel.minimum", local_date(at))
    if len(names) < needed:
        raise PanelTooSmall(
            "a panel has more members", field="members", needed=needed, found=len(names)
        )
    return names


def _refuse_second(session: Session, commission: Commission, second_id: UUID) -> None:
    """Refuses: SecondUnfit."""
    second = session.get(Commission, second_id)
    finished = second is not None and second.stage in (Stage.DELIVERED, Stage.ACCEPTED)
    if second is None or second.second_of != commission.id or not finished:
        raise SecondUnfit("no finished second opinion about this", field="second_id")
