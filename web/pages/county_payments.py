"""Money that parties pay into their own accounts, as an officer records it."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank import accounts
from bank.money import format_yuan, parse_yuan
from bank.parties import paying_in
from ledger import journal
from web.clock import now
from web.forms import page, submitting
from web.pages.county_forms import HolderForm, ReceiptForm
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("county_payments", __name__, url_prefix="/county/payments")


@bp.route("", methods=["GET", "POST"])
@county_required
def index() -> ResponseReturnValue:
    """Ask whose account it is, by its number; and what was paid in lately."""
    form = HolderForm()
    if form.sent():
        with submitting(form) as session:
            holder = paying_in.get_holder(session, form.number.data or "")
        if form.accepted:
            return redirect(url_for(".record", number=holder.number))
    rows = [
        {
            "name": party.name,
            "number": party.number,
            "amount": receipt.amount_fen,
            "receipt": receipt.bank_receipt_number,
            "at": receipt.received_at,
            "by": officer.name,
        }
        for receipt, party, officer in paying_in.latest(request_session())
    ]
    return page("county/payments.html", form, rows=rows)


@bp.route("/<number>", methods=["GET", "POST"])
@county_required
def record(number: str) -> ResponseReturnValue:
    """Record a payment into one party's account."""
    session = request_session()
    holder = paying_in.get_holder(session, number)
    form = ReceiptForm()
    if form.sent():
        with submitting(form) as writing:
            receipt = paying_in.pay_in(
                writing,
                holder.id,
                bank_receipt_number=form.bank_receipt_number.data or "",
                amount_fen=parse_yuan(form.amount.data or "", field="amount"),
                officer=actor(),
                at=now(),
                key=form.key.data or "",
            )
        if form.accepted:
            amount = format_yuan(receipt.amount_fen)
            flash(_("%(amount)s yuan are in the account of %(name)s.",
                    amount=amount, name=holder.name), "success")  # fmt: skip
            return redirect(url_for(".index"))
    return page(
        "county/payment.html",
        form,
        holder=holder,
        balance_fen=journal.balance(session, accounts.cash(holder.number), accounts.CNY),
    )
