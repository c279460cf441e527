"""The same person or phone signing up twice at once: one party, one login, one refusal."""

import pytest
from sqlalchemy import func, select

from bank.parties import signing_up
from bank.parties.refusals import AlreadySignedUp
from bank.parties.tables import Party, User
from database.actor import Role
from database.directory import Bank
from database.engine import writing
from tests.bank.orders.test_races import at_once
from tests.world import PASSWORD, World, resident_id

MANY = 3


@pytest.mark.parametrize("same", ["id_number", "phone"])
def test_a_sign_up_sent_twice_is_made_once(committed_bank: Bank, same: str) -> None:
    with committed_bank.session() as session, writing(session):
        at = World(session).at
        before = [session.scalar(select(func.count()).select_from(t)) or 0 for t in (Party, User)]

    def sign_up(place: int):
        told = {"id_number": resident_id(900 + place), "phone": f"1385720000{place}"}
        told[same] = {"id_number": resident_id(900), "phone": "13857200000"}[same]
        return lambda session: (
            signing_up.sign_up_person(
                session,
                name="王桂花",
                password=PASSWORD,
                division_code="330523106201",
                at=at,
                **told,
            ).name
        )

    results = at_once(committed_bank, *(sign_up(place) for place in range(MANY)))

    refusals = [each for each in results if isinstance(each, AlreadySignedUp)]
    assert len(refusals) == MANY - 1
    assert {refusal.field for refusal in refusals} == {same}
    with committed_bank.session() as session:
        after = [session.scalar(select(func.count()).select_from(t)) for t in (Party, User)]
    assert after == [count + 1 for count in before]


def test_a_staff_login_made_twice_at_once_is_made_once(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        at = World(session).at

    def create(session) -> str:
        return signing_up.create_user(
            session, login="zhou", name="周科员", password=PASSWORD, roles={Role.AUDITOR}, at=at
        ).name

    results = at_once(committed_bank, *[create] * MANY)

    assert sorted(type(each).__name__ for each in results) == ["AlreadySignedUp"] * 2 + ["str"]
