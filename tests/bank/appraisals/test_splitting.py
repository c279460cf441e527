"""The appraiser's own split: kept if it makes up the whole, and followed when a part is cut."""

import pytest
import shapely
from sqlalchemy.orm import Session

from bank.appraisals import valuing
from bank.appraisals.splitting import Drawn, split
from bank.appraisals.worth import find_worth
from bank.deposits.lifecycle import Stage
from bank.deposits.parts import by_area, part_inside
from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit, PartColumns
from tests.world import World
from valuation.appraisals.refusals import PiecesUnsound, SplitUnequal, StageForbids
from valuation.appraisals.tables import Appraisal, Reconciliation, SoleGround
from valuation.commissions.refusals import NotTheAgency


def halves(deposit: Deposit, west_fen: int, east_fen: int, *, at_m: float = 50) -> list[Drawn]:
    """A square of 100 m in a western and an eastern piece."""
    min_x, min_y, max_x, max_y = shapely.from_wkb(parcel_of(deposit).wkb).bounds
    middle = min_x + at_m
    return [
        Drawn("西半", shapely.box(min_x, min_y, middle, max_y), west_fen),
        Drawn("东半", shapely.box(middle, min_y, max_x, max_y), east_fen),
    ]


@pytest.fixture
def deposit(world: World) -> Deposit:
    return world.deposit(Stage.CLEARED)


@pytest.fixture
def draft(world: World, deposit: Deposit) -> Appraisal:
    return world.draft(deposit)


def conclude(world: World, draft: Appraisal) -> Appraisal:
    return valuing.conclude(
        world.session, draft.id, reconciliation=Reconciliation.SINGLE,
        sole_ground=SoleGround.ONLY_APPLICABLE, reason="仅收益法适用。",
        report=world.document(world.appraiser), actor=world.appraiser, at=world.at,
    )  # fmt: skip


def keep(world: World, draft: Appraisal, pieces: list[Drawn], **told: object) -> Appraisal:
    lawful = {"actor": world.appraiser, "at": world.at}
    return split(world.session, draft.id, pieces, **(lawful | told))  # type: ignore[arg-type]


def test_a_part_takes_the_value_of_its_pieces_along(
    session: Session, world: World, deposit: Deposit, draft: Appraisal
) -> None:
    value_fen = draft.results[0].value_fen
    keep(world, draft, halves(deposit, value_fen - 1_000_000, 1_000_000))
    world.conclude(draft)
    for appraiser in (world.appraiser, world.second_appraiser):
        valuing.sign(session, draft.id, actor=appraiser, at=world.at, key=world.key())
    world.store(deposit)
    min_x, min_y, _, max_y = shapely.from_wkb(parcel_of(deposit).wkb).bounds
    line = shapely.box(min_x - 10, min_y - 10, min_x + 50, max_y + 10)

    order = world.order(deposit, red_lines={deposit.id: line})
    assert order.lines[0].value_fen == pytest.approx(value_fen - 1_000_000, rel=1e-4)
    goes_fen = order.lines[0].value_fen
    world.confirm(world.collection(order))

    worth = find_worth(session, deposit, at=world.at)
    assert worth is not None
    assert worth.value_fen == deposit.value_fen == value_fen - goes_fen


def test_the_pieces_make_up_the_whole(world: World, deposit: Deposit, draft: Appraisal) -> None:
    conclude(world, draft)
    value_fen = draft.worth_fen

    with pytest.raises(SplitUnequal):
        keep(world, draft, halves(deposit, value_fen, 1))
    keep(world, draft, halves(deposit, value_fen, 0, at_m=33.3))

    assert sum(each.area_dm2 for each in draft.splits) == draft.area_dm2
    assert sum(each.value_fen for each in draft.splits) == value_fen
    keep(world, draft, [])
    assert draft.splits == []


def test_a_draft_with_a_split_is_concluded_only_at_its_sum(
    world: World, deposit: Deposit, draft: Appraisal
) -> None:
    keep(world, draft, halves(deposit, 7, 8))

    with pytest.raises(SplitUnequal):
        conclude(world, draft)


def test_pieces_lie_in_the_land_side_by_side_and_cover_it(
    world: World, deposit: Deposit, draft: Appraisal
) -> None:
    west, east = halves(deposit, 1, 1)
    outside = Drawn("外", shapely.transform(east.shape, lambda c: c + 20), 1)
    over = Drawn("叠", shapely.transform(east.shape, lambda c: c - [20, 0]), 1)
    small = Drawn("小", shapely.box(*west.shape.bounds[:3], west.shape.bounds[1] + 5), 1)

    for pieces in ([west], [west, outside], [west, over], [small, east]):
        with pytest.raises(PiecesUnsound):
            keep(world, draft, pieces)
    with pytest.raises(PiecesUnsound):
        keep(world, draft, [west, Drawn(" ", east.shape, 1)])


def test_only_the_agency_splits_and_only_before_the_review(
    world: World, deposit: Deposit, draft: Appraisal
) -> None:
    stranger = world.appraisers_of(world.new_agency("湖州正源资产评估事务所"))[0]
    with pytest.raises(NotTheAgency):
        keep(world, draft, halves(deposit, 1, 1), actor=stranger)
    world.conclude(draft)
    with pytest.raises(StageForbids):
        keep(world, draft, halves(deposit, draft.worth_fen, 0))


def test_without_a_split_a_part_goes_by_area(
    session: Session, world: World, stored: Deposit
) -> None:
    min_x, min_y, _, max_y = shapely.from_wkb(parcel_of(stored).wkb).bounds
    line = shapely.box(min_x - 10, min_y - 10, min_x + 37, max_y + 10)
    columns = part_inside(stored, line, on=world.at.date())
    assert columns is not None

    class Part(PartColumns):
        def __init__(self, **told: object) -> None:
            self.__dict__.update(told)

    worth = find_worth(session, stored, at=world.at)
    assert worth is not None
    assert worth.split(Part(**columns)) == by_area(worth.value_fen, Part(**columns))
