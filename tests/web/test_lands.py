"""The maps' data: kept until something changes, counted where it is too much, and whose it is."""

import json
from contextlib import closing
from datetime import date

import pytest
import shapely

from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.land.parcels import shape_of
from bank.land.polygons import read_geojson
from bank.maps import mapping
from bank.zones.tables import ControlLayer, ControlZone
from database.actor import Role
from tests.web.visiting import Site
from web.base_map import read_base_map
from web.geojson import snapped
from web.map_cache import MapCache

SRID = 4549
ON = date(2026, 8, 1)
WORLD = "118.9,30.3,119.9,30.9"
TILES = (
    "https://t0.tianditu.gov.cn/vec_w/wmts?LAYER=vec&TILEMATRIX={TileMatrix}"
    "&TILEROW={TileRow}&TILECOL={TileCol}&tk=abc"
)


def data_of(answer):
    return json.loads(answer.get_data(as_text=True))


def test_a_view_is_not_sent_again_until_something_in_the_bank_changed(site):
    deposit = site.world.deposit()
    browser = site.visitor()
    address = f"/lands/parcels?bbox={WORLD}"

    first = browser.get(address)
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    deposit.asset.name = "山后竹林"
    site.session.commit()
    changed = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert "no-cache" in first.headers["Cache-Control"]
    assert [one["properties"]["name"] for one in data_of(changed)["features"]] == ["山后竹林"]


def test_a_deposit_that_was_reserved_leaves_the_map_at_once(site):
    deposit = site.world.deposit()
    browser = site.visitor()
    assert len(data_of(browser.get(f"/lands/parcels?bbox={WORLD}"))["features"]) == 1

    site.world.order(deposit, paid=False)
    site.session.commit()

    assert data_of(browser.get(f"/lands/parcels?bbox={WORLD}"))["features"] == []


def test_two_languages_and_two_filters_are_kept_apart(site):
    site.world.deposit()
    address = f"/lands/parcels?bbox={WORLD}"

    tags = {
        site.visitor(language=language).get(address + more).headers["ETag"]
        for language in ("en", "zh_Hans_CN")
        for more in ("", "&kind=house")
    }

    assert len(tags) == 4


def test_a_map_that_is_drawn_on_gives_outlines_whose_corners_come_back_the_same(site):
    kept = shape_of(parcel_of(site.world.deposit()))
    browser = site.visitor()

    plain, fine = (
        data_of(browser.get(f"/lands/parcels?bbox={WORLD}{more}"))["features"][0]["geometry"]
        for more in ("", "&fine=1")
    )

    assert read_geojson(fine, srid=SRID, on=ON) == kept
    assert read_geojson(plain, srid=SRID, on=ON) != kept


def test_a_name_with_quotes_and_markup_is_written_as_text(site):
    deposit = site.world.deposit()
    deposit.asset.name = '"</script>\\竹林\n'
    browser = site.visitor()

    data = data_of(browser.get(f"/lands/parcels?bbox={WORLD}"))

    assert data["features"][0]["properties"]["name"] == '"</script>\\竹林\n'
    assert data["words"]["places"] == {"330523106201": "报福镇景溪村"}


def test_too_many_become_totals_with_what_they_are_made_of(site, monkeypatch):
    monkeypatch.setitem(mapping.listed_in_view.__kwdefaults__, "most", 1)
    first, second = site.world.deposit(), site.world.deposit()

    data = data_of(site.visitor().get(f"/lands/parcels?bbox={WORLD}"))

    assert data["totals"] is True
    assert [one["properties"]["name"] for one in data["features"]] == ["景溪村"]
    area_dm2 = first.area_dm2 + second.area_dm2
    assert data["features"][0]["properties"]["of"] == [["woodland", "stored", 2, area_dm2]]
    assert data["features"][0]["geometry"]["type"] == "Point"


def test_an_officers_map_shows_her_own_town_and_what_is_applied_for(site):
    world = site.world
    here = world.deposit(Stage.ON_NOTICE)
    there = world.deposit(
        owner=world.villager("赵招娣", village="330523107201"),
        shape=world.square(town="330523107"),
    )
    world.deposit(Stage.DRAFT)
    township = world.officer
    county = world.county_officer
    address = f"/lands/deposits?bbox={WORLD}"

    own = data_of(site.visitor(township).get(address))
    whole = data_of(site.visitor(county).get(address))

    assert [one["properties"]["id"] for one in own["features"]] == [str(here.id)]
    assert {one["properties"]["id"] for one in whole["features"]} == {str(here.id), str(there.id)}
    assert site.visitor(world.villager()).get(address).status_code == 403
    assert site.visitor().get("/lands/map").status_code == 302
    page = site.visitor(township).get("/lands/map").get_data(as_text=True)
    assert 'data-features-url="/lands/deposits"' in page


