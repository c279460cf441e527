"""A party's money: what it has, where it came from, what is due to it, and paying it out."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts
from bank.calendar import grace_ends
from bank.codes import mask
from bank.contracts.making import contracts_of
from bank.contracts.tables import Contract, Instalment
from bank.money import format_yuan, parse_yuan
from bank.parties.tables import Party
from bank.refusals import NoSuchRecord
from bank.rules import whole
from bank.withdrawals import requesting
from bank.withdrawals.lifecycle import UNDER_WAY, Stage
from bank.withdrawals.tables import Kind, Withdrawal
from database.actor import Role
from ledger import journal
from web.account_statements import counted_in, download, requested_days, requested_form
from web.clock import now, today
from web.filters import moment
from web.forms import acting, page, submitting
from web.journal_words import account_words, sight_of
from web.labels import label
from web.pages.money_forms import PayoutForm
from web.permissions import account_required, actor
from web.rehearsal import rehearsing
from web.session import request_session
from web.statements import is_holder, money_lines, reason, shares_held
from web.timelines import withdrawal_timeline

bp = Blueprint("money", __name__, url_prefix="/money")

ENDED_SHOWN = 5
"""How many payouts that have ended the account page still lists."""


@bp.get("")
@account_required
def index() -> ResponseReturnValue:
    """The accounts of her parties; with one, straight to it."""
    session = request_session()
    parties = session.scalars(
        select(Party).where(Party.id.in_(actor().parties)).order_by(Party.number)
    ).all()
    if len(parties) == 1:
        return redirect(url_for("money.account", party_id=parties[0].id))
    return page(
        "money/index.html",
        agency=actor().has(Role.APPRAISER),
        rows=[
            {
                "name": party.name,
                "number": party.number,
                "available": requesting.available(session, party),
                "url": url_for("money.account", party_id=party.id),
            }
            for party in parties
        ],
    )


def own_party(session: Session, party_id: UUID) -> Party:
    """A party that the reader acts for. Refuses: NoSuchRecord."""
    party = session.get(Party, party_id) if party_id in actor().parties else None
    if party is None:
        raise NoSuchRecord("no such account")
    return party


@bp.get("/<uuid:party_id>")
@account_required
def account(party_id: UUID) -> ResponseReturnValue:
    """What the party has, where it came from, and what is due to it."""
    session = request_session()
    party = own_party(session, party_id)
    before = request.args.get("before", type=int)
    lines, following = money_lines(session, party, before=before)
    asked, ended = _payouts(session, party)
    balance_fen = journal.balance(session, accounts.cash(party.number), accounts.CNY)
    return page(
        "money/account.html",
        party=party,
        several=len(actor().parties) > 1,
        balance_fen=balance_fen,
        available_fen=requesting.available(session, party),
        lines=lines,
        previous=url_for("money.account", party_id=party.id) if before else None,
        following=following and url_for("money.account", party_id=party.id, before=following),
        asked=asked,
        ended=[
            {
                "number": payout.number,
                "requested_at": payout.requested_at,
                "amount_fen": payout.amount_fen,
                "stage": label(payout.stage),
            }
            for payout in ended
        ],
        shares=shares_held(session, party),
        contracts=[
            _contract(contract, party) for contract in contracts_of(session, frozenset({party.id}))
        ],
    )


@bp.get("/<uuid:party_id>/statement")
@account_required
def statement(party_id: UUID) -> ResponseReturnValue:
    """All that came in and went out, as PDF or workbook, to print or to keep."""
    party = own_party(request_session(), party_id)
    sight = sight_of(request_session(), actor())
    return download(
        accounts.cash(party.number),
        accounts.CNY,
        requested_form(),
        facts=[
            (_("Account holder"), f"{party.name} · {party.number}"),
            (_("Counted in"), counted_in(accounts.CNY)),
        ],
        what=reason,
        other=lambda line: account_words(line.other, sight),
        days=requested_days(),
    )


def _payouts(session: Session, party: Party) -> tuple[list[dict[str, Any]], list[Withdrawal]]:
    """Payouts under way with their time lines, and the last ones that have ended."""
    payouts = session.scalars(
        select(Withdrawal)
        .where(Withdrawal.party_id == party.id, Withdrawal.kind == Kind.PAYOUT)
        .order_by(Withdrawal.requested_at.desc())
    ).all()
    asked = [
        {
            "withdrawal": payout,
            "steps": withdrawal_timeline(session, payout, at=now()),
            "until": take_back_until(payout),
        }
        for payout in payouts
        if payout.stage in UNDER_WAY
    ]
    return asked, [p for p in payouts if p.stage not in UNDER_WAY][:ENDED_SHOWN]


def take_back_until(withdrawal: Withdrawal) -> Any:
    """Until when the request can be taken back; None when it no longer can."""
    until = grace_ends(withdrawal.requested_at)
    return until if withdrawal.stage is Stage.REQUESTED and now() < until else None


def _contract(contract: Contract, party: Party) -> dict[str, Any]:
    """A contract with its rents up to the next one, and the later ones apart."""
    rents = _rents(contract.instalments, today())
    coming = [number for number, rent in enumerate(rents) if rent["due_on"] > today()]
    shown = coming[0] + 1 if coming else len(rents)
    return {
        "contract": contract,
        "holder": is_holder(contract, party),
        "several": len(contract.deposit.asset.holders) > 1,
        "overdue": _overdue_since(contract, today()),
        "rents": rents[:shown],
        "later": rents[shown:],
    }


def _overdue_since(contract: Contract, on: date) -> date | None:
    unpaid = [one.due_on for one in contract.instalments if one.paid_at is None]
    return min((due_on for due_on in unpaid if due_on < on), default=None)


def _rents(instalments: Sequence[Instalment], on: date) -> list[dict[str, Any]]:
    """Each year's rent and how it stands; in arrears from the day after it was due."""
    rows = []
    for instalment in instalments:
        if instalment.paid_at is not None:
            state = _("paid")
        elif instalment.due_on < on:
            state = _("overdue, %(days)s days", days=(on - instalment.due_on).days)
        else:
            state = _("not due yet")
        rows.append(
            {
                "due_on": instalment.due_on,
                "amount_fen": instalment.amount_fen,
                "paid_at": instalment.paid_at,
                "state": state,
            }
        )
    return rows


