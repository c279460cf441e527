"""The county's pages of differing appraisals: found from its desk, compared, and settled."""

import pytest
from sqlalchemy import select

from tests.web.desk import Desk
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def test_the_county_compares_two_appraisals_and_keeps_one(desk: Desk) -> None:
    with desk.world(days=40) as world:
        deposit = world.deposit()
        agency = world.new_agency("湖州正源资产评估事务所")
        commission = world.commission(deposit, agency=agency)
        higher = world.appraise(deposit, commission=commission, yearly_yuan=40_000)
        review = world.session.scalars(select(Divergence)).one()
        ids, lower_id, higher_id = review.id, review.lower_id, higher.id
        officer, owner = world.county_officer, world.owner_of(deposit)
    address = f"/county/divergences/{ids}"
    visitor = desk.browser(officer)

    assert "/county/divergences" in visitor.get("/county").text
    assert address in visitor.get("/county/divergences").text
    shown = visitor.get(address).text
    assert "湖州正源资产评估事务所" in shown
    assert "100.0 %" in shown
    assert desk.browser(owner).get(address).status_code == 403

    unsaid = visitor.post(address, data={"kept": str(lower_id), "reason": "", "key": "k-1"})
    assert "Say why this one is kept." in unsaid.text
    sent = {"kept": str(lower_id), "reason": "收益口径更可靠", "key": "k-2"}
    assert visitor.post(address, data=sent).status_code == 302

    with desk.session() as session:
        assert session.get_one(Divergence, ids).stage is DivergenceStage.SETTLED
        assert session.get_one(Appraisal, higher_id).stage is Stage.SET_ASIDE
    assert "收益口径更可靠" in visitor.get(address).text


def test_the_owner_and_the_agencies_are_told_what_a_review_means(desk: Desk) -> None:
    with desk.world(days=40) as world:
        deposit, quiet = world.deposit(), world.deposit()
        agency = world.new_agency("湖州正源资产评估事务所")
        commission = world.commission(deposit, agency=agency)
        higher = world.appraise(deposit, commission=commission, yearly_yuan=40_000)
        review = world.session.scalars(select(Divergence)).one()
        ids, lower_id, higher_id = review.id, review.lower_id, higher.id
        home, other_home = f"/deposits/{deposit.id}", f"/deposits/{quiet.id}"
        owner, other_owner = world.owner_of(deposit), world.owner_of(quiet)
        officer, (appraiser, _) = world.county_officer, world.appraisers_of(agency)
    villager, valuer = desk.browser(owner), desk.browser(appraiser)

    told = villager.get(home).text
    assert "their values differ by more than 20%" in told
    assert "no project can collect your land" in told
    assert "You need do nothing." in told
    assert "two values that differ" not in desk.browser(other_owner).get(other_home).text
    theirs = valuer.get(f"/agency/appraisals/{higher_id}").text
    assert "the two values differ by more than 20%" in theirs
    assert (
        "安吉诚信资产评估所" not in theirs
    )  # the other agency's name and value are not its business

    sent = {"kept": str(lower_id), "reason": "收益口径更可靠", "key": "k-1"}
    assert desk.browser(officer).post(f"/county/divergences/{ids}", data=sent).status_code == 302

    assert "two values that differ" not in villager.get(home).text
    assert "the two values differ" not in valuer.get(f"/agency/appraisals/{higher_id}").text
