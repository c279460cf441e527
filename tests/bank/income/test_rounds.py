"""Dividend rounds: reserves first, the rest by shares to the fen, shown, confirmed, paid."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bank import accounts
from bank.acts import history
from bank.calendar import local_date, midnight
from bank.deposits.tables import StorageMode
from bank.income import rounds
from bank.income.lifecycle import RoundStage
from bank.income.refusals import (
    IncomeChanged,
    NoShareholders,
    NothingEarned,
    NoticeNotOver,
    NotOperating,
    OverrideMissing,
    RoundOpen,
    WrongRate,
)
from bank.parties.tables import Party, PartyKind
from bank.refusals import (
    IllegalMove,
    KeyReused,
    NoSuchRecord,
    NotAnOfficer,
    OwnBusiness,
    SameOfficer,
)
from bank.rules import rule, whole
from bank.split import largest_remainder
from database.actor import Role
from database.base import new_id
from database.secrecy import fingerprint
from ledger import journal
from ledger.model import Posting, Transfer
from tests.beginnings import asked_for
from tests.reading import money, party_of, recorded, refused, shares

LEAST = Decimal("0.30")


def operating(world):
    """A project that operates: its land is held by two, one part of it by the investor."""
    owner = world.villager()
    other = world.party(name="王小花")
    mine = party_of(world.session, owner)
    deposit = world.deposit(owner=owner, yearly_yuan=17, holders={mine.id: 2, other.id: 1})
    return {"owner": owner, "order": world.collected(deposit, capital_fen=10_001)}


def earning(world):
    """The same with income that no share divides evenly."""
    given = operating(world)
    world.revenue(given["order"], 1_000_001)
    return given


@pytest.fixture
def beginning(request):
    return asked_for(request, earned=earning, order=operating)


@pytest.fixture
def owner(begun):
    """Who deposited the land."""
    return begun["owner"]


@pytest.fixture
def order(begun):
    return begun["order"]


@pytest.fixture
def earned(begun):
    return begun["order"]


def open_round(world, order, rate=LEAST, **told):
    """Open a round at the least rate unless told otherwise."""
    told = {
        "override_reason": "", "officer": world.county_officer, "at": world.at, "key": world.key(),
    } | told  # fmt: skip
    return rounds.open_round(world.session, order.project_id, reserve_rate=rate, **told)


def confirm(world, round_, **told):
    """Confirm by the second officer once the plan was shown, unless told otherwise."""
    told = {
        "officer": world.other_county_officer, "at": round_.notice_until, "key": world.key(),
    } | told  # fmt: skip
    return rounds.confirm(world.session, round_.id, **told)


def lines(session, round_) -> dict[str, int]:
    """What each holder gets, by party number."""
    return {line.party.number: line.amount_fen for line in round_.lines}


def of_project(session, order, account) -> int:
    """Money of the project's account."""
    return journal.balance(session, account(order.project.number), accounts.CNY)


# -- computing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "reserve_fen"),
    [("0.30", 300_001), ("0.3", 300_001), ("0.500001", 500_002), ("1", 1_000_001)],
)
def test_reserves_are_rounded_up_and_the_rest_is_given_out_to_the_fen(
    session, world, earned, rate, reserve_fen
):
    round_ = open_round(world, earned, Decimal(rate))

    assert round_.income_fen == 1_000_001
    assert round_.reserve_fen == reserve_fen
    assert sum(lines(session, round_).values()) == 1_000_001 - reserve_fen


def test_each_holder_gets_by_shares_and_at_most_a_fen_besides(session, world, earned):
    round_ = open_round(world, earned)
    held = shares(session, earned.project)
    given_fen = round_.income_fen - round_.reserve_fen

    assert round_.shares == sum(held.values())
    assert {line.party.number: line.shares for line in round_.lines} == held
    numbers = sorted(held)
    parts = largest_remainder(given_fen, [held[number] for number in numbers])
    assert lines(session, round_) == dict(zip(numbers, parts, strict=True))
    assert all(
        abs(amount - given_fen * held[number] / round_.shares) < 1
        for number, amount in lines(session, round_).items()
    )


def test_a_plan_is_shown_for_exactly_the_rules_days_and_moves_nothing(session, world, earned):
    before = recorded(session)
    round_ = open_round(world, earned)
    days = whole("round.notice.days", local_date(world.at))

    assert days == 10
    assert round_.stage is RoundStage.NOTICED
    assert round_.notice_from == world.at
    assert round_.notice_until == midnight(local_date(world.at) + timedelta(days=days + 1))
    assert recorded(session) == before


