"""Random sequences of the loop's commands; after every step the promises are looked at anew.

Promise 1: for every unit all accounts sum to zero. 2: a deposit's whole area lies in exactly one
account, the one its stage names, but for a part that an order reserves; and it is the area of its
polygon to the dm², however often a red line cuts it. 4: a repeated key changes nothing. 5: two
different officers. 6: every fen and every share is given out. (3, append-only, has its own tests
in raw SQL; here no transfer that was seen ever changes.)
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
import shapely
import shapely.affinity
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts
from bank.calendar import grace_ends
from bank.contracts.tables import Contract
from bank.deposits import records
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit, DepositCut, StorageMode
from bank.due import run_due
from bank.income.lifecycle import RoundStage
from bank.income.refusals import NoShareholders
from bank.income.tables import Round
from bank.land.parcels import shape_of
from bank.land.polygons import DM2_PER_M2, Shape
from bank.land.refusals import PartTooSmall
from bank.land.shapes import shapes_of
from bank.orders import asking, changing, placing
from bank.orders.lifecycle import PartStage, Stage as OrderStage
from bank.orders.refusals import (
    AppraisalExpired,
    NotInCatalogue,
    PartNotAgreed,
    SwapOfferTooHigh,
)
from bank.orders.tables import Order, OrderPart
from bank.parties.tables import Party
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceOver, IllegalMove, NotAnOfficer, SameOfficer
from bank.withdrawals import confirming, requesting
from bank.withdrawals.lifecycle import UNDER_WAY, Stage as WithdrawalStage
from bank.withdrawals.refusals import (
    ContractRunning,
    NotEnough,
    NothingHeld,
    RentOpen,
    WithdrawalUnderWay,
)
from bank.withdrawals.tables import Withdrawal
from database.actor import Actor, Role
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


def part_shape(wkb: bytes) -> Shape:
    shape = shapely.from_wkb(wkb)
    assert isinstance(shape, shapely.Polygon | shapely.MultiPolygon)
    return shape


def store(world: World, mode: StorageMode, *, shared: bool, yearly: int) -> dict[UUID, Actor]:
    """Store a deposit, of one party or of two; its owner, by its id."""
    owner = world.villager()
    party = next(iter(owner.parties))
    holders = {party: 2, world.party().id: 1} if shared else None
    deposit = world.deposit(
        owner=owner, mode=mode, yearly_yuan=yearly, rent_fen=yearly * 33, holders=holders
    )
    return {deposit.id: owner}


class Begun:
    """A bank with one deposit of each mode; every example goes on in a copy of its own."""

    def __init__(self, backend: Sqlite | Postgresql, url: str, folder: Path) -> None:
        self.backend, self.url, self.folder = backend, url, folder
        bank = Bank(bank_settings(url, folder))
        self.owners: dict[UUID, Actor] = {}
        with bank.session() as session:
            self.world = World(session)
            for mode in StorageMode:
                shared = mode is StorageMode.SHARE
                self.owners |= store(self.world, mode, shared=shared, yearly=12_345)
                session.commit()
        bank.engine.dispose()

    @contextmanager
    def copied(self) -> Iterator[Session]:
        """A session on a bank just like it."""
        with self.backend.fresh(like=self.url) as url, TemporaryDirectory() as folder:
            copytree(self.folder, folder, dirs_exist_ok=True)
            bank = Bank(bank_settings(url, Path(folder)))
            with bank.session() as session:
                yield session
            bank.engine.dispose()


UNFIT = (AppraisalExpired, ContractRunning, IllegalMove, RentOpen)
"""Why a withdrawal may no longer be carried out, whatever it was when it was asked for."""


class Loop(RuleBasedStateMachine):
    """The bank under random use; every rule is one commit.

    Rules choose among what is there, so that most steps do something; what is not allowed at that
    moment must be refused, and then nothing may have changed.
    """

    begun: "Begun"

    @initialize()
    def begin(self) -> None:
        self.opened = ExitStack()
        self.session = self.opened.enter_context(self.begun.copied())
        self.world = self.begun.world.copied_to(self.session)
        self.owners = dict(self.begun.owners)
        self.seen: list[tuple[int, str]] = []

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.opened.close()

    def _orders(self, *stages: OrderStage) -> list[Order]:
        wanted = select(Order).where(Order.stage.in_(stages)).order_by(Order.number)
        return list(self.session.scalars(wanted))

    def _stored(self) -> list[Deposit]:
        wanted = select(Deposit).where(Deposit.stage == Stage.STORED).order_by(Deposit.number)
        return list(self.session.scalars(wanted).unique())

    def _under_way(self) -> list[Withdrawal]:
        wanted = select(Withdrawal).where(Withdrawal.stage.in_(UNDER_WAY))
        return list(self.session.scalars(wanted.order_by(Withdrawal.number)))

    def _payable(self) -> list[tuple[Actor, int]]:
        found = []
        for owner in self.owners.values():
            party = self.session.get_one(Party, next(iter(owner.parties)))
            if available := requesting.available(self.session, party):
                found.append((owner, available))
        return found

    # -- what people do ----------------------------------------------------------------------

    @rule(mode=MODES, shared=st.booleans(), yearly=st.integers(1_000, 90_000))
    def store(self, mode: StorageMode, shared: bool, yearly: int) -> None:
        self.owners |= store(self.world, mode, shared=shared, yearly=yearly)
        self.session.commit()

    @precondition(lambda self: self._stored())
    @rule(data=st.data(), capital=st.integers(0, 30_000_000), pay=st.booleans())
    def order(self, data: st.DataObject, capital: int, pay: bool) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self._stored()), min_size=1, unique=True))
        self._order(*chosen, capital=capital, pay=pay)

    @precondition(lambda self: self._stored())
    @rule(
        data=st.data(), capital=st.integers(0, 30_000_000), pay=st.booleans(),
        side=st.floats(0.05, 0.95), turn=st.floats(0, 360),
    )  # fmt: skip
    def order_a_part(
        self, data: st.DataObject, capital: int, pay: bool, side: float, turn: float
    ) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self._stored()), min_size=1, unique=True))
        cut = chosen[0]
        min_x, min_y, max_x, max_y = shape_of(records.parcel_of(cut)).bounds
        edge = min_x + (max_x - min_x) * side
        line = shapely.box(edge - 500, min_y - 500, edge, max_y + 500)
        line = shapely.affinity.rotate(line, turn, origin=(edge, (min_y + max_y) / 2))
        self._order(*chosen, capital=capital, pay=pay, red_lines={cut.id: line})

    def _order(self, *chosen: Deposit, capital: int, pay: bool, **told: Any) -> None:
        try:
            self.world.order(*chosen, capital_fen=capital, approved=pay, **told)
            self.session.commit()
        except (AppraisalExpired, PartTooSmall):
            self.session.rollback()

    @precondition(lambda self: self._asked())
    @rule(data=st.data(), then=st.sampled_from(["drop", "whole", "part"]))
    def an_owner_declines(self, data: st.DataObject, then: str) -> None:
        part = data.draw(st.sampled_from(self._asked()))
        order = self.session.get_one(Order, part.order_id)
        investor = Actor(order.placed_by, "", frozenset(), frozenset({order.party_id}))
        if part.stage is PartStage.AGREED:
            if part.answered_at is None or self.world.at >= grace_ends(part.answered_at):
                return
            asking.take_back(
                self.session, order.id, deposit_id=part.deposit_id,
                actor=self.world.owner_of(part.deposit), at=self.world.at,
            )  # fmt: skip
        asking.decline(
            self.session, order.id, deposit_id=part.deposit_id, shape_digest=part.shape_digest,
            actor=self.world.owner_of(part.deposit), at=self.world.at,
        )  # fmt: skip
        told: dict[str, Any] = {
            "deposit_id": part.deposit_id, "actor": investor, "at": self.world.at
        }  # fmt: skip
        try:
            if then == "drop":
                changing.drop(self.session, order.id, **told)
            else:
                line = None if then == "whole" else part_shape(part.rest_wkb)
                changing.change(self.session, order.id, line=line, **told)
        except (AppraisalExpired, IllegalMove, SwapOfferTooHigh):
            self.session.rollback()
            return
        self.session.commit()

    def _asked(self) -> list[OrderPart]:
        wanted = (
            select(OrderPart)
            .join(Order, Order.id == OrderPart.order_id)
            .where(
                OrderPart.stage.in_([PartStage.ASKED, PartStage.AGREED]),
                Order.stage == OrderStage.RESERVED,
            )
        )
        return list(self.session.scalars(wanted.order_by(OrderPart.asked_at, OrderPart.id)))

    @precondition(lambda self: self._orders(OrderStage.RESERVED, OrderStage.ESCROWED))
    @rule(data=st.data())
    def nobody_else_can_order_what_is_reserved(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self._orders(OrderStage.RESERVED, OrderStage.ESCROWED)))
        line = data.draw(st.sampled_from(order.lines))
        if order.stage is OrderStage.RESERVED and self.world.at >= order.reserved_until:
            return
        with pytest.raises(NotInCatalogue):
            self.world.order(line.deposit)
        self.session.rollback()

    @precondition(lambda self: self._orders(OrderStage.RESERVED))
    @rule(data=st.data())
    def approve_and_pay(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self._orders(OrderStage.RESERVED)))
        if order.project.stage is not ProjectStage.SUBMITTED or not order.amount_fen:
            return
        self.world.later(minutes=11)
        if self.world.at >= order.reserved_until:
            return
        try:
            self.world.approve(order)
            self.world.pay(order)
        except (AppraisalExpired, PartNotAgreed):
            self.session.rollback()
            return
        self.session.commit()

    @precondition(lambda self: self._orders(OrderStage.RESERVED))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self._orders(OrderStage.RESERVED)))
        maker = Actor(order.placed_by, "", frozenset(), frozenset({order.party_id}))
        in_grace = self.world.at < order.placed_at + timedelta(minutes=10)
        with nullcontext() if in_grace else pytest.raises(GraceOver):
            placing.take_back(self.session, order.id, actor=maker, at=self.world.at)
            self.session.commit()
        self.session.rollback()

    @precondition(lambda self: self._orders(OrderStage.ESCROWED))
    @rule(data=st.data())
    def ask_for_refund(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self._orders(OrderStage.ESCROWED)))
        try:
            self.world.refund(order)
        except (NothingHeld, WithdrawalUnderWay):
            self.session.rollback()
            return
        self.session.commit()

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.world.later(days=days)
        run_due(self.session, at=self.world.at)
        self.session.commit()

    @precondition(lambda self: self._orders(OrderStage.ESCROWED))
    @rule(data=st.data())
    def ask_for_collection(self, data: st.DataObject) -> None:
        try:
            self.world.collection(data.draw(st.sampled_from(self._orders(OrderStage.ESCROWED))))
        except WithdrawalUnderWay:
            self.session.rollback()
            return
        self.session.commit()

    @precondition(lambda self: self._stored())
    @rule(data=st.data())
    def ask_for_return(self, data: st.DataObject) -> None:
        deposit = data.draw(st.sampled_from(self._stored()))
        key, owner, at = self.world.key(), self.owners[deposit.id], self.world.at
        try:
            asked = requesting.request_return(self.session, deposit.id, actor=owner, at=at, key=key)
        except WithdrawalUnderWay:
            self.session.rollback()
            return
        again = requesting.request_return(self.session, deposit.id, actor=owner, at=at, key=key)
        assert again.id == asked.id
        self.session.commit()
        self.world.later(minutes=11)

    @precondition(lambda self: self._payable())
    @rule(data=st.data(), part=st.integers(1, 100))
    def ask_for_payout(self, data: st.DataObject, part: int) -> None:
        owner, available = data.draw(st.sampled_from(self._payable()))
        with pytest.raises(NotEnough):
            self.world.payout(owner, available + 1)
        self.session.rollback()
        self.world.payout(owner, max(1, available * part // 100))
        self.session.commit()
        self.world.later(minutes=11)

    @precondition(lambda self: self._under_way())
    @rule(data=st.data())
    def confirm(self, data: st.DataObject) -> None:
        withdrawal = data.draw(st.sampled_from(self._under_way()))
        at, first = self.world.at, self.world.other_county_officer
        if withdrawal.stage is WithdrawalStage.REQUESTED:
            try:
                confirming.check(self.session, withdrawal.id, officer=first, at=at)
                self.session.commit()
            except UNFIT:
                self.session.rollback()
                return
        key, second = self.world.key(), self.world.third_county_officer
        for officer, refusal in ((first, SameOfficer), (self.owners_of(withdrawal), NotAnOfficer)):
            with pytest.raises(refusal):
                confirming.confirm(
                    self.session, withdrawal.id, officer=officer, at=at, key=self.world.key()
                )
            self.session.rollback()
        try:
            confirming.confirm(self.session, withdrawal.id, officer=second, at=at, key=key)
        except UNFIT:
            self.session.rollback()
            return
        self.session.commit()
        self._nothing_moves_twice(withdrawal, second, key)

    def owners_of(self, withdrawal: Withdrawal) -> Actor:
        roles = frozenset({Role.OWNER})
        return Actor(withdrawal.requested_by, "", roles, frozenset({withdrawal.party_id}))

    def _nothing_moves_twice(self, withdrawal: Withdrawal, officer: Actor, key: str) -> None:
        before = self.journal()
        told: dict[str, Any] = {"officer": officer, "at": self.world.at}
        again = confirming.confirm(self.session, withdrawal.id, key=key, **told)
        assert again.id == withdrawal.id
        with pytest.raises(IllegalMove):
            confirming.confirm(self.session, withdrawal.id, key=self.world.key(), **told)
        self.session.rollback()
        assert self.journal() == before

    @precondition(lambda self: self._orders(OrderStage.FULFILLED))
    @rule(data=st.data(), amount=st.integers(1, 9_999_999))
    def earn_and_distribute(self, data: st.DataObject, amount: int) -> None:
        order = data.draw(st.sampled_from(self._orders(OrderStage.FULFILLED)))
        if not journal.holders(self.session, accounts.share(order.project.number)):
            with pytest.raises(NoShareholders):
                self.world.revenue(order, amount)
            self.session.rollback()
            return
        self.world.revenue(order, amount)
        self.session.commit()
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
        sums: Counter[str] = Counter()
        for balance in journal.balances(self.session):
            sums[balance.unit] += balance.quantity
            assert balance.quantity > 0 or balance.account.startswith("world:")
        assert not any(sums.values())

    @invariant()
    def a_deposit_is_in_one_place_whole(self) -> None:
        orders = list(self.session.scalars(select(Order).order_by(Order.number)))
        last = {line.deposit_id: order for order in orders for line in order.lines}
        cuts = list(self.session.scalars(select(DepositCut)))
        last |= {cut.child_id: self._order_of(cut) for cut in cuts}
        for deposit in self.session.scalars(select(Deposit)).unique():
            unit = accounts.land(deposit.number)
            places = [
                (found.account, found.quantity)
                for found in journal.balances(self.session, unit=unit)
                if found.quantity > 0
            ]
            if deposit.stage in IN_BANK | {Stage.RETURNED}:
                order = last.get(deposit.id)
                here = WHERE[deposit.stage](deposit, order)
                parcel = records.parcel_of(deposit)
                part = asking.find_part(self.session, order.id, deposit.id) if order else None
                if deposit.stage is Stage.RESERVED and part is not None:
                    stored = accounts.stored(deposit.party.number)
                    assert sorted(places) == [
                        (here, part.area_dm2), (stored, part.rest_dm2)
                    ]  # fmt: skip
                    assert part.area_dm2 + part.rest_dm2 == parcel.area_dm2
                else:
                    assert places == [(here, parcel.area_dm2)]
                assert deposit.area_dm2 == parcel.area_dm2
                assert abs(shape_of(parcel).area * DM2_PER_M2 - parcel.area_dm2) < 1
            else:
                assert places == []

    def _order_of(self, cut: DepositCut) -> Order:
        contract = select(Contract.project_id).where(Contract.deposit_id == cut.child_id)
        return self.session.scalars(select(Order).where(Order.project_id.in_(contract))).one()

    @invariant()
    def what_was_cut_sums_to_what_was_stored(self) -> None:
        cuts = list(self.session.scalars(select(DepositCut)))
        for origin in {cut.deposit_id for cut in cuts}:
            deposit = self.session.get_one(Deposit, origin)
            parts = [
                self.session.get_one(Deposit, cut.child_id)
                for cut in cuts
                if cut.deposit_id == origin
            ]
            first = shapes_of(self.session, records.parcel_of(deposit))[0]
            assert sum(each.area_dm2 for each in [deposit, *parts]) == first.area_dm2
            shapes = [shape_of(records.parcel_of(each)) for each in [deposit, *parts]]
            whole = shapely.from_wkb(first.wkb)
            assert shapely.symmetric_difference(shapely.union_all(shapes), whole).area < 1e-4

    @invariant()
    def nothing_is_rewritten(self) -> None:
        now = self.journal()
        assert now[: len(self.seen)] == self.seen
        self.seen = now

    @invariant()
    def two_officers_stand_behind_every_withdrawal(self) -> None:
        executed = select(Withdrawal).where(Withdrawal.stage == WithdrawalStage.EXECUTED)
        for withdrawal in self.session.scalars(executed):
            assert withdrawal.checked_by
            assert withdrawal.confirmed_by
            assert withdrawal.checked_by != withdrawal.confirmed_by
            assert withdrawal.requested_by not in (withdrawal.checked_by, withdrawal.confirmed_by)

    @invariant()
    def every_fen_and_share_is_given_out(self) -> None:
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


def test_the_promises_hold_whatever_people_do(backend: Sqlite | Postgresql, tmp_path: Path) -> None:
    class OnThisDatabase(Loop):
        pass

    with backend.fresh() as url:
        OnThisDatabase.begun = Begun(backend, url, tmp_path)
        run_state_machine_as_test(
            OnThisDatabase,
            settings=settings(
                max_examples=12,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
