"""The county's desk: projects, payments into escrow, collections, revenue and rents."""

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from bank import accounts
from bank.acts import history
from bank.appraisals.diverging import count_open
from bank.contracts.rents import pay_rent
from bank.contracts.tables import Contract, Instalment
from bank.income import revenues, rounds
from bank.income.lifecycle import RevenueStage
from bank.income.tables import Revenue, Round
from bank.money import parse_yuan
from bank.orders import placing, receipts
from bank.orders.tables import Order
from bank.parties.signing_up import confirm_party
from bank.projects import reviewing
from bank.projects.desk import desk
from bank.projects.landcheck import latest_land_check
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import NoSuchRecord
from bank.rules import ratio, whole
from bank.withdrawals import requesting
from ledger import journal
from web.clock import now, today
from web.forms import BankForm, acting, page, posted_key, submitting
from web.pages.county_forms import (
    ApprovalForm,
    OpinionForm,
    ReceiptForm,
    RefuseForm,
    RoundForm,
    read_percent,
)
from web.pages.taken_land import map_of_order
from web.parts_shown import named
from web.permissions import actor, county_required
from web.project_story import leaving
from web.red_lines_shown import red_lines_shown
from web.session import request_session
from web.zone_words import told

bp = Blueprint("county", __name__, url_prefix="/county")

DEPARTMENTS = (
    "自然资源和规划局",
    "农业农村局",
    "发展和改革局",
    "林业局",
    "生态环境局",
    "文旅体育局",
)
"""Departments that a joint review usually asks; others can be typed."""


@bp.get("")
@county_required
def index() -> ResponseReturnValue:
    """What waits for the county's officers."""
    return page(
        "county/index.html",
        work=desk(request_session(), today=today()),
        divergent=count_open(request_session()),
    )


@bp.post("/parties/<uuid:party_id>/confirm")
@county_required
def confirm_company(party_id: UUID) -> ResponseReturnValue:
    """Let a company act, its papers seen."""
    with acting() as session:
        party = confirm_party(session, party_id, officer=actor(), at=now())
        flash(_("%(name)s may act now.", name=party.name), "success")
    return redirect(url_for(".index"))


@bp.get("/projects/<uuid:project_id>")
@county_required
def project(project_id: UUID) -> ResponseReturnValue:
    """One project from its review to its dividends, with what an officer can do now."""
    return _project_page(project_id)


F = TypeVar("F", bound=BankForm)


def _shown(kind: type[F], sent: BankForm | None, **begin: str) -> F:
    """The form that was just refused, if it is of this kind, else an empty one."""
    return sent if isinstance(sent, kind) else kind(formdata=None, **begin)


def _project_page(project_id: UUID, sent: BankForm | None = None) -> ResponseReturnValue:
    session = request_session()
    shown = reviewing.get_project(session, project_id)
    order = order_of(project_id)
    least = f"{(ratio('reserve.minimum', today()) * 100).normalize():f}"
    return page(
        "county/project.html",
        sent,
        project=shown,
        order=order,
        named=named,
        open_fen=receipts.open_amount(session, order),
        acts=history(session, shown),
        departments=DEPARTMENTS,
        opinion_form=_shown(OpinionForm, sent),
        refuse_form=_shown(RefuseForm, sent),
        receipt_form=_shown(ReceiptForm, sent),
        round_form=_shown(RoundForm, sent, reserve_rate=least),
        approval_form=_shown(ApprovalForm, sent),
        checks=[told(check) for check in latest_land_check(session, shown)],
        map=map_of_order(order),
        red_lines=red_lines_shown(session, project_id),
        holders_to_be=len(reviewing.shareholders_to_be(order)),
        held_fen=placing.held_fen(session, order),
        leaving=leaving(session, order),
        contracts=_contracts(project_id),
        revenues=session.scalars(
            select(Revenue).where(Revenue.project_id == project_id).order_by(Revenue.reported_at)
        ).all(),
        rounds=session.scalars(
            select(Round).where(Round.project_id == project_id).order_by(Round.record_at)
        ).all(),
        income_fen=journal.balance(session, accounts.income(shown.number), accounts.CNY),
        stages=ProjectStage,
        reported=RevenueStage.REPORTED,
        holder_limit=whole("offering.holders", today()),
    )


