"""The agency's desk: what its appraisers see, valuing by each method, and two signatures."""

from collections.abc import Iterator
from io import BytesIO
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from database.directory import Bank
from tests.web.desk import Desk
from tests.world import World, pdf, photo
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.methods import METHODS

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


@pytest.fixture
def desk(committed_bank: Bank) -> Iterator[Desk]:
    desk = Desk(committed_bank)
    yield desk
    desk.close()


def address(world: World, deposit: Deposit, method: str = "income") -> str:
    return f"/agency/commissions/{world.commission_of(deposit).id}?method={method}"


def saving(world: World, report: bytes | None = None, **changed: str) -> dict[str, object]:
    day = world.at.date().isoformat()
    data: dict[str, object] = {**INCOME, "valuation_date": day, "step": "save", "key": world.key()}
    data["report"] = (BytesIO(pdf("报告") if report is None else report), "评估报告.pdf")
    return data | changed


def drafted(desk: Desk) -> Appraisal | None:
    with desk.session() as session:
        return session.scalars(select(Appraisal)).first()


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
        where = address(world, deposit)
        hidden = deposit.party.id_number
    browser = desk.browser(world.appraiser)

    for page in (browser.get(where).text, browser.get(where.split("?")[0]).text):
        assert "欧阳" not in page
        assert hidden not in page
        assert "Person" in page


@pytest.mark.parametrize(
    "method", [name for name, method in METHODS.items() if method.purpose == "value"]
)
@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_method_has_its_form(desk: Desk, method: str, language: str) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE), method)

    page = desk.browser(world.appraiser, language=language).get(where)

    assert page.status_code == 200
    assert 'name="valuation_date"' in page.text


@pytest.mark.parametrize("method", ["rent", "condition", "hydropower_value", "magic"])
def test_a_method_that_values_nothing_has_no_form(desk: Desk, method: str) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE), method)

    assert desk.browser(world.appraiser).get(where).status_code == 404


def test_the_value_can_be_looked_at_before_it_is_kept(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE))
    data = {**INCOME, "step": "preview", "valuation_date": world.at.date().isoformat()}

    answer = desk.browser(world.appraiser).post(where, data=data)

    assert answer.status_code == 200
    assert "229,398.42" in answer.text
    assert "a(r,n)" in answer.text
    assert drafted(desk) is None


def test_what_a_method_refuses_stands_beside_its_field_with_what_was_typed(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE))
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
        where = address(world, world.deposit(Stage.ON_NOTICE), "comparison")
    browser = desk.browser(world.appraiser)
    data = {
        "amounts_per": "whole",
        "reconciliation": "mean",
        "valuation_date": world.at.date().isoformat(),
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
        where = address(world, world.deposit(Stage.ON_NOTICE), "comparison")
    data = {"amounts_per": "whole", "reconciliation": "mean", "step": "preview"}

    answer = desk.browser(world.appraiser).post(where, data=data)

    assert answer.status_code == 422
    assert "at least one comparable" in answer.text


def test_rows_of_any_method_are_filled_in_one_by_one(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE), "stumpage")
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


def test_a_draft_needs_a_report_that_is_a_pdf_and_a_day(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE))
    browser = desk.browser(world.appraiser)

    for report in (b"", photo(), b"%PDF-1.7 broken"):
        answer = browser.post(where, data=saving(world, report))
        assert answer.status_code == 422
        assert 'id="report-error"' in answer.text
    for day in ("", "soon", "2999-01-01", "1999-01-01"):
        answer = browser.post(where, data=saving(world, valuation_date=day))
        assert answer.status_code == 422
        assert 'id="valuation_date-error"' in answer.text
    assert drafted(desk) is None


def test_a_draft_is_kept_once_and_issued_by_two_signatures(desk: Desk) -> None:
    with desk.world(days=3) as world:
        where = address(world, world.deposit(Stage.ON_NOTICE))
    first, second = desk.browser(world.appraiser), desk.browser(world.second_appraiser)

    answers = [first.post(where, data=saving(world, key="once")) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    here = answers[0].headers["Location"]
    assert here == answers[1].headers["Location"]

    assert "229,398.42" in first.get(here).text
    first.post(f"{here}/sign", data={"key": "a"})
    assert stage_of(desk, here) is AppraisalStage.SIGNED
    assert "Sign this appraisal" not in first.get(here).text
    assert 'role="alert"' in sign(first, here)
    assert stage_of(desk, here) is AppraisalStage.SIGNED
    assert "Sign this appraisal" in second.get(here).text
    sign(second, here)

    assert stage_of(desk, here) is AppraisalStage.ISSUED
    assert "Sign this appraisal" not in second.get(here).text
    assert "delivered" in second.get("/agency?work=delivered").text


def sign(browser: FlaskClient, here: str) -> str:
    return browser.post(f"{here}/sign", follow_redirects=True).text


def stage_of(desk: Desk, here: str) -> AppraisalStage:
    with desk.session() as session:
        return session.get_one(Appraisal, UUID(here.rsplit("/", 1)[1])).stage


def test_a_draft_can_be_put_aside_but_an_issued_appraisal_cannot(desk: Desk) -> None:
    with desk.world(days=3) as world:
        kept = world.deposit(Stage.ON_NOTICE)
        where = address(world, kept)
        issued = world.appraise(world.deposit(Stage.ON_NOTICE))
    browser = desk.browser(world.appraiser)
    here = browser.post(where, data=saving(world)).headers["Location"]

    browser.post(f"{here}/withdraw")
    assert stage_of(desk, here) is AppraisalStage.WITHDRAWN
    browser.post(f"/agency/appraisals/{issued.id}/withdraw")
    assert stage_of(desk, str(f"/{issued.id}")) is AppraisalStage.ISSUED


def test_a_deposit_that_went_back_is_not_valued(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        where = address(world, deposit)
    officer = desk.browser(world.officer)
    officer.post(f"/township/{deposit.id}/send-back", data={"reason": "重新测量"})
    browser = desk.browser(world.appraiser)

    assert "Nothing to value" in browser.get("/agency").text
    assert "Commission withdrawn" in browser.get("/agency?work=withdrawn").text
    assert "commissioned anew" in browser.get(where.split("?")[0]).text
    assert browser.post(where, data=saving(world)).status_code == 409
    assert drafted(desk) is None


def test_another_agency_can_neither_read_nor_sign(desk: Desk) -> None:
    with desk.world(days=3) as world:
        appraisal = world.appraise(world.deposit(Stage.ON_NOTICE))
        other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
    browser = desk.browser(other)

    assert browser.get(f"/agency/appraisals/{appraisal.id}").status_code == 403
    assert browser.post(f"/agency/appraisals/{appraisal.id}/sign").status_code == 403
