"""OGC API - Features, Part 1: Core and GeoJSON, requirement by requirement as far as they apply."""

import json
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from openapi_spec_validator import validate

from tests.web.ogc.conftest import FREE, NAMES, Served

CATALOGUE = "/ogc/collections/catalogue/items"
PUBLIC = (
    "/ogc", "/ogc/", "/ogc/conformance", "/ogc/api", "/ogc/collections",
    "/ogc/collections/catalogue", "/ogc/collections/towns", CATALOGUE,
    "/ogc/collections/towns/items", "/ogc/collections/towns/items/330523106",
)  # fmt: skip
JSON_TYPES = ("application/json", "application/geo+json")


def rels(body, rel):
    return [link for link in body["links"] if link["rel"] == rel]


def path_of(link):
    parts = urlsplit(link["href"])
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def shape_of(feature):
    return shapely.from_geojson(json.dumps(feature["geometry"]))


# -- /req/core/root, api-definition, conformance ----------------------------------------------


def test_the_landing_page_links_to_definition_conformance_and_data(served: Served):
    body = served.read("/ogc")

    assert body["title"]
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        (link,) = rels(body, rel)
        assert link["type"]
        assert served.get(path_of(link)).content_type.startswith(link["type"].split(";")[0])


def test_the_definition_is_sound_openapi_3_0_and_names_every_address(served: Served):
    answer = served.get("/ogc/api")
    definition = json.loads(answer.text)

    assert answer.content_type == "application/vnd.oai.openapi+json;version=3.0"
    assert definition["openapi"].startswith("3.0")
    validate(definition)
    for path in definition["paths"]:
        address = path.format(fid="330523106") if "towns" in path else path.format(fid="none")
        answer = served.app.test_client().get(f"/ogc{address}")
        if "{fid}" not in path or "towns" in path:
            assert answer.status_code in (200, 401), path
    assert definition["servers"] == [{"url": "http://localhost/ogc"}]


def test_the_definition_names_every_parameter_that_is_taken_and_no_other(served: Served):
    definition = json.loads(served.get("/ogc/api").text)
    shared = definition["components"]["parameters"]
    for name in ("catalogue", "deposits", "parcels", "towns"):
        listed = definition["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        names = {
            shared[each["$ref"].rsplit("/", 1)[1]]["name"] if "$ref" in each else each["name"]
            for each in listed
        }
        for each in names - {"f", "crs", "bbox-crs"}:
            answer = served.app.test_client().get(
                f"/ogc/collections/{name}/items?{each}=",
                headers={"Authorization": f"Bearer {served.county}"},
            )
            assert "there is no parameter" not in answer.text, (name, each)
        assert shared["limit"]["schema"] == {
            "type": "integer", "minimum": 1, "maximum": 5000, "default": 100,
        }  # fmt: skip


def test_the_conformance_classes_are_declared(served: Served):
    declared = served.read("/ogc/conformance")["conformsTo"]

    part_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
    assert {f"{part_1}{name}" for name in ("core", "geojson", "html", "oas30")} <= set(declared)


@pytest.mark.parametrize("path", PUBLIC)
def test_every_resource_is_there_as_json_and_as_a_page(served: Served, path: str):
    plain = served.get(path)
    page = served.get(path, headers={"Accept": "text/html"})
    forced = served.get(path, query_string={"f": "html"})

    assert plain.content_type.split(";")[0] in (*JSON_TYPES, "application/vnd.oai.openapi+json")
    assert page.content_type.startswith("text/html")
    assert forced.content_type.startswith("text/html")
    assert plain.json or json.loads(plain.text)


@pytest.mark.parametrize("path", PUBLIC)
def test_a_parameter_that_is_not_defined_is_400(served: Served, path: str):
    body = served.read(path, query_string={"colour": "red"}, status=400)

    assert body["code"] == "http_400"
    assert "colour" in body["description"]


@pytest.mark.parametrize("path", PUBLIC)
def test_a_format_that_is_not_offered_is_400(served: Served, path: str):
    served.get(path, query_string={"f": "kml"}, status=400)


@pytest.mark.parametrize(
    "path",
    ["/ogc/collections/nothing", "/ogc/collections/nothing/items", "/ogc/nothing",
     f"{CATALOGUE}/D-1", f"{CATALOGUE}/%00", "/ogc/collections/towns/items/1"],
)  # fmt: skip
def test_what_is_not_there_is_404_as_json(served: Served, path: str):
    assert served.read(path, status=404)["code"] == "http_404"


def test_other_methods_are_405(served: Served):
    assert served.app.test_client().post(CATALOGUE).status_code == 405


# -- /req/core/collections --------------------------------------------------------------------


