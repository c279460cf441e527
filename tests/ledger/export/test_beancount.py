"""The journal as Beancount reads it."""

from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from ledger.export import export_beancount
from ledger.export.beancount_names import beancount_account, beancount_commodity, code_of
from ledger.model import MAX_QUANTITY
from tests.ledger.entries import Book
from tests.ledger.export import worked
from tests.ledger.export.programs import bean_check, beancount


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("party:7:stored", "Assets:Party:7:Stored"),
        ("party:P-000123:cash", "Assets:Party:P-000123:Cash"),
        ("party:p-1:cash", "Assets:Party:0--p-2d-1:Cash"),
        ("Party:7:stored", "Assets:0--Party:7:Stored"),
        ("村集体:现金", "Assets:0--村集体:0--现金"),
        ("a::b", "Assets:0--a:0--:0--b"),
        ("0--a", "Assets:0--0-2d--2d-a"),
    ],
)
def test_an_account_has_a_name_of_its_own(code: str, name: str) -> None:
    assert beancount_account(code) == name
    assert code_of(name) == code


def test_accounts_that_may_go_below_zero_are_equity() -> None:
    assert beancount_account("world:cny", may_go_negative=True) == "Equity:World:Cny"


@given(worked.codes)
def test_an_account_is_told_back_from_its_name(code: str) -> None:
    assert code_of(beancount_account(code)) == code


@pytest.mark.parametrize(
    ("code", "symbol"),
    [
        ("CNY", "CNY"),
        ("land:D-2026-000123", "LAND.D-2026-000123"),
        ("share:3", "SHARE.3"),
    ],
)
def test_a_unit_keeps_its_name_where_the_grammar_allows(code: str, symbol: str) -> None:
    assert beancount_commodity(code) == symbol


def test_units_that_the_grammar_does_not_know_get_symbols_of_their_own() -> None:
    codes = ["cny", "LAND.7", "Land:7", "land:d", "TRUE", "X", "亩", "land:" + "9" * 30]

    symbols = {beancount_commodity(code) for code in codes}

    assert len(symbols) == len(codes)
    assert {len(symbol) for symbol in symbols} == {24}


def test_beancount_finds_the_same_balances(book: Book, tmp_path: Path) -> None:
    worked.fill(book)
    text = list(export_beancount(book.session))

    bean_check(text, tmp_path)
    found = beancount(text, tmp_path)

    assert found["errors"] == []
    codes = {name: code for name, (_day, code) in found["opened"].items()}
    sums: dict[tuple[str, str], int] = {}
    for transaction in found["transactions"]:
        for account, symbol, quantity in transaction["postings"]:
            pair = codes[account], found["commodities"][symbol]
            sums[pair] = sums.get(pair, 0) + int(quantity)
    held = {pair: quantity for pair, quantity in sums.items() if quantity}
    assert held == worked.balances(book.session)
    assert held["party:P-7:stored", "land:D-7"] == MAX_QUANTITY
    assert {(codes[a], found["commodities"][u]): int(q) for a, u, q in found["asserted"]} == sums
    (first, *_) = found["transactions"]
    assert (first["memo"], first["reference"]) == (worked.HARD_TEXT, "order:B-1")


def test_bean_check_notices_a_quantity_that_was_changed_in_the_text(
    book: Book, tmp_path: Path
) -> None:
    worked.fill(book)
    text = "".join(export_beancount(book.session))

    with pytest.raises(AssertionError, match="Balance failed"):
        bean_check([text.replace("  100 CNY", "  99 CNY").replace(" -100 C", " -99 C")], tmp_path)


def test_an_account_opens_no_later_than_its_first_movement(book: Book, tmp_path: Path) -> None:
    book.now = worked.NOON.replace(year=2027)
    book.open("late", "unused")
    book.post("k", "world -> late 5 CNY")

    found = beancount(export_beancount(book.session), tmp_path)

    assert found["errors"] == []
    assert found["opened"]["Assets:Late"][0] == "2026-03-02"
    assert found["opened"]["Assets:Unused"][0] == "2027-03-02"


def test_an_account_below_another_counts_in_its_balance(book: Book, tmp_path: Path) -> None:
    book.open("ann:cash", "ann:cash:till", "annex")
    book.post("k", "world -> ann 1 CNY", "world -> annex 2 CNY", "world -> ann:cash:till 4 CNY")
    text = list(export_beancount(book.session))

    bean_check(text, tmp_path)
    asserted = {a: int(q) for a, _, q in beancount(text, tmp_path)["asserted"]}

    assert (asserted["Assets:Ann"], asserted["Assets:Ann:Cash:Till"]) == (5, 4)
    assert asserted["Assets:Annex"] == 2


def test_an_empty_journal_is_taken_too(book: Book, tmp_path: Path) -> None:
    bean_check(export_beancount(book.session), tmp_path)


@given(
    account=worked.codes.filter(lambda code: code != "world"),
    unit=worked.codes,
    told=st.lists(
        st.tuples(worked.words, worked.texts, st.integers(1, 2**40)), min_size=1, max_size=5
    ),
)
@settings(max_examples=10)
def test_whatever_is_written_down_beancount_reads(engine, tmp_path_factory, account, unit, told):
    with worked.forgotten(engine) as book:
        worked.posted(book, account, unit, told)
        text = list(export_beancount(book.session))

    found = beancount(text, tmp_path_factory.mktemp("beancount"))

    assert found["errors"] == []
    assert [(t["reference"], t["memo"]) for t in found["transactions"]] == [
        (reference, memo) for reference, memo, _ in told
    ]
    assert unit in found["commodities"].values()
    assert account in [code for _day, code in found["opened"].values()]
