"""Projects (项目): an investor's own, where each stands, what it owns and owes, and its revenue."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.calendar import grace_ends
from bank.commissions import desks, planning
from bank.files import documents
from bank.files.kinds import PAPERS
from bank.files.tables import Document, Visibility
from bank.income import revenues
from bank.income.lifecycle import RevenueStage
from bank.income.tables import Revenue
from bank.money import parse_yuan
from bank.orders import placing
from bank.orders.lifecycle import Stage as OrderStage
from bank.projects import reading
from bank.projects.landcheck import latest_land_check
from bank.projects.lifecycle import Stage
from bank.projects.reviewing import get_project
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord
from bank.rules import whole
from bank.withdrawals.tables import Kind
from database.actor import Role
from web import project_papers as papers
from web.clock import now, today
from web.commission_draft import may_ask_about_project
from web.forms import acting, page, submitting
from web.pages.taken_land import map_of_order
from web.parts_shown import kept
from web.permissions import actor, investor_required, signed_in_required
from web.plan_shown import plan_shown
from web.project_story import ENDED, find_collection, next_step, project_timeline
from web.red_lines_shown import red_lines_shown
from web.rehearsal import rehearsing
from web.revenue_draft import ReportForm, document_of, draft_of, forget, remember
from web.session import request_session
from web.zone_words import told

bp = Blueprint("projects", __name__, url_prefix="/projects")

READERS = (Role.COUNTY, Role.AUDITOR)
"""Who besides the investor may read a project."""


@bp.get("")
@investor_required
def index() -> ResponseReturnValue:
    """All projects of the investor, each with where it stands."""
    rows = [
        {
            "name": row.name,
            "url": url_for(".show", project_id=row.id),
            "number": row.number,
            "day": row.submitted_at,
            "amount": row.amount_fen,
            "next": next_step(
                row.stage,
                row.order_stage,
                reserved_until=row.reserved_until,
                open_fen=row.amount_fen - int(row.paid_fen),
            ),
        }
        for row in reading.projects_of(request_session(), actor().parties)
    ]
    return render_template("projects/index.html", projects=rows)


@bp.get("/<uuid:project_id>")
@signed_in_required
def show(project_id: UUID) -> ResponseReturnValue:
    """One project: for its investor with what she can do, for officers and auditors to read."""
    session = request_session()
    project = _readable(session, project_id)
    own = project.party_id in actor().parties
    order = reading.order_of(session, project_id)
    paid_fen = reading.paid_fen(session, project_id)
    collection = find_collection(session, order)
    contracts = reading.contracts_in(session, project_id)
    open_fen = order.amount_fen - paid_fen
    taking_back = own and order.stage is OrderStage.RESERVED and now() < grace_ends(order.placed_at)
    return render_template(
        "projects/show.html",
        project=project,
        order=order,
        own=own,
        may_ask=may_ask_about_project(session, project.number, actor()),
        commissions=desks.of_project(session, project_id, actor()),
        operating=project.stage is Stage.OPERATING,
        ended=project.stage in ENDED,
        take_back_until=grace_ends(order.placed_at) if taking_back else None,
        steps=project_timeline(session, order, collection, open_fen=open_fen, at=now()),
        collection=collection,
        refund=find_collection(session, order, Kind.REFUND),
        lines=papers.order_lines(session, order),
        checks=[told(check) for check in latest_land_check(session, project)],
        map=map_of_order(order),
        red_lines=red_lines_shown(session, project_id),
        plan=plan_shown(session, planning.plan_of(session, project_id)),
        kept=kept(order) if own and order.stage is OrderStage.RESERVED else [],
        paid_fen=paid_fen,
        payments=papers.payment_rows(session, order),
        open_fen=open_fen,
        awaits_money=project.stage is Stage.APPROVED and order.stage is OrderStage.RESERVED,
        contracts=papers.contract_rows(contracts),
        rents=papers.rent_rows(contracts),
        holders=papers.holder_rows(session, project),
        reports=papers.report_rows(reading.revenues_of(session, project_id), own=own),
        rounds=papers.round_plans(reading.rounds_of(session, project_id)),
    )


@bp.post("/<uuid:project_id>/take-back")
@investor_required
def take_back(project_id: UUID) -> ResponseReturnValue:
    """Take the order back while that is still possible."""
    _own(request_session(), project_id)
    with acting() as session:
        order = reading.order_of(session, project_id)
        placing.take_back(session, order.id, actor=actor(), at=now())
        flash(_("The order was taken back. Its deposits are free again."), "success")
    return redirect(url_for(".show", project_id=project_id))


@bp.route("/<uuid:project_id>/report", methods=["GET", "POST"])
@investor_required
def report(project_id: UUID) -> ResponseReturnValue:
    """Report the revenue of a period; what it would be refused for is said here already."""
    project = _own(request_session(), project_id)
    draft = draft_of(project_id)
    form = ReportForm(data=draft)
    if form.sent():
        document_id = draft.get("document_id")
        with submitting(form) as session:
            with rehearsing(session):
                _send(session, project_id, form, None)
            if form.document.data:
                document_id = str(_keep(session, project, form).id)
        if form.accepted:
            remember(project_id, form, document_id)
            return redirect(url_for(".check", project_id=project_id))
    return _report_page(form, project)


@bp.route("/<uuid:project_id>/report/check", methods=["GET", "POST"])
@investor_required
def check(project_id: UUID) -> ResponseReturnValue:
    """The report on one page; sending it hands it in."""
    project = _own(request_session(), project_id)
    draft = draft_of(project_id)
    form = ReportForm(data=draft)
    document = document_of(draft)
    if form.is_submitted():
        with submitting(form) as session:
            revenue = _send(session, project_id, form, document)
        if form.accepted:
            forget(project_id)
            return redirect(url_for(".reported", project_id=project_id, revenue_id=revenue.id))
        return _report_page(form, project)
    if not draft:
        return redirect(url_for(".report", project_id=project_id))
    return page(
        "projects/check.html",
        form,
        project=project,
        document=document,
        amount_fen=parse_yuan(draft["amount"]),
        minutes=whole("grace.minutes", today()),
    )


@bp.get("/<uuid:project_id>/reports/<uuid:revenue_id>")
@investor_required
def reported(project_id: UUID, revenue_id: UUID) -> ResponseReturnValue:
    """The report is in: its number, what happens next, and the way back."""
    project = _own(request_session(), project_id)
    revenue = _own_revenue(project_id, revenue_id)
    until = grace_ends(revenue.reported_at)
    return render_template(
        "projects/reported.html",
        project=project,
        revenue=revenue,
        until=until,
        in_grace=revenue.stage is RevenueStage.REPORTED and now() < until,
    )


@bp.post("/<uuid:project_id>/reports/<uuid:revenue_id>/take-back")
@investor_required
def take_back_report(project_id: UUID, revenue_id: UUID) -> ResponseReturnValue:
    """Take a report back while that is still possible."""
    _own(request_session(), project_id)
    _own_revenue(project_id, revenue_id)
    with acting() as session:
        revenues.take_back(session, revenue_id, actor=actor(), at=now())
        flash(_("The report was taken back."), "success")
    return redirect(url_for(".show", project_id=project_id))


def _readable(session: Session, project_id: UUID) -> Project:
    """The project, for its investor, a county officer or an auditor; nobody else knows of it."""
    project = get_project(session, project_id)
    if project.party_id not in actor().parties and not actor().has(*READERS):
        raise NoSuchRecord("no such project")
    return project


def _own(session: Session, project_id: UUID) -> Project:
    project = get_project(session, project_id)
    if project.party_id not in actor().parties:
        raise NoSuchRecord("no such project")
    return project


def _own_revenue(project_id: UUID, revenue_id: UUID) -> Revenue:
    revenue = revenues.get_revenue(request_session(), revenue_id)
    if revenue.project_id != project_id:
        raise NoSuchRecord("no such revenue")
    return revenue


def _send(
    session: Session, project_id: UUID, form: ReportForm, document: Document | None
) -> Revenue:
    return revenues.report(
        session,
        project_id,
        amount_fen=parse_yuan(form.amount.data or "", field="amount"),
        period_from=form.period_from.data or today(),
        period_to=form.period_to.data or today(),
        remark=form.remark.data or "",
        document=document,
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )


def _keep(session: Session, project: Project, form: ReportForm) -> Document:
    return documents.keep(
        session,
        name=form.document.data.filename,
        content=form.document.data.stream,
        accept=PAPERS,
        actor=actor(),
        party_id=project.party_id,
        at=now(),
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", today()),
        title=project.name,
        field="document",
    )


def _report_page(form: ReportForm, project: Project) -> ResponseReturnValue:
    megabytes = whole("file.size.maximum_mb", today())
    return page(
        "projects/report.html",
        form,
        project=project,
        document=document_of(draft_of(project.id)),
        megabytes=megabytes,
    )
