"""A statement as CSV for spreadsheets."""

from collections.abc import Iterator

from ledger.export.spreadsheet_csv import EXACT_DIGITS, cell_text, csv_text, wall_time
from ledger.export.statement import Paper, Statement


def statement_csv(statement: Statement, paper: Paper) -> Iterator[str]:
    """The statement's opening, lines and closing as a table; text in parts, as it comes.

    Quantities are plain decimal numbers in the reader's unit; texts as `cell_text` makes them.
    """
    labels = paper.labels
    head = (
        labels.date, labels.what, labels.other, labels.incoming, labels.outgoing, labels.balance,
        labels.number,
    )  # fmt: skip
    yield from csv_text([cell_text(words) for words in head], _rows(statement, paper))


def _rows(statement: Statement, paper: Paper) -> Iterator[tuple[str, ...]]:
    labels, style = paper.labels, paper.style

    def number(quantity: int) -> str:
        return cell_decimal(f"{style.number(quantity):f}")

    yield "", cell_text(labels.opening), "", "", "", number(statement.opening), ""
    for line in statement.lines:
        amount = number(abs(line.quantity))
        yield (
            wall_time(line.occurred_at, style.zone),
            cell_text(style.what(line)),
            cell_text(style.other(line)),
            amount if line.quantity > 0 else "",
            amount if line.quantity < 0 else "",
            number(line.balance),
            str(line.number),
        )
    yield (
        "",
        cell_text(labels.closing),
        "",
        number(statement.incoming),
        number(statement.outgoing),
        number(statement.closing),
        "",
    )


def cell_decimal(number: str) -> str:
    """A decimal number; after an apostrophe if a spreadsheet would not keep all its digits."""
    digits = sum(character.isdigit() for character in number)
    return f"'{number}" if digits > EXACT_DIGITS else number
