"""What belongs to whoever is signed in: parties, deposits, accounts, and asking for a payout."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import marshmallow as ma
from flask_wtf.csrf import generate_csrf
from marshmallow import fields, validate
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bank import accounts
from bank.assets.tables import Holder
from bank.calendar import grace_ends
from bank.codes import mask
from bank.deposits.queues import page_of as deposits_page
from bank.deposits.tables import Deposit
from bank.orders.asking import latest_request
from bank.parties.tables import Party, PartyKind
from bank.refusals import NoSuchRecord
from bank.withdrawals import requesting
from bank.withdrawals.lifecycle import Stage
from bank.withdrawals.tables import Withdrawal
from database.actor import Role
from database.refusals import Refusal
from ledger import journal
from web.api.blueprint import SIGNED_IN, WRITING, bp
from web.api.notices import NoticeOut, deposit_facts
from web.api.parts import AskedPartOut, PartedOut, asked_part, parted_of
from web.api.shapes import PageIn, PageOut, choice, page_of, whole_list
from web.clock import now
from web.permissions import actor, depositor_required, party_required, signed_in_required
from web.session import request_session, transaction

TAGS: Final = ["Me"]
LONGEST_KEY: Final = 50


class PartyOut(ma.Schema):
    """A party that the user acts for."""

    number = fields.String(required=True)
    kind = choice(PartyKind, required=True)
    name = fields.String(required=True)
    confirmed = fields.Boolean(
        required=True, metadata={"description": "An organisation acts only once confirmed."}
    )


class MeOut(ma.Schema):
    """Who is signed in."""

    name = fields.String(required=True)
    roles = fields.List(choice(Role), required=True)
    parties = fields.List(fields.Nested(PartyOut), required=True)
    csrf_token = fields.String(
        required=True, metadata={"description": "Send it as X-CSRFToken with every write."}
    )


class OwnDepositOut(NoticeOut, PartedOut):
    """A deposit of one's own, at any stage; its area is what is left of it."""

    asked_part = fields.Nested(
        AskedPartOut,
        allow_none=True,
        metadata={"description": "What an order asked for last; null: never a part of it."},
    )

    notice_from = fields.DateTime(allow_none=True)
    notice_until = fields.DateTime(allow_none=True)
    party = fields.String(required=True, metadata={"description": "Who submits it."})
    rent_fen = fields.Integer(allow_none=True)
    value_fen = fields.Integer(allow_none=True)
    submitted_at = fields.DateTime(allow_none=True)
    stored_at = fields.DateTime(allow_none=True)


class OwnDepositPageOut(PageOut):
    """A page of one's own deposits."""

    items = fields.List(fields.Nested(OwnDepositOut), required=True)


class HoldingOut(ma.Schema):
    """What one account holds of one unit."""

    account = fields.String(required=True, metadata={"example": "party:P-2026-000001:cash"})
    unit = fields.String(required=True, metadata={"example": "CNY"})
    quantity = fields.Integer(required=True, metadata={"description": "fen, dm² or shares."})


class AccountOut(ma.Schema):
    """All that the bank keeps for one party."""

    party = fields.String(required=True)
    name = fields.String(required=True)
    balance_fen = fields.Integer(required=True)
    available_fen = fields.Integer(
        required=True, metadata={"description": "Less payouts that are under way."}
    )
    holdings = fields.List(fields.Nested(HoldingOut), required=True)


class AccountsOut(PageOut):
    """The accounts of all parties that the user acts for."""

    items = fields.List(fields.Nested(AccountOut), required=True)


class KeyIn(ma.Schema):
    """The header that makes a repetition harmless."""

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=validate.Regexp(rf"^[\x21-\x7e]{{1,{LONGEST_KEY}}}$"),
        metadata={
            "description": "Your own, new for each payout (a UUID does): the same key and body "
            "again gives the first result, the same key with another body is refused (409)."
        },
    )


class PayoutIn(ma.Schema):
    """A payout to ask for."""

    party = fields.String(
        metadata={"description": "Its number; may be left out by who acts for one party only."},
    )
    amount_fen = fields.Integer(
        required=True, strict=True, validate=validate.Range(-(2**63), 2**63 - 1)
    )
    bank_account = fields.String(
        required=True,
        validate=validate.Length(max=60),
        metadata={"description": "8 to 30 digits; blanks and hyphens are ignored."},
    )


class PayoutOut(ma.Schema):
    """A payout that was asked for; two officers confirm it before anything moves."""

    number = fields.String(required=True)
    party = fields.String(required=True)
    stage = choice(Stage, required=True)
    amount_fen = fields.Integer(required=True)
    bank_account = fields.String(required=True, metadata={"description": "Masked."})
    requested_at = fields.DateTime(required=True)
    take_back_until = fields.DateTime(
        required=True, metadata={"description": "Until then it can be taken back, on its page."}
    )


