"""The public ledger for programs: transfers without owners, the signed checkpoint, and proofs."""

import base64
from dataclasses import asdict
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response
from flask.typing import ResponseReturnValue
from marshmallow import fields, validate
from sqlalchemy import select

from bank.privacy import public_account
from bank.refusals import NoSuchRecord
from ledger import journal, log, tables
from ledger.journal import TransferView
from web.api.blueprint import bp
from web.permissions import public
from web.session import request_session
from web.signing import find_signer

TAGS = ["Ledger"]
MOST = 100


class TransfersIn(ma.Schema):
    """Which transfers."""

    reference = fields.String(
        validate=validate.Length(1, 200),
        metadata={"description": "The act behind them, such as `deposit:D-2026-000001`."},
    )
    before = fields.Integer(
        validate=validate.Range(1, 2**63 - 1),
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
    kind = fields.String(required=True)
    reference = fields.String(required=True)
    occurred_at = fields.DateTime(required=True)
    recorded_at = fields.DateTime(required=True)
    hash = fields.String(required=True, metadata={"description": "SHA-256, in hex."})
    reverses = fields.UUID(allow_none=True, metadata={"description": "What it mends."})
    reversed_by = fields.UUID(allow_none=True)
    postings = fields.List(fields.Nested(PostingOut), required=True)


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


class InclusionOut(ma.Schema):
    """That a transfer is in the log of the last checkpoint (RFC 6962, 2.1.1); hashes in hex."""

    transfer = fields.UUID(required=True)
    index = fields.Integer(required=True)
    size = fields.Integer(required=True, metadata={"description": "The checkpoint's."})
    leaf = fields.String(
        required=True, metadata={"description": "SHA-256 of a zero byte and the transfer's hash."}
    )
    path = fields.List(fields.String(), required=True)
    root = fields.String(required=True)


@bp.get("/ledger/transfers", tags=TAGS)
@public
@bp.arguments(TransfersIn, location="query")
@bp.response(200, TransfersOut)
def list_transfers(asked: dict[str, Any]) -> dict[str, Any]:
    """List transfers, newest first

    The journal grows while it is read, so it is read by `before`, not by page numbers.
    """
    found = journal.transfers(
        request_session(),
        reference=asked.get("reference"),
        before=asked.get("before"),
        limit=asked["limit"] + 1,
    )
    shown = found[: asked["limit"]]
    more = len(found) > len(shown)
    return {
        "items": [public_transfer(each) for each in shown],
        "next_before": shown[-1].number if more else None,
    }


@bp.get("/ledger/transfers/<uuid:transfer_id>", tags=TAGS)
@public
@bp.response(200, TransferDetailOut)
def show_transfer(transfer_id: UUID) -> dict[str, Any]:
    """Show a transfer, and where it stands in the sealed log"""
    session = request_session()
    transfer = journal.get_transfer(session, transfer_id)
    position = session.scalar(
        select(tables.leaf.c.position).where(tables.leaf.c.transfer == transfer_id)
    )
    return public_transfer(transfer) | {"position": position}


@bp.get("/ledger/transfers/<uuid:transfer_id>/proof", tags=TAGS)
@public
@bp.response(200, InclusionOut)
def prove_transfer(transfer_id: UUID) -> dict[str, Any]:
    """Prove that a transfer is in the log of the last checkpoint

    409 `not_sealed` while no checkpoint covers it. The root is the checkpoint's.
    """
    session = request_session()
    journal.get_transfer(session, transfer_id)
    return asdict(log.prove(session, transfer_id))


@bp.get("/ledger/checkpoint", tags=TAGS)
@public
@bp.response(200, {"type": "string"}, content_type="text/plain")
def show_checkpoint() -> ResponseReturnValue:
    """Give the last signed checkpoint

    A signed note (C2SP tlog-checkpoint): the log's name, its size, its root in base64, and an
    Ed25519 signature. 404 while none was made.
    """
    last = log.latest_checkpoint(request_session())
    if last is None:
        raise NoSuchRecord("no checkpoint was made yet")
    return _plain_text(last.note)


@bp.get("/ledger/key", tags=TAGS)
@public
@bp.response(200, {"type": "string"}, content_type="text/plain")
def show_key() -> ResponseReturnValue:
    """Give the public key that checkpoints are signed with

    In the form of C2SP signed notes: name, key id and base64 of the key after the byte 1, joined
    by `+`. Keep it: who fetches it anew each time trusts the bank anew each time.
    """
    signer = find_signer()
    if signer is None:
        raise NoSuchRecord("this bank has no signing key")
    verifier = signer.verifier
    key = base64.b64encode(b"\x01" + verifier.key.public_bytes_raw()).decode()
    return _plain_text(f"{verifier.name}+{verifier.key_id.hex()}+{key}\n")


def public_transfer(transfer: TransferView) -> dict[str, Any]:
    """What anyone may read of a transfer."""
    return {
        "id": transfer.id,
        "number": transfer.number,
        "kind": transfer.kind,
        "reference": transfer.reference,
        "occurred_at": transfer.occurred_at,
        "recorded_at": transfer.recorded_at,
        "hash": transfer.hash,
        "reverses": transfer.reverses,
        "reversed_by": transfer.reversed_by,
        "postings": [
            {
                "source": public_account(posting.source),
                "target": public_account(posting.target),
                "unit": posting.unit,
                "quantity": posting.quantity,
            }
            for posting in transfer.postings
        ],
    }


def _plain_text(text: str) -> Response:
    return Response(text, mimetype="text/plain")
