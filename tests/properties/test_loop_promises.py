"""Random sequences of the loop's commands; after every step the promises are looked at anew.

Promise 1: for every unit all accounts sum to zero. 2: a deposit's whole area lies in exactly one
account, the one its stage names. 4: a repeated key changes nothing. 5: two different officers.
6: every fen and every share is given out. (3, append-only, has its own tests in raw SQL; here no
transfer that was seen ever changes.)
"""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from bank import accounts
from bank.contracts.tables import Contract
from bank.deposits import records
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.income.lifecycle import RoundStage
from bank.income.tables import Round
from bank.orders import placing
from bank.orders.lifecycle import Stage as OrderStage
from bank.orders.refusals import NotInCatalogue
from bank.orders.tables import Order
from bank.parties.tables import Party
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import IllegalMove, SameOfficer
from bank.withdrawals import confirming, requesting
from bank.withdrawals.lifecycle import Stage as WithdrawalStage
from bank.withdrawals.tables import Withdrawal
from database.actor import Actor
from database.directory import Bank
from ledger import journal
from tests.databases import Postgresql, Sqlite, bank_settings
from tests.world import World

MODES = st.sampled_from(StorageMode)
WHERE = {
    Stage.STORED: lambda deposit, order: accounts.stored(deposit.party.number),
    Stage.RESERVED: lambda deposit, order: accounts.reserved(order.number),
    Stage.COLLECTED: lambda deposit, order: accounts.held(order.project.number),
    Stage.RETURNED: lambda deposit, order: accounts.returned(deposit.party.number),
}


