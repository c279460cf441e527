"""The row that a transfer becomes, and what a database must do to record one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection

from ledger.effects import Held, Line, Pair, Seen


@dataclass(frozen=True)
class Found:
    """The transfer that has a key."""

    id: UUID
    number: int
    hash: str
    body_hash: str


class Entry(NamedTuple):
    """A transfer row without its number, in the order of its columns."""

    id: UUID
    key: str
    nonce: str
    body_hash: str
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    reference: str
    memo: str
    reverses: int | None
    hash: str


COLUMNS: Final = ", ".join(Entry._fields)


class Writer(Protocol):
    """Recording on one database, in that driver's own SQL: `on_sqlite` and `on_postgresql`."""

    def lock(self, connection: Connection, pairs: Sequence[Pair], /) -> list[Seen]:
        """What is known of each pair, in their order, safe from other writers until commit."""

    def find_key(self, connection: Connection, key: str, /) -> Found | None:
        """The transfer of this key, also one that was committed a moment ago."""

    def record(
        self, connection: Connection, entry: Entry, lines: Sequence[Line], held: Iterable[Held], /
    ) -> int | None:
        """Write it all; the transfer's number, or None (and nothing) if the key is taken."""