@bp.route("/<uuid:party_id>/payout", methods=["GET", "POST"])
@account_required
def payout(party_id: UUID) -> ResponseReturnValue:
    """Ask how much goes where; show it once more; then ask the bank for it."""
    session = request_session()
    party = own_party(session, party_id)
    form = PayoutForm()
    if not form.is_submitted():
        form.bank_account.data = party.bank_account or ""
    step = request.form.get("step", "check")
    if step != "change" and form.sent():
        withdrawal = _ask(party, form, rehearse=step != "request")
        if withdrawal and step == "request":
            return redirect(
                url_for("money.requested", party_id=party.id, withdrawal_id=withdrawal.id)
            )
        if form.accepted:
            return _check_page(party, form)
    return _payout_page(party, form)


def _ask(party: Party, form: PayoutForm, *, rehearse: bool) -> Withdrawal | None:
    """Ask for the payout, or only try it out; what is refused stands in the form."""
    withdrawal = None
    with submitting(form) as session, rehearsing(session) if rehearse else nullcontext():
        withdrawal = requesting.request_payout(
            session,
            party.id,
            amount_fen=parse_yuan(form.amount.data or "", field="amount"),
            bank_account=form.bank_account.data or "",
            actor=actor(),
            at=now(),
            key=form.key.data or "",
        )
    return withdrawal if form.accepted else None


def _payout_page(party: Party, form: PayoutForm) -> ResponseReturnValue:
    available_fen = requesting.available(request_session(), party)
    return page("money/payout.html", form, party=party, available_fen=available_fen)


def _check_page(party: Party, form: PayoutForm) -> ResponseReturnValue:
    amount_fen = parse_yuan(form.amount.data or "", field="amount")
    return page(
        "money/check.html",
        form,
        party=party,
        amount_fen=amount_fen,
        left_fen=requesting.available(request_session(), party) - amount_fen,
        grace_minutes=whole("grace.minutes", today()),
    )


@bp.get("/<uuid:party_id>/payout/<uuid:withdrawal_id>")
@account_required
def requested(party_id: UUID, withdrawal_id: UUID) -> ResponseReturnValue:
    """Say that the request arrived, what happens next and when, and whom to call."""
    session = request_session()
    party = own_party(session, party_id)
    withdrawal = _own_payout(session, party, withdrawal_id)
    until = take_back_until(withdrawal)
    steps = [
        _("Two different county officers look at the request, one after the other."),
        _(
            "Then the money goes to the account %(account)s.",
            account=mask(withdrawal.bank_account or ""),
        ),
        _("You can follow it under My money."),
    ]
    if until:
        steps.insert(0, _("Until %(moment)s you can still take it back.", moment=moment(until)))
    phone = current_app.config["PHONE"]
    return page(
        "money/requested.html",
        party=party,
        withdrawal=withdrawal,
        until=until,
        next_steps=steps,
        call=_("Questions? Call the counter: %(phone)s", phone=phone) if phone else None,
        amount=format_yuan(withdrawal.amount_fen or 0),
    )


def _own_payout(session: Session, party: Party, withdrawal_id: UUID) -> Withdrawal:
    withdrawal = session.get(Withdrawal, withdrawal_id)
    if withdrawal is None or withdrawal.party_id != party.id or withdrawal.kind is not Kind.PAYOUT:
        raise NoSuchRecord("no such request")
    return withdrawal


@bp.post("/<uuid:party_id>/payout/<uuid:withdrawal_id>/take-back")
@account_required
def take_back(party_id: UUID, withdrawal_id: UUID) -> ResponseReturnValue:
    """Second thoughts on a payout: nothing has moved yet."""
    party = own_party(request_session(), party_id)
    _own_payout(request_session(), party, withdrawal_id)
    with acting() as session:
        requesting.take_back(session, withdrawal_id, actor=actor(), at=now())
    return redirect(url_for("money.account", party_id=party_id))
