"""The report of an issued appraisal: kept, on record in the ledger, drawn up if none was given."""

from io import BytesIO
from typing import Any, cast
from uuid import UUID

import pytest
from pypdf import PdfReader

from bank import accounts, auditing
from bank.appraisals import reporting, valuing
from bank.appraisals.checking import Standing, check
from bank.deposits.latest import latest_deposit
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.files.documents import get_document, read
from bank.files.tables import Visibility
from tests.world import World, photo
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal, Reconciliation
from valuation.commissions.commissioning import engage
from valuation.commissions.tables import SitePhoto

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def two_methods(world: World, deposit: Deposit) -> Appraisal:
    """A draft by income and by comparison of three, a photo of the place with it."""
    visit = world.visit(world.commission_of(deposit), deposit.asset_id)
    appraiser, _ = world.appraisers_of(world.agency)
    shot = world.document(appraiser, content=photo(), name="现场.jpg")
    world.session.add(SitePhoto(visit_id=visit.id, number=1, document_id=shot.id))
    world.session.flush()
    world.session.expire(visit, ["photos"])
    appraisal = world.draft(deposit)
    rows = [
        {"label": f"章村镇第{n}号林地", "price_yuan": str(230_000 + n), "date_factor": "1.02"}
        for n in range(1, 4)
    ]
    valuing.add_method(
        world.session,
        appraisal.id,
        method="comparison",
        inputs={"amounts_per": "whole", "reconciliation": "mean", "comparables": rows},
        actor=appraiser,
        at=world.at,
    )
    return appraisal


def issued(world: World, appraisal: Appraisal, **told: Any) -> Appraisal:
    """Concluded without a report of the agency's, reviewed, signed by two."""
    first, second = world.appraisers_of(world.agency)
    at: dict[str, Any] = {"at": world.at}
    valuing.conclude(
        world.session,
        appraisal.id,
        reconciliation=Reconciliation.WEIGHTED,
        weights_ppm=[600_000, 400_000],
        reason="收益资料可靠，取六成。",
        actor=first,
        **at,
    )
    valuing.review(world.session, appraisal.id, actor=second, **at)
    for each in (first, second):
        valuing.sign(world.session, appraisal.id, actor=each, key=world.key(), **told, **at)
    return appraisal


def text_of(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_agencys_own_report_stands_and_its_hash_is_on_record(world: World) -> None:
    deposit = world.deposit(Stage.CLEARED)
    appraisal = world.appraise(deposit)
    handed_in = get_document(world.session, cast("UUID", appraisal.report_id))

    entry = reporting.find_record(world.session, appraisal)

    assert entry is not None
    assert appraisal.report_sha256 == handed_in.sha256 == reporting.recorded_hash(entry)
    assert entry.reference == f"appraisal:{appraisal.number}"
    assert [(p.source, p.target, p.unit, p.quantity) for p in entry.postings] == [
        ("world:report", f"appraisal:{appraisal.number}:report", "report", 1)
    ]


def test_without_one_the_bank_draws_it_up_for_client_owner_and_offices(world: World) -> None:
    deposit = world.deposit(Stage.CLEARED)
    appraisal = issued(world, two_methods(world, deposit), site="https://bank.example")

    document = get_document(world.session, cast("UUID", appraisal.report_id))
    content = read(world.session, document)
    text = text_of(content)

    assert appraisal.report_sha256 == document.sha256
    assert document.visibility is Visibility.OFFICE
    assert document.name == f"评估报告-{appraisal.number}.pdf"
    for said in (
        "王桂花", "孙评估", "赵评估", "市场比较法", "收益还原法", "章村镇第3号林地", "60%",
        "浙(2019)安吉县不动产权第0012345号", "安吉县报福镇景溪村", "收益资料可靠，取六成。",
        "《森林法》", "敏感性分析", "利率（还原率）", f"https://bank.example/appraisals/{appraisal.number}",
        deposit.asset.parcel.code if deposit.asset.parcel else "",
    ):  # fmt: skip
        assert said in text
    assert "草稿" not in text
    assert any(page.images for page in PdfReader(BytesIO(content)).pages)


def test_the_preview_is_a_draft_and_puts_nothing_on_record(world: World) -> None:
    deposit = world.deposit(Stage.CLEARED)
    appraisal = two_methods(world, deposit)

    shown = reporting.drawn(world.session, appraisal, deposit, at=world.at)

    assert "草稿" in text_of(shown)
    assert "尚未形成结论" in text_of(shown)
    assert reporting.find_record(world.session, appraisal) is None
    assert shown == reporting.drawn(world.session, appraisal, deposit, at=world.at)


def test_a_later_report_says_which_one_it_takes_the_place_of(world: World) -> None:
    deposit = world.deposit(Stage.CLEARED)
    first = world.appraise(deposit)
    world.later(days=1)
    again = valuing_again(world, deposit)

    text = text_of(read(world.session, get_document(world.session, cast("UUID", again.report_id))))

    assert first.stage is AppraisalStage.SUPERSEDED
    assert check(world.session, first.number, at=world.at).later == again.number
    assert check(world.session, again.number, at=world.at).standing is Standing.IN_FORCE
    assert f"取代本机构就同一评估对象出具的评估报告{first.number}" in text


def valuing_again(world: World, deposit: Deposit) -> Appraisal:
    """A second commission of the same agency for the same land, valued by two methods."""
    engage(
        world.session,
        number="C-2026-000777",
        assets=[deposit.asset_id],
        agency_id=world.agency.id,
        today=world.at.date(),
        actor=world.officer,
        at=world.at,
    )
    return issued(world, two_methods(world, deposit))


def test_a_collectives_report_says_when_it_comes_into_force(world: World) -> None:
    deposit = world.deposit(Stage.CLEARED, owner=world.collective())
    appraisal = issued(world, two_methods(world, deposit))
    assert latest_deposit(world.session, deposit.asset_id) is deposit

    text = text_of(
        read(world.session, get_document(world.session, cast("UUID", appraisal.report_id)))
    )

    assert "评估结果公示期满后" in text
    assert "公示期满前不作为存入的依据" in text


def test_the_trial_balance_counts_the_reports_and_sums_to_zero(world: World) -> None:
    for _ in range(2):
        world.appraise(world.deposit(Stage.CLEARED))

    lines = auditing.trial_balance(world.session)[accounts.REPORT]

    assert {line.purpose: (line.accounts, line.quantity) for line in lines} == {
        "report": (2, 2),
        "world": (1, -2),
    }
