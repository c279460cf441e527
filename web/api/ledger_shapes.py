"""The shapes of the public ledger's questions and answers."""

from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

from ledger.model import MAX_QUANTITY, Act

MOST: Final = 100
"""How many of a list one answer holds at most."""
SIZE: Final = validate.Range(1, MAX_QUANTITY)


class TransfersIn(ma.Schema):
    """Which transfers."""

    reference = fields.String(
        validate=validate.Length(1, 200),
        metadata={"description": "The act behind them, such as `deposit:D-2026-000001`."},
    )
    before = fields.Integer(
        validate=validate.Range(1, MAX_QUANTITY),
        metadata={"description": "Only transfers recorded before this `number`."},
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST))


class PostingOut(ma.Schema):
    """A quantity of one unit that went from one account to another."""

    source = fields.String(required=True, metadata={"example": "world:land"})
    target = fields.String(
        required=True,
        metadata={"example": "party:*:stored", "description": "Parties' numbers are withheld."},
    )
    unit = fields.String(required=True, metadata={"example": "land:D-2026-000001"})
    quantity = fields.Integer(required=True, metadata={"description": "fen, dm² or shares."})


class TransferOut(ma.Schema):
    """A transfer; its key, memo and nonce are withheld, its hash covers them."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "In order of recording."})
    act = fields.Enum(
        Act,
        by_value=True,
        required=True,
        metadata={
            "description": "What it does. Lists hold what moves something: `post` and `settle`."
        },
    )
    kind = fields.String(required=True)
    reference = fields.String(required=True)
    occurred_at = fields.DateTime(required=True)
    recorded_at = fields.DateTime(required=True)
    hash = fields.String(required=True, metadata={"description": "SHA-256, in hex."})
    reverses = fields.UUID(allow_none=True, metadata={"description": "What it mends."})
    reversed_by = fields.UUID(allow_none=True)
    expires_at = fields.DateTime(allow_none=True, metadata={"description": "Of a hold."})
    ends = fields.UUID(allow_none=True, metadata={"description": "The hold that it ends."})
    ended_by = fields.UUID(allow_none=True, metadata={"description": "What ended the hold."})
    postings = fields.List(
        fields.Nested(PostingOut),
        required=True,
        metadata={"description": "What moved; of a hold, what is to move."},
    )


class TransferDetailOut(TransferOut):
    """A transfer and its place in the sealed log."""

    position = fields.Integer(
        allow_none=True,
        metadata={"description": "From 0; null while it is not sealed yet."},
    )


class TransfersOut(ma.Schema):
    """Transfers, newest first."""

    items = fields.List(fields.Nested(TransferOut), required=True)
    next_before = fields.Integer(
        allow_none=True,
        required=True,
        metadata={"description": "The `before` of what follows; null at the end."},
    )


class ProofIn(ma.Schema):
    """Against which size of the log."""

    size = fields.Integer(
        validate=SIZE,
        metadata={"description": "Up to the last checkpoint's, which it is if none is given."},
    )


class InclusionOut(ma.Schema):
    """That a transfer is in the log of a size (RFC 6962, 2.1.1); hashes in hex."""

    transfer = fields.UUID(required=True)
    index = fields.Integer(required=True)
    size = fields.Integer(required=True)
    leaf = fields.String(
        required=True, metadata={"description": "SHA-256 of a zero byte and the transfer's hash."}
    )
    path = fields.List(fields.String(), required=True)
    root = fields.String(required=True)


class ReceiptTransferOut(ma.Schema):
    """The transfer that a receipt is about."""

    id = fields.UUID(required=True)
    hash = fields.String(required=True, metadata={"description": "SHA-256, in hex."})
    contents = fields.String(
        metadata={
            "description": "The text whose SHA-256 is `hash`, for readers who may see all of it."
        }
    )


class ReceiptInclusionOut(ma.Schema):
    """The path from the transfer's leaf to the checkpoint's root."""

    index = fields.Integer(required=True, metadata={"description": "From 0."})
    size = fields.Integer(required=True, metadata={"description": "The checkpoint's."})
    path = fields.List(fields.String(), required=True)


class ReceiptOut(ma.Schema):
    """All that is needed to check a transfer against the bank's key, now or in ten years."""

    format = fields.String(required=True, metadata={"example": "ledger-receipt/1"})
    transfer = fields.Nested(ReceiptTransferOut, required=True)
    inclusion = fields.Nested(ReceiptInclusionOut, required=True)
    checkpoint = fields.String(required=True, metadata={"description": "The signed note."})


class ConsistencyIn(ma.Schema):
    """Which two sizes of the log."""

    old_size = fields.Integer(
        required=True,
        data_key="from",
        validate=SIZE,
        metadata={"description": "The size of the checkpoint that you kept."},
    )
    size = fields.Integer(
        data_key="to",
        validate=SIZE,
        metadata={"description": "A size not below it; the last checkpoint's if none is given."},
    )

    @ma.validates_schema
    def _check_order(self, asked: dict[str, Any], **_options: Any) -> None:
        if asked["old_size"] > asked.get("size", asked["old_size"]):
            raise ma.ValidationError("It must not be larger than `to`.", "from")


class ConsistencyOut(ma.Schema):
    """That the log of one size is the beginning of that of another (RFC 6962, 2.1.2)."""

    old_size = fields.Integer(required=True, data_key="from")
    size = fields.Integer(required=True, data_key="to")
    path = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Hashes in hex; the two roots stand in the checkpoints."},
    )


class CheckpointsIn(ma.Schema):
    """Which checkpoints."""

    before = fields.Integer(
        validate=SIZE, metadata={"description": "Only checkpoints smaller than this `size`."}
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(1, MOST))


class CheckpointOut(ma.Schema):
    """A checkpoint, without its note."""

    size = fields.Integer(required=True, metadata={"description": "How many transfers it covers."})
    root = fields.String(required=True, metadata={"description": "In hex."})
    at = fields.DateTime(required=True, metadata={"description": "When it was signed."})


class CheckpointsOut(ma.Schema):
    """Checkpoints, newest first."""

    items = fields.List(fields.Nested(CheckpointOut), required=True)
    next_before = fields.Integer(
        allow_none=True,
        required=True,
        metadata={"description": "The `before` of what follows; null at the end."},
    )
