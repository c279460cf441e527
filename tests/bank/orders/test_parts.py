"""Parts of deposits in orders: reserved by area, agreed to by their owners, changed and dropped."""

import pytest
import shapely

from bank import accounts
from bank.acts import history
from bank.catalogue import bundling
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.land.refusals import PartTooSmall
from bank.orders import asking, changing, placing
from bank.orders.lifecycle import PartAct, PartStage, Stage
from bank.orders.refusals import NotInCatalogue, PartChanged, PartNotAgreed, SwapOfferTooHigh
from bank.projects import reviewing
from bank.projects.lifecycle import Stage as ProjectStage
from bank.refusals import GraceOver, GraceRunning, IllegalMove, NoSuchRecord, NotYours
from tests.beginnings import asked_for
from tests.reading import places, refused
from tests.world import SQUARE_M


def west(deposit, metres):
    """A line around the western metres of a deposit's square."""
    min_x, min_y, _, max_y = shapely.from_wkb(deposit.asset.parcel.wkb).bounds
    return shapely.box(min_x - 10, min_y - 10, min_x + metres, max_y + 10)


def a_wood(world):
    """A square of 100 m; `cut` takes its western 30 m."""
    owner = world.villager()
    return {"owner": owner, "wood": world.deposit(owner=owner)}


@pytest.fixture
def beginning(request):
    return asked_for(request, wood=a_wood)


@pytest.fixture
def owner(world, begun):
    return begun["owner"] if begun else world.villager()


@pytest.fixture
def wood(begun):
    return begun["wood"]


@pytest.fixture
def cut(wood):
    return {wood.id: west(wood, 30)}


def part_of(session, order, deposit):
    return asking.parts_of(session, order)[deposit.id]


def answer(world, order, deposit, actor, *, how=asking.agree, digest=None):
    part = asking.find_part(world.session, order.id, deposit.id)
    return how(
        world.session,
        order.id,
        deposit_id=deposit.id,
        shape_digest=digest or (part.shape_digest if part else ""),
        actor=actor,
        at=world.at,
    )


def decline(world, order, deposit, actor):
    return answer(world, order, deposit, actor, how=asking.decline)


def test_only_the_parts_area_is_reserved_and_the_rest_stays(session, world, wood, cut):
    order = world.order(wood, approved=False, red_lines=cut)

    assert places(session, wood) == {
        accounts.reserved(order.number): 300_000,
        accounts.stored(wood.party.number): 700_000,
    }
    (line,) = order.lines
    assert line.area_dm2 == 300_000
    assert (line.part.area_dm2, line.part.rest_dm2) == (300_000, 700_000)


def test_value_rent_and_what_is_due_go_by_area(session, world):
    leased = world.deposit(mode=StorageMode.LEASE, rent_fen=100_001)
    order = world.order(leased, approved=False, red_lines={leased.id: west(leased, 30)})

    (line,) = order.lines
    assert line.value_fen == round(leased.value_fen * 0.3)
    assert (line.rent_fen, line.due_fen) == (30_000, 30_000)
    assert order.amount_fen == 10_000_000 + 30_000


def test_a_line_that_leaves_a_sliver_takes_the_deposit_whole(session, world, wood):
    order = world.order(wood, approved=False, red_lines={wood.id: west(wood, SQUARE_M - 0.05)})

    assert places(session, wood) == {accounts.reserved(order.number): 1_000_000}
    assert asking.parts_of(session, order) == {}


def test_a_line_that_misses_the_deposit_is_refused(world, wood):
    with refused(PartTooSmall):
        world.bundle(wood, red_lines={wood.id: west(wood, -5)})


def test_another_line_changes_the_part_in_the_bundle_and_all_of_it_can_be_had(world, wood, cut):
    bundle, investor = world.bundle(wood, red_lines=cut)
    told = {"deposit_id": wood.id, "actor": investor}
    (item,) = bundle.items

    bundling.add(world.session, bundle.id, line=west(wood, 40), at=world.at, **told)
    assert item.part.area_dm2 == 400_000
    bundling.add(world.session, bundle.id, at=world.at, **told)
    assert item.part.area_dm2 == 400_000
    bundling.take_whole(world.session, bundle.id, **told)
    assert item.part is None


def test_while_a_part_is_reserved_nobody_orders_the_rest(world, wood, cut):
    rival, investor = world.bundle(
        wood, investor=world.investor("乙公司"), red_lines={wood.id: west(wood, 20)}
    )
    world.order(wood, approved=False, red_lines=cut)

    with refused(NotInCatalogue, deposit=wood.number):
        placing.place(
            world.session, rival.id, name="n", purpose="p", capital_fen=1,
            actor=investor, at=world.at, key=world.key(),
        )  # fmt: skip


