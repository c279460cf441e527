"""The end of an application: the answers to check, handing in, and taking back in time."""

from uuid import UUID

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.calendar import grace_ends
from bank.deposits import submission
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.rules import whole
from web.cards import area_of, outline_of, place_name
from web.clock import now, today
from web.filters import moment
from web.forms import BankForm, acting, page, submitting
from web.pages.owner_blueprint import bp, of_draft, own_deposit, step_url
from web.pages.owner_forms import given
from web.permissions import actor, depositor_required


@bp.route("/<uuid:deposit_id>/check", methods=["GET", "POST"])
@depositor_required
@of_draft
def check(deposit: Deposit) -> ResponseReturnValue:
    """Show all answers once more; the button hands the application in."""
    form = BankForm()
    if form.sent():
        with submitting(form) as session:
            submission.submit(
                session, deposit.id, actor=actor(), at=now(), key=given(form.key.data)
            )
        if form.accepted:
            return redirect(step_url(deposit, "submitted"))
    return page(
        "owner/check.html",
        form,
        deposit=deposit,
        lacking=submission.missing(deposit),
        area_dm2=area_of(deposit),
        outline=outline_of(deposit),
        town=place_name(deposit.asset.division),
        notice_days=whole("notice.deposit.days", today()),
        grace_minutes=whole("grace.minutes", today()),
    )


@bp.get("/<uuid:deposit_id>/submitted")
@depositor_required
def submitted(deposit_id: UUID) -> ResponseReturnValue:
    """Say that it arrived, what happens next and when, and whom to call."""
    deposit = own_deposit(deposit_id)
    if deposit.stage is not Stage.SUBMITTED or deposit.submitted_at is None:
        return redirect(step_url(deposit, "show"))
    until = grace_ends(deposit.submitted_at)
    steps = [
        _("The township looks at your papers. If something has to be mended, you read it here."),
        _(
            "Then a public notice runs for %(days)s days, so that anyone can object.",
            days=whole("notice.deposit.days", today()),
        ),
        _("Meanwhile an agency appraises what it is worth."),
        _("When all is in order it is stored, and you get your deposit certificate."),
    ]
    if now() < until:
        steps.insert(0, _("Until %(moment)s you can still take it back.", moment=moment(until)))
    return page(
        "owner/submitted.html",
        deposit=deposit,
        until=until if now() < until else None,
        next_steps=steps,
        call=call_text(),
    )


def call_text() -> str | None:
    """Whom to call, if the bank has named a number."""
    phone = current_app.config["PHONE"]
    return str(_("Questions? Call the counter: %(phone)s", phone=phone)) if phone else None


@bp.post("/<uuid:deposit_id>/take-back")
@depositor_required
def take_back(deposit_id: UUID) -> ResponseReturnValue:
    """Second thoughts: the application becomes a draft again."""
    own_deposit(deposit_id)
    with acting() as session:
        submission.take_back(session, deposit_id, actor=actor(), at=now())
    return redirect(url_for("owner.show", deposit_id=deposit_id))
