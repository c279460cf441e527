"""Merkle trees after RFC 6962: roots, and proofs that a leaf is in and that nothing was rewritten.

Pure functions over leaf hashes (32 bytes each); the numbers of sections are those of RFC 6962.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry (2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees (2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows: its size and root, in memory for its right edge alone."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash on the right."""
        node, size = leaf, self.size
        while size & 1:
            node = node_hash(self._edge.pop(), node)
            size >>= 1
        self._edge.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root of all leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        node = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            node = node_hash(left, node)
        return node


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of these leaf hashes (2.1)."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The path from leaf `index` to the root (2.1.1)."""
    if not 0 <= index < len(leaves):
        raise IndexError("no leaf at this index")
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root(leaves[:k])]


class Tree:
    """A whole tree in memory, for several proofs: it hashes each node once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(level := self._levels[-1]) > 1:
            whole = range(0, len(level) - 1, 2)
            above = [node_hash(level[place], level[place + 1]) for place in whole]
            alone = level[-1:] if len(level) & 1 else []  # the right edge goes up as it is
            self._levels.append(above + alone)

    @property
    def leaves(self) -> Sequence[bytes]:
        """The leaf hashes."""
        return self._levels[0]

    def root(self) -> bytes:
        """The root of all leaves."""
        return self._levels[-1][0] if self.leaves else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """The path from leaf `index` to the root."""
        if not 0 <= index < len(self.leaves):
            raise IndexError("no leaf at this index")
        path = []
        for level in self._levels[:-1]:
            if (neighbour := index ^ 1) < len(level):
                path.append(level[neighbour])
            index >>= 1
        return path


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


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The path that shows the first `old_size` leaves unchanged (2.1.2)."""
    if not 0 <= old_size <= len(leaves):
        raise IndexError("the tree never had this size")
    if old_size in (0, len(leaves)):
        return []
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    k = _split(len(leaves))
    if old_size <= k:
        return [*_subproof(leaves[:k], old_size, whole=whole), root(leaves[k:])]
    return [*_subproof(leaves[k:], old_size - k, whole=False), root(leaves[:k])]


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
