"""What a request for items asks: its parameters read, and refused (400) when they are wrong."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import request
from sqlalchemy import ColumnElement
from werkzeug.exceptions import BadRequest

from bank.calendar import midnight
from bank.catalogue import features
from bank.catalogue.layers import CATALOGUE, TAKEN_TOO, Layer
from web.clock import today
from web.ogc.blueprint import refuse_unknown
from web.ogc.systems import System, read_area, read_system
from web.permissions import find_land_reader

LIMIT: Final = 100
MOST: Final = 5_000
GENERAL: Final = ("limit", "bbox", "bbox-crs", "crs", "datetime", "after")
OPEN: Final = ("", "..")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
YES_NO: Final = {"true": True, "false": False}


@dataclass(frozen=True)
class Asked:
    """One page of a layer: which rows, how many, after which, and in which system.

    `outside`: a box was asked for that holds none of the county's land.
    """

    conditions: list[ColumnElement[bool]]
    limit: int
    after: Any
    area: Any
    outside: bool
    system: System


def known(layer: Layer) -> list[str]:
    """The parameters of a layer's items."""
    own = ["taken"] if layer is CATALOGUE else []
    return [*GENERAL, *own, *layer.filters]


def read(layer: Layer) -> Asked:
    """What this request asks of the layer's items."""
    refuse_unknown(known(layer))
    told = request.args
    box = told.get("bbox")
    box_system = read_system("bbox-crs", told.get("bbox-crs"))
    area = read_area(box, box_system) if box is not None else None
    conditions = visible(layer) + members(layer)
    conditions += [
        features.matching(layer, name, value)
        for name, value in told.items()
        if name in layer.filters
    ]
    if "datetime" in told:
        conditions += features.within(layer, *read_interval(told["datetime"]))
    return Asked(
        conditions=conditions,
        limit=_limit(told.get("limit")),
        after=_after(layer, told.get("after")),
        area=area,
        outside=box is not None and area is None,
        system=read_system("crs", told.get("crs")),
    )


def visible(layer: Layer) -> list[ColumnElement[bool]]:
    """The condition that the reader may see a row."""
    return features.visible_to(find_land_reader(), layer)


def members(layer: Layer) -> list[ColumnElement[bool]]:
    """What the layer holds; of the catalogue what is free, and with `taken` the rest too."""
    taken = request.args.get("taken", "false")
    if taken not in YES_NO:
        raise BadRequest("taken must be true or false")
    if YES_NO[taken] and layer is CATALOGUE:
        return list(TAKEN_TOO)
    return layer.members_on(today())


def read_interval(text: str) -> tuple[datetime | None, datetime | None]:
    """Beginning and end of an RFC 3339 moment, day or interval; None where it is open."""
    parts = text.split("/")
    if len(parts) > 2 or all(part in OPEN for part in parts):
        raise BadRequest("datetime must be a moment, or two with a slash between them")
    since = None if parts[0] in OPEN else _moment(parts[0])
    until = None if parts[-1] in OPEN else _moment(parts[-1], end=True)
    if since is not None and until is not None and since > until:
        raise BadRequest("datetime ends before it begins")
    return since, until


def _moment(text: str, *, end: bool = False) -> datetime:
    """A moment; a day, which is one in China, from its beginning or to its end."""
    try:
        if DAY.fullmatch(text):
            day = date.fromisoformat(text)
            if not end:
                return midnight(day)
            return midnight(day + timedelta(days=1)) - timedelta(microseconds=1)
        if MOMENT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadRequest("datetime must be written as in RFC 3339, with its offset")


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not (text.isascii() and text.isdigit()) or not text.lstrip("0"):
        raise BadRequest("limit must be a whole number from 1 on")
    return min(int(text.lstrip("0")[:18]), MOST)


def _after(layer: Layer, text: str | None) -> Any:
    if text is None or layer.key.type.python_type is str:
        return text
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise BadRequest("after must be as the link to the next page has it")
    return int(text)
