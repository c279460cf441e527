"""The log: committed entries sealed in order into a Merkle tree, and checkpoints signed over it.

Reading it is `ledger.proofs`, its text form `ledger.signing`; both can be had from here too.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Row, func, insert, select
from sqlalchemy.orm import Session

from ledger import merkle, tables as t
from ledger.proofs import (
    Checkpoint,
    Inclusion,
    StoredTree,
    last_checkpoint,
    latest_checkpoint,
    prove,
    prove_all,
    prove_consistency,
    tampered,
)
from ledger.signing import BadNote, Note, Signer, Verifier, parse_note
from ledger.turns import End, end_of, leaves_from
from ledger.verify_entries import recompute_entries

__all__ = [
    "Checkpoint",
    "Inclusion",
    "Signer",
    "Verifier",
    "checkpoint",
    "latest_checkpoint",
    "leaf_of",
    "prove",
    "prove_all",
    "prove_consistency",
    "seal",
    "seal_above",
    "sealed_number",
    "sign",
]

SEQUENCER_LOCK: Final = 0x6C656467_65720001
"""The advisory lock that lets one sequencer in at a time ("ledger" and a number)."""

LATE: Final = {"postgresql": 1_000, "sqlite": 0}
"""How far behind the last sealed number a quick seal looks for late commits.

SQLite has one writer, whose commits come in the order of their numbers: it needs no looking back.
On PostgreSQL a commit may come later still, and its number alone cannot tell. The sequencer is
exact by what it remembers, a thorough seal by looking at all; a single quick seal, which remembers
nothing, leaves the latest of the late to them."""

BATCH: Final = 10_000
_TURNS_BACK: Final = 8

Unsealed: TypeAlias = tuple[int, Any, str]
"""An entry's number, id (as the driver has it) and hash."""


def leaf_of(transfer_hash: str) -> bytes:
    """The leaf hash of an entry, from its own hash in hex."""
    return merkle.leaf_hash(bytes.fromhex(transfer_hash))


def seal(session: Session, *, thorough: bool = False) -> int:
    """Append committed entries that are not in the log yet, as recorded; how many there were.

    Run it in a transaction of its own, so that it sees what is committed and nothing else. An
    entry whose commit came late follows those that were sealed before it; one that let more than
    `LATE` others pass waits for a `thorough` seal, which looks at all. Refuses: Tampered.
    """
    connection = session.connection()
    late = LATE[connection.dialect.name]
    _await_turn(connection)
    return seal_above(connection, 0 if thorough and late else sealed_number(connection) - late)


def checkpoint(session: Session, signer: Signer, at: datetime) -> Checkpoint:
    """Seal all that is waiting, and sign the log as it stands: see `sign`.

    Refuses: Tampered; then nothing is signed, nor sealed.
    """
    with session.begin_nested():
        seal(session, thorough=True)
        return sign(session, signer, at)


def sign(session: Session, signer: Signer, at: datetime) -> Checkpoint:
    """Sign the log as it is sealed; the last checkpoint if nothing was sealed since.

    What was sealed since the last checkpoint is recomputed first, and that one must bear a good
    signature of the signer, or of a key that it names as retired. Refuses: Tampered; then nothing
    is signed.
    """
    with session.begin_nested():
        connection = session.connection()
        _await_turn(connection)
        last, end = last_checkpoint(connection), end_of(connection)
        _refuse_lost(last, end)
        signed = None if last is None else _signed(last, signer)
        if last is not None and last.size == end.tree.size:
            return last
        _refuse_rewritten(connection, signed, end)
        _refuse_tampered(connection, 0 if last is None else last.size)
        size, root = end.tree.size, end.tree.root()
        made = Checkpoint(size, root.hex(), signer.sign(size, root, at), at)
        connection.execute(
            insert(t.checkpoint),
            {"size": made.size, "root": made.root, "note": made.note, "at": made.at},
        )
        end.sign()
    return made


