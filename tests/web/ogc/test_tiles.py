"""Vector tiles: on PostgreSQL with PostGIS what the catalogue lists; elsewhere a clear no."""

import json
import math
import subprocess
import sys
from typing import Any

import pytest
import shapely

from tests.databases import Sqlite
from tests.web.ogc.conftest import FREE, NAMES, Served

READ = """
import json, sys, pyogrio
meta, _, shapes, columns = pyogrio.raw.read(sys.argv[1], layer=sys.argv[2])
told = dict(zip(meta["fields"].tolist(), [column.tolist() for column in columns]))
print(json.dumps(told | {"shape": [shape.hex() for shape in shapes]}))
"""
CATALOGUE = "/ogc/collections/catalogue/items"


def tile_of(point: shapely.Point, zoom: int) -> str:
    """The address of the tile on which a place lies."""
    across = 2**zoom
    column = int((point.x + 180) / 360 * across)
    lat = math.radians(point.y)
    row = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * across)
    return f"/lands/tiles/{zoom}/{column}/{row}.mvt"


def features_on(content: bytes, tmp_path, layer: str) -> dict[str, list[Any]]:
    """What a map program reads: in a process of its own, for this one has no driver for tiles."""
    path = tmp_path / "0.mvt"
    path.write_bytes(content)
    read = [sys.executable, "-c", READ, f"MVT:{path}", layer]
    told: dict[str, Any] = json.loads(subprocess.run(read, capture_output=True, check=True).stdout)
    return told | {"shape": shapely.from_wkb(told["shape"]).tolist()}


@pytest.fixture
def places(served: Served) -> list[shapely.Point]:
    listed = served.read(CATALOGUE)["features"]
    return [shapely.from_geojson(json.dumps(each["geometry"])).centroid for each in listed]


@pytest.fixture
def _with_postgis(backend):
    if isinstance(backend, Sqlite):
        pytest.skip("SQLite makes no tiles; another test says what it answers")


@pytest.mark.usefixtures("_with_postgis")
def test_a_tile_has_the_parcels_that_lie_on_it(served: Served, places, tmp_path):
    answer = served.get(tile_of(places[0], 12))

    told = features_on(answer.data, tmp_path, "catalogue")
    assert answer.content_type == "application/vnd.mapbox-vector-tile"
    assert served.free[0] in told["number"]
    assert set(told["number"]) <= set(served.free)
    assert set(told["kind"]) <= {"woodland", "house"}
    assert set(told["area_m2"]) == {10_000.0}
    assert all(shape.is_valid and not shape.is_empty for shape in told["shape"])
    assert [name for name in NAMES if name.encode() in answer.data] == []


@pytest.mark.usefixtures("_with_postgis")
def test_all_tiles_together_have_what_the_catalogue_lists(served: Served, places, tmp_path):
    seen = set()
    for address in {tile_of(place, 13) for place in places}:
        seen |= set(features_on(served.get(address).data, tmp_path, "catalogue")["number"])

    assert seen == set(served.free)


@pytest.mark.usefixtures("_with_postgis")
def test_a_tile_follows_the_filter_of_the_catalogue(served: Served, places, tmp_path):
    address = tile_of(places[-1], 12)
    for asked, numbers in (
        ({"town": "330523107"}, [served.far]), ({"town": "330523106"}, []), ({"kind": "water"}, []),
    ):  # fmt: skip
        content = served.get(address, query_string=asked).data
        found = features_on(content, tmp_path, "catalogue")["number"] if content else []
        assert found == numbers
    served.get(address, query_string={"area_from": "x"}, status=400)


@pytest.mark.usefixtures("_with_postgis")
def test_from_afar_a_tile_has_a_point_a_town_with_its_total(served: Served, places, tmp_path):
    told = features_on(served.get(tile_of(places[0], 6)).data, tmp_path, "totals")

    assert sum(told["count"]) == FREE
    assert sum(told["area_m2"]) == FREE * 10_000
    assert all(shape.geom_type == "Point" for shape in told["shape"])


@pytest.mark.usefixtures("_with_postgis")
def test_a_tile_is_kept_by_its_tag_while_the_land_is_as_it_was(served: Served, places):
    address = tile_of(places[0], 12)
    tag = served.get(address).headers["ETag"]

    again = served.get(address, headers={"If-None-Match": tag}, status=304)
    assert again.headers["ETag"] == tag
    other = served.get(address, query_string={"kind": "house"})
    assert other.headers["ETag"] != tag


@pytest.mark.usefixtures("_with_postgis")
def test_a_tile_of_another_place_is_empty(served: Served):
    assert served.get("/lands/tiles/12/0/0.mvt").data == b""


@pytest.mark.parametrize("place", ["0/1/0", "3/8/0", "3/0/8", "23/0/0", "99999999999999999999/0/0"])
def test_a_place_outside_of_the_world_is_404(served: Served, place: str):
    assert served.read(f"/lands/tiles/{place}.mvt", status=404)["code"] == "no_tile_there"


def test_without_postgis_the_answer_says_what_is_missing(served: Served, backend):
    if not isinstance(backend, Sqlite):
        with served.bank.engine.begin() as connection:
            connection.exec_driver_sql("DROP EXTENSION postgis")

    body = served.read("/lands/tiles/12/3405/1680.mvt", status=404)

    assert body["code"] == "no_tiles"
    assert "PostGIS" in body["message"]
