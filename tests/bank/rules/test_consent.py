"""Votes: who carries, who falls short, and what the refusal says."""

from datetime import date

import pytest
from hypothesis import given, strategies as st

from bank.rules import (
    AttendanceShort,
    BodyCannotDecide,
    MeetingNotice,
    RepresentativesTooFew,
    UnknownRule,
    VoteImpossible,
    VoteShort,
    check_vote,
)
from bank.rules.consent import Body
from database.refusals import Refusal

CALLED, HELD = date(2026, 3, 1), date(2026, 3, 11)

ATTEMPTS: list[tuple[Body, int, int, int, date, type[Refusal] | None, str | None]] = [
    # body, members, present, in favour, called on, refusal, field
    ("members", 300, 300, 300, CALLED, None, None),
    ("members", 300, 200, 200, CALLED, None, None),
    ("members", 300, 200, 199, CALLED, VoteShort, "in_favour"),
    ("members", 300, 199, 199, CALLED, AttendanceShort, "present"),
    ("members", 301, 201, 201, CALLED, None, None),
    ("members", 301, 200, 200, CALLED, AttendanceShort, "present"),
    ("members", 301, 301, 200, CALLED, VoteShort, "in_favour"),
    ("members", 1, 1, 1, CALLED, None, None),
    ("members", 300, 300, 300, date(2026, 3, 2), MeetingNotice, "notice_given_on"),
    ("members", 300, 300, 300, date(2026, 3, 12), MeetingNotice, "notice_given_on"),
    ("members", 300, 100, 101, CALLED, VoteImpossible, "in_favour"),
    ("members", 300, 301, 10, CALLED, VoteImpossible, "present"),
    ("members", 300, -1, -1, CALLED, VoteImpossible, "present"),
    ("members", 300, 10, -1, CALLED, VoteImpossible, "in_favour"),
    ("members", 0, 0, 0, CALLED, VoteImpossible, "members"),
    ("representatives", 21, 14, 14, CALLED, None, None),
    ("representatives", 21, 21, 13, CALLED, VoteShort, "in_favour"),
    ("representatives", 20, 20, 20, CALLED, RepresentativesTooFew, "members"),
    ("representatives", 21, 21, 21, date(2026, 3, 2), MeetingNotice, "notice_given_on"),
]


@pytest.mark.parametrize(
    ("body", "members", "present", "in_favour", "called", "refusal", "field"), ATTEMPTS
)
def test_a_vote(
    body: Body,
    members: int,
    present: int,
    in_favour: int,
    called: date,
    refusal: type[Refusal] | None,
    field: str | None,
) -> None:
    if refusal is None:
        check_vote(body, members, present, in_favour, HELD, called)
        return
    with pytest.raises(refusal) as refused:
        check_vote(body, members, present, in_favour, HELD, called)
    assert type(refused.value) is refusal
    assert refused.value.field == field


def test_a_vote_that_falls_short_says_how_many_were_needed() -> None:
    with pytest.raises(VoteShort) as refused:
        check_vote("members", 301, 280, 200, HELD, CALLED)

    assert refused.value.facts == {"needed": 201, "got": 200, "members": 301}


def test_representatives_decide_on_construction_land_but_not_on_contracting() -> None:
    check_vote("representatives", 30, 20, 20, HELD, CALLED, matter="construction")

    with pytest.raises(BodyCannotDecide):
        check_vote("representatives", 30, 30, 30, HELD, CALLED, matter="contracting")
    check_vote("members", 300, 300, 300, HELD, CALLED, matter="contracting")


def test_a_vote_older_than_the_rulebook_is_not_judged() -> None:
    with pytest.raises(UnknownRule):
        check_vote("members", 300, 300, 300, date(2015, 3, 11), date(2015, 3, 1))


@given(st.integers(1, 5000), st.data())
def test_a_members_vote_carries_exactly_from_two_thirds_of_all(
    members: int, data: st.DataObject
) -> None:
    present = data.draw(st.integers(0, members))
    in_favour = data.draw(st.integers(0, present))

    try:
        check_vote("members", members, present, in_favour, HELD, CALLED)
        carried = True
    except (AttendanceShort, VoteShort):
        carried = False

    assert carried == (3 * in_favour >= 2 * members)
