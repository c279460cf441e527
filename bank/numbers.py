"""The numbers that people read: a letter, the year and a serial, such as D-2026-000123."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from bank.calendar import local_date
from database.base import Base


class Serial(Base):
    """The last serial given out under a prefix."""

    __tablename__ = "serial"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


def next_number(session: Session, letter: str, at: datetime) -> str:
    """The next number of its kind in the year of `at`; gaps may occur, doubles may not."""
    prefix = f"{letter}-{local_date(at).year}"
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    session.execute(
        insert(Serial)
        .values(prefix=prefix, last=1)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": Serial.last + 1})
    )
    last = session.scalars(select(Serial.last).where(Serial.prefix == prefix)).one()
    return f"{prefix}-{last:06d}"
