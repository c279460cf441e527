"""Importing a control layer: all of its zones or none, and the same file again changes nothing."""

import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bank.land.projection import to_lonlat
from bank.land.refusals import (
    CoreUnclear,
    KindMissing,
    LayerEmpty,
    NoSuchColumn,
    UnreadableFile,
    ZoneBroken,
    ZonesElsewhere,
)
from bank.zones.conflicts import Effect, Result, ZoneKind, conflicts
from bank.zones.importing import Fields, ImportedLayer, import_layer
from bank.zones.tables import ControlLayer, ControlZone
from database.refusals import Refusal
from tests.bank.ground import AT, SRID, TODAY, square
from valuation.parameters.refusals import DayFarOff

FARMLAND, ECOLOGY, _ = ZoneKind
SINCE = date(2025, 1, 1)
Take = Callable[..., ImportedLayer]


def write(
    path: Path,
    shapes: list[Any],
    crs: str = f"EPSG:{SRID}",
    *,
    layer: str | None = None,
    **told: list[Any],
) -> Path:
    """A file of shapes with attributes; without any, one called `mc`."""
    told = told or {"mc": [f"{n + 1}号片" for n in range(len(shapes))]}
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, dtype=object)),
        [np.array(values, dtype=object) for values in told.values()], list(told),
        geometry_type="Unknown" if path.suffix != ".shp" else "Polygon", crs=crs,
        layer=layer, append=layer is not None and path.exists(),
    )  # fmt: skip
    return path


@pytest.fixture
def take(session: Session, county: Polygon) -> Take:
    """Imports a file as permanent basic farmland."""

    def importing(path: Path, **told: Any) -> ImportedLayer:
        given: dict[str, Any] = {"kind": FARMLAND, "valid_from": SINCE, "at": AT} | told
        return import_layer(session, path, **given)

    return importing


def test_a_geopackage_becomes_a_version_with_its_zones(
    session: Session, take: Take, tmp_path: Path
) -> None:
    path = write(tmp_path / "基本农田.gpkg", [square(0, 0, 100), square(50, 0, 100)])

    layer = take(path, fields=Fields(name="mc")).layer

    assert (layer.kind, layer.name, layer.valid_from) == (FARMLAND, "基本农田", SINCE)
    assert (layer.zone_count, layer.area_dm2) == (2, 1_500_000)
    assert layer.source_note == "基本农田.gpkg"
    assert conflicts(session, square(0, 0, 50), on=TODAY)[0].zone_name == "1号片"


@pytest.mark.parametrize("suffix", [".shp", ".geojson"])
def test_a_shapefile_and_geojson_are_read_too(
    session: Session, take: Take, tmp_path: Path, suffix: str
) -> None:
    zone: BaseGeometry = square(100, 100, 1000)
    crs = f"EPSG:{SRID}"
    if suffix == ".geojson":
        zone, crs = to_lonlat(zone, SRID), "EPSG:4490"
    path = write(tmp_path / f"zones{suffix}", [zone], crs)
    if suffix == ".shp":
        with zipfile.ZipFile(tmp_path / "zones.zip", "w") as packed:
            for part in path.parent.glob("zones.*"):
                if part.suffix != ".zip":
                    packed.write(part, part.name)
        path = tmp_path / "zones.zip"

    layer = take(path).layer

    assert layer.area_dm2 == pytest.approx(100_000_000, rel=1e-6)
    assert conflicts(session, square(500, 500, 10), on=TODAY)[0].result is Result.CONFLICT


def test_the_same_file_again_changes_nothing(session: Session, take: Take, tmp_path: Path) -> None:
    path = write(tmp_path / "zones.gpkg", [square(0, 0, 100)])
    first = take(path)

    again = take(path, at=AT + timedelta(days=9))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.layer.id == first.layer.id
    assert session.scalar(select(func.count(ControlZone.number))) == 1


def test_one_of_several_layers_is_taken_and_the_version_called_by_it(
    take: Take, tmp_path: Path
) -> None:
    for name, side in (("农田", 100), ("红线", 200)):
        path = write(tmp_path / "三区三线.gpkg", [square(0, 0, side)], layer=name)

    layer = take(path, file_layer="红线").layer

    assert (layer.name, layer.source_note) == ("红线", "三区三线.gpkg")
    assert layer.area_dm2 == 4_000_000


def test_the_core_is_told_by_an_attribute(session: Session, take: Take, tmp_path: Path) -> None:
    path = write(
        tmp_path / "red.gpkg",
        [square(0, 0, 100), square(200, 0, 100), square(400, 0, 100), square(600, 0, 100)],
        lx=["核心保护区", "一般控制区", "1", None],
    )
    take(path, kind=ECOLOGY, fields=Fields(core="lx", blank_core=False))

    effects = [conflicts(session, square(x, 0, 50), on=TODAY)[1].effect for x in (0, 200, 400, 600)]

    assert effects == [Effect.FORBID, Effect.WARN, Effect.FORBID, Effect.WARN]


