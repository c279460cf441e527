"""The audit file proves itself, and any change to it is noticed."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text as sql

from ledger import log, merkle
from ledger.export import TamperedFile, check_audit, export_audit
from ledger.model import canonical
from ledger.refusals import Tampered
from ledger.signing import Signer
from tests.ledger.entries import Book
from tests.ledger.export import worked

SIGNER = Signer("test", Ed25519PrivateKey.generate())
STRANGER = Signer("test", Ed25519PrivateKey.generate())

Lines = list[str]


@pytest.fixture
def lines(book: Book) -> Lines:
    """A file with two checkpoints, and entries behind the last one: sealed, and waiting."""
    worked.fill(book)
    log.checkpoint(book.session, SIGNER, book.now)
    book.post("more", "world -> ann 3 CNY")
    log.checkpoint(book.session, SIGNER, book.now + timedelta(hours=1))
    book.post("not vouched for", "world -> ann 3 CNY")
    log.seal(book.session)
    book.post("not sealed", "world -> ann 4 CNY")
    book.post("not sealed either", "world -> ann 5 CNY")
    return list(export_audit(book.session))


def test_a_whole_file_holds(lines: Lines) -> None:
    report = check_audit(lines, [SIGNER.verifier])

    assert report.entries == report.leaves + 2 == report.vouched + 3
    assert (report.waiting, report.checkpoints, report.signatures) == (2, 2, 2)
    assert (report.accounts, report.units) == (7, 2)
    assert json.loads(lines[-1])["entries"] == report.entries


def test_without_keys_no_signature_is_checked(lines: Lines) -> None:
    report = check_audit(lines)

    assert (report.checkpoints, report.signatures, report.vouched) == (2, 0, 0)


def test_an_empty_ledger_is_a_file_too(book: Book) -> None:
    log.checkpoint(book.session, SIGNER, book.now)

    assert check_audit(export_audit(book.session), [SIGNER.verifier]).waiting == 0


def test_another_key_is_not_the_banks(lines: Lines) -> None:
    with pytest.raises(TamperedFile) as no:
        check_audit(lines, [STRANGER.verifier])

    assert no.value.facts["what"] == "the checkpoint's signature does not hold"


def test_each_missing_line_is_noticed(lines: Lines) -> None:
    for place in range(len(lines)):
        with pytest.raises(TamperedFile):
            check_audit([*lines[:place], *lines[place + 1 :]], [SIGNER.verifier])


def test_each_doubled_line_is_noticed(lines: Lines) -> None:
    for place, line in enumerate(lines):
        with pytest.raises(TamperedFile):
            check_audit([*lines[: place + 1], line, *lines[place + 1 :]], [SIGNER.verifier])


def test_each_swap_of_neighbours_is_noticed_unless_both_are_balances(lines: Lines) -> None:
    for place, (one, two) in enumerate(pairwise(lines)):
        if "balance" in json.loads(one) and "balance" in json.loads(two):
            continue
        with pytest.raises(TamperedFile):
            check_audit([*lines[:place], two, one, *lines[place + 2 :]], [SIGNER.verifier])


def test_each_changed_digit_is_noticed_but_in_what_nothing_rests_on(lines: Lines) -> None:
    for place, line in enumerate(lines):
        for at in range(0, len(line), 7):
            if not line[at].isdigit():
                continue
            changed = line[:at] + str((int(line[at]) + 1) % 10) + line[at + 1 :]
            if _only_told(line, changed):
                continue
            with pytest.raises(TamperedFile):
                check_audit([*lines[:place], changed, *lines[place + 1 :]], [SIGNER.verifier])


def _only_told(line: str, changed: str) -> bool:
    """A database's own number of a sealed entry proves nothing."""
    try:
        one, two = json.loads(line), json.loads(changed)
    except ValueError:
        return False
    return "number" in one and {**one, "number": 0} == {**two, "number": 0}


def forged(change: Callable[[dict[str, Any]], None], entry: str) -> str:
    """The line of an entry with another text, and the hash that fits it."""
    record = json.loads(entry)
    said = json.loads(record["text"])
    change(said)
    record["text"] = canonical(said)
    record["hash"] = sha256(record["text"].encode()).hexdigest()
    return json.dumps(record)


