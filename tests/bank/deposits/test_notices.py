"""The public notice: objections, their decision, and clearing."""

from datetime import timedelta

import pytest

from bank.acts import history
from bank.deposits import notices
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import (
    GroundsMissing,
    NoticeRunning,
    NotOnNotice,
    ObjectionDecided,
    ObjectionOpen,
)
from bank.deposits.tables import Decision, Objection
from bank.refusals import IllegalMove, KeyReused, NoSuchRecord, NotAnOfficer, OwnBusiness
from database.actor import Role
from database.base import new_id
from tests.reading import refused

SECOND = timedelta(seconds=1)


def object_to(world, deposit, actor=None, **told):
    """Object as a neighbour unless told otherwise."""
    told = {"grounds": "东边的界石在我家地里", "at": world.at, "key": world.key()} | told
    return notices.object_to(
        world.session, deposit.id, actor=actor or world.villager("李大山"), **told
    )


def decide(world, objection, *, upheld=False, **told):
    """Dismiss unless told otherwise."""
    told = {"answer": "已到现场核对界址", "officer": world.officer, "at": world.at} | told
    return notices.decide(world.session, objection.id, upheld=upheld, **told)


def clear(world, deposit):
    """Clear at this moment."""
    return notices.clear(world.session, deposit.id, at=world.at)


# -- objecting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["villager", "collective", "investor", "officer", "auditor"])
def test_anyone_signed_in_may_object(world, who):
    deposit = world.deposit(Stage.ON_NOTICE)
    actor = getattr(world, who)
    actor = actor() if callable(actor) else actor

    objection = object_to(world, deposit, actor, grounds=" 有争议 ")

    assert (objection.decision, objection.grounds) == (Decision.OPEN, "有争议")
    assert (objection.raised_by, objection.raised_at) == (actor.id, world.at)
    assert deposit.objections == [objection]
    assert deposit.stage is Stage.ON_NOTICE


def test_an_objection_needs_its_grounds(world):
    with refused(GroundsMissing, "grounds"):
        object_to(world, world.deposit(Stage.ON_NOTICE), grounds=" ")


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.CLEARED, Stage.STORED])
def test_nobody_objects_to_what_is_not_on_notice(world, stage):
    with refused(NotOnNotice):
        object_to(world, world.deposit(stage))


def test_an_objection_is_heard_until_the_last_moment_of_the_notice(world):
    deposit = world.deposit(Stage.ON_NOTICE)
    world.at = deposit.notice_until - SECOND
    object_to(world, deposit)

    world.at = deposit.notice_until
    with refused(NotOnNotice):
        object_to(world, deposit)


def test_a_double_click_objects_once(session, world):
    deposit, neighbour = world.deposit(Stage.ON_NOTICE), world.villager("李大山")
    first = object_to(world, deposit, neighbour, key="the same")

    assert object_to(world, deposit, neighbour, key="the same") is first
    assert session.query(Objection).count() == 1


def test_a_key_that_brought_other_grounds_is_refused(world):
    deposit, neighbour = world.deposit(Stage.ON_NOTICE), world.villager("李大山")
    object_to(world, deposit, neighbour, key="the same")

    with refused(KeyReused, key="the same"):
        object_to(world, deposit, neighbour, grounds="另有理由", key="the same")
    with refused(KeyReused, key="the same"):
        object_to(world, deposit, key="the same")


# -- deciding ------------------------------------------------------------------------------------


def test_an_objection_that_is_dismissed_lets_the_notice_go_on(world):
    deposit = world.deposit(Stage.ON_NOTICE)
    objection = decide(world, object_to(world, deposit))

    assert (objection.decision, objection.answer) == (Decision.DISMISSED, "已到现场核对界址")
    assert (objection.decided_by, objection.decided_at) == (world.officer.id, world.at)
    world.at = deposit.notice_until
    assert clear(world, deposit).stage is Stage.CLEARED


