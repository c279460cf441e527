"""Accepting, disputing, settling: what becomes of the values and of the fee."""

from datetime import timedelta
from typing import Any

import pytest

from bank import accounts
from bank.agencies import purse, rating
from bank.agencies.refusals import TextMissing
from bank.calendar import local_date
from bank.commissions import answering
from bank.commissions.refusals import (
    AcceptedAlready,
    AnsweringOver,
    NotConcerned,
    NotTheClient,
    PanelTooSmall,
    SecondUnfit,
)
from bank.deposits.lifecycle import Stage as DepositStage
from bank.parties.tables import User
from bank.refusals import IllegalMove, NotAnOfficer, OwnBusiness
from ledger import journal
from ledger.verify import verify
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.reading import money, refused
from tests.world import World
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.commissions.lifecycle import Stage

PANEL = ("周科员", "吴科长")


@pytest.fixture
def asked(world: World) -> Asked:
    asked = Asked(world, world.deposit(DepositStage.CLEARED))
    asked.deliver()
    return asked


def dispute(asked: Asked, **told: Any) -> None:
    lawful: dict[str, Any] = {
        "grounds": "漏算了 3 亩",
        "actor": asked.client,
        "at": asked.world.at,
    } | told
    answering.dispute(asked.session, asked.id, **lawful)


def settle(asked: Asked, *, upheld: bool, **told: Any):
    lawful: dict[str, Any] = {
        "reason": "经核实", "members": PANEL, "actor": asked.world.county_officer,
        "at": asked.world.at,
    } | told  # fmt: skip
    return answering.settle(asked.session, asked.id, upheld=upheld, **lawful)


def escrowed(asked: Asked) -> int:
    number = asked.commission.number
    return journal.balance(asked.session, accounts.fee_escrow(number), accounts.CNY)


def earned(asked: Asked) -> int:
    party = purse.find_party(asked.session, asked.commission.engaged)
    return money(asked.session, party) if party else 0


def test_acceptance_gives_the_agency_its_fee(session, world, asked):
    assert (asked.commission.stage, escrowed(asked)) == (Stage.DELIVERED, FEE_FEN)

    answering.accept(session, asked.id, actor=asked.client, at=world.at)

    assert asked.commission.stage is Stage.ACCEPTED
    assert (escrowed(asked), earned(asked), money(session, asked.client)) == (0, FEE_FEN, FEE_FEN)
    assert verify(session).ok


def test_who_represents_the_agency_has_its_fee_paid_out(session, world, asked):
    answering.accept(session, asked.id, actor=asked.client, at=world.at)
    representative = session.get_one(User, world.appraiser.id).actor()

    assert world.payout(representative, FEE_FEN).amount_fen == FEE_FEN


def test_only_the_client_accepts_and_once(session, world, asked):
    with refused(NotTheClient):
        answering.accept(session, asked.id, actor=world.county_officer, at=world.at)
    answering.accept(session, asked.id, actor=asked.client, at=world.at)
    with refused(IllegalMove):
        answering.accept(session, asked.id, actor=asked.client, at=world.at)


def test_what_is_accepted_is_rated(session, world, asked):
    answering.accept(session, asked.id, actor=asked.client, at=world.at)

    given = rating.rate(session, asked.id, stars=5, words="很细致", actor=asked.client, at=world.at)
    assert given.agency_id == world.agency.id


def test_the_township_accepts_for_the_county(session, world, stored):
    commission = world.commission_of(stored)

    with refused(NotTheClient):
        answering.accept(session, commission.id, actor=world.owner_of(stored), at=world.at)
    answering.accept(session, commission.id, actor=world.officer, at=world.at)
    assert commission.stage is Stage.ACCEPTED


def test_a_dispute_after_acceptance_is_refused(session, world, asked):
    answering.accept(session, asked.id, actor=asked.client, at=world.at)

    with refused(AcceptedAlready):
        dispute(asked)


def test_a_dispute_after_the_last_day_is_refused_though_nobody_accepted_yet(asked):
    last = local_date(asked.commission.answer_by) - timedelta(days=1)

    with refused(AnsweringOver, until=last.isoformat()):
        dispute(asked, at=asked.commission.answer_by)
    dispute(asked, at=asked.commission.answer_by - timedelta(seconds=1))
    assert asked.commission.stage is Stage.DISPUTED


