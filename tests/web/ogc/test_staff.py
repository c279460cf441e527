"""Access tokens: made once, kept as a digest, read-only; and the layers that they open."""

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from bank.catalogue.layers import ZONES
from bank.parties import tokens
from bank.parties.refusals import NameMissing, NotStaff, TokenTooLong
from bank.parties.tables import AccessToken, User
from bank.refusals import NoSuchRecord
from database.actor import Actor
from tests.web.ogc.conftest import NAMES, Served

DEPOSITS = "/ogc/collections/deposits/items"
STAFF = [
    f"/ogc/collections/{name}{end}"
    for name in ("deposits", "parcels", "zones")
    for end in ("", "/items", "/items/1")
]
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)


def issued(session, actor: Actor, *, days: int = 30, at: datetime = NOW):
    return tokens.issue(session, name="QGIS", days=days, actor=actor, at=at)


# -- the commands -----------------------------------------------------------------------------


def test_only_the_digest_of_a_token_is_kept(served: Served):
    with served.world() as session:
        made = issued(session, served.county_officer)

        assert made.secret.startswith("land_")
        assert len(made.secret) > 40
        assert made.token.digest == sha256(made.secret.encode()).hexdigest()
        assert made.secret not in str({k: str(v) for k, v in vars(made.token).items()})
        assert made.secret.startswith(made.token.hint)
        assert len(made.token.hint) < 12


def test_two_tokens_are_never_alike(served: Served):
    with served.world() as session:
        assert len({issued(session, served.county_officer).secret for _ in range(20)}) == 20


def test_a_token_holds_until_its_moment_and_not_a_moment_longer(served: Served):
    with served.world() as session:
        made = issued(session, served.county_officer, days=30)
        end = NOW + timedelta(days=30)

        assert tokens.find_valid(session, made.secret, at=end - timedelta(seconds=1))
        assert tokens.find_valid(session, made.secret, at=end) is None


def test_a_revoked_token_opens_nothing_and_revoking_twice_changes_nothing(served: Served):
    with served.world() as session:
        made = issued(session, served.county_officer)
        for minutes in (1, 2):
            tokens.revoke(
                session, made.token.id, actor=served.county_officer,
                at=NOW + timedelta(minutes=minutes),
            )  # fmt: skip

        assert made.token.revoked_at == NOW + timedelta(minutes=1)
        assert tokens.find_valid(session, made.secret, at=NOW) is None


def test_nobody_revokes_the_token_of_another(served: Served):
    with served.world() as session:
        made = issued(session, served.county_officer)
        with pytest.raises(NoSuchRecord):
            tokens.revoke(session, made.token.id, actor=served.owner, at=NOW)


def test_a_login_that_is_shut_or_no_longer_staff_has_no_token(served: Served):
    for change in ("disabled_at", "granted"):
        with served.world() as session:
            made = issued(session, served.county_officer)
            user = session.get_one(User, served.county_officer.id)
            setattr(user, change, NOW if change == "disabled_at" else [])
            session.flush()

            assert tokens.find_valid(session, made.secret, at=NOW) is None


@pytest.mark.parametrize("days", [0, -1, 181, 10**6])
def test_a_token_lasts_no_longer_than_the_rulebook_says(served: Served, days: int):
    with served.world() as session, pytest.raises(TokenTooLong) as refused:
        issued(session, served.county_officer, days=days)

    assert refused.value.field == "days"
    assert refused.value.facts["most"] == 180


def test_a_token_needs_a_name_and_staff(served: Served):
    with served.world() as session:
        with pytest.raises(NotStaff):
            issued(session, served.owner)
        with pytest.raises(NameMissing):
            tokens.issue(session, name=" ", days=1, actor=served.county_officer, at=NOW)


def test_the_last_use_is_noted_now_and_then(served: Served):
    with served.world() as session:
        made = issued(session, served.county_officer)
        for minutes, kept in ((1, 1), (3, 1), (7, 7)):
            tokens.note_use(session, made.token.id, at=NOW + timedelta(minutes=minutes))
            assert made.token.last_used_at == NOW + timedelta(minutes=kept)


# -- in requests ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", STAFF)
def test_without_a_token_staff_layers_are_401_and_say_how_to_sign_in(served: Served, path: str):
    answer = served.get(path, status=401)

    challenges = answer.headers.getlist("WWW-Authenticate")
    assert {each.split()[0].lower() for each in challenges} == {"bearer", "basic"}
    assert answer.json["code"] == "http_401"


@pytest.mark.parametrize("path", ["/ogc", "/ogc/collections", "/ogc/collections/catalogue/items"])
def test_a_wrong_token_is_401_even_where_none_is_needed(served: Served, path: str):
    for wrong in ("land_wrong", "x", served.county + "x", served.county.upper()):
        if path.endswith("items") and "catalogue" in path:
            continue
        served.get(path, token=wrong, status=401)


def test_a_person_in_a_browser_is_sent_to_sign_in(served: Served):
    answer = served.get(DEPOSITS, headers={"Accept": "text/html"}, status=302)

    assert answer.location.startswith("/sign-in")


def test_an_owner_who_is_signed_in_may_not_see_staff_layers(served: Served):
    assert served.visitor(served.owner).get(DEPOSITS).status_code == 403


def test_an_officer_sees_all_layers_with_owners_by_token_basic_and_cookie(served: Served):
    basic = "Basic " + b64encode(f"qgis:{served.county}".encode()).decode()
    answers = [
        served.get(DEPOSITS, token=served.county),
        served.get(DEPOSITS, headers={"Authorization": basic}),
        served.visitor(served.county_officer).get(DEPOSITS),
    ]
    for answer in answers:
        told = {each["id"]: each["properties"] for each in answer.json["features"]}
        assert set(told) == {*served.free, served.collected, served.on_notice}
        assert told[served.far]["owner"] == "沈阿根"
        assert told[served.far]["right_type"] == "forest_contract"
    listed = served.read("/ogc/collections", token=served.county)["collections"]
    assert {"catalogue", "towns", "deposits", "parcels"} <= {each["id"] for each in listed}