@bp.get("/me", tags=TAGS)
@signed_in_required
@bp.response(200, MeOut)
@bp.doc(security=SIGNED_IN)
def show_me() -> dict[str, Any]:
    """Say who is signed in, and give the CSRF token for writing"""
    return {
        "name": actor().name,
        "roles": sorted(actor().roles),
        "parties": [
            {
                "number": party.number,
                "kind": party.kind,
                "name": party.name,
                "confirmed": party.confirmed_at is not None,
            }
            for party in _own_parties(request_session())
        ],
        "csrf_token": generate_csrf(),
    }


@bp.get("/me/deposits", tags=TAGS)
@depositor_required
@bp.arguments(PageIn, location="query")
@bp.response(200, OwnDepositPageOut)
@bp.doc(security=SIGNED_IN)
def list_own_deposits(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's own deposits, at any stage

    Those that one's parties submitted or hold a share of; 20 on a page, the newest first.
    """
    parties = actor().parties
    held = select(Holder.asset_id).where(Holder.party_id.in_(parties))
    found = deposits_page(
        request_session(),
        or_(Deposit.party_id.in_(parties), Deposit.asset_id.in_(held)),
        order_by=(Deposit.created_at.desc(),),
        page=asked["page"],
    )
    parts = parted_of(request_session(), found.deposits)
    return page_of(
        [_own_deposit(deposit) | parts[deposit.id] for deposit in found.deposits],
        asked=asked["page"],
        number=found.number,
        pages=found.pages,
        total=found.total,
    )


def _own_deposit(deposit: Deposit) -> dict[str, Any]:
    request = latest_request(request_session(), deposit.id)
    return deposit_facts(deposit) | {
        "asked_part": asked_part(request[1]) if request else None,
        "party": deposit.party.number,
        "rent_fen": deposit.rent_fen,
        "value_fen": deposit.value_fen,
        "submitted_at": deposit.submitted_at,
        "stored_at": deposit.stored_at,
    }


@bp.get("/me/accounts", tags=TAGS)
@party_required
@bp.response(200, AccountsOut)
@bp.doc(security=SIGNED_IN)
def list_own_accounts() -> dict[str, Any]:
    """List what the bank keeps for one's parties: money, land and shares"""
    session = request_session()
    return whole_list([_account(session, party) for party in _own_parties(session)])


def _account(session: Session, party: Party) -> dict[str, Any]:
    holdings = journal.balances(session, account_prefix=f"party:{party.number}:")
    cash = accounts.cash(party.number)
    return {
        "party": party.number,
        "name": party.name,
        "balance_fen": sum(each.quantity for each in holdings if each.account == cash),
        "available_fen": requesting.available(session, party),
        "holdings": holdings,
    }


@bp.post("/me/payouts", tags=TAGS)
@party_required
@bp.arguments(KeyIn, location="headers")
@bp.arguments(PayoutIn)
@bp.response(201, PayoutOut)
@bp.doc(security=WRITING)
def request_payout(header: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Ask for one's own money

    Nothing moves before two officers of the county have confirmed it.
    """
    moment = now()
    party = _own_party(request_session(), body.get("party"))
    with _naming_amount_fen(), transaction() as session:
        withdrawal = requesting.request_payout(
            session,
            party.id,
            amount_fen=body["amount_fen"],
            bank_account=body["bank_account"],
            actor=actor(),
            at=moment,
            key=f"api:{actor().id}:{header['key']}",
        )
        return _payout(withdrawal)


@contextmanager
def _naming_amount_fen() -> Iterator[None]:
    """The command speaks of the amount that pages ask for in yuan; here it is `amount_fen`."""
    try:
        yield
    except Refusal as refusal:
        if refusal.field == "amount":
            refusal.field = "amount_fen"
        raise


def _payout(withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "number": withdrawal.number,
        "party": withdrawal.party.number,
        "stage": withdrawal.stage,
        "amount_fen": withdrawal.amount_fen,
        "bank_account": mask(withdrawal.bank_account or ""),
        "requested_at": withdrawal.requested_at,
        "take_back_until": grace_ends(withdrawal.requested_at),
    }


def _own_parties(session: Session) -> list[Party]:
    wanted = select(Party).where(Party.id.in_(actor().parties)).order_by(Party.number)
    return list(session.scalars(wanted))


def _own_party(session: Session, number: str | None) -> Party:
    """The caller's party of that number, or her only one. Refuses: NoSuchRecord."""
    parties = [each for each in _own_parties(session) if number in (None, each.number)]
    if len(parties) != 1:
        raise NoSuchRecord("say for which of your parties", field="party", number=number)
    return parties[0]
