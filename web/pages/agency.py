"""The appraisal agency's desk: its commissions, valuing by a method, and two signatures."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from bank.area import format_mu
from bank.calendar import local_date
from bank.deposits import appraising
from bank.deposits.appraising import UNFINISHED, Item, Work
from bank.deposits.tables import Deposit
from bank.files.documents import get_document, keep
from bank.files.kinds import PDF
from bank.files.tables import Visibility
from bank.rules import whole
from valuation.appraisals.lifecycle import CommissionStage, Stage as AppraisalStage
from valuation.methods import Valuation, compute, get_method
from valuation.refusals import BadInputs
from web.cards import area_of, deposit_card
from web.clock import now, today
from web.filters import day
from web.forms import acting, page, posted_key, submitting
from web.labels import label
from web.pages import agency_case as case
from web.pages.agency_forms import MOST_ROWS, ValuationForm, valuation_form
from web.permissions import actor, appraiser_required
from web.session import request_session

bp = Blueprint("agency", __name__, url_prefix="/agency")

TO_DO = {
    Work.VALUE: _("To value"),
    Work.SIGN: _("To sign"),
    Work.DELIVERED: _("Delivered"),
    Work.WITHDRAWN: _("Called off"),
}
PREVIEW, SAVE, MORE = "preview", "save", "more"


def _agency() -> UUID:
    """The agency of the appraiser who is here; one without an agency has no desk."""
    agency = actor().agency
    if agency is None:
        abort(403)
    return agency


@bp.get("")
@appraiser_required
def index() -> ResponseReturnValue:
    """The agency's commissions by what is to be done."""
    session, agency = request_session(), _agency()
    counts = appraising.counts(session, agency)
    work = {each.value: each for each in Work}.get(request.args.get("work", ""), Work.VALUE)
    number = request.args.get("page", 1, type=int)
    found = appraising.commissions(session, agency, work, page=number)

    def address(number: int) -> str | None:
        here = 1 <= number <= found.pages
        return url_for(".index", work=work.value, page=number) if here else None

    return page(
        "agency/index.html",
        work=work,
        Work=Work,
        tabs=[
            (text, url_for(".index", work=each.value), each is work, counts[each])
            for each, text in TO_DO.items()
        ],
        cards=[_commission_card(item) for item in found.items],
        pager={
            "previous_url": address(found.number - 1),
            "next_url": address(found.number + 1),
            "number": found.number,
            "of": found.pages,
        },
    )


def _commission_card(item: Item) -> dict[str, Any]:
    commission, draft = item.commission, item.unfinished
    stage = _("Commissioned on %(day)s", day=day(commission.engaged_at))
    url = url_for(".commission", commission_id=commission.id)
    if draft is not None:
        stage = label(draft.stage)
        url = url_for(".appraisal", appraisal_id=draft.id)
    elif commission.stage is not CommissionStage.ENGAGED:
        stage = label(commission.stage)
    card = deposit_card(item.deposit, url=url, stage=str(stage))
    return card | {"number": commission.number, "tone": None, "value_fen": None}


@bp.route("/commissions/<uuid:commission_id>", methods=["GET", "POST"])
@appraiser_required
def commission(commission_id: UUID) -> ResponseReturnValue:
    """What is to be valued; by which method; its inputs, the value before it is kept, and a draft.

    Three buttons: one more row, a look at the value, and keeping it as a draft to be signed.
    """
    session = request_session()
    found = appraising.get_commission(session, commission_id, actor())
    deposit = appraising.deposit_of(session, found.asset_id)
    method = request.args.get("method")
    if method is None:
        return page("agency/commission.html", **case.described(found, deposit))
    if get_method(method).purpose != "value":
        abort(404)
    begin = {"area_mu": _area_mu(deposit), "valuation_date": today()}
    form = valuation_form(method, chinese=case.chinese(), begin=begin)
    step = request.form.get("step", PREVIEW)
    preview = None
    if form.is_submitted() and step == MORE:
        _add_row(form)
    elif form.sent() or form.is_submitted():
        preview = _computed(form, method)
        if step == SAVE and not form.problem_count():
            saved = _save(form, commission_id, method)
            if saved is not None:
                flash(str(_("The draft is kept. Two appraisers have to sign it.")), "success")
                return redirect(url_for(".appraisal", appraisal_id=saved))
    return page(
        "agency/value.html",
        form,
        method=get_method(method),
        method_name=case.method_name(method),
        preview=preview,
        working=case.working(list(preview.working)) if preview else [],
        **case.described(found, deposit),
    )


