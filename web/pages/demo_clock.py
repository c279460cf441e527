"""The demonstration's clock: moving the bank's day forward, and doing what falls due."""

from flask import Blueprint, abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.demo import clock
from bank.due import run_due
from web.clock import now, today
from web.filters import day
from web.permissions import demo_only, safe_next
from web.session import transaction

bp = Blueprint("demo_clock", __name__, url_prefix="/demo")

FURTHEST_DAYS = 400


@bp.post("/forward")
@demo_only
def forward() -> ResponseReturnValue:
    """Let days pass, then clear finished notices and end reservations that ran out."""
    days = request.form.get("days", type=int)
    if days is None or not 1 <= days <= FURTHEST_DAYS:
        abort(400)
    with transaction() as session:
        clock.forward(session, days)
        session.flush()
        g.pop("now", None)  # the day has changed within this request
        done = run_due(session, at=now())
    flash(
        _(
            "The bank's day is now %(day)s. Notices that ended: %(cleared)s;"
            " reservations that ran out: %(expired)s.",
            day=day(today()),
            cleared=done.cleared,
            expired=done.expired,
        ),
        "success",
    )
    return redirect(safe_next(request.form.get("next"), url_for("public.home")))
