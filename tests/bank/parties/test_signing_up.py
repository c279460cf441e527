"""Signing up: ids read with care, kept unreadable, and organisations confirmed by an officer."""

import pytest
from sqlalchemy import text
from stdnum.cn import ric

from bank.codes import WrongCheckDigit, WrongDate, WrongLength, WrongPhone
from bank.parties import signing_up
from bank.parties.passwords import WeakPassword
from bank.parties.refusals import (
    AlreadySignedUp,
    IdNumberMissing,
    NameMissing,
    NotConfirmed,
    UnknownDivision,
    WrongOrganisation,
)
from bank.parties.tables import Party, PartyKind
from bank.refusals import NoSuchRecord, NotAnOfficer, OwnBusiness
from database.actor import Role
from database.base import new_id
from tests.reading import refused
from tests.world import PASSWORD, credit_code, resident_id

VILLAGE = "330523106201"
ID = resident_id(777)


def person(world, **told):
    """A villager signs up with lawful answers unless told otherwise."""
    told = {
        "name": "王桂花", "id_number": ID, "phone": "13857200001", "password": PASSWORD,
        "division_code": VILLAGE, "at": world.at,
    } | told  # fmt: skip
    return signing_up.sign_up_person(world.session, **told)


def organisation(world, kind=PartyKind.COMPANY, **told):
    """An organisation signs up with lawful answers unless told otherwise."""
    start = "N2330523" if kind is PartyKind.COLLECTIVE else "91330523"
    told = {
        "name": "浙江竹海文旅有限公司", "uscc": credit_code(777, start), "representative": "张经理",
        "phone": "13857200002", "password": PASSWORD, "division_code": VILLAGE, "at": world.at,
    } | told  # fmt: skip
    return signing_up.sign_up_organisation(world.session, kind=kind, **told)


def party_of(session, user):
    """Whom the login acts for."""
    (membership,) = user.memberships
    return session.get_one(Party, membership.party_id)


# -- a villager ----------------------------------------------------------------------------------


def test_a_villager_acts_for_herself_at_once(session, world):
    user = person(world, name=" 王桂花 ", phone="+86 138-5720-0001")
    party = party_of(session, user)

    assert (user.roles, user.login) == ({Role.OWNER}, "13857200001")
    assert (party.kind, party.name, party.confirmed_at) == (PartyKind.PERSON, "王桂花", world.at)
    signing_up.require_confirmed(party)
    assert user.actor().parties == {party.id}


WRONG = [
    ({"name": " "}, NameMissing, "name"),
    ({"id_number": ID[:-1]}, WrongLength, "id_number"),
    ({"id_number": ID[:-1] + str((int(ID[-1].replace("X", "0")) + 1) % 10)}, WrongCheckDigit,
     "id_number"),
    ({"id_number": "330523205001011239"}, WrongDate, "id_number"),
    ({"id_number": "330523195613011232"}, WrongDate, "id_number"),
    ({"phone": "12345678901"}, WrongPhone, "phone"),
    ({"phone": ""}, WrongPhone, "phone"),
    ({"password": "short 1"}, WeakPassword, "password"),
    ({"password": "1380013800012"}, WeakPassword, "password"),
    ({"password": "wo shi 王桂花 a"}, WeakPassword, "password"),
    ({"division_code": "330523999999"}, UnknownDivision, "division_code"),
    ({"division_code": ""}, UnknownDivision, "division_code"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "refusal", "field"), WRONG)
def test_a_wrong_answer_is_refused_beside_its_field(world, told, refusal, field):
    with refused(refusal, field):
        person(world, **told)


def test_a_refusal_never_repeats_the_id(world):
    person(world)
    wrong = ID[:-1] + ("1" if ID[-1] != "1" else "2")

    for told in ({"id_number": wrong}, {"id_number": ID, "phone": "13857200009"}):
        with pytest.raises((WrongCheckDigit, AlreadySignedUp)) as found:
            person(world, **told)
        assert ID[:-1] not in repr((found.value.args, found.value.facts))


