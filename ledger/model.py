"""What a transfer is: a value that cannot be written down unbalanced, and its canonical bytes."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

MAX_QUANTITY: Final = 2**63 - 1
MAX_POSTINGS: Final = 250_000

Code = Annotated[str, StringConstraints(pattern=r'^[^\s\x00-\x1f";]{1,200}$')]
"""The name of an account or unit: up to 200 characters, no blanks, no quotes."""
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$", max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]+$", max_length=200)]
Memo = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=2000)]


class Posting(BaseModel, frozen=True, extra="forbid"):
    """A quantity of one unit that goes from one account to another."""

    source: Code
    target: Code
    unit: Code
    quantity: int = Field(strict=True, gt=0, le=MAX_QUANTITY)

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.source == self.target:
            raise ValueError("source and target are the same account")
        return self


class Transfer(BaseModel, frozen=True, extra="forbid"):
    """Postings that happen all or not at all.

    `key` makes it happen once; `occurred_at` is the moment of the act, `reference` names the act.
    """

    key: Key
    kind: Annotated[Code, Field(max_length=64)]
    occurred_at: AwareDatetime
    reference: Words
    memo: Memo = ""
    postings: tuple[Posting, ...] = Field(min_length=1, max_length=MAX_POSTINGS)


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks: one text per value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment_text(moment: datetime) -> str:
    """A moment in UTC to the microsecond, as hashes know it."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def body_text(
    *,
    kind: str,
    reference: str,
    memo: str,
    postings: Iterable[tuple[str, str, str, int]],
    reverses: UUID | None,
) -> str:
    """What a transfer says, in canonical JSON; without its key and its times.

    Each posting is source, target, unit, quantity; `reverses` is the id of a mended transfer.
    """
    return canonical(
        {
            "kind": kind,
            "memo": memo,
            "postings": list(postings),
            "reference": reference,
            "reverses": None if reverses is None else str(reverses),
        }
    )


def body_hash(body: str) -> str:
    """By which a replay of a key is told from another transfer under the same key."""
    return sha256(body.encode()).hexdigest()


def new_nonce() -> str:
    """128 random bits in hex: who does not know them cannot guess a transfer from its hash."""
    return token_hex(16)


def transfer_text(
    body: str,
    *,
    transfer_id: UUID,
    key: str,
    nonce: str,
    occurred_at: datetime,
    recorded_at: datetime,
) -> str:
    """The canonical JSON of the whole transfer; `body` comes from `body_text`."""
    rest = canonical(
        {
            "id": str(transfer_id),
            "key": key,
            "nonce": nonce,
            "occurred_at": moment_text(occurred_at),
            "recorded_at": moment_text(recorded_at),
        }
    )
    return f'{{"body":{body},{rest[1:]}'  # "body" sorts first


def transfer_hash(text: str) -> str:
    """SHA-256 of what `transfer_text` gives."""
    return sha256(text.encode()).hexdigest()
