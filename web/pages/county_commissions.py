"""The offices' desk for commissions: all of them, overdue ones first, and disputes to decide."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import and_

from bank.commissions import answering, desks
from bank.commissions.desks import Work
from bank.rules import whole
from database.actor import Role
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import Commission
from web import commission_shown as shown, commission_story as story
from web.clock import now, today
from web.forms import page, submitting
from web.pages.commission_forms import PanelForm
from web.pages.commissions import TO_DO, reminders, rows
from web.paging import page_links, page_number
from web.permissions import actor, county_required, officer_required
from web.session import request_session

bp = Blueprint("county_commissions", __name__, url_prefix="/county/commissions")

LATE = "late"


def _town() -> str | None:
    """The township of an officer who has but that; none for the county's, who see all."""
    if actor().has(Role.COUNTY):
        return None
    town = actor().township
    if not town:
        abort(403)
    return str(town)


@bp.get("")
@officer_required
def index() -> ResponseReturnValue:
    """All commissions, or those about land of the officer's town."""
    session, whose = request_session(), desks.of_office(_town())
    asked = request.args.get("work", "")
    work = {each.value: each for each in Work}.get(asked)
    counts = desks.counts(session, whose)
    late = and_(whose, desks.overdue(today()))
    late_total = desks.counts(session, late)[Work.RESULT]
    listed = late if asked == LATE else whose
    found = desks.waiting(session, listed, work, today=today(), page=page_number())
    here = asked if asked == LATE or work else ""
    tabs = [(_("All"), url_for(".index"), not here, sum(counts.values()))]
    tabs += [(_("Overdue"), url_for(".index", work=LATE), here == LATE, late_total)]
    tabs += [
        (str(text), url_for(".index", work=each.value), each is work, counts[each])
        for each, text in TO_DO.items()
    ]
    return page(
        "county_commissions/index.html",
        tabs=tabs,
        rows=rows(session, found.items),
        reminders=reminders(session, actor()),
        pager=page_links(".index", found.number, of=found.pages, work=here or None),
    )


@bp.route("/<number>/panel", methods=["GET", "POST"])
@county_required
def panel(number: str) -> ResponseReturnValue:
    """Both sides of a dispute, and entering what the panel found."""
    session = request_session()
    found = desks.find(session, number, actor())
    if found.stage is not Stage.DISPUTED:
        return redirect(url_for("commissions.show", number=number))
    opinions = shown.seconds(session, found)
    form = PanelForm()
    form.offer(_finished(opinions))
    if form.sent():
        with submitting(form) as session:
            answering.settle(
                session,
                found.id,
                upheld=form.upheld.data == "upheld",
                reason=form.reason.data or "",
                members=form.names,
                second_id=_second(form),
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            flash(_("The panel's finding is kept."), "success")
            return redirect(url_for("commissions.show", number=number))
    return page(
        "county_commissions/panel.html",
        form,
        commission=found,
        title=story.subject(session, found),
        client=shown.client_name(session, found),
        results=shown.results(session, found, actor()),
        seconds=[_opinion(each) for each in opinions],
        least=whole("commission.panel.minimum", today()),
    )


def _finished(opinions: list[Commission]) -> list[tuple[str, str]]:
    return [
        (str(each.id), f"{each.number} · {each.agency.name if each.agency else ''}")
        for each in opinions
        if each.stage in (Stage.DELIVERED, Stage.ACCEPTED)
    ]


def _second(form: PanelForm) -> UUID | None:
    return UUID(form.second_id.data) if "second_id" in form and form.second_id.data else None


def _opinion(second: Commission) -> dict[str, Any]:
    return {"commission": second, "results": shown.results(request_session(), second, actor())}
