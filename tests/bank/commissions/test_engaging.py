"""Choosing an offer: the vote of a collective, the contract, the fee in escrow, the visit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bank import accounts
from bank.appraisals import valuing
from bank.commissions import engaging
from bank.commissions.refusals import (
    ChoosingOver,
    NotAPhoto,
    NotOffered,
    NotTheClient,
    NotVisitable,
    PhotosTooFew,
    VisitDayUnsound,
    VoteDayUnsound,
    VoteMissing,
    VoteNotNeeded,
)
from bank.deposits.lifecycle import Stage as DepositStage
from bank.refusals import IllegalMove, KeyReused, NoSuchRecord
from bank.rules import AttendanceShort, MeetingNotice, VoteShort
from ledger import journal
from ledger.refusals import Overdrawn
from ledger.verify import verify
from tests.bank.commissions.asked import FEE_FEN, Asked, fund
from tests.reading import money, refused
from tests.world import World, pdf, photo
from valuation.appraisals.refusals import OwnAppraisal, SiteUnvisited
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.refusals import AgencyNotAdmitted, NotTheAgency


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world, world.deposit(DepositStage.CLEARED))


def escrowed(session, commission) -> int:
    return journal.balance(session, accounts.fee_escrow(commission.number), accounts.CNY)


def test_choosing_engages_the_agency_and_holds_its_fee(session, world, asked):
    left, chosen = asked.offer(asked.other, fee_fen=FEE_FEN + 1), asked.offer()

    commission = asked.choose(chosen)

    assert (commission.stage, commission.agency_id) == (Stage.ENGAGED, world.agency.id)
    assert (commission.fee_fen, commission.deliver_by) == (FEE_FEN, chosen.deliver_by)
    assert (chosen.stage, left.stage) == (QuoteStage.CHOSEN, QuoteStage.LEFT)
    assert money(session, asked.client) == FEE_FEN
    assert escrowed(session, commission) == FEE_FEN
    assert verify(session).ok


def test_choosing_twice_with_one_key_holds_the_fee_once(session, world, asked):
    quote = asked.offer()
    asked.choose(quote, key="k")
    asked.choose(quote, key="k")

    assert money(session, asked.client) == FEE_FEN
    with pytest.raises(KeyReused):
        engaging.choose(
            session, asked.quote_of(asked.other).id, actor=asked.client, at=world.at, key="k"
        )


def test_a_fee_that_the_client_does_not_have_is_refused_and_nothing_is_engaged(session, world):
    asked = Asked(world, world.deposit(DepositStage.CLEARED), cash_fen=FEE_FEN - 1)
    quote = asked.offer()

    with (
        pytest.raises(Overdrawn),
        session.begin_nested(),
    ):
        asked.choose(quote)
    session.expire_all()
    assert asked.commission.stage is Stage.QUOTED
    fund(world, asked.client, 1)
    assert asked.choose(quote).stage is Stage.ENGAGED


def test_a_client_without_any_account_is_told_how_much_there_is(world):
    asked = Asked(world, world.deposit(DepositStage.CLEARED), cash_fen=0)

    with pytest.raises(Overdrawn) as found:
        asked.choose()
    assert found.value.facts["available"] == 0


def test_a_fee_of_zero_moves_nothing(session, world):
    asked = Asked(world, world.deposit(DepositStage.CLEARED), cash_fen=0)
    before = journal.transfers(session, limit=200)

    asked.choose(asked.offer(fee_fen=0))

    assert len(journal.transfers(session, limit=200)) == len(before)
    assert "乙方不收取服务费" in asked.commission.contract


def test_the_county_pays_from_outside(session, world, stored):
    asked = Asked(world, stored, county=True)
    outside = journal.balance(session, accounts.WORLD_CNY, accounts.CNY)

    asked.choose()

    assert escrowed(session, asked.commission) == FEE_FEN
    assert journal.balance(session, accounts.WORLD_CNY, accounts.CNY) == outside - FEE_FEN


def test_only_the_client_chooses_and_only_what_is_offered(world, asked):
    quote = asked.offer()

    with refused(NotTheClient):
        asked.choose(quote, actor=world.villager("李大山"))
    with refused(NotOffered, "quote_id", stage="asked"):
        asked.choose(asked.quote_of(asked.other))
    asked.choose(quote)
    with refused(IllegalMove, stage="engaged", act="engage"):
        asked.choose(quote)


def test_an_agency_that_left_the_list_meanwhile_is_not_chosen(world, asked):
    quote = asked.offer()
    world.agency.qualifications[0].valid_until = world.at.date()
    world.later(days=1)

    with refused(AgencyNotAdmitted, "agency_id"):
        asked.choose(quote)


def test_the_last_day_to_choose_still_counts(world, asked):
    quote = asked.offer()
    world.later(days=22)

    with refused(ChoosingOver, until=(asked.day(0)).isoformat()):
        asked.choose(quote, at=world.at + timedelta(days=1))
    assert asked.choose(quote).stage is Stage.ENGAGED


def test_the_contract_is_kept_as_it_stood(world, asked):
    asked.choose()

    text = asked.commission.contract
    client, deposit = world.party_of(asked.client), asked.deposits[0]
    for told in (
        asked.commission.number, client.name, world.agency.name, world.agency.licence,
        deposit.number, deposit.asset.name, "评估林地经营权价值", "6,000.00 元", "2026年4月17日",
        "保密", "回避", "第二意见",
    ):  # fmt: skip
        assert told in text, told
    assert "<" not in text


# -- the vote -------------------------------------------------------------------------------------


@pytest.fixture
def common(world: World) -> Asked:
    owner = world.collective()
    return Asked(world, world.deposit(DepositStage.CLEARED, owner=owner))


def test_a_collective_chooses_the_offer_that_its_members_voted_for(session, world, common):
    quote, another = common.offer(), common.offer(common.other)

    with refused(VoteMissing, agency=world.agency.name):
        common.choose(quote, unvoted=True)
    common.vote(another)
    with refused(VoteMissing):
        common.choose(quote, unvoted=True)
    vote = common.vote(quote)
    common.choose(quote, unvoted=True)

    assert engaging.vote_of(session, common.commission) is vote
    assert common.commission.stage is Stage.ENGAGED


@pytest.mark.parametrize(
    ("told", "refusal", "field"),
    [
        ({"present": 199}, AttendanceShort, "present"),
        ({"in_favour": 199}, VoteShort, "in_favour"),
    ],
)
def test_a_vote_that_does_not_carry_is_not_put_on_file(session, common, told, refusal, field):
    quote = common.offer()
    told = {"present": 199, "in_favour": 199} | told if "present" in told else told

    with refused(refusal, field):
        common.vote(quote, **told)
    assert engaging.vote_of(session, common.commission) is None


def test_a_meeting_that_was_called_too_late_decides_nothing(common):
    quote = common.offer()

    with refused(MeetingNotice, "notice_given_on"):
        common.vote(quote, notice_given_on=common.day(-9))


def test_the_members_vote_on_offers_that_are_there(world, common):
    quote = common.offer()

    for held_on in (common.day(1), common.day(-1)):
        with refused(VoteDayUnsound, "held_on"):
            common.vote(quote, held_on=held_on)
    with refused(NotOffered, "quote_id"):
        common.vote(common.quote_of(common.other))
    stranger = Asked(world, world.deposit(DepositStage.CLEARED)).offer()
    with refused(NoSuchRecord, "quote_id"):
        common.vote(stranger)


def test_a_single_owner_needs_no_vote(asked):
    quote = asked.offer()

    with refused(VoteNotNeeded):
        asked.vote(quote)


# -- the visit ------------------------------------------------------------------------------------


def test_a_visit_with_photos_lets_the_valuing_begin(session, world, asked):
    asked.choose()
    with pytest.raises(SiteUnvisited):
        _begin(world, asked)

    visit = asked.visit(key="k")

    assert [each.number for each in visit.photos] == [1]
    assert asked.commission.visits == [visit]
    assert _begin(world, asked).commission_id == asked.id


def _begin(world, asked):
    return valuing.begin(
        world.session, asked.id, asset_id=asked.deposits[0].asset_id,
        valuation_date=asked.day(0), actor=world.appraiser, at=world.at, key=world.key(),
    )  # fmt: skip


def test_the_same_visit_twice_is_one(world, asked):
    asked.choose()
    told = {"photos": [world.document(world.appraiser, content=photo(), name="a.jpg")], "key": "k"}

    assert asked.visit(**told).id == asked.visit(**told).id


def test_a_visit_needs_pictures_that_are_not_another_visits(world, asked):
    asked.choose()
    picture = world.document(world.appraiser, content=photo(), name="a.jpg")
    paper = world.document(world.appraiser, content=pdf("visit"), name="a.pdf")

    with refused(PhotosTooFew, "photos", needed=1, found=0):
        asked.visit(photos=[])
    with refused(NotAPhoto, "photos", name="a.pdf"):
        asked.visit(photos=[paper])
    asked.visit(photos=[picture])
    with refused(NotAPhoto, "photos", name="a.jpg"):
        asked.visit(photos=[picture])
    with refused(NotAPhoto, "photos"):
        twice = world.document(world.appraiser, content=photo(), name="b.jpg")
        asked.visit(photos=[twice, twice])


def test_a_visit_is_of_an_asset_of_the_commission_on_a_day_that_has_come(world, asked):
    asked.choose()

    with refused(VisitDayUnsound, "visited_on"):
        asked.visit(visited_on=asked.day(1))
    with refused(VisitDayUnsound, "visited_on"):
        asked.visit(visited_on=asked.day(-1))
    with refused(NotVisitable, "asset_id"):
        asked.visit(world.deposit(DepositStage.CLEARED))
    with refused(NotTheAgency):
        asked.visit(actor=world.appraisers_of(asked.other)[0])


def test_an_appraiser_does_not_visit_her_own_land(session, world, asked):
    asked.choose()
    hers = replace(world.appraiser, person=world.party_of(asked.client).id)

    with refused(OwnAppraisal):
        asked.visit(actor=hers)
