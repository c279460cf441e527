"""The tree against the published vectors of certificate-transparency, and against itself."""

from itertools import pairwise

import pytest

from ledger import merkle

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def hexes(nodes: list[bytes]) -> list[str]:
    return [node.hex() for node in nodes]


def included(leaves: list[bytes], index: int) -> list[bytes]:
    return merkle.inclusion_proof(merkle.Tree(leaves).subtree, index, len(leaves))


def consistent(leaves: list[bytes], old: int) -> list[bytes]:
    return merkle.consistency_proof(merkle.Tree(leaves).subtree, old, len(leaves))


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_published_inclusion_proofs(index: int, size: int) -> None:
    assert hexes(included(LEAVES[:size], index)) == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_the_published_consistency_proofs(old: int, size: int) -> None:
    assert hexes(consistent(LEAVES[:size], old)) == CONSISTENCY[old, size]


MANY = [merkle.leaf_hash(bytes([number])) for number in range(40)]
MANY_ROOTS = [merkle.root(MANY[:size]) for size in range(len(MANY) + 1)]


def test_every_leaf_of_every_tree_is_proven_and_no_other_leaf_is() -> None:
    for size in range(1, len(MANY) + 1):
        for index in range(size):
            proof = included(MANY[:size], index)

            def proven(leaf: bytes, at: int, path: list[bytes], size: int = size) -> bool:
                return merkle.verify_inclusion(
                    leaf, index=at, size=size, proof=path, root=MANY_ROOTS[size]
                )

            assert proven(MANY[index], index, proof)
            assert not proven(MANY[index - 1], index, proof)
            assert not proven(MANY[index], index + 1, proof)
            assert not proven(MANY[index], index, [*proof, MANY[0]])
            assert not proof or not proven(MANY[index], index, proof[:-1])


def test_every_tree_is_proven_to_begin_with_every_older_one_and_no_other_is() -> None:
    for size in range(len(MANY) + 1):
        for old in range(size + 1):
            proof = consistent(MANY[:size], old)

            def proven(
                old_root: bytes, path: list[bytes], old: int = old, size: int = size
            ) -> bool:
                return merkle.verify_consistency(
                    old_size=old, old_root=old_root, size=size, root=MANY_ROOTS[size], proof=path
                )

            assert proven(MANY_ROOTS[old], proof)
            assert not proven(merkle.leaf_hash(b"another"), proof)
            assert not proven(MANY_ROOTS[old], [*proof, MANY[0]])
            assert not proof or not proven(MANY_ROOTS[old], proof[:-1])


def test_what_was_never_in_the_tree_has_no_proof() -> None:
    for outside in (-1, 8):
        with pytest.raises(IndexError):
            included(LEAVES, outside)
    with pytest.raises(IndexError):
        consistent(LEAVES, 9)
    assert not merkle.verify_inclusion(LEAVES[0], index=0, size=0, proof=[], root=b"")
    assert not merkle.verify_consistency(old_size=2, old_root=b"", size=1, root=b"", proof=[])


def test_a_growing_tree_has_the_root_of_its_leaves() -> None:
    tree = merkle.Frontier()
    for leaf, (_, after) in zip(MANY, pairwise(MANY_ROOTS), strict=True):
        tree.append(leaf)
        assert tree.root() == after


BIG = [merkle.leaf_hash(number.to_bytes(2)) for number in range(600)]
BIG_TREE = merkle.Tree(BIG)


class Definition:
    """The tree as RFC 6962 defines it, word for word; `[start, end)` are leaves of `BIG`."""

    def __init__(self) -> None:
        self.hashes: dict[tuple[int, int], bytes] = {}

    def mth(self, start: int, end: int) -> bytes:
        if end - start == 1:
            return BIG[start]
        if (start, end) not in self.hashes:
            k = self.split(start, end)
            self.hashes[start, end] = merkle.node_hash(self.mth(start, k), self.mth(k, end))
        return self.hashes[start, end]

    def split(self, start: int, end: int) -> int:
        k = 1
        while 2 * k < end - start:
            k *= 2
        return start + k

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        k = self.split(start, end)
        if m < k:
            return [*self.path(m, start, k), self.mth(k, end)]
        return [*self.path(m, k, end), self.mth(start, k)]

    def subproof(self, m: int, start: int, end: int, known: bool) -> list[bytes]:
        if m == end:
            return [] if known else [self.mth(start, end)]
        k = self.split(start, end)
        if m <= k:
            return [*self.subproof(m, start, k, known), self.mth(k, end)]
        return [*self.subproof(m, k, end, False), self.mth(start, k)]


DEFINED = Definition()


@pytest.mark.parametrize("sizes", [range(at, at + 50) for at in range(1, 600, 50)], ids=str)
def test_every_proof_is_that_of_the_definition(sizes: range) -> None:
    for size in sizes:
        assert merkle.frontier(BIG_TREE.subtree, size).root() == DEFINED.mth(0, size)
        for index in range(size):
            assert merkle.inclusion_proof(BIG_TREE.subtree, index, size) == DEFINED.path(
                index, 0, size
            )
        for old in range(1, size + 1):
            assert merkle.consistency_proof(BIG_TREE.subtree, old, size) == DEFINED.subproof(
                old, 0, size, True
            )


def test_a_tree_grows_on_from_its_edge_and_names_the_subtrees_it_completes() -> None:
    size = 256 * 256 + 300
    leaves = [merkle.leaf_hash(number.to_bytes(3)) for number in range(size)]
    tree, whole, at = merkle.Frontier(), [], 0
    for step in (0, 1, 255, 256, 257, 300, size):
        tree = merkle.Frontier.from_hex(tree.size, tree.hex_edge())
        whole += tree.grow(leaves[at : at + step])
        at = tree.size

    every = merkle.Tree(leaves)
    assert tree.root() == merkle.frontier(every.subtree, size).root()
    assert sorted(whole) == [
        *(merkle.Node(8, index, every.subtree(8, index)) for index in range(size // 256)),
        merkle.Node(16, 0, every.subtree(16, 0)),
    ]


@pytest.mark.parametrize(
    ("size", "edge"),
    [(0, "00" * 32), (1, ""), (2, "00" * 64), (3, "00" * 63), (1, "zz"), (1, "0" * 63)],
)
def test_an_edge_of_another_size_is_refused(size: int, edge: str) -> None:
    with pytest.raises(ValueError, match=r"edge|hex"):
        merkle.Frontier.from_hex(size, edge)