def test_zones_in_force_are_shown_cut_to_the_view_and_older_ones_are_not(site):
    session = site.session
    around = site.world.square().buffer(20_000)
    for name, since in (("旧版", date(2019, 1, 1)), ("新版", date(2020, 1, 1))):
        layer = ControlLayer(
            kind="ecological_red_line", name=name, valid_from=since,
            source_note="t", digest=name, zone_count=1, area_dm2=1, imported_at=site.world.at,
        )  # fmt: skip
        session.add(layer)
        session.flush()
        min_x, min_y, max_x, max_y = around.bounds
        session.add(
            ControlZone(
                layer_id=layer.id, code="1", name="龙王山", is_core=True,
                wkb=shapely.to_wkb(around), min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y,
            )
        )  # fmt: skip

    data = data_of(site.visitor().get("/lands/zones?bbox=119.40,30.40,119.45,30.45"))

    assert [one["properties"]["layer_name"] for one in data["features"]] == ["新版"]
    assert data["features"][0]["properties"]["core"] is True
    shape = shapely.from_geojson(json.dumps(data["features"][0]["geometry"]))
    assert shapely.box(*data["bbox"]).buffer(0.001).contains(shape)


def test_villages_have_their_outlines(site):
    data = data_of(site.visitor().get("/lands/villages"))

    assert data["type"] == "FeatureCollection"


@pytest.mark.parametrize("path", ["parcels", "zones"])
def test_a_box_that_is_none_is_refused_everywhere(site, path):
    assert site.visitor().get(f"/lands/{path}?bbox=1,2,3").status_code == 400


def test_a_snapped_box_covers_what_was_asked_and_is_shared_by_its_neighbours():
    asked = (119.4001, 30.5002, 119.4507, 30.5403)
    box = snapped(asked)

    assert box[0] <= asked[0]
    assert box[1] <= asked[1]
    assert box[2] >= asked[2]
    assert box[3] >= asked[3]
    assert box[2] - box[0] < 1.3 * (asked[2] - asked[0])
    assert snapped((119.4002, 30.5003, 119.4508, 30.5404)) == box


def test_a_cache_lets_the_oldest_go_when_it_is_full():
    cache = MapCache(most_bytes=10)
    for key in "abc":
        cache.keep(key, b"1234")

    assert [cache.find(key) for key in "abc"] == [None, b"1234", b"1234"]
    cache.keep("d", b"x" * 11)
    assert cache.find("d") is None


def test_without_a_base_map_no_other_host_is_allowed(site):
    answer = site.visitor().get("/catalogue?view=map")

    assert "img-src 'self' data: blob:;" in answer.headers["Content-Security-Policy"]
    assert "data-base=" not in answer.get_data(as_text=True)


def test_a_base_map_is_allowed_its_own_host_and_named(committed_bank):
    with closing(Site(committed_bank, map_wmts_url=TILES)) as site:
        answer = site.visitor().get("/catalogue?view=map")

    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: blob: https://t0.tianditu.gov.cn;" in policy
    assert "TILEROW={y}" in answer.get_data(as_text=True)
    base_map = read_base_map(TILES)
    assert base_map is not None
    assert "天地图" in base_map.attribution


@pytest.mark.parametrize(
    "address",
    [
        "ftp://x/{z}/{x}/{y}",
        "https://a b/{z}/{x}/{y}",
        "https://x;script-src */{z}/{x}/{y}",
        "https://x/{z}/{x}",
        "https://t{s}.x/{z}/{x}/{y}",
        "https://x/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}",
        TILES.replace("vec_w", "vec_c"),
        TILES.replace("LAYER=vec", "TILEMATRIXSET=c"),
        TILES.replace("LAYER=vec", "TileMatrixSet=EPSG:4490"),
    ],
)
def test_an_address_that_is_no_base_map_stops_the_start(address):
    with pytest.raises(ValueError, match="MAP_WMTS_URL"):
        read_base_map(address)


def test_roles_that_have_no_desk_do_not_see_the_officers_map(site):
    investor = site.world.investor()

    assert site.visitor(investor).get("/lands/map").status_code == 403
    assert site.visitor(site.world.auditor).get("/lands/map").status_code == 200
    assert Role.COUNTY not in investor.roles
