"""Whatever single row someone changes, verify finds it and names it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from database.directory import Bank
from database.engine import writing
from ledger import log
from ledger.log import Signer
from ledger.verify import Report, verify
from tests.ledger.entries import NOON, Book
from tests.ledger.tampering import tamper

SIGNER = Signer("bank.example/330523", Ed25519PrivateKey.generate())


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


def test_a_sound_ledger_has_no_fault(sealed_bank: Bank) -> None:
    found = report(sealed_bank)

    assert found == Report(
        transfers=6,
        postings=12,
        units=1,
        accounts=3,
        leaves=6,
        checkpoints=2,
        signatures=2,
        unsealed=0,
        faults=(),
    )
    assert found.ok


def test_without_a_key_no_signature_counts_as_checked(sealed_bank: Bank) -> None:
    with sealed_bank.session() as session:
        assert verify(session).signatures == 0


def test_what_is_not_sealed_yet_is_counted(sealed_bank: Bank) -> None:
    with sealed_bank.session() as session, writing(session):
        Book(session).post("k7", "world -> ann 1 CNY")

    assert (report(sealed_bank).ok, report(sealed_bank).unsealed) == (True, 1)


NUMBER_2 = "(SELECT number FROM ledger_transfer WHERE key = 'k2')"
POSTINGS_2 = f"WHERE transfer = {NUMBER_2}"
POSTING_2 = f"{POSTINGS_2} AND ordinal = 0"
K2 = "WHERE key = 'k2'"
ANN = "WHERE account = (SELECT id FROM ledger_account WHERE code = 'ann')"
SIGNED_4 = "WHERE size = 4"

JOURNAL = [
    ("ledger_posting", f"UPDATE ledger_posting SET quantity = 101 {POSTING_2}"),
    ("ledger_posting", f"UPDATE ledger_posting SET target = 99 {POSTING_2}"),
    ("ledger_posting", f"UPDATE ledger_posting SET source_balance = 7 {POSTING_2}"),
    ("ledger_posting", f"UPDATE ledger_posting SET target_version = 77 {POSTING_2}"),
    ("ledger_posting", f"DELETE FROM ledger_posting {POSTING_2}"),
    ("ledger_transfer", f"DELETE FROM ledger_posting {POSTINGS_2} AND ordinal = 1"),
    ("ledger_transfer", f"DELETE FROM ledger_posting {POSTINGS_2}"),
    (
        "ledger_posting",
        "INSERT INTO ledger_posting SELECT transfer, 2, source, target, unit, quantity,"
        f" 98, 1, 99, 1 FROM ledger_posting {POSTING_2}",
    ),
    ("ledger_transfer", f"UPDATE ledger_transfer SET memo = 'x' {K2}"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET key = 'x' {K2}"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET nonce = 'x' {K2}"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET occurred_at = recorded_at {K2}"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET recorded_at = occurred_at {K2}"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET body_hash = hash {K2}"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET hash = body_hash {K2}"),
    ("ledger_transfer", "UPDATE ledger_transfer SET reverses = NULL WHERE key = 'k6'"),
    ("ledger_transfer", f"UPDATE ledger_transfer SET reverses = {NUMBER_2} WHERE key = 'k6'"),
    (
        "ledger_transfer",
        "INSERT INTO ledger_transfer (number, id, key, nonce, body_hash, kind, occurred_at,"
        " recorded_at, reference, memo, hash)"
        " SELECT number + 100, '00000000000000000000000000000001', 'x', nonce, body_hash,"
        " kind, occurred_at, recorded_at, reference, memo, hash"
        f" FROM ledger_transfer {K2}",
    ),
    ("ledger_posting", f"DELETE FROM ledger_transfer {K2}"),
    (
        "ledger_posting",
        f"DELETE FROM ledger_posting {POSTINGS_2}; DELETE FROM ledger_transfer {K2}",
    ),
    ("ledger_transfer", "UPDATE ledger_account SET code = 'eve' WHERE code = 'ben'"),
    ("ledger_transfer", "UPDATE ledger_unit SET code = 'USD'"),
]
BALANCES = [
    ("ledger_balance", f"UPDATE ledger_balance SET quantity = quantity + 1 {ANN}"),
    ("ledger_balance", f"UPDATE ledger_balance SET version = version + 1 {ANN}"),
    ("ledger_balance", f"UPDATE ledger_balance SET may_go_negative = (0 = 0) {ANN}"),
    ("ledger_balance", f"DELETE FROM ledger_balance {ANN}"),
    ("ledger_balance", "INSERT INTO ledger_balance VALUES (98, 99, 1, 1, (0 = 0))"),
]
LOG = [
    # whole rows that change places tell only by the root
    (
        "ledger_checkpoint",
        "UPDATE ledger_leaf SET position = -1 WHERE position = 2;"
        "UPDATE ledger_leaf SET position = 2 WHERE position = 3;"
        "UPDATE ledger_leaf SET position = 3 WHERE position = -1",
    ),
    (
        "ledger_leaf",
        "UPDATE ledger_leaf SET hash = (SELECT hash FROM ledger_leaf WHERE position = 1)"
        " WHERE position = 2",
    ),
    ("ledger_leaf", "DELETE FROM ledger_leaf WHERE position = 2"),
    ("ledger_checkpoint", "DELETE FROM ledger_leaf WHERE position = 5"),
    ("ledger_checkpoint", f"UPDATE ledger_checkpoint SET root = '{bytes(32).hex()}' {SIGNED_4}"),
    (
        "ledger_checkpoint",
        f"UPDATE ledger_checkpoint SET note = replace(note, '4', '5') {SIGNED_4}",
    ),
    (
        "ledger_checkpoint",
        f"UPDATE ledger_checkpoint SET note = replace(note, '— ', '- ') {SIGNED_4}",
    ),
    ("ledger_checkpoint", f"UPDATE ledger_checkpoint SET size = 3 {SIGNED_4}"),
]


@pytest.mark.parametrize(("table", "statements"), [*JOURNAL, *BALANCES, *LOG])
def test_tampering_is_found(sealed_bank: Bank, table: str, statements: str) -> None:
    tamper(sealed_bank, *statements.split(";"))

    found = report(sealed_bank)

    assert found.faults, found
    assert found.faults[0].table == table, found.faults


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "row", "statement"),
    [
        ("ledger_transfer", "2", f"UPDATE ledger_transfer SET occurred_at = 'noon' {K2}"),
        ("ledger_transfer", "2", f"UPDATE ledger_transfer SET id = 'none' {K2}"),
        ("ledger_posting", "2/0", f"UPDATE ledger_posting SET quantity = 'many' {POSTING_2}"),
        ("ledger_posting", "2/0", f"UPDATE ledger_posting SET source_balance = 'x' {POSTING_2}"),
        ("ledger_balance", "2/1", f"UPDATE ledger_balance SET quantity = 'x' {ANN}"),
        ("ledger_leaf", "2", "UPDATE ledger_leaf SET hash = 'none' WHERE position = 2"),
        ("ledger_checkpoint", "4", f"UPDATE ledger_checkpoint SET root = 'none' {SIGNED_4}"),
    ],
)
def test_what_cannot_even_be_read_is_found(
    sealed_bank: Bank, table: str, row: str, statement: str
) -> None:
    tamper(sealed_bank, statement)

    first = report(sealed_bank).faults[0]

    assert (first.table, first.row) == (table, row)


def test_the_first_wrong_row_is_named(sealed_bank: Bank) -> None:
    tamper(sealed_bank, f"UPDATE ledger_posting SET quantity = 101 {POSTING_2}")

    first = report(sealed_bank).faults[0]

    assert (first.table, first.row) == ("ledger_posting", "2/0")
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
        f"DELETE FROM ledger_posting WHERE transfer = {NUMBER_2}",
        "DELETE FROM ledger_transfer WHERE key = 'k2'",
        "UPDATE ledger_balance SET quantity = quantity + 5, version = 1 WHERE quantity < 0",
        "UPDATE ledger_balance SET quantity = quantity - 5, version = 1 WHERE quantity > 0",
    )

    found = report(committed_bank)

    assert [fault.table for fault in found.faults] == ["ledger_leaf"]
    assert found.faults[0].row == "1"


def test_a_history_written_anew_does_not_fit_the_signed_root(sealed_bank: Bank) -> None:
    forged = Signer(SIGNER.name, Ed25519PrivateKey.generate()).sign(4, bytes(32))
    tamper(
        sealed_bank,
        f"UPDATE ledger_checkpoint SET root = '{bytes(32).hex()}', note = '{forged}' {SIGNED_4}",
    )

    found = report(sealed_bank)

    assert [fault.what for fault in found.faults] == [
        "its root is not that of the leaves",
        "its signature does not hold",
    ]
