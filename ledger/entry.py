"""An entry on its way into the journal, and what a database must do to record it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from database.base import new_id_text
from ledger.effects import Line, Pair, Row, Seen, touched
from ledger.model import (
    Act,
    Posting,
    Transfer,
    body_around,
    body_hash,
    body_text,
    line_text,
    moment_text,
    transfer_hash,
    transfer_text,
)


class Posted(NamedTuple):
    """What recording an entry gave; `replayed` if the key had been used for it before."""

    id_text: str
    number: int
    hash: str
    replayed: bool

    @property
    def id(self) -> UUID:
        """The entry's id, made of its text when it is asked for: in a batch it seldom is."""
        return UUID(self.id_text)


class Found(NamedTuple):
    """The entry that has a key."""

    id: UUID
    number: int
    hash: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Named:
    """An earlier entry that a draft is about, by its number and id."""

    number: int
    id: UUID


@dataclass(slots=True)
class Draft:
    """An entry that is to be recorded, with what follows from it alone.

    `postings` are moved by POST and SETTLE, and kept by HOLD; `releases` is what a hold that ends
    had kept. `facts` is what its body says beside a transfer's (`model.act_facts`). `pairs` are the
    balances that it touches.
    """

    act: Act
    key: str
    kind: str
    occurred_at: datetime
    reference: str = ""
    memo: str = ""
    postings: Sequence[Posting] = ()
    facts: dict[str, object] | None = None
    reverses: Named | None = None
    ends: Named | None = None
    releases: Sequence[Posting] = ()
    expires_at: datetime | None = None
    account: int | None = None
    unit: int | None = None
    pairs: set[Pair] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = touched(self.postings)
        if self.releases:
            self.pairs |= touched(self.releases)

    def body(self) -> str:
        """What it says, in canonical text."""
        return body_text(
            kind=self.kind,
            reference=self.reference,
            memo=self.memo,
            postings=[(p.source, p.target, p.unit, p.quantity) for p in self.postings],
            reverses=None if self.reverses is None else self.reverses.id,
            facts=self.facts,
        )

    def is_of(self, hash_of_body: str) -> bool:
        """Whether it says what the entry with that hash of its body said."""
        return body_hash(self.body()) == hash_of_body


def draft_of(transfer: Transfer, *, reverses: Named | None = None) -> Draft:
    """The entry that posts the transfer, as the reversal of an earlier one if that is named."""
    return Draft(
        Act.POST,
        transfer.key,
        transfer.kind,
        transfer.occurred_at,
        transfer.reference,
        transfer.memo,
        transfer.postings,
        reverses=reverses,
    )


class Said(NamedTuple):
    """What an entry says, whatever the ledger holds: a new id, its moment, and its hashes."""

    id_text: str
    nonce: str
    occurred_at: str
    body_hash: str
    hash: str


def said(
    body: str, key: str, occurred_at: datetime, *, at: datetime, recorded_at: str, nonce: str
) -> Said:
    """What an entry with this body says when it is recorded `at` (`recorded_at`, as text)."""
    id_text = new_id_text()
    occurred = recorded_at if occurred_at == at else moment_text(occurred_at)
    whole = transfer_text(
        body,
        transfer_id=id_text,
        key=key,
        nonce=nonce,
        occurred_at=occurred,
        recorded_at=recorded_at,
    )
    return Said(id_text, nonce, occurred, body_hash(body), transfer_hash(whole))


def said_of(transfer: Transfer, *, at: datetime, recorded_at: str, nonce: str) -> Said:
    """What a transfer of one posting says, in a fraction of the time that its draft takes."""
    line = transfer.postings[0]
    body = body_around(
        line_text(line.source, line.target, line.unit, line.quantity),
        kind=transfer.kind,
        reference=transfer.reference,
        memo=transfer.memo,
    )
    return said(
        body, transfer.key, transfer.occurred_at, at=at, recorded_at=recorded_at, nonce=nonce
    )


class Told(NamedTuple):
    """What a database is told of a transfer of one posting that takes a short cut."""

    id: str
    key: str
    nonce: str
    body_hash: str
    kind: str
    occurred_at: str
    recorded_at: str
    reference: str
    memo: str
    hash: str
    source: str
    target: str
    unit: str
    quantity: int


Entry: TypeAlias = tuple[Any, ...]
"""An entry's row in the order of `COLUMNS`; moments and id as the database's driver takes them."""

COLUMNS: Final = (
    "number",
    "id",
    "key",
    "nonce",
    "body_hash",
    "act",
    "kind",
    "occurred_at",
    "recorded_at",
    "as_of",
    "reference",
    "memo",
    "hash",
)
KEY: Final = COLUMNS.index("key")

About: TypeAlias = tuple[Any, ...]
"""A row of what an entry is about beside its postings, in the order of `ABOUT`."""

ABOUT: Final = ("transfer", "reverses", "ends", "expires_at", "account", "unit")

Slice: TypeAlias = tuple[Sequence[Entry], Sequence[About], Sequence[Line]]
"""Some entries in their order, what else they are about, and their postings."""


class Looked(NamedTuple):
    """What was there when the balances were locked.

    What is known of each pair, in their order; the entries of the keys that were asked for; and
    numbers for entries, drawn while the balances were locked.
    """

    seen: Sequence[Seen]
    earlier: Mapping[str, Found]
    numbers: Sequence[int]


class KeyTakenError(Exception):
    """Somebody took a key while its entry was being recorded; nothing was written."""


class Writer(Protocol):
    """Recording on one database, in that driver's own SQL: `on_sqlite` and `on_postgresql`.

    The cursor is the driver's, in the transaction of whoever records.
    """

    def moment(self, moment: datetime, text: str, /) -> Any:
        """A moment (and its `moment_text`) as the driver takes and gives it; they compare."""

    def identity(self, text: str, /) -> Any:
        """An id, given as text, as the database's driver takes it."""

    def any_due(self, cursor: Any, at: Any, /) -> bool:
        """Whether any hold has expired at this moment (see `moment`)."""

    def look(
        self, cursor: Any, pairs: Sequence[Pair], keys: Collection[str], count: int, /
    ) -> Looked:
        """Lock the pairs' balances until commit, and draw so many numbers. The keys are looked for
        after that: a twin has either committed, or waits for our locks.
        """

    def look_plain(
        self,
        cursor: Any,
        pairs: Sequence[Pair],
        keys: Collection[str],
        count: int,
        /,
        *,
        at: Any,
        meanwhile: Callable[[], None],
    ) -> Looked | None:
        """What `look` does, if it sees that all of the pairs have balances or can have them, that
        no hold has expired at the moment `at`, and that none of the keys is known; keys may be left
        for the index of keys to tell. Else None, and what it locked is to be let go.

        `meanwhile` is called while the database looks; once, or not at all.
        """

    def find_keys(self, cursor: Any, keys: Collection[str], /) -> dict[str, Found]:
        """The entries of these keys, also those that were committed a moment ago."""

    def all_or_nothing(self, cursor: Any, /) -> AbstractContextManager[None]:
        """What is written within is undone, and what is locked let go, by whatever is raised.

        Raises KeyTakenError where that is about a key which somebody took.
        """

    def write(self, cursor: Any, slices: Iterable[Slice], rows: Collection[Row], /) -> None:
        """Write it all.

        Slices are computed as they are taken; the balances, `rows`, are what they come to after the
        last slice.
        """
