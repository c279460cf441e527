"""The agency's desk: what its appraisers see, valuing by each method, and two signatures."""

from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.parameters import keeping
from database.actor import Role
from tests.web.desk import Desk
from tests.world import World, pdf, photo
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal, SoleGround
from valuation.commissions.tables import Commission, SitePhoto
from valuation.methods import METHODS
from valuation.parameters.beginning import open_begin_tables

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

INCOME = {
    "amounts_per": "whole",
    "income_yuan": "20,000",
    "expense_yuan": "0",
    "rate": "6%",
    "duration": "term",
    "term_years": "20",
    "timing": "end",
}


def empty(world: World, deposit: Deposit | None = None) -> str:
    """The address of an empty draft for the deposit, or for any."""
    begun = world.begin(deposit or world.deposit(Stage.ON_NOTICE))
    return f"/agency/appraisals/{begun.id}"


def address(world: World, method: str = "income") -> str:
    """The address of a method's form, of an empty draft."""
    return f"{empty(world)}/methods/{method}"


def kept(desk: Desk) -> list[str]:
    """The methods of all drafts."""
    with desk.session() as session:
        return [method for each in session.scalars(select(Appraisal)) for method in each.methods]


def found(desk: Desk, here: str) -> Appraisal:
    """The appraisal at this address, as it was kept."""
    with desk.session() as session:
        appraisal = session.get_one(Appraisal, UUID(here.rsplit("/", 1)[1]))
        assert appraisal.results is not None
        return appraisal