def test_a_person_signs_up_once(world):
    person(world)

    with refused(AlreadySignedUp, "id_number"):
        person(world, phone="13857200009")
    with refused(AlreadySignedUp, "id_number"):
        person(world, id_number=f" {ID.lower()} ", phone="13857200009")


def test_a_phone_signs_in_one_login(world):
    person(world)

    with refused(AlreadySignedUp, "phone"):
        person(world, id_number=resident_id(778), phone="0086 13857200001")


def test_ids_phones_and_logins_are_unreadable_at_rest(session, world):
    person(world)
    rows = [
        *session.execute(text("SELECT * FROM party")),
        *session.execute(text("SELECT * FROM user_account")),
    ]

    kept = "\n".join(
        str(bytes(v)) if isinstance(v, memoryview) else str(v) for r in rows for v in r
    )
    assert ID not in kept
    assert "13857200001" not in kept
    assert PASSWORD not in kept


def test_a_birthday_of_tomorrow_is_wrong_and_of_today_is_right(world):
    def born(day: str) -> str:
        body = f"330523{day}123"
        return body + ric.calc_check_digit(body + "0")

    assert person(world, id_number=born("20260302"))
    with refused(WrongDate, "id_number"):
        person(world, id_number=born("20260303"), phone="13857200009")


# -- staff ---------------------------------------------------------------------------------------


def staff(world, *roles, id_number=ID):
    """A login of the office."""
    return signing_up.create_user(
        world.session, login="zhou", name="周科员", password=PASSWORD, roles=set(roles),
        township_code="330523106", id_number=id_number, at=world.at,
    )  # fmt: skip


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.COUNTY, Role.APPRAISER])
def test_who_decides_on_others_gives_her_id(world, role):
    for missing in (None, ""):
        with refused(IdNumberMissing, "id_number"):
            staff(world, role, id_number=missing)
    with refused(WrongLength, "id_number"):
        staff(world, role, id_number=ID[:-1])
    assert staff(world, role).id_fingerprint


def test_an_auditor_may_keep_hers(world):
    assert staff(world, Role.AUDITOR, Role.ADMINISTRATOR, id_number=None).actor().interests == set()


@pytest.mark.parametrize("villager_first", [True, False])
def test_an_officer_has_an_interest_in_her_own_party_but_no_right(session, world, villager_first):
    if villager_first:
        party = party_of(session, person(world))
        officer = staff(world, Role.COUNTY)
    else:
        officer = staff(world, Role.COUNTY)
        party = party_of(session, person(world))
    actor = officer.actor()

    assert actor.interests == {party.id}
    assert actor.parties == set()


def test_a_villager_has_an_interest_in_what_she_acts_for(session, world):
    user = person(world)

    assert user.actor().interests == user.actor().parties == {party_of(session, user).id}


# -- organisations -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "role"),
    [(PartyKind.COMPANY, Role.INVESTOR), (PartyKind.COLLECTIVE, Role.COLLECTIVE)],
)
def test_an_organisation_waits_for_its_confirmation(session, world, kind, role):
    user = organisation(world, kind)
    party = party_of(session, user)

    assert (user.name, user.roles) == ("张经理", {role})
    assert (party.kind, party.confirmed_at) == (kind, None)
    with refused(NotConfirmed, name=party.name):
        signing_up.require_confirmed(party)


@pytest.mark.parametrize(
    ("kind", "start"),
    [(PartyKind.COLLECTIVE, "91330523"), (PartyKind.COMPANY, "N2330523"),
     (PartyKind.COLLECTIVE, "N9330523")],
)  # fmt: skip
def test_a_credit_code_is_of_the_kind_that_signs_up(world, kind, start):
    with refused(WrongOrganisation, "uscc", kind=kind.value):
        organisation(world, kind, uscc=credit_code(1, start))