def _key(said: dict[str, Any]) -> None:
    said["key"] = "more"


def _quantity(said: dict[str, Any]) -> None:
    said["body"]["postings"][0][3] = 6


def _nothing(said: dict[str, Any]) -> None:
    said["body"]["postings"] = []


def _same_side(said: dict[str, Any]) -> None:
    said["body"]["postings"][0][1] = said["body"]["postings"][0][0]


def _half(said: dict[str, Any]) -> None:
    said["body"]["postings"][0][3] = 0.5


def _act(said: dict[str, Any]) -> None:
    said["body"]["act"] = "void"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (_key, "the key more stands twice"),
        (_quantity, "ann has 85 CNY, the entries say 86"),
        (_nothing, "its postings are not of its act"),
        (_same_side, "a posting of it cannot be"),
        (_half, "a posting of it cannot be"),
        (_act, "its body is not that of void"),
    ],
)
def test_an_entry_that_nobody_signed_must_still_be_right(lines, change, what):
    place = max(n for n, line in enumerate(lines) if "text" in json.loads(line))

    with pytest.raises(TamperedFile) as no:
        check_audit([*lines[:place], forged(change, lines[place]), *lines[place + 1 :]])

    assert no.value.facts["what"] == what


def test_a_history_written_anew_is_told_by_the_signed_root(lines: Lines) -> None:
    """All hashes and roots made to fit: only the signature tells."""
    tree, anew = merkle.Frontier(), []
    for line in lines:
        record = json.loads(line)
        if "text" in record and '"mistake"' in record["text"]:
            line = forged(lambda said: said["body"].update(memo="不是错误"), line)
            record = json.loads(line)
        if record.get("leaf") is not None:
            tree.append(merkle.leaf_hash(bytes.fromhex(record["hash"])))
        if "note" in record:
            note = STRANGER.sign(tree.size, tree.root())
            line = json.dumps({**record, "root": tree.root().hex(), "note": note})
        anew.append(line)

    assert check_audit(anew).checkpoints == 2
    with pytest.raises(TamperedFile, match="signature does not hold"):
        check_audit(anew, [SIGNER.verifier])


@pytest.mark.parametrize(
    "line", ["", "{", "[]", "1", '{"format":"other"}', "[" * 100_000, '{"number":NaN}', "1" * 5_000]
)
def test_what_is_no_audit_file_is_refused(line: str) -> None:
    with pytest.raises(TamperedFile) as no:
        check_audit([line])

    assert no.value.facts["line"] == 1


def test_text_that_cannot_be_written_down_is_refused(lines: Lines) -> None:
    for place, line in enumerate(lines):
        record = json.loads(line)
        for name, value in record.items():
            if isinstance(value, str):
                bad = json.dumps(record | {name: value + "\ud800"})
                with pytest.raises(TamperedFile) as no:
                    check_audit([*lines[:place], bad, *lines[place + 1 :]])
                assert no.value.facts["line"] == place + 1


def test_two_entries_of_one_number_are_noticed(lines: Lines) -> None:
    first, second = (json.loads(line) for line in lines[1:3])
    twice = json.dumps(second | {"number": first["number"]}, ensure_ascii=False)

    with pytest.raises(TamperedFile, match=f"number {first['number']} stands twice"):
        check_audit([*lines[:2], twice, *lines[3:]])


def test_nothing_is_no_audit_file() -> None:
    with pytest.raises(TamperedFile, match="line 1: the end is missing"):
        check_audit([])


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_row_that_was_changed_is_not_exported(book: Book) -> None:
    worked.fill(book)
    book.session.execute(sql("DROP TRIGGER ledger_transfer_no_update"))
    book.session.execute(sql("UPDATE ledger_transfer SET memo = 'x' WHERE key = 'last'"))

    with pytest.raises(Tampered) as no:
        list(export_audit(book.session))

    assert no.value.facts["table"] == "ledger_transfer"
