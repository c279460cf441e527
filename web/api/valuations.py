"""Valuation methods for programs: their fields, and computing one with its working."""

from typing import Any, get_args

import marshmallow as ma
from marshmallow import fields

from valuation import methods
from valuation.methods import Method
from valuation.methods.parameters import Kind
from valuation.methods.result import Purpose
from web.api.blueprint import bp
from web.api.shapes import PageOut, whole_list
from web.permissions import public

TAGS = ["Valuations"]


class ChoiceOut(ma.Schema):
    """An option of a choice field."""

    value = fields.String(required=True)
    label_zh = fields.String(required=True)
    label_en = fields.String(required=True)


class FieldOut(ma.Schema):
    """One input of a method."""

    name = fields.String(required=True)
    label_zh = fields.String(required=True)
    label_en = fields.String(required=True)
    unit_zh = fields.String(required=True)
    unit_en = fields.String(required=True)
    kind = fields.String(
        required=True,
        metadata={"enum": list(get_args(Kind))},
    )
    required = fields.Boolean(required=True)
    default = fields.String(allow_none=True)
    hint_zh = fields.String(required=True)
    hint_en = fields.String(required=True)
    choices = fields.List(fields.Nested(ChoiceOut), required=True)
    columns = fields.List(
        fields.Nested(lambda: FieldOut()),
        required=True,
        metadata={"description": "The inputs of each row of `comparables` and of `rows`."},
    )


class MethodOut(ma.Schema):
    """A valuation method."""

    name = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    purpose = fields.String(
        required=True,
        metadata={
            "enum": list(get_args(Purpose)),
            "description": "`value`: what an asset is worth; `deal`: a figure a deal needs; "
            "`measure`: one that enters other computations and is never added to a value.",
        },
    )
    unit = fields.String(
        required=True, metadata={"description": "Of the result: `yuan`, `a year`, `years` …"}
    )
    standard = fields.String(required=True)
    when_to_use_zh = fields.String(required=True)
    when_to_use_en = fields.String(required=True)
    inputs = fields.List(fields.Nested(FieldOut), required=True, data_key="fields")


class MethodsOut(PageOut):
    """All valuation methods."""

    items = fields.List(fields.Nested(MethodOut), required=True)


class ComputeIn(ma.Schema):
    """The inputs of a method, by the names of its fields."""

    inputs = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "description": "Decimals as text, so that none is lost.",
            "example": {
                "income_yuan": "20000",
                "amounts_per": "whole",
                "rate": "0.06",
                "duration": "term",
                "term_years": "20",
            },
        },
    )


class StepOut(ma.Schema):
    """One line of the working."""

    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    formula = fields.String(required=True)
    figure = fields.String(required=True)
    unit = fields.String(required=True)
    unit_zh = fields.String(required=True)


class ValuationOut(ma.Schema):
    """A computed value, and how it came about."""

    method = fields.String(required=True)
    figure = fields.String(
        required=True, metadata={"description": "The result as exact decimal text, in `unit`."}
    )
    unit = fields.String(required=True)
    unit_zh = fields.String(required=True)
    value_fen = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of money only, in whole fen."}
    )
    parts = fields.List(
        fields.Nested(StepOut),
        required=True,
        metadata={"description": "Figures that belong to the result, such as each one's share."},
    )
    working = fields.List(fields.Nested(StepOut), required=True)
    inputs = fields.Dict(
        required=True, metadata={"description": "As understood; computing them again is equal."}
    )


@bp.get("/valuations", tags=TAGS)
@public
@bp.response(200, MethodsOut)
def list_methods() -> dict[str, Any]:
    """List the valuation methods with their inputs"""
    return whole_list([_method(each) for each in methods.METHODS.values()])


@bp.post("/valuations/<name>", tags=TAGS)
@public
@bp.arguments(ComputeIn)
@bp.response(200, ValuationOut)
def compute_valuation(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Compute a valuation, with its working

    `GET /valuations` lists the methods and the inputs of each. The result is one figure with its
    unit, its parts, and every step of the working in Chinese and English.

    Nothing is kept, so it needs neither a session nor a CSRF token. 422 names every input at fault.
    """
    return methods.solve(name, body["inputs"]).model_dump(mode="json")


def _method(method: Method[Any]) -> dict[str, Any]:
    told = {
        name: getattr(method, name)
        for name in (
            "name", "name_zh", "name_en", "purpose", "unit", "standard",
            "when_to_use_zh", "when_to_use_en",
        )
    }  # fmt: skip
    return told | {"inputs": [spec.model_dump(mode="json") for spec in methods.fields(method.name)]}
