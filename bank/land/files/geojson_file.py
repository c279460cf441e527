"""Writing a GeoJSON file (RFC 7946): longitude first, nine decimals, shells to the left."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from bank.land import projection
from bank.land.files.fields import Chunk, Field, Target

DECIMALS: Final = 9
"""A tenth of a millimetre: the area of a small parcel then changes by a hundred-thousandth."""


def write_geojson(path: Path, chunks: Iterable[Chunk], target: Target) -> int:
    """One FeatureCollection, a feature a line; returns how many there are."""
    count = 0
    name = json.dumps(target.name, ensure_ascii=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"type":"FeatureCollection","name":{name},"features":[')
        for chunk in chunks:
            for text in feature_texts(chunk, target.fields, srid=target.srid):
                file.write(("," if count else "") + "\n" + text)
                count += 1
        file.write("\n]}\n")
    return count


def feature_texts(chunk: Chunk, fields: Iterable[Field], *, srid: int) -> Iterator[str]:
    """The rows as features in degrees, each with its id."""
    yield from joined(chunk, fields, geometry_texts(chunk.shapes, srid))


def joined(chunk: Chunk, fields: Iterable[Field], geometries: Iterable[str]) -> Iterator[str]:
    """The rows as features whose geometries are written already."""
    names = [field.name for field in fields]
    rows = zip(*chunk.columns, strict=True)
    for fid, geometry, values in zip(chunk.fids, geometries, rows, strict=True):
        told = {name: plain(value) for name, value in zip(names, values, strict=True)}
        yield (
            f'{{"type":"Feature","id":{json.dumps(fid)},"geometry":{geometry},'
            f'"properties":{json.dumps(told, ensure_ascii=False)}}}'
        )


def geometry_texts(shapes: Any, srid: int) -> list[str]:
    """Shapes of the county's system as GeoJSON geometries in degrees, valid when read again."""
    if not len(shapes):
        return []
    degrees: Any = projection.to_lonlat(shapes, srid)
    texts: list[str] = shapely.to_geojson(rounded(degrees, DECIMALS)).tolist()
    return texts


def rounded(shapes: Any, decimals: int) -> Any:
    """The shapes with rounded coordinates, valid, their shells counter-clockwise."""
    short: Any = shapely.transform(shapes, lambda c: np.round(c, decimals))
    broken = ~shapely.is_valid(short)
    if broken.any():
        short[broken] = shapely.set_precision(shapes[broken], 10.0**-decimals)
    return shapely.orient_polygons(short)


def plain(value: Any) -> Any:
    """A value as JSON can say it; moments in UTC as RFC 3339 has them."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
