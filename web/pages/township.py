"""The township officer's desk: her town's deposits by what is to be done, and deciding on each."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from bank.agencies.directory import admitted_for
from bank.calendar import grace_ends
from bank.deposits import checking, notices, queues, reappraising, records, storing
from bank.deposits.lifecycle import Stage
from bank.deposits.queues import Work
from bank.deposits.tables import Decision, Deposit
from bank.parties import signing_up
from bank.refusals import NoSuchRecord
from valuation.agencies.tables import AgencyKind
from web.cards import deposit_card
from web.clock import now, today
from web.filters import day, moment
from web.forms import BankForm, acting, page, posted_key, submitting
from web.pages import township_case as case
from web.pages.township_forms import (
    UPHELD,
    DecideForm,
    PassForm,
    ReappraiseForm,
    RefuseForm,
    SendBackForm,
)
from web.paging import page_links
from web.permissions import actor, township_required
from web.session import request_session

bp = Blueprint("township", __name__, url_prefix="/township")

TO_DO = {
    Work.CHECK: _("To check"),
    Work.OBJECTION: _("Objections"),
    Work.NOTICE: _("On notice"),
    Work.APPRAISAL: _("Waiting for the appraisal"),
    Work.STORE: _("To store"),
    Work.REAPPRAISE: _("To appraise anew"),
}


def _town() -> str:
    """The office of the officer who is here; one without an office has no desk."""
    town = actor().township
    if not town:
        abort(403)
    return str(town)


@bp.get("")
@township_required
def index() -> ResponseReturnValue:
    """The town's deposits, by what is to be done."""
    session, town = request_session(), _town()
    counts = queues.counts(session, town, at=now())
    work = _work(request.args.get("work"), counts)
    found = queues.queue(session, town, work, at=now(), page=request.args.get("page", 1, type=int))
    return page(
        "township/index.html",
        work=work,
        Work=Work,
        tabs=[
            (label, url_for(".index", work=each.value), each is work, counts[each])
            for each, label in TO_DO.items()
        ],
        parties=len(queues.unconfirmed_collectives(session, town)),
        cards=[_queue_card(deposit, work) for deposit in found.deposits],
        pager=page_links(".index", found.number, of=found.pages, work=work.value),
    )


def _work(text: str | None, counts: dict[Work, int]) -> Work:
    """The chosen kind of work, else the first that there is some of."""
    chosen = {work.value: work for work in Work}.get(text or "")
    waiting = [work for work in (Work.CHECK, Work.OBJECTION, Work.STORE) if counts[work]]
    return chosen or next(iter(waiting), Work.CHECK)


def _queue_card(deposit: Deposit, work: Work) -> dict[str, Any]:
    stage = None
    if work is Work.CHECK and deposit.submitted_at:
        ends = grace_ends(deposit.submitted_at)
        if now() < ends:
            stage = _("Can be taken back until %(moment)s, nothing to decide before",
                      moment=moment(ends))  # fmt: skip
        else:
            stage = _("Submitted on %(day)s", day=day(deposit.submitted_at))
    url = url_for(".show", deposit_id=deposit.id)
    card = deposit_card(deposit, url=url, stage=str(stage) if stage else None)
    return card | {"tone": "heed" if work is Work.OBJECTION else None}


@bp.get("/<uuid:deposit_id>")
@township_required
def show(deposit_id: UUID) -> ResponseReturnValue:
    """Everything about one deposit, with what can be decided now."""
    return _show(deposit_id)


@bp.get("/<uuid:deposit_id>/<path:act>")
@township_required
def acted(deposit_id: UUID, act: str) -> ResponseReturnValue:
    """A refused act's address opened again, as a change of language does: back to the deposit."""
    return redirect(url_for(".show", deposit_id=deposit_id))


def _show(deposit_id: UUID, form: BankForm | None = None) -> ResponseReturnValue:
    """The page of one deposit; `form` is the one that was sent and refused."""
    session = request_session()
    deposit = _own_deposit(session, deposit_id, drafts=isinstance(form, DecideForm))
    return page(
        "township/show.html",
        form,
        passing=form
        if isinstance(form, PassForm)
        else PassForm(formdata=None).offer(_agencies(session)),
        reappraising=form
        if isinstance(form, ReappraiseForm)
        else ReappraiseForm(formdata=None).offer(_agencies(session)),
        sending_back=form if isinstance(form, SendBackForm) else SendBackForm(formdata=None),
        refusing=form if isinstance(form, RefuseForm) else RefuseForm(formdata=None),
        deciding={
            each.number: form
            if isinstance(form, DecideForm) and form.number == each.number
            else DecideForm(each.number, formdata=None)
            for each in deposit.objections
        },
        **case.described(session, deposit, actor()),
    )


def _agencies(session: Session) -> list[tuple[str, str]]:
    """The admitted agencies (id, name), to choose from."""
    found = admitted_for(session, AgencyKind.APPRAISAL, today())
    return [(str(each.id), each.name) for each in found]


def _own_deposit(session: Session, deposit_id: UUID, *, drafts: bool = False) -> Deposit:
    """A deposit of the officer's own town, submitted unless `drafts`; of others she knows none."""
    deposit = records.get_deposit(session, deposit_id)
    ours = deposit.asset.division_code.startswith(_town())
    if not ours or (deposit.stage is Stage.DRAFT and not drafts):
        raise NoSuchRecord("no such deposit in this township")
    return deposit


def _back_already(deposit: Deposit, work: Work) -> ResponseReturnValue | None:
    """The answer to a second press of what gave the application back; None while it is here."""
    if deposit.stage is not Stage.DRAFT:
        return None
    return _told(_("%(number)s is back with its owner.", number=deposit.number), work)


