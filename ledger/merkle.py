"""Merkle trees after RFC 6962: roots, and proofs that a leaf is in and that nothing was rewritten.

Pure functions over hashes of 32 bytes; the numbers of sections are those of RFC 6962. Proofs are
made from whole subtrees alone, which never change once they are there: `subtree(level, index)`
gives the root of the leaves from `index << level` to before `(index + 1) << level`. Whoever keeps
some of them, in memory or in a database, need not read all leaves.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple, Self, TypeAlias

EMPTY_ROOT: Final = sha256(b"").digest()
STEP: Final = 8
"""Roots are kept of the subtrees at every eighth level: of 256 leaves, of 256², and so on."""
FAN: Final = 1 << STEP

Subtree: TypeAlias = Callable[[int, int], bytes]
"""The root of the whole subtree at a level (leaves: 0), the `index`-th from the left."""


class Node(NamedTuple):
    """The root of a whole subtree, and where it stands."""

    level: int
    position: int
    hash: bytes


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry (2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (2.1)."""
    return sha256(b"\x01" + left + right).digest()


def _joined(edge: Sequence[bytes]) -> bytes:
    """The root over whole subtrees that stand side by side, the largest first."""
    if not edge:
        return EMPTY_ROOT
    node = edge[-1]
    for left in reversed(edge[:-1]):
        node = node_hash(left, node)
    return node


class Frontier:
    """A tree that only grows: its size and root, in memory for its right edge alone."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size = size
        self._edge = list(edge)
        if len(self._edge) != size.bit_count() or any(len(node) != 32 for node in self._edge):
            raise ValueError("a tree of this size has another edge")

    @classmethod
    def from_hex(cls, size: int, edge: str) -> Self:
        """The tree whose `hex_edge` this is. Raises ValueError if no tree of this size has it."""
        nodes = bytes.fromhex(edge)
        return cls(size, [nodes[at : at + 32] for at in range(0, len(nodes), 32)])

    @property
    def edge(self) -> tuple[bytes, ...]:
        """The roots of the whole subtrees that it consists of, the largest first."""
        return tuple(self._edge)

    def hex_edge(self) -> str:
        """The edge in hex, 64 digits each, with nothing in between."""
        return b"".join(self._edge).hex()

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash on the right."""
        self.grow((leaf,))

    def grow(self, leaves: Iterable[bytes]) -> list[Node]:
        """Add leaf hashes on the right; the subtrees at each eighth level that became whole."""
        edge, size, whole = self._edge, self.size, []
        for leaf in leaves:
            node, index, level = leaf, size, 0
            while index & 1:
                node = node_hash(edge.pop(), node)
                index >>= 1
                level += 1
                if not level % STEP:
                    whole.append(Node(level, index, node))
            edge.append(node)
            size += 1
        self.size = size
        return whole

    def root(self) -> bytes:
        """The root of all leaves so far."""
        return _joined(self._edge)


class Tree:
    """The whole subtrees over some leaves, in memory; each node is hashed once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(level := self._levels[-1]) > 1:
            pairs = range(0, len(level) - 1, 2)
            self._levels.append([node_hash(level[at], level[at + 1]) for at in pairs])

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return len(self._levels[0])

    def subtree(self, level: int, index: int) -> bytes:
        """See `Subtree`. Raises IndexError where the leaves do not reach."""
        return self._levels[level][index]


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of these leaf hashes (2.1)."""
    tree = Frontier()
    tree.grow(leaves)
    return tree.root()


def frontier(subtree: Subtree, size: int) -> Frontier:
    """The tree of the first `size` leaves, from which it can grow on."""
    return Frontier(size, _cover(subtree, 0, size))


def _cover(subtree: Subtree, start: int, end: int) -> list[bytes]:
    """The whole subtrees between two leaves, the largest first.

    In RFC 6962 a right side begins where a whole subtree at least as large as it ends, so that
    each part of it stands at a multiple of its own size.
    """
    nodes = []
    for level in reversed(range((end - start).bit_length())):
        if (end - start) >> level & 1:
            at = start + ((end - start) >> level + 1 << level + 1)
            nodes.append(subtree(level, at >> level))
    return nodes


def _range_root(subtree: Subtree, start: int, end: int) -> bytes:
    return _joined(_cover(subtree, start, end))


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """The path from leaf `index` to the root of the first `size` leaves (2.1.1).

    Raises IndexError if there is no such leaf among them.
    """
    if not 0 <= index < size:
        raise IndexError("no leaf at this index")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(subtree, middle, end))
            end = middle
        else:
            path.append(_range_root(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(subtree: Subtree, old_size: int, size: int) -> list[bytes]:
    """The path that shows the first `old_size` leaves unchanged among the first `size` (2.1.2).

    Raises IndexError if the tree never had the old size.
    """
    if not 0 <= old_size <= size:
        raise IndexError("the tree never had this size")
    if old_size in (0, size):
        return []
    path, start, end = [], 0, size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_range_root(subtree, middle, end))
            end = middle
        else:
            path.append(_range_root(subtree, start, middle))
            start = middle
    if start:  # otherwise what is left is the old tree itself, whose root is known
        path.append(_range_root(subtree, start, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last = leaf, size - 1
    for neighbour in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = node_hash(neighbour, node)
            index, last = _up_the_edge(index, last)
        else:
            node = node_hash(node, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the old tree is the new one's beginning (RFC 9162, 2.1.4.2)."""
    if old_size in (0, size):
        return not proof and old_root == (EMPTY_ROOT if old_size == 0 < size else root)
    if not 0 < old_size < size:
        return False
    rest = list(proof)
    if old_size & (old_size - 1) == 0:
        rest.insert(0, old_root)
    if not rest:
        return False
    index, last = old_size - 1, size - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    old_node = new_node = rest[0]
    for neighbour in rest[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old_node = node_hash(neighbour, old_node)
            new_node = node_hash(neighbour, new_node)
            index, last = _up_the_edge(index, last)
        else:
            new_node = node_hash(new_node, neighbour)
        index, last = index >> 1, last >> 1
    return last == 0 and old_node == old_root and new_node == root


def _up_the_edge(index: int, last: int) -> tuple[int, int]:
    """Where a lone right edge, which has no neighbour, meets one."""
    while index and not index & 1:
        index, last = index >> 1, last >> 1
    return index, last