@pytest.mark.parametrize("end", ["take_back", "cancel", "expire"])
def test_ending_the_order_restores_exactly(session, world, wood, cut, end):
    value, shape = wood.value_fen, wood.asset.parcel.wkb
    order = world.order(wood, approved=False, red_lines=cut)

    if end == "take_back":
        investor = world.session.get_one(type(order), order.id)
        maker = world.user("张", party=investor.party)
        placing.take_back(session, order.id, actor=maker, at=world.at)
    elif end == "cancel":
        placing.cancel(session, order.id, reason="", officer=world.county_officer, at=world.at)
    else:
        placing.expire_overdue(session, at=world.later(days=31))

    assert places(session, wood) == {accounts.stored(wood.party.number): 1_000_000}
    assert wood.stage is DepositStage.STORED
    assert (wood.value_fen, wood.asset.parcel.wkb, wood.area_dm2) == (value, shape, 1_000_000)


def test_no_project_is_approved_before_the_owner_has_let_the_part_go(world, owner, wood, cut):
    order = world.order(wood, accepted=False, approved=False, red_lines=cut)
    world.later(minutes=11)

    with refused(PartNotAgreed, deposit=wood.number):
        world.approve(order)
    answer(world, order, wood, owner)
    approve = {"officer": world.county_officer}
    with refused(GraceRunning):
        reviewing.approve(world.session, order.project_id, at=world.at, **approve)
    reviewing.approve(world.session, order.project_id, at=world.later(minutes=11), **approve)

    assert order.project.stage is ProjectStage.APPROVED


def test_the_agreement_says_who_when_and_to_which_part(session, world, owner, wood, cut):
    order = world.order(wood, accepted=False, approved=False, red_lines=cut)

    part = answer(world, order, wood, owner)
    assert answer(world, order, wood, owner) is part

    assert (part.stage, part.answered_by, part.answered_at) == (
        PartStage.AGREED, owner.id, world.at,
    )  # fmt: skip
    acts = history(session, part)
    assert [act.act for act in acts] == [PartAct.ASK, PartAct.AGREE]
    assert acts[-1].reason == f"{part.shape_digest} 300000"
    assert asking.waiting(session, [wood.id]) == set()


def test_a_yes_is_taken_back_while_the_grace_period_runs(session, world, owner, wood, cut):
    order = world.order(wood, approved=False, red_lines=cut)
    told = {"deposit_id": wood.id, "actor": owner}

    asking.take_back(session, order.id, at=world.at, **told)
    assert asking.waiting(session, [wood.id]) == {wood.id}
    answer(world, order, wood, owner)
    with refused(GraceOver):
        asking.take_back(session, order.id, at=world.later(minutes=11), **told)


def test_an_agreement_is_to_the_part_that_was_shown(world, owner, wood, cut):
    order = world.order(wood, accepted=False, approved=False, red_lines=cut)

    with refused(PartChanged, deposit=wood.number):
        answer(world, order, wood, owner, digest="0" * 64)


@pytest.mark.parametrize("how", [asking.agree, asking.decline])
def test_only_the_owner_answers(world, wood, cut, how):
    order = world.order(wood, accepted=False, approved=False, red_lines=cut)

    for actor in (world.villager("别人"), world.county_officer):
        with refused(NotYours):
            answer(world, order, wood, actor, how=how)


@pytest.mark.parametrize("how", [asking.agree, asking.decline])
def test_who_is_asked_for_all_of_it_is_not_asked(world, owner, wood, how):
    order = world.order(wood, approved=False)

    with refused(NoSuchRecord):
        answer(world, order, wood, owner, how=how)


@pytest.mark.parametrize("how", [asking.agree, asking.decline])
def test_an_order_that_is_over_is_not_answered(session, world, owner, wood, cut, how):
    order = world.order(wood, accepted=False, approved=False, red_lines=cut)
    placing.cancel(session, order.id, reason="", officer=world.county_officer, at=world.at)

    with refused(IllegalMove, stage="cancelled"):
        answer(world, order, wood, owner, how=how)


