"""Agencies of an earlier bank come along: admitted with what they were for, or as drafts."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from database import migrations
from database.engine import engine_for
from tests.databases import Postgresql, Sqlite

BEFORE = "0006"
USER, KEPT, WAITING = (UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize("with_appraiser", [True, False])
def test_what_an_agency_was_for_becomes_a_qualification(
    backend: Sqlite | Postgresql, with_appraiser: bool
) -> None:
    sqlite = isinstance(backend, Sqlite)

    def key(of: UUID) -> str:
        return of.hex if sqlite else str(of)

    with backend.fresh() as url:
        migrations.downgrade(url, BEFORE)
        engine = engine_for(url)
        with engine.begin() as connection:
            for statement in _rows(with_appraiser):
                connection.execute(
                    text(statement), {"u": key(USER), "a": key(KEPT), "b": key(WAITING)}
                )
        engine.dispose()
        migrations.upgrade(url)
        engine = engine_for(url)
        with engine.connect() as connection:
            stages = connection.execute(text("SELECT name, stage FROM agency ORDER BY name")).all()
            papers = connection.execute(
                text("SELECT a.name, q.kind, q.valid_until, q.checked_at IS NOT NULL"
                     " FROM qualification q JOIN agency a ON a.id = q.agency_id ORDER BY a.name")
            ).all()  # fmt: skip
            checked = connection.execute(text("SELECT checked_at IS NOT NULL FROM appraiser")).all()
        engine.dispose()
        migrations.downgrade(url, BEFORE)
        engine = engine_for(url)
        with engine.connect() as connection:
            back = connection.execute(
                text("SELECT name, kind, admitted_at IS NULL FROM agency ORDER BY name")
            ).all()
        engine.dispose()

    until = date(2031, 12, 31) if with_appraiser else date(2027, 11, 23)
    assert [tuple(row) for row in stages] == [("A", "admitted"), ("B", "draft")]
    assert [(row[0], row[1], str(row[2]), bool(row[3])) for row in papers] == [
        ("A", "appraisal", str(until), True),
        ("B", "planning", "2027-11-23", False),
    ]
    assert [bool(row[0]) for row in checked] == [True] * with_appraiser
    assert [(row[0], row[1], bool(row[2])) for row in back] == [
        ("A", "appraisal", False),
        ("B", "planning", True),
    ]


def _rows(with_appraiser: bool) -> list[str]:
    rows = [
        "INSERT INTO user_account (id, login, login_fingerprint, password_hash, name, locale,"
        " created_at) VALUES (:u, 'x', 'x', 'x', 'x', 'zh', '2026-03-02 12:00:00.000000')",
        "INSERT INTO agency (id, number, name, licence, kind, admitted_at)"
        " VALUES (:a, 'G-1', 'A', 'a', 'appraisal', '2026-03-02 12:00:00.000000')",
        "INSERT INTO agency (id, number, name, licence, kind)"
        " VALUES (:b, 'G-2', 'B', 'b', 'planning')",
    ]
    if with_appraiser:
        rows.append(
            "INSERT INTO appraiser (user_id, agency_id, name, qualification_number,"
            " qualified_until) VALUES (:u, :a, 'x', 'x', '2031-12-31')"
        )
    return rows
