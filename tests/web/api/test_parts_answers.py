"""What programs are told of deposits that a red line cuts: bundles, orders, parts and rests."""

from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from shapely.geometry import shape

from bank.deposits.tables import StorageMode
from tests.bank.orders.test_parts import west
from tests.web.api.conftest import read
from tests.web.desk import Desk

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def told(desk: Desk, browser: Any, path: str) -> Any:
    """The answer, which is as the specification says."""
    answer = read(browser, path)
    specification: Any = desk.app.test_client().get("/api/openapi.json").json
    known = specification["paths"].get(f"/api/v1{path.partition('?')[0]}")
    if known:
        content = known["get"]["responses"]["200"]["content"]["application/json"]
        whole = content["schema"] | {"components": specification["components"]}
        assert [e.message for e in OAS31Validator(whole).iter_errors(answer)] == []
    return answer


def test_a_bundle_tells_the_parts_that_are_wanted(desk: Desk) -> None:
    with desk.world(days=40) as world:
        wood, other = world.deposit(mode=StorageMode.LEASE), world.deposit()
        line = {wood.id: west(wood, 30)}
        _, investor = world.bundle(wood, other, red_lines=line)
        number = wood.number
    browser = desk.browser(investor)

    bundle = told(desk, browser, "/me/bundle?geometry=true")

    items = {item["deposit"]: item for item in bundle["items"]}
    part = items[number]["part"]
    assert (part["area_dm2"], part["rest_dm2"]) == (300_000, 700_000)
    assert (items[number]["area_dm2"], items[number]["rent_fen"]) == (300_000, 240_000)
    west_lon, _, east_lon, _ = shape(part["geometry"]).bounds
    assert 0.0002 < east_lon - west_lon < 0.0004  # 30 m of the square's 100
    assert [item["part"] for item in bundle["items"] if item["deposit"] != number] == [None]
    assert bundle["area_dm2"] == 1_300_000


def test_an_order_tells_the_owners_answer_and_after_it_which_deposit_the_part_became(
    desk: Desk,
) -> None:
    with desk.world(days=40) as world:
        owner, investor = world.villager(), world.investor()
        wood = world.deposit(owner=owner)
        order = world.order(wood, investor=investor, red_lines={wood.id: west(wood, 30)})
        world.confirm(world.collection(order))
        number, project = wood.number, order.project.number

    (shown,) = told(desk, desk.browser(investor), "/me/orders?geometry=true")["items"]
    (line,) = shown["lines"]
    assert (line["deposit"], line["part"]["stage"]) == (number, "collected")
    assert (line["part"]["area_dm2"], line["part"]["rest_dm2"]) == (300_000, 700_000)
    child = line["collected_as"]

    rest = told(desk, desk.browser(), f"/deposits/{number}")
    assert rest["area_dm2"] == 700_000
    assert [(cut["number"], cut["area_dm2"]) for cut in rest["parts"]] == [(child, 300_000)]
    assert sum(held["area_dm2"] for held in rest["ledger"]) == 700_000
    part = told(desk, desk.browser(), f"/deposits/{child}")
    assert (part["area_dm2"], part["cut_from"]["number"]) == (300_000, number)

    (listed,) = told(desk, desk.browser(), "/projects")["items"]
    assert (listed["deposits"], listed["parts"], listed["area_dm2"]) == (1, 1, 300_000)
    (land,) = told(desk, desk.browser(), f"/projects/{project}")["land"]
    assert (land["deposit"], land["cut_from"], land["area_dm2"]) == (child, number, 300_000)

    own = {
        each["number"]: each for each in told(desk, desk.browser(owner), "/me/deposits")["items"]
    }
    assert own[number]["asked_part"]["stage"] == "collected"
    assert own[number]["area_dm2"] == 700_000
    assert own[child]["asked_part"] is None


def test_a_project_that_has_not_collected_is_nobodys_business(desk: Desk) -> None:
    with desk.world(days=40) as world:
        order = world.order(world.deposit())
        number = order.project.number

    assert read(desk.browser(), f"/projects/{number}", status=404)["code"] == "no_such_record"


@pytest.mark.parametrize("path", ["/me/bundle", "/me/orders"])
def test_only_investors_have_bundles_and_orders(desk: Desk, path: str) -> None:
    with desk.world(days=40) as world:
        owner, investor = world.villager(), world.investor()

    assert read(desk.browser(), path, status=401)["code"] == "http_401"
    assert read(desk.browser(owner), path, status=403)["code"] == "http_403"
    assert told(desk, desk.browser(investor), path)["items"] == []
