"""What an agency offers, and when it may not: conflicts of interest, days, fees."""

from datetime import timedelta

import pytest

from bank.agencies import purse
from bank.agencies.refusals import NotOurAgency, TextMissing
from bank.commissions import quoting, ties
from bank.commissions.refusals import (
    AgencyTied,
    CountysTie,
    DeliveryLate,
    FeeUnsound,
    NotItsAppraiser,
    OfferWorse,
    QuotesOnItself,
    QuotingOver,
    RecusedAlready,
    TieDeclared,
    TieEnded,
    TiesUndeclared,
)
from bank.deposits.lifecycle import Stage as DepositStage
from bank.parties.tables import Membership, PartyKind, User
from bank.refusals import IllegalMove, NotYours
from database.actor import Role
from database.secrecy import fingerprint
from tests.bank.commissions.asked import FEE_FEN, Asked
from tests.reading import refused
from tests.world import World
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import Appraiser
from valuation.appraisals.refusals import NotQualified, Recused
from valuation.commissions.lifecycle import QuoteStage, Stage
from valuation.commissions.refusals import AgencyNotAdmitted, CommissionEnded, NotTheAgency
from valuation.commissions.tables import TieKind


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world, world.deposit(DepositStage.CLEARED))


def test_an_offer_says_fee_and_day_and_declares_that_nothing_ties(session, world, asked):
    quote = asked.offer()

    assert (quote.stage, quote.fee_fen) == (QuoteStage.OFFERED, FEE_FEN)
    assert quote.no_ties_at == world.at
    assert quote.answered_by == world.appraiser.id
    assert asked.commission.stage is Stage.QUOTED


def test_who_works_elsewhere_or_whose_qualification_is_over_does_not_quote(session, world, asked):
    with refused(NotTheAgency):
        asked.offer(actor=world.appraisers_of(asked.other)[0])
    with refused(NotTheAgency):
        asked.offer(actor=asked.client)
    row = session.get_one(Appraiser, world.appraiser.id)
    row.qualified_until = world.at.date() - timedelta(days=1)
    with refused(NotQualified):
        asked.offer()


def test_an_agency_whose_qualification_has_expired_does_not_quote(world, asked):
    world.agency.qualifications[0].valid_until = world.at.date() - timedelta(days=1)

    with refused(AgencyNotAdmitted, "agency_id", kind="appraisal"):
        asked.offer()


def test_a_suspended_agency_does_not_quote(world, asked):
    world.agency.stage = AgencyStage.SUSPENDED

    with refused(AgencyNotAdmitted, "agency_id"):
        asked.offer()


@pytest.mark.parametrize("fee_fen", [-1, 2**63])
def test_a_fee_is_zero_or_more_and_fits_the_ledger(asked, fee_fen):
    with refused(FeeUnsound, "fee_fen"):
        asked.offer(fee_fen=fee_fen)
    assert asked.offer(fee_fen=0).fee_fen == 0


def test_the_work_is_promised_for_no_later_than_was_asked(asked):
    latest = asked.commission.deliver_by

    with refused(DeliveryLate, "deliver_by", latest_on=latest.isoformat()):
        asked.offer(deliver_by=latest + timedelta(days=1))
    with refused(DeliveryLate, "deliver_by"):
        asked.offer(deliver_by=asked.commission.quote_by)
    assert asked.offer(deliver_by=latest).deliver_by == latest


def test_the_last_day_for_quotes_still_counts(world, asked):
    world.later(days=7)
    asked.offer(deliver_by=asked.commission.deliver_by)

    world.later(days=1)
    with refused(QuotingOver, until=asked.commission.quote_by.isoformat()):
        asked.offer(asked.other, deliver_by=asked.commission.deliver_by)


def test_an_offer_may_be_bettered_but_not_worsened(asked):
    first = asked.offer()
    day = first.deliver_by

    assert asked.offer(fee_fen=FEE_FEN - 1).fee_fen == FEE_FEN - 1
    with refused(OfferWorse, "fee_fen", fee_fen=FEE_FEN - 1):
        asked.offer()
    with refused(OfferWorse, "deliver_by", deliver_by=day.isoformat()):
        asked.offer(fee_fen=1, deliver_by=day + timedelta(days=1))


def test_an_offer_without_the_declaration_is_refused(asked):
    with refused(TiesUndeclared, "no_ties"):
        asked.offer(no_ties=False)


def test_declining_ends_the_quote_and_not_the_request(session, world, asked):
    quote = asked.quote_of()
    quoting.decline(session, quote.id, words="人手不足", actor=world.appraiser, at=world.at)

    assert (quote.stage, quote.words) == (QuoteStage.DECLINED, "人手不足")
    assert asked.commission.stage is Stage.REQUESTED
    with refused(IllegalMove):
        asked.offer()


def test_nobody_quotes_once_one_is_chosen(asked):
    asked.choose()

    with refused(IllegalMove, stage="engaged", act="quote"):
        asked.offer(asked.other)


