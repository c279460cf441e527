"""A parcel's public page and its space code, and the township's page for its outline."""

import json
from io import BytesIO

import pytest
import shapely
from flask.testing import FlaskClient

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.land import polygons
from bank.land.parcels import register_parcel, shape_of
from bank.land.shapes import shapes_of
from bank.land.tables import Origin, Parcel, ShapeReason
from database.directory import bank_of
from tests.web.desk import Desk
from tests.web.visiting import paper, text_of
from tests.world import World

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def parcel_of(deposit: Deposit) -> Parcel:
    assert deposit.asset.parcel is not None
    return deposit.asset.parcel


def drawn(world: World, deposit: Deposit, *, east: float) -> str:
    """The deposit's outline moved to the east, as the map sends it."""
    moved = shapely.affinity.translate(shape_of(parcel_of(deposit)), east, 0)
    srid = bank_of(world.session).settings.srid
    return polygons.to_geojson(shapely.to_wkb(moved), srid=srid, decimals=9)


def correction(world: World, deposit: Deposit, **changed: object) -> dict[str, object]:
    return {
        "geometry": drawn(world, deposit, east=20),
        "given": "",
        "reason": "corrected",
        "note": "界址点抄错",
        "document": paper("survey.pdf"),
        "key": world.key(),
    } | changed


# -- the public page ------------------------------------------------------------------------------


def test_a_parcels_page_says_what_it_is_and_never_whose(desk: Desk) -> None:
    with desk.world(days=200) as world:
        deposit = world.deposit(owner=world.villager("欧阳招娣"))
        world.collected(deposit)
        parcel = parcel_of(deposit)
        code, party = parcel.code, deposit.party.number

    answer = desk.browser().get(f"/parcels/{code}")

    page = text_of(answer)
    assert answer.status_code == 200
    for said in (
        code, "Woodland", "Timber woodland (0301)", "景溪村", "15.0000 mu",
        "To the east", "Land that is not registered", "Public notice posted", "Stored in the bank",
        "大竹海民宿", "Not checked yet", "70 years",
    ):  # fmt: skip
        assert said in page, said
    for hidden in ("欧阳", "招娣", "欧*", party, deposit.asset.name):
        assert hidden not in page, hidden


def test_the_page_is_in_chinese_too(desk: Desk) -> None:
    with desk.world(days=100) as world:
        code = parcel_of(world.deposit()).code

    page = text_of(desk.browser(language="zh_Hans_CN").get(f"/parcels/{code.lower()}"))

    assert "乔木林地 (0301)" in page


@pytest.mark.parametrize(
    ("stage", "status"), [(Stage.DRAFT, 404), (Stage.SUBMITTED, 404), (Stage.ON_NOTICE, 200)]
)
def test_what_is_drawn_is_public_from_its_notice_on(desk: Desk, stage: Stage, status: int) -> None:
    with desk.world(days=100) as world:
        code = parcel_of(world.deposit(stage)).code
    browser = desk.browser()

    assert browser.get(f"/parcels/{code}").status_code == status
    assert browser.get(f"/parcels/{code}/code.svg").status_code == status


def test_a_registered_parcel_is_public_without_a_deposit(desk: Desk) -> None:
    with desk.world(days=100) as world:
        parcel = register_parcel(
            world.session, world.square(), land_class="1104", location="景溪村",
            origin=Origin.IMPORTED, at=world.at,
        )  # fmt: skip
        code = parcel.code

    page = text_of(desk.browser().get(f"/parcels/{code}"))

    assert "Pond (1104)" in page
    assert "Registered, and not in the bank" in page


def test_a_retired_parcel_says_so_and_what_took_its_place(desk: Desk) -> None:
    with desk.world(days=100) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        old = parcel_of(deposit)
        old.retired_at = world.at
        new = register_parcel(
            world.session, world.square(), land_class="0301", location="景溪村",
            origin=Origin.DRAWN, at=world.at, asset_id=deposit.asset_id,
        )  # fmt: skip
        codes = old.code, new.code

    answer = desk.browser().get(f"/parcels/{codes[0]}")

    assert answer.status_code == 200
    assert "This parcel is no more." in text_of(answer)
    assert f"/parcels/{codes[1]}" in answer.text


