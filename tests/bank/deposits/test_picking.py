"""Who keeps a parcel of the register: a draft binds nothing, and what ended lets go."""

from typing import Any

from bank.deposits import checking, locating, records, submission
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import AnswersMissing, ParcelTaken
from bank.deposits.tables import Deposit
from bank.land.parcels import register_parcel
from bank.land.tables import Origin, Parcel
from bank.withdrawals import requesting
from database.actor import Actor
from database.directory import Bank
from database.engine import writing
from tests.bank.deposits.turns import second_waits
from tests.reading import refused
from tests.world import World


def imported(world: World) -> Parcel:
    return register_parcel(
        world.session, world.square(), land_class="0301", location="景溪村",
        origin=Origin.IMPORTED, at=world.at,
    )  # fmt: skip


def pick(world: World, deposit: Deposit, owner: Actor, parcel: Parcel) -> Deposit:
    told: dict[str, Any] = {"parcel_id": parcel.id, "actor": owner, "at": world.at}
    return locating.pick(world.session, deposit.id, **told)


def picked(world: World, owner: Actor, parcel: Parcel) -> Deposit:
    """A draft with every answer, on this parcel."""
    deposit = pick(world, world.deposit(Stage.DRAFT, owner=owner), owner, parcel)
    return world.agree(deposit, owner)


def test_a_draft_does_not_keep_a_parcel_from_others(world) -> None:
    squatter, owner, parcel = world.villager("占地人"), world.villager(), imported(world)
    squatted = picked(world, squatter, parcel)

    deposit = picked(world, owner, parcel)

    assert deposit.asset.parcel is parcel
    assert submission.missing(squatted) == ["place"]
    world.submit(deposit, owner)
    with refused(ParcelTaken, "parcel", code=parcel.code):
        pick(world, squatted, squatter, parcel)


def test_what_was_refused_can_be_picked_by_another(world) -> None:
    first, second, parcel = world.villager("占地人"), world.villager(), imported(world)
    deposit = world.submit(picked(world, first, parcel), first)
    checking.refuse(
        world.session, deposit.id, reason="并非本人承包", officer=world.officer, at=world.at
    )

    assert picked(world, second, parcel).asset.parcel is parcel


def test_a_returned_parcel_can_be_deposited_again(world) -> None:
    owner, parcel = world.villager(), imported(world)
    deposit = world.submit(picked(world, owner, parcel), owner)
    world.pass_to_notice(deposit)
    world.clear(deposit)
    world.appraise_and_store(deposit)
    told: dict[str, Any] = {"actor": owner, "at": world.at, "key": world.key()}
    world.confirm(requesting.request_return(world.session, deposit.id, **told))
    assert deposit.stage is Stage.RETURNED

    again = picked(world, owner, parcel)

    assert world.submit(again, owner).stage is Stage.SUBMITTED


def test_somebodys_drawing_cannot_be_picked(world) -> None:
    drawn = world.deposit(Stage.DRAFT).asset.parcel
    owner = world.villager("邻居")

    with refused(ParcelTaken, "parcel", code=drawn.code):
        pick(world, world.deposit(Stage.DRAFT, owner=owner), owner, drawn)


def race(bank: Bank):
    """A draft, how its owner hands it in, and how a neighbour picks the same parcel meanwhile."""
    with bank.session() as session, writing(session):
        world = World(session)
        first, second, parcel = world.villager(), world.villager("邻居"), imported(world)
        handed_in = picked(world, first, parcel)
        rival = world.deposit(Stage.DRAFT, owner=second)
        ids, parcel_id, at = (handed_in.id, rival.id), parcel.id, world.at

    def submit(session):
        return submission.submit(session, ids[0], actor=first, at=at, key="hand in")

    def pick_it(session):
        return locating.pick(session, ids[1], parcel_id=parcel_id, actor=second, at=at)

    return ids[0], submit, pick_it


def test_a_parcel_is_not_taken_from_what_is_just_being_handed_in(committed_bank: Bank) -> None:
    _, submit, pick_it = race(committed_bank)

    assert isinstance(second_waits(committed_bank, submit, pick_it), ParcelTaken)


def test_what_was_just_picked_by_another_is_not_handed_in(committed_bank: Bank) -> None:
    deposit_id, submit, pick_it = race(committed_bank)

    assert isinstance(second_waits(committed_bank, pick_it, submit), AnswersMissing)
    with committed_bank.session() as session:
        assert records.get_deposit(session, deposit_id).stage is Stage.DRAFT
