"""The client's acts on a commission: choosing and voting, keeping somebody out, answering."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _
from sqlalchemy.orm import Session

from bank.commissions import answering, deadlines, desks, engaging, requesting, ties
from bank.files.documents import keep
from bank.files.kinds import PAPERS
from bank.files.tables import Visibility
from bank.parties.signing_up import get_party
from bank.rules import fraction, rule, whole
from bank.rules.consent import Body
from bank.withdrawals.requesting import available
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.tables import Commission, Quote
from web import commission_shown as shown, commission_story as story
from web.clock import now, today
from web.forms import acting, page, submitting
from web.labels import label
from web.pages.commission_forms import AgreeForm, DisputeForm, ReasonForm, RecuseForm, VoteForm
from web.pages.owner_forms import given
from web.permissions import actor, client_required
from web.session import request_session

bp = Blueprint("commission_choice", __name__, url_prefix="/commissions/<number>")

View = Callable[..., ResponseReturnValue]


def _of(number: str) -> Commission:
    """The commission, for those whose business it is. Refuses: NoSuchCommission."""
    return desks.find(request_session(), number, actor())


def _when(may: str) -> Callable[[View], View]:
    """Give the view its commission while the reader may do this; else say where it stands now.

    A second click on what is done already finds it done, and is not told off.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def asked(number: str, **told: Any) -> ResponseReturnValue:
            found = _of(number)
            can = shown.what_can_be_done(request_session(), found, actor(), at=now())
            if not can[may]:
                if request.method == "GET" or may not in ("choose", "accept"):
                    stage = label(found.stage)
                    flash(
                        _("It stands at “%(stage)s”, where this cannot be done.", stage=stage),
                        "info",
                    )
                return _back(found)
            return view(found, **told)

        return asked

    return decorate


def _back(found: Commission) -> ResponseReturnValue:
    return redirect(url_for("commissions.show", number=found.number))


def _quote(found: Commission, quote_id: UUID) -> Quote:
    quote = next((each for each in found.quotes if each.id == quote_id), None)
    if quote is None:
        abort(404)
    return quote


def _means(session: Session, found: Commission, quote: Quote) -> dict[str, Any]:
    """What the client has for the fee, and what it lacks, in fen; the county pays from outside."""
    if found.client_id is None:
        return {"payer": None}
    payer = get_party(session, found.client_id)
    available_fen = available(session, payer)
    return {
        "payer": payer,
        "available_fen": available_fen,
        "lacking_fen": max(0, (quote.fee_fen or 0) - available_fen),
        "until": deadlines.choose_by(found),
    }


# -- choosing --------------------------------------------------------------------------------------


@bp.route("/choose/<uuid:quote_id>", methods=["GET", "POST"])
@client_required
@_when("choose")
def choose(found: Commission, quote_id: UUID) -> ResponseReturnValue:
    """The contract, the fee and what happens to it; agreeing engages the agency."""
    session, quote = request_session(), _quote(found, quote_id)
    if quote.stage is not QuoteStage.OFFERED:
        return _back(found)
    vote = engaging.vote_of(session, found)
    voted = vote is not None and vote.quote_id == quote.id
    if engaging.needs_vote(session, found) and not voted:
        return redirect(url_for(".vote", number=found.number, quote_id=quote_id))
    form = AgreeForm()
    if form.sent():
        with submitting(form) as session:
            engaging.choose(session, quote_id, actor=actor(), at=now(), key=form.key.data or "")
        if form.accepted:
            flash(_("%(agency)s is engaged.", agency=quote.agency.name), "success")
            return _back(found)
    return page(
        "commissions/choose.html",
        form,
        commission=found,
        quote=quote,
        title=story.subject(session, found),
        client=shown.client_name(session, found),
        **_means(session, found, quote),
        vote=shown.vote_shown(session, found) if voted else None,
        contract=engaging.contract_text(session, found, quote, on=today()),
        minutes=whole("grace.minutes", today()),
        answer_days=whole("commission.answer.days", today()),
    )