def order_of(project_id: UUID) -> Order:
    """The order that a project came with. Refuses: NoSuchRecord."""
    order = request_session().scalar(select(Order).where(Order.project_id == project_id))
    if order is None:
        raise NoSuchRecord("no such project")
    return order


def _contracts(project_id: UUID) -> list[Contract]:
    return list(
        request_session().scalars(
            select(Contract).where(Contract.project_id == project_id).order_by(Contract.number)
        )
    )


@bp.post("/projects/<uuid:project_id>/review")
@county_required
def review(project_id: UUID) -> ResponseReturnValue:
    """Take a project into joint review."""
    with acting() as session:
        reviewing.start_review(session, project_id, officer=actor(), at=now())
    return redirect(url_for(".project", project_id=project_id))


@bp.post("/projects/<uuid:project_id>/opinion")
@county_required
def opinion(project_id: UUID) -> ResponseReturnValue:
    """Record a department's opinion."""
    form = OpinionForm()
    if form.sent():
        with submitting(form) as session:
            reviewing.give_opinion(
                session,
                project_id,
                department=form.department.data or "",
                in_favour=form.in_favour.data == "yes",
                opinion=form.opinion.data or "",
                officer=actor(),
                at=now(),
            )
    if form.accepted:
        return redirect(url_for(".project", project_id=project_id))
    return _project_page(project_id, form)


@bp.post("/projects/<uuid:project_id>/approve")
@county_required
def approve(project_id: UUID) -> ResponseReturnValue:
    """Approve a project after its joint review."""
    form = ApprovalForm()
    if form.sent():
        with submitting(form) as session:
            reviewing.approve(
                session,
                project_id,
                officer=actor(),
                at=now(),
                override_reason=form.override_reason.data or "",
            )
    if form.accepted:
        flash(_("The project is approved. The investor can pay now."), "success")
        return redirect(url_for(".project", project_id=project_id))
    return _project_page(project_id, form)


@bp.post("/projects/<uuid:project_id>/refuse")
@county_required
def refuse(project_id: UUID) -> ResponseReturnValue:
    """Refuse a project that the joint review is against; its deposits are free again."""
    form = RefuseForm()
    if form.sent():
        with submitting(form) as session:
            placing.refuse(
                session,
                order_of(project_id).id,
                reason=form.reason.data or "",
                officer=actor(),
                at=now(),
            )
    if form.accepted:
        return redirect(url_for(".project", project_id=project_id))
    return _project_page(project_id, form)


@bp.post("/projects/<uuid:project_id>/cancel")
@county_required
def cancel(project_id: UUID) -> ResponseReturnValue:
    """End an order for which no money came; its deposits are free again."""
    with acting() as session:
        placing.cancel(
            session,
            order_of(project_id).id,
            reason=request.form.get("reason", ""),
            officer=actor(),
            at=now(),
        )
    return redirect(url_for(".project", project_id=project_id))


@bp.post("/projects/<uuid:project_id>/receipt")
@county_required
def receipt(project_id: UUID) -> ResponseReturnValue:
    """Record the investor's payment into escrow."""
    form = ReceiptForm()
    if form.sent():
        with submitting(form) as session:
            receipts.pay_into_escrow(
                session,
                order_of(project_id).id,
                bank_receipt_number=form.bank_receipt_number.data or "",
                amount_fen=parse_yuan(form.amount.data or "", field="amount"),
                officer=actor(),
                at=now(),
                key=form.key.data or "",
            )
    if form.accepted:
        flash(_("The payment is recorded in escrow."), "success")
        return redirect(url_for(".project", project_id=project_id))
    return _project_page(project_id, form)


