"""Batches: many transfers in their order, all or none; and one in a transaction of its own."""

from datetime import timedelta

import pytest

from database.directory import Bank
from database.engine import writing
from ledger import journal
from ledger.journal import Posted
from ledger.model import Transfer
from ledger.on_postgresql import HOPE_FROM as MANY
from ledger.recording import SLICE
from ledger.refusals import KeyReused, Overdrawn, UnknownAccount
from ledger.verify import verify
from tests.ledger.entries import NOON, Book, transfer


def keys(book: Book) -> list[str]:
    """The keys of what was posted, in the journal's order."""
    book.session.expire_all()
    found = journal.transfers(book.session, account="world", limit=1000)
    return [one.key for one in reversed(found)]


def test_a_batch_posts_its_transfers_in_their_order(book: Book) -> None:
    posted = book.post_all(
        transfer("c", "world -> ann 100 CNY"),
        transfer("b", "ann -> world 60 CNY", "ann -> ben 10 CNY"),
        transfer("a", "ben -> world 10 CNY"),
    )

    assert keys(book) == ["c", "b", "a"]
    numbers = [one.number for one in posted]
    assert numbers == sorted(numbers)
    assert [one.balance for one in journal.statement(book.session, "ann", "CNY")] == [30, 40, 100]
    assert verify(book.session).ok


def test_each_transfer_of_a_batch_is_judged_by_itself(book: Book) -> None:
    """A transfer may pass through an empty account, but two in the wrong order may not."""
    with pytest.raises(Overdrawn) as no:
        book.post_all(
            transfer("1", "world -> ben 1 CNY"),
            transfer("2", "ann -> ben 5 CNY"),
            transfer("3", "world -> ann 5 CNY"),
        )

    assert no.value.facts["place"] == 1


def test_a_refused_transfer_takes_the_whole_batch_with_it(book: Book) -> None:
    before = book.rows()

    with pytest.raises(Overdrawn) as no:
        book.post_all(
            *(transfer(f"k{n}", "world -> ann 1 CNY") for n in range(5)),
            transfer("last", "ann -> ben 6 CNY"),
        )

    assert no.value.facts == {
        "account": "ann", "unit": "CNY", "available": 5, "held": 0, "asked": 6, "place": 5,
    }  # fmt: skip
    assert book.rows() == before


def test_a_batch_may_be_tried_again_after_a_refusal(book: Book) -> None:
    wanted = [transfer("1", "world -> ann 1 CNY"), transfer("2", "ann -> ben 2 CNY")]
    with pytest.raises(Overdrawn):
        book.post_all(*wanted)
    book.post("0", "world -> ann 1 CNY")

    assert [one.replayed for one in book.post_all(*wanted)] == [False, False]


def test_what_a_batch_has_posted_before_is_not_posted_again(book: Book) -> None:
    batch = [transfer(f"k{n}", "world -> ann 1 CNY") for n in range(4)]
    first = book.post_all(*batch[:2])

    second = book.post_all(*batch)
    third = book.post_all(*reversed(batch))

    assert [one.replayed for one in second] == [True, True, False, False]
    assert [one.id for one in second[:2]] == [one.id for one in first]
    assert [one.id for one in third] == [one.id for one in reversed(second)]
    assert all(one.replayed for one in third)
    assert book.holds("ann") == 4


def test_a_replay_inside_a_batch_needs_no_money(book: Book) -> None:
    book.post("1", "world -> ann 5 CNY")
    spent = book.post("2", "ann -> ben 5 CNY")

    posted = book.post_all(transfer("2", "ann -> ben 5 CNY"), transfer("3", "ben -> world 5 CNY"))

    assert posted[0].id == spent.id
    assert book.holds("ben") == 0


def test_the_same_transfer_twice_in_a_batch_is_posted_once(book: Book) -> None:
    one, other = book.post_all(*[transfer("1", "world -> ann 5 CNY")] * 2)

    assert (one.id, one.number, one.hash) == (other.id, other.number, other.hash)
    assert (one.replayed, other.replayed, book.holds("ann")) == (False, True, 5)


def test_a_key_of_a_batch_that_another_body_has_refuses_the_batch(book: Book) -> None:
    earlier = book.post("1", "world -> ann 5 CNY")
    before = book.rows()

    with pytest.raises(KeyReused) as no:
        book.post_all(transfer("0", "world -> ann 1 CNY"), transfer("1", "world -> ann 6 CNY"))

    assert no.value.facts == {"key": "1", "transfer": str(earlier.id), "place": 1}
    assert book.rows() == before


