"""What the clock does to commissions: lapsing, silence, reminders; and an asset taken out."""

from datetime import timedelta

import pytest

from bank.acts import history
from bank.calendar import midnight
from bank.commissions import reading, requesting
from bank.deposits import checking
from bank.deposits.lifecycle import Stage as DepositStage
from bank.due import Done, run_due
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.reading import money, recorded
from tests.world import World
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.tables import Due, Reminder

SECOND = timedelta(seconds=1)


@pytest.fixture
def asked(world: World) -> Asked:
    owner = world.villager()
    deposit = world.deposit(owner=owner)
    world.session.flush()
    run_due(world.session, at=world.later(days=30))
    return Asked(world, deposit, county=False)


def due(world, at) -> Done:
    return run_due(world.session, at=at)


def after(day):
    """The moment at which the day is over."""
    return midnight(day + timedelta(days=1))


def told(session, commission) -> set[tuple[Due, bool]]:
    """What was reminded of, and whether an agency was."""
    rows = session.query(Reminder).filter(Reminder.commission_id == commission.id)
    return {(row.due, row.agency_id is not None) for row in rows}


def test_a_request_that_nobody_quotes_for_lapses(session, world, asked):
    end = after(asked.commission.quote_by)

    assert due(world, end - SECOND).lapsed == 0
    assert due(world, end).lapsed == 1
    assert asked.commission.stage is Stage.LAPSED
    assert {each.stage for each in asked.commission.quotes} == {QuoteStage.LEFT}
    assert history(session, asked.commission)[-1].actor_id is None


def test_quotes_among_which_nobody_chooses_lapse(session, world, asked):
    asked.offer()
    end = after(asked.commission.quote_by + timedelta(days=15))

    assert due(world, end - SECOND).lapsed == 0
    assert due(world, end).lapsed == 1
    assert money(session, asked.client) == 2 * FEE_FEN


def test_silence_about_what_was_delivered_is_acceptance_and_pays(session, world, asked):
    asked.deliver()
    end = asked.commission.answer_by

    assert due(world, end - SECOND).accepted == 0
    assert due(world, end).accepted == 1
    assert asked.commission.stage is Stage.ACCEPTED
    assert money(session, asked.client) == FEE_FEN


def test_doing_it_late_or_twice_changes_nothing(session, world, asked):
    asked.deliver()
    late = asked.commission.answer_by + timedelta(days=100)

    assert due(world, late).accepted == 1
    before = recorded(session)
    assert due(world, late) == Done(0, 0)
    assert recorded(session) == before


def test_reminders_come_before_what_is_due_once_each(session, world, asked):
    commission = asked.commission
    soon = midnight(commission.quote_by - timedelta(days=3))

    assert due(world, soon - SECOND).reminded == 0
    assert due(world, soon).reminded == 2  # both agencies
    assert due(world, soon).reminded == 0
    assert told(session, commission) == {(Due.QUOTE, True)}

    asked.offer()
    chosen_by = commission.quote_by + timedelta(days=15)
    assert due(world, midnight(chosen_by - timedelta(days=3))).reminded == 1
    assert (Due.CHOICE, False) in told(session, commission)


def test_an_agency_is_reminded_of_its_last_day_and_both_when_it_is_past(session, world, asked):
    asked.choose()
    commission = asked.commission

    assert due(world, midnight(commission.deliver_by - timedelta(days=3))).reminded == 1
    assert told(session, commission) == {(Due.DELIVERY, True)}
    assert due(world, after(commission.deliver_by)).reminded == 2
    assert due(world, after(commission.deliver_by) + timedelta(days=9)).reminded == 0
    assert {(Due.OVERDUE, True), (Due.OVERDUE, False)} <= told(session, commission)


def test_reminders_are_shown_to_whom_they_concern_until_looked_at(session, world, asked):
    asked.choose()
    due(world, after(asked.commission.deliver_by))
    agency, client = world.appraiser, asked.client

    assert [each.due for each in reading.reminders(session, agency)] == [Due.OVERDUE]
    assert [each.due for each in reading.reminders(session, client)] == [Due.OVERDUE]
    assert reading.reminders(session, world.appraisers_of(asked.other)[0]) == []
    assert reading.reminders(session, world.county_officer) == []
    reading.saw(session, asked.commission, agency, at=world.at)
    assert reading.reminders(session, agency) == []
    assert [each.due for each in reading.reminders(session, client)] == [Due.OVERDUE]


def test_a_reminder_of_what_is_over_is_shown_no_more(session, world, asked):
    asked.choose()
    due(world, midnight(asked.commission.deliver_by - timedelta(days=3)))
    assert len(reading.reminders(session, world.appraiser)) == 1

    asked.deliver()

    assert reading.reminders(session, world.appraiser) == []


# -- an asset taken out ---------------------------------------------------------------------------


@pytest.fixture
def both(world: World) -> Asked:
    """A commission for two cleared deposits of one owner, engaged."""
    owner = world.villager()
    deposits = [world.deposit(DepositStage.CLEARED, owner=owner) for _ in range(2)]
    asked = Asked(world, *deposits)
    asked.choose()
    return asked


def send_back(world, deposit):
    checking.send_back(
        world.session, deposit.id, reason="界线有误", officer=world.officer, at=world.at
    )


def test_sending_one_asset_back_leaves_the_others_work_alone(session, world, both):
    one, two = both.deposits
    both.visit(two)
    draft = world.draft(two, commission=both.commission)

    send_back(world, one)

    assert both.commission.stage is Stage.ENGAGED
    assert [each.asset_id for each in both.commission.assets] == [two.asset_id]
    assert draft.stage is AppraisalStage.DRAFT
    assert money(session, both.client) == FEE_FEN


def test_when_only_what_is_valued_is_left_the_work_is_delivered(session, world, both):
    one, two = both.deposits
    both.visit(two)
    world.appraise(two, commission=both.commission)
    reached = [both.commission.stage]

    send_back(world, one)

    reached.append(both.commission.stage)
    assert reached == [Stage.ENGAGED, Stage.DELIVERED]
    assert both.commission.answer_by is not None


def test_when_the_last_asset_is_sent_back_the_client_has_the_fee_back(session, world, both):
    for deposit in both.deposits:
        send_back(world, deposit)

    assert both.commission.stage is Stage.WITHDRAWN
    assert money(session, both.client) == 2 * FEE_FEN


def test_a_request_about_land_that_is_sent_back_is_withdrawn_with_its_quotes(session, world):
    asked = Asked(world, world.deposit(DepositStage.CLEARED))
    asked.offer()

    send_back(world, asked.deposits[0])

    assert asked.commission.stage is Stage.WITHDRAWN
    assert {each.stage for each in asked.commission.quotes} == {QuoteStage.LEFT}


def test_what_was_delivered_is_still_paid_when_the_land_is_sent_back(session, world):
    asked = Asked(world, world.deposit(DepositStage.CLEARED))
    asked.deliver()
    send_back(world, asked.deposits[0])

    assert asked.commission.stage is Stage.DELIVERED
    (appraisal,) = appraising.of_commission(session, asked.id)
    assert appraisal.stage is AppraisalStage.SUPERSEDED
    assert due(world, asked.commission.answer_by).accepted >= 1
    assert money(session, asked.client) == FEE_FEN


def test_the_countys_free_commission_may_be_withdrawn_at_once(session, world):
    deposit = world.deposit(DepositStage.CLEARED)
    commission = world.commission_of(deposit)

    requesting.withdraw(
        session, commission.id, reason="机构无法到场", actor=world.officer, at=world.at
    )
    assert commission.stage is Stage.WITHDRAWN
