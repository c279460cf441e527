"""The joint review: opinions of departments, and approval when none is against it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bank.acts import history
from bank.calendar import grace_ends
from bank.orders import placing
from bank.orders.refusals import OpinionMissing, ReviewMissing
from bank.projects import reviewing
from bank.projects.lifecycle import Stage
from bank.refusals import GraceRunning, IllegalMove, NoSuchRecord, NotAnOfficer, OwnBusiness
from database.actor import Role
from database.base import new_id
from tests.beginnings import asked_for
from tests.reading import recorded, refused


def placed(world):
    """A project whose order was just placed."""
    return {"project": world.order(world.deposit(), approved=False).project}


@pytest.fixture
def beginning(request):
    return asked_for(request, project=placed)


@pytest.fixture
def project(begun):
    return begun["project"]


def start(world, project, officer=None):
    """Take into review."""
    return reviewing.start_review(
        world.session, project.id, officer=officer or world.county_officer, at=world.at
    )


def opine(world, project, officer=None, **told):
    """A favourable opinion unless told otherwise."""
    told = {
        "department": "自然资源和规划局", "in_favour": True, "opinion": "同意",
        "officer": officer or world.county_officer, "at": world.at,
    } | told  # fmt: skip
    return reviewing.give_opinion(world.session, project.id, **told)


def approve(world, project, officer=None):
    """Approve."""
    return reviewing.approve(
        world.session, project.id, officer=officer or world.county_officer, at=world.at
    )


@pytest.fixture
def in_review(world, project):
    """The project in review, with no opinion yet."""
    world.later(minutes=11)
    return start(world, project)


def test_a_project_that_all_departments_favour_is_approved(session, world, in_review):
    opine(world, in_review)
    opine(world, in_review, department="林业局")
    before = recorded(session)

    approve(world, in_review)

    assert in_review.stage is Stage.APPROVED
    assert [row.act for row in history(session, in_review)] == ["submit", "review", "approve"]
    assert recorded(session) == before


def test_an_opinion_is_kept_with_its_giver(world, in_review):
    review = opine(world, in_review, department=" 林业局 ", opinion=" 同意 ")

    assert (review.department, review.opinion) == ("林业局", "同意")
    assert (review.given_by, review.given_at) == (world.county_officer.id, world.at)


def test_a_project_is_not_approved_without_any_opinion(world, in_review):
    with refused(ReviewMissing, against=[]):
        approve(world, in_review)


def test_one_department_against_it_stops_the_project(world, in_review):
    opine(world, in_review)
    opine(world, in_review, department="林业局", in_favour=False, opinion="占用公益林")

    with refused(ReviewMissing, against=["林业局"]):
        approve(world, in_review)
    assert in_review.stage is Stage.IN_REVIEW


def test_a_department_may_change_its_mind_either_way(world, in_review):
    opine(world, in_review, in_favour=False, opinion="占用公益林")
    world.later(hours=1)
    opine(world, in_review, opinion="范围已调整,同意")
    world.session.expire(in_review, ["reviews"])
    assert approve(world, in_review).stage is Stage.APPROVED


def test_a_later_no_outweighs_an_earlier_yes(world, in_review):
    opine(world, in_review)
    world.later(hours=1)
    opine(world, in_review, in_favour=False, opinion="占用公益林")

    with refused(ReviewMissing, against=["自然资源和规划局"]):
        approve(world, in_review)


@pytest.mark.parametrize("field", ["department", "opinion"])
def test_an_opinion_names_its_department_and_says_something(world, in_review, field):
    with refused(OpinionMissing, field):
        opine(world, in_review, **{field: " "})


def test_a_review_begins_once_the_order_cannot_be_taken_back(world, project):
    until = grace_ends(project.submitted_at)
    world.at = until - timedelta(seconds=1)
    with refused(GraceRunning, until=until.isoformat()):
        start(world, project)

    world.at = until
    assert start(world, project).stage is Stage.IN_REVIEW


ACTS = pytest.mark.parametrize("act", [start, opine, approve])


@ACTS
def test_only_county_officers_review(world, in_review, act):
    investor = world.user("张经理", Role.INVESTOR, party=in_review.party)

    for actor in (investor, world.officer, world.auditor):
        with refused(NotAnOfficer):
            act(world, in_review, actor)


@ACTS
def test_no_officer_reviews_her_own_project(world, in_review, act):
    insider = world.user("周科员", Role.COUNTY, party=in_review.party)
    submitted_it = replace(world.county_officer, id=in_review.submitted_by)

    for officer in (insider, submitted_it):
        with refused(OwnBusiness):
            act(world, in_review, officer)


def test_a_project_is_reviewed_once(world, in_review):
    with refused(IllegalMove, stage="in_review", act="review"):
        start(world, in_review)


def test_an_approved_project_takes_no_opinion_and_no_second_approval(world, in_review):
    opine(world, in_review)
    approve(world, in_review)

    with refused(IllegalMove, stage="approved", act="opinion"):
        opine(world, in_review)
    with refused(IllegalMove, stage="approved", act="approve"):
        approve(world, in_review)


def test_a_project_that_is_not_in_review_takes_no_opinion_and_is_not_approved(world, project):
    with refused(IllegalMove, stage="submitted", act="opinion"):
        opine(world, project)
    with refused(ReviewMissing):
        approve(world, project)


def test_a_project_whose_order_was_cancelled_is_not_reviewed(session, world):
    order = world.order(world.deposit(), approved=False)
    placing.cancel(
        session, order.id, reason="投资人撤资", officer=world.county_officer, at=world.at
    )
    world.later(minutes=11)

    with refused(IllegalMove, stage="cancelled", act="review"):
        start(world, order.project)


def test_an_unknown_project_is_not_found(session):
    with refused(NoSuchRecord):
        reviewing.get_project(session, new_id())