def test_the_collections_are_the_public_ones_with_links_extent_and_systems(served: Served):
    body = served.read("/ogc/collections")

    assert [each["id"] for each in body["collections"]] == ["catalogue", "towns"]
    assert rels(body, "self")
    assert rels(body, "alternate")
    for each in body["collections"]:
        assert each == served.read(f"/ogc/collections/{each['id']}")
        kinds = {link["type"] for link in rels(each, "items")}
        assert kinds == {"application/geo+json", "text/html"}
        for link in rels(each, "items"):
            served.get(path_of(link))
        west, south, east, north = each["extent"]["spatial"]["bbox"][0]
        assert 118 < west < east < 121
        assert 29 < south < north < 32


# -- /req/core/fc-* ---------------------------------------------------------------------------


def test_the_items_are_what_the_catalogue_lists(served: Served):
    answer = served.get(CATALOGUE)
    body = answer.json
    listed = served.read("/api/v1/catalogue")

    assert answer.content_type == "application/geo+json"
    assert body["type"] == "FeatureCollection"
    assert [each["id"] for each in body["features"]] == served.free
    assert body["numberMatched"] == body["numberReturned"] == listed["total"] == FREE
    assert {each["number"] for each in listed["items"]} == set(served.free)
    assert datetime.fromisoformat(body["timeStamp"]).tzinfo is not None
    assert rels(body, "self")
    assert rels(body, "alternate")[0]["type"] == "text/html"
    assert not rels(body, "next")
    for feature in body["features"]:
        assert feature["type"] == "Feature"
        assert shape_of(feature).is_valid
        assert feature["properties"]["area_m2"] == 10_000
        assert feature["properties"]["area_mu"] == 15


def test_with_taken_what_is_not_free_is_listed_too(served: Served):
    body = served.read(CATALOGUE, query_string={"taken": "true"})

    assert {each["id"] for each in body["features"]} == {*served.free, served.collected}


@pytest.mark.parametrize("limit", [1, 2, 3, FREE])
def test_pages_follow_each_other_without_gap_or_double(served: Served, limit: int):
    path, seen, sizes = f"{CATALOGUE}?limit={limit}", [], []
    while path:
        body = served.read(path)
        seen += [each["id"] for each in body["features"]]
        sizes.append(body["numberReturned"])
        if len(sizes) == 1:
            assert body["numberMatched"] == FREE
        following = rels(body, "next")
        assert all(link["type"] == "application/geo+json" for link in following)
        path = path_of(following[0]) if following else ""

    assert seen == served.free
    assert all(size == limit for size in sizes[:-1])
    assert 0 < sizes[-1] <= limit


def test_the_next_link_keeps_what_was_asked(served: Served):
    asked = {"limit": "1", "kind": "woodland", "bbox": "118,29,121,32"}
    (link,) = rels(served.read(CATALOGUE, query_string=asked), "next")

    kept = {name: values[0] for name, values in parse_qs(urlsplit(link["href"]).query).items()}
    assert kept.pop("after")
    assert kept == asked


@pytest.mark.parametrize("limit", ["5001", "1000000", "9" * 40, "0" * 20 + "5001"])
def test_a_limit_above_the_maximum_is_no_error(served: Served, limit: str):
    assert served.read(CATALOGUE, query_string={"limit": limit})["numberReturned"] == FREE


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "ten", "", "٣"])
def test_a_limit_that_is_none_is_400(served: Served, limit: str):
    served.get(CATALOGUE, query_string={"limit": limit}, status=400)


def test_a_box_gives_those_that_meet_it_exactly(served: Served):
    features = served.read(CATALOGUE)["features"]
    for feature in features[:2]:
        west, south, east, north = shape_of(feature).bounds
        box = f"{west},{south},{east},{north}"
        high = f"{west},{south},0,{east},{north},900"
        for asked in (box, high):
            body = served.read(CATALOGUE, query_string={"bbox": asked})
            assert [each["id"] for each in body["features"]] == [feature["id"]]
            assert body["numberMatched"] == 1


def test_a_box_beside_a_slanted_border_does_not_meet_it(served: Served):
    """The county's axes are turned a little against the meridians: boxes overlap, shapes do not."""
    feature = served.read(CATALOGUE)["features"][0]
    shape = shape_of(feature)
    corner = shapely.box(*shape.bounds).difference(shape)
    sliver = max(shapely.get_parts(corner), key=lambda each: each.area)
    point = sliver.point_on_surface()
    tiny = 1e-10
    box = f"{point.x - tiny:.12f},{point.y - tiny:.12f},{point.x + tiny:.12f},{point.y + tiny:.12f}"

    assert shape.bounds[0] < point.x < shape.bounds[2]
    body = served.read(CATALOGUE, query_string={"bbox": box})
    assert body["features"] == []
    assert body["numberMatched"] == body["numberReturned"] == 0


