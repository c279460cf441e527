"""Sealing, and checkpoints that are signed over nothing that was tampered with."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table, delete, func, insert, select, text
from sqlalchemy.orm import Session

from database.directory import Bank
from database.engine import writing
from ledger import journal, log, merkle, signing, tables, triggers
from ledger.log import Signer
from ledger.model import transfer_hash
from ledger.reading import contents
from ledger.refusals import NotSealed, Tampered
from ledger.verify import verify
from tests.ledger.entries import NOON, Book, transfer
from tests.ledger.tampering import tamper

SIGNER = Signer("bank.example/330523", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def leaves(session: Session) -> list[bytes]:
    rows = session.execute(select(tables.leaf.c.hash).order_by(tables.leaf.c.position))
    return [bytes.fromhex(row.hash) for row in rows]


def count(session: Session, table: Table) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def many(book: Book, first: int, last: int) -> list[UUID]:
    """Post transfers with these numbers as keys."""
    batch = [transfer(str(number), "world -> ann 1 CNY") for number in range(first, last)]
    return [posted.id for posted in book.post_all(*batch)]


def test_entries_are_sealed_in_the_order_they_were_recorded(book: Book) -> None:
    opened = [
        row.hash
        for row in book.session.execute(
            select(tables.transfer.c.hash).order_by(tables.transfer.c.number)
        )
    ]
    hashes = opened + [book.post(str(number), "world -> ann 1 CNY").hash for number in range(5)]

    assert log.seal(book.session) == len(opened) + 5
    assert log.seal(book.session) == 0
    hashes.append(book.post("later", "world -> ann 1 CNY").hash)
    assert log.seal(book.session) == 1

    assert leaves(book.session) == [log.leaf_of(of) for of in hashes]
    numbers = book.session.execute(
        select(tables.leaf.c.number, tables.transfer.c.number.label("of"))
        .join(tables.transfer, tables.transfer.c.id == tables.leaf.c.transfer)
        .order_by(tables.leaf.c.position)
    ).all()
    assert [row.number for row in numbers] == sorted(row.of for row in numbers)
    assert turns(book.session) == [(1, len(hashes) - 1, 0), (2, len(hashes), 0)]


def turns(session: Session) -> list[tuple[int, int, int]]:
    """Turn, size and newest checkpoint of each, after a look at the edges."""
    rows = session.execute(select(tables.seal).order_by(tables.seal.c.turn)).all()
    assert all(row.edge == grown(leaves(session)[: row.size]).hex_edge() for row in rows)
    return [(row.turn, row.size, row.checkpoint) for row in rows]


def grown(hashes: list[bytes]) -> merkle.Frontier:
    tree = merkle.Frontier()
    tree.grow(hashes)
    return tree


def test_the_roots_of_whole_subtrees_are_kept_as_the_log_grows(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "BATCH", 100)
    many(book, 0, 230)
    log.seal(book.session)
    many(book, 230, 530)
    log.seal(book.session)

    kept = book.session.execute(select(tables.node).order_by(tables.node.c.position)).all()
    every = merkle.Tree(leaves(book.session))
    assert [tuple(row) for row in kept] == [(8, at, every.subtree(8, at).hex()) for at in (0, 1)]


def test_a_log_from_before_turns_were_kept_is_caught_up_with(session: Session) -> None:
    with unguarded(session):  # the log as a former version left it
        book = Book(session)
        book.open("world", "ann")
        first = sign_as_before(session)
        ids = many(book, 0, 600)
        old = sign_as_before(session)
        unsigned = len(many(book, 600, 602))
        log.seal(session)
        session.execute(delete(tables.node))
        session.execute(delete(tables.seal))
    proof = log.prove(session, ids[3])  # even before it is sealed again
    assert proof.size == old
    assert proof.root == merkle.root(leaves(session)[:old]).hex()
    late = many(book, 602, 603)

    assert log.seal(session) == 1

    size = old + unsigned + 1
    kept = [(1, first, 0), (2, first, first), (3, old, first), (4, old, old), (5, size, old)]
    assert turns(session) == kept
    assert count(session, tables.node) == 2
    new = log.checkpoint(session, SIGNER, NOON)
    assert turns(session) == [*kept, (6, size, size)]
    assert new.root == merkle.root(leaves(session)).hex()
    assert proven(log.prove(session, late[0]), new)
    assert verify(session, verifiers=[SIGNER.verifier]).signatures == 3


@pytest.mark.parametrize("size", [0, 3])
def test_a_log_from_before_turns_were_kept_is_signed_as_it_stands(
    session: Session, size: int
) -> None:
    with unguarded(session):
        if size:
            Book(session).open("world", "ann")
        assert sign_as_before(session) == size
        session.execute(delete(tables.seal))

    assert log.sign(session, SIGNER, NOON).size == size  # the one that is there

    kept = [(1, size, 0), (2, size, size)]
    assert turns(session) == (kept if size else [(1, 0, 0)])
    assert verify(session).ok


def sign_as_before(session: Session) -> int:
    """Seal, and sign as was done before turns were kept and notes told when."""
    log.seal(session)
    root = merkle.root(leaves(session))
    size = count(session, tables.leaf)
    note = SIGNER.sign(size, root)
    made = {"size": size, "root": root.hex(), "note": note, "at": NOON}
    session.execute(insert(tables.checkpoint), made)
    return size


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """The tables without their triggers, as someone who owns the database can have them."""
    on_sqlite = session.connection().dialect.name == "sqlite"
    for table in ("ledger_node", "ledger_seal"):
        off = (
            f"DROP TRIGGER {table}_no_delete"
            if on_sqlite
            else (f"ALTER TABLE {table} DISABLE TRIGGER USER")
        )
        session.execute(text(off))
    yield
    triggers.install(session.connection())


def proven(proof: log.Inclusion, under: log.Checkpoint) -> bool:
    return proof.size == under.size and merkle.verify_inclusion(
        bytes.fromhex(proof.leaf),
        index=proof.index,
        size=proof.size,
        proof=[bytes.fromhex(node) for node in proof.path],
        root=bytes.fromhex(under.root),
    )


def test_a_checkpoint_seals_what_waits_and_is_a_signed_note(book: Book) -> None:
    book.post("1", "world -> ann 1 CNY")

    made = log.checkpoint(book.session, SIGNER, NOON)

    root, size = merkle.root(leaves(book.session)), count(book.session, tables.transfer)
    assert (made.size, made.root, made.at) == (size, root.hex(), NOON)
    lines = made.note.split("\n")
    assert lines[:3] == ["bank.example/330523", str(size), base64.b64encode(root).decode()]
    assert lines[3:5] == ["at 2026-03-02T12:00:00.000000+00:00", ""]
    assert signing.parse_note(made.note) == ("bank.example/330523", size, root, NOON)
    assert lines[5].startswith("— bank.example/330523 ")
    assert lines[6:] == [""]
    assert SIGNER.verifier.accepts(made.note)
    assert log.latest_checkpoint(book.session) == made


def test_nothing_new_makes_no_new_checkpoint(book: Book) -> None:
    book.post("1", "world -> ann 1 CNY")
    first = log.checkpoint(book.session, SIGNER, NOON)

    assert log.checkpoint(book.session, SIGNER, book.now) == first
    assert log.sign(book.session, SIGNER, book.now) == first


def test_only_what_is_sealed_is_signed_and_later_turns_tell_of_it(book: Book) -> None:
    size = log.seal(book.session)
    book.post("1", "world -> ann 1 CNY")

    assert log.sign(book.session, SIGNER, NOON).size == size
    log.seal(book.session)

    assert turns(book.session) == [(1, size, 0), (2, size, size), (3, size + 1, size)]


def test_an_empty_ledger_can_be_signed(session: Session) -> None:
    assert log.checkpoint(session, SIGNER, NOON).root == merkle.EMPTY_ROOT.hex()
    assert log.checkpoint(session, SIGNER, NOON).size == 0
    assert turns(session) == [(1, 0, 0)]
    assert verify(session).ok


def test_a_transfer_is_proven_to_be_under_a_checkpoint(book: Book) -> None:
    posted = [book.post(str(number), "world -> ann 1 CNY") for number in range(7)]
    signed = log.checkpoint(book.session, SIGNER, NOON)
    late = book.post("late", "world -> ann 1 CNY")

    for one in posted:
        proof = log.prove(book.session, one.id)
        assert (proof.root, proof.leaf) == (signed.root, log.leaf_of(one.hash).hex())
        assert proven(proof, signed)
    log.seal(book.session)
    with pytest.raises(NotSealed):
        log.prove(book.session, late.id)  # in the log, but under no checkpoint yet


def test_a_later_checkpoint_is_proven_to_continue_an_earlier_one(book: Book) -> None:
    book.post("1", "world -> ann 3 CNY")
    moved = book.post("2", "ann -> ben 1 CNY")
    old = log.checkpoint(book.session, SIGNER, NOON)
    book.reverse(moved, "3")
    new = log.checkpoint(book.session, SIGNER, NOON)

    proof = log.prove_consistency(book.session, old.size, new.size)

    assert merkle.verify_consistency(
        old_size=old.size,
        old_root=bytes.fromhex(old.root),
        size=new.size,
        root=bytes.fromhex(new.root),
        proof=[bytes.fromhex(node) for node in proof],
    )


@pytest.fixture
def signed_bank(committed_bank: Bank) -> Bank:
    """Two entries under a checkpoint, then two that are sealed, and one that waits."""
    with committed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("world", "ann", units=())
        log.checkpoint(session, SIGNER, NOON)
        book.open(units=("CNY",))
        many(book, 1, 2)
        log.seal(session)
        many(book, 2, 3)
    return committed_bank


OTHER = "'" + "0" * 64 + "'"
LINE = "INSERT INTO ledger_posting SELECT {}, 9, 1, 2, 1, 1, 9, 9, 9, 9"
REFUSED = [
    ("ledger_leaf", "2", f"UPDATE ledger_transfer SET hash = {OTHER} WHERE number = 3"),
    ("ledger_leaf", "2", "DELETE FROM ledger_transfer WHERE number = 3"),
    ("ledger_leaf", "2", "UPDATE ledger_transfer SET number = 9 WHERE number = 3"),
    ("ledger_leaf", "2", "UPDATE ledger_leaf SET number = 9 WHERE position = 2"),
    ("ledger_leaf", "3", "UPDATE ledger_leaf SET number = 9 WHERE position = 3"),
    ("ledger_seal", "4", f"UPDATE ledger_leaf SET hash = {OTHER} WHERE position = 2"),
    ("ledger_leaf", "2", "DELETE FROM ledger_leaf WHERE position = 2"),
    ("ledger_checkpoint", "2", f"UPDATE ledger_leaf SET hash = {OTHER} WHERE position = 1"),
    ("ledger_leaf", "0", "DELETE FROM ledger_leaf WHERE position = 0"),
    ("ledger_seal", "3", "UPDATE ledger_seal SET edge = 'x' WHERE turn = 3"),
    ("ledger_seal", "4", f"UPDATE ledger_seal SET edge = {OTHER} WHERE turn = 3"),
    ("ledger_seal", "3", "DELETE FROM ledger_seal WHERE turn = 3"),
    ("ledger_checkpoint", "2", "UPDATE ledger_seal SET checkpoint = 0 WHERE turn = 3"),
    ("ledger_checkpoint", "4", "UPDATE ledger_seal SET checkpoint = 4 WHERE turn = 3"),
    ("ledger_leaf", "4", "UPDATE ledger_transfer SET hash = 'x' WHERE number = 5"),
    ("ledger_leaf", "2", "UPDATE ledger_transfer SET hash = 'x' WHERE number = 3"),
    ("ledger_leaf", "2", "UPDATE ledger_leaf SET hash = 'x' WHERE position = 2"),
    ("ledger_leaf", "1", "UPDATE ledger_leaf SET hash = 'x' WHERE position = 1"),
    ("ledger_checkpoint", "2", "UPDATE ledger_checkpoint SET note = 'x' WHERE size = 2"),
    ("ledger_checkpoint", "2", "DELETE FROM ledger_checkpoint WHERE size = 2"),
    ("ledger_transfer", "4", "UPDATE ledger_transfer SET memo = 'x' WHERE number = 4"),
    ("ledger_transfer", "4", "UPDATE ledger_posting SET quantity = 2 WHERE transfer = 4"),
    ("ledger_transfer", "4", "DELETE FROM ledger_posting WHERE transfer = 4"),
    ("ledger_transfer", "5", "UPDATE ledger_posting SET source = 2, target = 1 WHERE transfer = 5"),
    ("ledger_transfer", "5", LINE.format(5)),
    ("ledger_transfer", "3", LINE.format(3)),
    ("ledger_transfer", "3", "UPDATE ledger_unit SET name = 'x'"),
]


@pytest.mark.parametrize(("table", "row", "change"), REFUSED)
def test_nothing_is_signed_or_sealed_over_what_was_tampered_with(
    signed_bank: Bank, table: str, row: str, change: str
) -> None:
    tamper(signed_bank, change)
    before = written(signed_bank)

    with signed_bank.session() as session, writing(session):
        with pytest.raises(Tampered) as refused:
            log.checkpoint(session, SIGNER, NOON)
        assert (refused.value.facts["table"], refused.value.facts["row"]) == (table, row)

    assert written(signed_bank) == before


def forge(bank: Bank, signer: Signer | None) -> None:
    """Rewrite the signed entry up to the root; the note is made anew, or only its root replaced."""
    with bank.session() as session:
        [kept] = session.execute(select(tables.checkpoint)).all()
        entry = journal.transfers(session, limit=100)[-1]
        entry = replace(entry, recorded_at=entry.recorded_at + timedelta(microseconds=1))
        digest = transfer_hash(contents(entry))
        hashes = leaves(session)
    hashes[0] = log.leaf_of(digest)
    root, edge = merkle.root(hashes[: kept.size]), {}
    for size in {kept.size, len(hashes)}:
        grown = merkle.Frontier()
        grown.grow(hashes[:size])
        edge[size] = grown.hex_edge()
    lines = kept.note.split("\n")
    lines[2] = base64.b64encode(root).decode()
    note = signer.sign(kept.size, root, NOON) if signer else "\n".join(lines)
    moment = entry.recorded_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    moment += "" if bank.engine.dialect.name == "sqlite" else "+00"
    tamper(
        bank,
        f"UPDATE ledger_transfer SET recorded_at = '{moment}', hash = '{digest}' WHERE number = 1",
        f"UPDATE ledger_leaf SET hash = '{hashes[0].hex()}' WHERE position = 0",
        *(f"UPDATE ledger_seal SET edge = '{e}' WHERE size = {size}" for size, e in edge.items()),
        f"UPDATE ledger_checkpoint SET root = '{root.hex()}', note = '{note}'",
    )


@pytest.mark.parametrize("signer", [None, Signer(SIGNER.name, Ed25519PrivateKey.generate())])
def test_nothing_is_signed_over_a_forged_checkpoint(
    signed_bank: Bank, signer: Signer | None
) -> None:
    forge(signed_bank, signer)

    with signed_bank.session() as session, writing(session):
        for sign in (log.sign, log.checkpoint):
            with pytest.raises(Tampered, match="signature") as refused:
                sign(session, SIGNER, NOON)
            assert refused.value.facts["table"] == "ledger_checkpoint"


def test_a_new_key_signs_over_the_checkpoints_of_those_it_retires(signed_bank: Bank) -> None:
    key = Ed25519PrivateKey.generate()
    with signed_bank.session() as session, writing(session):
        with pytest.raises(Tampered, match="signature"):
            log.checkpoint(session, Signer(SIGNER.name, key), NOON)

        new = Signer(SIGNER.name, key, retired=(SIGNER.verifier,))
        made = log.checkpoint(session, new, NOON)

        assert new.verifier.accepts(made.note)
        assert not SIGNER.verifier.accepts(made.note)
        assert verify(session, verifiers=new.verifiers).signatures == 2


def written(bank: Bank) -> dict[str, list[Any]]:
    """All rows of the log."""
    log_tables = (tables.leaf, tables.node, tables.seal, tables.checkpoint)
    with bank.session() as session:
        return {
            table.name: list(session.execute(select(table).order_by(*table.primary_key)))
            for table in log_tables
        }


def test_over_a_changed_line_sealing_goes_on_but_signing_does_not(signed_bank: Bank) -> None:
    tamper(signed_bank, "UPDATE ledger_posting SET quantity = 2 WHERE transfer = 4")

    with signed_bank.session() as session, writing(session):
        assert log.seal(session) == 1
    with signed_bank.session() as session, writing(session):
        with pytest.raises(Tampered):
            log.sign(session, SIGNER, NOON)
        assert [size for _, size, _ in turns(session)] == [2, 2, 4, 5]


def test_an_untouched_log_is_signed(signed_bank: Bank) -> None:
    with signed_bank.session() as session, writing(session):
        assert log.checkpoint(session, SIGNER, NOON).size == 5
        assert verify(session, verifiers=[SIGNER.verifier]).signatures == 2
