"""A batch of plain transfers, in one loop: what `recording` does with each, without its detours.

Plain are transfers of one posting under keys of their own, between balances that let them pass.
Nothing is refused here: where one of them is not plain nothing is written, and `recording` does
them all or says no.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice, repeat
from typing import Any, Final

from sqlalchemy import Connection

from database.driver import driver
from ledger import effects
from ledger.effects import Line, Pair, Row
from ledger.entry import Entry, KeyTakenError, Posted, Said, Slice, said_of
from ledger.model import Act, Transfer, new_nonces
from ledger.recording import WRITERS, RecordedAt

POST: Final = Act.POST.value
SLICES: Final = (25, 50, 100, 200)
"""The first slice is small, for the database waits for it; each is written while the next is
computed."""
LARGEST: Final = 400
AHEAD: Final = 0.35
"""So much of a batch has its words found while the database looks; it looks for about as long."""


def post_all(
    connection: Connection, transfers: Sequence[Transfer], *, at: datetime
) -> list[Posted] | None:
    """Record the transfers in their order, if all of them are plain; else None."""
    keys = {transfer.key for transfer in transfers}
    if len(keys) < len(transfers) or any(len(one.postings) > 1 for one in transfers):
        return None
    with driver(connection) as cursor:
        return _Batch(connection, cursor, transfers, at).post()


class _NotPlainError(Exception):
    """One of them is for the long way."""


class _Batch:
    """Transfers of one posting each, under different keys."""

    def __init__(
        self, connection: Connection, cursor: Any, transfers: Sequence[Transfer], at: datetime
    ) -> None:
        self.writer, self.cursor = WRITERS[connection.dialect.name], cursor
        self.transfers, self.moment = transfers, RecordedAt(connection, at)
        self.posted: list[Posted] = []

    def post(self) -> list[Posted] | None:
        """All or none of them."""
        writer, cursor, transfers = self.writer, self.cursor, self.transfers
        keys = [transfer.key for transfer in transfers]
        pairs = list(effects.touched([one.postings[0] for one in transfers]))
        said, ahead = self._said(), list[Said]()

        def meanwhile() -> None:
            ahead.extend(islice(said, int(len(transfers) * AHEAD)))

        try:
            with writer.all_or_nothing(cursor):
                looked = writer.look_plain(
                    cursor, pairs, keys, len(keys), at=self.moment.given, meanwhile=meanwhile
                )
                if looked is None:
                    raise _NotPlainError
                rows = effects.known(pairs, looked.seen)
                slices = self._slices(looked.numbers, chain(ahead, said), rows)
                writer.write(cursor, slices, rows.values())
        except (_NotPlainError, KeyTakenError):
            return None
        return self.posted

    def _said(self) -> Iterator[Said]:
        """What each says: it depends on nothing that the database knows."""
        at, text, nonces = self.moment.at, self.moment.text, new_nonces(len(self.transfers))
        for transfer, nonce in zip(self.transfers, nonces, strict=True):
            yield said_of(transfer, at=at, recorded_at=text, nonce=nonce)

    def _slices(
        self, numbers: Sequence[int], said: Iterator[Said], rows: Mapping[Pair, Row]
    ) -> Iterator[Slice]:
        """The transfers, applied to the balances one by one. Raises _NotPlainError."""
        identity, moment = self.writer.identity, self.writer.moment
        recorded_at, recorded_text, posted = self.moment.given, self.moment.text, self.posted
        told = zip(numbers, self.transfers, said, strict=True)
        for size in chain(SLICES, repeat(LARGEST)):
            some = list(islice(told, size))
            if not some:
                return
            entries: list[Entry] = []
            lines: list[Line] = []
            for number, one, (id_text, nonce, occurred_text, body_hash, whole) in some:
                as_of = effects.move_plain(number, one.postings[0], rows, recorded_at, lines)
                if as_of is None:
                    raise _NotPlainError
                occurred_at = recorded_at
                if occurred_text is not recorded_text:
                    occurred_at = moment(one.occurred_at, occurred_text)
                entries.append(
                    (
                        number,
                        identity(id_text),
                        one.key,
                        nonce,
                        body_hash,
                        POST,
                        one.kind,
                        occurred_at,
                        recorded_at,
                        as_of,
                        one.reference,
                        one.memo,
                        whole,
                    )
                )
                posted.append(Posted(id_text, number, whole, False))
            yield entries, (), lines
