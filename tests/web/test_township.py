"""The township's desk: the queue by what is to be done, and each decision an officer can take."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from bank.deposits import notices, submission
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Decision, Deposit, Objection
from bank.parties.tables import Party, PartyKind
from database.actor import Role
from tests.web.desk import Desk
from tests.world import World

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def stage_of(desk: Desk, deposit_id: UUID) -> Stage:
    with desk.session() as session:
        return session.get_one(Deposit, deposit_id).stage


def objected(world: World, deposit: Deposit) -> Objection:
    return notices.object_to(
        world.session,
        deposit.id,
        grounds="边界不对",
        actor=world.villager("邻居"),
        at=world.at,
        key=world.key(),
    )


def passing(world: World, **changed: str) -> dict[str, str]:
    return {
        "evidence_seen": "y",
        "consent_seen": "y",
        "agency_id": str(world.agency.id),
        "key": world.key(),
    } | changed


@pytest.mark.parametrize(
    ("work", "days", "stage"),
    [
        ("check", 3, Stage.SUBMITTED),
        ("notice", 3, Stage.ON_NOTICE),
        ("appraisal", 20, Stage.ON_NOTICE),
        ("appraisal", 20, Stage.CLEARED),
    ],
)
def test_a_deposit_is_in_the_queue_of_what_is_to_be_done(
    desk: Desk, work: str, days: int, stage: Stage
) -> None:
    with desk.world(days=days) as world:
        deposit = world.deposit(stage)
    browser = desk.browser(world.officer)

    for each in ("check", "objection", "notice", "appraisal", "store"):
        found = deposit.number in browser.get(f"/township?work={each}").text
        assert found == (each == work)


def test_an_open_objection_and_a_finished_appraisal_have_queues_of_their_own(desk: Desk) -> None:
    with desk.world(days=20) as world:
        disputed, ready = world.deposit(Stage.ON_NOTICE), world.deposit(Stage.ON_NOTICE)
        objected(world, disputed)
        world.appraise(ready)
    browser = desk.browser(world.officer)

    assert disputed.number in browser.get("/township?work=objection").text
    assert ready.number in browser.get("/township?work=store").text
    assert disputed.number not in browser.get("/township?work=store").text


def test_an_officer_sees_her_own_town_only(desk: Desk) -> None:
    with desk.world(days=3) as world:
        other = world.villager(village="330523107201")
        deposit = world.deposit(Stage.SUBMITTED, owner=other, shape=world.square(town="330523107"))
        neighbour = world.user("邻镇", Role.TOWNSHIP, township="330523107")
    here, there = desk.browser(world.officer), desk.browser(neighbour)

    assert deposit.number not in here.get("/township?work=check").text
    assert here.get(f"/township/{deposit.id}").status_code == 404
    assert here.post(f"/township/{deposit.id}/pass", data=passing(world)).status_code == 404
    assert deposit.number in there.get("/township?work=check").text
    assert there.get(f"/township/{deposit.id}").status_code == 200
    assert desk.browser(other).get("/township").status_code == 403


def test_while_the_owner_may_take_it_back_nothing_can_be_decided(desk: Desk) -> None:
    with desk.world(days=1) as world:
        owner = world.villager()
        deposit = world.deposit(Stage.DRAFT, owner=owner)
        world.at = datetime.now(UTC) - timedelta(minutes=2)
        submission.submit(world.session, deposit.id, actor=owner, at=world.at, key="s")
    browser = desk.browser(world.officer)

    page = browser.get(f"/township/{deposit.id}").text
    assert "can take this back until" in page
    assert "Post the notice" not in page
    answer = browser.post(f"/township/{deposit.id}/pass", data=passing(world))
    assert answer.status_code == 409
    assert stage_of(desk, deposit.id) is Stage.SUBMITTED


def test_passing_needs_both_ticks_and_an_agency(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
    browser = desk.browser(world.officer)

    answer = browser.post(f"/township/{deposit.id}/pass", data={"evidence_seen": "y"})

    assert answer.status_code == 422
    assert 'id="consent_seen-error"' in answer.text
    assert 'id="agency_id-error"' in answer.text
    assert 'id="evidence_seen-error"' not in answer.text
    assert stage_of(desk, deposit.id) is Stage.SUBMITTED


def test_a_passed_deposit_is_on_notice_and_a_second_press_changes_nothing(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
    browser = desk.browser(world.officer)

    answers = [
        browser.post(f"/township/{deposit.id}/pass", data=passing(world, key="once"))
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert stage_of(desk, deposit.id) is Stage.ON_NOTICE
    assert "Waiting" not in browser.get(f"/township/{deposit.id}").text.split("<main")[0]


def test_the_same_key_for_another_agency_is_refused(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
        other = world.new_agency("湖州另一家评估所")
    browser = desk.browser(world.officer)
    address = f"/township/{deposit.id}/pass"

    assert browser.post(address, data=passing(world, key="k")).status_code == 302
    again = passing(world, key="k", agency_id=str(other.id))
    assert browser.post(address, data=again).status_code == 409


def test_a_made_up_agency_is_refused_beside_its_field(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
    browser = desk.browser(world.officer)

    for made_up in ("nobody", str(deposit.id)):
        answer = browser.post(
            f"/township/{deposit.id}/pass", data=passing(world, agency_id=made_up)
        )
        assert answer.status_code == 422
        assert 'id="agency_id-error"' in answer.text


@pytest.mark.parametrize(
    ("act", "field", "becomes"),
    [
        ("send-back", "send-back-reason", Stage.DRAFT),
        ("refuse", "refuse-reason", Stage.REFUSED),
    ],
)
def test_sending_back_and_refusing_need_a_reason(
    desk: Desk, act: str, field: str, becomes: Stage
) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
    browser = desk.browser(world.officer)

    empty = browser.post(f"/township/{deposit.id}/{act}", data={"reason": " "})
    assert empty.status_code == 422
    assert f'id="{field}-error"' in empty.text
    assert stage_of(desk, deposit.id) is Stage.SUBMITTED

    answer = browser.post(f"/township/{deposit.id}/{act}", data={"reason": "证书照片不清楚"})
    assert answer.status_code == 302
    assert stage_of(desk, deposit.id) is becomes


def test_sending_back_twice_says_that_it_is_back(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)
    browser = desk.browser(world.officer)

    for _ in range(2):
        answer = browser.post(f"/township/{deposit.id}/send-back", data={"reason": "不清楚"})
        assert answer.status_code == 302
    assert "is back with its owner" in browser.get("/township").text
    assert browser.get(f"/township/{deposit.id}").status_code == 404


def test_the_vote_stands_beside_the_rule(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED, owner=world.collective())

    page = desk.browser(world.officer).get(f"/township/{deposit.id}").text

    assert "2/3 of 300 = 200" in page
    assert "at least 10 days" in page
    assert "19 days" in page


def test_a_layer_that_was_not_checked_says_so(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)

    page = desk.browser(world.officer).get(f"/township/{deposit.id}").text

    assert page.count("Not checked yet") == 3
    assert page.count("No conflict found") == 2


def test_an_objection_is_decided_with_an_answer(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        objection = objected(world, deposit)
    browser = desk.browser(world.officer)
    address, name = f"/township/{deposit.id}/objections/{objection.number}", objection.number

    empty = browser.post(address, data={f"{name}-decision": "dismissed"})
    assert empty.status_code == 422
    assert f'id="{name}-answer-error"' in empty.text
    unchosen = browser.post(address, data={f"{name}-answer": "已核实"})
    assert unchosen.status_code == 422
    assert "已核实" in unchosen.text

    answer = browser.post(
        address, data={f"{name}-decision": "dismissed", f"{name}-answer": "已核实, 界线无误"}
    )
    assert answer.status_code == 302
    with desk.session() as session:
        assert session.get_one(Objection, objection.id).decision is Decision.DISMISSED
    assert stage_of(desk, deposit.id) is Stage.ON_NOTICE


def test_an_upheld_objection_sends_the_application_back(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        number = objected(world, deposit).number
    data = {f"{number}-decision": "upheld", f"{number}-answer": "请重新测量"}

    answer = desk.browser(world.officer).post(
        f"/township/{deposit.id}/objections/{number}", data=data
    )

    assert answer.status_code == 302
    assert stage_of(desk, deposit.id) is Stage.DRAFT


def press(browser: FlaskClient, deposit: Deposit, act: str) -> str:
    return browser.post(
        f"/township/{deposit.id}/{act}", data={"key": act}, follow_redirects=True
    ).text


def test_a_running_notice_is_not_closed(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
    browser = desk.browser(world.officer)

    assert "Close the notice" not in browser.get(f"/township/{deposit.id}").text
    assert 'role="alert"' in press(browser, deposit, "clear")
    assert stage_of(desk, deposit.id) is Stage.ON_NOTICE


def test_storing_shows_its_gates_and_comes_when_all_hold(desk: Desk) -> None:
    with desk.world(days=20) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
    browser = desk.browser(world.officer)

    assert "Close the notice" in browser.get(f"/township/{deposit.id}").text
    page = press(browser, deposit, "clear")
    assert stage_of(desk, deposit.id) is Stage.CLEARED
    assert "The agency has to deliver it." in page
    assert "Store it in the bank" not in page
    assert 'role="alert"' in press(browser, deposit, "store")
    assert stage_of(desk, deposit.id) is Stage.CLEARED

    with desk.session() as session:
        again = object.__new__(World)
        again.__dict__.update(world.__dict__, session=session, at=datetime.now(UTC))
        again.appraise(session.get_one(Deposit, deposit.id))
        session.commit()
    assert "Store it in the bank" in browser.get(f"/township/{deposit.id}").text
    browser.post(f"/township/{deposit.id}/store", data={"key": "store-it"})
    assert stage_of(desk, deposit.id) is Stage.STORED


def test_an_officer_is_told_that_her_own_land_is_not_hers_to_decide(desk: Desk) -> None:
    with desk.world(days=3) as world:
        party = world.party(name="陈镇干")
        officer = world.user("陈镇干", Role.TOWNSHIP, Role.OWNER, party=party, township="330523106")
        deposit = world.deposit(Stage.SUBMITTED, owner=officer)
    browser = desk.browser(officer)

    assert "Post the notice" not in browser.get(f"/township/{deposit.id}").text
    answer = browser.post(f"/township/{deposit.id}/pass", data=passing(world))
    assert answer.status_code == 403
    assert stage_of(desk, deposit.id) is Stage.SUBMITTED


def test_a_towns_collective_is_confirmed_by_its_township(desk: Desk) -> None:
    with desk.world(days=1) as world:
        party = world.party(PartyKind.COLLECTIVE, name="大溪村经济合作社", confirmed=False)
        company = world.party(PartyKind.COMPANY, name="某公司", confirmed=False)
        neighbour = world.user("邻镇", Role.TOWNSHIP, township="330523107")
    there, here = desk.browser(neighbour), desk.browser(world.officer)

    assert "大溪村经济合作社" not in there.get("/township/parties").text
    there.post(f"/township/parties/{party.id}")
    with desk.session() as session:
        assert session.get_one(Party, party.id).confirmed_at is None
    page = here.get("/township/parties").text
    assert "大溪村经济合作社" in page
    assert "某公司" not in page
    here.post(f"/township/parties/{party.id}")
    here.post(f"/township/parties/{company.id}")
    with desk.session() as session:
        assert session.get_one(Party, party.id).confirmed_by == world.officer.id
        assert session.get_one(Party, company.id).confirmed_at is None


def test_a_refused_acts_address_leads_back_to_the_deposit(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.SUBMITTED)

    answer = desk.browser(world.officer).get(f"/township/{deposit.id}/pass")

    assert answer.headers["Location"] == f"/township/{deposit.id}"
