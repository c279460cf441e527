"""Receipts and notes, checked by who has nothing but them and a key."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import log, merkle, receipt
from ledger.model import body_text, new_nonce, transfer_hash, transfer_text
from ledger.receipt import BadReceipt, Step, check_consistency, check_receipt
from ledger.signing import BadNote, Note, Signer, Verifier, parse_note
from tests.ledger.entries import NOON, Book

SIGNER = Signer("bank.example/330523", Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
ROOT = base64.b64encode(merkle.EMPTY_ROOT).decode()

PUBLISHED = [
    (
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
        "otpRZb6KE6RyyBwJnAM=\n",
    ),
    (
        "sigsum.org:testonly+8de2c54b+AYzzrIWq3UKJHFrprvJyRMsqVGojEvgAIKrT8q4a9zMU",
        "sigsum.org:testonly\n23\nHSt6W8ve4/36xAIf04qDOqaKLaKqSOUqKxLNrkK74+g=\n\n"
        "— sigsum.org:testonly jeLFS4WQDEeTavbiYArHzCQUPXbQ1Y/V8/dKJlBxqOAY4eLhSh3uWNJ8YXp1vs/zR4"
        "SDNHI+6UybLmHmFlg/VSf5OAs=\n",
    ),
]
"""Notes that other programs signed."""


@pytest.mark.parametrize(("key", "note"), PUBLISHED)
def test_published_notes_are_accepted_by_their_keys(key: str, note: str) -> None:
    verifier = Verifier.from_text(key)

    assert verifier.text() == key
    assert verifier.accepts(note)
    assert not verifier.accepts(note.replace("3", "4", 1).replace("think", "know"))
    assert not SIGNER.verifier.accepts(note)


def test_a_published_checkpoint_is_read() -> None:
    assert parse_note(PUBLISHED[1][1])[:2] == ("sigsum.org:testonly", 23)
    with pytest.raises(BadNote):
        parse_note(PUBLISHED[0][1])  # a note, but no checkpoint


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n1\n", "\n2\n"),
        lambda note: note.replace("330523\n1", "330524\n1"),
        lambda note: note[:-4] + "AA=\n",
        lambda note: note.replace("— bank", "— rank"),
        lambda note: note.partition("\n\n")[0],
        lambda note: note.replace("— bank.example/330523 ", "— bank.example/330523 ?"),
        lambda note: note[:-1],
        lambda note: note + note.rpartition("\n\n")[2].replace("A", "B"),
        lambda note: note + "\x00",
        lambda note: note + "— \ud800 AAAAAAAA\n",
    ],
)
def test_a_changed_note_is_not_accepted(change: Any) -> None:
    note = SIGNER.sign(1, merkle.EMPTY_ROOT)

    assert SIGNER.verifier.accepts(note)
    assert not SIGNER.verifier.accepts(change(note))
    assert not OTHER.verifier.accepts(note)


def test_a_note_may_be_extended_and_signed_by_others_too() -> None:
    text = f"{SIGNER.name}\n7\n{ROOT}\nsomething else\n"
    lines = "".join(
        f"— {name} {base64.b64encode(key_id + key.sign(text.encode())).decode()}\n"
        for name, key_id, key in (
            ("witness.example", b"abcd", OTHER.key),
            (SIGNER.name, OTHER.verifier.key_id, OTHER.key),
            (SIGNER.name, SIGNER.verifier.key_id, SIGNER.key),
        )
    )

    assert parse_note(f"{text}\n{lines}") == Note(SIGNER.name, 7, merkle.EMPTY_ROOT)
    assert SIGNER.verifier.accepts(f"{text}\n{lines}")


def test_a_note_may_say_when_it_was_made() -> None:
    note = SIGNER.sign(7, merkle.EMPTY_ROOT, NOON)

    assert parse_note(note) == Note(SIGNER.name, 7, merkle.EMPTY_ROOT, NOON)
    assert SIGNER.verifier.accepts(note)
    assert not SIGNER.verifier.accepts(note.replace("at 2026", "at 2025"))


@pytest.mark.parametrize(
    "line",
    [
        "at noon",
        "at 2026-03-02T12:00:00+00:00",
        "at 2026-03-02T12:00:00.000000",
        "at 0001-01-01T00:00:00.000000+00:00",
        "at 9999-12-31T23:59:59.000000-12:00",
        "at ",
    ],
)
def test_a_line_that_does_not_say_when_as_ours_do_says_nothing(line: str) -> None:
    assert parse_note(f"o\n1\n{ROOT}\n{line}\n{SIGNED}").at is None


SIGNED = "\n— bank.example/330523 AAAAAAAA\n"


@pytest.mark.parametrize(
    ("note", "field"),
    [
        ("", "note"),
        (f"o\n1\n{ROOT}\n", "note"),
        (f"o\n1\n{ROOT}\n\n", "note"),
        (f"o\r\n1\r\n{ROOT}\r\n{SIGNED}", "note"),
        (f"o\n1\n{ROOT}\n{SIGNED[:-1]}", "note"),
        (f"o\n1\n{SIGNED}", "text"),
        (f"\n1\n{ROOT}\n{SIGNED}", "text"),
        (f"o\n1\n{ROOT}\n\nmore\n{SIGNED}", "text"),
        (f"o\n01\n{ROOT}\n{SIGNED}", "size"),
        (f"o\n-1\n{ROOT}\n{SIGNED}", "size"),
        (f"o\n\N{ARABIC-INDIC DIGIT ONE}\n{ROOT}\n{SIGNED}", "size"),
        (f"o\n{2**63}\n{ROOT}\n{SIGNED}", "size"),
        (f"o\n{'9' * 5000}\n{ROOT}\n{SIGNED}", "size"),
        (f"o\n1\n{ROOT[:-1]}\n{SIGNED}", "root"),
        (f"o\n1\n{ROOT[:-2]}V=\n{SIGNED}", "root"),
        (f"o\n1\n{ROOT} \n{SIGNED}", "root"),
        (f"o\n1\nAAAA\n{SIGNED}", "root"),
        (f"o\n1\n{ROOT}\n\n- o AAAAAAAA\n", "signature"),
        (f"o\n1\n{ROOT}\n\n— o\n", "signature"),
        (f"o\n1\n{ROOT}\n\n— o AAAA\n", "signature"),
        (f"o\n1\n{ROOT}\n{SIGNED}{SIGNED[1:] * 100}", "signature"),
    ],
)
def test_what_is_no_checkpoint_is_refused_by_its_part(note: str, field: str) -> None:
    with pytest.raises(BadNote) as refused:
        parse_note(note)

    assert refused.value.field == field


KEY = SIGNER.verifier.text()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "name"),
        ("a b" + KEY[KEY.index("+") :], "name"),
        ("other" + KEY[KEY.index("+") :], "key_id"),
        (SIGNER.name, "key"),
        (KEY.replace("+A", "+B"), "key"),
        (KEY[:-4], "key"),
        (KEY + "AAAA", "key"),
        (KEY.replace(SIGNER.verifier.key_id.hex(), "xxxxxxxx"), "key_id"),
        (KEY.replace(SIGNER.verifier.key_id.hex(), ""), "key_id"),
    ],
)
def test_what_is_no_key_is_refused_by_its_part(text: str, field: str) -> None:
    assert Verifier.from_text(f"{KEY}\n") == SIGNER.verifier

    with pytest.raises(BadNote) as refused:
        Verifier.from_text(text)

    assert refused.value.field == field


ID = "01990000-0000-7000-8000-000000000001"
BODY = body_text(
    kind="move", reference="", memo="谢谢", postings=[("a", "b", "CNY", 1)], reverses=None
)
TEXT = transfer_text(
    BODY, transfer_id=ID, key="k", nonce=new_nonce(), occurred_at=NOON, recorded_at=NOON
)
LEAVES = [log.leaf_of(transfer_hash(text)) for text in ("1", "2", TEXT, "4", "5")]
TREE = merkle.Tree(LEAVES)


def document(**changes: Any) -> dict[str, Any]:
    """A good receipt of the third of five; `inclusion__size=4` changes a part of it."""
    made: dict[str, Any] = {
        "format": "ledger-receipt/1",
        "transfer": {"id": ID, "hash": transfer_hash(TEXT), "contents": TEXT},
        "inclusion": {
            "index": 2,
            "size": 5,
            "path": [node.hex() for node in merkle.inclusion_proof(TREE.subtree, 2, 5)],
        },
        "checkpoint": SIGNER.sign(5, merkle.root(LEAVES)),
    }
    for name, value in changes.items():
        *parts, last = name.split("__")
        place = made
        for part in parts:
            place = place[part]
        place[last] = value
    return made


def outcomes(made: object, *verifiers: Verifier) -> dict[str, bool | None]:
    report = check_receipt(made, verifiers or (SIGNER.verifier,))
    assert report.ok == all(good or good is None for _, good in report.steps)
    return {step.value: good for step, good in report.steps}


GOOD = {"contents": True, "size": True, "inclusion": True, "signature": True}


def test_a_receipt_needs_nothing_but_itself_and_a_key() -> None:
    sent = json.loads(json.dumps(document()))

    report = check_receipt(sent, [SIGNER.verifier])

    assert report.ok
    assert {step.value: good for step, good in report.steps} == GOOD
    assert (str(report.transfer), report.hash, report.index) == (ID, transfer_hash(TEXT), 2)
    assert report.contents == json.loads(TEXT)
    assert report.checkpoint == Note(SIGNER.name, 5, merkle.root(LEAVES))


def test_a_receipt_of_a_retired_key_is_good_with_that_key() -> None:
    assert outcomes(document(), OTHER.verifier) == GOOD | {"signature": False}
    assert outcomes(document(), OTHER.verifier, SIGNER.verifier) == GOOD


def test_without_contents_the_rest_can_be_checked() -> None:
    made = document()
    del made["transfer"]["contents"]

    assert outcomes(made) == GOOD | {"contents": None}


def test_without_a_key_a_receipt_is_not_good_but_its_other_steps_are_known() -> None:
    report = check_receipt(document(), [])

    assert not report.ok
    assert dict(report.steps)[Step.SIGNATURE] is None
    assert dict(report.steps)[Step.INCLUSION] is True


@pytest.mark.parametrize(
    ("changes", "fails"),
    [
        ({"transfer__contents": TEXT.replace("谢谢", "谢")}, {"contents"}),
        ({"transfer__contents": "{}"}, {"contents"}),
        ({"transfer__id": ID.replace("1", "2")}, {"contents"}),
        ({"transfer__hash": transfer_hash("4")}, {"contents", "inclusion"}),
        ({"inclusion__index": 3}, {"inclusion"}),
        ({"inclusion__size": 4}, {"size", "inclusion"}),
        ({"inclusion__size": 6}, {"size"}),  # the path is as long; the size is another
        ({"inclusion__path": []}, {"inclusion"}),
        ({"inclusion__path": ["0" * 64] * 3}, {"inclusion"}),
        ({"checkpoint": OTHER.sign(5, merkle.root(LEAVES))}, {"signature"}),
        ({"checkpoint": SIGNER.sign(5, merkle.EMPTY_ROOT)}, {"inclusion"}),
        (
            {"checkpoint": SIGNER.sign(5, merkle.root(LEAVES)).replace("\n5\n", "\n6\n")},
            {"size", "signature"},
        ),
        (
            {"checkpoint": Signer("another.log", SIGNER.key).sign(5, merkle.root(LEAVES))},
            {"signature"},
        ),
    ],
)
def test_the_step_that_does_not_hold_is_named(changes: dict[str, Any], fails: set[str]) -> None:
    assert outcomes(document(**changes)) == GOOD | dict.fromkeys(fails, False)


def test_a_witness_cannot_sign_for_the_log() -> None:
    text = f"another.log\n5\n{base64.b64encode(merkle.root(LEAVES)).decode()}\n"
    signed = base64.b64encode(SIGNER.verifier.key_id + SIGNER.key.sign(text.encode())).decode()
    made = document(checkpoint=f"{text}\n— {SIGNER.name} {signed}\n")

    assert SIGNER.verifier.accepts(made["checkpoint"])
    assert outcomes(made) == GOOD | {"signature": False}


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (None, None),
        ([], None),
        ("{}", None),
        ({}, "format"),
        (document(format="ledger-receipt/2"), "format"),
        (document(more=1), "more"),
        (document(transfer=None), "transfer"),
        (document(transfer__id="1"), "transfer.id"),
        (document(transfer__id=ID.upper().replace("0", "A")), "transfer.id"),
        (document(transfer__hash="0" * 63), "transfer.hash"),
        (document(transfer__hash="G" * 64), "transfer.hash"),
        (document(transfer__contents=1), "transfer.contents"),
        (document(transfer__contents="x"), "transfer.contents"),
        (document(transfer__contents="[" * 100_000), "transfer.contents"),
        (document(transfer__contents="[]"), "transfer.contents"),
        (document(transfer__contents='"\ud800"'), "transfer.contents"),
        (document(inclusion__index=-1), "inclusion.index"),
        (document(inclusion__index="2"), "inclusion.index"),
        (document(inclusion__index=2.0), "inclusion.index"),
        (document(inclusion__index=True), "inclusion.index"),
        (document(inclusion__size=0), "inclusion.size"),
        (document(inclusion__size=2**63), "inclusion.size"),
        (document(inclusion__path="00"), "inclusion.path"),
        (document(inclusion__path=["0" * 64, "zz"]), "inclusion.path.1"),
        (document(inclusion__path=["0" * 64] * 129), "inclusion.path"),
        (document(checkpoint="x"), "checkpoint"),
        (document(checkpoint=None), "checkpoint"),
    ],
)
def test_what_is_no_receipt_is_refused_by_its_field(made: object, field: str | None) -> None:
    with pytest.raises(BadReceipt) as refused:
        check_receipt(made, [SIGNER.verifier])

    assert refused.value.field == field


def test_the_ledger_gives_receipts_that_hold(book: Book) -> None:
    posted = [book.post(str(number), "world -> ann 1 CNY") for number in range(9)]
    signed = log.checkpoint(book.session, SIGNER, NOON)

    for one in posted:
        proof = log.prove(book.session, one.id)
        made = receipt.make_receipt(proof, signed, transfer_hash=one.hash)
        assert outcomes(json.loads(json.dumps(made))) == GOOD | {"contents": None}
    smaller = log.prove(book.session, posted[0].id, size=signed.size - 1)
    with pytest.raises(ValueError, match="sizes"):
        receipt.make_receipt(smaller, signed, transfer_hash=posted[0].hash)


def test_a_receipt_shows_the_contents_to_whom_they_are_given() -> None:
    signed = log.Checkpoint(1, LEAVES[2].hex(), SIGNER.sign(1, LEAVES[2]), NOON)
    proof = log.Inclusion(UUID(ID), 0, 1, LEAVES[2].hex(), LEAVES[2].hex(), ())

    made = receipt.make_receipt(proof, signed, transfer_hash=transfer_hash(TEXT), contents=TEXT)

    assert outcomes(made) == GOOD


def consistency(old: int, new: int) -> tuple[str, str, list[str]]:
    notes = [SIGNER.sign(size, merkle.root(LEAVES[:size])) for size in (old, new)]
    path = merkle.consistency_proof(TREE.subtree, old, new)
    return notes[0], notes[1], [node.hex() for node in path]


def test_a_newer_checkpoint_is_shown_to_continue_an_older_one() -> None:
    for new in range(len(LEAVES) + 1):
        for old in range(new + 1):
            report = check_consistency(*consistency(old, new), [SIGNER.verifier])
            assert report.ok
            assert (report.old.size, report.new.size) == (old, new)


def test_a_log_that_was_rewritten_does_not_continue_the_older_one() -> None:
    old, new, path = consistency(3, 5)

    def fails(
        old: str = old, new: str = new, path: Any = path, keys: Any = (SIGNER.verifier,)
    ) -> set[str]:
        report = check_consistency(old, new, path, keys)
        assert not report.ok
        return {step.value for step, good in report.steps if not good}

    assert fails(path=path[:-1]) == {"consistency"}
    assert fails(old=SIGNER.sign(3, merkle.EMPTY_ROOT)) == {"consistency"}
    assert fails(old=new, new=old) == {"consistency"}
    assert fails(old=OTHER.sign(3, merkle.root(LEAVES[:3]))) == {"old_signature"}
    assert fails(new=OTHER.sign(5, merkle.root(LEAVES))) == {"signature"}
    assert fails(keys=()) == {"old_signature", "signature"}
    elsewhere = Signer("another.log", SIGNER.key).sign(3, merkle.root(LEAVES[:3]))
    assert fails(old=elsewhere) == {"origin", "old_signature"}


@pytest.mark.parametrize(
    ("place", "given", "field"),
    [(0, "x", "old"), (1, "x", "new"), (2, ["x"], "path.0"), (2, [1], "path.0"), (2, None, "path")],
)
def test_what_is_no_proof_of_consistency_is_refused(place: int, given: Any, field: str) -> None:
    parts: list[Any] = list(consistency(3, 5))
    parts[place] = given
    old, new, path = parts

    with pytest.raises(BadReceipt) as refused:
        check_consistency(old, new, path, [SIGNER.verifier])

    assert refused.value.field == field
