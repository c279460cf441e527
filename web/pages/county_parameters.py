"""The county's desk for parameter tables: a new version is looked over before it is kept."""

from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from bank.parameters.keeping import add_version
from valuation.parameters import finding
from valuation.parameters.beginning import understood_heads
from valuation.parameters.checking import digest_of, rows_as_csv, rows_from_csv, sound_rows
from valuation.parameters.refusals import FileColumnsUnfit
from valuation.parameters.tables import ParameterTable, ParameterVersion
from web import parameter_words as words
from web.clock import now, today
from web.forms import BankForm, page, submitting
from web.kept_files import KeptFileField
from web.limits import FILES, limiter
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("county_parameters", __name__, url_prefix="/county/parameters")

DAYS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
LONGEST: Final = 400_000
"""Characters of a pasted table."""


class VersionForm(BankForm):
    """A new version: the figures, from when they hold, and where they come from."""

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

    def pasted(self) -> str:
        """The table as text: of the file, if there is one."""
        upload = self.file.data
        if not upload:
            return self.rows.data or ""
        raw = upload.read(LONGEST * 4)
        try:
            return str(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return str(raw.decode("gb18030", errors="replace"))


@bp.get("")
@county_required
def index() -> ResponseReturnValue:
    """Every table, with the version that holds."""
    rows = words.listed(request_session(), today())
    for row in rows:
        row["url"] = url_for(".show", code=row["code"])
    return page("county/parameters.html", rows=rows)


@bp.route("/<code>", methods=["GET", "POST"])
@county_required
@limiter.limit(FILES, methods=["POST"])
def show(code: str) -> ResponseReturnValue:
    """One table: its versions, and a new one that is looked over, then kept."""
    session = request_session()
    table = finding.get_table(session, code)
    newest = table.versions[0] if table.versions else None
    form = VersionForm()
    preview: dict[str, Any] | None = None
    kept: ParameterVersion | None = None
    if form.sent():
        with submitting(form):
            preview = _entered(form, table)
            if request.form.get("step") == "keep" and form.seen.data == preview["digest"]:
                kept = _keep(form, code, preview["rows"])
        if form.accepted and kept is not None:
            flash(gettext("Version %(number)s is kept.", number=kept.number), "success")
            return redirect(url_for("parameters.version", code=code, number=kept.number))
        if preview is not None:
            form.seen.data = preview["digest"]
            form.rows.data = preview["text"]
    elif not form.is_submitted():
        form.rows.data = _as_text(table, finding.ordered(newest) if newest else [])
    before = finding.ordered(newest) if newest else []
    return page(
        "county/parameter.html",
        form,
        table=table,
        name=words.table_name(table),
        unit=words.unit_words(table),
        newest=newest,
        preview=words.comparison(request_session(), table, before, preview["rows"])
        if preview and form.status == 200
        else None,
    )


def _keep(form: VersionForm, code: str, rows: list[dict[str, Any]]) -> ParameterVersion:
    return add_version(
        request_session(),
        code,
        rows=rows,
        valid_from=form.valid_from.data or today(),
        base_date=form.base_date.data or today(),
        source=form.source.data or "",
        note=form.note.data or "",
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )


def _entered(form: VersionForm, table: ParameterTable) -> dict[str, Any]:
    """The rows that were pasted or sent, sound. Refuses: what `sound_rows` refuses."""
    text = form.pasted()
    if "\0" in text:
        raise FileColumnsUnfit("no text", field="rows", columns=", ".join(table.columns))
    given = rows_from_csv(text, columns=understood_heads(table.keys))
    rows = sound_rows(given, columns=table.columns, kind=table.kind, unit=table.unit)
    return {"rows": rows, "digest": digest_of(rows), "text": _as_text(table, rows)}


def _as_text(table: ParameterTable, rows: list[dict[str, Any]]) -> str:
    return rows_as_csv(
        rows, heads=words.heads(table), value_head="数值" if words.chinese() else "value"
    )