def _area_mu(deposit: Deposit) -> str:
    area_dm2 = area_of(deposit)
    return format_mu(area_dm2, 4).replace(",", "") if area_dm2 else ""


def _add_row(form: ValuationForm) -> None:
    for spec in form.specs:
        if spec.columns and len(form[spec.name].entries) < MOST_ROWS:
            form[spec.name].append_entry()


def _computed(form: ValuationForm, method: str) -> Valuation | None:
    """The value by what was typed, or None with every problem beside its field."""
    try:
        return compute(method, form.inputs())
    except BadInputs as refusal:
        form.refuse(refusal)
        return None


def _save(form: ValuationForm, commission_id: UUID, method: str) -> UUID | None:
    """Keep the report and the draft, both or neither; the draft's id, or None if refused."""
    upload, valued_on = form.report.data, form.valuation_date.data
    assert valued_on is not None  # noqa: S101 - the form's own check
    with submitting(form) as session:
        deposit = _deposit_of(session, commission_id)
        report = keep(
            session,
            name=upload.filename if upload else "",
            content=upload.stream if upload else b"",
            accept=frozenset({PDF}),
            actor=actor(),
            party_id=deposit.party_id,
            at=now(),
            visibility=Visibility.OFFICE,
            limit_mb=whole("file.size.maximum_mb", local_date(now())),
            field="report",
        )
        saved = appraising.draft(
            session,
            commission_id,
            method=method,
            inputs=form.inputs(),
            valuation_date=valued_on,
            report=report,
            actor=actor(),
            at=now(),
            key=posted_key(),
        )
    return saved.id if form.accepted else None


def _deposit_of(session: Session, commission_id: UUID) -> Deposit:
    found = appraising.get_commission(session, commission_id, actor())
    return appraising.deposit_of(session, found.asset_id)


@bp.get("/appraisals/<uuid:appraisal_id>")
@appraiser_required
def appraisal(appraisal_id: UUID) -> ResponseReturnValue:
    """One appraisal: what went in, how it was worked out, the report, and who signed."""
    session = request_session()
    found = appraising.get_appraisal(session, appraisal_id, actor())
    signed = any(signature.user_id == actor().id for signature in found.signatures)
    unfinished = found.stage in UNFINISHED
    return page(
        "agency/appraisal.html",
        appraisal=found,
        method_name=case.method_name(found.method),
        inputs=case.inputs(found),
        working=case.working(found.working),
        report=get_document(session, found.report_id),
        may_sign=unfinished and not signed and found.commission.stage is CommissionStage.ENGAGED,
        may_withdraw=unfinished,
        signed=signed,
        AppraisalStage=AppraisalStage,
        **case.described(found.commission, appraising.deposit_of(session, found.asset_id)),
    )


@bp.post("/appraisals/<uuid:appraisal_id>/sign")
@appraiser_required
def sign(appraisal_id: UUID) -> ResponseReturnValue:
    """Sign; the second appraiser's signature issues it."""
    appraising.get_appraisal(request_session(), appraisal_id, actor())
    with acting() as session:
        signed = appraising.sign(session, appraisal_id, actor=actor(), at=now(), key=posted_key())
        issued = signed.stage is AppraisalStage.ISSUED
        text = _("It is issued.") if issued else _("You have signed; a second appraiser signs now.")
        flash(str(text), "success")
    return redirect(url_for(".appraisal", appraisal_id=appraisal_id))


@bp.post("/appraisals/<uuid:appraisal_id>/withdraw")
@appraiser_required
def withdraw(appraisal_id: UUID) -> ResponseReturnValue:
    """Put a draft aside, so that the asset can be valued anew."""
    found = appraising.get_appraisal(request_session(), appraisal_id, actor())
    commission_id = found.commission_id
    with acting() as session:
        appraising.withdraw(session, appraisal_id, actor=actor(), at=now())
        flash(str(_("The draft is put aside.")), "success")
    return redirect(url_for(".commission", commission_id=commission_id))
