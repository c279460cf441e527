"""The map of what a bundle or an order takes: the land that goes, the rests, and the red lines."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import shapely
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from shapely.geometry.base import BaseGeometry
from sqlalchemy.orm import Session

from bank.assets.tables import AssetKind
from bank.land import projection
from bank.land.polygons import Box
from bank.maps import mapping
from bank.orders.taking import Taken
from bank.redlines.tables import RedLine
from database.directory import bank_of
from web.geojson import collection, feature
from web.labels import label

GOES: Final = "stored"
STAYS: Final = "returned"
"""How the land that goes and the land that stays is drawn: filled, and dashed."""
MARGIN: Final = 0.15
LEAST_MARGIN_M: Final = 30


def frame(
    session: Session, taken: Sequence[Taken], lines: Sequence[RedLine], *, url: str, line_url: str
) -> dict[str, Any]:
    """What the pages' map is made of: addresses, bounds in degrees, kinds, and layers."""
    found = {each.deposit.asset.kind for each in taken}
    return {
        "url": url,
        "layers": [{"url": line_url, "name": _("red line"), "line": "redline"}] if lines else [],
        "bounds": bounds_of(session, taken, lines),
        "kinds": [(kind.value, str(label(kind))) for kind in AssetKind if kind in found],
        "cut": any(each.part is not None for each in taken),
    }


def bounds_of(
    session: Session, taken: Sequence[Taken], lines: Sequence[RedLine] = ()
) -> Box | None:
    """West, south, east, north around all of it in degrees, with a margin."""
    shapes = [each.shape for each in taken] + [each.rest for each in taken if each.rest is not None]
    boxes = [shape.bounds for shape in shapes]
    boxes += [(line.min_x, line.min_y, line.max_x, line.max_y) for line in lines]
    if not boxes:
        return mapping.bounds_of(session)
    min_x, min_y, max_x, max_y = shapely.total_bounds([shapely.box(*each) for each in boxes])
    margin = max(LEAST_MARGIN_M, MARGIN * max(max_x - min_x, max_y - min_y))
    around = shapely.box(min_x - margin, min_y - margin, max_x + margin, max_y + margin)
    bounds: Box = projection.to_lonlat(around, bank_of(session).settings.srid).bounds
    return bounds


def land(session: Session, taken: Sequence[Taken]) -> ResponseReturnValue:
    """What goes, and of deposits that are cut the rest, as GeoJSON; nobody's name is in it."""
    shapes: list[BaseGeometry] = []
    said: list[dict[str, Any]] = []
    for each in taken:
        if (rest := each.rest) is not None:
            shapes.append(rest)
            said.append(_said(each, STAYS))
        shapes.append(each.shape)
        said.append(_said(each, GOES))
    return collection(_features(session, shapes, said))


def red_lines(session: Session, lines: Sequence[RedLine]) -> ResponseReturnValue:
    """Red lines as GeoJSON."""
    shapes: list[BaseGeometry] = [shapely.from_wkb(line.wkb) for line in lines]
    said = [{"title": f"{line.number} · {line.name}"} for line in lines]
    return collection(_features(session, shapes, said))


def _said(taken: Taken, role: str) -> dict[str, Any]:
    shown = taken.serving if taken.serving is not None and role == GOES else taken.deposit
    parcel = shown.asset.parcel
    told: dict[str, Any] = {
        "kind": shown.asset.kind.value,
        "stage": role,
        "title": f"{shown.asset.name} · {shown.number}",
        "dm2": taken.figures.area_dm2,
        "stage_text": _("Parcel %(code)s", code=parcel.code) if parcel else "",
        "url": url_for("catalogue.show", deposit_id=shown.id),
    }
    if taken.part is None:
        return told
    if role == STAYS:
        return told | {"dm2": taken.part.rest_dm2, "stage_text": _("Stays in the bank")}
    goes = _("The part that goes to the project")
    return told | {"stage_text": f"{goes} · {told['stage_text']}" if taken.serving else goes}


def _features(
    session: Session, shapes: Sequence[BaseGeometry], said: Sequence[dict[str, Any]]
) -> Iterator[str]:
    if not shapes:
        return iter(())
    texts = mapping.written(session, np.array(shapes, dtype=object), decimals=mapping.FINE_DECIMALS)
    return (feature(text, each) for text, each in zip(texts, said, strict=True))