def _await_turn(connection: Connection) -> None:
    """Let no other sequencer in until commit; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (SEQUENCER_LOCK,))


def _refuse_lost(last: Checkpoint | None, end: End) -> None:
    """Refuse unless the newest checkpoint is the one that the last turn tells of."""
    size = 0 if last is None else last.size
    if size < end.checkpoint:
        raise tampered("ledger_checkpoint", end.checkpoint, "it is missing")
    if size > end.checkpoint:
        raise tampered("ledger_checkpoint", size, "no turn tells of it")


def _signed(last: Checkpoint, signer: Signer) -> Note:
    """What was signed then. Refuses unless the signature is this log's."""
    try:
        note = parse_note(last.note)
    except BadNote:
        raise tampered("ledger_checkpoint", last.size, "its note is none") from None
    if signer.verifier_of(last.note) is None:
        raise tampered("ledger_checkpoint", last.size, "its signature does not hold")
    if note.size != last.size:
        raise tampered("ledger_checkpoint", last.size, "its note says another size")
    return note


def _refuse_rewritten(connection: Connection, signed: Note | None, end: End) -> None:
    """Refuse unless the tree is the one that was signed, grown by the leaves that follow."""
    size = 0 if signed is None else signed.size
    grown = merkle.frontier(StoredTree(connection).subtree, size)
    if signed is not None and grown.root() != signed.root:
        raise tampered("ledger_checkpoint", size, "the leaves give another root than was signed")
    for leaves in leaves_from(connection, size):
        grown.grow(leaves)
    if grown.hex_edge() != end.tree.hex_edge():
        raise tampered("ledger_seal", end.turn, "its edge is not that of the leaves")


def _refuse_tampered(connection: Connection, first_position: int) -> None:
    """Refuse unless the leaves from this position on are of their entries, and those as written."""
    first: int | None = None
    for row in _leaves_and_entries(connection, first_position):
        if row.of is None or row.hash != _leaf(row.position, row.hash_of).hex():
            raise tampered("ledger_leaf", row.position, "its hash is not that of its entry")
        if row.number != row.of:
            raise tampered("ledger_leaf", row.position, "its number is not that of its entry")
        first = row.of if first is None else min(first, row.of)
    wrong = None if first is None else recompute_entries(connection, first)
    if wrong is not None:
        raise tampered(wrong.table, wrong.row, wrong.what)


def _leaves_and_entries(connection: Connection, position: int) -> Iterator[Row[Any]]:
    """The leaves from this position on, each with number (`of`) and hash of its entry."""
    wanted = (
        select(t.leaf, t.transfer.c.number.label("of"), t.transfer.c.hash.label("hash_of"))
        .outerjoin(t.transfer, t.transfer.c.id == t.leaf.c.transfer)
        .order_by(t.leaf.c.position)
        .limit(BATCH)
    )
    while rows := connection.execute(wanted.where(t.leaf.c.position >= position)).all():
        yield from rows
        position = rows[-1].position + 1


def seal_above(connection: Connection, floor: int) -> int:
    """Seal the waiting entries whose numbers are above the floor; how many there were.

    For whoever has the turn: see `seal`. Refuses: Tampered.
    """
    end = end_of(connection)
    known = end.tree.size
    for rows in filter(None, _waiting(connection, floor, known)):
        size = end.tree.size
        leaves = [_leaf(size + at, row[2]) for at, row in enumerate(rows)]
        _insert_leaves(connection, size, rows, leaves)
        end.grow(leaves)
    end.keep()
    return end.tree.size - known


def _leaf(position: int, transfer_hash: str) -> bytes:
    try:
        return leaf_of(transfer_hash)
    except ValueError:
        raise tampered("ledger_leaf", position, "the hash of its entry is none") from None


