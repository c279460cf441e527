"""Orders at once with what ends them, and one receipt recorded twice at once."""

from datetime import timedelta

import pytest

from bank import due
from bank.catalogue.tables import Bundle, BundleItem
from bank.orders import receipts
from bank.orders.lifecycle import Stage
from bank.orders.refusals import ReceiptUsed
from bank.orders.tables import Order
from database.directory import Bank
from database.engine import writing
from database.refusals import Refusal
from tests.bank.orders.test_races import at_once, ordering
from tests.world import World


@pytest.mark.parametrize("turn", range(3))
def test_ordering_what_runs_out_at_that_moment_does_not_lock_up(
    committed_bank: Bank, turn: int
) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        deposits = [world.deposit() for _ in range(4)]
        for pair in (deposits[:2], deposits[2:]):
            world.order(*pair, approved=False, investor=world.investor(f"先到{pair[0].number}"))
        late = [world.investor(f"后来者{place}") for place in range(2)]
        world.later(days=31)
        bundles = [
            Bundle(
                party_id=next(iter(investor.parties)),
                created_at=world.at,
                items=[
                    BundleItem(deposit=deposit, added_at=world.at + timedelta(seconds=nth))
                    for nth, deposit in enumerate(chosen)
                ],
            )
            for investor, chosen in zip(late, (deposits[::2], deposits[::-2]), strict=True)
        ]
        session.add_all(bundles)
        session.flush()
        told = [(bundle.id, investor) for bundle, investor in zip(bundles, late, strict=True)]
        at = world.at

    results = at_once(
        committed_bank,
        *(ordering(*each, at=at) for each in told),
        lambda session: due.run_due(session, at=at).expired,
    )

    assert not [result for result in results if isinstance(result, Refusal)]
    with committed_bank.session() as session:
        stages = sorted(order.stage for order in session.query(Order))
        assert stages == [Stage.EXPIRED, Stage.EXPIRED, Stage.RESERVED, Stage.RESERVED]


def test_one_receipt_at_once_in_two_orders_counts_once(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        orders = [
            world.order(world.deposit(), paid=False, investor=world.investor(name)).id
            for name in ("甲公司", "乙公司")
        ]
        officer, at = world.county_officer, world.at

    def pay(order_id):
        return lambda session: (
            receipts.pay_into_escrow(
                session, order_id, bank_receipt_number="NH0001", amount_fen=1,
                officer=officer, at=at, key=str(order_id),
            ).amount_fen
        )  # fmt: skip

    results = at_once(committed_bank, *(pay(order_id) for order_id in orders))

    assert sorted(type(result).__name__ for result in results) == [ReceiptUsed.__name__, "int"]
