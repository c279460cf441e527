"""The county's desk for parameter tables: a new version is looked over before it is kept."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bank.parameters.keeping import add_version
from valuation.parameters import finding
from valuation.parameters.checking import Row, digest_of
from valuation.parameters.tables import ParameterVersion
from web import parameter_words as words
from web.clock import now, today
from web.forms import page, submitting
from web.limits import FILES, limiter
from web.parameter_forms import GridForm, TextForm, version_form
from web.permissions import actor, county_required
from web.session import request_session

bp = Blueprint("county_parameters", __name__, url_prefix="/county/parameters")


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
    """One table: a new version, in a grid or as text, that is looked over, then kept."""
    form = version_form(finding.get_table(request_session(), code))
    step = request.form.get("step")
    rows: list[Row] | None = None
    kept: ParameterVersion | None = None
    if step != "more" and form.sent():
        with submitting(form):
            rows = form.sound()
            if step == "keep" and form.seen.data == digest_of(rows):
                kept = _keep(form, code, rows)
        if form.accepted and kept is not None:
            flash(gettext("Version %(number)s is kept.", number=kept.number), "success")
            return redirect(url_for("parameters.version", code=code, number=kept.number))
    return page(
        "county/parameter.html",
        form,
        table=form.table,
        name=words.table_name(form.table),
        unit=words.unit_words(form.table),
        newest=form.newest,
        **looked_over(form, rows),
    )


def looked_over(form: GridForm | TextForm, rows: list[Row] | None) -> dict[str, Any]:
    """For the page: the comparison with the newest version if rows are sound, and faulty cells."""
    wrong = form.grid.wrong() if isinstance(form, GridForm) else []
    told: dict[str, Any] = {"wrong": wrong, "failed": bool(form.errors or wrong), "preview": None}
    if rows is not None and form.status == 200:
        form.seen.data = digest_of(rows)
        form.show(rows)
        preview = words.comparison(request_session(), form.table, form.before(), rows)
        unknown = words.unknown_keys(request_session(), rows)
        told["preview"] = preview | form.terms() | {"unknown": unknown}
    return told


def _keep(form: GridForm | TextForm, code: str, rows: list[Row]) -> ParameterVersion:
    return add_version(
        request_session(),
        code,
        rows=rows,
        **form.terms(),
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )
