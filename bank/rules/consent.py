"""Whether a vote carries: the members' meeting and the assembly of their representatives."""

from datetime import date
from fractions import Fraction
from typing import Literal

from bank.rules.book import flag, fraction, whole
from bank.rules.refusals import (
    AttendanceShort,
    BodyCannotDecide,
    MeetingNotice,
    RepresentativesTooFew,
    VoteImpossible,
    VoteShort,
)

Body = Literal["members", "representatives"]
Matter = Literal["construction", "contracting", "homestead", "quantification", "membership"]


def check_vote(
    kind: Body,
    members: int,
    present: int,
    in_favour: int,
    held_on: date,
    notice_given_on: date,
    *,
    matter: Matter | None = None,
) -> None:
    """Let a vote pass, or say why it does not carry.

    `members` is everyone entitled to vote in that body: all members of full capacity, or all
    representatives. Those who took part online or by a proxy of their household count as present.
    Both fractions are of all of them, not of those present, and reaching one exactly is enough
    ("以上" includes the number itself, CC 1259). The day of the invitation is not counted.
    With `matter` given, representatives are refused what only the members may decide.

    Refuses, in this order: VoteImpossible, BodyCannotDecide, RepresentativesTooFew, MeetingNotice,
    AttendanceShort, VoteShort.
    """
    _check_numbers(members, present, in_favour)
    if kind == "representatives":
        _check_assembly(members, held_on, matter)
        body = "consent.representatives"
    else:
        body = "consent.meeting"
    _check_invitation(whole(f"{body}.notice_days", held_on), held_on, notice_given_on)
    if kind == "members":
        needed = least(fraction(f"{body}.attendance", held_on), members)
        if present < needed:
            raise AttendanceShort(
                f"at least {needed} of {members} must attend",
                field="present",
                needed=needed,
                got=present,
                members=members,
            )
    needed = least(fraction(f"{body}.in_favour", held_on), members)
    if in_favour < needed:
        raise VoteShort(
            f"at least {needed} of {members} must be in favour",
            field="in_favour",
            needed=needed,
            got=in_favour,
            members=members,
        )


def least(part: Fraction, members: int) -> int:
    """The smallest number of people that reaches that part of all members."""
    return -(-part.numerator * members // part.denominator)


def _check_numbers(members: int, present: int, in_favour: int) -> None:
    if members < 1:
        raise VoteImpossible("a vote needs voters", field="members", got=members, least=1)
    if not 0 <= present <= members:
        raise VoteImpossible(
            "as many can attend as there are members", field="present", got=present, most=members
        )
    if not 0 <= in_favour <= present:
        raise VoteImpossible(
            "as many can be in favour as attended", field="in_favour", got=in_favour, most=present
        )


def _check_assembly(representatives: int, held_on: date, matter: Matter | None) -> None:
    if matter is not None and not flag(f"consent.representatives.decides.{matter}", held_on):
        raise BodyCannotDecide(
            "only the members' meeting may decide this", field="kind", matter=matter
        )
    needed = whole("consent.representatives.minimum", held_on)
    if representatives < needed:
        raise RepresentativesTooFew(
            f"an assembly has at least {needed} representatives",
            field="members",
            needed=needed,
            got=representatives,
        )


def _check_invitation(needed: int, held_on: date, notice_given_on: date) -> None:
    given = (held_on - notice_given_on).days
    if given < needed:
        raise MeetingNotice(
            f"the meeting must be called {needed} days before",
            field="notice_given_on",
            needed=needed,
            got=given,
        )
