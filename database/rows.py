"""Finding one row by its key: as the session knows it, or fresh and locked."""

from typing import Any, TypeVar

from sqlalchemy.orm import Session

from database.base import Base

Row = TypeVar("Row", bound=Base)


def find_row(session: Session, table: type[Row], key: Any, *, lock: bool = False) -> Row | None:
    """The row of this key, or None.

    Locked, it is what the database says now: another writer may have been first, and an object
    that the session read earlier would not tell. What the session has not written yet is written
    before, so that it is not lost to the fresh row. On SQLite the writer holds the whole bank.
    """
    if not lock:
        return session.get(table, key)
    session.flush()
    return session.get(table, key, with_for_update={"of": table}, populate_existing=True)
