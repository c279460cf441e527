"""Who decides on others is kept from her own business by her id, whatever login she uses."""

import pytest

from bank.deposits.lifecycle import Stage
from bank.parties.tables import Party, User
from bank.refusals import NotYours, OwnBusiness
from bank.withdrawals import confirming, requesting
from database.actor import Actor
from tests.reading import refused
from tests.world import World
from valuation.appraisals.refusals import OwnAppraisal


def same_person(world: World, login: Actor, villager: Actor) -> Actor:
    """The login once more, made for the person who signed up as this villager."""
    party = world.session.get_one(Party, next(iter(villager.parties)))
    user = world.session.get_one(User, login.id)
    user.id_fingerprint = party.id_fingerprint
    world.session.flush()
    world.session.expire(user)
    return user.actor()


def test_an_officer_does_not_check_what_she_asked_for_as_a_villager(world: World) -> None:
    owner = world.villager()
    officer = same_person(world, world.other_county_officer, owner)
    withdrawal = requesting.request_return(
        world.session, world.deposit(owner=owner).id, actor=owner, at=world.at, key=world.key()
    )
    world.later(minutes=11)

    assert officer.parties == frozenset()
    with refused(OwnBusiness):
        confirming.check(world.session, withdrawal.id, officer=officer, at=world.at)
    with refused(NotYours):
        requesting.request_return(
            world.session,
            world.deposit(owner=owner).id,
            actor=officer,
            at=world.at,
            key=world.key(),
        )


def test_an_appraiser_does_not_value_her_own_land(world: World) -> None:
    owner = world.villager()
    deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
    appraiser = same_person(world, world.appraiser, owner)

    with pytest.raises(OwnAppraisal):
        world.draft(deposit, actor=appraiser)
