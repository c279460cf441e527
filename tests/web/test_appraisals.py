"""Checking a report: the public page, whose report may be opened by whom, the agency's preview."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from bank.appraisals import reporting
from bank.calendar import local_date
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from database.actor import Role
from tests.web.visiting import Site, text_of
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal, Divergence, DivergenceStage, MethodResult
from valuation.commissions.lifecycle import Stage as CommissionStage

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def appraisal(site: Site) -> Appraisal:
    """An issued appraisal of a villager's land that is not stored yet."""
    deposit = site.world.deposit(Stage.CLEARED, owner=site.world.villager("欧阳桂花"))
    return site.world.appraise(deposit)


def page(site: Site, appraisal: Appraisal) -> str:
    return text_of(site.visitor().get(f"/appraisals/{appraisal.number}"))


def test_anyone_sees_who_answers_for_it_how_long_it_holds_and_its_hash(site, appraisal):
    said = page(site, appraisal)

    for word in (
        "安吉诚信资产评估所", "孙评估", "赵评估", "It is in force", "that day included",
        appraisal.report_sha256, "came out the same",
    ):  # fmt: skip
        assert word in said
    record = reporting.find_record(site.session, appraisal)
    assert record is not None
    shown = site.visitor().get(f"/appraisals/{appraisal.number.lower()}").text
    assert f"/ledger/proof/{record.id}" in shown


def test_nobody_learns_whose_land_it_is_nor_a_value_that_is_not_public(site, appraisal):
    raw = site.visitor().get(f"/appraisals/{appraisal.number}").text

    assert "欧阳" not in raw
    assert "229,398" not in raw
    assert "景溪村" not in raw


def test_the_value_of_what_the_catalogue_offers_is_shown_with_a_way_there(site):
    deposit = site.world.deposit()
    found = site.session.query(Appraisal).one()

    raw = site.visitor().get(f"/appraisals/{found.number}").text

    assert "229,398.42" in raw
    assert f"/catalogue/{deposit.id}" in raw


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stage": AppraisalStage.SET_ASIDE}, "Set aside"),
        ({"stage": AppraisalStage.SUPERSEDED}, "A later report took its place"),
        ({"valid_until": None}, "Its validity is over"),
        ({"in_force_from": None}, "Its result is still on display"),
    ],
)
def test_where_it_stands_today(site, appraisal, change, said):
    site.to_the_present()
    if "valid_until" in change:
        change = {"valid_until": site.world.at.date() - timedelta(days=2)}
    if "in_force_from" in change:
        change = {"in_force_from": site.world.at + timedelta(days=3)}
    site.session.execute(update(Appraisal).values(**change))
    site.session.expire_all()

    assert said in page(site, appraisal)


def test_it_holds_on_its_last_day(site, appraisal):
    site.to_the_present()
    site.session.execute(update(Appraisal).values(valid_until=local_date(site.world.at)))
    site.session.expire_all()

    assert "It is in force" in page(site, appraisal)


def test_disputed_overturned_and_under_review(site, appraisal):
    appraisal.commission.stage = CommissionStage.DISPUTED
    assert "Disputed" in page(site, appraisal)
    appraisal.commission.stage = CommissionStage.OVERTURNED
    assert "Set aside" in page(site, appraisal)
    appraisal.commission.stage = CommissionStage.ACCEPTED
    other = site.world.appraise(site.world.deposit(Stage.CLEARED))
    site.session.add(
        Divergence(
            asset_id=appraisal.asset_id,
            lower_id=appraisal.id,
            higher_id=other.id,
            stage=DivergenceStage.OPEN,
            difference_ppm=300_000,
            opened_at=site.world.at,
        )
    )
    assert "Under review" in page(site, appraisal)


def test_what_is_not_issued_and_what_is_unknown_look_the_same(site):
    draft = site.world.draft(site.world.deposit(Stage.CLEARED))
    visitor = site.visitor()

    for number in (draft.number, "V-1999-000001", "<script>"):
        answer = visitor.get(f"/appraisals/{number}")
        assert answer.status_code == 404
        assert "<script>1" not in answer.text


def test_what_came_out_otherwise_is_said_to_all_and_named_to_auditors(site, appraisal):
    site.session.execute(update(MethodResult).values(value_fen=MethodResult.value_fen + 1))
    auditor = site.world.user("审计", Role.AUDITOR)

    said = page(site, appraisal)
    told = text_of(site.visitor(auditor).get(f"/appraisals/{appraisal.number}"))

    assert "something came out otherwise" in said
    assert "22939843 fen" not in said
    assert "22939843 fen" in told


def test_its_square_code_leads_to_it(site, appraisal):
    answer = site.visitor().get(f"/appraisals/{appraisal.number}/code.svg")

    assert answer.mimetype == "image/svg+xml"


def test_its_number_is_found_where_numbers_are_checked(site, appraisal):
    answer = site.visitor().get("/verify", query_string={"number": appraisal.number})

    assert answer.headers["Location"].endswith(f"/appraisals/{appraisal.number}")


def test_owner_agency_and_offices_open_the_report_and_nobody_else(site, appraisal):
    address = f"/documents/{appraisal.report_id}"
    readers = {
        site.world.owner_of(site.session.query(Deposit).one()): 200,
        site.world.appraiser: 200,
        site.world.auditor: 200,
        site.world.villager("李小芳"): 404,
        site.world.appraisers_of(site.world.new_agency("湖州另一家"))[0]: 404,
    }

    for reader, status in readers.items():
        with site.visitor(reader).get(address) as answer:
            assert answer.status_code == status, reader.name
    assert site.visitor().get(address).status_code == 404


def test_the_owner_does_not_open_a_report_before_it_is_issued(site):
    deposit = site.world.deposit(Stage.CLEARED)
    draft = site.world.draft(deposit)
    site.world.conclude(draft)

    owner = site.world.owner_of(deposit)
    assert site.visitor(owner).get(f"/documents/{draft.report_id}").status_code == 404


def test_the_agency_previews_a_draft_and_no_one_else_does(site):
    draft = site.world.draft(site.world.deposit(Stage.CLEARED))
    address = f"/agency/appraisals/{draft.id}/report.pdf"

    answer = site.visitor(site.world.appraiser).get(address)

    assert answer.mimetype == "application/pdf"
    assert "草稿" in PdfReader(BytesIO(answer.data)).pages[0].extract_text()
    other = site.world.appraisers_of(site.world.new_agency("湖州另一家"))[0]
    assert site.visitor(other).get(address).status_code == 403
    assert site.visitor(site.world.officer).get(address).status_code == 403
