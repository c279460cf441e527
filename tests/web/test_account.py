"""Signing in, up and out: what is asked, what is kept, and what strangers learn from it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import func, select

from bank.parties.tables import Party, User
from database.actor import Role
from database.secrecy import fingerprint
from database.settings import Settings
from tests.web.desk import Desk, days_ago
from tests.world import PASSWORD, World, credit_code, resident_id
from web.app import create_app
from web.limits import limiter

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

VILLAGE = "330523106201"
NEW = "bamboo grows in the rain"
PERSON = {
    "name": "林小满",
    "id_number": resident_id(777),
    "phone": "138 5720 0777",
    "password": NEW,
    "division_code": VILLAGE,
}
ORGANISATION = {
    "kind": "collective",
    "name": "景溪村股份经济合作社",
    "uscc": credit_code(9, "N2330523"),
    "representative": "李社长",
    "phone": "13857200009",
    "password": NEW,
    "division_code": VILLAGE,
}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    with desk.world(days=1):
        pass
    return desk


def signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def user_of(desk: Desk, login: str) -> User | None:
    with desk.session() as session:
        return session.scalar(select(User).where(User.login_fingerprint == fingerprint(login)))


def add_user(desk: Desk, *roles: Role, login: str = "13857200001") -> User:
    with desk.session() as session:
        world = World.__new__(World)
        world.session, world.at = session, days_ago(1)
        world.user("王桂花", *roles, login=login)
        session.commit()
    found = user_of(desk, login)
    assert found
    return found


def test_signing_in_leads_to_ones_own_page_or_back(desk: Desk) -> None:
    add_user(desk, Role.OWNER)
    answer = desk.browser().post(
        "/sign-in", data={"login": " 138 5720 0001 ", "password": PASSWORD}
    )
    assert answer.location == "/deposits"

    answer = desk.browser().post(
        "/sign-in", data={"login": "13857200001", "password": PASSWORD, "next": "/rules?a=1"}
    )
    assert answer.location == "/rules?a=1"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(desk: Desk, target: str) -> None:
    add_user(desk, Role.OWNER)

    answer = desk.browser().post(
        "/sign-in", data={"login": "13857200001", "password": PASSWORD, "next": target}
    )

    assert answer.location == "/deposits"


def test_a_wrong_login_and_a_wrong_password_read_the_same(desk: Desk) -> None:
    add_user(desk, Role.OWNER)
    browser = desk.browser()

    wrong_login = browser.post("/sign-in", data={"login": "13857209999", "password": PASSWORD})
    wrong_password = browser.post("/sign-in", data={"login": "13857200001", "password": "no"})

    assert (wrong_login.status_code, wrong_password.status_code) == (422, 422)
    text = "This login and password do not belong together"
    assert text in wrong_login.text
    assert text in wrong_password.text
    assert 'value="13857200001"' in wrong_password.text
    assert PASSWORD not in wrong_login.text
    assert not signed_in(browser)


def test_a_login_that_is_shut_out_cannot_sign_in(desk: Desk) -> None:
    user = add_user(desk, Role.OWNER)
    with desk.session() as session:
        session.get_one(User, user.id).disabled_at = days_ago(0.5)
        session.commit()

    answer = desk.browser().post("/sign-in", data={"login": "13857200001", "password": PASSWORD})

    assert answer.status_code == 422


def test_a_private_page_asks_to_sign_in_and_comes_back(desk: Desk) -> None:
    answer = desk.browser().get("/account")

    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/account"


def test_a_villager_signs_up_and_is_signed_in(desk: Desk) -> None:
    browser = desk.browser()

    answer = browser.post("/sign-up/person", data=PERSON)

    assert answer.location == "/deposits"
    user = user_of(desk, "13857200777")
    assert user
    assert user.roles == {Role.OWNER}
    page = browser.get("/account").text
    assert "林小满" in page
    assert PERSON["id_number"] not in page
    assert PERSON["id_number"][-4:] in page
    assert "13857200777" not in page
    assert "Confirmed on" in page


def test_an_organisation_signs_up_and_waits_for_an_officer(desk: Desk) -> None:
    browser = desk.browser()

    answer = browser.post("/sign-up/organisation", data=ORGANISATION)

    assert answer.location == "/account"
    page = browser.get("/account").text
    assert "Not confirmed yet" in page
    user = user_of(desk, "13857200009")
    assert user
    assert user.roles == {Role.COLLECTIVE}


ATTEMPTS = [
    ("person", {"name": ""}, 422, "Write your name as on your identity card."),
    ("person", {"name": "  "}, 422, "Write your name as on your identity card."),
    ("person", {"id_number": "330523195601011234"}, 422, "id_number-error"),
    ("person", {"id_number": "12"}, 422, "id_number-error"),
    ("person", {"phone": "123"}, 422, "phone-error"),
    ("person", {"password": "12345678"}, 422, "password-error"),
    ("person", {"password": "林小满 is here"}, 422, "password-error"),
    ("person", {"division_code": ""}, 422, "Choose your village."),
    ("person", {"division_code": "999"}, 422, "division_code-error"),
    ("organisation", {"kind": ""}, 422, "Say whether it is a collective or a company."),
    ("organisation", {"kind": "company"}, 422, "uscc-error"),
    ("organisation", {"uscc": "1"}, 422, "uscc-error"),
    ("organisation", {"representative": " "}, 422, "representative-error"),
]


@pytest.mark.parametrize(("form", "wrong", "status", "told"), ATTEMPTS)
def test_a_mistake_is_told_beside_its_field_and_the_rest_is_kept(
    desk: Desk, form: str, wrong: dict[str, str], status: int, told: str
) -> None:
    given = (PERSON if form == "person" else ORGANISATION) | wrong

    answer = desk.browser().post(f"/sign-up/{form}", data=given)

    assert answer.status_code == status
    assert told in answer.text
    assert "error-summary" in answer.text
    assert NEW not in answer.text
    assert f'value="{given["phone"]}"' in answer.text
    with desk.session() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 0


def test_nobody_signs_up_twice(desk: Desk) -> None:
    desk.browser().post("/sign-up/person", data=PERSON)

    answer = desk.browser().post("/sign-up/person", data=PERSON | {"phone": "13957200001"})
    assert answer.status_code == 409
    assert "id_number-error" in answer.text

    answer = desk.browser().post("/sign-up/person", data=PERSON | {"id_number": resident_id(778)})
    assert answer.status_code == 409
    assert "phone-error" in answer.text
    with desk.session() as session:
        assert session.scalar(select(func.count()).select_from(Party)) == 1


def test_signing_out_ends_it(desk: Desk) -> None:
    browser = desk.browser(add_user(desk, Role.OWNER).actor())
    assert signed_in(browser)

    assert browser.get("/sign-out").status_code == 405
    browser.post("/sign-out")

    assert not signed_in(browser)


def test_a_password_is_changed_by_who_knows_the_old_one(desk: Desk) -> None:
    browser = desk.browser(add_user(desk, Role.OWNER).actor())

    wrong = browser.post("/account/password", data={"current": "no", "password": NEW})
    assert wrong.status_code == 422
    assert "current-error" in wrong.text
    weak = browser.post("/account/password", data={"current": PASSWORD, "password": "12345678"})
    assert weak.status_code == 422
    assert "password-error" in weak.text
    right = browser.post("/account/password", data={"current": PASSWORD, "password": NEW})
    assert right.location == "/account"

    old, new = (
        desk.browser().post("/sign-in", data={"login": "13857200001", "password": password})
        for password in (PASSWORD, NEW)
    )
    assert (old.status_code, new.status_code) == (422, 302)


def test_the_language_is_kept_with_the_login(desk: Desk) -> None:
    user = add_user(desk, Role.OWNER)

    desk.browser(user.actor()).post("/preferences/language", data={"language": "en"})

    kept = user_of(desk, "13857200001")
    assert kept
    assert kept.locale == "en"


# -- how often -----------------------------------------------------------------------------------


@pytest.fixture
def limited(desk: Desk) -> Iterator[Flask]:
    """The same bank with its limits on."""
    app = create_app(
        Settings(
            secret_key=SecretStr("tests only"),
            banks=(desk.bank.settings,),
            rate_limits=True,
            secure_cookies=False,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    limiter.reset()
    yield app
    limiter.reset()
    limiter.enabled = False
    for bank in app.extensions["banks"].banks.values():
        bank.engine.dispose()


def test_one_login_is_guessed_at_five_times_a_minute_from_anywhere(
    desk: Desk, limited: Flask
) -> None:
    add_user(desk, Role.OWNER)
    statuses = [
        limited.test_client()
        .post(
            "/sign-in",
            data={"login": "13857200001", "password": "wrong"},
            environ_base={"REMOTE_ADDR": f"10.0.0.{place}"},
        )
        .status_code
        for place in range(6)
    ]

    assert statuses == [422] * 5 + [429]


def test_one_address_guesses_ten_times_a_minute_and_right_ones_do_not_count(
    desk: Desk, limited: Flask
) -> None:
    add_user(desk, Role.OWNER)
    browser = limited.test_client()
    for _ in range(12):
        browser = limited.test_client()
        right = browser.post("/sign-in", data={"login": "13857200001", "password": PASSWORD})
        assert right.status_code == 302

    statuses = [
        limited.test_client()
        .post("/sign-in", data={"login": f"nobody{place}", "password": "wrong"})
        .status_code
        for place in range(11)
    ]

    assert statuses == [422] * 10 + [429]
