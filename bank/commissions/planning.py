"""Planning commissions: the plan that an agency delivers, and how it becomes the project's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.agencies.records import said
from bank.calendar import local_date
from bank.commissions.handing_over import delivered, hand_over
from bank.commissions.plan_files import read_red_line
from bank.commissions.refusals import (
    InvestmentUnsound,
    NotAPlan,
    PhasesMissing,
    PhasesUnsound,
)
from bank.figures import within_ledger
from bank.files.tables import Document
from bank.land.polygons import area_dm2
from bank.refusals import NotYours
from database.actor import Actor
from valuation.agencies.tables import AgencyKind
from valuation.commissions.commissioning import get_commission, require_admitted
from valuation.commissions.lifecycle import Stage
from valuation.commissions.refusals import CommissionEnded, NotTheAgency
from valuation.commissions.tables import Commission, Plan


@dataclass(frozen=True)
class Phase:
    """One phase of a project: its first and last day, the works, and what they cost in fen."""

    name: str
    starts_on: date
    ends_on: date
    works: str
    investment_fen: int


def deliver_plan(
    session: Session,
    commission_id: UUID,
    *,
    use: str,
    phases: Sequence[Phase],
    investment_fen: int,
    red_line: Document,
    documents: Sequence[Document],
    actor: Actor,
    at: datetime,
    key: str,
) -> Plan:
    """Deliver the plan of the commission's project; its client answers next.

    `red_line` is a file of polygons, whose area is kept; the phases follow one another, and their
    investments sum to the whole. Refuses: NoSuchCommission, NotTheAgency, KeyReused, NotAPlan,
    CommissionEnded, AgencyNotAdmitted, NotYours, TextMissing, PhasesMissing, PhasesUnsound,
    InvestmentUnsound, TooLarge, and what `bank.redlines.drawing.read_file` refuses.
    """
    commission = get_commission(session, commission_id, lock=True)
    if actor.agency is None or actor.agency != commission.agency_id:
        raise NotTheAgency("the commission is another agency's")
    body = {
        "commission": commission_id,
        "use": use,
        "phases": [_kept(each) for each in phases],
        "investment": investment_fen,
        "files": [each.sha256 for each in (red_line, *documents)],
    }
    if keys.earlier(session, key, "commissions.deliver_plan", **body):
        return session.get_one(Plan, commission_id)
    if commission.kind is not AgencyKind.PLANNING or commission.project_id is None:
        raise NotAPlan("the commission asks for no plan")
    if commission.stage is not Stage.ENGAGED:
        raise CommissionEnded("the commission is not at work", stage=commission.stage.value)
    today = local_date(at)
    require_admitted(session, actor.agency, AgencyKind.PLANNING, today)
    if any(each.uploaded_by != actor.id for each in (red_line, *documents)):
        raise NotYours("hand in your own files")
    refuse_unsound(phases, investment_fen)
    shape = read_red_line(session, red_line, at=at)

    plan = Plan(
        commission_id=commission.id,
        project_id=commission.project_id,
        use=said(use, "use"),
        phases=[_kept(each) for each in phases],
        investment_fen=investment_fen,
        red_line_document_id=red_line.id,
        area_dm2=area_dm2(shape),
        delivered_by=actor.id,
        delivered_at=at,
    )
    session.add(plan)
    session.flush()
    hand_over(session, commission, documents, actor=actor, at=at)
    keys.settle(session, key, commission.id)
    session.flush()
    return plan


def refuse_unsound(phases: Sequence[Phase], investment_fen: int) -> None:
    """The phases follow one another, and their investments sum to the whole.

    Refuses: PhasesMissing, PhasesUnsound, InvestmentUnsound, TooLarge.
    """
    if not phases:
        raise PhasesMissing("a plan has a phase at least", field="phases")
    for number, each in enumerate(phases, start=1):
        if not (each.name.strip() and each.works.strip()):
            raise PhasesMissing("say what is done in it", field="phases", phase=number)
        if each.ends_on < each.starts_on:
            raise PhasesUnsound("it ends before it begins", field="phases", phase=number)
        if each.investment_fen < 0:
            raise InvestmentUnsound("an investment is zero or more", field="phases", phase=number)
    for number, (one, following) in enumerate(pairwise(phases), start=2):
        if following.starts_on <= one.ends_on:
            raise PhasesUnsound("it begins before the last ends", field="phases", phase=number)
    total_fen = sum(each.investment_fen for each in phases)
    if investment_fen <= 0 or total_fen != investment_fen:
        raise InvestmentUnsound(
            "the phases sum to the whole",
            field="investment",
            sum_fen=total_fen,
            investment_fen=investment_fen,
        )
    within_ledger(investment_fen, field="investment")


def attach(session: Session, commission: Commission, *, at: datetime) -> Plan | None:
    """The plan that a commission delivered is the project's from now on; None if it is no plan.

    Called when the result is accepted, by word, by silence or by the panel; twice changes nothing.
    """
    if commission.kind is not AgencyKind.PLANNING:
        return None
    plan = session.get(Plan, commission.id)
    if plan is not None and plan.attached_at is None:
        plan.attached_at = at
        session.flush()
    return plan


def find_plan(session: Session, commission: Commission) -> Plan | None:
    """The plan that was delivered under the commission."""
    return session.get(Plan, commission.id)


def plan_of(session: Session, project_id: UUID) -> Plan | None:
    """The plan that the project has: of those that were accepted, the last one."""
    return session.scalar(
        select(Plan)
        .where(Plan.project_id == project_id, Plan.attached_at.is_not(None))
        .order_by(Plan.attached_at.desc(), Plan.commission_id.desc())
        .limit(1)
    )


def papers_of(session: Session, plan: Plan) -> Sequence[Document]:
    """The plan's red line file, and its documents."""
    red_line = session.get_one(Document, plan.red_line_document_id)
    return [red_line, *delivered(session, plan.commission_id)]


def _kept(phase: Phase) -> dict[str, Any]:
    return {
        "name": phase.name.strip(),
        "from": phase.starts_on.isoformat(),
        "until": phase.ends_on.isoformat(),
        "works": phase.works.strip(),
        "investment_fen": phase.investment_fen,
    }
