"""Bad input: each kind has its own refusal with its facts, and nothing is written."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from database.base import new_id
from database.refusals import Refusal
from ledger import journal, tables as t
from ledger.export.statement import statement_rows
from ledger.model import MAX_QUANTITY, OWN_KEYS, Posting, Transfer
from ledger.reading import balances_page, each_balance
from ledger.refusals import (
    AboveZero,
    AccountClosed,
    AccountDiffers,
    AccountFrozen,
    AccountNotEmpty,
    AccountStands,
    AlreadyReversed,
    BadQuestion,
    BadTransfer,
    BalanceTooLarge,
    HoldEnded,
    HoldExpired,
    KeyReused,
    NothingToReverse,
    Overdrawn,
    ReversalIsFinal,
    SettlesTooMuch,
    UnknownAccount,
    UnknownHold,
    UnknownTransfer,
    UnknownUnit,
)
from ledger.verify import verify
from tests.ledger.entries import HOUR, NOON, Book, transfer


@pytest.fixture
def used(book: Book) -> Book:
    """A ledger in use: `ann` has 100, of which 30 are on hold; `ice` is frozen, `gone` closed.

    `loan` may not go above zero, and owes 50.
    """
    book.open("ice", "gone", "empty")
    book.open("loan", may_go_negative=True, may_go_positive=False)
    book.post("start", "world -> ann 100 CNY", "world -> ice 10 CNY", "loan -> world 50 CNY")
    book.hold("held", "ann -> ben 30 CNY", reference="order:1")
    book.freeze("ice", "freeze")
    book.close("gone", "close")
    return book


Attempt = Callable[[Book], object]


def refused(book: Book, attempt: Attempt, refusal: type[Refusal]) -> Refusal:
    """The refusal of the attempt, of just this class, after which all rows are as before."""
    before = book.rows()
    with pytest.raises(Refusal) as no:
        attempt(book)
    assert type(no.value) is refusal, no.value
    assert book.rows() == before
    return no.value


def posting(line: str, *, through: str) -> Attempt:
    """A transfer of the line: alone, beside another posting, or in a batch after a sound one."""

    def attempt(book: Book) -> object:
        match through:
            case "post":
                return book.post("2", line)
            case "two postings":
                return book.post("2", "world -> empty 1 CNY", line)
            case "a batch":
                return book.post_all(transfer("1", "world -> empty 1 CNY"), transfer("2", line))
            case _:
                return book.hold("2", line)

    return attempt


def facts(**told: object) -> dict[str, object]:
    return told


@pytest.mark.parametrize("through", ["post", "two postings", "a batch", "a hold"])
@pytest.mark.parametrize(
    ("line", "refusal", "said"),
    [
        ("nobody -> ann 1 CNY", UnknownAccount, facts(account="nobody")),
        ("ann -> nobody 1 CNY", UnknownAccount, facts(account="nobody")),
        ("nobody -> no-one 1 CNY", UnknownAccount, facts(account="no-one")),
        ("ann -> ben 1 land", UnknownUnit, facts(unit="land")),
        ("gone -> ann 1 CNY", AccountClosed, facts(account="gone")),
        ("ann -> gone 1 CNY", AccountClosed, facts(account="gone")),
        ("ice -> ann 1 CNY", AccountFrozen, facts(account="ice")),
        ("ice -> gone 1 CNY", AccountClosed, facts(account="gone")),
        (
            "ann -> ben 71 CNY",
            Overdrawn,
            facts(account="ann", unit="CNY", available=70, held=30, asked=71),
        ),
        (
            "ben -> ann 1 CNY",
            Overdrawn,
            facts(account="ben", unit="CNY", available=0, held=0, asked=1),
        ),
        (
            "world -> loan 51 CNY",
            AboveZero,
            facts(account="loan", unit="CNY", available=50, held=0, asked=51),
        ),
    ],
)
def test_what_the_accounts_do_not_allow(
    used: Book, through: str, line: str, refusal: type[Refusal], said: dict[str, object]
) -> None:
    no = refused(used, posting(line, through=through), refusal)

    assert no.facts == said | ({"place": 1} if through == "a batch" else {})


@pytest.mark.parametrize(
    ("line", "account", "balance"),
    [
        (f"world -> ann {MAX_QUANTITY} CNY", "world", -60 - MAX_QUANTITY),
        (f"big -> ann {MAX_QUANTITY} CNY", "ann", 100 + MAX_QUANTITY),
    ],
)
@pytest.mark.parametrize("through", ["post", "two postings", "a batch"])
def test_a_balance_stays_within_64_bits(
    used: Book, through: str, line: str, account: str, balance: int
) -> None:
    used.open("big", may_go_negative=True)
    before = 1 if through != "post" and account == "world" else 0  # what the sound posting took

    no = refused(used, posting(line, through=through), BalanceTooLarge)

    place = {"place": 1} if through == "a batch" else {}
    assert no.facts == facts(account=account, unit="CNY", balance=balance - before) | place


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        (facts(quantity=0), "quantity", "greater_than"),
        (facts(quantity=-1), "quantity", "greater_than"),
        (facts(quantity=0.5), "quantity", "int_type"),
        (facts(quantity=MAX_QUANTITY + 1), "quantity", "less_than_equal"),
        (facts(target="ann"), "target", "same_account"),
    ],
)
def test_a_posting_that_cannot_be_written_down(
    used: Book, wrong: dict[str, Any], field: str, rule: str
) -> None:
    sound: dict[str, Any] = facts(source="ann", target="ben", unit="CNY", quantity=1)

    no = refused(used, lambda _: Posting(**sound | wrong), BadTransfer)

    assert (no.field, no.facts) == (field, facts(rule=rule, given=repr(wrong[field]).strip("'")))


KEYS = [
    ("", "string_pattern_mismatch"),
    ("k" * 201, "string_too_long"),
    (f"{OWN_KEYS}expire:1", "reserved"),
]


@pytest.mark.parametrize(("key", "rule"), KEYS)
@pytest.mark.parametrize(
    "attempt",
    [
        lambda book, key: book.post(key, "ann -> ben 1 CNY"),
        lambda book, key: book.hold(key, "ann -> ben 1 CNY"),
        lambda book, key: book.settle(on_hold(book), key),
        lambda book, key: book.void(on_hold(book), key),
        lambda book, key: book.reverse(started(book), key),
        lambda book, key: book.freeze("ann", key),
        lambda book, key: book.thaw("ice", key),
        lambda book, key: book.close("empty", key),
    ],
)
def test_a_key_of_the_wrong_length_or_of_the_ledgers_own(
    used: Book, attempt: Callable[[Book, str], object], key: str, rule: str
) -> None:
    no = refused(used, lambda book: attempt(book, key), BadTransfer)

    assert (no.field, no.facts["rule"]) == ("key", rule)


def started(book: Book) -> journal.Posted:
    return book.post("start", "world -> ann 100 CNY", "world -> ice 10 CNY", "loan -> world 50 CNY")


def on_hold(book: Book) -> journal.Posted:
    return entry_of(book, "held")


def entry_of(book: Book, key: str) -> journal.Posted:
    found = book.session.execute(
        select(t.transfer.c.id, t.transfer.c.number, t.transfer.c.hash).where(
            t.transfer.c.key == key
        )
    ).one()
    return journal.Posted(str(found.id), found.number, found.hash, replayed=True)


def test_a_body_over_the_limit(used: Book) -> None:
    def attempt(book: Book) -> object:
        return book.post("2", "ann -> ben 1 CNY", memo="m" * 2001)

    no = refused(used, attempt, BadTransfer)

    assert (no.field, no.facts["rule"]) == ("memo", "string_too_long")


@pytest.mark.parametrize("act", ["freeze", "thaw", "close"])
def test_a_reason_over_the_limit(used: Book, act: str) -> None:
    change = getattr(journal, act)

    def attempt(book: Book) -> object:
        return change(book.session, "ann", key="2", at=NOON, reason="r" * 2001)

    assert refused(used, attempt, BadTransfer).field == "memo"


def test_a_hold_that_is_settled_or_let_go_twice(used: Book) -> None:
    held = on_hold(used)
    ended = used.settle(held, "settled")

    for attempt in (
        lambda book: book.settle(held, "2"),
        lambda book: book.settle(held, "2", 1),
        lambda book: book.void(held, "2"),
    ):
        no = refused(used, attempt, HoldEnded)
        assert no.facts == facts(hold=str(held.id), act="settle", by=str(ended.id))


def test_a_hold_that_was_let_go_before(used: Book) -> None:
    held = on_hold(used)
    ended = used.void(held, "void")

    no = refused(used, lambda book: book.settle(held, "2"), HoldEnded)

    assert no.facts == facts(hold=str(held.id), act="void", by=str(ended.id))


def test_a_hold_past_its_expiry(used: Book) -> None:
    held = on_hold(used)
    used.now += HOUR

    no = refused(used, lambda book: book.settle(held, "2"), HoldExpired)

    assert no.facts["hold"] == str(held.id)
    assert no.facts["expires_at"] < used.now.isoformat()


def test_a_hold_that_ran_out(used: Book) -> None:
    held = on_hold(used)
    used.now += HOUR
    assert used.expire() == 1

    no = refused(used, lambda book: book.settle(held, "2"), HoldEnded)

    assert (no.facts["hold"], no.facts["act"]) == (str(held.id), "expire")


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1)])
def test_a_hold_that_would_have_expired_before_it_began(used: Book, late: timedelta) -> None:
    def attempt(book: Book) -> object:
        wanted = transfer("2", "ann -> ben 1 CNY")
        return journal.hold(book.session, wanted, expires_at=NOON - late, at=NOON)

    no = refused(used, attempt, BadTransfer)

    assert (no.field, no.facts["rule"]) == ("expires_at", "in_the_past")


def test_more_is_settled_than_is_held(used: Book) -> None:
    held = on_hold(used)

    no = refused(used, lambda book: book.settle(held, "2", 31), SettlesTooMuch)

    assert no.facts.items() >= facts(hold=str(held.id), held=30, asked=31).items()


@pytest.mark.parametrize(
    ("quantities", "rule"),
    [
        ((0,), "one_for_each"),
        ((1, 1), "one_for_each"),
        ((-1,), "greater_than"),
        ((0.5,), "int_type"),
        (("1",), "int_type"),
    ],
)
def test_quantities_to_settle_that_make_no_sense(
    used: Book, quantities: tuple[Any, ...], rule: str
) -> None:
    held = on_hold(used)

    no = refused(used, lambda book: book.settle(held, "2", *quantities), BadTransfer)

    assert no.facts["rule"] == rule


@pytest.mark.parametrize("none", [0.0, False])
def test_a_zero_to_settle_that_is_no_whole_number(used: Book, none: Any) -> None:
    held = used.hold("two", "ann -> ben 1 CNY", "ann -> ben 2 CNY")

    no = refused(used, lambda book: book.settle(held, "2", none, 1), BadTransfer)

    assert no.facts == facts(rule="int_type", given=repr(none))


def test_a_hold_or_transfer_that_is_not_there(used: Book) -> None:
    posted = started(used)
    nowhere = journal.Posted(str(new_id()), 0, "", replayed=False)

    for one in (nowhere, posted):
        for attempt in (lambda book: book.settle(one, "2"), lambda book: book.void(one, "2")):  # noqa: B023
            assert refused(used, attempt, UnknownHold).facts == facts(hold=str(one.id))
    no = refused(used, lambda book: book.reverse(nowhere, "2"), UnknownTransfer)
    assert no.facts == facts(transfer=str(nowhere.id))


def test_a_reversal_of_a_reversal_and_a_second_one(used: Book) -> None:
    moved = used.post("1", "ann -> ben 5 CNY")
    mended = used.reverse(moved, "2")

    no = refused(used, lambda book: book.reverse(mended, "3"), ReversalIsFinal)
    again = refused(used, lambda book: book.reverse(moved, "3"), AlreadyReversed)

    assert no.facts == facts(transfer=str(mended.id))
    assert again.facts == facts(transfer=str(moved.id), by=str(mended.id))


@pytest.mark.parametrize(
    ("key", "act"),
    [
        ("held", "hold"),
        ("freeze", "freeze"),
        ("close", "close"),
        (f"{OWN_KEYS}account:ann", "open_account"),
        (f"{OWN_KEYS}unit:CNY", "open_unit"),
    ],
)
def test_a_reversal_of_what_moved_nothing(used: Book, key: str, act: str) -> None:
    entry = entry_of(used, key)

    no = refused(used, lambda book: book.reverse(entry, "2"), NothingToReverse)

    assert no.facts == facts(transfer=str(entry.id), act=act)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda book: book.post("held", "ann -> ben 30 CNY"),
        lambda book: book.hold("start", "ann -> ben 1 CNY"),
        lambda book: book.hold("held", "ann -> ben 30 CNY", until=NOON + 2 * HOUR),
        lambda book: book.settle(on_hold(book), "held"),
        lambda book: book.settle(on_hold(book), "start"),
        lambda book: book.void(on_hold(book), "held"),
        lambda book: book.reverse(started(book), "held"),
        lambda book: book.freeze("ann", "freeze"),
        lambda book: book.thaw("ice", "freeze"),
        lambda book: book.close("empty", "close"),
    ],
)
def test_a_key_that_something_else_has(used: Book, attempt: Attempt) -> None:
    no = refused(used, attempt, KeyReused)

    assert no.facts.keys() == {"key", "transfer"}


@pytest.mark.parametrize(
    ("attempt", "refusal", "said"),
    [
        (lambda book: book.freeze("nobody", "2"), UnknownAccount, facts(account="nobody")),
        (
            lambda book: book.freeze("ice", "2"),
            AccountStands,
            facts(account="ice", standing="frozen"),
        ),
        (lambda book: book.thaw("ann", "2"), AccountStands, facts(account="ann", standing="open")),
        (
            lambda book: book.thaw("gone", "2"),
            AccountStands,
            facts(account="gone", standing="closed"),
        ),
        (
            lambda book: book.close("gone", "2"),
            AccountStands,
            facts(account="gone", standing="closed"),
        ),
        (lambda book: book.close("ann", "2"), AccountNotEmpty, facts(account="ann", unit="CNY")),
        (lambda book: book.close("ben", "2"), AccountNotEmpty, facts(account="ben", unit="CNY")),
        (lambda book: book.close("loan", "2"), AccountNotEmpty, facts(account="loan", unit="CNY")),
        (
            lambda book: book.open("ann", may_go_negative=True),
            AccountDiffers,
            facts(account="ann"),
        ),
    ],
)
def test_a_standing_that_cannot_be(
    used: Book, attempt: Attempt, refusal: type[Refusal], said: dict[str, object]
) -> None:
    assert refused(used, attempt, refusal).facts == said


@pytest.mark.parametrize("code", ["", "a b", "a" * 201, 'a"'])
@pytest.mark.parametrize("kind", ["account", "unit"])
def test_a_code_that_cannot_be_opened(used: Book, kind: str, code: str) -> None:
    def attempt(book: Book) -> None:
        book.open(*[code] * (kind == "account"), units=(code,) if kind == "unit" else ())

    assert refused(used, attempt, BadTransfer).field == "code"


@pytest.mark.parametrize("rule", ["may_go_negative", "may_go_positive"])
@pytest.mark.parametrize("given", [0, 1, "true", None])
def test_a_rule_of_an_account_that_is_neither_true_nor_false(
    used: Book, rule: str, given: Any
) -> None:
    no = refused(used, lambda book: book.open("new", **{rule: given}), BadTransfer)

    assert (no.field, no.facts["rule"]) == (rule, "bool_type")


def test_the_same_key_twice_in_a_batch_for_different_things(used: Book) -> None:
    def attempt(book: Book) -> object:
        return book.post_all(
            transfer("1", "world -> ann 1 CNY"),
            transfer("2", "world -> ann 1 CNY"),
            transfer("1", "world -> ann 2 CNY"),
        )

    assert refused(used, attempt, KeyReused).facts["key"] == "1"


@pytest.mark.parametrize("at", [NOON.replace(tzinfo=None), NOON.replace(year=9999)])
def test_a_moment_of_recording_that_is_none(used: Book, at: datetime) -> None:
    for postings in (1, 2):
        wanted = transfer("2", *["world -> ann 1 CNY"] * postings)
        attempt: Attempt = partial(post_at, wanted=wanted, at=at)
        no = refused(used, attempt, BadTransfer)
        assert (no.field, no.facts) == ("at", {"rule": "moment", "given": at.isoformat()})


def post_at(book: Book, wanted: Transfer, at: datetime) -> object:
    return journal.post(book.session, wanted, at=at)


RECORDING: dict[str, Callable[[Book, datetime], object]] = {
    "open_unit": lambda book, at: journal.open_unit(book.session, "EUR", at=at),
    "open_account": lambda book, at: journal.open_account(book.session, "zoe", at=at),
    "post_all": lambda book, at: journal.post_all(
        book.session, [transfer("2", "world -> ann 1 CNY")], at=at
    ),
    "reverse": lambda book, at: journal.reverse(
        book.session, entry(book, "start"), key="2", at=at, memo=""
    ),
    "hold": lambda book, at: journal.hold(
        book.session, transfer("2", "world -> ann 1 CNY"), expires_at=NOON + HOUR, at=at
    ),
    "settle": lambda book, at: journal.settle(book.session, entry(book, "held"), key="2", at=at),
    "void": lambda book, at: journal.void(book.session, entry(book, "held"), key="2", at=at),
    "expire": lambda book, at: journal.expire(book.session, at=at),
    "freeze": lambda book, at: journal.freeze(book.session, "ann", key="2", at=at, reason=""),
}


def entry(book: Book, key: str) -> UUID:
    found = select(t.transfer.c.id).where(t.transfer.c.key == key)
    return UUID(str(book.session.execute(found).scalar_one()))


@pytest.mark.parametrize("at", [NOON.replace(tzinfo=None), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("act", RECORDING)
def test_an_act_at_a_moment_that_is_none(used: Book, act: str, at: datetime) -> None:
    no = refused(used, lambda book: RECORDING[act](book, at), BadTransfer)

    assert (no.field, no.facts["rule"]) == ("at", "moment")
    assert verify(used.session).ok


def test_a_moment_without_its_time_zone(used: Book) -> None:
    naive = transfer("2", "world -> ann 1 CNY").model_dump() | {
        "occurred_at": NOON.replace(tzinfo=None)
    }

    no = refused(used, lambda _: Transfer.model_validate(naive), BadTransfer)

    assert (no.field, no.facts["rule"]) == ("occurred_at", "timezone_aware")


OF_THE_PAST: dict[str, Callable[[Book, datetime], object]] = {
    "as_of": lambda book, at: journal.balance(book.session, "ann", "CNY", as_of=at),
    "as_of, with holds": lambda book, at: journal.balance_of(book.session, "ann", "CNY", as_of=at),
    "as_of, of all": lambda book, at: journal.balances(book.session, as_of=at),
    "as_of, as a stream": lambda book, at: list(each_balance(book.session, as_of=at)),
    "as_of, by pages": lambda book, at: balances_page(book.session, as_of=at),
    "as_of, of holders": lambda book, at: journal.holders(book.session, "CNY", as_of=at),
    "as_of, of the trial balance": lambda book, at: journal.trial_balance(book.session, as_of=at),
    "since": lambda book, at: journal.statement(book.session, "ann", "CNY", since=at),
    "until": lambda book, at: journal.statement(book.session, "ann", "CNY", until=at),
    "since, on paper": lambda book, at: statement_rows(book.session, "ann", "CNY", since=at),
    "until, on paper": lambda book, at: statement_rows(book.session, "ann", "CNY", until=at),
}


@pytest.mark.parametrize("at", [NOON.replace(tzinfo=None), datetime.max.replace(tzinfo=UTC)])
@pytest.mark.parametrize("asked", OF_THE_PAST)
def test_a_question_about_a_moment_that_is_none(used: Book, asked: str, at: datetime) -> None:
    no = refused(used, lambda book: OF_THE_PAST[asked](book, at), BadQuestion)

    assert (no.field, no.facts["rule"]) == (asked.split(",")[0], "moment")


BY_PAGES: dict[str, Callable[..., object]] = {
    "statement": lambda book, **page: journal.statement(book.session, "ann", "CNY", **page),
    "transfers": lambda book, **page: journal.transfers(book.session, **page),
    "transfers of an account": lambda book, **page: journal.transfers(
        book.session, account="ann", **page
    ),
    "holds": lambda book, **page: journal.holds(book.session, account="ann", **page),
}


@pytest.mark.parametrize("field", ["limit", "before"])
@pytest.mark.parametrize("number", [-1, MAX_QUANTITY + 1])
@pytest.mark.parametrize("asked", BY_PAGES)
def test_a_page_that_is_no_number_of_rows(used: Book, asked: str, field: str, number: int) -> None:
    no = refused(used, lambda book: BY_PAGES[asked](book, **{field: number}), BadQuestion)

    assert (no.field, no.facts["rule"]) == (field, "page")


def test_a_page_of_balances_that_is_no_number_of_rows(used: Book) -> None:
    no = refused(used, lambda book: balances_page(book.session, limit=-1), BadQuestion)

    assert no.field == "limit"
