"""Whatever single row of any table someone changes, removes, adds or swaps: verify finds it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Boolean, Column, Engine, Table, Uuid, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database.engine import engine_for, writing
from database.types import Moment
from ledger import log, merkle, tables as t
from ledger.findings import Fault
from ledger.log import Signer
from ledger.model import Act
from ledger.verify import verify
from tests.databases import Postgresql, Sqlite
from tests.ledger.entries import NOON, Book, transfer
from tests.ledger.tampering import tampering, unguarded

Row = dict[str, Any]

SIGNER = Signer("bank.example/330523", Ed25519PrivateKey.generate())
FEW, MANY = 2, 260
"""How many small transfers there are twice; with many, two whole subtrees of 256 leaves."""


def fill(session: Session, many: int) -> None:
    """Something of everything, sealed in several turns and signed thrice; the end is unsealed."""
    book = Book(session)
    first_part(book, many)
    log.checkpoint(session, SIGNER, NOON + timedelta(days=1))
    book.freeze("fay", "f1")
    book.thaw("fay", "f2")
    book.freeze("fay", "f3")
    book.post("p3", "eve -> ann 20 CNY")
    book.close("eve", "c1")
    book.post_all(*(transfer(f"n{n}", f"ben -> ann {1 + n % 2} CNY") for n in range(many)))
    book.open("gil")
    log.checkpoint(session, SIGNER, NOON + timedelta(days=2))
    book.post("u1", "ann -> gil 1 CNY")
    book.hold("u2", "ann -> gil 1 CNY")
    book.open("hal", units=("share",))
    book.freeze("hal", "u3")


def first_part(book: Book, many: int) -> None:
    session = book.session
    book.open("world", "ann", "ben", units=("CNY", "land"))
    book.open("debt", may_go_negative=True, may_go_positive=False)
    book.post(
        "p1",
        "world -> ann 1000 CNY",
        "world -> ben 500 CNY",
        "world -> ann 50 land",
        "world -> ben 9 land",
    )
    log.checkpoint(session, SIGNER, NOON)
    mistake = book.post("p2", "debt -> ben 70 CNY", "ann -> ben 5 land", memo="a memo, “quoted”")
    book.reverse(mistake, "r1")
    book.post("p4", "debt -> ben 9 CNY")
    book.open("eve", "fay")
    log.seal(session)
    book.post_all(*(transfer(f"m{n}", f"ann -> ben {1 + n % 3} CNY") for n in range(many)))
    book.hold("h1", "ann -> ben 10 CNY", "ben -> ann 2 land")
    settled = book.hold("h2", "ann -> eve 20 CNY", "ann -> eve 5 CNY", "ann -> fay 4 land")
    voided = book.hold("h3", "ben -> fay 30 CNY")
    book.hold("h4", "ben -> debt 7 CNY", until=book.now + timedelta(seconds=2))
    log.seal(session)
    book.settle(settled, "s2", 20, 0, 3)
    book.void(voided, "v3")
    book.tick()
    book.expire()
    book.settle(book.hold("h5", "ben -> ann 3 CNY"), "s5")


Hands = Callable[[Table], Engine]


@pytest.fixture(scope="module")
def hands(backend: Sqlite | Postgresql) -> Iterator[Hands]:
    """A hand in the tables of such ledgers, small where that will do; all it does is forgotten."""
    with ExitStack() as opened:

        @cache
        def ledger(many: int) -> Engine:
            url = opened.enter_context(backend.fresh())
            engine = engine_for(url)
            opened.callback(engine.dispose)
            with Session(engine) as session, writing(session):
                fill(session, many)
            engine.dispose()
            free = unguarded(url)
            opened.callback(free.dispose)
            return free

        yield lambda table: ledger(MANY if table is t.node else FEW)


def faults(session: Session) -> tuple[Fault, ...]:
    return verify(session, verifiers=[SIGNER.verifier]).faults


def named(tables: Sequence[Table]) -> Any:
    return pytest.mark.parametrize("table", tables, ids=lambda table: table.name)


def all_rows(session: Session, table: Table) -> list[Row]:
    return [dict(r._mapping) for r in session.execute(select(table).order_by(*table.primary_key))]


def victims(session: Session, table: Table) -> list[Row]:
    """All rows of a small table; of a large one the first, the last, and one of each kind."""
    rows = all_rows(session, table)
    if table is t.transfer:
        first = {row["act"]: row["number"] for row in reversed(rows)}
        keys = {"p2", "r1", "m1", "u1", "u2", "u3"}
        return [r for r in rows if r["key"] in keys or r["number"] == first[r["act"]]]
    return rows if len(rows) < 8 else [*rows[:2], *rows[7:9], *rows[-2:]]


def key_of(table: Table, row: Row) -> Any:
    return [column == row[column.name] for column in table.primary_key]


def name_of(table: Table, row: Row) -> str:
    return "/".join(str(row[column.name]) for column in table.primary_key)


# -- changed values ------------------------------------------------------------------------------


def others(column: Column[Any], row: Row) -> list[Any]:
    """Values that the column could have instead."""
    value = row[column.name]
    if column.foreign_keys and not isinstance(column.type, Uuid):
        return [2, 99, None] if column.nullable else [1, 2, 99]
    if isinstance(column.type, Boolean):
        return [not value]
    if isinstance(column.type, Moment):
        changed = [NOON] if value is None else [value + timedelta(microseconds=1), NOON]
        return [*changed, None] if column.nullable else changed
    if isinstance(column.type, Uuid):
        return [uuid4()]
    if hasattr(column.type, "enum_class"):
        members = list(column.type.enum_class)
        place = members.index(value)
        return [members[place - 1], members[place - 2]]
    if isinstance(value, str):
        return [f"{value}0", "0" + value[1:]]
    if column is t.transfer.c.number:
        return [10**9]
    return [value + 1, 10**9]


COLUMNS = [column for table in t.ALL for column in table.columns]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: f"{c.table.name}.{c.name}")
def test_a_changed_value_is_found(hands: Hands, column: Column[Any]) -> None:
    table = column.table
    tried = 0
    with tampering(hands(table)) as session:
        for row in victims(session, table):
            for value in others(column, row):
                if value == row[column.name]:
                    continue
                try:
                    with session.begin_nested() as change:
                        done = update(table).where(*key_of(table, row)).values({column: value})
                        session.execute(done)
                        found = faults(session)
                        change.rollback()
                except IntegrityError:  # this value the database itself refuses
                    continue
                tried += 1
                assert found, f"{name_of(table, row)}: {row[column.name]!r} -> {value!r}"
    assert tried


JUNK: Final = ("'x'", "x'00ff'", "1.5", "-1", "9e999", "CAST(x'ff' AS TEXT)")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("column", COLUMNS, ids=lambda c: f"{c.table.name}.{c.name}")
def test_a_value_that_is_none_of_its_type_is_found(hands: Hands, column: Column[Any]) -> None:
    """SQLite keeps any value in any column."""
    table = column.table.name
    with tampering(hands(column.table)) as session:
        for junk in JUNK:
            try:
                with session.begin_nested() as change:
                    row = f"SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET 1"
                    session.execute(
                        text(f"UPDATE {table} SET {column.name} = {junk} WHERE rowid = ({row})")
                    )
                    found = faults(session)
                    change.rollback()
            except IntegrityError:  # a row's own number is a number even here
                continue
            assert found, junk


# -- rows that are missing, added or swapped -----------------------------------------------------


@named(t.ALL)
def test_a_missing_row_is_found(hands: Hands, table: Table) -> None:
    with tampering(hands(table)) as session:
        rows = victims(session, table)
        for row in rows:
            with session.begin_nested() as change:
                session.execute(delete(table).where(*key_of(table, row)))
                found = faults(session)
                change.rollback()
            assert found, name_of(table, row)


def added_entries(session: Session, table: Table, row: Row) -> list[Row]:
    if table is t.transfer:
        last = all_rows(session, table)[-1]["number"]
        return [row | {"number": last + 1, "id": UUID(int=1), "key": "zoe"}]
    if table is t.about:
        moved = select(t.transfer.c.number).where(t.transfer.c.act == Act.POST)
        other = {"transfer": session.execute(moved).scalars().first(), "account": 1}
        keys = dict.fromkeys(("reverses", "ends", "expires_at", "unit"))
        return [row | keys | other, row | keys | {"transfer": 10_000, "account": 1}]
    new = {"ordinal": row["ordinal"] + 10, "source_version": 10_000, "target_version": 10_000}
    return [row | new, row | new | {"transfer": 10_000}]


def added(session: Session, table: Table, row: Row) -> list[Row]:
    """Rows like this one that could have been there too."""
    if table is t.unit or table is t.account:
        return [row | {"id": 99, "code": "zoe"}]
    if table in (t.transfer, t.about, t.posting):
        return added_entries(session, table, row)
    if table is t.held:
        return [row | {"ordinal": row["ordinal"] + 10}, row | {"transfer": 2}]
    if table is t.open_hold:
        ended = select(t.about.c.ends).where(t.about.c.ends.is_not(None)).limit(1)
        return [row | {"transfer": session.execute(ended).scalar_one()}, row | {"transfer": 2}]
    if table is t.balance:
        taken = {(one["account"], one["unit"]) for one in all_rows(session, table)}
        return [row | {"account": a, "unit": 2} for a in range(1, 8) if (a, 2) not in taken]
    if table is t.leaf:
        return added_leaves(session, row)
    if table is t.node:
        return [row | {"position": 2}, row | {"level": 16, "position": 0}, row | {"level": 3}]
    if table is t.seal:
        return added_seals(all_rows(session, table)[-1], row)
    return added_checkpoints(session, row)


def added_seals(last: Row, row: Row) -> list[Row]:
    """Turns like this one and like the last, at either end; and one that tells of a checkpoint."""
    after, before = {"turn": last["turn"] + 1}, {"turn": 0}
    told = last | after | {"checkpoint": last["size"]}
    return [row | after, row | before, last | after, last | after | {"size": 10_000}, told]


def added_checkpoints(session: Session, row: Row) -> list[Row]:
    """This one at other sizes, and good ones where a turn ended and nothing was signed."""
    made = [row | {"size": row["size"] - 1}, row | {"size": 10_000}]
    signed = {one["size"] for one in all_rows(session, t.checkpoint)}
    for seal in all_rows(session, t.seal):
        if seal["size"] not in signed:
            root = merkle.Frontier.from_hex(seal["size"], seal["edge"]).root()
            for at in (None, NOON):
                note = SIGNER.sign(seal["size"], root, at)
                made.append({"size": seal["size"], "root": root.hex(), "note": note, "at": NOON})
    return made


def added_leaves(session: Session, row: Row) -> list[Row]:
    """A second leaf of a sealed entry, and a leaf of an entry before any turn sealed it."""
    sealed = all_rows(session, t.leaf)
    unsealed = all_rows(session, t.transfer)[len(sealed)]
    own = {"transfer": unsealed["id"], "hash": log.leaf_of(unsealed["hash"]).hex()}
    return [
        row | {"position": len(sealed)} | own,
        row | {"position": -1} | own,
        row | {"position": len(sealed), "transfer": UUID(int=2)},
    ]


@named(t.ALL)
def test_an_added_row_is_found(hands: Hands, table: Table) -> None:
    tried = 0
    with tampering(hands(table)) as session:
        for row in victims(session, table):
            for more in added(session, table, row):
                with session.begin_nested() as change:
                    session.execute(insert(table).values(more))
                    assert faults(session), more
                    change.rollback()
                tried += 1
    assert tried


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_added_balance_of_nothing_is_found(hands: Hands) -> None:
    """On PostgreSQL it may be one that was made for an entry which was then refused."""
    with tampering(hands(t.balance)) as session:
        [row, *_] = victims(session, t.balance)
        more = added(session, t.balance, row)
        nothing = {"quantity": 0, "version": 0, "held_out": 0, "held_in": 0, "as_of": None}
        for one in more:
            with session.begin_nested() as change:
                account = {"account": one["account"]}
                rules = session.execute(select(t.account).where(t.account.c.id == one["account"]))
                [kept] = rules.mappings()
                own = {name: kept[name] for name in kept if name in one}
                session.execute(insert(t.balance).values(one | nothing | own | account))
                assert [fault.table for fault in faults(session)] == ["ledger_balance"]
                change.rollback()
        assert more


@named([table for table in t.ALL if len(table.columns) > 1])
def test_two_swapped_rows_are_found(hands: Hands, table: Table) -> None:
    tried = 0
    keys = [column.name for column in table.primary_key]
    with tampering(hands(table)) as session:
        for one, other in pairwise(victims(session, table)):
            swapped = [
                one | {name: other[name] for name in keys},
                other | {name: one[name] for name in keys},
            ]
            if swapped[0] == other:
                continue
            with session.begin_nested() as change:
                for row in (one, other):
                    session.execute(delete(table).where(*key_of(table, row)))
                session.execute(insert(table), swapped)
                assert faults(session), (name_of(table, one), name_of(table, other))
                change.rollback()
            tried += 1
    assert tried


@pytest.mark.parametrize("end", ["min", "max"])
@named([t.seal, t.checkpoint])
def test_a_missing_turn_or_checkpoint_is_named(hands: Hands, table: Table, end: str) -> None:
    key = next(iter(table.primary_key)).name
    with tampering(hands(table)) as session:
        which = f"(SELECT {end}({key}) FROM {table.name})"
        row = session.execute(text(f"SELECT {which}")).scalar_one()
        session.execute(text(f"DELETE FROM {table.name} WHERE {key} = {which}"))
        found = faults(session)

    assert (table.name, str(row)) in [(fault.table, fault.row) for fault in found]


# -- an entry that moves within a gap of the sequence --------------------------------------------


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("entry", "number"), [("f1", 3), ("f2", 5)])
def test_another_number_in_a_gap_is_found_whether_the_entry_is_sealed_or_not(
    backend: Postgresql, entry: str, number: int
) -> None:
    with backend.fresh() as url:
        engine = engine_for(url)
        with Session(engine) as session:
            with writing(session):
                Book(session).open("ann")
            with session.begin_nested() as vain:
                Book(session).freeze("ann", "never")  # draws a number
                vain.rollback()
            session.commit()
            with writing(session):
                Book(session).freeze("ann", "f1")
                log.checkpoint(session, SIGNER, NOON)
            with session.begin_nested() as vain:
                Book(session).thaw("ann", "never")
                vain.rollback()
            session.commit()
            with writing(session):
                Book(session).thaw("ann", "f2")
        engine.dispose()
        free = unguarded(url)
        with tampering(free) as session:
            assert not faults(session)
            move = "UPDATE ledger_transfer SET number = number - 1 WHERE key = :key"
            session.execute(text(move), {"key": entry})
            found = [(fault.table, fault.row) for fault in faults(session)]
        free.dispose()

    assert found[:2] == [("ledger_transfer", str(number)), ("ledger_about", str(number + 1))]


@pytest.mark.parametrize("number", [0, -1])
def test_a_number_that_is_never_given_out_is_found(hands: Hands, number: int) -> None:
    with tampering(hands(t.transfer)) as session:
        move = "UPDATE ledger_transfer SET number = :number WHERE key = 'u3'"
        session.execute(text(move), {"number": number})
        found = [(fault.table, fault.row) for fault in faults(session)]

    assert ("ledger_transfer", str(number)) in found


# -- the first wrong row -------------------------------------------------------------------------

KEYED: Final = "(SELECT number FROM ledger_transfer WHERE key = '{}')"
ANN: Final = "(SELECT id FROM ledger_account WHERE code = 'ann')"
LINE: Final = "transfer || '/' || ordinal"
PAIR: Final = "account || '/' || unit"
P3: Final = f"transfer = {KEYED.format('p3')}"
NAMED: Final = [
    # table, the row's key, what is set, on which row
    (t.unit, "id", "name = 'x'", "code = 'land'"),
    (t.account, "id", "code = 'x'", "code = 'gil'"),
    (t.account, "id", "may_go_negative = (0 = 0)", "code = 'fay'"),
    (t.account, "id", "standing = 'open'", "code = 'fay'"),
    (t.transfer, "number", "hash = body_hash", "key = 'ledger:unit:land'"),
    (t.transfer, "number", "nonce = 'x'", "key = 'ledger:account:gil'"),
    (t.transfer, "number", "memo = 'x'", "key = 'p2'"),
    (t.transfer, "number", "key = 'x'", "key = 'h1'"),
    (t.transfer, "number", "nonce = 'x'", "key = 's2'"),
    (t.transfer, "number", "recorded_at = occurred_at", "key = 'm1'"),
    (t.transfer, "number", "as_of = occurred_at", "key = 'n1'"),
    (t.transfer, "number", "body_hash = hash", "key = 'f2'"),
    (t.transfer, "number", "hash = body_hash", "key = 'c1'"),
    (t.about, "transfer", "ends = 2", f"transfer = {KEYED.format('s5')}"),
    (t.about, "transfer", "reverses = 2", f"transfer = {KEYED.format('r1')}"),
    (t.posting, LINE, "quantity = 9", P3),
    (t.posting, LINE, "unit = 2", P3),
    (t.posting, LINE, "source_balance = 9", P3),
    (t.posting, LINE, "target_version = 9999", P3),
    (t.open_hold, "transfer", "expires_at = '2027-01-01'", f"transfer = {KEYED.format('h1')}"),
    (t.balance, PAIR, "quantity = quantity + 1", f"account = {ANN} AND unit = 1"),
    (t.balance, PAIR, "held_in = 9", f"account = {ANN} AND unit = 1"),
    (t.leaf, "position", "hash = 'x'", "position = 20"),
    (t.node, "level || '/' || position", "hash = 'x'", "position = 1"),
    (t.leaf, "position", "number = 9999", "position = 20"),
    (t.seal, "turn", "edge = 'x'", "turn = 3"),
    (t.seal, "turn", "checkpoint = 2", "turn = 3"),
    (t.seal, "turn", "checkpoint = 2", "turn = (SELECT max(turn) FROM ledger_seal)"),
    (t.checkpoint, "size", "root = 'x'", "size = (SELECT max(size) FROM ledger_checkpoint)"),
    (t.checkpoint, "size", "at = '2027-01-01'", "size = (SELECT min(size) FROM ledger_checkpoint)"),
    (t.checkpoint, "size", "note = 'x'", "size = (SELECT max(size) FROM ledger_checkpoint)"),
]


@pytest.mark.parametrize(("table", "key", "change", "where"), NAMED)
def test_the_first_wrong_row_is_named(
    hands: Hands, table: Table, key: str, change: str, where: str
) -> None:
    with tampering(hands(table)) as session:
        row = session.execute(text(f"SELECT {key} FROM {table.name} WHERE {where}")).scalar_one()
        session.execute(text(f"UPDATE {table.name} SET {change} WHERE {where}"))
        first = faults(session)[0]

    named = t.transfer if table is t.about else table  # its hash is over both, by one number
    assert (first.table, first.row) == (named.name, str(row))
