"""Placing an order: bundles, the reservation, taking back, cancelling, running out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bank import accounts
from bank.acts import history
from bank.calendar import grace_ends, local_date
from bank.catalogue import bundling
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.figures import NegativeNumber
from bank.orders import placing, receipts
from bank.orders.lifecycle import Stage
from bank.orders.refusals import (
    BundleEmpty,
    BundleOrdered,
    EscrowHeld,
    NotInCatalogue,
    OwnDeposit,
    ProjectUnnamed,
    SwapOfferMissing,
    SwapOfferTooHigh,
)
from bank.parties.refusals import NotConfirmed
from bank.projects import reviewing
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceOver, IllegalMove, KeyReused, NoSuchRecord, NotAnOfficer, NotYours
from bank.rules import whole
from database.base import new_id
from tests.reading import places, recorded, refused

SECOND = timedelta(seconds=1)


def place(world, bundle, investor, **told):
    """Order a bundle for a lawful project unless told otherwise."""
    told = {
        "name": "大竹海民宿", "purpose": "竹林康养与民宿", "capital_fen": 100_000,
        "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return placing.place(world.session, bundle.id, actor=investor, **told)


def ordered(world, *deposits):
    """An order just placed, and its investor."""
    bundle, investor = world.bundle(*deposits)
    return place(world, bundle, investor), investor


# -- bundles -------------------------------------------------------------------------------------


def add(world, bundle, deposit, investor):
    """Put a deposit in."""
    return bundling.add(
        world.session, bundle.id, deposit_id=deposit.id, actor=investor, at=world.at
    )


def offer(world, bundle, deposit, investor, text="安置房 90 平方米", offer_fen=1):
    """Offer something for a swap."""
    return bundling.offer_swap(
        world.session, bundle.id, deposit_id=deposit.id, offer=text, offer_fen=offer_fen,
        actor=investor, at=world.at,
    )  # fmt: skip


def test_a_party_has_one_open_bundle(session, world):
    bundle, investor = world.bundle()
    party_id = next(iter(investor.parties))

    assert bundling.open_bundle(session, party_id=party_id, actor=investor, at=world.at) is bundle
    place(world, bundle, investor)
    assert (
        bundling.open_bundle(session, party_id=party_id, actor=investor, at=world.at) is not bundle
    )


def test_putting_a_deposit_in_twice_changes_nothing(world, stored):
    bundle, investor = world.bundle(stored)

    add(world, bundle, stored, investor)

    assert [item.deposit_id for item in bundle.items] == [stored.id]
    assert stored.stage is DepositStage.STORED


def test_a_deposit_that_is_taken_out_is_not_ordered(session, world, stored):
    kept, left = stored, world.deposit()
    bundle, investor = world.bundle(kept, left)
    bundling.remove(session, bundle.id, deposit_id=left.id, actor=investor)

    order = place(world, bundle, investor)

    assert [line.deposit_id for line in order.lines] == [kept.id]
    assert left.stage is DepositStage.STORED


@pytest.mark.parametrize("stage", [DepositStage.DRAFT, DepositStage.CLEARED])
def test_what_is_not_stored_is_not_in_the_catalogue(world, stage):
    deposit = world.deposit(stage)
    bundle, investor = world.bundle()

    with refused(NotInCatalogue, deposit=deposit.number, stage=stage.value):
        add(world, bundle, deposit, investor)


def test_nobody_bundles_her_own_deposit(world):
    investor = world.investor()
    company = next(iter(investor.parties))
    owner = world.villager()
    shared = world.deposit(owner=owner, holders={next(iter(owner.parties)): 9, company: 1})
    bundle, _ = world.bundle(investor=investor)

    with refused(OwnDeposit, deposit=shared.number):
        add(world, bundle, shared, investor)


def test_nobody_orders_her_own_deposit_by_another_way(world):
    collective = world.collective()
    deposit = world.deposit(owner=collective)
    bundle = bundling.open_bundle(
        world.session, party_id=deposit.party_id, actor=collective, at=world.at
    )

    with refused(OwnDeposit, deposit=deposit.number):
        add(world, bundle, deposit, collective)


def test_a_bundle_is_its_makers_alone(session, world):
    deposit = world.deposit(mode=StorageMode.SWAP)
    bundle, _ = world.bundle(deposit)
    stranger = world.investor("后来者有限公司")

    with refused(NotYours):
        add(world, bundle, deposit, stranger)
    with refused(NotYours):
        bundling.remove(session, bundle.id, deposit_id=deposit.id, actor=stranger)
    with refused(NotYours):
        offer(world, bundle, deposit, stranger)
    with refused(NotYours):
        place(world, bundle, stranger)
    with refused(NotYours):
        bundling.open_bundle(session, party_id=bundle.party_id, actor=stranger, at=world.at)


def test_an_ordered_bundle_is_closed(session, world):
    deposit, other = world.deposit(mode=StorageMode.SWAP), world.deposit()
    bundle, investor = world.bundle(deposit)
    place(world, bundle, investor)

    with refused(BundleOrdered):
        add(world, bundle, other, investor)
    with refused(BundleOrdered):
        bundling.remove(session, bundle.id, deposit_id=deposit.id, actor=investor)
    with refused(BundleOrdered):
        offer(world, bundle, deposit, investor)


def test_an_offer_may_reach_the_deposits_value_and_not_a_fen_more(world):
    deposit = world.deposit(mode=StorageMode.SWAP)
    bundle, investor = world.bundle(deposit)
    value_fen = deposit.value_fen

    assert offer(world, bundle, deposit, investor, offer_fen=value_fen).swap_offer_fen == value_fen
    with refused(SwapOfferTooHigh, "swap_offer_fen", value_fen=value_fen):
        offer(world, bundle, deposit, investor, offer_fen=value_fen + 1)


@pytest.mark.parametrize(("text", "offer_fen"), [(" ", 1), ("安置房", -1)])
def test_an_offer_says_what_is_given_and_its_worth(world, text, offer_fen):
    deposit = world.deposit(mode=StorageMode.SWAP)
    bundle, investor = world.bundle(deposit)

    with refused(SwapOfferMissing, "swap_offer"):
        offer(world, bundle, deposit, investor, text, offer_fen)


def test_nothing_is_offered_for_what_wants_no_swap(world, stored):
    shared, swap = stored, world.deposit(mode=StorageMode.SWAP)
    bundle, investor = world.bundle(shared)

    with refused(NoSuchRecord):
        offer(world, bundle, shared, investor)
    with refused(NoSuchRecord):
        offer(world, bundle, swap, investor)


# -- what an order does --------------------------------------------------------------------------


def test_an_order_reserves_all_its_deposits(session, world, stored):
    deposits = [stored, world.deposit(mode=StorageMode.LEASE)]
    order, _ = ordered(world, *deposits)

    assert order.stage is Stage.RESERVED
    assert order.project.stage is ProjectStage.SUBMITTED
    assert all(deposit.stage is DepositStage.RESERVED for deposit in deposits)
    for deposit in deposits:
        assert places(session, deposit) == {accounts.reserved(order.number): 1_000_000}
    assert order.reserved_until == world.at + timedelta(
        days=whole("order.reservation.days", local_date(world.at))
    )


def test_an_order_costs_first_rents_balances_and_the_capital(world, stored):
    shared, swap = stored, world.deposit(mode=StorageMode.SWAP)
    leased = world.deposit(mode=StorageMode.LEASE, rent_fen=777_777)
    bundle, investor = world.bundle(shared, leased, swap)
    offer(world, bundle, swap, investor, offer_fen=swap.value_fen - 123)

    order = place(world, bundle, investor, capital_fen=5)

    due = {line.deposit_id: line.due_fen for line in order.lines}
    assert due == {shared.id: 0, leased.id: 777_777, swap.id: 123}
    assert order.amount_fen == 777_777 + 123 + 5


def test_an_order_keeps_the_value_of_its_day(session, world, stored):
    order, _ = ordered(world, stored)
    agreed = order.lines[0].value_fen
    stored.value_fen += 1

    assert order.lines[0].value_fen == agreed


# -- what an order is refused for ----------------------------------------------------------------


@pytest.mark.parametrize("field", ["name", "purpose"])
def test_a_project_needs_a_name_and_a_purpose(world, field):
    bundle, investor = world.bundle()

    with refused(ProjectUnnamed, field):
        place(world, bundle, investor, **{field: " "})


def test_an_unconfirmed_company_orders_nothing(world):
    bundle, investor = world.bundle(investor=world.investor(confirmed=False))

    with refused(NotConfirmed, name=bundle.party.name):
        place(world, bundle, investor)


def test_an_empty_bundle_is_not_ordered(session, world, stored):
    bundle, investor = world.bundle(stored)
    bundling.remove(session, bundle.id, deposit_id=stored.id, actor=investor)

    with refused(BundleEmpty):
        place(world, bundle, investor)


def test_a_swap_is_not_ordered_without_an_offer(session, world, stored):
    bundle, investor = world.bundle(stored)
    swap = world.deposit(mode=StorageMode.SWAP)
    add(world, bundle, swap, investor)

    with refused(SwapOfferMissing, "swap_offer", deposit=swap.number):
        place(world, bundle, investor)


def test_a_capital_below_zero_is_no_capital(world):
    bundle, investor = world.bundle()

    with refused(NegativeNumber, "capital"):
        place(world, bundle, investor, capital_fen=-1)


def test_what_another_reserved_cannot_be_ordered_and_nothing_else_is(session, world, stored):
    contested, free = stored, world.deposit()
    second, late = world.bundle(contested, free, investor=world.investor("后来者有限公司"))
    ordered(world, contested)
    before = recorded(session)

    with refused(NotInCatalogue, deposit=contested.number, stage="reserved"):
        place(world, second, late)
    assert free.stage is DepositStage.STORED
    assert recorded(session) == before


def test_an_ordered_bundle_is_not_ordered_again(world):
    bundle, investor = world.bundle()
    place(world, bundle, investor)

    with refused(BundleOrdered):
        place(world, bundle, investor)


def test_an_unknown_bundle_is_not_found(session, world):
    with refused(NoSuchRecord):
        bundling.get_bundle(session, new_id(), actor=world.investor())


# -- the key -------------------------------------------------------------------------------------


def test_a_double_click_orders_once(session, world):
    bundle, investor = world.bundle()
    order = place(world, bundle, investor, key="the same")
    before = recorded(session)

    assert place(world, bundle, investor, key="the same") is order
    assert recorded(session) == before


@pytest.mark.parametrize("told", [{"name": "别的"}, {"purpose": "别的"}, {"capital_fen": 1}])
def test_a_key_that_ordered_something_else_is_refused(world, told):
    bundle, investor = world.bundle()
    place(world, bundle, investor, key="the same")

    with refused(KeyReused, key="the same"):
        place(world, bundle, investor, key="the same", **told)


# -- taking back and cancelling ------------------------------------------------------------------


def assert_free(session, order, *deposits):
    """All deposits are in the catalogue again, with their owners' whole area."""
    for deposit in deposits:
        assert deposit.stage is DepositStage.STORED
        assert places(session, deposit) == {accounts.stored(deposit.party.number): 1_000_000}
    assert order.project.stage is ProjectStage.CANCELLED


