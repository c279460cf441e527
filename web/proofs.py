"""Whether a transfer is sealed: its contents, its leaf and the last checkpoint, all recomputed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import merkle, tables as t
from ledger.journal import TransferView
from ledger.log import Checkpoint, Inclusion, latest_checkpoint, leaf_of, prove
from ledger.model import body_text, canonical, moment_text
from ledger.refusals import NotSealed
from web.signing import find_signer


@dataclass(frozen=True)
class Sealing:
    """What the log says of a transfer.

    `position` is its leaf, None while it waits. `proven` is whether the path leads from the
    contents to the checkpoint's root, None where no checkpoint covers it yet; `signed` whether
    the checkpoint bears the bank's good signature, None where the bank has no key to check with.
    """

    position: int | None
    intact: bool
    checkpoint: Checkpoint | None = None
    inclusion: Inclusion | None = None
    proven: bool | None = None
    signed: bool | None = None


def positions(session: Session, transfers: Iterable[UUID]) -> dict[UUID, int]:
    """The leaves of these transfers; one that is not sealed yet is missing."""
    rows = session.execute(
        select(t.leaf.c.transfer, t.leaf.c.position).where(t.leaf.c.transfer.in_(list(transfers)))
    )
    return {row.transfer: row.position for row in rows}


def contents(view: TransferView) -> str:
    """The text whose SHA-256 is the transfer's hash."""
    body = body_text(
        kind=view.kind,
        reference=view.reference,
        memo=view.memo,
        postings=[(p.source, p.target, p.unit, p.quantity) for p in view.postings],
        reverses=view.reverses,
    )
    return canonical(
        {
            "body": json.loads(body),
            "id": str(view.id),
            "key": view.key,
            "occurred_at": moment_text(view.occurred_at),
            "recorded_at": moment_text(view.recorded_at),
        }
    )


def sealing(session: Session, view: TransferView) -> Sealing:
    """The transfer's standing in the log, checked from its contents up to the signature."""
    position = positions(session, [view.id]).get(view.id)
    intact = sha256(contents(view).encode()).hexdigest() == view.hash
    checkpoint = latest_checkpoint(session)
    if checkpoint is None:
        return Sealing(position, intact)
    try:
        inclusion = prove(session, view.id, size=checkpoint.size)
    except NotSealed:
        return Sealing(position, intact, checkpoint)
    proven = intact and merkle.verify_inclusion(
        leaf_of(view.hash),
        index=inclusion.index,
        size=inclusion.size,
        proof=[bytes.fromhex(node) for node in inclusion.path],
        root=bytes.fromhex(checkpoint.root),
    )
    return Sealing(position, intact, checkpoint, inclusion, proven, _signed(checkpoint))


def _signed(checkpoint: Checkpoint) -> bool | None:
    signer = find_signer()
    return None if signer is None else signer.verifier.accepts(checkpoint.note)