def test_an_objection_that_is_upheld_sends_the_deposit_back(session, world):
    deposit = world.deposit(Stage.ON_NOTICE)
    objection = decide(world, object_to(world, deposit), upheld=True, answer="界址确有重叠")

    assert objection.decision is Decision.UPHELD
    assert deposit.stage is Stage.DRAFT
    assert history(session, deposit)[-1].reason == "界址确有重叠"


@pytest.mark.parametrize("upheld", [True, False])
def test_a_decision_needs_an_answer(world, upheld):
    objection = object_to(world, world.deposit(Stage.ON_NOTICE))

    with refused(GroundsMissing, "answer"):
        decide(world, objection, upheld=upheld, answer="")


@pytest.mark.parametrize("first", [True, False])
def test_an_objection_is_decided_once(world, first):
    objection = decide(world, object_to(world, world.deposit(Stage.ON_NOTICE)), upheld=first)

    with refused(ObjectionDecided, decision="upheld" if first else "dismissed"):
        decide(world, objection, upheld=not first)


def test_an_objection_is_decided_by_an_officer_of_the_town(world):
    owner = world.villager()
    objection = object_to(world, world.deposit(Stage.ON_NOTICE, owner=owner))
    next_town = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")

    for actor in (owner, world.county_officer, next_town):
        with refused(NotAnOfficer, division="330523106201"):
            decide(world, objection, officer=actor)


def test_an_officer_does_not_decide_her_own_objection(world):
    objection = object_to(world, world.deposit(Stage.ON_NOTICE), world.officer)

    with refused(OwnBusiness):
        decide(world, objection)
    assert decide(world, objection, officer=world.second_officer).decided_by


def test_an_officer_does_not_decide_against_her_own_deposit(world):
    deposit = world.deposit(Stage.ON_NOTICE)
    officer = world.user("王干部", Role.TOWNSHIP, party=deposit.party, township="330523106")

    with refused(OwnBusiness):
        decide(world, object_to(world, deposit), officer=officer)


def test_an_unknown_objection_cannot_be_decided(session, world):
    with refused(NoSuchRecord):
        notices.decide(
            session, new_id(), upheld=True, answer="是", officer=world.officer, at=world.at
        )


# -- clearing ------------------------------------------------------------------------------------


def test_a_notice_is_over_at_its_last_midnight_and_not_a_second_sooner(world):
    deposit = world.deposit(Stage.ON_NOTICE)
    until = deposit.notice_until
    world.at = until - SECOND

    with refused(NoticeRunning, until=until.isoformat()):
        clear(world, deposit)

    world.at = until
    assert clear(world, deposit).stage is Stage.CLEARED


def test_an_open_objection_stops_the_clearing(world):
    deposit = world.deposit(Stage.ON_NOTICE)
    decide(world, object_to(world, deposit))
    objection = object_to(world, deposit)
    world.at = deposit.notice_until

    with refused(ObjectionOpen, objection=objection.number):
        clear(world, deposit)


def test_an_objection_that_was_never_decided_stops_the_next_notice_too(session, world):
    owner = world.villager()
    deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
    first, second = object_to(world, deposit), object_to(world, deposit)
    decide(world, first, upheld=True)
    world.pass_to_notice(world.submit(deposit, owner))
    world.at = deposit.notice_until

    with refused(ObjectionOpen, objection=second.number):
        clear(world, deposit)
    decide(world, second)
    assert clear(world, deposit).stage is Stage.CLEARED


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.CLEARED, Stage.STORED])
def test_only_what_is_on_notice_is_cleared(world, stage):
    deposit = world.deposit(stage)

    with refused(IllegalMove, stage=stage.value, act="clear"):
        clear(world, deposit)


def test_due_are_the_notices_that_are_over_and_that_nothing_stops(session, world):
    over, stopped = world.deposit(Stage.ON_NOTICE), world.deposit(Stage.ON_NOTICE)
    object_to(world, stopped)
    until = over.notice_until
    world.later(days=1)
    running = world.deposit(Stage.ON_NOTICE)

    assert notices.due(session, at=until - SECOND) == []
    assert notices.due(session, at=until) == [over.id]
    assert set(notices.due(session, at=running.notice_until)) == {over.id, running.id}
