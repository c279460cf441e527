"""Dividend rounds for the county's officers: the plan, its display, and the second officer."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from bank.acts import history
from bank.income import rounds
from bank.income.lifecycle import RoundStage
from bank.income.tables import Round
from bank.parties.tables import User
from web.clock import now
from web.forms import acting, page, posted_key
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("rounds", __name__, url_prefix="/rounds")

MOST = 200


@bp.get("")
@county_required
def index() -> ResponseReturnValue:
    """All rounds, the newest first."""
    found = request_session().scalars(
        select(Round)
        .options(joinedload(Round.project))
        .order_by(Round.record_at.desc())
        .limit(MOST)
    )
    return page("rounds/index.html", rounds=found.all(), stages=RoundStage)


@bp.get("/<uuid:round_id>")
@county_required
def show(round_id: UUID) -> ResponseReturnValue:
    """One round: income, reserves, and what each holder gets."""
    session = request_session()
    shown = rounds.get_round(session, round_id)
    return page(
        "rounds/show.html",
        round=shown,
        acts=history(session, shown),
        opener=session.get(User, shown.opened_by),
        confirmer=session.get(User, shown.confirmed_by) if shown.confirmed_by else None,
        stages=RoundStage,
        over=shown.notice_until is not None and now() >= shown.notice_until,
        me=actor(),
    )


@bp.post("/<uuid:round_id>/confirm")
@county_required
def confirm(round_id: UUID) -> ResponseReturnValue:
    """The second officer: the money goes to the holders' accounts."""
    with acting() as session:
        rounds.confirm(session, round_id, officer=actor(), at=now(), key=posted_key())
        flash(_("Confirmed. The money is in the holders' accounts."), "success")
    return redirect(url_for(".show", round_id=round_id))


@bp.post("/<uuid:round_id>/cancel")
@county_required
def cancel(round_id: UUID) -> ResponseReturnValue:
    """End a round that is not confirmed."""
    with acting() as session:
        rounds.cancel(
            session,
            round_id,
            reason=request.form.get("reason", ""),
            officer=actor(),
            at=now(),
        )
    return redirect(url_for(".show", round_id=round_id))
