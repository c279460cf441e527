"""Statements to take along: an account in one unit as PDF, workbook or CSV, for its reader."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import BinaryIO, Final

from flask import Response, abort, request, send_file, url_for
from flask_babel import gettext as _

from bank import accounts, typeface
from bank.area import format_mu
from bank.calendar import SHANGHAI, midnight
from bank.money import format_yuan
from ledger.export import (
    Labels,
    Paper,
    Statement,
    Style,
    Typeface,
    statement_csv,
    statement_rows,
    write_statement_pdf,
    write_statement_xlsx,
)
from ledger.log import latest_checkpoint
from ledger.reading import Line
from web.clock import now
from web.filters import day, moment
from web.session import request_session
from web.square_codes import public_address

TYPEFACE: Final = Typeface(typeface.TYPEFACE.regular, typeface.TYPEFACE.bold)
MOST_PRINTED: Final = 20_000
"""How many lines one PDF may have: some thousand pages, in a few seconds."""
MU_PER_DM2: Final = Decimal("0.000015")


class Form(StrEnum):
    """As what a statement is taken along; the value is the end of the file's name."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"


MEDIA_TYPES: Final = {
    Form.PDF: "application/pdf",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}


def requested_form() -> Form:
    """What the reader asked for (`?form=`); 404 for anything else."""
    try:
        return Form(request.args.get("form", Form.PDF))
    except ValueError:
        abort(404)


def requested_days() -> tuple[date | None, date | None]:
    """The first and the last day that the reader asked for; 400 for what is no day."""
    try:
        since, until = (
            date.fromisoformat(text) if (text := request.args.get(name, "")) else None
            for name in ("since", "until")
        )
    except ValueError:
        abort(400)
    if until == date.max or since == date.min:
        abort(400)
    return since, until


def download(
    account: str,
    unit: str,
    form: Form,
    *,
    facts: Sequence[tuple[str, str]],
    what: Callable[[Line], str],
    other: Callable[[Line], str],
    days: tuple[date | None, date | None] = (None, None),
) -> Response:
    """The account's statement as a file, for whoever may see all of it: the caller asks that.

    A PDF of more than MOST_PRINTED lines is answered with 413: take the workbook, or a shorter
    period. Refuses: UnknownAccount, UnknownUnit.
    """
    session = request_session()
    since, until = days
    statement = statement_rows(
        session,
        account,
        unit,
        since=None if since is None else midnight(since),
        until=None if until is None else midnight(until + timedelta(days=1)),
    )
    if form is Form.PDF and statement.count > MOST_PRINTED:
        abort(413)
    paper = Paper(
        title=_("Statement of account"),
        facts=[*facts, (_("Period"), _period(since, until))],
        labels=_labels(),
        style=_style(unit, what, other),
        made_at=now(),
        checkpoint=latest_checkpoint(session),
        address=public_address(url_for("ledger.index")),
    )
    into = BytesIO()
    _write(statement, paper, form, into)
    into.seek(0)
    name = re.sub(r"[^A-Za-z0-9-]+", "-", f"{account}-{unit}").strip("-")
    return send_file(
        into,
        mimetype=MEDIA_TYPES[form],
        as_attachment=True,
        download_name=f"statement-{name}.{form.value}",
        etag=False,
    )


def _write(statement: Statement, paper: Paper, form: Form, into: BinaryIO) -> None:
    match form:
        case Form.PDF:
            write_statement_pdf(statement, paper, TYPEFACE, into)
        case Form.XLSX:
            write_statement_xlsx(statement, paper, into)
        case Form.CSV:
            for text in statement_csv(statement, paper):
                into.write(text.encode())


def _period(since: date | None, until: date | None) -> str:
    if since is None and until is None:
        return str(_("from the first entry to now"))
    if since is None:
        return str(_("up to %(until)s", until=day(until)))
    if until is None:
        return str(_("from %(since)s", since=day(since)))
    return str(_("%(since)s to %(until)s", since=day(since), until=day(until)))


def _labels() -> Labels:
    return Labels(
        opening=_("Opening balance"),
        closing=_("Closing balance"),
        date=_("Date"),
        what=_("What happened"),
        other=_("Other account"),
        incoming=_("Came in"),
        outgoing=_("Went out"),
        balance=_("Balance"),
        number=_("Entry no."),
        nothing=_("Nothing happened in this period."),
        made_at=_("Made at"),
        sealed=_("Sealed entries in the bank's log, and their root:"),
        page=_("Page {page} of {pages}"),
    )


def _style(unit: str, what: Callable[[Line], str], other: Callable[[Line], str]) -> Style:
    quantity: Callable[[int], str]
    number: Callable[[int], Decimal]
    if unit == accounts.CNY:
        quantity, number, number_format = format_yuan, lambda n: Decimal(n) / 100, "#,##0.00"
    elif unit.startswith("land"):
        quantity, number = lambda n: format_mu(n, 4), lambda n: round(n * MU_PER_DM2, 4)
        number_format = "#,##0.0000"
    else:
        quantity, number, number_format = lambda n: f"{n:,}", Decimal, "#,##0"
    return Style(
        quantity=quantity,
        number=number,
        number_format=number_format,
        what=what,
        other=other,
        moment=moment,
        zone=SHANGHAI,
    )


def counted_in(unit: str) -> str:
    """What the statement's numbers count."""
    if unit == accounts.CNY:
        return str(_("yuan"))
    if unit.startswith("land"):
        return str(_("mu"))
    if unit == accounts.REPORT:
        return str(_("reports"))
    return str(_("shares")) if unit.startswith("share") else unit