def test_a_dispute_has_grounds_and_comes_from_somebody_concerned(world, asked):
    with refused(TextMissing, "grounds"):
        dispute(asked, grounds=" ")
    with refused(NotConcerned):
        dispute(asked, actor=world.villager("李大山"))
    dispute(asked)
    assert asked.commission.dispute == "漏算了 3 亩"
    with refused(IllegalMove, stage="disputed", act="dispute"):
        dispute(asked)


def test_an_owner_disputes_what_the_county_or_an_investor_had_appraised(session, world, stored):
    asked = Asked(world, stored, client=world.investor(), agencies=[world.agency.id])
    asked.deliver()

    dispute(asked, actor=world.owner_of(stored))

    assert asked.commission.stage is Stage.DISPUTED


def test_a_result_that_is_upheld_is_accepted_and_paid(session, world, asked):
    dispute(asked)
    finding = settle(asked, upheld=True)

    assert (asked.commission.stage, earned(asked)) == (Stage.ACCEPTED, FEE_FEN)
    assert finding.members == "周科员、吴科长"
    assert answering.finding_of(session, asked.commission) is finding


def test_a_result_that_is_overturned_counts_no_more_and_the_fee_goes_back(session, world, asked):
    dispute(asked)
    settle(asked, upheld=False)

    (appraisal,) = appraising.of_commission(session, asked.id)
    assert appraisal.stage is AppraisalStage.SET_ASIDE
    assert asked.commission.stage is Stage.OVERTURNED
    assert (escrowed(asked), earned(asked)) == (0, 0)
    assert money(session, asked.client) == 2 * FEE_FEN
    assert verify(session).ok


def test_a_panel_is_of_the_county_has_members_reasons_and_no_stake(session, world, asked):
    dispute(asked)

    with refused(NotAnOfficer):
        settle(asked, upheld=True, actor=world.officer)
    with refused(TextMissing, "reason"):
        settle(asked, upheld=True, reason="")
    with refused(PanelTooSmall, "members", needed=2, found=1):
        settle(asked, upheld=True, members=("周科员", " ", "周科员"))
    settle(asked, upheld=True)
    with refused(IllegalMove):
        settle(asked, upheld=True)


def test_who_gave_the_commission_for_the_county_does_not_settle_its_dispute(session, world, stored):
    asked = Asked(world, stored, county=True)
    asked.deliver()
    dispute(asked)

    with refused(OwnBusiness):
        settle(asked, upheld=True)
    settle(asked, upheld=True, actor=world.other_county_officer)


def test_a_panel_rests_on_a_second_opinion_that_is_finished(session, world, asked):
    dispute(asked)
    deposit = asked.deposits[0]
    second = Asked(world, deposit, second_of=asked.id, agencies=[asked.other.id])
    second.choose(second.offer(asked.other))

    with refused(SecondUnfit, "second_id"):
        settle(asked, upheld=False, second_id=second.id)
    second.deliver()
    finding = settle(asked, upheld=False, second_id=second.id)

    assert finding.second_id == second.id
    (kept,) = appraising.of_commission(session, second.id)
    assert kept.stage is AppraisalStage.ISSUED


def test_a_collectives_result_is_shown_before_it_counts_whoever_asked(session, world):
    owner = world.collective()
    own = world.deposit(DepositStage.CLEARED, owner=owner)
    stored = world.deposit(owner=owner)
    for asked in (Asked(world, own), Asked(world, stored, client=world.investor())):
        asked.deliver()
        (appraisal,) = appraising.of_commission(session, asked.id)

        assert appraisal.in_force_from > world.at + timedelta(days=15)


def test_a_stored_deposit_takes_the_value_of_what_counts_after_an_overturned_result(session, world):
    stored = world.deposit(yearly_yuan=20_000)
    before = stored.value_fen
    asked = Asked(world, stored, client=world.investor())
    asked.choose(asked.offer(asked.other))
    asked.visit()
    world.later(days=1)
    world.appraise(stored, commission=asked.commission, yearly_yuan=21_000)
    assert stored.value_fen > before

    dispute(asked)
    settle(asked, upheld=False)

    assert stored.value_fen == before
