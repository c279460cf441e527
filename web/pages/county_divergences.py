"""The county's reviews of differing appraisals: which wait, and which of the two counts on."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import InputRequired, Length

from bank.appraisals import diverging as reviews, settling
from bank.deposits.latest import latest_deposit
from valuation.appraisals import diverging
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage
from web import sensitivity_words
from web.appraisal_words import method_name
from web.clock import now
from web.forms import BankForm, page, submitting
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("county_divergences", __name__, url_prefix="/county/divergences")

PPM_PER_TENTH = 1_000
"""A tenth of a per cent, in millionths."""


class SettleForm(BankForm):
    """Which appraisal is kept, and why."""

    kept = RadioField(
        _("Which appraisal goes on counting?"),
        validators=[InputRequired(_("Choose one of the two appraisals to keep."))],
    )
    reason = TextAreaField(
        _("Reason"),
        [InputRequired(_("Say why this one is kept.")), Length(max=400)],
        description=_("It is kept with the review. The other appraisal is set aside."),
    )


@bp.get("")
@county_required
def index() -> ResponseReturnValue:
    """The reviews that wait, the first opened first, and those that are settled."""
    session = request_session()
    return page(
        "county/divergences.html",
        waiting=[_row(each) for each in reviews.listed(session, DivergenceStage.OPEN)],
        settled=[_row(each) for each in reviews.listed(session, DivergenceStage.SETTLED)],
    )


@bp.route("/<uuid:divergence_id>", methods=["GET", "POST"])
@county_required
def show(divergence_id: UUID) -> ResponseReturnValue:
    """Both appraisals side by side, and the county's choice between them."""
    session = request_session()
    found = diverging.get_divergence(session, divergence_id)
    two = (found.lower, found.higher)
    form = SettleForm()
    form.kept.choices = [SelectChoice(str(each.id), _name(each)) for each in two]
    if form.sent():
        with submitting(form) as writing:
            settling.settle(
                writing,
                divergence_id,
                kept_id=UUID(form.kept.data),
                reason=form.reason.data or "",
                officer=actor(),
                at=now(),
                key=form.key.data or "",
            )
        if form.accepted:
            flash(gettext("The review is settled; the value follows."), "success")
            return redirect(url_for(".show", divergence_id=divergence_id))
    return page(
        "county/divergence.html",
        form,
        review=found,
        two=two,
        method_name=method_name,
        sensitivities={each.id: sensitivity_words.of_appraisal(each) for each in two},
        deposit=latest_deposit(session, found.asset_id),
        percent=_percent(found),
        waiting=found.stage is DivergenceStage.OPEN,
    )


def _row(review: Divergence) -> dict[str, object]:
    return {
        "url": url_for(".show", divergence_id=review.id),
        "lower": review.lower.number,
        "lower_fen": review.lower.value_fen,
        "higher": review.higher.number,
        "higher_fen": review.higher.value_fen,
        "percent": _percent(review),
        "opened": review.opened_at,
    }


def _percent(review: Divergence) -> str:
    tenths = review.difference_ppm // PPM_PER_TENTH
    return f"{tenths // 10}.{tenths % 10} %"


def _name(appraisal: Appraisal) -> str:
    return f"{appraisal.number} · {appraisal.commission.engaged.name}"