@bp.post("/projects/<uuid:project_id>/collect")
@county_required
def collect(project_id: UUID) -> ResponseReturnValue:
    """Ask that the bundle leave the bank; two other officers check and confirm it."""
    target = url_for(".project", project_id=project_id)
    with acting() as session:
        withdrawal = requesting.request_collection(
            session, order_of(project_id).id, officer=actor(), at=now(), key=posted_key()
        )
        target = url_for("withdrawals.show", withdrawal_id=withdrawal.id)
    return redirect(target)


@bp.post("/projects/<uuid:project_id>/refund")
@county_required
def refund(project_id: UUID) -> ResponseReturnValue:
    """Ask that the money held for the order go back; two other officers check and confirm it."""
    target = url_for(".project", project_id=project_id)
    with acting() as session:
        withdrawal = requesting.request_refund(
            session,
            order_of(project_id).id,
            reason=request.form.get("reason", ""),
            officer=actor(),
            at=now(),
            key=posted_key(),
        )
        target = url_for("withdrawals.show", withdrawal_id=withdrawal.id)
    return redirect(target)


@bp.route("/revenues/<uuid:revenue_id>", methods=["GET", "POST"])
@county_required
def revenue(revenue_id: UUID) -> ResponseReturnValue:
    """Record that reported revenue has arrived."""
    form = ReceiptForm()
    shown = revenues.get_revenue(request_session(), revenue_id)
    if form.sent():
        with submitting(form) as session:
            revenues.receive(
                session,
                revenue_id,
                bank_receipt_number=form.bank_receipt_number.data or "",
                amount_fen=parse_yuan(form.amount.data or "", field="amount"),
                officer=actor(),
                at=now(),
                key=form.key.data or "",
            )
    if form.accepted:
        flash(_("The revenue is received."), "success")
        return redirect(url_for(".project", project_id=shown.project_id))
    return page("county/revenue.html", form, revenue=shown, reported=RevenueStage.REPORTED)


@bp.post("/projects/<uuid:project_id>/rounds")
@county_required
def open_round(project_id: UUID) -> ResponseReturnValue:
    """Open a dividend round over the income received, and put its plan on display."""
    form = RoundForm()
    opened: Round | None = None
    if form.sent():
        with submitting(form) as session:
            opened = rounds.open_round(
                session,
                project_id,
                reserve_rate=read_percent(form.reserve_rate.data or ""),
                override_reason=form.override_reason.data or "",
                officer=actor(),
                at=now(),
                key=form.key.data or "",
            )
    if opened is not None and form.accepted:
        return redirect(url_for("rounds.show", round_id=opened.id))
    return _project_page(project_id, form)


@bp.route("/contracts/<uuid:contract_id>/rents/<int:ordinal>", methods=["GET", "POST"])
@county_required
def rent(contract_id: UUID, ordinal: int) -> ResponseReturnValue:
    """Record a year's rent against a bank receipt; it goes on to the holders at once."""
    session = request_session()
    contract = session.get(Contract, contract_id)
    instalment = session.get(Instalment, (contract_id, ordinal))
    if contract is None or instalment is None:
        raise NoSuchRecord("no such rent")
    form = ReceiptForm()
    if form.sent():
        with submitting(form) as writing:
            pay_rent(
                writing,
                contract_id,
                ordinal=ordinal,
                bank_receipt_number=form.bank_receipt_number.data or "",
                amount_fen=parse_yuan(form.amount.data or "", field="amount"),
                officer=actor(),
                at=now(),
                key=form.key.data or "",
            )
    if form.accepted:
        flash(_("The rent is paid to the owners' accounts."), "success")
        return redirect(url_for(".project", project_id=contract.project_id))
    return page("county/rent.html", form, contract=contract, instalment=instalment)