def test_an_order_can_be_taken_back_until_the_grace_period_ends(session, world, stored):
    deposits = stored, world.deposit()
    order, investor = ordered(world, *deposits)
    at = grace_ends(world.at) - SECOND

    placing.take_back(session, order.id, actor=investor, at=at)

    assert order.stage is Stage.CANCELLED
    assert_free(session, order, *deposits)


def test_an_order_stays_once_the_grace_period_is_over(session, world, stored):
    order, investor = ordered(world, stored)

    with refused(GraceOver):
        placing.take_back(session, order.id, actor=investor, at=grace_ends(world.at))


def test_only_the_investor_takes_her_order_back_and_once(session, world, stored):
    order, investor = ordered(world, stored)

    with refused(NotYours):
        placing.take_back(session, order.id, actor=world.investor("别家公司"), at=world.at)
    placing.take_back(session, order.id, actor=investor, at=world.at)
    with refused(IllegalMove, stage="cancelled", act="cancel"):
        placing.take_back(session, order.id, actor=investor, at=world.at)


def test_what_was_taken_back_can_be_ordered_again(session, world, stored):
    order, investor = ordered(world, stored)
    placing.take_back(session, order.id, actor=investor, at=world.at)

    again, _ = ordered(world, stored)

    assert places(session, stored) == {accounts.reserved(again.number): 1_000_000}