def test_the_rule_sets_the_least_reserve(world, earned):
    least = rule("reserve.minimum", local_date(world.at))
    assert least.value == LEAST

    told = {"minimum": "0.30", "source": least.source}
    for rate in ("0.29999", "0", "-1", "1.00001"):
        with refused(WrongRate, "reserve_rate", **told):
            open_round(world, earned, Decimal(rate))


def test_a_round_needs_income(world, order):
    with refused(NothingEarned, "reserve_rate"):
        open_round(world, order)


def test_a_round_needs_shareholders(session, world):
    order = world.collected(world.deposit(mode=StorageMode.LEASE), capital_fen=0)
    income = accounts.income(order.project.number)
    journal.open_account(session, income, at=world.at)
    gift = Posting(source=accounts.WORLD_CNY, target=income, unit=accounts.CNY, quantity=100)
    transfer = Transfer(
        key="gift", kind="test", occurred_at=world.at, reference="t", postings=(gift,)
    )
    journal.post(session, transfer, at=world.at)

    with refused(NoShareholders, project=order.project.number):
        open_round(world, order)


@pytest.mark.parametrize("collecting", [False, True])
def test_a_project_that_does_not_operate_distributes_nothing(world, collecting):
    order = world.order(world.deposit())
    if collecting:
        world.collection(order)

    with refused(NotOperating, stage="collecting" if collecting else "approved"):
        open_round(world, order)


def test_a_project_has_one_open_round(world, earned):
    first = open_round(world, earned)

    with refused(RoundOpen, round=first.number):
        open_round(world, earned)


def crowd(session, world, order, size):
    """Let the investor give one share each to so many people."""
    people = [
        Party(
            number=f"P-2026-{500_000 + place}", kind=PartyKind.PERSON, name=f"村民{place}",
            id_number="", id_fingerprint=fingerprint(f"villager {place}"),
            division_code="330523106201", created_at=world.at, confirmed_at=world.at,
        )
        for place in range(size)
    ]  # fmt: skip
    session.add_all(people)
    session.flush()
    for person in people:
        journal.open_account(session, accounts.shares(person.number), at=world.at)
    hand_over(session, world, order, order.party, people)


def hand_over(session, world, order, giver, takers):
    """One share each from a holder to others, by the ledger."""
    postings = tuple(
        Posting(
            source=accounts.shares(giver.number), target=accounts.shares(taker.number),
            unit=accounts.share(order.project.number), quantity=1,
        )
        for taker in takers
    )  # fmt: skip
    transfer = Transfer(
        key=world.key(), kind="assign", occurred_at=world.at, reference="t", postings=postings
    )
    journal.post(session, transfer, at=world.at)


@pytest.mark.parametrize("over", [0, 1])
def test_over_two_hundred_holders_an_officer_must_say_why(session, world, over):
    deposit = world.deposit()
    order = world.collected(deposit, capital_fen=100_000)
    world.revenue(order)
    limit = whole("offering.holders", local_date(world.at))
    crowd(session, world, order, limit - 2 + over)
    assert len(shares(session, order.project)) == limit + over == 200 + over

    if over:
        with refused(OverrideMissing, "override_reason", limit=limit):
            open_round(world, order, override_reason=" ")
        round_ = open_round(world, order, override_reason=" 均为本村股东 ")
        assert round_.override_reason == "均为本村股东"
    else:
        assert open_round(world, order).stage is RoundStage.NOTICED


# -- paying --------------------------------------------------------------------------------------


def test_a_confirmed_round_pays_every_holder_and_the_reserve(session, world, owner, earned):
    round_ = confirm(world, open_round(world, earned))

    assert round_.stage is RoundStage.PAID
    assert round_.paid_at == round_.notice_until
    assert of_project(session, earned, accounts.income) == 0
    assert of_project(session, earned, accounts.reserve) == round_.reserve_fen
    assert {line.party.number: money(session, line.party) for line in round_.lines} == lines(
        session, round_
    )
    assert money(session, owner) > 0


def test_a_round_is_one_transfer(session, world, earned):
    before = len(recorded(session))
    round_ = confirm(world, open_round(world, earned))

    assert len(recorded(session)) == before + 1
    (transfer,) = journal.transfers(session, reference=f"round:{round_.number}")
    assert sum(posting.quantity for posting in transfer.postings) == round_.income_fen


