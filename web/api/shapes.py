"""Shapes that several resources share: pages of a list, errors, and geometry."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import marshmallow as ma
from marshmallow import fields, validate

LAST_PAGE: Final = 10**8
DIVISION: Final = r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"


def choice(of: type[StrEnum], **told: Any) -> fields.Enum[Any]:
    """One of a closed list, by its code."""
    return fields.Enum(of, by_value=fields.String, **told)


def town() -> fields.String:
    """A filter by place."""
    return fields.String(
        validate=validate.Regexp(DIVISION),
        metadata={"description": "A division's code; what lies in it counts too."},
    )


class PageIn(ma.Schema):
    """Which page of a list."""

    page = fields.Integer(
        load_default=1,
        validate=validate.Range(1, LAST_PAGE),
        metadata={"description": "From 1; a page beyond the end has no items."},
    )


class PageOut(ma.Schema):
    """One page of a list; `items` stands in each list's own schema."""

    page = fields.Integer(required=True)
    pages = fields.Integer(required=True, metadata={"description": "At least 1."})
    total = fields.Integer(
        required=True, metadata={"description": "How many there are on all pages."}
    )


class ErrorOut(ma.Schema):
    """Why not: a stable code for programs, and a message in the reader's language."""

    code = fields.String(required=True, metadata={"example": "not_enough"})
    message = fields.String(required=True)
    field = fields.String(
        allow_none=True, metadata={"description": "The input at fault, if it is one."}
    )
    facts = fields.Dict(metadata={"description": "What the answer rests on, by name."})


class Geometry(fields.Dict):
    """A GeoJSON geometry in degrees (CGCS2000, EPSG:4490), longitude first."""


def page_of(
    items: Sequence[Any], *, asked: int, number: int, pages: int, total: int
) -> dict[str, Any]:
    """A page of a list. Our lists answer a page beyond the end with the last one: here it is empty,
    so that a program that reads until nothing comes will end."""
    here = asked == number
    return {"items": items if here else [], "page": asked, "pages": pages, "total": total}


def whole_list(items: Sequence[Any]) -> dict[str, Any]:
    """A list that is short by nature, as its only page."""
    return {"items": items, "page": 1, "pages": 1, "total": len(items)}
