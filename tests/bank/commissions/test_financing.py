"""A financing is delivered as papers by the agency that was engaged for it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bank.commissions import answering, handing_over
from bank.commissions.refusals import NoFinancing, PapersMissing
from bank.refusals import NotYours
from database.actor import Actor
from database.refusals import Refusal
from ledger import journal
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.world import World
from valuation.agencies.tables import AgencyKind, Qualification
from valuation.commissions.lifecycle import Stage
from valuation.commissions.refusals import CommissionEnded, NotTheAgency


def at_work(world: World) -> Asked:
    """A financing commission about stored land, at work at the world's agency."""
    world.agency.qualifications.append(
        Qualification(
            kind=AgencyKind.FINANCE, name="融资咨询备案", number="3",
            valid_until=world.at.date().replace(year=2036), checked_at=world.at,
        )
    )  # fmt: skip
    asked = Asked(
        world, world.deposit(), kind=AgencyKind.FINANCE, agencies=[world.agency.id],
        scope="为竹林流转设计融资方案",
    )  # fmt: skip
    asked.choose()
    return asked


@pytest.fixture
def asked(session: Session) -> Asked:
    return at_work(World(session))


def deliver(asked: Asked, **told: Any) -> Any:
    world = asked.world
    lawful: dict[str, Any] = {
        "documents": [world.document(world.appraiser, name="融资方案.pdf")],
        "actor": world.appraiser, "at": world.at, "key": world.key(),
    }  # fmt: skip
    return handing_over.deliver_financing(asked.session, asked.id, **(lawful | told))


def test_a_financing_that_is_accepted_is_paid(asked: Asked) -> None:
    commission = deliver(asked)

    assert commission.stage is Stage.DELIVERED
    assert len(handing_over.delivered(asked.session, asked.id)) == 1
    answering.accept(asked.session, asked.id, actor=asked.client, at=asked.world.at)
    assert journal.balance(asked.session, f"commission:{commission.number}:escrow", "CNY") == 0
    assert journal.balance(asked.session, "world:cny", "CNY") < -FEE_FEN


def test_the_same_key_delivers_once(asked: Asked) -> None:
    papers = [asked.world.document(asked.world.appraiser)]

    for _ in range(2):
        deliver(asked, documents=papers, key="papers-1")
    assert len(handing_over.delivered(asked.session, asked.id)) == 1
    with pytest.raises(CommissionEnded):
        deliver(asked)


def test_what_is_not_whole_or_not_ours_is_refused(asked: Asked) -> None:
    world = asked.world
    stranger: Actor = world.appraisers_of(asked.other)[0]
    refusals: list[tuple[dict[str, Any], type[Refusal]]] = [
        ({"actor": stranger}, NotTheAgency),
        ({"documents": []}, PapersMissing),
        ({"documents": [world.document(stranger)]}, NotYours),
    ]
    for told, refusal in refusals:
        with pytest.raises(refusal):
            deliver(asked, **told)


def test_an_appraisal_is_not_delivered_as_papers(session: Session) -> None:
    world = World(session)
    asked = Asked(world, world.deposit())
    asked.choose()

    with pytest.raises(NoFinancing):
        deliver(asked)
