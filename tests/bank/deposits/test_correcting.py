"""The township corrects an outline: when it may, what lapses, and what stays in the history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import shapely
from sqlalchemy.orm import Session

from bank.calendar import local_date
from bank.deposits.correcting import correct_shape, may_correct
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import GroundsMissing, OverlapsDeposit
from bank.deposits.tables import Deposit
from bank.land.bounds import kept_bounds
from bank.land.parcels import shape_of
from bank.land.polygons import Shape, fit
from bank.land.refusals import OutsideCounty, ShapeFixed, ShapeUnchanged
from bank.land.shapes import shapes_of
from bank.land.tables import Parcel, ShapeReason
from bank.refusals import GraceRunning, IllegalMove, KeyReused, NotAnOfficer, OwnBusiness
from database.actor import Role
from tests.world import World, pdf
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.commissions.lifecycle import Stage as CommissionStage

Correct = Callable[..., Deposit]


def parcel_of(deposit: Deposit) -> Parcel:
    assert deposit.asset.parcel is not None
    return deposit.asset.parcel


def moved(deposit: Deposit, world: World, *, east: float = 20, side: float = 100) -> Shape:
    parcel = parcel_of(deposit)
    west, south = parcel.min_x + east, parcel.min_y
    return fit(shapely.box(west, south, west + side, south + side), on=local_date(world.at))


@pytest.fixture
def correct(session: Session, world: World) -> Correct:
    """Corrects a deposit's outline, lawfully unless told otherwise."""

    def run(deposit: Deposit, **told: object) -> Deposit:
        officer = told.get("officer", world.officer_for(deposit))
        lawful = {
            "shape": moved(deposit, world),
            "reason": ShapeReason.CORRECTED,
            "note": "界址点抄错",
            "document": world.document(officer),  # type: ignore[arg-type]
            "officer": officer,
            "at": world.at,
            "key": world.key(),
        }
        return correct_shape(session, deposit.id, **(lawful | told))  # type: ignore[arg-type]

    return run


def test_a_corrected_outline_goes_back_to_the_owner_and_the_old_one_is_kept(
    session: Session, world: World, correct: Correct
) -> None:
    deposit = world.deposit(Stage.SUBMITTED)
    world.later(minutes=11)
    parcel = parcel_of(deposit)
    old, new = shape_of(parcel), moved(deposit, world)

    correct(deposit, shape=new)

    assert deposit.stage is Stage.DRAFT
    assert deposit.consent is None
    assert shape_of(parcel) == new
    history = shapes_of(session, parcel)
    assert [shapely.from_wkb(row.wkb) for row in history] == [old, new]
    last = history[-1]
    assert (last.reason, last.note) == (ShapeReason.CORRECTED, "界址点抄错")
    assert last.document_id is not None
    kept = kept_bounds(session, parcel)
    assert kept is not None
    assert kept.at == world.at


def test_what_was_appraised_was_the_old_outline(
    session: Session, world: World, correct: Correct
) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = world.appraise(deposit)

    correct(deposit)

    session.expire_all()
    assert appraisal.stage is AppraisalStage.SUPERSEDED
    assert appraisal.commission.stage is not CommissionStage.ENGAGED


@pytest.mark.parametrize(
    ("stage", "allowed"),
    [(Stage.DRAFT, False), (Stage.ON_NOTICE, True), (Stage.CLEARED, True), (Stage.STORED, False)],
)
def test_an_outline_is_corrected_between_handing_in_and_storing(
    world: World, correct: Correct, stage: Stage, allowed: bool
) -> None:
    deposit = world.deposit(stage)

    assert may_correct(deposit) == allowed
    if allowed:
        assert correct(deposit).stage is Stage.DRAFT
    else:
        refusal = ShapeFixed if stage is Stage.STORED else IllegalMove
        with pytest.raises(refusal):
            correct(deposit)


def test_the_same_key_corrects_once(session: Session, world: World, correct: Correct) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    officer = world.officer_for(deposit)
    told = {"shape": moved(deposit, world), "key": "k-1"}

    for _ in range(2):  # a form that is sent twice brings the same file twice
        correct(deposit, document=world.document(officer, content=pdf("成果")), **told)

    assert len(shapes_of(session, parcel_of(deposit))) == 2
    with pytest.raises(KeyReused):
        correct(deposit, document=world.document(officer, content=pdf("另一份")), **told)


def test_the_owner_may_still_think_again(world: World, correct: Correct) -> None:
    deposit = world.deposit(Stage.SUBMITTED)
    deposit.submitted_at = world.at - timedelta(minutes=1)

    with pytest.raises(GraceRunning):
        correct(deposit)


def test_a_correction_needs_its_reason(world: World, correct: Correct) -> None:
    with pytest.raises(GroundsMissing) as refused:
        correct(world.deposit(Stage.ON_NOTICE), note=" ")
    assert refused.value.field == "note"


def test_a_corrected_outline_may_not_overlap_what_is_in_the_bank(
    world: World, correct: Correct
) -> None:
    stored, deposit = world.deposit(), world.deposit(Stage.ON_NOTICE)
    there = fit(shape_of(parcel_of(stored)).buffer(5), on=local_date(world.at))

    with pytest.raises(OverlapsDeposit) as refused:
        correct(deposit, shape=there)

    assert refused.value.facts == {"code": parcel_of(stored).code, "overlap_dm2": 1_000_000}


def test_a_corrected_outline_lies_in_the_county_and_differs(world: World, correct: Correct) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)

    with pytest.raises(OutsideCounty):
        correct(deposit, shape=moved(deposit, world, east=-5000))
    with pytest.raises(ShapeUnchanged):
        correct(deposit, shape=shape_of(parcel_of(deposit)))


def test_only_an_officer_of_the_town_without_a_stake_corrects(
    world: World, correct: Correct
) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    elsewhere = world.user("沈镇干", Role.TOWNSHIP, township="330523107")
    party = deposit.party
    owner = world.user("兼职", Role.TOWNSHIP, party=party, township="330523106")

    with pytest.raises(NotAnOfficer):
        correct(deposit, officer=elsewhere)
    with pytest.raises(OwnBusiness):
        correct(deposit, officer=owner)
