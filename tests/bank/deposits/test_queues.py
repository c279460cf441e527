"""The township's queues: each deposit in one of them, oldest first, by page; and the gates."""

from bank.deposits import queues
from bank.deposits.lifecycle import Stage
from bank.deposits.queues import Gate, Work
from tests.world import World

TOWN = "330523106"


def test_each_deposit_waits_for_one_thing(world: World) -> None:
    for stage in (Stage.DRAFT, Stage.CLEARED, Stage.STORED, Stage.SUBMITTED, Stage.ON_NOTICE):
        world.deposit(stage)

    counts = queues.counts(world.session, TOWN, at=world.at)

    assert counts == {
        Work.CHECK: 1,
        Work.OBJECTION: 0,
        Work.NOTICE: 1,
        Work.APPRAISAL: 1,
        Work.STORE: 0,
        Work.REAPPRAISE: 0,
    }
    for work, number in counts.items():
        found = queues.queue(world.session, TOWN, work, at=world.at)
        assert (found.total, len(found.deposits)) == (number, number)
    assert not any(queues.counts(world.session, "330523107", at=world.at).values())


def test_the_oldest_comes_first_and_pages_do_not_overlap(world: World) -> None:
    deposits = []
    for _ in range(queues.PAGE_SIZE + 2):
        deposits.append(world.deposit(Stage.SUBMITTED).id)
        world.later(hours=1)

    pages = [queues.queue(world.session, TOWN, Work.CHECK, at=world.at, page=n) for n in (1, 2)]

    assert [each.id for page in pages for each in page.deposits] == deposits
    assert pages[0].pages == 2
    assert queues.queue(world.session, TOWN, Work.CHECK, at=world.at, page=99).number == 2


def test_the_gates_open_one_by_one(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE, owner=world.collective())

    def waiting() -> set[Gate]:
        states = queues.gates(world.session, deposit, at=world.at)
        return {state.gate for state in states if not state.holds}

    assert waiting() == {Gate.NOTICE, Gate.APPRAISAL}
    world.later(days=10)
    world.appraise(deposit)
    world.later(days=7)
    assert waiting() == {Gate.APPRAISAL}
    world.later(days=9)
    assert waiting() == set()
