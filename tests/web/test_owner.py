"""A villager's and a collective's pages: applying question by question, and following it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bank.acts import history
from bank.assets.tables import AssetKind
from bank.deposits import checking, notices
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land.parcels import register_parcel
from bank.land.polygons import to_geojson
from bank.land.tables import Origin, Parcel
from database.base import new_id
from tests.web.visiting import paper, picture, text_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SRID = 4549


def key() -> str:
    return str(new_id())


def begin(client, kind="woodland"):
    return client.post(
        "/deposits/begin",
        data={"key": key(), "kind": kind, "name": "屋后竹林", "division_code": "330523106201"},
    )


def geometry(site):
    from shapely import to_wkb

    return to_geojson(to_wkb(site.world.square()), srid=SRID, decimals=9)


def test_a_villager_applies_question_by_question(site):
    villager = site.world.villager()
    client = site.visitor(villager)

    answer = begin(client)
    assert answer.status_code == 302
    place = answer.location
    home = place.removesuffix("/place")

    answer = client.post(place, data={"key": key(), "geometry": geometry(site), "given": ""})
    assert answer.location == f"{home}/right"

    answer = client.post(
        f"{home}/right",
        data={
            "key": key(),
            "type": "forest_contract",
            "certificate_number": "浙(2019)安吉县不动产权第0012345号",
            "unit_code": "",
            "ends_on": "2053年12月31日",
        },
    )
    assert answer.location == f"{home}/evidence"

    answer = client.post(
        f"{home}/evidence",
        data={"key": key(), "certificate": [paper()], "photos": [picture(), picture("b.jpg")]},
    )
    assert answer.location == f"{home}/mode"

    answer = client.post(f"{home}/mode", data={"key": key(), "mode": "lease"})
    assert answer.location == f"{home}/terms?mode=lease"

    answer = client.post(
        f"{home}/terms?mode=lease", data={"key": key(), "term_years": "15", "rent": "8,000"}
    )
    assert answer.location == f"{home}/consent"

    answer = client.post(
        f"{home}/consent",
        data={"key": key(), "held_on": str(yesterday()), "file": paper("agreed.pdf", "agreed")},
    )
    assert answer.location == f"{home}/check"

    page = client.get(f"{home}/check")
    assert "浙(2019)安吉县不动产权第0012345号" in text_of(page)
    assert "¥8,000.00" in text_of(page)
    assert "15.00 mu" in text_of(page)

    answer = client.post(f"{home}/check", data={"key": key()})
    assert answer.location == f"{home}/submitted"

    page = client.get(f"{home}/submitted")
    deposit = site.fresh().query(Deposit).one()
    assert deposit.stage is Stage.SUBMITTED
    assert deposit.mode is StorageMode.LEASE
    assert deposit.rent_fen == 800_000
    assert deposit.number in text_of(page)
    assert "0572-5123456" in text_of(page)
    assert f"{home}/take-back" in page.get_data(as_text=True)


def yesterday() -> date:
    return (datetime.now(UTC) - timedelta(days=1)).date()


def test_what_was_submitted_can_be_taken_back_during_the_grace_period(site):
    site.to_the_present()
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.SUBMITTED, owner=villager)
    client = site.visitor(villager)

    answer = client.post(f"/deposits/{deposit.id}/take-back", data={"key": key()})

    assert answer.status_code == 302
    site.fresh()
    assert deposit.stage is Stage.DRAFT


def test_taking_back_after_the_grace_period_says_so(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.SUBMITTED, owner=villager)
    client = site.visitor(villager)

    client.post(f"/deposits/{deposit.id}/take-back", data={"key": key()})

    site.fresh()
    assert deposit.stage is Stage.SUBMITTED
    assert "take-back" not in client.get(f"/deposits/{deposit.id}").get_data(as_text=True)


def test_a_double_submit_is_one_submission(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager)
    client = site.visitor(villager)
    same = key()

    for _ in range(2):
        answer = client.post(f"/deposits/{deposit.id}/check", data={"key": same})
        assert answer.status_code == 302

    acts = [row.act for row in history(site.fresh(), deposit)]
    assert acts.count("submit") == 1


def test_beginning_twice_with_the_same_key_makes_one_draft(site):
    client = site.visitor(site.world.villager())
    data = {
        "key": key(), "kind": "woodland", "name": "竹林", "division_code": "330523106201"
    }  # fmt: skip

    first, second = (client.post("/deposits/begin", data=data) for _ in range(2))

    assert first.location == second.location
    assert site.fresh().query(Deposit).count() == 1


@pytest.mark.parametrize(
    ("step", "data", "status", "said"),
    [
        ("place", {}, 422, ""),
        ("place", {"shape": "119.6 30.4\n119.7"}, 422, "119.7"),
        ("pick", {"parcel": "330523106201GB00001"}, 422, "code of the register"),
        ("pick", {"picked": "no id"}, 422, "code of the register"),
        ("right", {"type": "forest_contract"}, 422, "Copy the number from the certificate."),
        (
            "right",
            {"type": "forest_contract", "certificate_number": "A1", "ends_on": "tomorrow"},
            422,
            "year, month and day",
        ),
        (
            "right",
            {"type": "forest_contract", "certificate_number": "A1", "unit_code": "123"},
            422,
            "28",
        ),
        ("mode", {}, 422, "Choose one of these."),
        ("terms?mode=lease", {"term_years": "15", "rent": "much"}, 422, "much"),
        ("terms?mode=share", {"term_years": "500"}, 422, "500"),
        ("terms?mode=share", {"term_years": "many"}, 422, "whole number"),
        ("terms?mode=swap", {"term_years": "15"}, 422, "what you wish"),
        ("consent", {"held_on": "2099-01-01", "file": paper()}, 422, "2099-01-01"),
        ("consent", {"held_on": ""}, 422, "year, month and day"),
    ],
)
def test_a_refused_answer_stays_on_its_page(site, step, data, status, said):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager)
    client = site.visitor(villager)

    answer = client.post(f"/deposits/{deposit.id}/{step}", data={"key": key(), **data})

    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    assert said in page
    assert 'class="error-summary"' in page


def test_the_certificate_is_asked_for_before_going_on(site):
    client = site.visitor(site.world.villager())
    home = begin(client).location.removesuffix("/place")

    answer = client.post(f"{home}/evidence", data={"key": key()})

    assert answer.status_code == 422
    assert 'id="certificate-error"' in answer.get_data(as_text=True)


def test_the_signed_agreement_is_asked_for_the_first_time(site):
    client = site.visitor(site.world.villager())
    home = begin(client).location.removesuffix("/place")

    answer = client.post(f"{home}/consent", data={"key": key(), "held_on": str(yesterday())})

    assert answer.status_code == 422
    assert "Choose the file" in text_of(answer)


def test_an_imported_parcel_can_be_picked_by_its_code(site):
    villager = site.world.villager()
    client = site.visitor(villager)
    home = begin(client).location.removesuffix("/place")
    free = register_parcel(
        site.session,
        site.world.square(),
        division_code="330523106201",
        land_class="0301",
        location="景溪村",
        origin=Origin.IMPORTED,
        at=site.world.at,
    )
    site.session.commit()

    for told in ({"parcel": free.code.lower()}, {"picked": str(free.id)}):
        answer = client.post(f"{home}/pick", data={"key": key(), **told})
        assert answer.location == f"{home}/right"
    deposit = site.fresh().query(Deposit).one()
    assert deposit.asset.parcel.id == free.id


def test_photos_without_a_certificate_are_kept_and_the_certificate_asked_for(site):
    client = site.visitor(site.world.villager())
    home = begin(client).location.removesuffix("/place")

    answer = client.post(f"{home}/evidence", data={"key": key(), "photos": [picture()]})
    page = client.get(answer.location)

    assert answer.location == f"{home}/evidence"
    assert "photo.jpg" in text_of(page)
    assert 'role="alert"' in page.get_data(as_text=True)


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(site):
    client = site.visitor(site.world.villager())
    home = begin(client).location.removesuffix("/place")
    wrong = (paper()[0], "photo.jpg")

    answer = client.post(f"{home}/evidence", data={"key": key(), "photos": [wrong]})

    assert answer.status_code == 422
    assert 'id="photos-error"' in answer.get_data(as_text=True)


def test_a_file_can_be_taken_out_again(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager)
    client = site.visitor(villager)
    paper_id = deposit.asset.evidence[0].id

    client.post(f"/deposits/{deposit.id}/evidence/{paper_id}/remove", data={"key": key()})

    site.fresh()
    assert deposit.asset.evidence == []


@pytest.mark.parametrize("order", ["lon-lat", "lat-lon", "metres"])
def test_corners_can_be_typed_the_way_people_have_them(site, order):
    from shapely import get_coordinates

    from bank.land.projection import to_lonlat

    villager = site.world.villager()
    client = site.visitor(villager)
    home = begin(client).location.removesuffix("/place")
    square = site.world.square()
    if order == "metres":
        lines = [f"X={y:.3f}, Y={x:.3f}" for x, y in get_coordinates(square)[:-1]]
    else:
        corners = get_coordinates(to_lonlat(square, SRID))[:-1]
        lines = [
            f"{x:.9f}, {y:.9f}" if order == "lon-lat" else f"{y:.9f}，{x:.9f}" for x, y in corners
        ]

    answer = client.post(f"{home}/place", data={"key": key(), "shape": "\n".join(lines)})

    assert answer.status_code == 302
    parcel = site.fresh().query(Parcel).one()
    assert parcel.origin.value == "typed"
    assert parcel.area_dm2 == pytest.approx(1_000_000, abs=100)


def test_an_answer_changed_from_the_check_page_leads_back_to_it(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager)
    client = site.visitor(villager)
    url = f"/deposits/{deposit.id}/terms?from=check"

    assert 'value="15"' in client.get(url).get_data(as_text=True)
    answer = client.post(url, data={"key": key(), "term_years": "20"})

    assert answer.location == f"/deposits/{deposit.id}/check"


def test_a_collective_gives_its_vote(site):
    leader = site.world.collective()
    deposit = site.world.deposit(Stage.DRAFT, owner=leader, kind=AssetKind.CONSTRUCTION_LAND)
    client = site.visitor(leader)
    vote = {
        "key": key(),
        "kind": "members",
        "members": "300",
        "present": "280",
        "in_favour": "150",
        "notice_given_on": str(yesterday() - timedelta(days=30)),
        "held_on": str(yesterday()),
    }

    refused = client.post(f"/deposits/{deposit.id}/consent", data=vote)
    assert refused.status_code == 422
    assert 'id="in_favour-error"' in refused.get_data(as_text=True)
    assert 'value="280"' in refused.get_data(as_text=True)

    answer = client.post(f"/deposits/{deposit.id}/consent", data=vote | {"in_favour": "270"})
    assert answer.status_code == 302
    site.fresh()
    assert deposit.consent.in_favour == 270


def test_a_villager_is_not_offered_what_only_a_collective_owns(site):
    page = site.visitor(site.world.villager()).get("/deposits/begin").get_data(as_text=True)

    assert 'value="woodland"' in page
    assert 'value="old_village"' not in page


def test_coming_back_shows_what_is_left_and_why_it_was_sent_back(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.SUBMITTED, owner=villager)
    site.world.later(minutes=11)
    checking.send_back(
        site.session, deposit.id, reason="合同缺最后一页", officer=site.world.officer,
        at=site.world.at,
    )  # fmt: skip
    client = site.visitor(villager)

    page = text_of(client.get(f"/deposits/{deposit.id}"))
    assert "合同缺最后一页" in page
    assert "Say where it lies answered" in page
    assert "Sent back" in text_of(client.get("/deposits"))


PAGES = ("", "/place", "/pick", "/right", "/evidence", "/mode", "/terms", "/consent", "/check")


@pytest.mark.parametrize("page", [*PAGES, "/passbook", "/passbook.svg", "/submitted"])
def test_other_peoples_deposits_do_not_exist(site, page):
    deposit = site.world.deposit(Stage.DRAFT)
    stranger = site.visitor(site.world.villager(name="李四妹"))

    assert stranger.get(f"/deposits/{deposit.id}{page}").status_code == 404


def test_other_peoples_deposits_cannot_be_changed(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager)
    stranger = site.visitor(site.world.villager(name="李四妹"))

    for page in ("right", "check", "take-back", "return"):
        answer = stranger.post(f"/deposits/{deposit.id}/{page}", data={"key": key()})
        assert answer.status_code == 404


def test_a_submitted_application_is_shown_and_not_asked_about(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.ON_NOTICE, owner=villager)
    client = site.visitor(villager)

    assert client.get(f"/deposits/{deposit.id}/right").location == f"/deposits/{deposit.id}"
    answer = client.post(
        f"/deposits/{deposit.id}/mode?from=check", data={"key": key(), "mode": "share"}
    )
    answer = client.post(
        f"/deposits/{deposit.id}/terms?mode=share", data={"key": key(), "term_years": "3"}
    )
    assert answer.status_code == 409


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize("page", PAGES)
def test_every_question_opens_in_both_languages(site, page, language):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager)

    answer = site.visitor(villager, language=language).get(f"/deposits/{deposit.id}{page}")

    assert answer.status_code == 200


def test_the_way_is_told_with_days_names_and_objections(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.ON_NOTICE, owner=villager)
    neighbour = site.world.villager(name="李四妹")
    notices.object_to(
        site.session, deposit.id, grounds="东边界有争议", actor=neighbour, at=site.world.at,
        key=key(),
    )  # fmt: skip

    page = text_of(site.visitor(villager).get(f"/deposits/{deposit.id}"))

    for said in ("Application handed in", "Papers checked", "陈镇干", "东边界有争议", "王桂花"):
        assert said in page
    assert "安吉诚信资产评估所" in page


def test_a_stored_deposit_has_its_certificate(site):
    villager = site.world.villager()
    deposit = site.world.deposit(owner=villager)
    client = site.visitor(villager)

    page = text_of(client.get(f"/deposits/{deposit.id}/passbook"))
    code = client.get(f"/deposits/{deposit.id}/passbook.svg")

    assert "王*花" in page
    assert "王桂花" not in page.split("Deposit certificate", 1)[1]
    assert f"/verify/{deposit.number}" in page
    assert "15.00 mu" in page
    assert code.mimetype == "image/svg+xml"
    assert code.data.startswith(b"<?xml")


def test_a_deposit_that_is_not_stored_has_no_certificate(site):
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.ON_NOTICE, owner=villager)

    assert site.visitor(villager).get(f"/deposits/{deposit.id}/passbook").status_code == 404


def test_a_stored_deposit_can_be_asked_back_and_the_request_taken_back(site):
    villager = site.world.villager()
    deposit = site.world.deposit(owner=villager)
    client = site.visitor(villager)

    client.post(f"/deposits/{deposit.id}/return", data={"key": key()})
    page = client.get(f"/deposits/{deposit.id}")
    assert "W-" in text_of(page)
    assert "A first county officer checks it" in text_of(page)
    take_back = page.get_data(as_text=True).split(f'action="/deposits/{deposit.id}/return/')[1]
    withdrawal_id = take_back.split("/take-back")[0]

    client.post(f"/deposits/{deposit.id}/return/{withdrawal_id}/take-back", data={"key": key()})
    assert "Ask for it back" in text_of(client.get(f"/deposits/{deposit.id}"))


def test_a_co_holder_sees_the_deposit_but_cannot_ask_for_it_back(site):
    villager, sister = site.world.villager(), site.world.villager(name="王秀花")
    weights = {next(iter(villager.parties)): 2, next(iter(sister.parties)): 1}
    deposit = site.world.deposit(owner=villager, holders=weights)
    client = site.visitor(sister)

    page = client.get(f"/deposits/{deposit.id}")
    assert page.status_code == 200
    assert "Ask for it back" not in text_of(page)
    assert deposit.asset.name in text_of(client.get("/deposits"))
    client.post(f"/deposits/{deposit.id}/return", data={"key": key()})
    assert "W-" not in text_of(client.get(f"/deposits/{deposit.id}"))


def test_a_page_without_deposits_says_how_to_begin(site):
    page = site.visitor(site.world.villager()).get("/deposits")

    assert "Nothing deposited yet" in text_of(page)
    assert "/deposits/begin" in page.get_data(as_text=True)


@pytest.mark.parametrize("page", ["", "/begin"])
def test_an_investor_has_no_depositors_pages(site, page):
    assert site.visitor(site.world.investor()).get(f"/deposits{page}").status_code == 403


def test_without_signing_in_one_is_sent_to_the_sign_in(site):
    assert "/sign-in" in site.visitor().get("/deposits").location
