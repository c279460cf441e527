"""How a value answers to its rate, its prices and its term, for programs."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from valuation.sensitivity import DRIVERS, STEPS, sensitivity
from web.api.blueprint import bp
from web.api.valuations import ComputeIn
from web.permissions import public

LOWEST, HIGHEST, MOST = -90, 400, 41


class SensitivityIn(ComputeIn):
    """The inputs of a method, and by how much they are varied."""

    steps = fields.List(
        fields.Integer(validate=validate.Range(LOWEST, HIGHEST)),
        load_default=list(STEPS),
        validate=validate.Length(1, MOST),
        metadata={"description": "Per cent; 0 is always among them."},
    )


class RefusedOut(ma.Schema):
    """Why the method gives no value there."""

    code = fields.String(required=True)
    message_zh = fields.String(required=True)
    message_en = fields.String(required=True)


class PointOut(ma.Schema):
    """The value where one driver is varied."""

    percent = fields.Integer(required=True)
    given = fields.String(
        required=True,
        metadata={"description": "The varied input; empty where several are varied together."},
    )
    difference = fields.String(
        required=True,
        metadata={"description": "Percentage points of a rate, years of a term, else the unit."},
    )
    value_fen = fields.Integer(required=True, allow_none=True)
    change_ppm = fields.Integer(required=True, allow_none=True)
    refused = fields.Nested(RefusedOut, required=True, allow_none=True)


class LineOut(ma.Schema):
    """One driver and the values along it."""

    driver = fields.String(required=True, metadata={"enum": list(DRIVERS)})
    varied = fields.List(fields.String(), required=True, data_key="fields")
    label_zh = fields.String(required=True)
    label_en = fields.String(required=True)
    unit_zh = fields.String(required=True)
    unit_en = fields.String(required=True)
    points = fields.List(fields.Nested(PointOut), required=True)


class SensitivityOut(ma.Schema):
    """The value as it is, and a line for each of rate, price and term that the method has."""

    method = fields.String(required=True)
    value_fen = fields.Integer(required=True)
    lines = fields.List(fields.Nested(LineOut), required=True)


@bp.post("/valuations/<name>/sensitivity", tags=["Valuations"])
@public
@bp.arguments(SensitivityIn)
@bp.response(200, SensitivityOut)
def vary_valuation(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Vary a valuation's rate, price and term

    Each alone, all else as given. A point that the method refuses says why. Nothing is kept, so it
    needs neither a session nor a CSRF token.
    """
    found = sensitivity(name, body["inputs"], steps=body["steps"]).model_dump(mode="json")
    for line in found["lines"]:
        line["varied"] = line.pop("fields")
    return found