@pytest.mark.parametrize("code", ["330523106201JE99999", "nothing", "<script>", "x" * 500])
def test_an_unknown_code_is_not_found(desk: Desk, code: str) -> None:
    answer = desk.browser().get(f"/parcels/{code}")

    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_two_areas_that_lie_apart_are_warned_of(desk: Desk) -> None:
    with desk.world(days=100) as world:
        parcel = parcel_of(world.deposit())
        parcel.area_ellipsoid_dm2 = parcel.area_dm2 + 2_000
        code = parcel.code

    assert "another coordinate zone" in text_of(desk.browser().get(f"/parcels/{code}"))


# -- the passbook ---------------------------------------------------------------------------------


def test_the_passbook_shows_the_bounds_both_areas_and_the_space_code(desk: Desk) -> None:
    with desk.world(days=100) as world:
        owner = world.villager()
        deposit = world.deposit(owner=owner)
        code = parcel_of(deposit).code

    own = desk.browser(owner).get(f"/deposits/{deposit.id}/passbook")
    public = desk.browser().get(f"/verify/{deposit.number}")

    assert f"/parcels/{code}/code.svg" in own.text
    for page in (text_of(own), text_of(public)):
        for said in ("To the north", "Area on the ellipsoid", "Timber woodland (0301)"):
            assert said in page
    picture = desk.browser().get(f"/parcels/{code}/code.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")


# -- the township ---------------------------------------------------------------------------------


def send(browser: FlaskClient, deposit: Deposit, data: dict[str, object]) -> object:
    return browser.post(
        f"/township/{deposit.id}/shape", data=data, content_type="multipart/form-data"
    )


def test_an_officer_corrects_an_outline_and_its_history_shows_both(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        data = correction(world, deposit)
    browser = desk.browser(world.officer)
    assert f"/township/{deposit.id}/shape" in browser.get(f"/township/{deposit.id}").text

    answer = send(browser, deposit, data)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    with desk.session() as session:
        kept = session.get_one(Deposit, deposit.id)
        history = shapes_of(session, parcel_of(kept))
        assert kept.stage is Stage.DRAFT
        assert [row.reason for row in history] == [ShapeReason.REGISTERED, ShapeReason.CORRECTED]
        document = history[-1].document_id
    with browser.get(f"/documents/{document}") as opened:
        assert opened.status_code == 200
    assert desk.browser().get(f"/documents/{document}").status_code == 404


def test_the_outline_may_come_from_a_file(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        geometry = json.loads(drawn(world, deposit, east=30))
        feature = {"type": "Feature", "properties": {}, "geometry": geometry}
        text = json.dumps({"type": "FeatureCollection", "features": [feature]})
        data = correction(world, deposit, geometry="", file=(BytesIO(text.encode()), "new.geojson"))
        west = parcel_of(deposit).min_x

    answer = send(desk.browser(world.officer), deposit, data)

    assert answer.status_code == 302  # type: ignore[attr-defined]
    with desk.session() as session:
        parcel = parcel_of(session.get_one(Deposit, deposit.id))
        assert parcel.min_x == pytest.approx(west + 30, abs=0.002)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"note": ""}, "note"),
        ({"reason": ""}, "reason"),
        ({"document": ""}, "document"),
        ({"geometry": "", "shape": "119.5, 30.5"}, "shape"),
        ({"geometry": ""}, "shape"),
        ({"file": (BytesIO(b"{}"), "x.geojson")}, "file"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    desk: Desk, changed: dict[str, object], field: str
) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        data = correction(world, deposit, **changed)

    answer = send(desk.browser(world.officer), deposit, data)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert f'id="{field}-error"' in answer.text  # type: ignore[attr-defined]


def test_a_stored_outline_and_another_towns_are_out_of_reach(desk: Desk) -> None:
    with desk.world(days=100) as world:
        stored, passing = world.deposit(), world.deposit(Stage.ON_NOTICE)
        elsewhere = world.officer_for(
            world.deposit(
                owner=world.villager(village="330523107201"), shape=world.square(town="330523107")
            )
        )

    assert desk.browser(world.officer).get(f"/township/{stored.id}/shape").status_code == 404
    assert desk.browser(elsewhere).get(f"/township/{passing.id}/shape").status_code == 404


def test_the_command_line_lists_the_shapes_of_a_parcel(desk: Desk) -> None:
    with desk.world(days=100) as world:
        code = parcel_of(world.deposit()).code
    run = desk.app.test_cli_runner().invoke

    told = json.loads(run(args=["land", "shapes", code, "--json"]).output)

    [shape] = told["shapes"]
    assert (shape["number"], shape["reason"], shape["area_dm2"]) == (1, "registered", 1_000_000)
    assert shape["geometry"]["type"] == "Polygon"
    assert run(args=["land", "shapes", "nothing"]).exit_code != 0