@pytest.mark.parametrize("start", ["N1330523", "N2330523", "N3330523"])
def test_collectives_of_every_level_sign_up(world, start):
    assert organisation(world, PartyKind.COLLECTIVE, uscc=credit_code(1, start))


CODE = credit_code(777)
WRONG_ORGANISATION = [
    ({"name": ""}, NameMissing, "name"),
    ({"representative": " "}, NameMissing, "representative"),
    ({"uscc": CODE[:-1]}, WrongLength, "uscc"),
    ({"uscc": CODE[:-1] + ("1" if CODE[-1] != "1" else "2")}, WrongCheckDigit, "uscc"),
    ({"phone": "0572-5123456"}, WrongPhone, "phone"),
    ({"password": "anji123456"}, WeakPassword, "password"),
    ({"division_code": "999999"}, UnknownDivision, "division_code"),
]


@pytest.mark.parametrize(("told", "refusal", "field"), WRONG_ORGANISATION)
def test_an_organisations_wrong_answer_is_refused_beside_its_field(world, told, refusal, field):
    with refused(refusal, field):
        organisation(world, **told)


def test_an_organisation_signs_up_once(world):
    organisation(world)

    with refused(AlreadySignedUp, "uscc"):
        organisation(world, phone="13857200009")


# -- confirming ----------------------------------------------------------------------------------


def test_a_collective_is_confirmed_by_its_own_township(session, world):
    party = party_of(session, organisation(world, PartyKind.COLLECTIVE))
    next_town = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")

    for actor in (next_town, world.county_officer, world.auditor):
        with refused(NotAnOfficer, division=VILLAGE):
            signing_up.confirm_party(session, party.id, officer=actor, at=world.at)
    signing_up.confirm_party(session, party.id, officer=world.officer, at=world.at)
    assert (party.confirmed_at, party.confirmed_by) == (world.at, world.officer.id)


def test_a_company_is_confirmed_by_the_county(session, world):
    party = party_of(session, organisation(world))

    for actor in (world.officer, world.auditor):
        with refused(NotAnOfficer):
            signing_up.confirm_party(session, party.id, officer=actor, at=world.at)
    signing_up.confirm_party(session, party.id, officer=world.county_officer, at=world.at)
    assert party.confirmed_by == world.county_officer.id


@pytest.mark.parametrize("kind", [PartyKind.COMPANY, PartyKind.COLLECTIVE])
def test_no_officer_confirms_her_own_organisation(session, world, kind):
    party = party_of(session, organisation(world, kind))
    insider = world.user("周科员", Role.COUNTY, Role.TOWNSHIP, party=party, township="330523106")

    with refused(OwnBusiness):
        signing_up.confirm_party(session, party.id, officer=insider, at=world.at)


def test_the_first_confirmation_stands(session, world):
    party = party_of(session, organisation(world))
    first_at = world.at
    signing_up.confirm_party(session, party.id, officer=world.county_officer, at=first_at)
    signing_up.confirm_party(
        session, party.id, officer=world.other_county_officer, at=world.later(days=1)
    )

    assert (party.confirmed_at, party.confirmed_by) == (first_at, world.county_officer.id)


def test_an_unknown_party_is_not_found(session, world):
    with refused(NoSuchRecord):
        signing_up.get_party(session, new_id())


# -- signing in ----------------------------------------------------------------------------------


def test_a_login_opens_with_its_password_alone(session, world):
    user = person(world)

    assert signing_up.find_by_login(session, " 13857200001 ", PASSWORD) is user
    assert signing_up.find_by_login(session, "13857200001", PASSWORD + "!") is None
    assert signing_up.find_by_login(session, "13857200002", PASSWORD) is None
    assert signing_up.find_by_login(session, "", "") is None


def test_a_disabled_login_opens_no_more(session, world):
    user = person(world)
    user.disabled_at = world.at

    assert signing_up.find_by_login(session, "13857200001", PASSWORD) is None
