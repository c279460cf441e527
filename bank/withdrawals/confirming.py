"""The two officers of a withdrawal: one checks, another confirms, and then it is carried out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move
from bank.authority import require_county_officer, require_disinterested
from bank.calendar import grace_ends
from bank.deposits.records import concerned
from bank.lifecycle import after
from bank.orders import lifecycle as order_cycle
from bank.projects import lifecycle as project_cycle
from bank.projects.interest import interested
from bank.refusals import GraceRunning, ReasonMissing, SameOfficer
from bank.withdrawals.executing import execute, refuse_unready
from bank.withdrawals.lifecycle import LIFECYCLE, Act
from bank.withdrawals.requesting import get_withdrawal
from bank.withdrawals.tables import BY_OFFICER, Kind, Withdrawal
from database.actor import Actor


def check(session: Session, withdrawal_id: UUID, *, officer: Actor, at: datetime) -> Withdrawal:
    """The first of two officers: the papers are right and the withdrawal could be carried out.

    Refuses: NotAnOfficer, OwnBusiness, GraceRunning, IllegalMove, and what the execution would.
    """
    withdrawal = get_withdrawal(session, withdrawal_id, lock=True)
    _require_impartial(session, withdrawal, officer)
    if withdrawal.kind not in BY_OFFICER and at < grace_ends(withdrawal.requested_at):
        raise GraceRunning(
            "the owner may still take it back",
            until=grace_ends(withdrawal.requested_at).isoformat(),
        )
    after(LIFECYCLE, withdrawal.stage, Act.CHECK)
    refuse_unready(session, withdrawal, at=at)

    move(session, withdrawal, LIFECYCLE, Act.CHECK, actor=officer, at=at)
    withdrawal.checked_by, withdrawal.checked_at = officer.id, at
    session.flush()
    return withdrawal


def confirm(
    session: Session, withdrawal_id: UUID, *, officer: Actor, at: datetime, key: str
) -> Withdrawal:
    """The second of two officers; what was asked for moves in the same transaction.

    Refuses: NotAnOfficer, SameOfficer, OwnBusiness, IllegalMove, KeyReused, Overdrawn, and what
    stands against the kind of withdrawal (see `refuse_unready`).
    """
    withdrawal = get_withdrawal(session, withdrawal_id, lock=True)
    _require_impartial(session, withdrawal, officer)
    if officer.id == withdrawal.checked_by:
        raise SameOfficer("two officers confirm a withdrawal", withdrawal=withdrawal.number)
    body = {"withdrawal": withdrawal_id, "officer": officer.id}
    if keys.earlier(session, key, "withdrawals.confirm", **body):
        return withdrawal
    after(LIFECYCLE, withdrawal.stage, Act.CONFIRM)
    refuse_unready(session, withdrawal, at=at)

    # From here on only the ledger may refuse.
    move(session, withdrawal, LIFECYCLE, Act.CONFIRM, actor=officer, at=at)
    withdrawal.confirmed_by, withdrawal.confirmed_at = officer.id, at
    execute(session, withdrawal, officer=officer, at=at)
    move(session, withdrawal, LIFECYCLE, Act.EXECUTE, actor=officer, at=at)
    keys.settle(session, key, withdrawal.id)
    return withdrawal


def refuse(
    session: Session, withdrawal_id: UUID, *, reason: str, officer: Actor, at: datetime
) -> Withdrawal:
    """Either officer refuses, with the reason; what was asked for can be asked for again.

    Refuses: NotAnOfficer, OwnBusiness, ReasonMissing, IllegalMove.
    """
    withdrawal = get_withdrawal(session, withdrawal_id, lock=True)
    _require_impartial(session, withdrawal, officer)
    if not reason.strip():
        raise ReasonMissing("say why it is refused", field="reason")
    move(session, withdrawal, LIFECYCLE, Act.REFUSE, actor=officer, at=at, reason=reason.strip())
    withdrawal.reason = reason.strip()
    order = withdrawal.order
    if order is not None and withdrawal.kind is Kind.COLLECTION:
        project = order.project
        move(session, order, order_cycle.LIFECYCLE, order_cycle.Act.REOPEN, actor=officer, at=at)
        move(
            session,
            project,
            project_cycle.LIFECYCLE,
            project_cycle.Act.CANCEL,
            actor=officer,
            at=at,
        )
    return withdrawal


def _require_impartial(session: Session, withdrawal: Withdrawal, officer: Actor) -> None:
    """A county officer who is no party to it and did not ask for it herself."""
    require_county_officer(officer)
    parties = {withdrawal.party_id}
    if withdrawal.order is not None:
        parties |= interested(session, withdrawal.order.project)
    if withdrawal.deposit is not None:
        parties |= concerned(withdrawal.deposit)
    require_disinterested(officer, filed_by=withdrawal.requested_by, parties=parties)
