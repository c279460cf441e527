"""Consent: a household agrees in writing, a collective decides by vote."""

from datetime import timedelta

import pytest

from bank.assets.tables import AssetKind
from bank.calendar import local_date
from bank.deposits import drafting, submission
from bank.deposits.drafting import Vote
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import AnswersMissing, WrongConsent
from bank.deposits.tables import ConsentKind
from bank.rules.refusals import (
    AttendanceShort,
    BodyCannotDecide,
    MeetingNotice,
    RepresentativesTooFew,
    VoteImpossible,
    VoteShort,
)
from tests.reading import refused
from tests.world import NOW

TODAY = local_date(NOW)
YESTERDAY = TODAY - timedelta(days=1)


def vote(members=300, present=200, in_favour=200, called=10) -> Vote:
    """A vote held yesterday that just carries, called so many days before."""
    return Vote(members, present, in_favour, YESTERDAY - timedelta(days=called))


def agree(world, deposit, actor, kind=ConsentKind.MEMBERS, vote=None, held_on=YESTERDAY):
    """Record who agreed."""
    return drafting.agree(
        world.session, deposit.id, kind=kind, held_on=held_on, vote=vote,
        document=world.document(actor, name="会议记录.pdf"), actor=actor, at=world.at,
    )  # fmt: skip


def test_a_household_agrees_in_writing(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)

    consent = agree(world, deposit, owner, ConsentKind.HOUSEHOLD, held_on=TODAY).consent

    assert (consent.kind, consent.held_on) == (ConsentKind.HOUSEHOLD, TODAY)
    assert (consent.members, consent.present, consent.in_favour) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (ConsentKind.MEMBERS, vote()),
        (ConsentKind.MEMBERS, None),
        (ConsentKind.REPRESENTATIVES, vote()),
        (ConsentKind.HOUSEHOLD, vote()),
    ],
)
def test_a_household_does_not_vote(world, kind, given):
    owner = world.villager()

    with refused(WrongConsent, "kind", kind=kind.value):
        agree(world, world.deposit(Stage.DRAFT, owner=owner), owner, kind, given)


@pytest.mark.parametrize(
    ("kind", "given"),
    [(ConsentKind.HOUSEHOLD, None), (ConsentKind.HOUSEHOLD, vote()), (ConsentKind.MEMBERS, None)],
)
def test_a_collective_needs_a_vote(world, kind, given):
    collective = world.collective()

    with refused(WrongConsent, "kind", kind=kind.value):
        agree(world, world.deposit(Stage.DRAFT, owner=collective), collective, kind, given)


def test_consent_of_tomorrow_is_none_today(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)

    with refused(WrongConsent, "held_on"):
        agree(world, deposit, owner, ConsentKind.HOUSEHOLD, held_on=TODAY + timedelta(days=1))


def test_two_thirds_of_all_members_just_carry_a_vote(world):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective)

    consent = agree(world, deposit, collective, vote=vote()).consent

    assert (consent.members, consent.present, consent.in_favour) == (300, 200, 200)
    assert consent.notice_given_on == YESTERDAY - timedelta(days=10)


SHORT = [
    (vote(present=250, in_favour=199), VoteShort, "in_favour", {"needed": 200, "got": 199}),
    (vote(present=199, in_favour=199), AttendanceShort, "present", {"needed": 200, "got": 199}),
    (vote(called=9), MeetingNotice, "notice_given_on", {"needed": 10, "got": 9}),
    (vote(present=301), VoteImpossible, "present", {"most": 300}),
    (vote(in_favour=201), VoteImpossible, "in_favour", {"most": 200}),
    (vote(members=0, present=0, in_favour=0), VoteImpossible, "members", {"least": 1}),
]


@pytest.mark.parametrize(("given", "refusal", "field", "facts"), SHORT)
def test_a_vote_that_does_not_carry_is_refused(world, given, refusal, field, facts):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective)

    with refused(refusal, field, **facts):
        agree(world, deposit, collective, vote=given)


@pytest.mark.parametrize("kind", [AssetKind.WOODLAND, AssetKind.FARMLAND, AssetKind.WATER])
def test_representatives_cannot_decide_on_contracted_land(world, kind):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective, kind=kind)

    with refused(BodyCannotDecide, "kind", matter="contracting"):
        agree(world, deposit, collective, ConsentKind.REPRESENTATIVES, vote(30, 30, 30))


@pytest.mark.parametrize("kind", [AssetKind.HOUSE, AssetKind.OLD_VILLAGE])
def test_representatives_cannot_decide_on_houses(world, kind):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective, kind=kind)

    with refused(BodyCannotDecide, "kind", matter="homestead"):
        agree(world, deposit, collective, ConsentKind.REPRESENTATIVES, vote(30, 30, 30))


def test_representatives_decide_on_construction_land(world):
    collective = world.collective()
    kind = AssetKind.CONSTRUCTION_LAND
    deposit = world.deposit(Stage.DRAFT, owner=collective, kind=kind)

    agree(world, deposit, collective, ConsentKind.REPRESENTATIVES, vote(30, 20, 20))

    assert deposit.consent.kind is ConsentKind.REPRESENTATIVES


def test_an_assembly_has_more_than_twenty_representatives(world):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective, kind=AssetKind.CONSTRUCTION_LAND)

    agree(world, deposit, collective, ConsentKind.REPRESENTATIVES, vote(21, 21, 21))
    with refused(RepresentativesTooFew, "members", needed=21, got=20):
        agree(world, deposit, collective, ConsentKind.REPRESENTATIVES, vote(20, 20, 20))


def test_a_second_vote_replaces_the_first(session, world):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective)
    first = agree(world, deposit, collective, vote=vote()).consent.document_id

    consent = agree(world, deposit, collective, vote=vote(in_favour=200, present=290)).consent

    assert consent.present == 290
    assert consent.document_id != first


def test_a_refused_vote_leaves_the_first_as_it_was(session, world):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective)

    with refused(VoteShort, "in_favour"):
        agree(world, deposit, collective, vote=vote(in_favour=1))

    assert deposit.consent.in_favour == 260


def test_a_collective_hands_nothing_in_without_its_vote(session, world):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective)
    deposit.consent = None

    with refused(AnswersMissing, "consent", missing=["consent"]):
        submission.submit(session, deposit.id, actor=collective, at=world.at, key="k")