@pytest.mark.parametrize(("means", "effect"), [(True, Effect.FORBID), (False, Effect.WARN)])
def test_what_an_empty_cell_means_is_asked_and_not_guessed(
    session: Session, take: Take, tmp_path: Path, means: bool, effect: Effect
) -> None:
    path = write(tmp_path / "red.gpkg", [square(0, 0, 100), square(200, 0, 100)], lx=["1", " "])

    with pytest.raises(CoreUnclear) as refusal:
        take(path, kind=ECOLOGY, fields=Fields(core="lx"))
    assert (refusal.value.field, refusal.value.facts) == ("blank_core", {"row": 2})
    take(path, kind=ECOLOGY, fields=Fields(core="lx", blank_core=means))

    assert conflicts(session, square(200, 0, 50), on=TODAY)[1].effect is effect


def test_a_ring_is_mended_when_its_area_stays_the_same(take: Take, tmp_path: Path) -> None:
    corner = np.array(square(0, 0, 1).bounds[:2])
    spike = Polygon(corner + np.array([(0, 0), (100, 0), (150, 0), (100, 0), (100, 100), (0, 100)]))
    assert not spike.is_valid

    imported = take(write(tmp_path / "zones.gpkg", [square(300, 0, 10), spike]))

    assert imported.repaired == (2,)
    assert imported.layer.area_dm2 == 1_010_000


BOW_TIE = shapely.transform(
    Polygon([(0, 0), (100, 100), (100, 0), (0, 100)]), lambda c: c + square(0, 0, 1).bounds[:2]
)
BROKEN = [
    ([square(0, 0, 9), BOW_TIE], {}, ZoneBroken, {"row": 2, "given": ""}),
    ([square(0, 0, 9), None], {}, ZoneBroken, {"row": 2, "given": "none"}),
    ([square(0, 0, 9).exterior], {}, ZoneBroken, {"row": 1, "given": "LineString"}),
    ([], {}, LayerEmpty, {}),
    ([square(90_000, 0, 9)], {}, ZonesElsewhere, {}),
    ([square(0, 0, 9)], {"fields": Fields(name="名称")}, NoSuchColumn, {"columns": "mc"}),
    ([square(0, 0, 9)], {"fields": Fields(core="mc")}, CoreUnclear, {"row": 1, "given": "1号片"}),
    ([square(0, 0, 9)], {"kind": "  "}, KindMissing, {}),
    ([square(0, 0, 9)], {"kind": "parcels"}, KindMissing, {"given": "parcels"}),
    ([square(0, 0, 9)], {"kind": "永久 基本农田"}, KindMissing, {"given": "永久 基本农田"}),
    ([square(0, 0, 9)], {"kind": "Urban_Boundary"}, KindMissing, {"given": "Urban_Boundary"}),
    ([square(0, 0, 9)], {"valid_from": date(1, 1, 1)}, DayFarOff, {"earliest": "1949-10-01"}),
    ([square(0, 0, 9)], {"valid_from": date(9999, 12, 31)}, DayFarOff, {}),
]


@pytest.mark.parametrize(("shapes", "told", "refusal", "facts"), BROKEN)
def test_a_layer_with_a_fault_is_refused_as_a_whole(
    session: Session,
    take: Take,
    tmp_path: Path,
    shapes: list[Any],
    told: dict[str, Any],
    refusal: type[Refusal],
    facts: dict[str, Any],
) -> None:
    path = write(tmp_path / "zones.gpkg", shapes)

    with pytest.raises(refusal) as refused:
        take(path, **told)

    assert refused.value.facts.items() >= facts.items()
    assert refused.value.field is not None
    assert session.scalar(select(func.count(ControlLayer.id))) == 0


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("zones.gpkg", b"not a database"),
        ("zones.zip", b"PK\x03\x04 broken"),
        ("zones.geojson", json.dumps({"type": "nothing"}).encode()),
        ("zones.csv", "mc,wkt\n1号片,POINT(0 0)".encode()),
    ],
)
def test_a_file_that_is_none_is_refused(
    take: Take, tmp_path: Path, name: str, contents: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(contents)

    with pytest.raises((UnreadableFile, LayerEmpty)):
        take(path)


def test_the_index_finds_a_zone_by_its_box(session: Session, take: Take, tmp_path: Path) -> None:
    take(write(tmp_path / "zones.gpkg", [square(x * 500, 0, 100) for x in range(20)]))

    if session.get_bind().dialect.name == "sqlite":
        assert session.scalar(text("SELECT count(*) FROM control_zone_box")) == 20
    assert [conflicts(session, square(x, 0, 100), on=TODAY)[0].result for x in (0, 250, 9500)] == [
        Result.CONFLICT,
        Result.CLEAR,
        Result.CONFLICT,
    ]
