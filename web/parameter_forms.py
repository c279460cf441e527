"""The forms of a parameter table's next version: in a grid, or as text and from a file."""

from typing import Any, Final

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from database.refusals import Refusal
from valuation.parameters.beginning import understood_heads
from valuation.parameters.checking import Row, faults, rows_as_csv, rows_from_csv
from valuation.parameters.finding import ordered
from valuation.parameters.keeping import sound_version
from valuation.parameters.refusals import FileColumnsUnfit
from valuation.parameters.tables import ParameterTable, ParameterVersion
from web import parameter_words as words
from web.clock import now, today
from web.errors import status_of
from web.forms import BankForm
from web.kept_files import KeptFileField
from web.locale import chinese
from web.parameter_grid import MORE, SPARE, Grid, with_words
from web.refusal_texts import refusal_text

DAYS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
LONGEST: Final = 400_000
"""Characters of a pasted table."""
MOST_TOLD: Final = 10
"""So many faulty rows of a text are told at once."""
MOST_IN_GRID: Final = 300
"""A longer table is changed as text: on a page of inputs nobody would find a row."""


class VersionForm(BankForm):
    """From when a version's figures hold, and where they come from."""

    valid_from = DateField(
        _("Hold from"),
        [InputRequired(_("Write the day from which the figures hold."))],
        format=DAYS,
    )
    base_date = DateField(
        _("Base date"),
        [InputRequired(_("Write the date whose prices the figures are in."))],
        format=DAYS,
        description=_("The date whose prices the figures are in; not after the day above."),
    )
    source = StringField(
        _("Source"),
        [DataRequired(_("Say where the figures come from.")), Length(max=200)],
        description=_("The document that sets them: title, number and date."),
    )
    note = StringField(_("Note"), [Optional(), Length(max=200)])
    seen = HiddenField()
    """The digest of the figures that were looked over."""

    def __init__(self, table: ParameterTable, **told: Any) -> None:
        super().__init__(**told)
        self.table = table

    @property
    def newest(self) -> ParameterVersion | None:
        """The version that this one would follow."""
        return self.table.versions[0] if self.table.versions else None

    def before(self) -> list[Row]:
        """The rows of the newest version."""
        return ordered(self.newest) if self.newest else []

    def terms(self) -> dict[str, Any]:
        """What is told of the figures, as the commands take it."""
        return {
            "valid_from": self.valid_from.data or today(),
            "base_date": self.base_date.data or today(),
            "source": self.source.data or "",
            "note": self.note.data or "",
        }

    def sound(self) -> list[Row]:
        """The rows as they would be kept. Refuses: whatever keeping them would refuse."""
        terms = self.terms()
        del terms["note"]
        return sound_version(self.table, newest=self.newest, rows=self.given(), at=now(), **terms)

    def given(self) -> list[Row]:
        """The rows that were sent."""
        raise NotImplementedError

    def show(self, rows: list[Row]) -> None:
        """Put sound rows in place of what was sent."""

    def _faults(self, rows: list[Row]) -> list[Refusal]:
        table = self.table
        return faults(rows, columns=table.columns, kind=table.kind, unit=table.unit)


class GridForm(VersionForm):
    """The rows as inputs; each fault stands at its cell."""

    way = "grid"

    def __init__(self, table: ParameterTable, *, spare: int = SPARE) -> None:
        super().__init__(table)
        if self.is_submitted():
            posted = request.form.items(multi=True)
            self.grid = Grid.of_posted(table, posted, spare=spare)
        else:
            self.grid = Grid.of_rows(table, self.before())

    def sent(self) -> bool:
        """Whether every field is of the right shape; faulty cells are marked in any case."""
        if self.is_submitted():
            self.grid.mark(self._faults(self.given()))
        return super().sent()

    def refuse(self, refusal: Refusal) -> None:
        """A row's fault stands at its cell already; all else as in every form."""
        if "row" in refusal.facts:
            self.status = status_of(refusal)
        else:
            super().refuse(refusal)

    def given(self) -> list[Row]:
        """The rows that were sent, without those left empty or left out."""
        return self.grid.given()


class TextForm(VersionForm):
    """The rows as lines of text, or a file of them."""

    rows = TextAreaField(
        _("Figures"),
        [Optional(), Length(max=LONGEST)],
        description=_(
            "A line for each row, commas between the columns. You can paste cells from a"
            " spreadsheet too; the first line names the columns."
        ),
    )
    file = KeptFileField(
        _("Or a CSV file"),
        description=_("If you choose one, it takes the place of the lines above."),
        instead_of=("rows",),
    )

    way = "text"

    def __init__(self, table: ParameterTable) -> None:
        super().__init__(table)
        self._read: list[Row] = []
        if not self.is_submitted():
            self.show(self.before())

    def given(self) -> list[Row]:
        """The rows that were pasted or sent. Refuses: FileColumnsUnfit, RowsEmpty."""
        text = self._pasted()
        if "\0" in text:
            columns = ", ".join(self.table.columns)
            raise FileColumnsUnfit("no text", field="rows", columns=columns)
        self._read = rows_from_csv(text, columns=understood_heads(self.table.keys))
        return self._read

    def refuse(self, refusal: Refusal) -> None:
        """Of faulty rows not the first alone is told."""
        if "row" not in refusal.facts:
            super().refuse(refusal)
            return
        self.status = status_of(refusal)
        for fault in self._faults(self._read)[:MOST_TOLD]:
            self.add_error("rows", refusal_text(with_words(fault, self.table)))

    def show(self, rows: list[Row]) -> None:
        """Put sound rows in place of what was sent."""
        head = "数值" if chinese() else "value"
        self.rows.data = rows_as_csv(rows, heads=words.heads(self.table), value_head=head)

    def _pasted(self) -> str:
        """The table as text: of the file, if there is one."""
        upload = self.file.data
        if not upload:
            return self.rows.data or ""
        raw = upload.read(LONGEST * 4)
        try:
            return str(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return str(raw.decode("gb18030", errors="replace"))


def version_form(table: ParameterTable) -> GridForm | TextForm:
    """The form for the way that the reader chose; the grid, unless the table is too long for it."""
    newest = table.versions[0] if table.versions else None
    long = newest is not None and len(newest.rows) > MOST_IN_GRID
    if request.values.get("way", "text" if long else "grid") == "text":
        return TextForm(table)
    return GridForm(table, spare=MORE if request.form.get("step") == "more" else SPARE)
