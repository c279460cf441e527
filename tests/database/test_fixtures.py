"""The promises of the database fixtures themselves: nothing stays, copies are apart."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from database.directory import Bank, bank_of
from database.engine import writing

COUNT = text("SELECT count(*) FROM scratch")


def make_scratch(session: Session) -> None:
    session.execute(text("CREATE TABLE scratch (id INTEGER)"))
    session.execute(text("INSERT INTO scratch VALUES (1)"))


def test_a_session_knows_its_bank(session: Session, bank: Bank) -> None:
    assert bank_of(session) is bank


def test_what_a_test_commits_is_there_for_it(session: Session) -> None:
    with writing(session):
        make_scratch(session)
    with writing(session):
        session.execute(text("INSERT INTO scratch VALUES (2)"))
    session.rollback()

    assert session.scalar(COUNT) == 2


def test_and_is_gone_for_the_next(session: Session) -> None:
    with writing(session):
        make_scratch(session)  # the table would be there already

    assert session.scalar(COUNT) == 1


def test_a_committed_bank_is_seen_from_every_connection(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        make_scratch(session)

    with committed_bank.session() as other:
        assert other.scalar(COUNT) == 1


def test_two_new_banks_share_nothing(new_bank) -> None:
    first, second = new_bank(), new_bank(county="330502", name_zh="吴兴区", name_en="Wuxing")
    for bank in (first, second):
        with bank.session() as session, writing(session):
            make_scratch(session)

    assert first.county != second.county
    assert first.settings.files_dir != second.settings.files_dir
