"""What ties an agency to parties (利害关系): declaring it, and ending it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bank.commissions import ties
from bank.parties.tables import Party
from bank.refusals import NoSuchRecord
from database.secrecy import fingerprint
from valuation.commissions.tables import Tie, TieKind
from web.cards import masked_name
from web.clock import now
from web.forms import acting, page, submitting
from web.labels import label
from web.pages.agency_blueprint import own_agency
from web.pages.agency_quote_forms import TieForm
from web.permissions import actor, appraiser_required
from web.session import request_session

bp = Blueprint("agency_ties", __name__, url_prefix="/agency/profile/ties")


@bp.route("", methods=["GET", "POST"])
@appraiser_required
def index() -> ResponseReturnValue:
    """All ties of the agency, and declaring one."""
    agency = own_agency()
    form = TieForm()
    form.offer()
    if not form.is_submitted():
        form.party_id.data = request.args.get("party", "")
    if form.sent():
        with submitting(form) as session:
            ties.declare(
                session,
                agency,
                party_id=_party(session, form.party_id.data or "").id,
                kind=TieKind(form.kind.data),
                note=form.note.data or "",
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            flash(
                _("It is declared. You are not engaged for this party while it lasts."), "success"
            )
            return redirect(url_for(".index"))
    rows = [_row(each) for each in ties.of_agency(request_session(), agency)]
    return page("agency_quotes/ties.html", form, rows=rows)


def _party(session: Session, text: str) -> Party:
    """The party of this number, identity card or credit code. Refuses: NoSuchRecord."""
    typed = text.strip().upper()
    party = session.scalar(
        select(Party).where(or_(Party.number == typed, Party.id_fingerprint == fingerprint(typed)))
    )
    if party is None:
        raise NoSuchRecord("no such party", field="party_id")
    return party


def _row(tie: Tie) -> dict[str, Any]:
    """A tie; of a person no more of the name than the public sees."""
    party = request_session().get_one(Party, tie.party_id)
    return {
        "id": tie.id,
        "party": f"{masked_name(party)} · {party.number}",
        "kind": label(tie.kind),
        "note": tie.note or "—",
        "since": tie.declared_at,
        "ended": tie.ended_at,
    }


@bp.post("/<uuid:tie_id>/end")
@appraiser_required
def end(tie_id: UUID) -> ResponseReturnValue:
    """It is over."""
    agency = own_agency()
    if all(each.id != tie_id for each in ties.of_agency(request_session(), agency)):
        raise NoSuchRecord("no such tie of this agency")
    with acting() as session:
        ties.end(session, tie_id, actor=actor(), at=now())
        flash(_("It is over."), "success")
    return redirect(url_for(".index"))