@pytest.mark.parametrize("approved", [False, True])
def test_a_county_officer_cancels_an_order_for_which_no_money_came(
    session, world, stored, approved
):
    order = world.order(stored, approved=approved, paid=False)

    placing.cancel(
        session, order.id, reason="投资人撤资", officer=world.county_officer, at=world.at
    )

    assert order.stage is Stage.CANCELLED
    assert history(session, order)[-1].reason == "投资人撤资"
    assert_free(session, order, stored)


def test_nobody_else_cancels_an_order(session, world, stored):
    order, investor = ordered(world, stored)

    for actor in (investor, world.officer, world.auditor):
        with refused(NotAnOfficer):
            placing.cancel(session, order.id, reason="不做了", officer=actor, at=world.at)


def test_an_order_that_is_paid_for_is_not_cancelled(session, world, stored):
    order = world.order(stored)

    with refused(EscrowHeld, order=order.number):
        placing.cancel(
            session, order.id, reason="不做了", officer=world.county_officer, at=world.at
        )


def test_an_order_that_is_fulfilled_is_not_cancelled(session, world, stored):
    order = world.collected(stored)

    with refused(IllegalMove, stage="fulfilled", act="cancel"):
        placing.cancel(
            session, order.id, reason="不做了", officer=world.county_officer, at=world.at
        )