def _told(text: Any, work: Work) -> ResponseReturnValue:
    """Back to the queue, with what was done."""
    flash(str(text), "success")
    return redirect(url_for(".index", work=work.value))


@bp.post("/<uuid:deposit_id>/pass")
@township_required
def pass_to_notice(deposit_id: UUID) -> ResponseReturnValue:
    """Evidence and consent are sound: post the notice and commission the appraisal."""
    _own_deposit(request_session(), deposit_id)
    form = PassForm().offer(_agencies(request_session()))
    if form.sent():
        with submitting(form) as session:
            deposit = checking.pass_to_notice(
                session,
                deposit_id,
                agency_id=UUID(form.agency_id.data),
                officer=actor(),
                at=now(),
                key=posted_key(),
            )
        if form.accepted:
            return _told(_("%(number)s is on public notice.", number=deposit.number), Work.CHECK)
    return _show(deposit_id, form)


@bp.post("/<uuid:deposit_id>/send-back")
@township_required
def send_back(deposit_id: UUID) -> ResponseReturnValue:
    """Give the application back to its owner to mend."""
    if answer := _back_already(
        _own_deposit(request_session(), deposit_id, drafts=True), Work.CHECK
    ):
        return answer
    form = SendBackForm()
    if form.sent():
        with submitting(form) as session:
            deposit = checking.send_back(
                session, deposit_id, reason=form.reason.data or "", officer=actor(), at=now()
            )
        if form.accepted:
            text = _("%(number)s went back to its owner to be mended.", number=deposit.number)
            return _told(text, Work.CHECK)
    return _show(deposit_id, form)


@bp.post("/<uuid:deposit_id>/refuse")
@township_required
def refuse(deposit_id: UUID) -> ResponseReturnValue:
    """Refuse the deposit for good."""
    _own_deposit(request_session(), deposit_id)
    form = RefuseForm()
    if form.sent():
        with submitting(form) as session:
            deposit = checking.refuse(
                session, deposit_id, reason=form.reason.data or "", officer=actor(), at=now()
            )
        if form.accepted:
            return _told(_("%(number)s is refused.", number=deposit.number), Work.CHECK)
    return _show(deposit_id, form)


@bp.post("/<uuid:deposit_id>/objections/<number>")
@township_required
def decide(deposit_id: UUID, number: str) -> ResponseReturnValue:
    """Decide an objection, with an answer that everyone can read."""
    deposit = _own_deposit(request_session(), deposit_id, drafts=True)
    objection = next((each for each in deposit.objections if each.number == number), None)
    if objection is None:
        raise NoSuchRecord("no such objection to this deposit", number=number)
    if objection.decision is not Decision.OPEN and (
        answer := _back_already(deposit, Work.OBJECTION)
    ):
        return answer
    form = DecideForm(number)
    if form.sent():
        with submitting(form) as session:
            notices.decide(
                session,
                objection.id,
                upheld=form.decision.data == UPHELD,
                answer=form.answer.data or "",
                officer=actor(),
                at=now(),
            )
        if form.accepted:
            return _told(_("Objection %(number)s is decided.", number=number), Work.OBJECTION)
    return _show(deposit_id, form)


@bp.post("/<uuid:deposit_id>/clear")
@township_required
def clear(deposit_id: UUID) -> ResponseReturnValue:
    """Close a notice that is over and that nothing stands against."""
    _own_deposit(request_session(), deposit_id)
    with acting() as session:
        deposit = notices.clear(session, deposit_id, at=now(), actor=actor())
        flash(str(_("The notice of %(number)s is closed.", number=deposit.number)), "success")
    return redirect(url_for(".show", deposit_id=deposit_id))


@bp.post("/<uuid:deposit_id>/store")
@township_required
def store(deposit_id: UUID) -> ResponseReturnValue:
    """Bring the deposit into the bank; the command asks for every gate again."""
    _own_deposit(request_session(), deposit_id)
    with acting() as session:
        deposit = storing.store(session, deposit_id, officer=actor(), at=now(), key=posted_key())
        flash(str(_("%(number)s is stored in the bank.", number=deposit.number)), "success")
    return redirect(url_for(".show", deposit_id=deposit_id))


@bp.post("/<uuid:deposit_id>/reappraise")
@township_required
def reappraise(deposit_id: UUID) -> ResponseReturnValue:
    """Commission the appraisal of what is in the bank anew."""
    _own_deposit(request_session(), deposit_id)
    form = ReappraiseForm().offer(_agencies(request_session()))
    if form.sent():
        with submitting(form) as session:
            commission = reappraising.recommission(
                session,
                deposit_id,
                agency_id=UUID(form.agency_id.data),
                officer=actor(),
                at=now(),
                key=posted_key(),
            )
        if form.accepted:
            text = _("The appraisal is commissioned anew: %(number)s.", number=commission.number)
            return _told(text, Work.REAPPRAISE)
    return _show(deposit_id, form)


@bp.get("/parties")
@township_required
def parties() -> ResponseReturnValue:
    """The town's collectives that wait to be confirmed."""
    session = request_session()
    waiting = queues.unconfirmed_collectives(session, _town())
    return page(
        "township/parties.html",
        parties=waiting,
        representatives=queues.representatives(session, waiting),
    )


@bp.post("/parties/<uuid:party_id>")
@township_required
def confirm_party(party_id: UUID) -> ResponseReturnValue:
    """The papers were seen: the collective may act."""
    with acting() as session:
        party = signing_up.confirm_party(session, party_id, officer=actor(), at=now())
        flash(str(_("%(name)s is confirmed and may now deposit.", name=party.name)), "success")
    return redirect(url_for(".parties"))
