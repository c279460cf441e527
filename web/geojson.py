"""GeoJSON answers for maps, put together from geometry texts that are written already."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from flask import Response

from bank.land.polygons import Box
from bank.maps.mapping import View
from bank.maps.totals import PlaceTotal

MEDIA_TYPE = "application/geo+json"
MOST_DEGREES = 1_000
"""A map that was turned around the globe twice still asks below this."""

Words = Mapping[str, Any]
"""What a map says of all its features alike: names of kinds, stages and places, the address of one
(`{id}` stands for its id)."""


def feature(geometry: str, properties: Mapping[str, Any]) -> str:
    """One feature: a geometry text, and what is said of it."""
    told = json.dumps(properties, ensure_ascii=False)
    return f'{{"type":"Feature","geometry":{geometry},"properties":{told}}}'


def collected(features: Iterable[str], **members: Any) -> str:
    """A FeatureCollection of features, as text, with further members."""
    more = "".join(
        f',"{name}":{json.dumps(value, ensure_ascii=False)}' for name, value in members.items()
    )
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]{more}}}'


def collection(features: Iterable[str], **members: Any) -> Response:
    """A FeatureCollection of features, as an answer."""
    return Response(collected(features, **members), mimetype=MEDIA_TYPE)


def viewed(view: View, words: Words, box: Box) -> str:
    """A view of deposits as text: features or totals, and the words that they share."""
    if view.totals is not None:
        return collected(total_features(view.totals), totals=True, words=words, bbox=box)
    words = {**words, "places": view.places}
    return collected(deposit_features(view.rows, view.outlines), words=words, bbox=box)


def deposit_features(rows: Iterable[Sequence[Any]], outlines: Sequence[str]) -> Iterator[str]:
    """Deposits as features; codes and ids only, names for them are in the collection's words.

    5,000 of them are written as text in a tenth of the time that `json.dumps` needs.
    """
    for (deposit_id, stage, kind, name, place, area_dm2, _wkb), outline in zip(
        rows, outlines, strict=True
    ):
        yield (
            f'{{"type":"Feature","geometry":{outline},"properties":{{"id":"{dashed(deposit_id)}",'
            f'"kind":"{kind}","stage":"{stage}","name":{encode_basestring(name)},'
            f'"place":"{place}","dm2":{area_dm2}}}}}'
        )


def total_features(totals: Sequence[PlaceTotal]) -> Iterator[str]:
    """Totals as points, with what each is made of: kind, stage, count and dm²."""
    for total in totals:
        point = {"type": "Point", "coordinates": [round(total.lon, 6), round(total.lat, 6)]}
        told = {
            "code": total.code,
            "name": total.name,
            "count": total.count,
            "dm2": total.area_dm2,
            "of": [[str(t.kind), str(t.stage), t.count, t.area_dm2] for t in total.tallies],
        }
        yield feature(json.dumps(point), told)


def dashed(row_id: Any) -> str:
    """An id as addresses write it; SQLite keeps it as 32 digits without the dashes."""
    text = str(row_id)
    if len(text) != 32:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


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
    if max(map(abs, (west, south, east, north))) > MOST_DEGREES:
        return None
    return (west, south, east, north) if west < east and south < north else None


def snapped(box: Box) -> Box:
    """The box with its sides moved outwards to a grid, so that views close by ask for the same.

    The grid is a power of two of degrees, an eighth of the view's longer side or less.
    """
    west, south, east, north = box
    step = 2.0 ** math.floor(math.log2(max(east - west, north - south, 1e-9) / 8))
    return (
        math.floor(west / step) * step,
        math.floor(south / step) * step,
        math.ceil(east / step) * step,
        math.ceil(north / step) * step,
    )
