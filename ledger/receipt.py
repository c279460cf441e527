"""Receipts: documents by which anyone can check an entry, with no access to the ledger.

Pure functions over JSON values and text: they need SHA-256 and the log's public key.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from database.refusals import Invalid
from ledger import merkle
from ledger.log import Checkpoint, Inclusion, leaf_of
from ledger.model import transfer_hash as hash_of
from ledger.signing import MAX_SIZE, BadNote, Note, Verifier, parse_note

FORMAT: Final = "ledger-receipt/1"
MOST_NODES: Final = 128
"""More than any path has: two for each of 64 levels."""

Hex: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class BadReceipt(Invalid):
    """A document that is no receipt: `field` (such as `inclusion.path.2`), `rule`, `given`."""


class Step(StrEnum):
    """What is checked of a document, in this order; each needs those before it."""

    CONTENTS = "contents"
    """The contents are those of this entry, and hash to its hash."""
    SIZE = "size"
    """The path is meant for a log of the checkpoint's size."""
    INCLUSION = "inclusion"
    """The path leads from the entry's hash to the root that the checkpoint names."""
    ORIGIN = "origin"
    """Both checkpoints are of one log."""
    CONSISTENCY = "consistency"
    """The path shows that the older log is the beginning of the newer one."""
    OLD_SIGNATURE = "old_signature"
    """The older checkpoint bears the log's signature."""
    SIGNATURE = "signature"
    """The checkpoint bears the log's signature."""


@dataclass(frozen=True)
class Outcomes:
    """Each step and whether it holds; None where there was nothing to check it with."""

    steps: tuple[tuple[Step, bool | None], ...]

    @property
    def ok(self) -> bool:
        """Whether all holds, and the signature was checked: what is unknown is not good."""
        steps = dict(self.steps)
        return False not in steps.values() and steps[Step.SIGNATURE] is True


@dataclass(frozen=True)
class ReceiptReport(Outcomes):
    """What a receipt says, and which of it holds.

    Without contents, CONTENTS is None: then nothing ties the id to the hash but the ledger's word.
    """

    transfer: UUID
    hash: str
    contents: dict[str, Any] | None
    index: int
    checkpoint: Note


@dataclass(frozen=True)
class ConsistencyReport(Outcomes):
    """What two checkpoints say, and whether the newer continues the older."""

    old: Note
    new: Note


class _Shape(BaseModel, frozen=True, extra="forbid", strict=True):
    """A part of a receipt as it must look."""


class _Transfer(_Shape):
    id: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    hash: Hex
    contents: str | None = None


class _Inclusion(_Shape):
    index: int = Field(ge=0, le=MAX_SIZE)
    size: int = Field(ge=1, le=MAX_SIZE)
    path: list[Hex] = Field(max_length=MOST_NODES)


class _Receipt(_Shape):
    format: Literal["ledger-receipt/1"]
    transfer: _Transfer
    inclusion: _Inclusion
    checkpoint: str


class _Path(_Shape):
    path: list[Hex] = Field(max_length=MOST_NODES)


def make_receipt(
    inclusion: Inclusion, checkpoint: Checkpoint, *, transfer_hash: str, contents: str | None = None
) -> dict[str, Any]:
    """The receipt of an entry, fit for JSON; with its canonical text for who may know it.

    Raises ValueError if the proof is for a log of another size than the checkpoint's.
    """
    if inclusion.size != checkpoint.size:
        raise ValueError("the proof and the checkpoint are of different sizes")
    transfer = {"id": str(inclusion.transfer), "hash": transfer_hash}
    if contents is not None:
        transfer["contents"] = contents
    return {
        "format": FORMAT,
        "transfer": transfer,
        "inclusion": {
            "index": inclusion.index,
            "size": inclusion.size,
            "path": list(inclusion.path),
        },
        "checkpoint": checkpoint.note,
    }


def check_receipt(document: object, verifiers: Collection[Verifier]) -> ReceiptReport:
    """Check a receipt (parsed JSON), step by step; the signature only with one of the log's keys.

    Refuses: BadReceipt, for what is no receipt at all.
    """
    try:
        given = _Receipt.model_validate(document)
    except ValidationError as error:
        raise _refusal(error) from error
    note = _note("checkpoint", given.checkpoint)
    transfer, inclusion = given.transfer, given.inclusion
    contents = None if transfer.contents is None else _contents(transfer.contents)
    included = merkle.verify_inclusion(
        leaf_of(transfer.hash),
        index=inclusion.index,
        size=inclusion.size,
        proof=[bytes.fromhex(node) for node in inclusion.path],
        root=note.root,
    )
    return ReceiptReport(
        steps=(
            (Step.CONTENTS, _matches(transfer, contents)),
            (Step.SIZE, inclusion.size == note.size),
            (Step.INCLUSION, included),
            (Step.SIGNATURE, _signed(verifiers, note, given.checkpoint)),
        ),
        transfer=UUID(transfer.id),
        hash=transfer.hash,
        contents=contents,
        index=inclusion.index,
        checkpoint=note,
    )


def check_consistency(
    old_note: str, new_note: str, path: Sequence[str], verifiers: Collection[Verifier]
) -> ConsistencyReport:
    """Check that the log of the newer checkpoint begins with that of the older; path in hex.

    The signatures are checked only with the log's keys. Refuses: BadReceipt.
    """
    old, new = _note("old", old_note), _note("new", new_note)
    try:
        given = list(path) if isinstance(path, tuple) else path
        nodes = _Path.model_validate({"path": given}).path
    except ValidationError as error:
        raise _refusal(error) from error
    consistent = merkle.verify_consistency(
        old_size=old.size,
        old_root=old.root,
        size=new.size,
        root=new.root,
        proof=[bytes.fromhex(node) for node in nodes],
    )
    return ConsistencyReport(
        steps=(
            (Step.ORIGIN, old.origin == new.origin),
            (Step.CONSISTENCY, consistent),
            (Step.OLD_SIGNATURE, _signed(verifiers, old, old_note)),
            (Step.SIGNATURE, _signed(verifiers, new, new_note)),
        ),
        old=old,
        new=new,
    )


def _contents(text: str) -> dict[str, Any]:
    """What the canonical text says. Refuses: BadReceipt."""
    field = "transfer.contents"
    try:
        said = json.loads(text)
        text.encode()
    except (ValueError, RecursionError):
        raise BadReceipt(f"{field}: it is no JSON", field=field, rule="json") from None
    if not isinstance(said, dict):
        raise BadReceipt(f"{field}: it is no object", field=field, rule="object")
    return said


def _matches(transfer: _Transfer, contents: dict[str, Any] | None) -> bool | None:
    if transfer.contents is None or contents is None:
        return None
    return contents.get("id") == transfer.id and hash_of(transfer.contents) == transfer.hash


def _signed(verifiers: Collection[Verifier], note: Note, text: str) -> bool | None:
    """Whether the log of one of the keys signed it: its name is the origin, not a witness's."""
    if not verifiers:
        return None
    return any(note.origin == known.name and known.accepts(text) for known in verifiers)


def _note(field: str, text: str) -> Note:
    try:
        return parse_note(text)
    except BadNote as error:
        raise BadReceipt(f"{field}: {error.message}", field=field, rule="note") from error


def _refusal(error: ValidationError) -> BadReceipt:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    given = repr(first["input"])[:100]
    return BadReceipt(
        f"{field}: {first['msg']}", field=field or None, rule=first["type"], given=given
    )