@pytest.mark.parametrize(
    ("box", "count"),
    [("-180,-90,180,90", FREE), ("170,-90,-170,90", 0), ("118,-90,-170,90", FREE),
     ("0,0,1,1", 0), ("-180,-90,180,0", 0)],
)  # fmt: skip
def test_boxes_of_the_whole_world_and_across_the_antimeridian(served, box: str, count: int):
    assert served.read(CATALOGUE, query_string={"bbox": box})["numberReturned"] == count


@pytest.mark.parametrize(
    "box", ["1,2,3", "1,2,3,4,5", "a,b,c,d", "", "119,31,120,30", "nan,0,1,1", "inf,0,1,1"]
)
def test_a_box_that_is_none_is_400(served: Served, box: str):
    served.get(CATALOGUE, query_string={"bbox": box}, status=400)


def test_an_interval_of_time_gives_what_was_stored_in_it(served: Served):
    features = served.read(CATALOGUE)["features"]
    moments = sorted(each["properties"]["stored_at"] for each in features)
    first = moments[0]
    before = f"{int(first[:4]) - 1}{first[4:]}"
    for asked, count in (
        ("../" + moments[-1][:10] + "T23:59:59Z", FREE),
        (first + "/..", FREE),
        (first + "/", FREE),
        (f"{before}/{first[:4]}-12-31T23:59:59+08:00", None),
        (f"../{before}", 0),
        ("/1990-01-01T00:00:00Z", 0),
        (f"{before[:10]}/{before[:10]}", 0),
    ):
        body = served.read(CATALOGUE, query_string={"datetime": asked})
        assert count is None or body["numberReturned"] == count, asked


def test_what_has_no_time_is_there_at_any_time(served: Served):
    asked = {"datetime": "1990-01-01T00:00:00Z"}
    assert served.read("/ogc/collections/towns/items", query_string=asked)["numberReturned"] == 2


@pytest.mark.parametrize(
    "asked",
    ["yesterday", "2026-01-01T00:00:00", "..", "../..", "/", "2026-13-01T00:00:00Z",
     "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z", "2026-01-01/2026-01-02/2026-01-03",
     "9999-12-31", "20260101T000000Z"],
)  # fmt: skip
def test_a_time_that_is_none_is_400(served: Served, asked: str):
    served.get(CATALOGUE, query_string={"datetime": asked}, status=400)


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"kind": "house"}, 1), ({"kind": "water"}, 0), ({"division_code": "330523107"}, 1),
     ({"kind": "woodland", "division_code": "330523106"}, 5), ({"number": "D-1"}, 0)],
)  # fmt: skip
def test_properties_can_be_asked_for(served: Served, asked: dict[str, str], count: int):
    body = served.read(CATALOGUE, query_string=asked)

    assert body["numberMatched"] == body["numberReturned"] == count


@pytest.mark.parametrize(
    "asked",
    [{"kind": "forest"}, {"taken": "yes"}, {"after": "x"}, {"after": "-1"}, {"after": "9" * 30},
     {"number": "D\0"}, {"name": "x"}],
)  # fmt: skip
def test_a_property_of_a_wrong_value_is_400(served: Served, asked: dict[str, str]):
    served.get(CATALOGUE, query_string=asked, status=400)


def test_a_parameter_that_is_given_twice_is_400(served: Served):
    served.get(f"{CATALOGUE}?limit=1&limit=2", status=400)


# -- /req/core/f-op ---------------------------------------------------------------------------


def test_one_feature_is_as_in_the_list_and_links_back(served: Served):
    listed = served.read(CATALOGUE)["features"][0]
    answer = served.get(f"{CATALOGUE}/{listed['id']}")
    links = answer.json.pop("links")

    assert answer.content_type == "application/geo+json"
    assert {name: answer.json[name] for name in listed} == listed
    assert {link["rel"] for link in links} == {"self", "alternate", "collection"}
    for link in links:
        assert served.get(path_of(link)).content_type.startswith(link["type"])


def test_what_an_order_has_taken_is_still_found_by_its_number(served: Served):
    assert served.read(f"{CATALOGUE}/{served.collected}")["properties"]["stage"] == "collected"


def test_what_is_not_in_the_catalogue_is_not_there(served: Served):
    for number in (served.draft, served.on_notice):
        served.get(f"{CATALOGUE}/{number}", status=404)


def test_no_public_answer_names_a_person(served: Served):
    for path in (*PUBLIC, f"{CATALOGUE}/{served.free[0]}"):
        for form in ("json", "html"):
            text = served.get(path, query_string={"f": form}).text
            assert [name for name in NAMES if name in text] == []


def test_coordinates_have_nine_decimals_at_most_and_shells_to_the_left(served: Served):
    for feature in served.read(CATALOGUE)["features"]:
        shape = shape_of(feature)
        assert shapely.is_ccw(shapely.get_exterior_ring(shape))
        for number in shapely.get_coordinates(shape).ravel().tolist():
            assert round(number, 9) == number
