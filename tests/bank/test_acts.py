"""The history of a record: who did what, when and why."""

from bank.acts import history, move, note
from bank.deposits.lifecycle import LIFECYCLE, Act, Stage
from bank.refusals import IllegalMove
from tests.reading import refused


def told(session, record) -> list[tuple[str, str]]:
    """The acts of a record's history with the stages they led to."""
    return [(row.act, row.stage) for row in history(session, record)]


def test_a_move_changes_the_stage_and_says_who_did_it_when_and_why(session, world):
    deposit = world.deposit(Stage.SUBMITTED)
    move(
        session, deposit, LIFECYCLE, Act.REFUSE,
        actor=world.officer, at=world.at, reason="权属不清",
    )  # fmt: skip

    last = history(session, deposit)[-1]

    assert deposit.stage is Stage.REFUSED
    assert (last.act, last.stage, last.reason) == ("refuse", "refused", "权属不清")
    assert (last.actor_id, last.at) == (world.officer.id, world.at)
    assert last.actor
    assert last.actor.name == world.officer.name


def test_an_illegal_move_changes_nothing_and_is_not_written_down(session, world):
    deposit = world.deposit(Stage.DRAFT)
    before = told(session, deposit)

    with refused(IllegalMove, stage="draft", act="store"):
        move(session, deposit, LIFECYCLE, Act.STORE, actor=world.officer, at=world.at)

    assert deposit.stage is Stage.DRAFT
    assert told(session, deposit) == before


def test_what_the_clock_does_has_no_actor(session, world):
    deposit = world.deposit(Stage.DRAFT)

    note(session, deposit, Act.CLEAR, actor=None, at=world.at)

    assert history(session, deposit)[-1].actor is None


def test_a_history_is_told_from_the_beginning(session, world, stored):
    assert told(session, stored)[1:] == [
        ("submit", "submitted"),
        ("check", "checked"),
        ("consent", "consented"),
        ("post", "on_notice"),
        ("clear", "cleared"),
        ("store", "stored"),
    ]
    assert [row.at for row in history(session, stored)] == sorted(
        row.at for row in history(session, stored)
    )


def test_every_record_has_a_history_of_its_own(session, world):
    deposit, other = world.deposit(Stage.DRAFT), world.deposit(Stage.DRAFT)

    note(session, other, Act.REFUSE, actor=None, at=world.at)

    assert all(row.act != "refuse" for row in history(session, deposit))


def test_every_aggregate_of_the_loop_leaves_a_history(session, world, stored):
    order = world.collected(stored)
    revenue = world.revenue(order)
    round_ = world.round(order)

    assert told(session, order) == [
        ("reserve", "reserved"),
        ("escrow", "escrowed"),
        ("confirm", "confirmed"),
        ("fulfil", "fulfilled"),
    ]
    assert told(session, order.project) == [
        ("submit", "submitted"),
        ("review", "in_review"),
        ("approve", "approved"),
        ("collect", "collecting"),
        ("operate", "operating"),
    ]
    assert told(session, revenue) == [("report", "reported"), ("receive", "received")]
    assert told(session, round_) == [
        ("open", "opened"),
        ("compute", "computed"),
        ("notice", "noticed"),
        ("confirm", "confirmed"),
        ("pay", "paid"),
    ]
