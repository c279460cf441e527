"""Commissions and appraisals of an earlier bank come along, each at its stage, and go back."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from database import migrations
from database.engine import engine_for
from tests.databases import Postgresql, Sqlite

BEFORE = "0007"
USER, AGENCY, ASSET, REPORT = (UUID(int=number) for number in range(1, 5))
DAY, MOMENT = "2026-03-02", "2026-03-02 12:00:00.000000"
CASES = {
    # stage of the commission, of its appraisal → what they are afterwards
    ("engaged", None): ("engaged", None),
    ("engaged", "draft"): ("engaged", "concluded"),
    ("engaged", "signed"): ("engaged", "signed"),
    ("delivered", "issued"): ("accepted", "issued"),
    ("delivered", "superseded"): ("accepted", "superseded"),
    ("withdrawn", "withdrawn"): ("withdrawn", "withdrawn"),
}


@pytest.fixture
def taken_along(backend: Sqlite | Postgresql):
    """A bank of before, with a commission for each case; the engine's address."""

    def key(of: UUID) -> str:
        return of.hex if isinstance(backend, Sqlite) else str(of)

    with backend.fresh() as url:
        migrations.downgrade(url, BEFORE)
        engine = engine_for(url)
        with engine.begin() as connection:
            for statement, told in _rows():
                given = {name: key(v) if isinstance(v, UUID) else v for name, v in told.items()}
                connection.execute(text(statement), given)
        engine.dispose()
        migrations.upgrade(url)
        yield url


def read(url: str, statement: str) -> list[tuple[Any, ...]]:
    engine = engine_for(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return rows


STAGES = (
    "SELECT c.number, c.stage, a.stage FROM commission c"
    " LEFT JOIN appraisal a ON a.commission_id = c.id ORDER BY c.number"
)


def test_each_stands_where_it_stood_and_what_was_delivered_is_accepted(taken_along: str) -> None:
    assert read(taken_along, STAGES) == [
        (f"C-{place}", *after) for place, after in enumerate(CASES.values())
    ]
    told = read(
        taken_along,
        "SELECT count(*), count(c.requested_by), count(c.requested_at), sum(c.fee_fen),"
        " count(s.asset_id), count(c.client_id) FROM commission c"
        " JOIN commission_asset s ON s.commission_id = c.id WHERE c.kind = 'appraisal'",
    )
    assert [tuple(map(int, row)) for row in told] == [(6, 6, 6, 0, 6, 0)]
    delivered = "SELECT number FROM commission WHERE delivered_at IS NOT NULL ORDER BY number"
    assert read(taken_along, delivered) == [("C-3",), ("C-4",)]


def test_the_one_method_becomes_the_one_result_with_a_reason(taken_along: str) -> None:
    rows = read(
        taken_along,
        "SELECT r.number, r.method, r.value_fen, a.value_fen, a.reconciliation, a.sole_ground,"
        " a.concluded_by = a.drafted_by, a.reason <> '' FROM method_result r"
        " JOIN appraisal a ON a.id = r.appraisal_id",
    )
    assert rows == [(1, "income", 7_00, 7_00, "single", None, True, True)] * 5


def test_all_of_it_goes_back(taken_along: str) -> None:
    migrations.downgrade(taken_along, BEFORE)

    assert read(taken_along, STAGES) == [
        (f"C-{place}", *before) for place, before in enumerate(CASES)
    ]
    kept = read(taken_along, "SELECT method, value_fen, inputs, working FROM appraisal")
    assert {row[:2] for row in kept} == {("income", 7_00)}
    assert all("0.06" in str(row[2]) and "a(r,n)" in str(row[3]) for row in kept)
    assert len(read(taken_along, "SELECT id FROM commission WHERE asset_id IS NOT NULL")) == 6


def _rows() -> list[tuple[str, dict[str, object]]]:
    rows: list[tuple[str, dict[str, object]]] = [
        ("INSERT INTO user_account (id, login, login_fingerprint, password_hash, name, locale,"
         " created_at) VALUES (:u, 'x', 'x', 'x', 'x', 'zh', :m)", {"u": USER, "m": MOMENT}),
        ("INSERT INTO agency (id, number, name, licence, stage, applied_at)"
         " VALUES (:g, 'G-1', 'A', 'a', 'admitted', :m)", {"g": AGENCY, "m": MOMENT}),
        ("INSERT INTO division (code, name, kind, lon, lat)"
         " VALUES ('330523', 'x', 'county', 119.6, 30.6)", {}),
        ("INSERT INTO asset (id, number, kind, name, division_code, created_at, created_by)"
         " VALUES (:a, 'A-1', 'woodland', 'x', '330523', :m, :u)",
         {"a": ASSET, "u": USER, "m": MOMENT}),
        ("INSERT INTO document (id, sha256, media_type, size, name, title, uploaded_by,"
         " visibility, created_at)"
         " VALUES (:r, 'x', 'application/pdf', 1, 'x', '', :u, 'office', :m)",
         {"r": REPORT, "u": USER, "m": MOMENT}),
    ]  # fmt: skip
    for place, (commission, appraisal) in enumerate(CASES):
        number = UUID(int=100 + place)
        rows.append(
            ("INSERT INTO commission (id, number, agency_id, stage, engaged_by, engaged_at,"
             " asset_id) VALUES (:i, :n, :g, :s, :u, :m, :a)",
             {"i": number, "n": f"C-{place}", "g": AGENCY, "s": commission, "u": USER,
              "m": MOMENT, "a": ASSET})
        )  # fmt: skip
        if appraisal:
            issued = MOMENT if appraisal in ("issued", "superseded") else None
            rows.append(
                ("INSERT INTO appraisal (id, number, commission_id, asset_id, stage, method,"
                 " inputs, working, value_fen, valuation_date, valid_until, report_id, drafted_by,"
                 " drafted_at, issued_at) VALUES (:i, :n, :i, :a, :s, 'income', :inputs, :working,"
                 " 700, :d, :d, :r, :u, :m, :issued)",
                 {"i": number, "n": f"V-{place}", "a": ASSET, "s": appraisal, "d": DAY, "u": USER,
                  "r": REPORT, "m": MOMENT, "issued": issued, "inputs": '{"rate": "0.06"}',
                  "working": '[{"formula": "a(r,n)"}]'})
            )  # fmt: skip
    return rows
