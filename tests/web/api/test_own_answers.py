"""What the API tells and does for whoever is signed in; a payout happens once."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from bank.parties.tables import Grant, User
from bank.withdrawals.tables import Withdrawal
from database.actor import Actor, Role
from tests.web.api.conftest import County, read

ACCOUNT = "6228 4804 0256 4890 018"


def ask(county: County, client, body, *, key: str | None = None, token: str | None = None):
    """POST /me/payouts with the CSRF token of the session, and a fresh key unless one is given."""
    token = read(client, "/me")["csrf_token"] if token is None else token
    headers = {"X-CSRFToken": token, "Idempotency-Key": key or str(uuid4())}
    return client.post("/api/v1/me/payouts", json=body, headers=headers)


def payouts(county: County) -> int:
    with county.world() as session:
        return session.scalar(select(func.count()).select_from(Withdrawal)) or 0


def test_one_is_told_who_one_is(county, owner):
    me = read(owner, "/me")

    assert me["name"] == "王桂花"
    assert me["roles"] == ["owner"]
    assert me["parties"] == [
        {"number": county.party, "kind": "person", "name": "王桂花", "confirmed": True}
    ]
    assert "13857200001" not in str(me)


@pytest.mark.parametrize("path", ["/me", "/me/deposits", "/me/accounts"])
def test_nobody_is_told_of_others(visitor, path):
    assert read(visitor, path, status=401)["code"] == "http_401"


def test_an_officer_has_no_deposits_of_her_own(county):
    with county.world() as session:
        officer = session.scalars(select(User).join(Grant).where(Grant.role == Role.COUNTY)).first()
        assert officer
        actor: Actor = officer.actor()

    assert read(county.visitor(actor), "/me/deposits", status=403)["code"] == "http_403"


def test_own_deposits_are_listed_at_any_stage(county, owner):
    page = read(owner, "/me/deposits")

    assert {item["number"]: item["stage"] for item in page["items"]} == {
        county.draft: "draft",
        county.stored: "stored",
        county.collected: "collected",
    }
    assert {item["party"] for item in page["items"]} == {county.party}


def test_own_accounts_are_listed(county, owner):
    (account,) = read(owner, "/me/accounts")["items"]

    assert account["party"] == county.party
    assert account["balance_fen"] == county.balance_fen
    holdings = {(h["account"], h["unit"]): h["quantity"] for h in account["holdings"]}
    assert holdings[f"party:{county.party}:stored", f"land:{county.stored}"] == 1_000_000
    assert holdings[f"party:{county.party}:shares", f"share:{county.project}"] > 0


def test_the_same_key_twice_asks_for_one_payout(county, owner):
    before, key = payouts(county), str(uuid4())
    body = {"amount_fen": 500, "bank_account": ACCOUNT}

    first = ask(county, owner, body, key=key)
    second = ask(county, owner, body | {"party": county.party}, key=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert first.json["stage"] == "requested"
    assert first.json["amount_fen"] == 500
    assert "62284804025648" not in first.json["bank_account"]
    assert payouts(county) == before + 1
    available = read(owner, "/me/accounts")["items"][0]
    assert available["available_fen"] <= available["balance_fen"] - 500


def test_the_same_key_with_another_body_is_refused(county, owner):
    key = str(uuid4())
    first = ask(county, owner, {"amount_fen": 100, "bank_account": ACCOUNT}, key=key)
    before = payouts(county)

    second = ask(county, owner, {"amount_fen": 101, "bank_account": ACCOUNT}, key=key)

    assert first.status_code == 201
    assert (second.status_code, second.json["code"]) == (409, "key_reused")
    assert payouts(county) == before


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"amount_fen": 0, "bank_account": ACCOUNT}, None, "nothing_to_pay", "amount_fen"),
        ({"amount_fen": 10**15, "bank_account": ACCOUNT}, None, "not_enough", "amount_fen"),
        ({"amount_fen": 1, "bank_account": "12"}, None, "bank_account_missing", "bank_account"),
        ({"amount_fen": 1.5, "bank_account": ACCOUNT}, 422, "invalid_request", "amount_fen"),
        ({"bank_account": ACCOUNT}, 422, "invalid_request", "amount_fen"),
        ({"amount_fen": 1, "bank_account": ACCOUNT, "x": 1}, 422, "invalid_request", "x"),
        (
            {"amount_fen": 1, "bank_account": ACCOUNT, "party": "P-1"},
            404,
            "no_such_record",
            "party",
        ),
        ([], 422, "invalid_request", None),
    ],
)
def test_a_payout_that_cannot_be_is_refused(county, owner, body, status, code, field):
    before = payouts(county)

    answer = ask(county, owner, body)

    assert answer.status_code == (status or answer.status_code) >= 400
    assert answer.json["code"] == (code or answer.json["code"])
    assert answer.json["field"] == field
    assert payouts(county) == before


@pytest.mark.parametrize("key", ["", " ", "k" * 51])
def test_a_payout_needs_a_key(county, owner, key):
    headers = {"X-CSRFToken": read(owner, "/me")["csrf_token"], "Idempotency-Key": key}
    body = {"amount_fen": 1, "bank_account": ACCOUNT}

    answer = owner.post("/api/v1/me/payouts", json=body, headers=headers)

    assert answer.status_code == 422
    assert answer.json["field"] == "Idempotency-Key"


@pytest.mark.parametrize("token", ["", "wrong"])
def test_a_write_without_the_sessions_token_is_refused(county, owner, token):
    answer = ask(county, owner, {"amount_fen": 1, "bank_account": ACCOUNT}, token=token)

    assert (answer.status_code, answer.json["code"]) == (400, "csrf")


def test_a_write_without_a_session_is_refused(county, visitor):
    answer = visitor.post("/api/v1/me/payouts", json={"amount_fen": 1, "bank_account": ACCOUNT})

    assert answer.status_code in (400, 401)
