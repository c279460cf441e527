"""Commissions (委托) of owners, collectives and investors: the list, and one with its time line."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from bank.commissions import deadlines, desks, reading
from bank.commissions.desks import Work
from database.actor import Actor, Role
from valuation.commissions.tables import Commission
from web import commission_shown as shown, commission_story as story
from web.clock import now, today
from web.forms import page
from web.labels import label
from web.paging import page_links, page_number
from web.permissions import actor, party_required, signed_in_required
from web.session import request_session, transaction

bp = Blueprint("commissions", __name__, url_prefix="/commissions")

TO_DO = {
    Work.QUOTES: _("Waiting for quotes"),
    Work.CHOICE: _("Quotes to choose from"),
    Work.RESULT: _("At work"),
    Work.ANSWER: _("To answer"),
    Work.PANEL: _("In dispute"),
    Work.ENDED: _("Ended"),
}


@bp.get("")
@party_required
def index() -> ResponseReturnValue:
    """Her commissions by what is to be done; what is due soon on top."""
    session, whose = request_session(), reading.of_client(actor())
    counts = desks.counts(session, whose)
    asked = {each.value: each for each in Work}.get(request.args.get("work", ""))
    work = asked or next((each for each in Work if counts[each]), Work.QUOTES)
    found = desks.waiting(session, whose, work, today=today(), page=page_number())
    return page(
        "commissions/index.html",
        tabs=[
            (text, url_for(".index", work=each.value), each is work, counts[each])
            for each, text in TO_DO.items()
        ],
        nothing=not any(counts.values()),
        rows=rows(session, found.items),
        reminders=reminders(session, actor()),
        pager=page_links(".index", found.number, of=found.pages, work=work.value),
    )


def rows(session: Session, commissions: Any) -> list[dict[str, Any]]:
    """The lines of a list: what about, by whom, and what comes next."""
    names = story.subjects(session, commissions)
    return [
        {
            "url": url_for("commissions.show", number=each.number),
            "name": names[each.id],
            "number": each.number,
            "client": shown.client_name(session, each),
            "agency": each.agency.name if each.agency else "—",
            "stage": label(each.stage),
            "next": story.next_step(each, now()),
            "on": each.requested_at,
        }
        for each in commissions
    ]


def reminders(session: Session, reader: Actor) -> list[dict[str, str]]:
    """What the reader was reminded of and has not looked at."""
    found = reading.reminders(session, reader)
    names = story.subjects(session, [each.commission for each in found])
    return [
        {
            "text": story.reminder_words(each, names[each.commission_id]),
            "url": url_for("commissions.show", number=each.commission.number),
        }
        for each in found
    ]


@bp.get("/<number>")
@signed_in_required
def show(number: str) -> ResponseReturnValue:
    """One commission, for those whose business it is, each with what she may do."""
    session = request_session()
    found = desks.find(session, number, actor())
    _looked_at(session, found, at=now())
    quotes = reading.quotes_seen(session, found, actor())
    return page(
        "commissions/show.html",
        title=story.subject(session, found),
        next_step=story.next_step(found, now()),
        steps=story.timeline(session, found, quotes, at=now()),
        back=back_to(actor()),
        **shown.described(session, found, quotes, actor(), at=now()),
    )


def _looked_at(session: Session, found: Commission, *, at: datetime) -> None:
    """Its reminders to the reader are seen."""
    if any(each.commission_id == found.id for each in reading.reminders(session, actor())):
        with transaction() as writing:
            reading.saw(writing, found, actor(), at=at)


def back_to(reader: Actor) -> str | None:
    """The list that the reader came from."""
    if reader.has(Role.COUNTY, Role.TOWNSHIP):
        return url_for("county_commissions.index")
    if reader.has(Role.APPRAISER):
        return url_for("agency_quotes.index")
    return url_for("commissions.index") if reader.parties else None


@bp.get("/<number>/asked")
@signed_in_required
def asked(number: str) -> ResponseReturnValue:
    """The agencies are asked: the number, and what happens next."""
    found = desks.find(request_session(), number, actor())
    if found.quote_by is None:
        abort(404)
    return page(
        "commissions/asked.html",
        commission=found,
        choose_by=deadlines.choose_by(found),
        back=back_to(actor()),
    )


@bp.get("/<number>/contract")
@signed_in_required
def contract(number: str) -> ResponseReturnValue:
    """The contract as both sides agreed to it; not for agencies that were not engaged."""
    session, reader = request_session(), actor()
    found = desks.find(session, number, reader)
    stranger = reader.agency is not None and reader.agency != found.agency_id
    if not found.contract or (stranger and not shown.client_side(session, found, reader)):
        abort(404)
    return page("commissions/contract.html", commission=found)
