"""The public ledger for programs: transfers without owners, signed checkpoints, and proofs."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from bank.privacy import public_account
from bank.refusals import NoSuchRecord
from ledger import journal, log, tables
from ledger.journal import TransferView
from web.api.blueprint import bp
from web.api.ledger_shapes import (
    CheckpointsIn,
    CheckpointsOut,
    ConsistencyIn,
    ConsistencyOut,
    InclusionOut,
    ProofIn,
    ReceiptOut,
    TransferDetailOut,
    TransfersIn,
    TransfersOut,
)
from web.journal_words import sight_of
from web.permissions import find_actor, public
from web.proofs import checkpoint_of, checkpoints, covered, receipt_for
from web.session import request_session
from web.signing import find_signer

TAGS = ["Ledger"]


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
@bp.arguments(ProofIn, location="query")
@bp.response(200, InclusionOut)
def prove_transfer(asked: dict[str, Any], transfer_id: UUID) -> dict[str, Any]:
    """Prove that a transfer is in the log of a checkpoint

    409 `not_sealed` where that does not cover it, or is larger than the last one.
    """
    session = request_session()
    journal.get_transfer(session, transfer_id)
    size = covered(session, asked.get("size"), field="size")
    return asdict(log.prove(session, transfer_id, size=size))


@bp.get("/ledger/transfers/<uuid:transfer_id>/receipt", tags=TAGS)
@public
@bp.response(200, ReceiptOut)
def show_receipt(transfer_id: UUID) -> dict[str, Any]:
    """Give the receipt of a transfer, to keep

    Its hash, the path to the last checkpoint, and that checkpoint: with the bank's key all of
    it can be checked without the bank. The contents are in it for those who may see all of the
    transfer. 409 `not_sealed` while no checkpoint covers it.
    """
    session = request_session()
    view = journal.get_transfer(session, transfer_id)
    return receipt_for(session, view, sight_of(session, find_actor()))


@bp.get("/ledger/consistency", tags=TAGS)
@public
@bp.arguments(ConsistencyIn, location="query")
@bp.response(200, ConsistencyOut)
def prove_consistency(asked: dict[str, Any]) -> dict[str, Any]:
    """Prove that the log was only added to since it had a size

    409 `not_sealed` where a size is larger than the last checkpoint's.
    """
    session = request_session()
    size = covered(session, asked.get("size"), field="to")
    old_size = covered(session, asked["old_size"], field="from")
    return {
        "old_size": old_size,
        "size": size,
        "path": log.prove_consistency(session, old_size, size),
    }


@bp.get("/ledger/checkpoints", tags=TAGS)
@public
@bp.arguments(CheckpointsIn, location="query")
@bp.response(200, CheckpointsOut)
def list_checkpoints(asked: dict[str, Any]) -> dict[str, Any]:
    """List the checkpoints, newest first

    The list grows while it is read, so it is read by `before`, not by page numbers.
    """
    found = checkpoints(request_session(), before=asked.get("before"), limit=asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return {
        "items": [{"size": each.size, "root": each.root, "at": each.at} for each in shown],
        "next_before": shown[-1].size if len(found) > len(shown) else None,
    }


@bp.get("/ledger/checkpoints/<int:size>", tags=TAGS)
@public
@bp.response(200, {"type": "string"}, content_type="text/plain")
def show_checkpoint_of(size: int) -> ResponseReturnValue:
    """Give the signed checkpoint of a size

    404 where none was made of just that size.
    """
    found = checkpoint_of(request_session(), size)
    if found is None:
        raise NoSuchRecord("no checkpoint was made of this size", size=size)
    return _plain_text(found.note)


@bp.get("/ledger/checkpoint", tags=TAGS)
@public
@bp.response(200, {"type": "string"}, content_type="text/plain")
def show_checkpoint() -> ResponseReturnValue:
    """Give the last signed checkpoint

    A signed note (C2SP tlog-checkpoint): the log's name, its size, its root in base64, when it was
    made (`at`), and an Ed25519 signature. 404 while none was made.
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
    return _plain_text(signer.verifier.text() + "\n")


def public_transfer(transfer: TransferView) -> dict[str, Any]:
    """What anyone may read of a transfer."""
    return {
        "id": transfer.id,
        "number": transfer.number,
        "act": transfer.act,
        "kind": transfer.kind,
        "reference": transfer.reference,
        "occurred_at": transfer.occurred_at,
        "recorded_at": transfer.recorded_at,
        "hash": transfer.hash,
        "reverses": transfer.reverses,
        "reversed_by": transfer.reversed_by,
        "expires_at": transfer.expires_at,
        "ends": transfer.ends,
        "ended_by": transfer.ended_by,
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
