"""Reporting a project's revenue, and recording that the money has come in."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move, note
from bank.authority import require_county_officer, require_disinterested, require_party
from bank.calendar import grace_ends, local_date
from bank.figures import within_ledger
from bank.files.tables import Document
from bank.income.lifecycle import REVENUE_LIFECYCLE, RevenueAct, RevenueStage
from bank.income.refusals import NothingEarned, NotOperating, WrongPeriod
from bank.income.rounds import shareholders
from bank.income.tables import Revenue
from bank.numbers import next_number
from bank.orders.receipts import take_in
from bank.orders.refusals import WrongAmount
from bank.orders.tables import ReceiptPurpose
from bank.projects.interest import interested
from bank.projects.lifecycle import Stage as ProjectStage
from bank.projects.reviewing import get_project
from bank.refusals import GraceOver, GraceRunning, NoSuchRecord
from database.actor import Actor
from database.rows import find_row


def report(
    session: Session,
    project_id: UUID,
    *,
    amount_fen: int,
    period_from: date,
    period_to: date,
    remark: str,
    document: Document | None,
    actor: Actor,
    at: datetime,
    key: str,
) -> Revenue:
    """An investor reports the net income of a period; it counts once the money is received.

    Without shareholders it could be given to nobody, so there is nothing to report.
    Refuses: NotYours, KeyReused, NotOperating, NoShareholders, NothingEarned, WrongPeriod,
    TooLarge.
    """
    project = get_project(session, project_id, lock=True)
    require_party(actor, project.party_id)
    body = {
        "project": project_id,
        "amount": amount_fen,
        "from": period_from,
        "to": period_to,
        "remark": remark,
        "document": document.sha256 if document else None,
    }
    if first := keys.earlier(session, key, "revenues.report", **body):
        return get_revenue(session, first)
    if project.stage is not ProjectStage.OPERATING:
        raise NotOperating("the project is not operating", stage=project.stage.value)
    shareholders(session, project)
    if amount_fen <= 0:
        raise NothingEarned("the amount must be above zero", field="amount")
    within_ledger(amount_fen, field="amount")
    if period_to < period_from:
        raise WrongPeriod("the period ends before it begins", field="period_to")
    if period_to > local_date(at):
        raise WrongPeriod("the period is not over", field="period_to")

    revenue = Revenue(
        number=next_number(session, "R", at),
        project_id=project.id,
        stage=RevenueStage.REPORTED,
        amount_fen=amount_fen,
        period_from=period_from,
        period_to=period_to,
        remark=remark.strip(),
        document_id=document.id if document else None,
        reported_by=actor.id,
        reported_at=at,
    )
    session.add(revenue)
    session.flush()
    note(session, revenue, RevenueAct.REPORT, actor=actor, at=at)
    keys.settle(session, key, revenue.id)
    return revenue


def take_back(session: Session, revenue_id: UUID, *, actor: Actor, at: datetime) -> Revenue:
    """Take a report back while the grace period runs. Refuses: NotYours, GraceOver, IllegalMove."""
    revenue = get_revenue(session, revenue_id, lock=True)
    require_party(actor, revenue.project.party_id)
    if at >= grace_ends(revenue.reported_at):
        raise GraceOver("the time to take it back is over")
    move(session, revenue, REVENUE_LIFECYCLE, RevenueAct.TAKE_BACK, actor=actor, at=at)
    return revenue


def receive(
    session: Session,
    revenue_id: UUID,
    *,
    bank_receipt_number: str,
    amount_fen: int,
    officer: Actor,
    at: datetime,
    key: str,
) -> Revenue:
    """The reported money is at the county's bank: record it into the project's income.

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, GraceRunning, IllegalMove, WrongAmount,
    NoShareholders, and what `take_in` does.
    """
    revenue = get_revenue(session, revenue_id, lock=True)
    project = revenue.project
    require_county_officer(officer)
    require_disinterested(
        officer, filed_by=revenue.reported_by, parties=interested(session, project)
    )
    body = {"revenue": revenue_id, "receipt": bank_receipt_number, "amount": amount_fen}
    if keys.earlier(session, key, "revenues.receive", **body):
        return revenue
    if at < grace_ends(revenue.reported_at):
        raise GraceRunning("the investor may still take the report back")
    if amount_fen != revenue.amount_fen:
        raise WrongAmount("not what was reported", field="amount", open_fen=revenue.amount_fen)
    shareholders(session, project)
    move(session, revenue, REVENUE_LIFECYCLE, RevenueAct.RECEIVE, actor=officer, at=at)
    revenue.receipt = take_in(
        session,
        purpose=ReceiptPurpose.REVENUE,
        project_id=project.id,
        target=accounts.income(project.number),
        reference=f"project:{project.number}",
        bank_receipt_number=bank_receipt_number,
        amount_fen=amount_fen,
        officer=officer,
        at=at,
    )
    keys.settle(session, key, revenue.id)
    return revenue


def get_revenue(session: Session, revenue_id: UUID, *, lock: bool = False) -> Revenue:
    """The revenue report of this id. Refuses: NoSuchRecord."""
    revenue = find_row(session, Revenue, revenue_id, lock=lock)
    if revenue is None:
        raise NoSuchRecord("no such revenue")
    return revenue
