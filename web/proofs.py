"""Whether a transfer is sealed: its contents, its leaf and the last checkpoint, all recomputed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import merkle, tables as t
from ledger.journal import TransferView
from ledger.log import Checkpoint, Inclusion, latest_checkpoint, leaf_of, prove_all
from ledger.model import body_text, transfer_hash, transfer_text
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
    """The text whose SHA-256 is the transfer's hash; for those who may know all of it."""
    body = body_text(
        kind=view.kind,
        reference=view.reference,
        memo=view.memo,
        postings=[(p.source, p.target, p.unit, p.quantity) for p in view.postings],
        reverses=view.reverses,
    )
    return transfer_text(
        body,
        transfer_id=view.id,
        key=view.key,
        nonce=view.nonce,
        occurred_at=view.occurred_at,
        recorded_at=view.recorded_at,
    )


def sealing(session: Session, view: TransferView) -> Sealing:
    """The transfer's standing in the log, checked from its contents up to the signature."""
    return sealings(session, [view])[view.id]


def sealings(session: Session, views: Collection[TransferView]) -> dict[UUID, Sealing]:
    """The same for several, with one walk through the log for all."""
    checkpoint = latest_checkpoint(session)
    found = positions(session, [view.id for view in views])
    proofs = prove_all(session, list(found), size=checkpoint.size) if checkpoint else {}
    signed = _signed(checkpoint) if checkpoint else None
    standing = {}
    for view in views:
        position, intact = found.get(view.id), transfer_hash(contents(view)) == view.hash
        inclusion = proofs.get(view.id)
        if checkpoint is None or inclusion is None:
            standing[view.id] = Sealing(position, intact, checkpoint)
            continue
        proven = intact and merkle.verify_inclusion(
            leaf_of(view.hash),
            index=inclusion.index,
            size=inclusion.size,
            proof=[bytes.fromhex(node) for node in inclusion.path],
            root=bytes.fromhex(checkpoint.root),
        )
        standing[view.id] = Sealing(position, intact, checkpoint, inclusion, proven, signed)
    return standing


def _signed(checkpoint: Checkpoint) -> bool | None:
    signer = find_signer()
    return None if signer is None else signer.verifier.accepts(checkpoint.note)