# -- ties -----------------------------------------------------------------------------------------


def tie(world, asked, actor=None, kind=TieKind.OWES):
    return ties.declare(
        world.session, world.agency.id, party_id=world.party_of(asked.client).id, kind=kind,
        note="往来借款", actor=actor or world.appraiser, at=world.at,
    )  # fmt: skip


def test_an_agency_that_is_tied_to_the_client_does_not_quote_until_the_tie_ends(
    session, world, asked
):
    found = tie(world, asked)
    name = world.party_of(asked.client).name

    with refused(AgencyTied, party=name, kind="owes"):
        asked.offer()
    ties.end(session, found.id, actor=world.appraiser, at=world.at)
    assert asked.offer().stage is QuoteStage.OFFERED
    with refused(TieEnded):
        ties.end(session, found.id, actor=world.appraiser, at=world.at)


def test_a_tie_to_an_owner_counts_when_somebody_else_asks(world, stored):
    asked = Asked(world, stored, client=world.investor())
    owner = world.owner_of(stored)
    ties.declare(
        world.session, world.agency.id, party_id=world.party_of(owner).id, kind=TieKind.KIN,
        note="", actor=world.county_officer, at=world.at,
    )  # fmt: skip

    with refused(AgencyTied):
        asked.offer()


def test_a_tie_that_is_declared_after_the_offer_stops_the_choice(world, asked):
    quote = asked.offer()
    tie(world, asked)

    with refused(AgencyTied):
        asked.choose(quote)


def test_the_same_tie_is_declared_once_and_by_the_agency_or_the_county(world, asked):
    with refused(NotOurAgency):
        tie(world, asked, actor=world.appraisers_of(asked.other)[0])
    tie(world, asked)
    with refused(TieDeclared, "party_id"):
        tie(world, asked, actor=world.county_officer)
    tie(world, asked, kind=TieKind.KIN)


def test_what_the_county_declared_the_agency_does_not_end(session, world, asked):
    found = tie(world, asked, actor=world.county_officer)

    with refused(CountysTie):
        ties.end(session, found.id, actor=world.appraiser, at=world.at)
    ties.end(session, found.id, actor=world.other_county_officer, at=world.at)


def test_an_agency_does_not_quote_on_itself(session, world):
    firm = world.party(PartyKind.COMPANY, name=world.agency.name)
    firm.id_number = world.agency.licence
    firm.id_fingerprint = fingerprint(world.agency.licence)
    session.flush()
    manager = world.user("张经理", Role.INVESTOR, party=firm)
    asked = Asked(world, world.deposit(), client=manager)

    found = purse.find_party(session, world.agency)
    assert found is not None
    assert found.id == firm.id
    with refused(QuotesOnItself, party=firm.name):
        asked.offer()


def test_an_agency_does_not_quote_for_a_party_that_one_of_its_people_acts_for(
    session, world, asked
):
    colleague = session.get_one(User, world.second_appraiser.id)
    party = world.party_of(asked.client)
    colleague.memberships.append(Membership(party=party, since=world.at))
    session.flush()

    with refused(QuotesOnItself, party=party.name):
        asked.offer()


# -- recusal --------------------------------------------------------------------------------------


def test_an_appraiser_keeps_out_by_her_own_wish_or_a_partys(session, world, asked):
    asked.choose()
    told = {"reason": "同村", "at": world.at}

    with refused(NotYours):
        ties.recuse(session, asked.id, world.appraiser.id, actor=world.villager("李"), **told)
    with refused(NotItsAppraiser, "user_id"):
        ties.recuse(session, asked.id, world.officer.id, actor=asked.client, **told)
    with refused(TextMissing, "reason"):
        ties.recuse(
            session, asked.id, world.appraiser.id, reason="", actor=asked.client, at=world.at
        )
    ties.recuse(session, asked.id, world.appraiser.id, actor=world.appraiser, **told)
    with refused(RecusedAlready, "user_id"):
        ties.recuse(session, asked.id, world.appraiser.id, actor=asked.client, **told)
    with refused(Recused):
        asked.visit()
    asked.visit(actor=world.second_appraiser)


def test_an_owner_asks_that_an_appraiser_keeps_out_though_the_county_is_the_client(
    session, world, stored
):
    asked = Asked(world, stored, county=True)
    asked.choose()

    ties.recuse(
        session, asked.id, world.second_appraiser.id, reason="亲戚", actor=world.owner_of(stored),
        at=world.at,
    )  # fmt: skip
    assert [each.user_id for each in asked.commission.recusals] == [world.second_appraiser.id]


def test_after_the_work_nobody_is_recused_any_more(session, world, asked):
    asked.deliver()

    with refused(CommissionEnded, stage="delivered"):
        ties.recuse(
            session, asked.id, world.appraiser.id, reason="同村", actor=asked.client, at=world.at
        )