def test_a_plan_is_confirmed_when_it_was_shown_and_not_a_second_sooner(world, earned):
    round_ = open_round(world, earned)
    until = round_.notice_until

    with refused(NoticeNotOver, until=until.isoformat()):
        confirm(world, round_, at=until - timedelta(seconds=1))
    assert confirm(world, round_, at=until).stage is RoundStage.PAID


def test_two_officers_stand_behind_a_round(world, earned):
    round_ = open_round(world, earned)

    with refused(SameOfficer, round=round_.number):
        confirm(world, round_, officer=world.county_officer)
    assert confirm(world, round_).confirmed_by == world.other_county_officer.id


@pytest.mark.parametrize("act", ["open", "confirm", "cancel"])
def test_only_county_officers_make_a_round(session, world, owner, earned, act):
    round_ = open_round(world, earned)
    acts = {
        "open": lambda actor: open_round(world, earned, officer=actor),
        "confirm": lambda actor: confirm(world, round_, officer=actor),
        "cancel": lambda actor: rounds.cancel(
            session, round_.id, reason="", officer=actor, at=world.at
        ),
    }

    for actor in (owner, world.officer, world.auditor):
        with refused(NotAnOfficer):
            acts[act](actor)


@pytest.mark.parametrize("who", ["investor", "holder"])
def test_no_officer_distributes_to_herself(session, world, owner, earned, who):
    party = earned.party if who == "investor" else party_of(session, owner)
    insider = world.user("周科员", Role.COUNTY, party=party)

    with refused(OwnBusiness):
        open_round(world, earned, officer=insider)
    with refused(OwnBusiness):
        confirm(world, open_round(world, earned), officer=insider)


def test_a_plan_whose_holders_changed_is_not_paid(session, world, owner, earned):
    round_ = open_round(world, earned)
    hand_over(session, world, earned, earned.party, [party_of(session, owner)])
    before = recorded(session)

    with refused(IncomeChanged, round=round_.number):
        confirm(world, round_)
    assert recorded(session) == before


def test_what_comes_in_meanwhile_waits_for_the_next_round(session, world, earned):
    round_ = open_round(world, earned)
    world.revenue(earned, 77)
    confirm(world, round_)
    assert of_project(session, earned, accounts.income) == 77

    world.at = round_.notice_until
    assert open_round(world, earned).income_fen == 77


def test_a_paid_round_is_neither_confirmed_nor_cancelled_again(session, world, earned):
    round_ = confirm(world, open_round(world, earned))
    before = recorded(session)

    with refused(IllegalMove, stage="paid", act="confirm"):
        confirm(world, round_)
    with refused(IllegalMove, stage="paid", act="cancel"):
        rounds.cancel(session, round_.id, reason="", officer=world.county_officer, at=world.at)
    assert recorded(session) == before


def test_a_round_can_be_cancelled_and_another_opened(session, world, earned):
    round_ = open_round(world, earned)
    rounds.cancel(session, round_.id, reason="比例有误", officer=world.county_officer, at=world.at)

    assert round_.stage is RoundStage.CANCELLED
    assert history(session, round_)[-1].reason == "比例有误"
    with refused(IllegalMove, stage="cancelled", act="confirm"):
        confirm(world, round_)
    assert open_round(world, earned, Decimal("0.40")).reserve_fen == 400_001


def test_an_unknown_round_is_not_found(session):
    with refused(NoSuchRecord):
        rounds.get_round(session, new_id())


# -- the keys ------------------------------------------------------------------------------------


def test_a_double_click_opens_one_round(world, earned):
    round_ = open_round(world, earned, key="the same")

    assert open_round(world, earned, key="the same") is round_


@pytest.mark.parametrize("told", [{"rate": Decimal("0.4")}, {"override_reason": "均为本村"}])
def test_a_key_that_opened_another_round_is_refused(world, earned, told):
    open_round(world, earned, key="the same")

    with refused(KeyReused, key="the same"):
        open_round(world, earned, key="the same", **told)


def test_a_double_click_pays_once(session, world, earned):
    round_ = confirm(world, open_round(world, earned), key="the same")
    before = recorded(session)

    assert confirm(world, round_, key="the same") is round_
    assert recorded(session) == before


def test_the_key_of_another_round_pays_nothing(session, world, earned):
    confirm(world, open_round(world, earned), key="the same")
    world.later(days=20)
    world.revenue(earned, 10_000)
    second = open_round(world, earned)
    before = recorded(session)

    with refused(KeyReused, key="the same"):
        confirm(world, second, key="the same")
    assert recorded(session) == before