def test_a_draft_is_nobodys_business_yet(served: Served):
    served.get(f"{DEPOSITS}/{served.draft}", token=served.county, status=404)


def test_a_township_officer_sees_her_own_town_only(served: Served):
    for name, fids in (("deposits", [served.far]), ("parcels", None)):
        body = served.read(f"/ogc/collections/{name}/items", token=served.township)
        assert body["numberMatched"] == body["numberReturned"] == 1
        assert fids is None or [each["id"] for each in body["features"]] == fids
        assert body["features"][0]["properties"]["division_code"].startswith("330523107")
    served.get(f"{DEPOSITS}/{served.free[0]}", token=served.township, status=404)
    served.get(f"{DEPOSITS}/{served.far}", token=served.township)


def test_parcels_page_and_filter_as_the_others_do(served: Served):
    path = "/ogc/collections/parcels/items"
    body = served.read(path, token=served.auditor, query_string={"limit": 2})
    code = body["features"][0]["id"]

    assert body["numberMatched"] == 10
    assert [link["rel"] for link in body["links"]].count("next") == 1
    one = served.read(path, token=served.auditor, query_string={"code": code})
    assert [each["id"] for each in one["features"]] == [code]
    assert served.read(f"{path}/{code}", token=served.auditor)["id"] == code


def test_zones_are_those_whose_version_is_in_force(served: Served):
    path = "/ogc/collections/zones/items"
    body = served.read(path, token=served.township)

    (zone,) = body["features"]
    assert zone["properties"]["name"] == "新基本农田"
    assert served.read(f"{path}/{zone['id']}", token=served.county)["id"] == zone["id"]
    served.get(f"{path}/{int(zone['id']) - 1}", token=served.county, status=404)
    served.get(f"{path}/{'9' * 40}", token=served.county, status=404)
    for box, count in (("3380000,440000,3380001,440001", 1), ("3381001,0,3400000,500000", 0)):
        crs = "http://www.opengis.net/def/crs/EPSG/0/4549"
        asked = {"bbox": box, "bbox-crs": crs}
        assert served.read(path, token=served.county, query_string=asked)["numberReturned"] == count
    exported = served.read("/exports/zones.geojson", token=served.township)
    assert [each["properties"]["valid_from"] for each in exported["features"]] == [
        zone["properties"]["valid_from"]
    ]


def test_zones_in_a_box_are_found_by_their_spatial_index(served: Served):
    with served.world() as session:
        asked = str(ZONES.boxed(session, (0, 0, 1, 1)).compile(session.get_bind()))

    assert "control_zone_box" in asked or "&&" in asked


def test_a_token_opens_nothing_else(served: Served):
    """Neither pages nor commands: it is no sign-in."""
    client = served.app.test_client()
    headers = {"Authorization": f"Bearer {served.county}"}

    assert client.get("/county", headers=headers).status_code in (302, 308, 404)
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert client.get("/account/tokens", headers=headers).location.startswith("/sign-in")
    assert client.post("/account/tokens", headers=headers).status_code in (302, 400, 401)


def test_a_use_is_noted_and_shown(served: Served):
    served.get(DEPOSITS, token=served.auditor)

    with served.world() as session:
        digest = sha256(served.auditor.encode()).hexdigest()
        token = session.scalars(select(AccessToken).where(AccessToken.digest == digest)).one()
        assert token.last_used_at is not None
        assert abs(datetime.now(UTC) - token.last_used_at) < timedelta(minutes=10)


# -- on the page ------------------------------------------------------------------------------


def test_an_officer_makes_a_token_sees_it_once_uses_it_and_ends_it(served: Served):
    client = served.visitor(served.county_officer)
    made = client.post("/account/tokens", data={"name": "QGIS 办公室", "days": "30", "key": "k"})
    (secret,) = re.findall(r"<code data-secret>(land_[\w-]+)</code>", made.text)

    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    again = client.get("/account/tokens").text
    assert "QGIS 办公室" in again
    assert secret not in again
    served.get(DEPOSITS, token=secret)

    with served.world() as session:
        digest = sha256(secret.encode()).hexdigest()
        token_id = session.scalar(select(AccessToken.id).where(AccessToken.digest == digest))
    assert client.post(f"/account/tokens/{token_id}/revoke").status_code == 302
    served.get(DEPOSITS, token=secret, status=401)


def test_what_is_wrong_with_a_token_is_said_beside_its_field(served: Served):
    client = served.visitor(served.county_officer)
    for told in ({"name": "", "days": "30"}, {"name": "x", "days": "4000"}, {"name": "x" * 61}):
        answer = client.post("/account/tokens", data=told)
        assert answer.status_code == 422
        assert "data-secret" not in answer.text


def test_the_account_page_of_staff_leads_to_tokens_and_of_others_does_not(served: Served):
    assert "/account/tokens" in served.visitor(served.county_officer).get("/account").text
    assert "/account/tokens" not in served.visitor(served.owner).get("/account").text
    assert served.visitor(served.owner).get("/account/tokens").status_code == 403


def test_names_are_there_to_be_found(served: Served):
    """The public's answers are held against these names: they must be names in this bank."""
    text = served.get(DEPOSITS, token=served.county).text
    assert [name for name in ("王桂花", "沈阿根") if name not in text] == []
    assert {"王桂花", "沈阿根"} <= set(NAMES)
