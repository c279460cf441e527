"""Recomputing the log: leaves against entries, then nodes, seals and checkpoints against leaves."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from ledger import merkle, tables as t
from ledger.findings import MOST_FAULTS, UNREADABLE, Faults
from ledger.log import leaf_of
from ledger.model import Act, moment_text
from ledger.rows import AFTER_ALL, Row, Rows
from ledger.signing import BadNote, Verifier, parse_note
from ledger.verify_entries import Entry
from ledger.verify_state import Balance

PATIENCE: Final = 1_000
"""When so many entries wait for their leaves, it is asked whether the next leaf has an entry."""
LEVELS: Final = range(merkle.STEP, 63, merkle.STEP)


class _Marks:
    """What was written of the tree at some sizes: the rows of a table, as the tree reaches them."""

    def __init__(self, rows: Iterator[Row], size_at: int = 0) -> None:
        self._rows, self._size_at = rows, size_at
        self._next = next(rows, None)

    @property
    def due(self) -> int:
        """The size at which the next one is due."""
        size = AFTER_ALL if self._next is None else self._next[self._size_at]
        return size if type(size) is int else AFTER_ALL

    def upto(self, size: int) -> Iterator[Row]:
        """Those that are due at this size, or were before."""
        while self.due <= size and self._next is not None:
            row, self._next = self._next, next(self._rows, None)
            yield row

    def rest(self) -> Iterator[Row]:
        """All that are left."""
        while self._next is not None:
            row, self._next = self._next, next(self._rows, None)
            yield row


class _Seals:
    """The turns, one after the other: what each tells of the tree and of checkpoints."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.turn = self.size = self.checkpoint = 0
        self.told: list[int] = []
        """The sizes of checkpoints that turns told of, and whose rows were not met yet."""

    def check(self, row: Row, tree: merkle.Frontier) -> None:
        """Hold a turn against the tree, and against the turn before it."""
        turn, size, edge, checkpoint = row
        self.turn += 1
        if turn != self.turn:
            self.faults.add(t.seal, self.turn, f"it is missing: {turn!r} follows")
            self.turn = turn if type(turn) is int else self.turn
        if size != tree.size:
            self.faults.add(t.seal, turn, "no turn can have ended there")
        elif edge != tree.hex_edge():
            self.faults.add(t.seal, turn, "its edge is not that of the leaves")
        # A turn either made the tree larger, or told of a checkpoint.
        newest = size if size == self.size else self.checkpoint
        if checkpoint != newest:
            what = f"it tells of a checkpoint at {checkpoint!r}, not {newest}"
            self.faults.add(t.seal, turn, what)
        if size == self.size:
            self.told.append(size)
        self.size, self.checkpoint = size, newest


