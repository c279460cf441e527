"""OGC API - Features - Part 2: answers and boxes in EPSG:4490 and in the county's system."""

import json

import pytest
import shapely

from tests.web.ogc.conftest import FREE, Served

CATALOGUE = "/ogc/collections/catalogue/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
DEGREES = "http://www.opengis.net/def/crs/EPSG/0/4490"
COUNTY = "http://www.opengis.net/def/crs/EPSG/0/4549"


def shapes(body):
    return [shapely.from_geojson(json.dumps(each["geometry"])) for each in body["features"]]


def test_a_collection_names_its_systems_the_default_first(served: Served):
    body = served.read("/ogc/collections/catalogue")

    assert body["crs"] == [CRS84, DEGREES, COUNTY]
    assert body["storageCrs"] == COUNTY


def test_the_answer_says_its_system(served: Served):
    for system in (CRS84, DEGREES, COUNTY):
        answer = served.get(CATALOGUE, query_string={"crs": system})
        assert answer.headers["Content-Crs"] == f"<{system}>"
        one = served.get(f"{CATALOGUE}/{served.free[0]}", query_string={"crs": system})
        assert one.headers["Content-Crs"] == f"<{system}>"
    assert served.get(CATALOGUE).headers["Content-Crs"] == f"<{CRS84}>"


def test_axes_are_in_the_order_of_the_system(served: Served):
    default, degrees, county = (
        shapes(served.read(CATALOGUE, query_string={"crs": system}))[0]
        for system in (CRS84, DEGREES, COUNTY)
    )

    assert 118 < default.bounds[0] < 121
    turned = shapely.transform(degrees, lambda c: c[:, ::-1])
    assert shapely.equals_exact(turned.normalize(), default.normalize(), 1e-9)
    north, east = county.bounds[:2]
    assert 3_380_000 <= north < 3_400_000
    assert 440_000 <= east < 460_000
    assert county.area == pytest.approx(10_000)


def test_a_box_is_read_in_the_system_that_it_is_given_in(served: Served):
    for system in (CRS84, DEGREES, COUNTY):
        asked = {"crs": system, "bbox-crs": system}
        for number, shape in zip(
            served.free, shapes(served.read(CATALOGUE, query_string=asked)), strict=True
        ):
            box = ",".join(f"{side:.9f}" for side in shape.buffer(-1e-6).bounds)
            body = served.read(CATALOGUE, query_string=asked | {"bbox": box})
            assert [each["id"] for each in body["features"]] == [number]
    whole = "3380000,440000,3390000,460000"
    body = served.read(CATALOGUE, query_string={"bbox": whole, "bbox-crs": COUNTY})
    assert body["numberReturned"] == FREE


@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_a_system_that_is_not_offered_is_400(served: Served, name: str):
    wrong = {name: "http://www.opengis.net/def/crs/EPSG/0/3857"}
    served.get(CATALOGUE, query_string=wrong, status=400)
    if name == "crs":
        served.get(f"{CATALOGUE}/{served.free[0]}", query_string=wrong, status=400)
