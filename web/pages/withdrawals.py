"""Withdrawals for the county's officers: one checks, another confirms."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import func, select
from wtforms import TextAreaField

from bank.acts import history
from bank.calendar import grace_ends
from bank.orders import receipts
from bank.projects.reading import escrow_receipts
from bank.withdrawals import confirming, requesting
from bank.withdrawals.lifecycle import UNDER_WAY, Stage
from bank.withdrawals.tables import BY_OFFICER, Kind, Withdrawal
from web.clock import now
from web.forms import BankForm, acting, page, posted_key, submitting
from web.pages.taken_land import map_of_order
from web.paging import page_links
from web.parts_shown import cut_picture, named
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("withdrawals", __name__, url_prefix="/withdrawals")

PAGE_SIZE = 20


class RefusalForm(BankForm):
    """Why a withdrawal is refused."""

    reason = TextAreaField(_l("Why is it refused?"))


@bp.get("")
@county_required
def index() -> ResponseReturnValue:
    """Withdrawals under way, or those that are done."""
    session = request_session()
    done = request.args.get("show") == "done"
    condition = Withdrawal.stage.not_in(UNDER_WAY) if done else Withdrawal.stage.in_(UNDER_WAY)
    total = session.scalar(select(func.count()).select_from(Withdrawal).where(condition)) or 0
    last = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    order = Withdrawal.requested_at.desc() if done else Withdrawal.requested_at
    rows = session.scalars(
        select(Withdrawal)
        .where(condition)
        .order_by(order)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    show = "done" if done else None

    pager = page_links(".index", number, of=last, show=show)
    return page("withdrawals/index.html", rows=rows, done=done, total=total, pager=pager)


@bp.get("/<uuid:withdrawal_id>")
@county_required
def show(withdrawal_id: UUID) -> ResponseReturnValue:
    """One withdrawal: what leaves, for whom, who has looked at it, and what comes next."""
    return _page(withdrawal_id, RefusalForm(formdata=None))


def _page(withdrawal_id: UUID, form: RefusalForm) -> ResponseReturnValue:
    session = request_session()
    withdrawal = requesting.get_withdrawal(session, withdrawal_id)
    grace = withdrawal.kind not in BY_OFFICER and grace_ends(withdrawal.requested_at)
    return page(
        "withdrawals/show.html",
        form,
        withdrawal=withdrawal,
        acts=history(session, withdrawal),
        kinds=Kind,
        stages=Stage,
        grace_until=grace if grace and now() < grace else None,
        open_fen=receipts.open_amount(session, withdrawal.order) if withdrawal.order else 0,
        receipts=escrow_receipts(session, withdrawal.order) if withdrawal.order else [],
        me=actor(),
        map=_map(withdrawal),
        named=named,
        cut_picture=cut_picture,
    )


def _map(withdrawal: Withdrawal) -> dict[str, Any] | None:
    """The land that a collection takes out of the bank."""
    if withdrawal.kind is not Kind.COLLECTION or withdrawal.order is None:
        return None
    return map_of_order(withdrawal.order)


@bp.post("/<uuid:withdrawal_id>/check")
@county_required
def check(withdrawal_id: UUID) -> ResponseReturnValue:
    """The first officer: the papers are right."""
    with acting() as session:
        confirming.check(session, withdrawal_id, officer=actor(), at=now())
        flash(_("Checked. A second officer confirms it now."), "success")
    return redirect(url_for(".show", withdrawal_id=withdrawal_id))


@bp.post("/<uuid:withdrawal_id>/confirm")
@county_required
def confirm(withdrawal_id: UUID) -> ResponseReturnValue:
    """The second officer: it is carried out."""
    with acting() as session:
        confirming.confirm(session, withdrawal_id, officer=actor(), at=now(), key=posted_key())
        flash(_("Confirmed and carried out."), "success")
    return redirect(url_for(".show", withdrawal_id=withdrawal_id))


@bp.post("/<uuid:withdrawal_id>/refuse")
@county_required
def refuse(withdrawal_id: UUID) -> ResponseReturnValue:
    """Either officer refuses it, with the reason."""
    form = RefusalForm()
    if form.sent():
        with submitting(form) as session:
            confirming.refuse(
                session, withdrawal_id, reason=form.reason.data or "", officer=actor(), at=now()
            )
    if form.accepted:
        return redirect(url_for(".show", withdrawal_id=withdrawal_id))
    return _page(withdrawal_id, form)