# -- running out ---------------------------------------------------------------------------------


def test_a_reservation_holds_to_its_last_moment_and_then_frees_the_deposits(session, world, stored):
    deposits = stored, world.deposit(mode=StorageMode.LEASE)
    order, _ = ordered(world, *deposits)

    assert placing.expire_overdue(session, at=order.reserved_until - SECOND) == []
    assert placing.expire_overdue(session, at=order.reserved_until) == [order]

    assert order.stage is Stage.EXPIRED
    assert history(session, order)[-1].actor is None
    assert_free(session, order, *deposits)


def test_running_out_twice_changes_nothing(session, world, stored):
    order, _ = ordered(world, stored)
    placing.expire_overdue(session, at=order.reserved_until)
    before = recorded(session)

    assert placing.expire_overdue(session, at=order.reserved_until) == []
    assert recorded(session) == before


def test_an_approved_project_loses_a_reservation_that_nobody_paid(session, world, stored):
    order = world.order(stored, paid=False)

    placing.expire_overdue(session, at=order.reserved_until)

    assert_free(session, order, stored)


def test_a_paid_order_does_not_run_out(session, world, stored):
    order = world.order(stored)

    assert placing.expire_overdue(session, at=order.reserved_until) == []
    assert order.stage is Stage.ESCROWED


def test_what_another_let_run_out_can_be_ordered_at_once(session, world, stored):
    bundle, late = world.bundle(stored, investor=world.investor("后来者有限公司"))
    first, _ = ordered(world, stored)
    world.at = first.reserved_until

    second = place(world, bundle, late)

    assert first.stage is Stage.EXPIRED
    assert places(session, stored) == {accounts.reserved(second.number): 1_000_000}


def test_what_was_paid_in_part_does_not_run_out_and_stops_nobody_else(session, world, stored):
    part_paid = world.order(stored, paid=False)
    receipts.pay_into_escrow(
        session, part_paid.id, bank_receipt_number="NH1", amount_fen=1,
        officer=world.county_officer, at=world.at, key=world.key(),
    )  # fmt: skip
    overdue, _ = ordered(world, world.deposit())
    world.at = overdue.reserved_until

    assert placing.expire_overdue(session, at=world.at) == [overdue]
    assert part_paid.stage is Stage.RESERVED


def test_an_order_that_is_under_review_runs_out_too(session, world, stored):
    order, _ = ordered(world, stored)
    world.later(minutes=11)
    reviewing.start_review(session, order.project_id, officer=world.county_officer, at=world.at)

    placing.expire_overdue(session, at=order.reserved_until)

    assert_free(session, order, stored)


def test_an_unknown_order_is_not_found(session, world, stored):
    order, investor = ordered(world, stored)
    stranger = replace(investor, parties=frozenset())

    with refused(NoSuchRecord):
        placing.take_back(session, new_id(), actor=investor, at=world.at)
    with refused(NotYours):
        placing.take_back(session, order.id, actor=stranger, at=world.at)