def test_two_bodies_under_one_key_in_a_batch_name_the_second(book: Book) -> None:
    with pytest.raises(KeyReused) as no:
        book.post_all(transfer("1", "world -> ann 5 CNY"), transfer("1", "world -> ann 6 CNY"))

    assert no.value.facts["place"] == 1


def test_a_batch_of_nothing_and_of_one(book: Book) -> None:
    assert book.post_all() == []
    assert [one.replayed for one in book.post_all(transfer("1", "world -> ann 5 CNY"))] == [False]
    with pytest.raises(Overdrawn) as no:
        book.post_all(transfer("2", "ann -> ben 6 CNY"))
    assert "place" not in no.value.facts


def test_a_batch_leaves_what_single_transfers_would(book: Book) -> None:
    wanted = [
        transfer(f"k{n}", f"world -> ann {n + 1} CNY", f"ann -> ben {n} CNY") for n in range(1, 30)
    ]
    book.post_all(*wanted)
    batch = journal.statement(book.session, "ann", "CNY", limit=100)
    other = Book(book.session)
    other.open("world2", "ann2", "ben2")
    for one in wanted:
        postings = tuple(
            posting.model_copy(
                update={"source": f"{posting.source}2", "target": f"{posting.target}2"}
            )
            for posting in one.postings
        )
        copy = one.model_copy(update={"key": f"{one.key}/2", "postings": postings})
        journal.post(book.session, copy, at=book.tick())
    single = journal.statement(book.session, "ann2", "CNY", limit=100)

    assert [(x.version, x.quantity, x.balance) for x in batch] == [
        (x.version, x.quantity, x.balance) for x in single
    ]
    assert verify(book.session).ok


def test_a_batch_of_thousands(book: Book) -> None:
    posted = book.post_all(*(transfer(f"k{n}", "world -> ann 1 CNY") for n in range(3_000)))

    assert len({one.number for one in posted}) == 3_000
    assert (book.holds("world"), book.holds("ann")) == (-3_000, 3_000)
    assert verify(book.session).ok


def test_a_large_batch_opens_the_balances_that_it_is_the_first_to_touch(book: Book) -> None:
    book.open(*(f"new{n}" for n in range(MANY)))

    book.post_all(*(transfer(f"k{n}", f"world -> new{n} 1 CNY") for n in range(MANY)))

    assert [book.holds(f"new{n}") for n in range(MANY)] == [1] * MANY
    assert verify(book.session).ok


def test_a_large_batch_is_refused_for_the_one_that_names_nobody(book: Book) -> None:
    before = book.rows()
    wanted = [transfer(f"k{n}", "world -> ann 1 CNY") for n in range(MANY)]

    with pytest.raises(UnknownAccount) as no:
        book.post_all(*wanted, transfer("last", "world -> nobody 1 CNY"))

    assert no.value.facts["place"] == MANY
    assert book.rows() == before


def test_what_a_large_batch_has_posted_before_is_not_posted_again(book: Book) -> None:
    wanted = [transfer(f"k{n}", "world -> ann 1 CNY") for n in range(MANY + 1)]
    first = book.post_all(*wanted[::2])

    posted = book.post_all(*wanted)

    assert [one.replayed for one in posted[:4]] == [True, False, True, False]
    assert [one.id for one in posted[::2]] == [one.id for one in first]
    assert book.holds("ann") == MANY + 1


def test_a_large_batch_that_could_not_be_paid_twice_is_replayed(book: Book) -> None:
    book.post_all(transfer("salary", f"world -> ann {MANY} CNY"))
    wanted = [transfer(f"k{n}", "ann -> ben 1 CNY") for n in range(MANY)]
    first = book.post_all(*wanted)

    again = book.post_all(*wanted)

    assert again == [one._replace(replayed=True) for one in first]
    assert (book.holds("ann"), book.holds("ben")) == (0, MANY)
    assert verify(book.session).ok


def test_a_large_batch_is_refused_for_a_key_that_belongs_to_another_body(book: Book) -> None:
    book.post_all(transfer("k7", "world -> ann 2 CNY"))
    before = book.rows()

    with pytest.raises(KeyReused) as no:
        book.post_all(*(transfer(f"k{n}", "world -> ann 1 CNY") for n in range(MANY)))

    assert (no.value.facts["key"], no.value.facts["place"]) == ("k7", 7)
    assert book.rows() == before


@pytest.fixture
def open_bank(committed_bank: Bank) -> Bank:
    """Accounts `world`, `ann` and `ben`, committed."""
    with committed_bank.session() as session, writing(session):
        Book(session).open("world", "ann", "ben")
    return committed_bank


def alone(bank: Bank, wanted: Transfer) -> Posted:
    return journal.post_alone(bank.engine, wanted, at=NOON)