def sealed_number(connection: Connection) -> int:
    """The largest number of an entry that was sealed in the last turns, or less.

    A turn seals in the order of numbers, so its last leaf has the largest, unless all were late.
    """
    turns = select(t.seal.c.size - 1).order_by(t.seal.c.turn.desc()).limit(_TURNS_BACK)
    ends = list(connection.execute(turns).scalars())
    largest: int | None = connection.execute(
        select(func.max(t.leaf.c.number)).where(t.leaf.c.position.in_(ends))
    ).scalar()
    return largest or 0


# A subquery for each row looks it up in the index; an anti-join, which is better where all entries
# are looked at, tempts PostgreSQL to read all leaves for a few.
_NO_LEAF: Final = "(SELECT l.position FROM ledger_leaf l WHERE l.transfer = t.id) IS NULL"
_NO_LEAF_IN_ALL: Final = "NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.transfer = t.id)"
_LATE: Final = """
SELECT t.number, t.id, t.hash FROM ledger_transfer t
WHERE t.number > %s AND t.number <= %s AND {no_leaf} ORDER BY t.number"""
# A leaf has an entry, and an entry one leaf. So if there are as many entries up to a number, and
# sealed ones above it, as there are leaves, then none up to it waits. Counting takes a tenth of the
# time that looking for the leaf of each does (0.14 s for 1,000,000). To look at what is new alone,
# what a sequencer remembers would have to be kept, in rows that nothing could be held against.
_IN_LEAVES_OR_LATE: Final = f"""
SELECT (SELECT count(*) FROM ledger_transfer WHERE number <= %s)
  + (SELECT count(*) FROM ledger_transfer t WHERE t.number > %s AND NOT {_NO_LEAF})"""  # noqa: S608 - our own words
_FRESH: Final = f"""
SELECT t.number, t.id, t.hash, {_NO_LEAF} FROM ledger_transfer t
WHERE t.number > %s ORDER BY t.number LIMIT %s"""  # noqa: S608 - our own words
_INSERT: Final = """
INSERT INTO ledger_leaf (position, transfer, number, hash)
SELECT %s + p.place - 1, p.transfer, p.number, p.hash
FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) WITH ORDINALITY
  AS p(transfer, number, hash, place)"""


def _waiting(connection: Connection, floor: int, size: int) -> Iterator[list[Unsealed]]:
    """The entries above this number that are in no leaf: the late ones, then batches by number."""
    reached = sealed_number(connection)
    if floor < reached and (floor > 0 or _any_late(connection, reached, size)):
        late = _LATE.format(no_leaf=_NO_LEAF if floor > 0 else _NO_LEAF_IN_ALL)
        yield [(n, of, digest) for n, of, digest in _read(connection, late, floor, reached)]
    while rows := _read(connection, _FRESH, reached, BATCH):
        yield [(n, of, digest) for n, of, digest, waits in rows if waits]
        if len(rows) < BATCH:
            return
        reached = rows[-1][0]


def _any_late(connection: Connection, reached: int, size: int) -> bool:
    """Whether any entry up to the number is in none of the leaves."""
    [(counted,)] = _read(connection, _IN_LEAVES_OR_LATE, reached, reached)
    return bool(counted != size)


def _read(connection: Connection, statement: str, *values: int) -> Sequence[Any]:
    if connection.dialect.name == "sqlite":
        statement = statement.replace("%s", "?")
    return connection.exec_driver_sql(statement, values).all()


def _insert_leaves(
    connection: Connection, first: int, rows: list[Unsealed], leaves: list[bytes]
) -> None:
    numbers, transfers, _ = zip(*rows, strict=True)
    hashes = [leaf.hex() for leaf in leaves]
    if connection.dialect.name == "postgresql":
        values = (first, list(transfers), list(numbers), hashes)
        connection.exec_driver_sql(_INSERT, values)
        return
    places = range(first, first + len(rows))
    connection.exec_driver_sql(
        "INSERT INTO ledger_leaf (position, transfer, number, hash) VALUES (?, ?, ?, ?)",
        list(zip(places, transfers, numbers, hashes, strict=True)),
    )
