"""Transactions and sessions: who waits for whom, and what stays usable."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from database.directory import Bank
from database.engine import writing


def test_who_has_written_reads_without_keeping_others_from_writing(committed_bank: Bank) -> None:
    """A session keeps its connection, but not the lock with which it wrote."""
    with committed_bank.session() as one, committed_bank.session() as other:
        with writing(one):
            one.execute(text("INSERT INTO serial (prefix, last) VALUES ('a', 1)"))
        one.execute(text("SELECT 1"))

        with writing(other):
            other.execute(text("UPDATE serial SET last = 2"))

        one.rollback()
        assert one.scalar(text("SELECT last FROM serial")) == 2


def test_a_session_is_usable_after_it_was_closed(committed_bank: Bank) -> None:
    session = committed_bank.session()
    assert session.scalar(text("SELECT 1")) == 1
    session.close()

    with writing(session):
        session.execute(text("INSERT INTO serial (prefix, last) VALUES ('a', 1)"))

    assert session.scalar(text("SELECT last FROM serial")) == 1
    session.close()


def test_a_session_is_usable_after_its_transaction_failed(committed_bank: Bank) -> None:
    with committed_bank.session() as session:
        with pytest.raises(DBAPIError), writing(session):
            session.execute(text("INSERT INTO nowhere VALUES (1)"))

        with writing(session):
            session.execute(text("INSERT INTO serial (prefix, last) VALUES ('a', 1)"))

        assert session.scalar(text("SELECT last FROM serial")) == 1


def test_closed_sessions_give_their_connections_back(committed_bank: Bank) -> None:
    for _ in range(50):
        with committed_bank.session() as session:
            session.execute(text("SELECT 1"))

    assert committed_bank.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
