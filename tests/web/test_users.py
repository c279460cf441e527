"""The administrator's page: making logins, shutting one out, and letting it in again."""

import pytest
from sqlalchemy import select

from bank.parties.tables import User
from database.actor import Actor, Role
from database.secrecy import fingerprint
from tests.web.desk import Desk
from tests.world import resident_id

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

NEW = {
    "name": "沈新来",
    "login": "baofu9",
    "id_number": resident_id(4711),
    "roles": ["township"],
    "township_code": "330523106",
    "agency_id": "",
    "password": "clear water, green hills",
}


@pytest.fixture
def administrator(desk: Desk) -> Actor:
    with desk.world(days=1) as world:
        return world.user("管理员", Role.ADMINISTRATOR, login="root")


def user_of(desk: Desk, login: str) -> User | None:
    with desk.session() as session:
        return session.scalar(select(User).where(User.login_fingerprint == fingerprint(login)))


def test_only_an_administrator_sees_the_logins(desk: Desk, administrator: Actor) -> None:
    with desk.session() as session:
        others = session.scalars(select(User).where(User.id != administrator.id)).all()

    assert desk.browser().get("/users").status_code == 302
    for other in others:
        browser = desk.browser(other.actor())
        assert browser.get("/users").status_code == 403
        assert browser.post(f"/users/{administrator.id}/disable").status_code == 403
        assert browser.post("/users/new", data=NEW).status_code == 403


def test_logins_are_found_by_name_login_and_role(desk: Desk, administrator: Actor) -> None:
    browser = desk.browser(administrator)

    assert "陈镇干" in browser.get("/users").text
    assert "陈镇干" in browser.get("/users?text=镇干").text
    assert "周科员" not in browser.get("/users?text=镇干").text
    assert "管理员" in browser.get("/users?text=root").text
    assert "陈镇干" in browser.get("/users?role=township").text
    assert "周科员" not in browser.get("/users?role=township").text
    assert browser.get("/users?role=x&page=-1&text=%25").status_code == 200
    assert "/rules" in browser.get("/users").text


def test_a_new_officer_can_sign_in(desk: Desk, administrator: Actor) -> None:
    answer = desk.browser(administrator).post("/users/new", data=NEW)

    assert answer.status_code == 302
    made = user_of(desk, "baofu9")
    assert made
    assert made.roles == {Role.TOWNSHIP}
    assert made.township_code == "330523106"
    assert made.id_fingerprint == fingerprint(resident_id(4711))
    signed_in = desk.browser().post(
        "/sign-in", data={"login": "baofu9", "password": NEW["password"]}
    )
    assert signed_in.location == "/township"


def test_an_auditor_needs_no_id_number(desk: Desk, administrator: Actor) -> None:
    told = NEW | {"roles": ["auditor"], "township_code": "", "id_number": ""}

    assert desk.browser(administrator).post("/users/new", data=told).status_code == 302
    made = user_of(desk, "baofu9")
    assert made
    assert made.id_fingerprint is None


def test_the_command_asks_officers_for_their_id_number(desk: Desk) -> None:
    run = desk.app.test_cli_runner().invoke
    told = ["users", "create", "baofu8", "--name", "沈新来", "--password", str(NEW["password"])]
    officer = [*told, "--role", "county"]

    assert run(args=officer).exit_code == 2
    assert run(args=[*officer, "--id-number", "123"]).exit_code == 1
    assert user_of(desk, "baofu8") is None
    made = run(args=[*officer, "--id-number", resident_id(4712)])
    assert made.exit_code == 0, made.output
    assert resident_id(4712) not in made.output
    assert user_of(desk, "baofu8")


ATTEMPTS = [
    ({"name": " "}, 422, "name-error"),
    ({"login": ""}, 422, "login-error"),
    ({"login": "root"}, 409, "login-error"),
    ({"roles": []}, 422, "roles-error"),
    ({"roles": ["owner"]}, 422, "roles-error"),
    ({"id_number": " "}, 422, "id_number-error"),
    ({"id_number": resident_id(4711)[:-1]}, 422, "id_number-error"),
    ({"township_code": ""}, 422, "township_code-error"),
    ({"roles": ["appraiser"]}, 422, "agency_id-error"),
    ({"roles": ["appraiser"], "id_number": ""}, 422, "id_number-error"),
    ({"password": "short"}, 422, "password-error"),
    ({"password": "baofu9 baofu9 hills"}, 422, "password-error"),
]


@pytest.mark.parametrize(("wrong", "status", "told"), ATTEMPTS)
def test_a_mistake_is_told_beside_its_field(
    desk: Desk, administrator: Actor, wrong: dict[str, object], status: int, told: str
) -> None:
    answer = desk.browser(administrator).post("/users/new", data=NEW | wrong)

    assert answer.status_code == status
    assert told in answer.text
    assert str(NEW["password"]) not in answer.text
    assert user_of(desk, "baofu9") is None


def test_a_login_is_shut_out_at_once_and_let_in_again(desk: Desk, administrator: Actor) -> None:
    with desk.session() as session:
        officer = session.scalars(select(User).where(User.name == "陈镇干")).one().actor()
    theirs, mine = desk.browser(officer), desk.browser(administrator)
    assert theirs.get("/account").status_code == 200

    mine.post(f"/users/{officer.id}/disable")
    assert theirs.get("/account").status_code == 302
    assert "shut out since" in mine.get("/users").text

    mine.post(f"/users/{officer.id}/enable")
    assert desk.browser(officer).get("/account").status_code == 200


def test_nobody_shuts_herself_out(desk: Desk, administrator: Actor) -> None:
    browser = desk.browser(administrator)

    browser.post(f"/users/{administrator.id}/disable")

    assert browser.get("/users").status_code == 200
    assert "this is you" in browser.get("/users").text
