"""Parameter tables for programs: which hold on a day, and the figures of a version."""

from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from valuation.parameters import finding
from valuation.parameters.checking import VALUE
from valuation.parameters.refusals import NoSuchVersion
from valuation.parameters.tables import ParameterKind, ParameterTable, ParameterVersion
from web.api.blueprint import bp
from web.api.shapes import PageOut, choice, whole_list
from web.clock import today
from web.permissions import public
from web.session import request_session

TAGS = ["Parameters"]
MOST = 1_000_000


class ParametersIn(ma.Schema):
    """For which day."""

    on = fields.Date(
        metadata={"description": "A day in China, as 2026-03-01; today if unsaid."},
    )


class ParameterTableIn(ParametersIn):
    """For which day, or which version."""

    version = fields.Integer(
        validate=validate.Range(1, MOST),
        metadata={
            "description": "A version by its number; the one that holds on the day if unsaid."
        },
    )


class KeyOut(ma.Schema):
    """A column by which rows are found."""

    name = fields.String(required=True)
    label_zh = fields.String(required=True)
    label_en = fields.String(required=True)


class ParameterVersionOut(ma.Schema):
    """A version of a table; it never changes."""

    number = fields.Integer(required=True)
    valid_from = fields.Date(required=True)
    base_date = fields.Date(
        required=True, metadata={"description": "The date whose prices the figures are in."}
    )
    source = fields.String(required=True)
    note = fields.String(required=True)
    digest = fields.String(
        required=True, metadata={"description": "SHA-256 of the rows; appraisals quote it."}
    )


class ParameterTableOut(ma.Schema):
    """A table, and the version that holds."""

    code = fields.String(required=True, metadata={"example": "capitalisation_rate"})
    kind = choice(ParameterKind, required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "`a year`, `yuan/m2` …"})
    keys = fields.List(fields.Nested(KeyOut), required=True)
    version = fields.Nested(
        ParameterVersionOut,
        required=True,
        allow_none=True,
        metadata={"description": "None where no version holds yet."},
    )


class ParameterTablesOut(PageOut):
    """All tables."""

    items = fields.List(fields.Nested(ParameterTableOut), required=True)


class ParameterRowOut(ma.Schema):
    """One figure."""

    keys = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    value = fields.String(required=True, metadata={"description": "Exact decimal text."})


class ParameterFiguresOut(ParameterTableOut):
    """A table with a version's figures."""

    rows = fields.List(fields.Nested(ParameterRowOut), required=True)
    versions = fields.List(fields.Nested(ParameterVersionOut), required=True)


@bp.get("/parameters", tags=TAGS)
@public
@bp.arguments(ParametersIn, location="query")
@bp.response(200, ParameterTablesOut)
def list_parameters(asked: dict[str, Any]) -> dict[str, Any]:
    """List the parameter tables

    Rates, coefficients, prices and costs that appraisers may take, each with the version that
    holds on the day.
    """
    on: date = asked.get("on") or today()
    tables = finding.all_tables(request_session())
    return whole_list([_table(each, finding.find_version_in_force(each, on)) for each in tables])


@bp.get("/parameters/<code>", tags=TAGS)
@public
@bp.arguments(ParameterTableIn, location="query")
@bp.response(200, ParameterFiguresOut)
def show_parameters(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Show one table with its figures

    Those that hold on the day, or those of an older version. 404 if there are none.
    """
    session = request_session()
    table = finding.get_table(session, code)
    if "version" in asked:
        version = finding.get_version(session, code, asked["version"])
    else:
        found = finding.find_version_in_force(table, asked.get("on") or today())
        if found is None:
            raise NoSuchVersion("no version holds on that day", table=code)
        version = found
    rows = [
        {"keys": row["keys"], "value": f"{Decimal(row[VALUE]):f}"}
        for row in finding.ordered(version)
    ]
    return _table(table, version) | {"rows": rows, "versions": table.versions}


def _table(table: ParameterTable, version: ParameterVersion | None) -> dict[str, Any]:
    names = ("code", "kind", "name_zh", "name_en", "unit", "keys")
    return {name: getattr(table, name) for name in names} | {"version": version}