class TestAfterTheOwnersNo:
    @pytest.fixture
    def investor(self, world):
        return world.investor()

    @pytest.fixture
    def other(self, world):
        return world.deposit()

    @pytest.fixture
    def order(self, world, owner, wood, other, cut, investor):
        order = world.order(
            wood, other, investor=investor, accepted=False, approved=False, red_lines=cut
        )
        decline(world, order, wood, owner)
        return order

    def told(self, world, wood, investor):
        return {"deposit_id": wood.id, "actor": investor, "at": world.at}

    def test_the_order_stands_but_is_not_approved(self, world, order, wood):
        assert order.stage is Stage.RESERVED
        world.later(minutes=11)
        with refused(PartNotAgreed):
            world.approve(order)

    def test_the_deposit_drops_out_and_is_free(self, session, world, order, wood, other, investor):
        changing.drop(session, order.id, **self.told(world, wood, investor))

        assert [line.deposit_id for line in order.lines] == [other.id]
        assert order.amount_fen == 10_000_000
        assert wood.stage is DepositStage.STORED
        assert places(session, wood) == {accounts.stored(wood.party.number): 1_000_000}
        world.later(minutes=11)
        world.approve(order)

    def test_or_it_is_taken_whole_without_another_word(self, session, world, order, wood, investor):
        line = changing.change(session, order.id, line=None, **self.told(world, wood, investor))

        assert (line.area_dm2, line.value_fen) == (1_000_000, wood.value_fen)
        assert places(session, wood) == {accounts.reserved(order.number): 1_000_000}
        world.later(minutes=11)
        world.approve(order)

    def test_or_another_part_is_asked_for_and_needs_another_yes(
        self, session, world, order, owner, wood, investor
    ):
        told = self.told(world, wood, investor)
        for metres in (20, 40):
            changing.change(session, order.id, line=west(wood, metres), **told)
            assert places(session, wood)[accounts.reserved(order.number)] == metres * 10_000
            assert part_of(session, order, wood).stage is PartStage.ASKED
            if metres == 20:
                decline(world, order, wood, owner)

        answer(world, order, wood, owner)
        world.later(minutes=11)
        world.approve(order)
        placing.cancel(session, order.id, reason="", officer=world.county_officer, at=world.at)
        assert places(session, wood) == {accounts.stored(wood.party.number): 1_000_000}

    def test_without_its_only_deposit_the_order_ends(self, session, world, owner, investor):
        wood = world.deposit(owner=owner)
        order = world.order(
            wood, investor=investor, accepted=False, approved=False,
            red_lines={wood.id: west(wood, 30)},
        )  # fmt: skip
        decline(world, order, wood, owner)

        changing.drop(session, order.id, **self.told(world, wood, investor))

        assert (order.stage, order.project.stage) == (Stage.CANCELLED, ProjectStage.CANCELLED)
        assert places(session, wood) == {accounts.stored(wood.party.number): 1_000_000}

    def test_only_the_investor_chooses_and_only_after_a_no(
        self, session, world, order, wood, other, owner, investor
    ):
        with refused(NotYours):
            changing.drop(session, order.id, **self.told(world, wood, owner))
        with refused(NoSuchRecord):
            changing.drop(session, order.id, **self.told(world, other, investor))
        changing.change(session, order.id, line=west(wood, 20), **self.told(world, wood, investor))
        for choose in (
            lambda **told: changing.drop(session, order.id, **told),
            lambda **told: changing.change(session, order.id, line=None, **told),
        ):
            with refused(IllegalMove, stage="asked"):
                choose(**self.told(world, wood, investor))


def test_a_swap_of_a_part_is_offered_no_more_than_the_part_is_worth(world, owner):
    house = world.deposit(owner=owner, mode=StorageMode.SWAP)
    bundle, investor = world.bundle(house, red_lines={house.id: west(house, 30)})

    with refused(SwapOfferTooHigh, field="swap_offer_fen"):
        bundling.offer_swap(
            world.session, bundle.id, deposit_id=house.id, offer="房",
            offer_fen=house.value_fen // 2, actor=investor, at=world.at,
        )  # fmt: skip


def test_another_part_of_a_swap_asks_for_both_answers_anew(session, world, owner):
    house = world.deposit(owner=owner, mode=StorageMode.SWAP)
    investor = world.investor()
    order = world.order(
        house, investor=investor, approved=False, red_lines={house.id: west(house, 30)}
    )
    asking.take_back(session, order.id, deposit_id=house.id, actor=owner, at=world.at)
    decline(world, order, house, owner)

    line = changing.change(
        session, order.id, deposit_id=house.id, line=west(house, 20), actor=investor, at=world.at
    )

    assert line.accepted_at is None
    assert line.due_fen == line.value_fen == round(house.value_fen * 0.2)
