"""Two objections, or two officers at one: each is decided once, and the deposit goes back once."""

from bank.deposits import notices
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import ObjectionDecided
from bank.deposits.tables import Decision, Deposit, Objection
from database.directory import Bank
from database.engine import writing
from tests.bank.deposits.turns import second_waits
from tests.world import World


def objected(world: World, deposit: Deposit) -> Objection:
    return notices.object_to(
        world.session, deposit.id, grounds="界线不对", actor=world.villager("邻居"), at=world.at,
        key=world.key(),
    )  # fmt: skip


def test_two_officers_cannot_both_decide_an_objection(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        deposit = world.deposit(Stage.ON_NOTICE)
        objection_id, deposit_id, at = objected(world, deposit).id, deposit.id, world.at
        officers = world.officer, world.second_officer

    def deciding(officer, *, upheld):
        return lambda session: (
            notices.decide(
                session, objection_id, upheld=upheld, answer="已核实", officer=officer, at=at
            ).decision
        )

    first, second = deciding(officers[0], upheld=True), deciding(officers[1], upheld=False)

    assert isinstance(second_waits(committed_bank, first, second), ObjectionDecided)
    with committed_bank.session() as session:
        assert session.get_one(Objection, objection_id).decision is Decision.UPHELD
        assert session.get_one(Deposit, deposit_id).stage is Stage.DRAFT


def test_a_second_objection_can_be_upheld_too(world) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    objections = [objected(world, deposit) for _ in range(2)]

    for objection in objections:
        notices.decide(
            world.session, objection.id, upheld=True, answer="属实", officer=world.officer,
            at=world.at,
        )  # fmt: skip

    assert [each.decision for each in objections] == [Decision.UPHELD] * 2
    assert deposit.stage is Stage.DRAFT
