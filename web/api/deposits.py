"""Public verification of a deposit: what its passbook may be held against; no names."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from sqlalchemy import select

from bank import accounts
from bank.assets.tables import AssetKind
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.records import by_number
from bank.deposits.tables import StorageMode
from bank.land.tables import Parcel
from bank.privacy import public_account
from bank.refusals import NoSuchRecord
from ledger import journal
from web.api.blueprint import bp
from web.api.parts import PartedOut, parted
from web.api.shapes import choice
from web.cards import place_name
from web.permissions import public
from web.session import request_session


class WhereOut(ma.Schema):
    """Where in the ledger some of the deposit's area lies."""

    account = fields.String(required=True, metadata={"example": "party:*:stored"})
    area_dm2 = fields.Integer(required=True)


class VerificationOut(PartedOut):
    """What the bank says of a deposit to anyone who has its number."""

    number = fields.String(required=True)
    in_bank = fields.Boolean(
        required=True, metadata={"description": "Whether the passbook counts today."}
    )
    stage = choice(Stage, required=True)
    kind = choice(AssetKind, required=True)
    place = fields.String(required=True)
    division_code = fields.String(required=True)
    parcel_code = fields.String(allow_none=True)
    mode = choice(StorageMode, allow_none=True)
    term_years = fields.Integer(allow_none=True)
    area_dm2 = fields.Integer(
        required=True, metadata={"description": "What is left, after the parts that were cut off."}
    )
    value_fen = fields.Integer(allow_none=True)
    stored_at = fields.DateTime(required=True)
    ledger = fields.List(
        fields.Nested(WhereOut),
        required=True,
        metadata={"description": "Where the area lies now; the areas sum to area_dm2."},
    )
    transfer = fields.UUID(
        allow_none=True, metadata={"description": "The transfer that brought the area in."}
    )


@bp.get("/deposits/<number>", tags=["Verification"])
@public
@bp.response(200, VerificationOut)
def verify_deposit(number: str) -> dict[str, Any]:
    """Verify a passbook by its deposit's number

    404 for a number that was never stored: an application is nobody's business yet.
    """
    session = request_session()
    deposit = by_number(session, number)
    if deposit.stored_at is None:
        raise NoSuchRecord("no such deposit", number=number)
    asset = deposit.asset
    stored = journal.transfers(session, reference=f"deposit:{number}")
    return parted(session, deposit) | {
        "number": deposit.number,
        "in_bank": deposit.stage in IN_BANK,
        "stage": deposit.stage,
        "kind": asset.kind,
        "place": place_name(asset.division),
        "division_code": asset.division_code,
        "parcel_code": session.scalar(
            select(Parcel.code).where(Parcel.asset_id == asset.id, Parcel.retired_at.is_(None))
        ),
        "mode": deposit.mode,
        "term_years": deposit.term_years,
        "area_dm2": deposit.area_dm2,
        "value_fen": deposit.value_fen,
        "stored_at": deposit.stored_at,
        "ledger": [
            {"account": public_account(held.account), "area_dm2": held.quantity}
            for held in journal.holders(session, accounts.land(number))
        ],
        "transfer": next((each.id for each in stored if each.kind == "store"), None),
    }
