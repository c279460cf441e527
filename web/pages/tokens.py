"""Access tokens on one's own account page: making one, seeing it once, ending it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from bank.parties import tokens
from bank.parties.tables import AccessToken
from bank.rules import whole
from web.clock import now, today
from web.forms import BankForm, acting, page, submitting
from web.limits import limiter
from web.permissions import actor, land_staff_required
from web.session import request_session

bp = Blueprint("tokens", __name__, url_prefix="/account/tokens")

NAME_LENGTH = 60
NEW_TOKENS = "10/minute"
OFFERED_DAYS = (7, 30, 90, 180, 365)


class TokenForm(BankForm):
    """What a new token is for, and for how long."""

    name = StringField(
        lazy_gettext("What is the token for?"),
        description=lazy_gettext("For example: QGIS on my office computer."),
        validators=[
            InputRequired(lazy_gettext("Write the name.")),
            Length(max=NAME_LENGTH, message=lazy_gettext("At most %(max)d characters.")),
        ],
    )
    days = SelectField(lazy_gettext("For how many days?"), coerce=int)

    def offer_days(self) -> None:
        """Offer usual lengths up to the longest, and that itself."""
        most = whole("token.days.maximum", today())
        offered = [days for days in OFFERED_DAYS if days < most] + [most]
        self.days.choices = [(days, _("%(value)s days", value=days)) for days in offered]


@bp.route("", methods=["GET", "POST"])
@land_staff_required
@limiter.limit(NEW_TOKENS, methods=["POST"])
def index() -> ResponseReturnValue:
    """My tokens; a new one is shown on the answer to its form, and never again."""
    form = TokenForm()
    form.offer_days()
    secret = None
    if form.sent():
        with submitting(form) as session:
            issued = tokens.issue(
                session, name=form.name.data or "", days=form.days.data, actor=actor(), at=now()
            )
        if form.accepted:
            secret = issued.secret
            form = TokenForm(formdata=None)
            form.offer_days()
    return page("account/tokens.html", form, secret=secret, tokens=_rows(),
                address=url_for("ogc.landing", _external=True))  # fmt: skip


@bp.post("/<uuid:token_id>/revoke")
@land_staff_required
def revoke(token_id: UUID) -> ResponseReturnValue:
    """End a token of mine at once."""
    with acting() as session:
        tokens.revoke(session, token_id, actor=actor(), at=now())
        flash(_("The token is ended. Programs that use it get nothing any more."), "success")
    return redirect(url_for(".index"))


def _rows() -> list[dict[str, Any]]:
    return [
        {"token": token, "holds": tokens.holds(token, at=now()), "state": _state(token)}
        for token in tokens.tokens_of(request_session(), actor().id)
    ]


def _state(token: AccessToken) -> str:
    if token.revoked_at is not None:
        return str(_("Ended by you"))
    if not tokens.holds(token, at=now()):
        return str(_("Over"))
    return str(_("In use"))
