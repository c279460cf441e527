"""Sealing, checkpoints and the proofs that a receipt carries."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from ledger import log, merkle, tables
from ledger.log import Signer
from ledger.refusals import NotSealed
from tests.ledger.entries import NOON, Book

SIGNER = Signer("bank.example/330523", Ed25519PrivateKey.from_private_bytes(bytes(32)))


def test_transfers_are_sealed_in_the_order_they_were_recorded(book: Book) -> None:
    hashes = [book.post(str(number), "world -> ann 1 CNY").hash for number in range(5)]

    assert log.seal(book.session) == 5
    assert log.seal(book.session) == 0
    hashes.append(book.post("later", "world -> ann 1 CNY").hash)
    assert log.seal(book.session) == 1

    leaves = book.session.execute(
        select(tables.leaf.c.position, tables.leaf.c.hash).order_by(tables.leaf.c.position)
    ).all()
    assert [tuple(row) for row in leaves] == [
        (position, log.leaf_of(of).hex()) for position, of in enumerate(hashes)
    ]


def test_a_checkpoint_seals_what_waits_and_is_a_signed_note(book: Book) -> None:
    posted = book.post("1", "world -> ann 1 CNY")

    made = log.checkpoint(book.session, SIGNER, NOON)

    root = log.leaf_of(posted.hash)
    assert (made.size, made.root, made.at) == (1, root.hex(), NOON)
    lines = made.note.split("\n")
    assert lines[:4] == ["bank.example/330523", "1", base64.b64encode(root).decode(), ""]
    assert lines[4].startswith("— bank.example/330523 ")
    assert lines[5:] == [""]
    assert SIGNER.verifier.accepts(made.note)
    assert log.latest_checkpoint(book.session) == made


def test_nothing_new_makes_no_new_checkpoint(book: Book) -> None:
    book.post("1", "world -> ann 1 CNY")
    first = log.checkpoint(book.session, SIGNER, NOON)

    assert log.checkpoint(book.session, SIGNER, book.now) == first


def test_an_empty_ledger_can_be_signed(book: Book) -> None:
    assert log.checkpoint(book.session, SIGNER, NOON).root == merkle.EMPTY_ROOT.hex()


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n1\n", "\n2\n"),
        lambda note: note.replace("330523\n1", "330524\n1"),
        lambda note: note[:-4] + "AA=\n",
        lambda note: note.replace("— bank", "— rank"),
        lambda note: note.partition("\n\n")[0],
        lambda note: note.replace("— bank.example/330523 ", "— bank.example/330523 ?"),
    ],
)
def test_a_changed_note_is_not_accepted(change: object) -> None:
    note = SIGNER.sign(1, merkle.EMPTY_ROOT)

    assert SIGNER.verifier.accepts(note)
    assert not SIGNER.verifier.accepts(change(note))  # type: ignore[operator]
    assert not Signer(SIGNER.name, Ed25519PrivateKey.generate()).verifier.accepts(note)


def test_a_transfer_is_proven_to_be_under_a_checkpoint(book: Book) -> None:
    posted = [book.post(str(number), "world -> ann 1 CNY") for number in range(7)]
    signed = log.checkpoint(book.session, SIGNER, NOON)
    late = book.post("late", "world -> ann 1 CNY")

    for one in posted:
        proof = log.prove(book.session, one.id)
        assert proof.root == signed.root
        assert merkle.verify_inclusion(
            log.leaf_of(one.hash),
            index=proof.index,
            size=proof.size,
            proof=[bytes.fromhex(node) for node in proof.path],
            root=bytes.fromhex(signed.root),
        )
    log.seal(book.session)
    with pytest.raises(NotSealed):
        log.prove(book.session, late.id)  # in the log, but under no checkpoint yet


def test_several_proofs_take_one_read_of_the_leaves(book: Book) -> None:
    posted = [book.post(str(number), "world -> ann 1 CNY") for number in range(7)]
    signed = log.checkpoint(book.session, SIGNER, NOON)
    late = book.post("late", "world -> ann 1 CNY")
    log.seal(book.session)

    found = log.prove_all(book.session, [late.id, posted[6].id, posted[2].id], size=signed.size)

    assert list(found) == [posted[2].id, posted[6].id]
    assert all(proof == log.prove(book.session, of) for of, proof in found.items())
    assert log.prove_all(book.session, [late.id], size=signed.size) == {}
    assert log.prove_all(book.session, [], size=signed.size) == {}


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
