"""Posting and reading: what moves, what is refused, what comes back on a replay."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database.base import new_id
from database.refusals import Refusal
from ledger import journal, tables
from ledger.model import MAX_QUANTITY, Act, Transfer
from ledger.refusals import (
    AccountDiffers,
    AlreadyReversed,
    BalanceTooLarge,
    KeyReused,
    Overdrawn,
    ReversalIsFinal,
    UnknownAccount,
    UnknownTransfer,
    UnknownUnit,
)
from tests.ledger.entries import NOON, Book, transfer


def count(session: Session) -> int:
    """The transfers that were posted."""
    posted = select(func.count()).where(tables.transfer.c.act == Act.POST)
    return session.execute(posted).scalar_one()


def test_a_posting_moves_a_quantity_from_one_account_to_another(book: Book) -> None:
    book.post("1", "world -> ann 100 CNY")

    assert (book.holds("ann"), book.holds("world"), book.holds("ben")) == (100, -100, 0)


def test_what_was_never_posted_or_opened_holds_nothing(book: Book) -> None:
    assert book.holds("ann") == book.holds("nobody") == book.holds("ann", "land") == 0


def test_units_stay_apart(book: Book) -> None:
    book.open(units=("land",))
    book.post("1", "world -> ann 5 CNY", "world -> ann 7 land")

    assert (book.holds("ann"), book.holds("ann", "land")) == (5, 7)


@pytest.mark.parametrize(
    ("line", "refused", "facts"),
    [
        (
            "ann -> ben 101 CNY",
            Overdrawn,
            {"account": "ann", "unit": "CNY", "available": 100, "held": 0, "asked": 101},
        ),
        ("ben -> ann 1 CNY", Overdrawn, {"account": "ben", "available": 0, "asked": 1}),
        ("ann -> nobody 1 CNY", UnknownAccount, {"account": "nobody"}),
        ("nobody -> ann 1 CNY", UnknownAccount, {"account": "nobody"}),
        ("ann -> ben 1 land", UnknownUnit, {"unit": "land"}),
        (f"world -> ann {MAX_QUANTITY} CNY", BalanceTooLarge, {"account": "world"}),
    ],
)
def test_a_refusal_says_why_and_writes_nothing(
    book: Book, line: str, refused: type[Refusal], facts: dict[str, object]
) -> None:
    book.open("cat")
    book.post("1", "world -> ann 100 CNY")

    with pytest.raises(refused) as no:
        book.post("2", "world -> cat 5 CNY", line)

    assert no.value.facts.items() >= facts.items()
    assert (book.holds("ann"), book.holds("cat"), count(book.session)) == (100, 0, 1)


def test_the_balance_of_the_receiver_has_the_same_bound(book: Book) -> None:
    book.open("world2")
    book.post("1", f"world -> ann {MAX_QUANTITY} CNY")

    with pytest.raises(BalanceTooLarge) as no:
        book.post("2", "world2 -> ann 1 CNY")

    assert no.value.facts == {"account": "ann", "unit": "CNY", "balance": 2**63}


def test_a_transfer_may_pass_through_an_account_that_holds_nothing(book: Book) -> None:
    book.post("1", "ann -> ben 30 CNY", "world -> ann 30 CNY")

    assert (book.holds("ann"), book.holds("ben")) == (0, 30)


def test_the_net_effect_is_what_is_guarded(book: Book) -> None:
    with pytest.raises(Overdrawn) as no:
        book.post("1", "world -> ann 10 CNY", "ann -> ben 30 CNY")

    assert no.value.facts["asked"] == 20


def test_the_same_transfer_elsewhere_has_another_hash(book: Book) -> None:
    posted = [book.post(key, "world -> ann 100 CNY") for key in ("1", "2")]
    views = [journal.get_transfer(book.session, each.id) for each in posted]

    assert len({view.nonce for view in views}) == 2
    assert all(len(view.nonce) == 32 for view in views)


def test_the_same_key_gives_the_first_result(book: Book) -> None:
    first = book.post("1", "world -> ann 100 CNY")
    book.post("2", "ann -> ben 100 CNY")

    again = book.post("2", "ann -> ben 100 CNY")
    replay = book.post("1", "world -> ann 100 CNY")

    assert (first.replayed, again.replayed, replay.replayed) == (False, True, True)
    assert (replay.id, replay.number, replay.hash) == (first.id, first.number, first.hash)
    assert (book.holds("ann"), book.holds("ben")) == (0, 100)


def test_when_the_act_occurred_does_not_tell_a_replay_from_another(book: Book) -> None:
    first = book.post("1", "world -> ann 100 CNY")
    later = transfer("1", "world -> ann 100 CNY").model_copy(update={"occurred_at": book.now})

    assert journal.post(book.session, later, at=book.now).id == first.id


@pytest.mark.parametrize(
    "other",
    [
        transfer("1", "world -> ann 101 CNY"),
        transfer("1", "world -> ben 100 CNY"),
        transfer("1", "world -> ann 50 CNY", "world -> ann 50 CNY"),
        transfer("1", "world -> ann 100 CNY", kind="other"),
        transfer("1", "world -> ann 100 CNY", reference="other"),
        transfer("1", "world -> ann 100 CNY", memo="other"),
    ],
)
def test_the_same_key_with_another_body_is_refused(book: Book, other: Transfer) -> None:
    first = book.post("1", "world -> ann 100 CNY")

    with pytest.raises(KeyReused) as no:
        journal.post(book.session, other, at=NOON)

    assert no.value.facts == {"key": "1", "transfer": str(first.id)}
    assert count(book.session) == 1


def test_a_reversal_undoes_a_transfer_and_both_know_it(book: Book) -> None:
    mistake = book.post("1", "world -> ann 100 CNY", "ann -> ben 40 CNY", reference="order:1")

    mending = book.reverse(mistake, "2")

    assert book.holds("ann") == book.holds("ben") == book.holds("world") == 0
    was = journal.get_transfer(book.session, mistake.id)
    now = journal.get_transfer(book.session, mending.id)
    assert (was.reversed_by, now.reverses) == (mending.id, mistake.id)
    assert (now.reference, now.memo, was.reverses) == ("order:1", "a mistake", None)


def test_a_transfer_is_reversed_once(book: Book) -> None:
    mistake = book.post("1", "world -> ann 100 CNY")
    mending = book.reverse(mistake, "2")

    assert book.reverse(mistake, "2").id == mending.id
    with pytest.raises(AlreadyReversed) as no:
        book.reverse(mistake, "3")
    assert no.value.facts == {"transfer": str(mistake.id), "by": str(mending.id)}
    with pytest.raises(ReversalIsFinal):
        book.reverse(mending, "3")
    with pytest.raises(UnknownTransfer):
        journal.reverse(book.session, new_id(), key="3", at=NOON, memo="")


def test_what_was_spent_cannot_be_taken_back(book: Book) -> None:
    mistake = book.post("1", "world -> ann 100 CNY")
    book.post("2", "ann -> ben 1 CNY")

    with pytest.raises(Overdrawn) as no:
        book.reverse(mistake, "3")

    assert no.value.facts["available"] == 99


def test_opening_twice_does_no_harm_unless_the_rule_differs(book: Book) -> None:
    book.open("ann")

    for negative, positive in ((True, True), (False, False)):
        with pytest.raises(AccountDiffers) as no:
            book.open("ann", may_go_negative=negative, may_go_positive=positive)
        assert no.value.facts == {"account": "ann"}


def test_a_statement_shows_the_newest_lines_first_with_what_they_left(book: Book) -> None:
    book.post("1", "world -> ann 100 CNY", memo="first")
    book.post("2", "ann -> ben 30 CNY")
    book.post("3", "world -> ann 5 CNY", "ann -> ben 1 CNY")

    lines = journal.statement(book.session, "ann", "CNY")

    assert [(x.version, x.other, x.quantity, x.balance) for x in lines] == [
        (4, "ben", -1, 74),
        (3, "world", 5, 75),
        (2, "ben", -30, 70),
        (1, "world", 100, 100),
    ]
    assert (lines[-1].memo, lines[-1].occurred_at) == ("first", NOON)


def test_a_statement_is_read_page_by_page(book: Book) -> None:
    for number in range(1, 8):
        book.post(str(number), f"world -> ann {number} CNY")

    newest = journal.statement(book.session, "ann", "CNY", limit=3)
    next_page = journal.statement(book.session, "ann", "CNY", before=newest[-1].version, limit=3)

    assert [x.quantity for x in newest] == [7, 6, 5]
    assert [x.quantity for x in next_page] == [4, 3, 2]
    assert journal.statement(book.session, "nobody", "CNY") == []


def test_balances_by_prefix_and_unit_leave_out_what_is_zero(book: Book) -> None:
    book.open("party:1:cash", "party:10:cash", "Party:2:cash", "party:中", units=("land",))
    book.post("1", "world -> party:1:cash 5 CNY", "world -> party:10:cash 6 CNY")
    book.post("2", "world -> Party:2:cash 7 CNY", "world -> party:1:cash 8 land")
    book.post("3", "world -> party:中 9 CNY", "world -> ann 1 CNY")
    book.post("4", "ann -> ben 1 CNY")

    def listed(prefix: str, unit: str | None = None) -> list[tuple[str, str, int]]:
        found = journal.balances(book.session, account_prefix=prefix, unit=unit)
        return [(x.account, x.unit, x.quantity) for x in found]

    assert listed("party:1:") == [("party:1:cash", "CNY", 5), ("party:1:cash", "land", 8)]
    assert listed("party:", "CNY") == [
        ("party:10:cash", "CNY", 6),
        ("party:1:cash", "CNY", 5),
        ("party:中", "CNY", 9),
    ]
    assert ("ben", "CNY", 1) in listed("")
    assert "ann" not in [account for account, _, _ in listed("")]


def test_holders_are_those_who_hold_some(book: Book) -> None:
    book.open("party:b", "party:a", "world:x")
    book.post("1", "world:x -> party:b 1 CNY", "world:x -> party:a 2 CNY", "world -> ann 3 CNY")

    found = journal.holders(book.session, "CNY")
    parties = journal.holders(book.session, "CNY", account_prefix="party:")

    assert [(x.account, x.quantity) for x in found] == [("ann", 3), ("party:a", 2), ("party:b", 1)]
    assert parties == found[1:]


def test_transfers_are_found_by_reference_prefix_and_account(book: Book) -> None:
    book.post("1", "world -> ann 1 CNY", reference="order:1")
    book.post("2", "world -> ben 2 CNY", reference="order:10")
    book.post("3", "world -> ann 3 CNY", "ann -> ben 1 CNY", reference="order_1")

    def keys(**wanted: object) -> list[str]:
        return [x.key for x in journal.transfers(book.session, **wanted)]  # type: ignore[arg-type]

    assert keys(limit=3) == ["3", "2", "1"]
    assert keys(reference="order:1") == ["1"]
    assert keys(reference_prefix="order:") == ["2", "1"]
    assert keys(account="ann") == ["3", "1"]
    assert keys(account="ben", limit=1) == ["3"]
    last = journal.transfers(book.session, limit=1)[0]
    assert keys(before=last.number, limit=2) == ["2", "1"]
    assert last.postings == transfer("3", "world -> ann 3 CNY", "ann -> ben 1 CNY").postings


def test_a_transfer_of_thousands_of_postings_moves_all_of_them(book: Book) -> None:
    parties = [f"party:{number:04}" for number in range(3_000)]
    book.open(*parties)
    book.post("1", *(f"world -> {party} 2 CNY" for party in parties))

    assert len(journal.holders(book.session, "CNY")) == 3_000
    assert book.holds("world") == -6_000
