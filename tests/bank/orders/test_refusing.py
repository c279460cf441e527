"""Refusing a project: with a reason, by an officer without a stake; its land is free again."""

import pytest

from bank import accounts
from bank.deposits.lifecycle import Stage
from bank.orders import placing
from bank.orders.lifecycle import Stage as OrderStage
from bank.parties.tables import Party
from bank.projects import reviewing
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import IllegalMove, ReasonMissing
from ledger import journal


def in_review(world):
    """An order whose project is in joint review."""
    order = world.order(world.deposit(), approved=False)
    world.later(minutes=11)
    reviewing.start_review(
        world.session, order.project_id, officer=world.county_officer, at=world.at
    )
    return order


def refuse(world, order, reason="不符合规划"):
    return placing.refuse(
        world.session, order.id, reason=reason, officer=world.county_officer, at=world.at
    )


def test_a_refused_project_frees_its_land(world) -> None:
    order = in_review(world)
    deposit = order.lines[0].deposit

    refuse(world, order)

    assert (order.stage, order.project.stage) == (OrderStage.CANCELLED, ProjectStage.REFUSED)
    assert deposit.stage is Stage.STORED
    party = world.session.get_one(Party, deposit.party_id)
    stored = accounts.stored(party.number)
    assert journal.balance(world.session, stored, accounts.land(deposit.number)) == 1_000_000


def test_a_refusal_names_its_reason(world) -> None:
    with pytest.raises(ReasonMissing) as refused:
        refuse(world, in_review(world), reason=" ")

    assert refused.value.field == "reason"


def test_a_project_is_refused_only_in_review(world, stored) -> None:
    order = world.order(stored, approved=False)

    with pytest.raises(IllegalMove):
        refuse(world, order)