def test_an_agency_sees_its_own_commissions_only(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        commission = world.commission_of(deposit)
        other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
    ours, theirs = desk.browser(world.appraiser), desk.browser(other)

    assert commission.number in ours.get("/agency").text
    assert ours.get(f"/agency/commissions/{commission.id}").status_code == 200
    assert commission.number not in theirs.get("/agency").text
    assert theirs.get(f"/agency/commissions/{commission.id}").status_code == 403
    assert desk.browser(world.officer).get("/agency").status_code == 403


def test_the_appraiser_learns_no_more_of_the_owner_than_her_kind(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE, owner=world.villager("欧阳桂花"))
        commission = f"/agency/commissions/{world.commission_of(deposit).id}"
        here = empty(world, deposit)
        hidden = deposit.party.id_number
    browser = desk.browser(world.appraiser)

    for page in (browser.get(where).text for where in (commission, here, f"{here}/methods/income")):
        assert "欧阳" not in page
        assert hidden not in page
        assert "Person" in page


@pytest.mark.parametrize(
    "method", [name for name, method in METHODS.items() if method.purpose == "value"]
)
@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_method_has_its_form(desk: Desk, method: str, language: str) -> None:
    with desk.world(days=3) as world:
        where = address(world, method)

    page = desk.browser(world.appraiser, language=language).get(where)

    assert page.status_code == 200
    assert 'value="save"' in page.text


@pytest.mark.parametrize("method", ["rent", "condition", "hydropower_value", "magic"])
def test_a_method_that_values_nothing_has_no_form(desk: Desk, method: str) -> None:
    with desk.world(days=3) as world:
        where = address(world, method)

    assert desk.browser(world.appraiser).get(where).status_code == 404


def test_the_value_can_be_looked_at_before_it_is_kept(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world)

    answer = desk.browser(world.appraiser).post(where, data={**INCOME, "step": "preview"})

    assert answer.status_code == 200
    assert "229,398.42" in answer.text
    assert "a(r,n)" in answer.text
    assert kept(desk) == []


def test_what_a_method_refuses_stands_beside_its_field_with_what_was_typed(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world)
    data = {**INCOME, "rate": "6", "income_yuan": "two", "step": "preview"}

    answer = desk.browser(world.appraiser, language="zh_Hans_CN").post(where, data=data)

    assert answer.status_code == 422
    assert 'id="rate-error"' in answer.text
    assert 'id="income_yuan-error"' in answer.text
    assert "请填写数字" in answer.text
    assert 'value="two"' in answer.text


def row(number: int, **given: str) -> dict[str, str]:
    return {f"comparables-{number}-{name}": value for name, value in given.items()}


def test_a_comparables_problem_stands_in_its_row_and_rows_can_be_added(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, "comparison")
    browser = desk.browser(world.appraiser)
    data = {
        "amounts_per": "whole",
        "reconciliation": "mean",
        **row(0, label="甲", price_yuan="500000", date_factor="105/100"),
        **row(1, label="乙", price_yuan="-3"),
        **row(2, transaction_factor="1"),
    }

    answer = browser.post(where, data={**data, "step": "preview"})
    assert answer.status_code == 422
    assert 'id="comparables-1-price_yuan-error"' in answer.text
    assert 'id="comparables-2-price_yuan-error"' not in answer.text

    more = browser.post(where, data={**data, "step": "more"})
    assert more.status_code == 200
    assert 'name="comparables-3-price_yuan"' in more.text
    assert 'value="-3"' in more.text

    mended = browser.post(where, data={**data, **row(1, price_yuan="515000"), "step": "preview"})
    assert "520,000.00" in mended.text


def test_a_comparison_without_comparables_says_so_on_top(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, "comparison")
    data = {"amounts_per": "whole", "reconciliation": "mean", "step": "preview"}

    answer = desk.browser(world.appraiser).post(where, data=data)

    assert answer.status_code == 422
    assert "at least one comparable" in answer.text


def test_rows_of_any_method_are_filled_in_one_by_one(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, "stumpage")
    browser = desk.browser(world.appraiser)
    logs = {"yield_rate": "38%", "price_yuan": "650", "cost_yuan": "72", "profit_yuan": "222.4"}
    poles = {"yield_rate": "22%", "price_yuan": "350", "cost_yuan": "72", "profit_yuan": "-1"}
    data = {"amounts_per": "whole", "volume_m3": "180", "step": "preview"}
    for number, assortment in enumerate((logs, poles)):
        data |= {f"assortments-{number}-{name}": given for name, given in assortment.items()}

    answer = browser.post(where, data=data)
    assert answer.status_code == 422
    assert 'id="assortments-1-profit_yuan-error"' in answer.text

    mended = browser.post(where, data=data | {"assortments-1-profit_yuan": "119.7"})
    assert "30,591.72" in mended.text

    more = browser.post(where, data=data | {"step": "more"})
    assert 'name="assortments-2-price_yuan"' in more.text


# -- from the commission to the second signature --------------------------------------------------


def test_nothing_is_begun_before_a_visit_and_for_a_day_that_does_not_count(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        commission = world.commission_of(deposit)
        where = f"/agency/commissions/{commission.id}"
    browser = desk.browser(world.appraiser)
    today = {"valuation_date": world.at.date().isoformat()}

    assert "once a visit is on record" in browser.get(where).text
    refused = browser.post(where, data=today)
    assert refused.status_code == 409
    assert "Record the visit first" in refused.text
    with desk.session() as session:
        world.session = session
        world.visit(session.get_one(Commission, commission.id), deposit.asset_id)
        session.commit()
    page = browser.get(where).text
    assert "四至清楚" in page
    assert "Begin to value it" in page
    for day in ("", "soon", "2999-01-01", "1999-01-01"):
        answer = browser.post(where, data={"valuation_date": day})
        assert answer.status_code == 422
        assert 'id="valuation_date-error"' in answer.text

    answers = [browser.post(where, data=today | {"key": "once"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert answers[0].headers["Location"].endswith("/methods")
    assert "Go on with V-" in browser.get(where).text
    again = browser.post(where, data=today)
    assert (again.status_code, "put it aside first" in again.text) == (409, True)


def test_of_two_assets_each_has_its_own_page(desk: Desk) -> None:
    with desk.world(days=3) as world:
        one, other = world.deposit(Stage.ON_NOTICE), world.deposit(Stage.ON_NOTICE)
        commission = world.commission(one, other)
        world.visit(commission, other.asset_id)
        elsewhere = world.deposit(Stage.ON_NOTICE)
    browser = desk.browser(world.appraiser)
    where = f"/agency/commissions/{commission.id}?asset="

    assert "四至清楚" not in browser.get(f"{where}{one.asset_id}").text
    assert "四至清楚" in browser.get(f"{where}{other.asset_id}").text
    assert f"asset={other.asset_id}" in browser.get(f"{where}{one.asset_id}").text
    assert browser.get(f"{where}{elsewhere.asset_id}").status_code == 404


def test_a_value_is_kept_and_can_be_taken_out_again(desk: Desk) -> None:
    with desk.world(days=3) as world:
        here = empty(world)
    browser = desk.browser(world.appraiser)
    where = f"{here}/methods/income"

    answer = browser.post(where, data={**INCOME, "step": "save"})
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    page = browser.get(here).text
    assert "229,398.42" in page
    assert "a(r,n)" in page
    again = browser.post(where, data={**INCOME, "step": "save"})
    assert (again.status_code, "by this method" in again.text) == (422, True)
    assert "In the draft" in browser.get(f"{here}/methods").text
    assert kept(desk) == ["income"]

    browser.post(f"{here}/drop/1")
    assert kept(desk) == []
    assert 'role="alert"' in browser.post(f"{here}/drop/1", follow_redirects=True).text


def valued(desk: Desk, *, by: int = 2, days: float = 3) -> tuple[World, str]:
    """A draft with the values of so many methods, and its address."""
    with desk.world(days=days) as world:
        appraisal = world.draft(world.deposit(Stage.ON_NOTICE))
        if by > 1:
            world.compare(appraisal, 240_000)
    return world, f"/agency/appraisals/{appraisal.id}"


MEAN = {"reconciliation": "mean", "reason": "两种方法同样可靠"}


def test_the_values_stand_side_by_side_with_what_each_way_comes_to(desk: Desk) -> None:
    world, here = valued(desk)

    page = desk.browser(world.appraiser).get(f"{here}/conclude").text

    assert "229,398.42" in page
    assert "240,000.00" in page
    assert "4.6 % above the lowest" in page
    assert "-2.3 %" in page
    assert "234,699.21" in page
    assert "No value occurs more often" in page
    assert "Why one method suffices" not in page


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"reconciliation": "mean"}, 23_469_921),
        ({"reconciliation": "median"}, 23_469_921),
        ({"reconciliation": "weighted", "weight_1": "75", "weight_2": "25%"}, 23_204_882),
        ({"reconciliation": "mean", "weight_1": "75"}, 23_469_921),
    ],
)
def test_several_values_become_one(desk: Desk, given: dict[str, str], value: int) -> None:
    world, here = valued(desk)

    answer = desk.browser(world.appraiser).post(f"{here}/conclude", data=MEAN | given)

    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    appraisal = found(desk, here)
    assert (appraisal.stage, appraisal.value_fen) == (AppraisalStage.CONCLUDED, value)
    assert (appraisal.reason, appraisal.report_id) == (MEAN["reason"], None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reconciliation": ""}, "reconciliation"),
        ({"reconciliation": "magic"}, "reconciliation"),
        ({"reconciliation": "mode"}, "reconciliation"),
        ({"reconciliation": "weighted", "weight_1": "75", "weight_2": "24"}, "weight_1"),
        ({"reconciliation": "weighted", "weight_1": "75", "weight_2": "a"}, "weight_2"),
        ({"reconciliation": "weighted", "weight_1": "75", "weight_2": "-1"}, "weight_2"),
        ({"reconciliation": "weighted", "weight_1": "75", "weight_2": ""}, "weight_2"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_what_is_wrong_with_the_statement_stands_at_its_field(
    desk: Desk, given: dict[str, str], field: str
) -> None:
    world, here = valued(desk)

    answer = desk.browser(world.appraiser).post(f"{here}/conclude", data=MEAN | given)

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert found(desk, here).stage is AppraisalStage.DRAFT


def test_weights_that_do_not_sum_are_told_with_their_sum_in_the_readers_language(
    desk: Desk,
) -> None:
    world, here = valued(desk)
    data = MEAN | {"reconciliation": "weighted", "weight_1": "75", "weight_2": "24"}

    page = desk.browser(world.appraiser).post(f"{here}/conclude", data=data).text

    assert "now they make 99 %." in page
    assert 'value="24"' in page


@pytest.mark.parametrize("ground", ["law", "only_applicable", "conditions"])
def test_one_method_suffices_on_a_ground_and_with_a_reason(desk: Desk, ground: str) -> None:
    world, here = valued(desk, by=1)
    browser = desk.browser(world.appraiser)

    page = browser.get(f"{here}/conclude").text
    assert "Only this method is applicable" in page
    assert 'name="reconciliation"' not in page
    without = browser.post(f"{here}/conclude", data={"reason": "急"})
    assert without.status_code == 422
    assert 'id="sole_ground-error"' in without.text
    answer = browser.post(f"{here}/conclude", data={"reason": "仅此适用", "sole_ground": ground})

    assert answer.status_code == 302
    appraisal = found(desk, here)
    assert (appraisal.value_fen, appraisal.sole_ground) == (22_939_842, SoleGround(ground))
    assert "仅此适用" in browser.get(here).text


def test_the_agencys_own_report_is_a_pdf_or_none(desk: Desk) -> None:
    world, here = valued(desk)
    browser = desk.browser(world.appraiser)

    for content in (b"", photo(), b"%PDF-1.7 broken"):
        report = (BytesIO(content), "评估报告.pdf")
        answer = browser.post(f"{here}/conclude", data=MEAN | {"report": report})
        assert answer.status_code == 422
        assert 'id="report-error"' in answer.text
        assert MEAN["reason"] in answer.text
    assert found(desk, here).stage is AppraisalStage.DRAFT
    report = (BytesIO(pdf("报告")), "评估报告.pdf")
    assert browser.post(f"{here}/conclude", data=MEAN | {"report": report}).status_code == 302

    assert found(desk, here).report_id is not None
    assert "评估报告.pdf" in browser.get(here).text


def test_an_empty_draft_has_nothing_to_state(desk: Desk) -> None:
    with desk.world(days=3) as world:
        here = empty(world)
    browser = desk.browser(world.appraiser)

    assert browser.get(f"{here}/conclude").headers["Location"] == here
    assert browser.post(f"{here}/conclude", data=MEAN).headers["Location"] == here
    assert "No value yet" in browser.get(here).text


def test_it_is_reviewed_by_a_colleague_signed_by_two_and_issued(desk: Desk) -> None:
    world, here = valued(desk)
    first, second = desk.browser(world.appraiser), desk.browser(world.second_appraiser)
    first.post(f"{here}/conclude", data=MEAN)

    assert "A colleague of your agency reviews it next" in first.get(here).text
    assert "It is sound" not in first.get(here).text
    assert "You drafted this appraisal" in act(first, here, "review")
    assert 'role="alert"' in act(first, here, "sign")
    page = second.get(here).text
    assert "It is sound" in page
    assert "a(r,n)" in page
    assert MEAN["reason"] in page
    assert "四至清楚" in page
    assert "Waiting for internal review" in second.get("/agency?work=review").text
    act(second, here, "review")
    assert found(desk, here).stage is AppraisalStage.REVIEWED

    act(first, here, "sign")
    assert found(desk, here).stage is AppraisalStage.SIGNED
    assert "Sign this appraisal" not in first.get(here).text
    assert 'role="alert"' in act(first, here, "sign")
    assert "Sign this appraisal" in second.get(here).text
    assert "issued" in act(second, here, "sign")

    assert found(desk, here).stage is AppraisalStage.ISSUED
    page = second.get(here).text
    assert "Sign this appraisal" not in page
    assert page.index("Draft begun") < page.index("found sound") < page.index("and issued")
    assert "delivered" in second.get("/agency?work=delivered").text


def act(browser: FlaskClient, here: str, what: str) -> str:
    return browser.post(f"{here}/{what}", follow_redirects=True).text


def test_what_is_sent_back_says_why_and_keeps_what_was_stated(desk: Desk) -> None:
    world, here = valued(desk)
    first, second = desk.browser(world.appraiser), desk.browser(world.second_appraiser)
    weighted = MEAN | {"reconciliation": "weighted", "weight_1": "60", "weight_2": "40"}
    first.post(f"{here}/conclude", data=weighted)

    assert "Send it back" not in first.get(here).text
    without = second.post(f"{here}/send-back", data={"reason": " "})
    assert without.status_code == 422
    assert 'id="reason-error"' in without.text
    own = first.post(f"{here}/send-back", data={"reason": "我自己改"})
    assert own.status_code == 403
    answer = second.post(f"{here}/send-back", data={"reason": "折现率偏低"})
    assert answer.status_code == 302

    assert found(desk, here).stage is AppraisalStage.DRAFT
    assert "折现率偏低" in first.get(here).text
    form = first.get(f"{here}/conclude").text
    assert MEAN["reason"] in form
    assert 'value="60"' in form


def test_a_draft_can_be_put_aside_but_an_issued_appraisal_cannot(desk: Desk) -> None:
    with desk.world(days=3) as world:
        here = empty(world)
        issued = world.appraise(world.deposit(Stage.ON_NOTICE))
    browser = desk.browser(world.appraiser)

    browser.post(f"{here}/withdraw")
    assert found(desk, here).stage is AppraisalStage.WITHDRAWN
    browser.post(f"/agency/appraisals/{issued.id}/withdraw")
    assert found(desk, f"/{issued.id}").stage is AppraisalStage.ISSUED


def test_a_deposit_that_went_back_is_not_valued(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        commission = world.commission_of(deposit)
        here = empty(world, deposit)
    officer = desk.browser(world.officer)
    officer.post(f"/township/{deposit.id}/send-back", data={"reason": "重新测量"})
    browser = desk.browser(world.appraiser)

    assert "Nothing to value" in browser.get("/agency").text
    assert "Commission withdrawn" in browser.get("/agency?work=withdrawn").text
    assert "commissioned anew" in browser.get(f"/agency/commissions/{commission.id}").text
    answer = browser.post(f"{here}/methods/income", data={**INCOME, "step": "save"})
    assert answer.status_code == 409
    assert kept(desk) == []


def test_another_agency_can_neither_read_nor_act(desk: Desk) -> None:
    with desk.world(days=3) as world:
        here = empty(world)
        other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
    browser = desk.browser(other)

    for where in ("", "/methods", "/methods/income", "/conclude"):
        assert browser.get(f"{here}{where}").status_code == 403
    for what in ("methods/income", "conclude", "drop/1", "review", "send-back", "sign", "withdraw"):
        assert browser.post(f"{here}/{what}").status_code == 403


def test_photos_of_a_visit_are_for_the_agency_and_the_town(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        visit = world.visit(world.commission_of(deposit), deposit.asset_id)
        picture = world.document(world.appraiser, content=photo(), name="现场.jpg")
        visit.photos.append(SitePhoto(number=1, document_id=picture.id))
        here = empty(world, deposit)
        other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
        elsewhere = world.user("邻镇干部", Role.TOWNSHIP, township="330523107")
    where = f"/documents/{picture.id}/preview?size=small"

    assert where in desk.browser(world.second_appraiser).get(here).text
    for reader in (world.second_appraiser, world.officer, world.county_officer):
        assert desk.browser(reader).get(where).status_code == 200
    for reader in (other, elsewhere, world.villager("别人")):
        assert desk.browser(reader).get(where).status_code == 404


# -- the county's figures -------------------------------------------------------------------------


def rate_on_offer(world: World) -> str:
    """The county keeps a capitalisation rate for woodland; its place on a method's form."""
    open_begin_tables(world.session)
    version = keeping.add_version(
        world.session,
        "capitalisation_rate",
        rows=[{"keys": {"kind": "woodland"}, "value": "0.06"}],
        valid_from=date(2025, 1, 1),
        base_date=date(2025, 1, 1),
        source="安政发〔2025〕1号",
        actor=world.county_officer,
        at=world.at,
        key=world.key(),
    )
    return f"capitalisation_rate|{version.number}|woodland"


def test_a_figure_taken_from_a_table_fills_its_field_and_is_kept_with_its_version(
    desk: Desk,
) -> None:
    with desk.world(days=3) as world:
        place = rate_on_offer(world)
        here = empty(world)
    browser, where = desk.browser(world.appraiser), f"{here}/methods/income"
    data = INCOME | {"rate": "", "parameter-rate": place}

    assert f'value="{place}"' in browser.get(where).text
    looked_at = browser.post(where, data=data | {"step": "preview"}).text
    assert "229,398.42" in looked_at
    assert browser.post(where, data=data | {"step": "save"}).status_code == 302

    (result,) = found(desk, here).results
    (taken,) = result.parameters
    assert (taken["field"], taken["table"], taken["value"]) == (
        "rate",
        "capitalisation_rate",
        "0.06",
    )
    assert "Taken from the county" in browser.get(here).text


@pytest.mark.parametrize(
    "changed", [{"parameter-rate": "rates|9|woodland"}, {"rate": "7%"}, {"parameter-magic": "x"}]
)
def test_a_figure_that_no_table_offers_or_that_was_changed_is_not_kept(
    desk: Desk, changed: dict[str, str]
) -> None:
    with desk.world(days=3) as world:
        place = rate_on_offer(world)
        where = address(world)
    data = INCOME | {"rate": "", "parameter-rate": place, "step": "save"} | changed

    answer = desk.browser(world.appraiser).post(where, data=data)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert kept(desk) == []
