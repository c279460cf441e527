"""The catalogue: what it shows, how it is narrowed, and what it never tells."""

import json

import pytest
import shapely

from bank.assets.tables import AssetKind
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import StorageMode
from bank.parties.tables import Party
from database.actor import Role
from tests.web.visiting import Site, markup_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

WORLD = "118.9,30.3,119.9,30.9"


@pytest.fixture
def three(site: Site):
    world = site.world
    wood = world.deposit(yearly_yuan=10_000)
    house = world.deposit(
        kind=AssetKind.HOUSE,
        mode=StorageMode.LEASE,
        owner=world.villager("赵招娣", village="330523107201"),
        shape=world.square(town="330523107", side_m=20),
    )
    swap = world.deposit(mode=StorageMode.SWAP, yearly_yuan=40_000)
    return site, wood, house, swap


def test_the_list_shows_every_free_deposit_to_anyone_and_no_owner(three):
    site, *deposits = three

    page = markup_of(site.visitor().get("/catalogue"))

    for deposit in deposits:
        assert deposit.number in page
    assert "王桂花" not in page
    assert "赵招娣" not in page
    assert "3 found" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"town": "330523107"}, {1}),
        ({"kind": "house"}, {1}),
        ({"mode": "swap"}, {2}),
        ({"area_from": "1"}, {0, 2}),
        ({"area_to": "1"}, {1}),
        ({"price_to": "150,000"}, {0}),
        ({"price_from": "２００000元", "kind": "woodland"}, {2}),
        ({"town": "330523106", "mode": "lease"}, set()),
    ],
)
def test_the_filter_narrows_the_list(three, query, found):
    site, *deposits = three

    answer = site.visitor().get("/catalogue", query_string=query)

    assert answer.status_code == 200
    page = markup_of(answer)
    assert {place for place, one in enumerate(deposits) if one.number in page} == found


def test_the_list_is_sorted_as_asked(three):
    site, wood, house, swap = three

    page = markup_of(site.visitor().get("/catalogue", query_string={"sort": "price_down"}))

    assert page.index(swap.number) < page.index(house.number) < page.index(wood.number)


def test_a_filter_that_cannot_be_read_keeps_what_was_typed(three):
    site, *_ = three

    answer = site.visitor().get("/catalogue", query_string={"area_from": "many", "price_to": "-5"})

    assert answer.status_code == 422
    page = markup_of(answer)
    assert 'value="many"' in page
    assert 'href="#area_from"' in page
    assert 'href="#price_to"' in page


def test_a_range_upside_down_is_said_beside_its_end(three):
    site, *_ = three

    answer = site.visitor().get("/catalogue", query_string={"area_from": "9", "area_to": "2"})

    assert answer.status_code == 422
    assert 'href="#area_to"' in markup_of(answer)


def test_htmx_gets_the_results_alone_and_a_wrong_filter_the_whole_page(three):
    site, wood, *_ = three
    browser = site.visitor()

    part = browser.get("/catalogue", headers={"HX-Request": "true"})
    wrong = browser.get("/catalogue?area_from=x", headers={"HX-Request": "true"})

    assert wood.number in markup_of(part)
    assert "<html" not in markup_of(part)
    assert wrong.headers["HX-Redirect"] == "/catalogue?area_from=x"


def test_a_page_beyond_the_end_or_no_number_is_still_a_page(three):
    site, *_ = three

    for page in ("99", "0", "-1", "x", "1e9", "٣"):
        assert site.visitor().get("/catalogue", query_string={"page": page}).status_code == 200


def test_what_an_order_has_taken_is_shown_only_on_request(three):
    site, wood, *_ = three
    site.world.order(wood, paid=False)
    browser = site.visitor()

    assert wood.number not in markup_of(browser.get("/catalogue"))
    assert wood.number in markup_of(browser.get("/catalogue?taken=y"))


def test_one_deposit_tells_of_its_land_and_leaves_unknown_unknown(three):
    site, _wood, house, _swap = three

    page = markup_of(site.visitor().get(f"/catalogue/{house.id}"))

    assert "0.60 mu" in page
    assert "400.00 m²" in page
    assert "8,000.00" in page  # the rent
    assert "安吉诚信资产评估所" in page
    assert page.count("Not checked yet") == 3  # the three control zones
    assert "赵招娣" not in page
    assert "Sign in to put it in a bundle" in page


def test_a_deposit_that_is_not_in_the_bank_is_not_found(site):
    draft = site.world.deposit(Stage.CLEARED)

    assert site.visitor().get(f"/catalogue/{draft.id}").status_code == 404
    assert site.visitor().get(f"/catalogue/{draft.id}/outline.json").status_code == 404


def test_an_investor_can_put_a_free_deposit_in_her_bundle_but_not_her_own(site):
    world = site.world
    deposit = world.deposit()
    investor = world.investor()
    both = world.user("王桂花", Role.INVESTOR, party=world.session.get_one(Party, deposit.party_id))

    page = markup_of(site.visitor(investor).get(f"/catalogue/{deposit.id}"))
    own = markup_of(site.visitor(both).get(f"/catalogue/{deposit.id}"))

    assert "/bundle/add" in page
    assert "/bundle/add" not in own
    assert "your own deposit" in own


def test_the_map_has_the_same_filter_as_the_list(three):
    site, _wood, house, _swap = three
    browser = site.visitor()

    page = markup_of(browser.get("/catalogue?view=map&kind=house"))
    data = browser.get(f"/lands/parcels?kind=house&bbox={WORLD}").get_json(force=True)

    assert "kind=house" in page.split('data-features-url="')[1].split('"')[0]
    assert [one["properties"]["id"] for one in data["features"]] == [str(house.id)]
    told = data["features"][0]["properties"]
    assert told["kind"] == "house"
    assert told["stage"] == "stored"
    assert told["dm2"] == 40_000
    assert "赵招娣" not in json.dumps(data, ensure_ascii=False)
    shape = shapely.from_geojson(json.dumps(data["features"][0]["geometry"]))
    assert shape.is_valid
    assert shapely.box(118.9, 30.3, 119.9, 30.9).contains(shape)


@pytest.mark.parametrize(
    "bbox", ["", "1,2,3", "a,b,c,d", "119,30,118,31", "119,31,120,30", "nan,1,2,3", "1,2,inf,3"]
)
def test_a_box_that_is_none_is_refused(site, bbox):
    answer = site.visitor().get("/lands/parcels", query_string={"bbox": bbox})

    assert answer.status_code == 400
    assert answer.get_json()["code"] == "bad_bbox"


def test_a_view_elsewhere_is_empty(three):
    site, *_ = three

    data = site.visitor().get("/lands/parcels?bbox=-10,-10,10,10").get_json(force=True)

    assert data["features"] == []


def test_a_browser_that_has_the_townships_is_not_sent_them_again(site):
    browser = site.visitor()

    answer = browser.get("/lands/towns")
    again = browser.get("/lands/towns", headers={"If-None-Match": answer.headers["ETag"]})

    names = [one["properties"]["name"] for one in answer.get_json(force=True)["features"]]
    assert names == ["报福镇", "章村镇"]
    assert again.status_code == 304


def test_parcels_to_pick_are_for_those_who_signed_in(site):
    villager = site.world.villager()

    assert site.visitor().get(f"/lands/free?bbox={WORLD}").status_code == 302
    data = site.visitor(villager).get(f"/lands/free?bbox={WORLD}").get_json(force=True)
    assert data["features"] == []
