"""Two people at one commission, or at one agency's fees, at once, on real databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from threading import Event
from time import sleep
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank import accounts
from bank.agencies import purse
from bank.commissions import answering, engaging, requesting
from bank.commissions.refusals import AcceptedAlready
from bank.due import Done, run_due
from bank.refusals import IllegalMove
from database.actor import Actor
from database.directory import Bank
from database.engine import writing
from ledger import journal
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.bank.deposits.turns import BEGUN_S, second_waits
from tests.reading import money
from tests.world import World
from valuation.commissions.commissioning import get_commission
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.tables import Commission

Command = Callable[[Session], object]


@contextmanager
def committed(bank: Bank) -> Iterator[World]:
    """A world whose records the others see when the block is over."""
    with bank.session() as session, writing(session):
        yield World(session)


def requested(world: World) -> Asked:
    """An owner's request for quotes."""
    return Asked(world, world.deposit(owner=world.villager()))


def two_requested(world: World) -> list[Asked]:
    """Two owners' requests, which the same agency is asked for."""
    deposits = [world.deposit(owner=world.villager()) for _ in range(2)]
    return [Asked(world, deposit) for deposit in deposits]


def choosing(quote_id: UUID, client: Actor, at: datetime) -> Command:
    return lambda session: (
        engaging.choose(session, quote_id, actor=client, at=at, key=f"choose {quote_id}").stage
    )


def accepting(commission_id: UUID, client: Actor, at: datetime) -> Command:
    return lambda session: answering.accept(session, commission_id, actor=client, at=at).stage


def disputing(commission_id: UUID, client: Actor, at: datetime) -> Command:
    def dispute(session: Session) -> Stage:
        grounds = "面积算错了"
        return answering.dispute(session, commission_id, grounds=grounds, actor=client, at=at).stage

    return dispute


def clock(at: datetime) -> Callable[[Session], Done]:
    return lambda session: run_due(session, at=at)


def transfers(session: Session, commission: Commission) -> list[str]:
    """What the commission moved, the last first."""
    found = journal.transfers(session, reference=f"commission:{commission.number}")
    return [each.kind for each in found]


def escrow_fen(session: Session, commission: Commission) -> int:
    return journal.balance(session, accounts.fee_escrow(commission.number), accounts.CNY)


def paid_fen(session: Session, commission: Commission) -> int:
    """What the engaged agency has."""
    party = purse.find_party(session, commission.engaged)
    return money(session, party) if party else 0


def test_of_two_quotes_chosen_at_once_one_is_engaged_and_paid_for_once(
    committed_bank: Bank,
) -> None:
    with committed(committed_bank) as world:
        asked = requested(world)
        quotes = [asked.offer().id, asked.offer(asked.other).id]
        commission_id, client = asked.id, asked.client
        choices = [choosing(each, client, world.at) for each in quotes]

    assert isinstance(second_waits(committed_bank, *choices), IllegalMove)

    with committed_bank.session() as session:
        commission = session.get_one(Commission, commission_id)
        stages = {each.id: each.stage for each in commission.quotes}
        assert stages == {quotes[0]: QuoteStage.CHOSEN, quotes[1]: QuoteStage.LEFT}
        assert commission.stage is Stage.ENGAGED
        assert transfers(session, commission) == ["fee_escrow"]
        assert escrow_fen(session, commission) == money(session, client) == FEE_FEN


def test_what_is_accepted_meanwhile_cannot_be_disputed(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        asked = requested(world)
        asked.deliver()
        who = asked.id, asked.client, world.at

    answer = second_waits(committed_bank, accepting(*who), disputing(*who))

    assert isinstance(answer, AcceptedAlready)
    with committed_bank.session() as session:
        commission = session.get_one(Commission, who[0])
        assert (commission.stage, commission.dispute) == (Stage.ACCEPTED, "")
        assert (escrow_fen(session, commission), paid_fen(session, commission)) == (0, FEE_FEN)


def test_what_is_disputed_meanwhile_is_not_accepted(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        asked = requested(world)
        asked.deliver()
        who = asked.id, asked.client, world.at

    answer = second_waits(committed_bank, disputing(*who), accepting(*who))

    assert isinstance(answer, IllegalMove)
    with committed_bank.session() as session:
        commission = session.get_one(Commission, who[0])
        assert commission.stage is Stage.DISPUTED
        assert (escrow_fen(session, commission), paid_fen(session, commission)) == (FEE_FEN, 0)


def test_silence_does_not_pay_again_what_is_accepted_meanwhile(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        asked = requested(world)
        commission_id, client, end = asked.id, asked.client, asked.deliver().answer_by
        assert end is not None

    accept = accepting(commission_id, client, end)

    assert isinstance(second_waits(committed_bank, accept, clock(end)), Done)
    _is_paid_once(committed_bank, commission_id)


def test_who_accepts_while_silence_does_is_told_and_pays_once(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        asked = requested(world)
        commission_id, client, end = asked.id, asked.client, asked.deliver().answer_by
        assert end is not None

    accept = accepting(commission_id, client, end)

    assert isinstance(second_waits(committed_bank, clock(end), accept), IllegalMove)
    _is_paid_once(committed_bank, commission_id)


def _is_paid_once(bank: Bank, commission_id: UUID) -> None:
    with bank.session() as session:
        commission = session.get_one(Commission, commission_id)
        assert commission.stage is Stage.ACCEPTED
        assert transfers(session, commission) == ["fee_release", "fee_escrow"]
        assert escrow_fen(session, commission) == 0


def test_a_request_sent_twice_at_once_is_one_commission(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        owner = world.villager()
        told = Asked(world, world.deposit(owner=owner)).told | {"key": "double click"}
        before = world.session.scalar(select(func.count()).select_from(Commission)) or 0

    made = []

    def send(session: Session) -> UUID:
        made.append(requesting.request(session, **told).id)
        return made[-1]

    answer = second_waits(committed_bank, send, send)

    assert made == [answer, answer]
    with committed_bank.session() as session:
        assert session.scalar(select(func.count()).select_from(Commission)) == before + 1


def test_two_first_fees_of_an_agency_paid_at_once_make_it_one_party(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        pair = two_requested(world)
        for each in pair:
            each.deliver()
        first, second = (accepting(each.id, each.client, world.at) for each in pair)
        second_id = pair[1].id

    assert second_waits(committed_bank, first, second) is Stage.ACCEPTED

    with committed_bank.session() as session:
        commission = session.get_one(Commission, second_id)
        assert paid_fen(session, commission) == 2 * FEE_FEN


def test_an_acceptance_between_two_silences_stops_neither(committed_bank: Bank) -> None:
    with committed(committed_bank) as world:
        pair = two_requested(world)
        ends = [each.deliver().answer_by for each in pair]
        later = max(pair, key=lambda each: each.id)
        later_id, client, end = later.id, later.client, max(filter(None, ends))
        purse.party_of(world.session, world.agency, at=world.at)
        ids = [each.id for each in pair]

    held, go = Event(), Event()

    def slowly(session: Session) -> object:
        get_commission(session, later_id, lock=True)
        held.set()
        go.wait()
        return accepting(later_id, client, end)(session)

    def run(command: Command) -> object:
        with committed_bank.session() as session, writing(session):
            return command(session)

    with ThreadPoolExecutor(2) as pool:
        accepted = pool.submit(run, slowly)
        held.wait()
        done = pool.submit(run, clock(end))
        sleep(BEGUN_S)
        go.set()
        assert accepted.result() is Stage.ACCEPTED
        assert isinstance(done.result(), Done)

    for each in ids:
        _is_paid_once(committed_bank, each)