class Log:
    """One reading of the log beside that of the journal: `entry` for each entry, then `finish`."""

    def __init__(self, rows: Rows, faults: Faults, verifiers: Collection[Verifier]) -> None:
        self.faults, self.verifiers = faults, verifiers
        self.leaves = self.unsealed = self.checkpoints = self.signatures = 0
        self._rows = rows
        self._strict = rows.dialect == "sqlite"
        self._tree = merkle.Frontier()
        self._fresh: list[bytes] = []  # leaves that the tree has not grown by yet
        self._leaves = rows.of(t.leaf, "position")
        self._leaf = next(self._leaves, None)
        self._position = 0
        self._waiting: dict[str, tuple[Entry, Sequence[Balance]]] = {}
        self._overtaken: set[int] = set()
        self._last = 0  # the largest number that the next leaf of this turn must exceed
        self._turns = _Marks(rows.of(t.seal, "turn"), size_at=1)
        self._seals = _Seals(faults)
        self._signed = _Marks(rows.of(t.checkpoint, "size"))
        self._nodes = {level: rows.of(t.node, "position", f"level = {level}") for level in LEVELS}
        # Logs are older than the rows that are kept of turns: such a log begins with a transfer and
        # not with an opening, and has no such rows until it is sealed again.
        self._keeps_turns = self._turns.due < AFTER_ALL
        self._opened = False
        self._due = 0
        self._settle()

    def entry(self, entry: Entry, touched: Sequence[Balance]) -> None:
        """Hold an entry against its leaf, as soon as the leaves come to it."""
        if self._leaf is None:
            self.unsealed += 1
        elif not self._waiting and self._leaf[1] == entry.id:
            self._append(entry)
        else:
            self._waiting[entry.id] = entry, touched
            self._catch_up(entry.number)

    def finish(self) -> None:
        """After the last entry: what is left over, and what is missing."""
        self._catch_up(AFTER_ALL)
        self.unsealed += len(self._waiting)
        self._settle()
        if self._seals.size != self.leaves and (self._keeps_turns or self._opened):
            what = f"it is missing: a turn must have ended at {self.leaves} leaves"
            self.faults.add(t.seal, self._seals.turn + 1, what)
        for table, marks in ((t.seal, self._turns), (t.checkpoint, self._signed)):
            for key, *_ in marks.rest():
                self.faults.add(table, key, f"the log has only {self.leaves} leaves")
        others = f"level NOT IN ({', '.join(map(str, LEVELS))})"
        for nodes in (*self._nodes.values(), self._rows.of(t.node, "level, position", others)):
            for level, index, _ in nodes:
                self.faults.add(t.node, f"{level}/{index}", "there is no such whole subtree")

    def _catch_up(self, number: int) -> None:
        """Go on through the leaves, as far as their entries up to `number` are known."""
        while self._leaf is not None:
            found = self._waiting.pop(self._leaf[1], None)
            if found is not None:
                self._check_order(*found)
                self._append(found[0])
            elif number == AFTER_ALL or self._is_lost(self._leaf[1], number):
                self._append(None)
            else:
                return

    def _is_lost(self, transfer: str, number: int) -> bool:
        """Whether no entry is to come for this leaf; asked now and then, when many wait."""
        if len(self._waiting) % PATIENCE:
            return False
        there = self._rows.number_of(transfer)
        return there is None or there <= number

    def _check_order(self, entry: Entry, touched: Sequence[Balance]) -> None:
        """Entries that move the same balance are sealed by number; on SQLite, all are."""
        for earlier, balances in self._waiting.values():
            if len(self._overtaken) == MOST_FAULTS:
                return
            if earlier.number > entry.number or earlier.number in self._overtaken:
                continue
            if self._strict or set(map(id, touched)) & set(map(id, balances)):
                self._overtaken.add(earlier.number)
                what = f"entry {entry.number} is sealed before entry {earlier.number}"
                self.faults.add(t.leaf, self._position, what)

    def _append(self, entry: Entry | None) -> None:
        """Put the next leaf into the tree: that of `entry`, or of none that is there."""
        assert self._leaf is not None  # noqa: S101 - the caller has looked
        position, transfer, number, kept = self._leaf
        self._leaf = next(self._leaves, None)
        if position != self._position:
            self.faults.add(t.leaf, self._position, f"it is missing: {position!r} follows")
            self._position = position if type(position) is int else self._position
        try:
            leaf = leaf_of(entry.hash) if entry else bytes.fromhex(kept)
        except UNREADABLE:
            leaf = b""
        if entry is None:
            what = f"its entry {transfer!r} is missing, or has a leaf already"
            self.faults.add(t.leaf, position, what)
        elif kept != leaf.hex():
            self.faults.add(t.leaf, position, "its hash is not that of its entry")
        elif number != entry.number:
            self.faults.add(t.leaf, position, "its number is not that of its entry")
        if entry is not None:
            self._follow(entry)
        self._fresh.append(leaf)
        self._position += 1
        self.leaves += 1
        if self.leaves >= self._due:
            self._settle()

    def _follow(self, entry: Entry) -> None:
        """A turn seals by number; so do all turns together on SQLite, see `_check_order`."""
        if entry.act != Act.POST:
            self._opened = True
        if entry.number < self._last:
            what = f"entry {self._last} is sealed before entry {entry.number}"
            self.faults.add(t.leaf, self._position, what)
        if self._opened and not self._strict:
            self._last = entry.number

    def _settle(self) -> None:
        """Grow the tree; hold what was written at its size against it."""
        for level, index, root in self._tree.grow(self._fresh):
            if self._keeps_turns or self._opened:
                self._check_node(level, index, root.hex())
        self._fresh.clear()
        for seal in self._turns.upto(self.leaves):
            self._seals.check(seal, self._tree)
            self._last = 0
        for checkpoint in self._signed.upto(self.leaves):
            self._check_checkpoint(*checkpoint)
        for size in self._seals.told:
            self.faults.add(t.checkpoint, size, "it is missing: a turn tells of it")
        self._seals.told.clear()
        self._due = min(self.leaves + merkle.FAN, self._turns.due, self._signed.due)

    def _check_node(self, level: int, index: int, root: str) -> None:
        row = next(self._nodes[level], None)
        if row is None or row[1] != index:
            self.faults.add(t.node, f"{level}/{index}", "it is missing, or its place is another's")
        elif row[2] != root:
            self.faults.add(t.node, f"{level}/{index}", "it is not the root of its leaves")

    def _check_checkpoint(self, size: int, root: str, note: str, at: str) -> None:
        self.checkpoints += 1
        if size != self.leaves or root != self._tree.root().hex():
            self.faults.add(t.checkpoint, size, "its root is not that of the leaves")
        try:
            made = self._rows.moment(at)
            said = parse_note(note)
            signed = [verifier.accepts(note) for verifier in self.verifiers]
        except (BadNote, *UNREADABLE) as error:
            self.faults.add(t.checkpoint, size, f"it cannot be read: {error}")
            return
        if size in self._seals.told:
            self._seals.told.remove(size)
        elif self._keeps_turns or said.at is not None:  # notes say when since turns are kept
            if any(signed):
                what = f"it is missing: a checkpoint was signed at {size}"
                self.faults.add(t.seal, self._seals.turn + 1, what)
            else:
                self.faults.add(t.checkpoint, size, "no turn tells of it")
        if (said.size, said.root.hex()) != (size, root):
            self.faults.add(t.checkpoint, size, "its note says another size or root")
        elif said.at is not None and moment_text(said.at) != made:
            self.faults.add(t.checkpoint, size, "its note says another moment")
        elif any(signed):
            self.signatures += 1
        elif signed:
            self.faults.add(t.checkpoint, size, "its signature does not hold")
