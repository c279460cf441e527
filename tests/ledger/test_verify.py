"""A sound ledger has no fault; what is wrong in an unsound one is named."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from database.directory import Bank
from database.engine import writing
from ledger import log, tables as t
from ledger.findings import MOST_FAULTS
from ledger.log import Signer
from ledger.refusals import Overdrawn
from ledger.verify import Report, verify
from ledger.verify_entries import recompute_entries
from tests.ledger.entries import NOON, Book, transfer
from tests.ledger.tampering import tamper

SIGNER = Signer("bank.example/330523", Ed25519PrivateKey.generate())
OPENINGS = 4


@pytest.fixture
def sealed_bank(committed_bank: Bank) -> Bank:
    """Six transfers of two postings each, the first four under a checkpoint, then all."""
    with committed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("world", "ann", "ben")
        for number in range(1, 5):
            book.post(f"k{number}", "world -> ann 100 CNY", "ann -> ben 10 CNY")
        log.checkpoint(session, SIGNER, NOON)
        fifth = book.post("k5", "world -> ann 100 CNY", "ann -> ben 10 CNY")
        book.reverse(fifth, "k6")
        log.checkpoint(session, SIGNER, NOON)
    return committed_bank


def report(bank: Bank) -> Report:
    with bank.session() as session:
        return verify(session, verifiers=[SIGNER.verifier])


def entry(bank: Bank, key: str) -> Any:
    with bank.session() as session:
        return session.execute(select(t.transfer).where(t.transfer.c.key == key)).one()


def test_a_sound_ledger_has_no_fault(sealed_bank: Bank) -> None:
    found = report(sealed_bank)

    assert found == Report(
        transfers=OPENINGS + 6,
        postings=12,
        units=1,
        accounts=3,
        holds=0,
        leaves=OPENINGS + 6,
        checkpoints=2,
        signatures=2,
        unsealed=0,
        faults=(),
    )
    assert found.ok


def test_without_a_key_no_signature_counts_as_checked(sealed_bank: Bank) -> None:
    with sealed_bank.session() as session:
        assert verify(session).signatures == 0


def test_what_is_not_sealed_yet_and_holds_that_have_not_ended_are_counted(
    sealed_bank: Bank,
) -> None:
    with sealed_bank.session() as session, writing(session):
        book = Book(session)
        book.post("k7", "world -> ann 1 CNY")
        book.void(book.hold("h1", "ann -> ben 1 CNY"), "v1")
        book.hold("h2", "ann -> ben 1 CNY")

    found = report(sealed_bank)

    assert (found.ok, found.unsealed, found.holds) == (True, 4, 1)


def test_a_session_sees_what_it_wrote_itself(sealed_bank: Bank) -> None:
    with sealed_bank.session() as session, writing(session):
        Book(session).post("k7", "world -> ann 1 CNY")

        assert verify(session).unsealed == 1


def test_an_empty_ledger_is_sound(committed_bank: Bank) -> None:
    assert report(committed_bank).ok


def test_a_refused_entry_leaves_no_fault(sealed_bank: Bank) -> None:
    with sealed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("cat")
        with pytest.raises(Overdrawn):
            book.post("k7", "cat -> ann 1 CNY")

    assert report(sealed_bank).ok


def test_the_first_wrong_row_is_named(sealed_bank: Bank) -> None:
    second = entry(sealed_bank, "k2").number
    tamper(
        sealed_bank,
        f"UPDATE ledger_posting SET quantity = 101 WHERE transfer = {second} AND ordinal = 0",
    )

    first = report(sealed_bank).faults[0]

    assert (first.table, first.row) == ("ledger_posting", f"{second}/0")
    assert first.what == "it leaves world with -200 CNY, not -201"


def test_a_removed_transfer_is_missed_by_the_log_even_if_its_balances_were_mended(
    committed_bank: Bank,
) -> None:
    with committed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("world", "ann")
        book.post("k1", "world -> ann 100 CNY")
        book.post("k2", "world -> ann 5 CNY")
        log.seal(session)
    tamper(
        committed_bank,
        f"DELETE FROM ledger_posting WHERE transfer = {entry(committed_bank, 'k2').number}",
        "DELETE FROM ledger_transfer WHERE key = 'k2'",
        "UPDATE ledger_balance SET quantity = quantity + 5, version = 1 WHERE quantity < 0",
        "UPDATE ledger_balance SET quantity = quantity - 5, version = 1 WHERE quantity > 0",
        "UPDATE ledger_balance SET as_of = (SELECT max(as_of) FROM ledger_transfer)",
    )

    found = report(committed_bank)

    assert [fault.table for fault in found.faults] == ["ledger_leaf"]
    assert found.faults[0].row == "4"


def test_a_history_written_anew_does_not_fit_the_signed_root(sealed_bank: Bank) -> None:
    size = OPENINGS + 4
    forged = Signer(SIGNER.name, Ed25519PrivateKey.generate()).sign(size, bytes(32))
    tamper(
        sealed_bank,
        f"UPDATE ledger_checkpoint SET root = '{bytes(32).hex()}', note = '{forged}'"
        f" WHERE size = {size}",
    )

    found = report(sealed_bank)

    assert [fault.what for fault in found.faults] == [
        "its root is not that of the leaves",
        "its signature does not hold",
    ]


def test_faults_are_told_up_to_a_limit(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        book = Book(session)
        book.open("world", "ann")
        book.post_all(*(transfer(f"k{n}", "world -> ann 1 CNY") for n in range(MOST_FAULTS + 9)))
    tamper(committed_bank, "UPDATE ledger_transfer SET memo = 'x'")

    assert len(report(committed_bank).faults) == MOST_FAULTS


@pytest.mark.parametrize("key", ["k2", "k6"])
def test_hashes_are_recomputed_from_a_number_on(sealed_bank: Bank, key: str) -> None:
    with sealed_bank.session() as session:
        assert recompute_entries(session.connection()) is None
    tamper(sealed_bank, f"UPDATE ledger_transfer SET memo = 'x' WHERE key = '{key}'")

    second, wrong = entry(sealed_bank, "k2").number, entry(sealed_bank, key).number
    with sealed_bank.session() as session:
        found = recompute_entries(session.connection())
        later = recompute_entries(session.connection(), second + 1)

    assert found is not None
    assert (found.table, found.row) == ("ledger_transfer", str(wrong))
    assert (later is None) == (key == "k2")
