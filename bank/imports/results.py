"""What became of a file's rows: the refused ones with their reasons, to read and to give back."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bank.imports.tables import ImportedRow, ParcelImport, RowOutcome
from database.refusals import Refusal


def rows_of(
    session: Session, row: ParcelImport, outcome: RowOutcome, *, offset: int, limit: int
) -> list[ImportedRow]:
    """Some of the import's refused or repaired rows, in the file's order."""
    asked = _of(row, outcome).order_by(ImportedRow.number).offset(offset).limit(limit)
    return list(session.scalars(asked))


def numbers_of(session: Session, row: ParcelImport, outcome: RowOutcome) -> Sequence[int]:
    """The numbers of all the import's refused or repaired rows, in the file's order."""
    asked = _of(row, outcome).with_only_columns(ImportedRow.number).order_by(ImportedRow.number)
    return session.scalars(asked).all()


def refused_rows(session: Session, row: ParcelImport) -> Iterator[ImportedRow]:
    """All refused rows, in the file's order."""
    asked = _of(row, RowOutcome.REFUSED).order_by(ImportedRow.number)
    yield from session.scalars(asked.execution_options(yield_per=1_000))


def _of(row: ParcelImport, outcome: RowOutcome) -> Select[ImportedRow]:
    return select(ImportedRow).where(
        ImportedRow.import_id == row.id, ImportedRow.outcome == outcome
    )


def refusal_of(row: ImportedRow) -> Refusal:
    """The refusal as it was raised, so that it can be told in any reader's language."""
    return rebuilt(row.code, row.message, row.field, row.facts)


def rebuilt(code: str, message: str, field: str | None, facts: dict[str, object]) -> Refusal:
    """A refusal from what was kept of it; of a class that is gone, its message."""
    kind = next((each for each in _kinds(Refusal) if each.code == code), Refusal)
    return kind(message, field=field, **facts)


def _kinds(of: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in of.__subclasses__():
        yield each
        yield from _kinds(each)
