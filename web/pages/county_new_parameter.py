"""The county opens a parameter table: first what it is, then its first figures; both at once."""

from collections.abc import Container
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bank.parameters.keeping import open_with_version
from valuation.parameters.checking import digest_of
from valuation.parameters.keeping import require_new_code, sound_table
from valuation.parameters.tables import ParameterTable, ParameterVersion
from web import parameter_words as words
from web.clock import now
from web.forms import page, submitting
from web.pages.county_parameters import looked_over
from web.parameter_describing import DescriptionForm
from web.parameter_forms import GridForm
from web.parameter_grid import FIRST_SPARE, MORE, SPARE
from web.permissions import actor, county_required

bp = Blueprint("county_new_parameter", __name__, url_prefix="/county/parameters/tables")

_UNTYPED = frozenset({"csrf_token", "key", "step", "seen"})
SPARES = {"rows": FIRST_SPARE, "more": MORE}


@bp.route("/new", methods=["GET", "POST"])
@county_required
def new() -> ResponseReturnValue:
    """A table is described, filled, looked over and opened; nothing is kept before."""
    described = DescriptionForm()
    step = request.form.get("step", "")
    table = _table(described, step)
    if table is None or step == "describe":
        names = set(described.data)
        return page("county/parameter_new.html", described, carried=_carried(names, without=True))
    return _first_version(described, table, step)


def _table(form: DescriptionForm, step: str) -> ParameterTable | None:
    """What was described, if it is sound; kept it is by the command alone."""
    table: ParameterTable | None = None
    if form.sent():
        with submitting(form) as session:
            told = form.description()
            table = sound_table(told)
            if step != "keep":
                require_new_code(session, told.code)
    return table if form.accepted else None


def _first_version(
    described: DescriptionForm, table: ParameterTable, step: str
) -> ResponseReturnValue:
    form = GridForm(table, spare=SPARES.get(step, SPARE))
    rows = None
    kept: ParameterVersion | None = None
    if step in ("preview", "keep") and form.sent():
        with submitting(form) as session:
            rows = form.sound()
            if step == "keep" and form.seen.data == digest_of(rows):
                kept = open_with_version(
                    session,
                    described.description(),
                    rows=rows,
                    **form.terms(),
                    actor=actor(),
                    at=now(),
                    key=form.key.data or "",
                )
        if form.accepted and kept is not None:
            flash(gettext("The table is open, and version 1 is kept."), "success")
            return redirect(url_for("parameters.version", code=table.code, number=kept.number))
    return page(
        "county/parameter_first.html",
        form,
        table=table,
        name=words.table_name(table),
        unit=words.unit_words(table),
        heads=words.heads(table),
        carried=_carried(set(described.data)),
        **looked_over(form, rows),
    )


def _carried(names: Container[str], *, without: bool = False) -> list[tuple[str, Any]]:
    """What was typed on the other of the two pages, to be sent along unseen."""
    return [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in _UNTYPED and (name in names) != without
    ]
