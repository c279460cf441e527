"""Whether a transfer is sealed: its contents, its leaf and the last checkpoint, all recomputed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.journal import TransferView
from ledger.log import (
    Checkpoint,
    Inclusion,
    Verifier,
    latest_checkpoint,
    prove,
    prove_all,
)
from ledger.model import MAX_QUANTITY, transfer_hash
from ledger.reading import contents
from ledger.receipt import BadReceipt, Step, check_receipt, make_receipt
from ledger.refusals import NotSealed
from web.journal_words import Sight
from web.signing import find_signer


@dataclass(frozen=True)
class Sealing:
    """What the log says of a transfer.

    `position` is its leaf, None while it waits. `proven` is whether the path leads from the
    contents to the root that the checkpoint's note names, None where no checkpoint covers it yet;
    `signed` whether that note bears the bank's good signature, None where the bank has no key to
    check with. `signs` is whether it has one, so that the next checkpoint will cover it.
    """

    position: int | None
    intact: bool
    checkpoint: Checkpoint | None = None
    inclusion: Inclusion | None = None
    proven: bool | None = None
    signed: bool | None = None
    signs: bool = False


@dataclass(frozen=True)
class LogStanding:
    """How far the log has come: `sealed` entries, of which the checkpoint covers some.

    `sealed_at` is when the last sealed entry was recorded. `signs` is whether the bank has a key,
    so that checkpoints follow.
    """

    sealed: int
    sealed_at: datetime | None
    checkpoint: Checkpoint | None
    signs: bool


def log_standing(session: Session) -> LogStanding:
    """How far the log is sealed and signed now."""
    last = session.execute(
        select(t.leaf.c.position, t.transfer.c.recorded_at)
        .join(t.transfer, t.transfer.c.id == t.leaf.c.transfer)
        .order_by(t.leaf.c.position.desc())
        .limit(1)
    ).first()
    return LogStanding(
        sealed=last.position + 1 if last else 0,
        sealed_at=last.recorded_at if last else None,
        checkpoint=latest_checkpoint(session),
        signs=find_signer() is not None,
    )


def positions(session: Session, transfers: Iterable[UUID]) -> dict[UUID, int]:
    """The leaves of these transfers; one that is not sealed yet is missing."""
    rows = session.execute(
        select(t.leaf.c.transfer, t.leaf.c.position).where(t.leaf.c.transfer.in_(list(transfers)))
    )
    return {row.transfer: row.position for row in rows}


def receipt_for(session: Session, view: TransferView, sight: Sight) -> dict[str, Any]:
    """The receipt of a transfer, with its contents where this reader may have them.

    Refuses: NotSealed.
    """
    last = latest_checkpoint(session)
    if last is None:
        raise NotSealed("no checkpoint was made yet", transfer=str(view.id), size=0)
    return make_receipt(
        prove(session, view.id, size=last.size),
        last,
        transfer_hash=view.hash,
        contents=None if sight.hides_any(view) else contents(view),
    )


def checkpoints(session: Session, *, before: int | None, limit: int) -> list[Checkpoint]:
    """The checkpoints below this size, the largest first."""
    wanted = select(t.checkpoint).order_by(t.checkpoint.c.size.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(t.checkpoint.c.size < before)
    return [Checkpoint(**row._mapping) for row in session.execute(wanted)]


def checkpoint_of(session: Session, size: int) -> Checkpoint | None:
    """The checkpoint of just this size."""
    if size > MAX_QUANTITY:
        return None
    found = session.execute(select(t.checkpoint).where(t.checkpoint.c.size == size)).first()
    return None if found is None else Checkpoint(**found._mapping)


def first_checkpoint_over(session: Session, position: int) -> Checkpoint | None:
    """The first checkpoint that covered this leaf."""
    wanted = select(t.checkpoint).where(t.checkpoint.c.size > position)
    found = session.execute(wanted.order_by(t.checkpoint.c.size).limit(1)).first()
    return None if found is None else Checkpoint(**found._mapping)


def covered(session: Session, size: int | None, *, field: str) -> int:
    """The size if the last checkpoint reaches it; the last checkpoint's where none is given.

    Refuses: NotSealed, naming the field.
    """
    last = latest_checkpoint(session)
    largest = 0 if last is None else last.size
    if size is None and last is not None:
        return largest
    if size is None or size > largest:
        raise NotSealed("no checkpoint is that large", field=field, size=size, largest=largest)
    return size


def sealing(session: Session, view: TransferView) -> Sealing:
    """The transfer's standing in the log, checked from its contents up to the signature."""
    return sealings(session, [view])[view.id]


def sealings(session: Session, views: Collection[TransferView]) -> dict[UUID, Sealing]:
    """The same for several, with one walk through the log for all.

    Each is checked as whoever was given its receipt would: by what the signed note says.
    """
    checkpoint = latest_checkpoint(session)
    found = positions(session, [view.id for view in views])
    proofs = prove_all(session, list(found), size=checkpoint.size) if checkpoint else {}
    signer, standing = find_signer(), {}
    for view in views:
        position, intact = found.get(view.id), transfer_hash(contents(view)) == view.hash
        inclusion = proofs.get(view.id)
        if checkpoint is None or inclusion is None:
            standing[view.id] = Sealing(position, intact, checkpoint, signs=signer is not None)
            continue
        proven, signed = _checked(view, inclusion, checkpoint, signer.verifiers if signer else ())
        standing[view.id] = Sealing(
            position, intact, checkpoint, inclusion, proven, signed, signer is not None
        )
    return standing


def _checked(
    view: TransferView,
    inclusion: Inclusion,
    checkpoint: Checkpoint,
    verifiers: Collection[Verifier],
) -> tuple[bool, bool | None]:
    """Whether the receipt leads up to the root that its note names, and the note is signed."""
    receipt = make_receipt(inclusion, checkpoint, transfer_hash=view.hash, contents=contents(view))
    try:
        steps = dict(check_receipt(receipt, verifiers).steps)
    except BadReceipt:  # its rows were tampered with until they are none
        return False, False if verifiers else None
    signed = steps.pop(Step.SIGNATURE)
    return all(steps.values()), signed
