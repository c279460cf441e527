"""The rulebook and the townships for programs: what the law sets, and where things lie."""

import json
from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import fields

from bank import rules
from bank.maps import outlines
from bank.noticeboard import towns
from bank.rules import Rule, Value
from web.api.blueprint import bp
from web.api.catalogue import GeometryIn
from web.api.shapes import Geometry, PageOut, whole_list
from web.clock import today
from web.permissions import public
from web.session import request_session


class RulesIn(ma.Schema):
    """For which day."""

    on = fields.Date(
        metadata={"description": "A day in China, as 2026-03-01; today if unsaid."},
    )


class RuleOut(ma.Schema):
    """One parameter, as it stands on the day."""

    name = fields.String(required=True, metadata={"example": "notice.deposit.days"})
    topic = fields.String(required=True)
    label_zh = fields.String(required=True)
    label_en = fields.String(required=True)
    value = fields.Raw(
        required=True,
        metadata={
            "type": ["integer", "boolean", "string"],
            "description": "A whole number, true or false; a fraction or decimal as text: "
            "`2/3`, `0.30`.",
        },
    )
    unit = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_to = fields.Date(
        allow_none=True, metadata={"description": "The day on which it no longer holds."}
    )
    source = fields.String(required=True)
    source_zh = fields.String(required=True, metadata={"description": "With titles in full."})
    source_en = fields.String(required=True)
    note = fields.String(required=True)
    configurable = fields.Boolean(
        required=True, metadata={"description": "No statute sets it; the county may."}
    )


class RulesOut(PageOut):
    """The rules of one day."""

    on = fields.Date(required=True)
    items = fields.List(fields.Nested(RuleOut), required=True)


@bp.get("/rules", tags=["Rules"])
@public
@bp.arguments(RulesIn, location="query")
@bp.response(200, RulesOut)
def list_rules(asked: dict[str, Any]) -> dict[str, Any]:
    """List the rules in force on a day

    Every day count, vote fraction, cap and ratio the bank goes by, with its source.
    """
    on: date = asked.get("on") or today()
    return whole_list([_rule(each) for each in rules.all_rules(on)]) | {"on": on}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        name: getattr(rule, name)
        for name in (
            "name", "topic", "label_zh", "label_en", "unit",
            "valid_from", "valid_to", "source", "note", "configurable",
        )
    } | {
        "value": _plain(rule.value),
        "source_zh": rule.citation("zh"),
        "source_en": rule.citation("en"),
    }  # fmt: skip


def _plain(value: Value) -> int | str:
    return value if isinstance(value, int) else str(value)


class TownOut(ma.Schema):
    """A township."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    lon = fields.Float(required=True, metadata={"description": "Its centre, in degrees."})
    lat = fields.Float(required=True)
    geometry = Geometry(
        allow_none=True,
        metadata={"description": "Only when asked for: its outline, simplified to 25 m."},
    )


class TownsOut(PageOut):
    """All townships."""

    items = fields.List(fields.Nested(TownOut), required=True)


@bp.get("/towns", tags=["Townships"])
@public
@bp.arguments(GeometryIn, location="query")
@bp.response(200, TownsOut)
def list_towns(asked: dict[str, Any]) -> dict[str, Any]:
    """List the county's townships"""
    session = request_session()
    items: list[dict[str, Any]] = [
        {"code": town.code, "name": town.name, "lon": town.lon, "lat": town.lat}
        for town in towns(session)
    ]
    if asked["geometry"]:
        texts = {code: text for code, _, text in outlines.town_outlines(session)}
        for item in items:
            text = texts.get(item["code"])
            item["geometry"] = json.loads(text) if text else None
    return whole_list(items)