class Loop(RuleBasedStateMachine):
    """The bank under random use. Every rule is one commit."""

    backend: Sqlite | Postgresql
    deposits = Bundle("deposits")
    orders = Bundle("orders")
    withdrawals = Bundle("withdrawals")

    @initialize()
    def begin(self) -> None:
        self.opened = ExitStack()
        folder = Path(self.opened.enter_context(TemporaryDirectory()))
        url = self.opened.enter_context(self.backend.fresh())
        self.bank = Bank(bank_settings(url, folder))
        self.session = self.bank.session()
        self.world = World(self.session)
        self.owners: dict[UUID, Actor] = {}
        self.seen: list[tuple[int, str]] = []
        self.session.commit()

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.close()
            self.bank.engine.dispose()
            self.opened.close()

    # -- what people do ----------------------------------------------------------------------

    @rule(target=deposits, mode=MODES, shared=st.booleans(), yearly=st.integers(1_000, 90_000))
    def store(self, mode: StorageMode, shared: bool, yearly: int) -> UUID:
        owner = self.world.villager()
        party = next(iter(owner.parties))
        holders = {party: 2, self.world.party().id: 1} if shared else None
        deposit = self.world.deposit(
            owner=owner, mode=mode, yearly_yuan=yearly, rent_fen=yearly * 33, holders=holders
        )
        self.owners[deposit.id] = owner
        self.session.commit()
        return deposit.id

    @rule(
        target=orders,
        wanted=st.lists(deposits, min_size=1, max_size=3, unique=True),
        capital=st.integers(0, 30_000_000),
    )
    def order(self, wanted: list[UUID], capital: int) -> object:
        chosen = [records.get_deposit(self.session, one) for one in wanted]
        free = all(deposit.stage is Stage.STORED for deposit in chosen)
        try:
            order = self.world.order(*chosen, capital_fen=capital, approved=False)
        except NotInCatalogue:
            self.session.rollback()
            assert not free
            return multiple()
        assert free
        self.session.commit()
        return order.id

    @rule(order_id=orders)
    def approve_and_pay(self, order_id: UUID) -> None:
        order = placing.get_order(self.session, order_id)
        if order.project.stage is not ProjectStage.SUBMITTED:
            return
        self.world.later(minutes=11)
        self.world.approve(order)
        if order.amount_fen:
            self.world.pay(order)
        self.session.commit()

    @rule(order_id=orders)
    def take_back(self, order_id: UUID) -> None:
        order = placing.get_order(self.session, order_id)
        maker = Actor(order.placed_by, "", frozenset(), frozenset({order.party_id}))
        may = order.stage is OrderStage.RESERVED and self.world.at == order.placed_at
        try:
            placing.take_back(self.session, order_id, actor=maker, at=self.world.at)
        except Exception:
            self.session.rollback()
            assert not may
        else:
            self.session.commit()

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.world.later(days=days)
        placing.expire_overdue(self.session, at=self.world.at)
        self.session.commit()

    @rule(target=withdrawals, order_id=orders)
    def ask_for_collection(self, order_id: UUID) -> object:
        order = placing.get_order(self.session, order_id)
        if order.stage is not OrderStage.ESCROWED:
            return multiple()
        withdrawal = self.world.collection(order)
        self.session.commit()
        return withdrawal.id

    @rule(target=withdrawals, deposit_id=deposits)
    def ask_for_return(self, deposit_id: UUID) -> object:
        key = self.world.key()
        told = {"actor": self.owners[deposit_id], "at": self.world.at}
        try:
            asked = requesting.request_return(self.session, deposit_id, key=key, **told)
        except Exception:
            self.session.rollback()
            return multiple()
        assert requesting.request_return(self.session, deposit_id, key=key, **told) is asked
        self.session.commit()
        self.world.later(minutes=11)
        return asked.id

    @rule(target=withdrawals, deposit_id=deposits, part=st.integers(1, 100))
    def ask_for_payout(self, deposit_id: UUID, part: int) -> object:
        owner = self.owners[deposit_id]
        party = self.session.get_one(Party, next(iter(owner.parties)))
        available = requesting.available(self.session, party)
        if available * part // 100 == 0:
            return multiple()
        withdrawal = self.world.payout(owner, available * part // 100)
        self.session.commit()
        self.world.later(minutes=11)
        return withdrawal.id

    @rule(withdrawal_id=consumes(withdrawals), same=st.booleans())
    def confirm(self, withdrawal_id: UUID, same: bool) -> None:
        at, officer = self.world.at, self.world.other_county_officer
        try:
            confirming.check(self.session, withdrawal_id, officer=officer, at=at)
            self.session.commit()
        except Exception:
            self.session.rollback()
            return
        if same:
            with pytest.raises(SameOfficer):
                confirming.confirm(
                    self.session, withdrawal_id, officer=officer, at=at, key=self.world.key()
                )
            self.session.rollback()
        key, second = self.world.key(), self.world.third_county_officer
        confirming.confirm(self.session, withdrawal_id, officer=second, at=at, key=key)
        self.session.commit()
        before = self.journal()
        confirming.confirm(self.session, withdrawal_id, officer=second, at=at, key=key)
        with pytest.raises(IllegalMove):
            confirming.confirm(
                self.session, withdrawal_id, officer=second, at=at, key=self.world.key()
            )
        self.session.rollback()
        assert self.journal() == before

    @precondition(lambda self: hasattr(self, "session"))
    @rule(order_id=orders, amount=st.integers(1, 9_999_999))
    def earn_and_distribute(self, order_id: UUID, amount: int) -> None:
        order = placing.get_order(self.session, order_id)
        if order.project.stage is not ProjectStage.OPERATING:
            return
        self.world.revenue(order, amount)
        self.session.commit()
        if not journal.holders(self.session, accounts.share(order.project.number)):
            return
        self.world.round(order)
        self.session.commit()

    # -- what must hold ----------------------------------------------------------------------

    def journal(self) -> list[tuple[int, str]]:
        found = []
        before = None
        while page := journal.transfers(self.session, before=before, limit=200):
            found += [(transfer.number, transfer.hash) for transfer in page]
            before = page[-1].number
        return sorted(found)

    @invariant()
    def every_unit_sums_to_zero(self) -> None:
        if not hasattr(self, "session"):
            return
        sums: Counter[str] = Counter()
        for balance in journal.balances(self.session):
            sums[balance.unit] += balance.quantity
            assert balance.quantity > 0 or balance.account.startswith("world:")
        assert not any(sums.values())

    @invariant()
    def a_deposit_is_in_one_place_whole(self) -> None:
        if not hasattr(self, "session"):
            return
        orders = list(self.session.scalars(select(Order).order_by(Order.number)))
        last = {line.deposit_id: order for order in orders for line in order.lines}
        for deposit in self.session.scalars(select(Deposit)).unique():
            unit = accounts.land(deposit.number)
            places = [
                (found.account, found.quantity)
                for found in journal.balances(self.session, unit=unit)
                if found.quantity > 0
            ]
            if deposit.stage in IN_BANK | {Stage.RETURNED}:
                here = WHERE[deposit.stage](deposit, last.get(deposit.id))
                assert places == [(here, records.parcel_of(deposit).area_dm2)]
            else:
                assert places == []

    @invariant()
    def nothing_is_rewritten(self) -> None:
        if not hasattr(self, "session"):
            return
        now = self.journal()
        assert now[: len(self.seen)] == self.seen
        self.seen = now

    @invariant()
    def two_officers_stand_behind_every_withdrawal(self) -> None:
        if not hasattr(self, "session"):
            return
        executed = select(Withdrawal).where(Withdrawal.stage == WithdrawalStage.EXECUTED)
        for withdrawal in self.session.scalars(executed):
            assert withdrawal.checked_by
            assert withdrawal.confirmed_by
            assert withdrawal.checked_by != withdrawal.confirmed_by
            assert withdrawal.requested_by not in (withdrawal.checked_by, withdrawal.confirmed_by)

    @invariant()
    def every_fen_and_share_is_given_out(self) -> None:
        if not hasattr(self, "session"):
            return
        for round_ in self.session.scalars(select(Round).where(Round.stage == RoundStage.PAID)):
            paid = sum(line.amount_fen for line in round_.lines)
            assert paid + round_.reserve_fen == round_.income_fen
        for order in self.session.scalars(select(Order).where(Order.stage == OrderStage.FULFILLED)):
            contracts = self.session.scalars(
                select(Contract).where(Contract.project_id == order.project_id)
            ).all()
            staked = order.capital_fen + sum(
                contract.value_fen for contract in contracts if contract.mode is StorageMode.SHARE
            )
            given = journal.holders(self.session, accounts.share(order.project.number))
            assert sum(holder.quantity for holder in given) == staked // 100
            escrow = accounts.escrow(order.number)
            assert journal.balance(self.session, escrow, accounts.CNY) == 0


def test_the_promises_hold_whatever_people_do(backend: Sqlite | Postgresql) -> None:
    class OnThisDatabase(Loop):
        pass

    OnThisDatabase.backend = backend
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
