"""Requests to quote (报价): what an agency is asked, its offer, or that it declines."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from sqlalchemy.orm import Session

from bank.commissions import desks, quoting, reading, standing
from bank.deposits.latest import latest_deposits
from bank.money import format_yuan, parse_yuan
from bank.parties.tables import Party
from bank.projects.tables import Project
from valuation.commissions.lifecycle import LIFECYCLE, QUOTE_LIFECYCLE, Act, QuoteAct, QuoteStage
from valuation.commissions.tables import Commission, Quote
from web import commission_story as story
from web.cards import area_of, place_name
from web.clock import now, today
from web.filters import day
from web.forms import BankForm, page, submitting
from web.labels import label
from web.pages.agency_blueprint import own_agency
from web.pages.agency_quote_forms import DeclineForm, OfferForm
from web.pages.commissions import reminders
from web.pages.owner_forms import given
from web.permissions import actor, appraiser_required
from web.session import request_session, transaction

bp = Blueprint("agency_quotes", __name__, url_prefix="/agency/commissions/quotes")

VIEWS: Final = {
    "asked": (_("To quote"), (QuoteStage.ASKED,)),
    "offered": (_("Offers made"), (QuoteStage.OFFERED,)),
    "ended": (_("Ended"), (QuoteStage.CHOSEN, QuoteStage.DECLINED, QuoteStage.LEFT)),
}


@bp.get("")
@appraiser_required
def index() -> ResponseReturnValue:
    """What the agency was asked to quote for."""
    session, agency = request_session(), own_agency()
    view = request.args.get("view", "asked")
    if view not in VIEWS:
        abort(404)
    counts = desks.quote_counts(session, agency)
    quotes = desks.quotes_of(session, agency, VIEWS[view][1])
    commissions = [session.get_one(Commission, quote.commission_id) for quote in quotes]
    names = story.subjects(session, commissions)
    return page(
        "agency_quotes/index.html",
        view=view,
        tabs=[
            (text, url_for(".index", view=name), name == view, sum(counts[s] for s in stages))
            for name, (text, stages) in VIEWS.items()
        ],
        rows=[_row(quote, each, names) for quote, each in zip(quotes, commissions, strict=True)],
        reminders=reminders(session, actor()),
    )


def _row(quote: Quote, commission: Commission, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "url": url_for(".show", quote_id=quote.id),
        "name": names[commission.id],
        "number": commission.number,
        "stage": label(quote.stage),
        "fee": quote.fee_fen,
        "quote_by": commission.quote_by,
        "deliver_by": quote.deliver_by or commission.deliver_by,
    }


def _own(quote_id: UUID) -> tuple[Quote, Commission]:
    """The agency's own quote; of others' there is none for it."""
    quote = request_session().get(Quote, quote_id)
    if quote is None or quote.agency_id != own_agency():
        abort(404)
    return quote, request_session().get_one(Commission, quote.commission_id)


@bp.get("/<uuid:quote_id>")
@appraiser_required
def show(quote_id: UUID) -> ResponseReturnValue:
    """What is asked, of which land, by whom; with the form to quote while that is possible."""
    quote, found = _own(quote_id)
    _looked_at(found)
    return _page(quote, found)


def _looked_at(found: Commission) -> None:
    """Its reminders to the agency are seen."""
    session = request_session()
    if any(each.commission_id == found.id for each in reading.reminders(session, actor())):
        with transaction() as writing:
            reading.saw(writing, found, actor(), at=now())


def _page(quote: Quote, found: Commission, form: BankForm | None = None) -> ResponseReturnValue:
    session = request_session()
    open_ = _is_open(quote, found)
    typed = OfferForm(formdata=None, data=_offered(quote))
    return page(
        "agency_quotes/show.html",
        form,
        quote=quote,
        commission=found,
        title=story.subject(session, found),
        parties=_parties(session, found),
        land=_land(session, found),
        project=session.get(Project, found.project_id) if found.project_id else None,
        offering=form if isinstance(form, OfferForm) else typed,
        declining=form if isinstance(form, DeclineForm) else DeclineForm(formdata=None),
        may_offer=open_ and (quote.stage, QuoteAct.OFFER) in QUOTE_LIFECYCLE,
        may_decline=open_ and (quote.stage, QuoteAct.DECLINE) in QUOTE_LIFECYCLE,
    )


def _is_open(quote: Quote, found: Commission) -> bool:
    in_time = found.quote_by is None or today() <= found.quote_by
    return in_time and (found.stage, Act.QUOTE) in LIFECYCLE


def _offered(quote: Quote) -> dict[str, Any]:
    if quote.stage is not QuoteStage.OFFERED:
        return {}
    fee = format_yuan(quote.fee_fen or 0)
    return {"fee_fen": fee, "deliver_by": quote.deliver_by, "words": quote.words}


def _parties(session: Session, found: Commission) -> list[dict[str, str]]:
    """Whom it concerns: the agency has to know, to say that nothing ties it to them."""
    parties = [session.get_one(Party, each) for each in standing.parties_of(session, found)]
    return [
        {
            "name": each.name,
            "number": each.number,
            "part": gettext("asks and pays") if each.id == found.client_id else gettext("owns"),
            "url": url_for("agency_ties.index", party=each.number),
        }
        for each in sorted(parties, key=lambda each: (each.id != found.client_id, each.number))
    ]


def _land(session: Session, found: Commission) -> list[dict[str, Any]]:
    deposits = latest_deposits(session, standing.assets_of(found)).values()
    return [
        {
            "name": deposit.asset.name,
            "kind": label(deposit.asset.kind),
            "place": place_name(deposit.asset.division),
            "area": area_of(deposit),
        }
        for deposit in deposits
    ]


@bp.post("/<uuid:quote_id>/offer")
@appraiser_required
def offer(quote_id: UUID) -> ResponseReturnValue:
    """Offer to do it."""
    quote, found = _own(quote_id)
    form = OfferForm()
    if form.sent():
        with submitting(form) as session:
            quoting.offer(
                session,
                quote_id,
                fee_fen=_fee(form.fee_fen.data or ""),
                deliver_by=given(form.deliver_by.data),
                words=form.words.data or "",
                no_ties=bool(form.no_ties.data),
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            told = _("Your offer is with the client. You can better it until %(day)s.",
                     day=day(found.quote_by))  # fmt: skip
            flash(str(told), "success")
            return redirect(url_for(".show", quote_id=quote_id))
    return _page(quote, found, form)


def _fee(text: str) -> int:
    """Yuan as typed, in fen; work may be free."""
    return (
        0 if text.strip().strip("0.") == "" and text.strip() else parse_yuan(text, field="fee_fen")
    )


@bp.post("/<uuid:quote_id>/decline")
@appraiser_required
def decline(quote_id: UUID) -> ResponseReturnValue:
    """Do not offer, or withdraw an offer."""
    quote, found = _own(quote_id)
    form = DeclineForm()
    if form.sent():
        with submitting(form) as session:
            quoting.decline(session, quote_id, words=form.words.data or "", actor=actor(), at=now())
        if form.accepted:
            flash(gettext("You have declined. The client reads it."), "success")
            return redirect(url_for(".index"))
    return _page(quote, found, form)
