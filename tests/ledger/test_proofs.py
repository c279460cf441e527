"""Proofs from the stored log: right at every size, and from few rows of a long one."""

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger import log, merkle, tables
from ledger.refusals import BadQuestion, NotSealed, Tampered
from tests.ledger.entries import Book, transfer
from tests.queries import counting

FILL = {
    "postgresql": """
INSERT INTO ledger_transfer (id, key, nonce, body_hash, act, kind, occurred_at, recorded_at, as_of,
  reference, memo, hash)
SELECT lpad(to_hex(n), 32, '0')::uuid, n::text, '', '', 'post', 'move', now(), now(), now(),
  '', '', encode(sha256(n::text::bytea), 'hex')
FROM generate_series(1, :count) n""",
    "sqlite": """
WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :count)
INSERT INTO ledger_transfer (id, key, nonce, body_hash, act, kind, occurred_at, recorded_at, as_of,
  reference, memo, hash)
SELECT printf('%032x', n), n, '', '', 'post', 'move', '2026-03-02 12:00:00.000000',
  '2026-03-02 12:00:00.000000', '2026-03-02 12:00:00.000000', '', '', printf('%064x', n * n)
FROM n""",
}
"""Entries that nobody posted, whose ids are 1, 2, 3, …"""


def fill(session: Session, count: int) -> merkle.Tree:
    """Seal so many entries; the tree over them."""
    session.execute(text(FILL[session.connection().dialect.name]), {"count": count})
    log.seal(session)
    hashes = session.execute(select(tables.leaf.c.hash).order_by(tables.leaf.c.position))
    return merkle.Tree([bytes.fromhex(row.hash) for row in hashes])


def hexes(nodes: list[bytes]) -> list[str]:
    return [node.hex() for node in nodes]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 300, 511, 512, 513, 700])
def test_the_proofs_of_every_size_are_those_of_the_tree(session: Session, size: int) -> None:
    tree = fill(session, 700)

    for index in {0, size // 2, size - 1}:
        proof = log.prove(session, UUID(int=index + 1), size=size)
        assert (proof.index, proof.size) == (index, size)
        assert proof.root == merkle.frontier(tree.subtree, size).root().hex()
        assert proof.leaf == tree.subtree(0, index).hex()
        assert list(proof.path) == hexes(merkle.inclusion_proof(tree.subtree, index, size))
    for old in {0, 1, size // 3, size - 1, size}:
        assert log.prove_consistency(session, old, size) == hexes(
            merkle.consistency_proof(tree.subtree, old, size)
        )


def test_a_proof_from_a_long_log_reads_few_rows(session: Session) -> None:
    size = 256 * 256 + 700
    tree = fill(session, size)
    root = merkle.frontier(tree.subtree, size).root()

    for index in (0, 40_000, 256 * 256, size - 1):
        with counting(session) as statements:
            proof = log.prove(session, UUID(int=index + 1), size=size)
        # Where it stands, how large the log is, and two blocks of 256 rows a level at most.
        assert len(statements) <= 2 + 5
        assert bytes.fromhex(proof.root) == root
        assert list(proof.path) == hexes(merkle.inclusion_proof(tree.subtree, index, size))

    for old in (1, 40_000, 256 * 256, size - 1):
        with counting(session) as statements:
            path = log.prove_consistency(session, old, size)
        assert len(statements) <= 1 + 5
        assert path == hexes(merkle.consistency_proof(tree.subtree, old, size))


def test_several_proofs_share_what_they_read(session: Session) -> None:
    fill(session, 600)
    wanted = [UUID(int=number) for number in (500, 7, 9, 8)]

    with counting(session) as statements:
        found = log.prove_all(session, [*wanted, UUID(int=601)], size=590)

    assert list(found) == [UUID(int=number) for number in (7, 8, 9, 500)]
    assert len(statements) == 2 + 4
    assert all(proof == log.prove(session, of, size=590) for of, proof in found.items())
    assert log.prove_all(session, [UUID(int=600)], size=590) == {}
    assert log.prove_all(session, [], size=590) == {}


def test_what_the_log_has_not_reached_is_not_proven(book: Book) -> None:
    posted = book.post_all(*(transfer(str(at), "world -> ann 1 CNY") for at in range(3)))
    with pytest.raises(NotSealed):
        log.prove(book.session, posted[0].id)  # not sealed
    log.seal(book.session)
    size = log.prove(book.session, posted[2].id, size=7).size

    with pytest.raises(NotSealed):
        log.prove(book.session, posted[0].id)  # under no checkpoint
    with pytest.raises(NotSealed):
        log.prove(book.session, posted[2].id, size=size - 1)
    with pytest.raises(NotSealed) as refused:
        log.prove(book.session, posted[0].id, size=size + 1)
    assert refused.value.facts == {"size": size + 1, "largest": size}
    with pytest.raises(NotSealed):
        log.prove_consistency(book.session, 1, size + 1)
    with pytest.raises(BadQuestion, match="old_size"):
        log.prove_consistency(book.session, size, size - 1)


def test_a_missing_leaf_is_named(session: Session) -> None:
    fill(session, 300)
    if session.connection().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER ledger_leaf_no_delete"))
    else:
        session.execute(text("ALTER TABLE ledger_leaf DISABLE TRIGGER USER"))
    session.execute(text("DELETE FROM ledger_leaf WHERE position = 2"))

    with pytest.raises(Tampered) as refused:
        log.prove(session, UUID(int=7), size=300)

    assert (refused.value.facts["table"], refused.value.facts["row"]) == ("ledger_leaf", "2")