@bp.route("/vote/<uuid:quote_id>", methods=["GET", "POST"])
@client_required
@_when("choose")
def vote(found: Commission, quote_id: UUID) -> ResponseReturnValue:
    """The vote by which the collective's members chose this offer, with the rule beside it."""
    session, quote = request_session(), _quote(found, quote_id)
    if quote.stage is not QuoteStage.OFFERED or not engaging.needs_vote(session, found):
        return _back(found)
    form = VoteForm()
    if form.sent():
        with submitting(form) as session:
            _record(found, quote, form)
        if form.accepted:
            return redirect(url_for(".choose", number=found.number, quote_id=quote_id))
    return page(
        "commissions/vote.html",
        form,
        commission=found,
        quote=quote,
        title=story.subject(session, found),
        meeting=_meeting_rules(),
        limit_mb=whole("file.size.maximum_mb", today()),
    )


def _record(found: Commission, quote: Quote, form: VoteForm) -> None:
    session, upload = request_session(), form.file.data
    document = keep(
        session,
        name=upload.filename or "",
        content=upload.stream,
        accept=PAPERS,
        actor=actor(),
        party_id=found.client_id,
        at=now(),
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", today()),
        field="file",
    )
    engaging.record_vote(
        session,
        found.id,
        quote_id=quote.id,
        body=cast(Body, form.body.data),
        members=given(form.members.data),
        present=given(form.present.data),
        in_favour=given(form.in_favour.data),
        notice_given_on=given(form.notice_given_on.data),
        held_on=given(form.held_on.data),
        document=document,
        actor=actor(),
        at=now(),
    )


def _meeting_rules() -> dict[str, Any]:
    """What the law asks of a vote today, with its source."""
    language = str(get_locale())
    return {
        "members_days": whole("consent.meeting.notice_days", today()),
        "attendance": fraction("consent.meeting.attendance", today()),
        "in_favour": fraction("consent.meeting.in_favour", today()),
        "source": rule("consent.meeting.in_favour", today()).citation(language),
        "representatives_least": whole("consent.representatives.minimum", today()),
        "representatives_days": whole("consent.representatives.notice_days", today()),
        "representatives_in_favour": fraction("consent.representatives.in_favour", today()),
        "representatives_source": rule("consent.representatives.in_favour", today()).citation(
            language
        ),
    }


# -- while it is at work ---------------------------------------------------------------------------


@bp.route("/recuse", methods=["GET", "POST"])
@client_required
@_when("recuse")
def recuse(found: Commission) -> ResponseReturnValue:
    """Ask that an appraiser keeps out, with the reason."""
    session = request_session()
    people = [each for each in shown.appraisers(session, found) if not each["recused"]]
    form = RecuseForm()
    form.offer([(str(each["id"]), f"{each['name']} · {each['agency']}") for each in people])
    if form.sent():
        with submitting(form) as session:
            ties.recuse(
                session,
                found.id,
                UUID(form.user_id.data),
                reason=form.reason.data or "",
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            flash(_("She keeps out of this commission from now on."), "success")
            return _back(found)
    return page("commissions/recuse.html", form, commission=found, nobody=not people)


@bp.route("/withdraw", methods=["GET", "POST"])
@client_required
@_when("withdraw")
def withdraw(found: Commission) -> ResponseReturnValue:
    """Call it off, with the reason."""
    form = ReasonForm()
    if form.sent():
        with submitting(form) as session:
            requesting.withdraw(
                session, found.id, reason=form.reason.data or "", actor=actor(), at=now()
            )
        if form.accepted:
            flash(_("It is called off."), "success")
            return _back(found)
    return page("commissions/withdraw.html", form, commission=found)


# -- answering -------------------------------------------------------------------------------------


@bp.post("/accept")
@client_required
@_when("accept")
def accept(found: Commission) -> ResponseReturnValue:
    """Accept the result: the fee goes to the agency."""
    with acting() as session:
        answering.accept(session, found.id, actor=actor(), at=now())
        flash(_("You have accepted the result."), "success")
    return _back(found)


@bp.route("/dispute", methods=["GET", "POST"])
@client_required
@_when("dispute")
def dispute(found: Commission) -> ResponseReturnValue:
    """Say what is wrong with the result; the county's panel looks at it."""
    form = DisputeForm()
    if form.sent():
        with submitting(form) as session:
            answering.dispute(
                session, found.id, grounds=form.grounds.data or "", actor=actor(), at=now()
            )
        if form.accepted:
            flash(_("Your dispute has arrived. The county's panel looks at it."), "success")
            return _back(found)
    return page(
        "commissions/dispute.html",
        form,
        commission=found,
        answer_on=deadlines.answer_on(found),
        delivered=found.stage is Stage.DELIVERED,
    )
