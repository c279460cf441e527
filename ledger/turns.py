"""The turns of the sequencer: the right end of the log after each, where the next one begins."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from sqlalchemy import Connection, insert, select

from ledger import merkle, tables as t
from ledger.proofs import stored_hash, tampered

BATCH: Final = 10_000


class End:
    """The right end of the log, for whoever has the turn: the tree, and what was signed of it."""

    def __init__(self, connection: Connection) -> None:
        """As the last turn left it. Refuses: Tampered."""
        self._connection = connection
        self._whole: list[merkle.Node] = []
        self.turn, self.checkpoint, self.tree = 0, 0, merkle.Frontier()
        last = connection.execute(select(t.seal).order_by(t.seal.c.turn.desc()).limit(1)).first()
        if last is not None:
            self.turn, self.checkpoint = last.turn, last.checkpoint
            try:
                self.tree = merkle.Frontier.from_hex(last.size, last.edge)
            except ValueError:
                raise tampered("ledger_seal", last.turn, "it has no edge of its size") from None
        self._kept = self.tree.size  # when the last turn ended

    def grow(self, leaves: Iterable[bytes]) -> None:
        """Append leaves that are in their table; `keep` ends the turn."""
        self._whole += self.tree.grow(leaves)

    def keep(self) -> None:
        """End a turn, if the tree has grown in it."""
        if self.tree.size > self._kept:
            self._write()

    def sign(self) -> None:
        """Tell in a turn of its own that the tree was signed as it is."""
        self.keep()
        self.checkpoint = self.tree.size
        self._write()

    def _write(self) -> None:
        if self._whole:
            rows = [
                {"level": n.level, "position": n.position, "hash": n.hash.hex()}
                for n in self._whole
            ]
            self._connection.execute(insert(t.node), rows)
            self._whole.clear()
        self.turn += 1
        self._kept = self.tree.size
        row = {
            "turn": self.turn,
            "size": self._kept,
            "edge": self.tree.hex_edge(),
            "checkpoint": self.checkpoint,
        }
        self._connection.execute(insert(t.seal), row)


def end_of(connection: Connection) -> End:
    """The end of the log; for whoever has the turn. Refuses: Tampered.

    A log from before turns were kept gets one to each of its checkpoints, and what was sealed since
    is in the turn that has begun.
    """
    end = End(connection)
    if end.turn == 0:
        _catch_up(connection, end)
        return end
    beyond = select(t.leaf.c.position).where(t.leaf.c.position >= end.tree.size).limit(1)
    if connection.execute(beyond).first() is not None:
        raise tampered("ledger_seal", end.turn + 1, "it is missing: there are leaves of that turn")
    return end


def _catch_up(connection: Connection, end: End) -> None:
    sizes = select(t.checkpoint.c.size).order_by(t.checkpoint.c.size)
    signed = list(connection.execute(sizes).scalars())
    for batch in chain([[]], leaves_from(connection, 0)):
        leaves = batch
        while signed and signed[0] <= end.tree.size + len(leaves):
            upto = signed.pop(0) - end.tree.size
            end.grow(leaves[:upto])
            leaves = leaves[upto:]
            end.sign()
        end.grow(leaves)
    if signed:
        raise tampered("ledger_checkpoint", signed[0], f"there are {end.tree.size} leaves only")


def leaves_from(connection: Connection, position: int) -> Iterator[list[bytes]]:
    """The leaves from this position on, in batches. Refuses: Tampered, where one is missing."""
    wanted = select(t.leaf.c.position, t.leaf.c.hash).order_by(t.leaf.c.position).limit(BATCH)
    while rows := connection.execute(wanted.where(t.leaf.c.position >= position)).all():
        for place, row in enumerate(rows, position):
            if row.position != place:
                raise tampered("ledger_leaf", place, "it is missing")
        yield [stored_hash(t.leaf.name, row) for row in rows]
        position += len(rows)
