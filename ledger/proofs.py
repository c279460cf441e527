"""Reading the log: its checkpoints, and the proofs that they cover a transfer and each other.

A proof reads few rows, however long the log is: the hashes that it needs stand in blocks of 256
(leaves, and the kept roots of each eighth level), and it meets two blocks a level at most.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session

from ledger import merkle, tables as t
from ledger.refusals import BadQuestion, NotSealed, Tampered


@dataclass(frozen=True)
class Checkpoint:
    """The log at one size: its root (hex), and the note that says so."""

    size: int
    root: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Inclusion:
    """Where a transfer stands in the log, and the path (hex) from it to the root."""

    transfer: UUID
    index: int
    size: int
    leaf: str
    root: str
    path: tuple[str, ...]


class StoredTree:
    """The whole subtrees of the log, read a block at a time; each block is read once.

    It sees the log as it was when it first read: keep it for one question.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._blocks: dict[tuple[int, int], merkle.Tree] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """See `merkle.Subtree`. Refuses: Tampered, where a leaf is missing."""
        above = level % merkle.STEP
        base = level - above
        block, inside = divmod(index, merkle.FAN >> above)
        try:
            return self._block(base, block).subtree(above, inside)
        except IndexError:
            return self._rebuilt(level, index)

    def _block(self, base: int, number: int) -> merkle.Tree:
        found = self._blocks.get((base, number))
        if found is None:
            found = self._blocks[base, number] = merkle.Tree(self._hashes(base, number))
        return found

    def _hashes(self, base: int, number: int) -> list[bytes]:
        """What a block holds from its beginning on; what follows a missing row is left out."""
        table = t.node if base else t.leaf
        start = number * merkle.FAN
        wanted = (
            select(table.c.position, table.c.hash)
            .where(table.c.position >= start, table.c.position < start + merkle.FAN)
            .order_by(table.c.position)
        )
        if base:
            wanted = wanted.where(t.node.c.level == base)
        rows = self._connection.execute(wanted)
        return [
            stored_hash(table.name, row)
            for place, row in enumerate(rows, start)
            if row.position == place
        ]

    def _rebuilt(self, level: int, index: int) -> bytes:
        """A root that is not kept: a database from before they were has none until it is sealed."""
        if level == 0:
            block = index // merkle.FAN
            first = str(block * merkle.FAN + self._block(0, block).size)
            raise Tampered(
                "a leaf is missing", table="ledger_leaf", row=first, what="it is missing"
            )
        left = self.subtree(level - 1, 2 * index)
        return merkle.node_hash(left, self.subtree(level - 1, 2 * index + 1))


def latest_checkpoint(session: Session) -> Checkpoint | None:
    """The checkpoint of the largest size, if there is one."""
    return last_checkpoint(session.connection())


def last_checkpoint(connection: Connection) -> Checkpoint | None:
    """The same over a connection."""
    found = connection.execute(
        select(t.checkpoint).order_by(t.checkpoint.c.size.desc()).limit(1)
    ).first()
    return None if found is None else Checkpoint(**found._mapping)


def prove(session: Session, transfer_id: UUID, *, size: int | None = None) -> Inclusion:
    """The proof that the transfer is in the log of this size (default: the last checkpoint's).

    Refuses: NotSealed.
    """
    if size is None:
        last = latest_checkpoint(session)
        size = 0 if last is None else last.size
    found = prove_all(session, [transfer_id], size=size).get(transfer_id)
    if found is None:
        raise NotSealed("the transfer is not in the log yet", transfer=str(transfer_id), size=size)
    return found


def prove_all(
    session: Session, transfer_ids: Collection[UUID], *, size: int
) -> dict[UUID, Inclusion]:
    """The proofs of those that are in the log of this size, in its order.

    What their paths share is read once. Refuses: NotSealed, if the log is not that large.
    """
    rows = session.execute(
        select(t.leaf.c.transfer, t.leaf.c.position)
        .where(t.leaf.c.transfer.in_(transfer_ids), t.leaf.c.position < size)
        .order_by(t.leaf.c.position)
    ).all()
    if not rows:
        return {}
    _refuse_beyond(session, size)
    tree = StoredTree(session.connection())
    root = merkle.frontier(tree.subtree, size).root().hex()
    return {
        row.transfer: Inclusion(
            transfer=row.transfer,
            index=row.position,
            size=size,
            leaf=tree.subtree(0, row.position).hex(),
            root=root,
            path=_hex(merkle.inclusion_proof(tree.subtree, row.position, size)),
        )
        for row in rows
    }


def prove_consistency(session: Session, old_size: int, size: int) -> list[str]:
    """The path (hex) that shows the log of `old_size` to be the beginning of that of `size`.

    Refuses: NotSealed, if the log is not that large; BadQuestion, if the older one is the larger.
    """
    _refuse_beyond(session, size)
    if not 0 <= old_size <= size:
        raise BadQuestion(
            f"old_size: a log of {size} never had {old_size}",
            field="old_size",
            rule="larger",
            given=str(old_size),
        )
    tree = StoredTree(session.connection())
    return list(_hex(merkle.consistency_proof(tree.subtree, old_size, size)))


def sealed_size(connection: Connection) -> int:
    """How many leaves the log has."""
    last: int | None = connection.execute(select(func.max(t.leaf.c.position))).scalar()
    return 0 if last is None else last + 1


def stored_hash(table: str, row: Row[*tuple[Any, ...]]) -> bytes:
    """The hash that a row with a position keeps in hex. Refuses: Tampered."""
    try:
        return bytes.fromhex(row.hash)
    except ValueError:
        raise tampered(table, row.position, "its hash is none") from None


def tampered(table: str, row: int | str, what: str) -> Tampered:
    """The refusal that names the row."""
    return Tampered(f"{table} {row}: {what}", table=table, row=str(row), what=what)


def _refuse_beyond(session: Session, size: int) -> None:
    largest = sealed_size(session.connection())
    if size > largest:
        raise NotSealed("the log is not that large yet", size=size, largest=largest)


def _hex(nodes: Collection[bytes]) -> tuple[str, ...]:
    return tuple(node.hex() for node in nodes)
