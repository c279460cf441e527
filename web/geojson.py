"""GeoJSON answers for maps, put together from geometry texts that are written already."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Response

from bank.area import format_mu
from bank.catalogue.mapping import TownTotal
from bank.land.polygons import Box

MEDIA_TYPE = "application/geo+json"


def feature(geometry: str, properties: Mapping[str, Any]) -> str:
    """One feature: a geometry text, and what is said of it."""
    told = json.dumps(properties, ensure_ascii=False)
    return f'{{"type":"Feature","geometry":{geometry},"properties":{told}}}'


def collection(features: Iterable[str]) -> Response:
    """A FeatureCollection of features."""
    return Response(_collected(features), mimetype=MEDIA_TYPE)


def too_many(totals: Sequence[TownTotal]) -> Response:
    """What is answered in place of too many features: a point with the total of each town."""
    points = [
        feature(
            json.dumps({"type": "Point", "coordinates": [total.lon, total.lat]}),
            {"name": total.name, "count": total.count, "mu": format_mu(total.area_dm2, 0)},
        )
        for total in totals
    ]
    return Response(
        f'{{"too_many":true,"totals":{_collected(points)}}}', mimetype="application/json"
    )


def refused(code: str, message: str) -> Response:
    """A request that no map of ours sends."""
    body = json.dumps({"code": code, "message": message})
    return Response(body, status=400, mimetype="application/json")


def read_box(text: str) -> Box | None:
    """West, south, east, north in degrees from `w,s,e,n`; None if it is no box."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(math.isfinite(side) for side in (west, south, east, north)):
        return None
    return (west, south, east, north) if west < east and south < north else None


def _collected(features: Iterable[str]) -> str:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'