@pytest.mark.parametrize("lines", [("world -> ann 5 CNY",), ("world -> ann 5 CNY",) * 2])
def test_a_transfer_posted_alone_is_there_for_everyone(
    open_bank: Bank, lines: tuple[str, ...]
) -> None:
    posted = alone(open_bank, transfer("1", *lines))
    again = alone(open_bank, transfer("1", *lines))

    with open_bank.session() as session:
        assert journal.get_transfer(session, posted.id).key == "1"
        assert journal.balance(session, "ann", "CNY") == 5 * len(lines)
        assert verify(session).ok
    assert (posted.replayed, again.replayed, again.id) == (False, True, posted.id)


def test_what_is_refused_alone_leaves_nothing_and_the_next_one_goes_on(open_bank: Bank) -> None:
    alone(open_bank, transfer("1", "world -> ann 5 CNY"))
    for lines in (["ann -> ben 6 CNY"], ["ann -> ben 5 CNY", "ann -> ben 1 CNY"]):
        with pytest.raises(Overdrawn) as no:
            alone(open_bank, transfer("2", *lines))
        assert (no.value.facts["available"], no.value.facts["asked"]) == (5, 6)
    with pytest.raises(KeyReused):
        alone(open_bank, transfer("1", "world -> ann 6 CNY"))
    alone(open_bank, transfer("2", "ann -> ben 5 CNY"))

    with open_bank.session() as session:
        assert journal.balance(session, "ben", "CNY") == 5


def test_an_expired_hold_stands_in_nobodys_way_alone_either(open_bank: Bank) -> None:
    with open_bank.session() as session, writing(session):
        book = Book(session)
        book.post("1", "world -> ann 5 CNY")
        book.hold("2", "ann -> ben 5 CNY")
        after = book.now + (book.now - NOON) * 10_000

    journal.post_alone(open_bank.engine, transfer("3", "ann -> ben 5 CNY"), at=after)

    with open_bank.session() as session:
        assert journal.balance(session, "ben", "CNY") == 5


@pytest.mark.parametrize("others", [1, MANY])
def test_an_expired_hold_stands_in_no_batchs_way(book: Book, others: int) -> None:
    book.open(*(f"new{n}" for n in range(others)))
    book.post_all(
        transfer("1", "world -> ann 5 CNY"),
        *(transfer(f"k{n}", f"world -> new{n} 1 CNY") for n in range(others)),
    )
    book.hold("held", "ann -> ben 5 CNY", until=book.now + timedelta(seconds=2))
    book.tick()

    book.post_all(
        transfer("2", "ann -> ben 5 CNY"),
        *(transfer(f"l{n}", f"new{n} -> world 1 CNY") for n in range(others)),
    )

    assert (book.holds("ben"), book.on_hold("ann")) == (5, (0, 0))
    assert verify(book.session).ok


def test_a_transfer_refused_late_in_a_long_batch_leaves_nothing_written(book: Book) -> None:
    """Long batches are written in slices while the rest is computed."""
    before = book.rows()

    with pytest.raises(Overdrawn) as no:
        book.post_all(
            *(transfer(f"k{n}", "world -> ann 1 CNY") for n in range(3 * SLICE)),
            transfer("last", "ann -> ben 5000 CNY"),
        )

    assert no.value.facts["place"] == 3 * SLICE
    assert book.rows() == before
    book.post("k0", "world -> ann 1 CNY")  # in the same transaction
    assert verify(book.session).ok


def test_what_was_posted_before_a_long_batch_replays_it(book: Book) -> None:
    batch = [transfer(f"k{n}", "world -> ann 1 CNY") for n in range(2 * SLICE + 1)]
    first = book.post_all(*batch)

    again = book.post_all(*batch, transfer("new", "world -> ann 1 CNY"))

    assert [one.id for one in again[:-1]] == [one.id for one in first]
    assert all(one.replayed for one in again[:-1])
    assert not again[-1].replayed


def test_every_character_that_a_transfer_may_have_comes_back_from_a_batch(book: Book) -> None:
    odd = ("NULL", "a\\b", 'say "yes"', "{a,b}", "毛竹林 🎋", "a\tb\nc", "\\N", "'; --", "%s")
    batch = [
        transfer(f"k {text if text.isprintable() else n}", "world -> ann 1 CNY", memo=text)
        for n, text in enumerate(odd)
    ]

    posted = book.post_all(*batch)

    found = [journal.get_transfer(book.session, one.id) for one in posted]
    assert [(one.key, one.memo) for one in found] == [(one.key, one.memo) for one in batch]
    assert verify(book.session).ok
