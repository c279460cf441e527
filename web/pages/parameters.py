"""The parameter tables for everybody to read: rates, coefficients, prices, costs, with source."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from valuation.parameters import finding
from valuation.parameters.tables import ParameterVersion
from web import parameter_words as words
from web.clock import today
from web.forms import page
from web.permissions import public
from web.session import request_session

bp = Blueprint("parameters", __name__, url_prefix="/parameters")


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """Every table, with the version that holds today."""
    rows = words.listed(request_session(), today())
    for row in rows:
        row["url"] = url_for(".show", code=row["code"])
    return page("parameters/index.html", rows=rows)


@bp.get("/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    """One table as it holds today, and its versions."""
    table = finding.get_table(request_session(), code)
    version = finding.find_version_in_force(table, today())
    return _show(code, version)


@bp.get("/<code>/<int:number>")
@public
def version(code: str, number: int) -> ResponseReturnValue:
    """One version of a table, as it was kept."""
    return _show(code, finding.get_version(request_session(), code, number))


def _show(code: str, shown: ParameterVersion | None) -> ResponseReturnValue:
    session = request_session()
    table = finding.get_table(session, code)
    holds = finding.find_version_in_force(table, today())
    earlier = [each for each in table.versions if shown and each.number == shown.number - 1]
    return page(
        "parameters/show.html",
        table=table,
        name=words.table_name(table),
        unit=words.unit_words(table),
        shown=shown,
        holds=holds,
        sheet=words.sheet(session, shown) if shown else None,
        changed=words.comparison(session, table, earlier[0].rows, shown.rows)
        if shown and earlier
        else None,
        versions=[
            {
                "url": url_for(".version", code=code, number=each.number),
                "number": each.number,
                "valid_from": each.valid_from,
                "base_date": each.base_date,
                "source": each.source,
                "note": each.note,
                "entered": each.entered_at,
            }
            for each in table.versions
        ],
    )
