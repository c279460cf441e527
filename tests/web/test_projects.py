"""Projects: who sees them, what they tell at each stage, and reporting revenue."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bank.deposits.tables import StorageMode
from bank.income.lifecycle import RevenueStage
from bank.income.tables import Revenue
from bank.orders import placing
from bank.orders.lifecycle import Stage as OrderStage
from database.actor import Actor, Role
from database.directory import Bank
from ledger import journal
from tests.web.visiting import Site, markup_of, paper

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ANSWERS = {
    "amount": "50,000",
    "period_from": "2026-01-01",
    "period_to": "2026-03-31",
    "remark": "第一季度",
}


@pytest.fixture
def site(committed_bank: Bank) -> Iterator[Site]:
    site = Site(committed_bank, days_ago=200)
    yield site
    site.close()


def investor_of(order) -> Actor:
    return Actor(
        id=order.placed_by,
        name="张经理",
        roles=frozenset({Role.INVESTOR}),
        parties=frozenset({order.party_id}),
    )


def send(client, order, answers=ANSWERS, files=None):
    """Fill in a report, check it and hand it in."""
    url = f"/projects/{order.project_id}/report"
    asked = client.post(url, data={"key": "k-form", **answers, **(files or {})})
    assert asked.status_code == 302, markup_of(asked)
    check = markup_of(client.get(asked.location))
    main = check.split('<main id="main"')[1]
    key = main.split('name="key"')[-1].split('value="')[1].split('"')[0]
    return client.post(asked.location, data={**answers, "key": key}), check


def test_without_projects_the_page_says_how_to_begin(site):
    page = markup_of(site.visitor(site.world.investor()).get("/projects"))

    assert "No projects yet" in page
    assert "/catalogue" in page


def test_the_list_says_where_each_project_stands(site):
    world = site.world
    investor = world.investor()
    world.order(world.deposit(mode=StorageMode.LEASE), investor=investor, paid=False)
    world.collected(world.deposit(), investor=investor)

    page = markup_of(site.visitor(investor).get("/projects"))

    assert "Approved. Pay ¥108,000.00 into escrow by" in page
    assert "Operating. Report the revenue" in page


@pytest.mark.parametrize(
    ("reader", "status"),
    [
        ("investor", 200),
        ("county_officer", 200),
        ("auditor", 200),
        ("rival", 404),
        ("villager", 404),
        ("officer", 404),
    ],
)
def test_a_project_is_its_investors_and_the_countys_to_read(site, reader, status):
    world = site.world
    order = world.order(paid=False)
    readers = {
        "investor": investor_of(order),
        "county_officer": world.county_officer,
        "auditor": world.auditor,
        "rival": world.investor("乙公司"),
        "villager": world.villager("李二妹"),
        "officer": world.officer,
    }

    answer = site.visitor(readers[reader]).get(f"/projects/{order.project_id}")

    assert answer.status_code == status
    if reader != "investor":
        assert "/take-back" not in markup_of(answer)
        assert "Please pay" not in markup_of(answer)


def test_what_the_bank_received_bears_the_square_code_of_its_proof(site):
    order = site.world.order(site.world.deposit(mode=StorageMode.LEASE))
    received = journal.transfers(site.session, reference=f"order:{order.number}", limit=1)[0]

    page = markup_of(site.visitor(investor_of(order)).get(f"/projects/{order.project_id}"))

    assert received.kind == "receipt"
    assert f"Bank receipt {received.memo}" in page
    assert f'href="/ledger/proof/{received.id}"' in page
    assert f'src="/ledger/proof/{received.id}/code.svg"' in page


def test_a_project_that_waits_for_money_says_how_much_by_when(site):
    order = site.world.order(site.world.deposit(mode=StorageMode.LEASE), paid=False)

    page = markup_of(site.visitor(investor_of(order)).get(f"/projects/{order.project_id}"))

    assert "Please pay" in page
    assert "108,000.00" in page
    assert order.number in page
    assert "Joint review passed" in page


def test_a_finished_round_shows_the_own_part_and_masks_the_others(site):
    world = site.world
    order = world.collected(
        world.deposit(), world.deposit(mode=StorageMode.LEASE, owner=world.villager("赵招娣"))
    )
    world.revenue(order)
    round_ = world.round(order)

    page = markup_of(site.visitor(investor_of(order)).get(f"/projects/{order.project_id}"))

    own = next(line for line in round_.lines if line.party_id == order.party_id)
    assert f"{own.amount_fen / 100:,.2f}" in page
    assert "王*花" in page
    assert "王桂花" not in page
    assert "浙江竹海文旅有限公司 (you)" in page
    assert "Collected; contracts made" in page
    assert "8,000.00" in page  # the rent
    assert "15 rents" in page
    assert f"reference=round:{round_.number}" in page.replace("%3A", ":")


def test_revenue_is_reported_with_a_file_and_taken_back(site):
    order = site.world.collected(site.world.deposit())
    client = site.visitor(investor_of(order))

    answer, check = send(client, order, files={"document": paper("季度报表.pdf")})

    assert "季度报表.pdf" in check
    revenue = site.fresh().scalars(select(Revenue)).one()
    assert revenue.amount_fen == 5_000_000
    assert (revenue.period_from, revenue.period_to) == (date(2026, 1, 1), date(2026, 3, 31))
    assert revenue.remark == "第一季度"
    assert revenue.document is not None
    assert revenue.document.party_id == order.party_id
    done = markup_of(client.get(answer.location))
    assert revenue.number in done

    client.post(f"/projects/{order.project_id}/reports/{revenue.id}/take-back", data={"key": "b"})
    site.fresh()
    assert revenue.stage is RevenueStage.WITHDRAWN


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("amount", ""),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "ten"),
        ("period_from", "yesterday"),
        ("period_from", ""),
        ("period_to", "2025-12-31"),
        ("period_to", "2099-01-01"),
        ("remark", "长" * 401),
    ],
)
def test_a_report_that_cannot_be_keeps_what_was_typed(site, name, typed):
    order = site.world.collected(site.world.deposit())
    client = site.visitor(investor_of(order))

    answer = client.post(
        f"/projects/{order.project_id}/report", data={"key": "k", **ANSWERS, name: typed}
    )

    assert answer.status_code == 422
    page = markup_of(answer)
    assert f'href="#{name}"' in page
    for other, value in ANSWERS.items():
        if other != name:
            assert value in page
    assert site.fresh().scalars(select(Revenue)).all() == []


def test_a_file_that_is_not_what_it_says_is_refused_beside_its_field(site):
    from io import BytesIO

    order = site.world.collected(site.world.deposit())
    client = site.visitor(investor_of(order))

    answer = client.post(
        f"/projects/{order.project_id}/report",
        data={"key": "k", **ANSWERS, "document": (BytesIO(b"MZ\x90\x00"), "report.pdf")},
    )

    assert answer.status_code == 422
    assert 'href="#document"' in markup_of(answer)


def test_days_may_be_typed_as_people_write_them(site):
    order = site.world.collected(site.world.deposit())
    client = site.visitor(investor_of(order))
    days = {"period_from": "2026/1/1", "period_to": "2026年3月31日"}

    send(client, order, ANSWERS | days)

    revenue = site.fresh().scalars(select(Revenue)).one()
    assert (revenue.period_from, revenue.period_to) == (date(2026, 1, 1), date(2026, 3, 31))


def test_a_project_that_does_not_operate_reports_nothing(site):
    order = site.world.order(paid=False)
    client = site.visitor(investor_of(order))

    answer = client.post(f"/projects/{order.project_id}/report", data={"key": "k", **ANSWERS})

    assert answer.status_code == 409


@pytest.mark.parametrize("path", ["report", "report/check", "take-back"])
def test_anothers_project_cannot_be_acted_on(site, path):
    order = site.world.collected(site.world.deposit())
    rival = site.visitor(site.world.investor("乙公司"))

    answer = rival.post(f"/projects/{order.project_id}/{path}", data={"key": "k", **ANSWERS})

    assert answer.status_code == 404


def test_an_order_cannot_be_taken_back_when_its_time_is_over(site):
    order = site.world.order(approved=False)
    client = site.visitor(investor_of(order))

    assert "Take the order back" not in markup_of(client.get(f"/projects/{order.project_id}"))
    client.post(f"/projects/{order.project_id}/take-back", data={"key": "k"})

    site.fresh()
    assert order.stage is OrderStage.RESERVED


@pytest.mark.parametrize("how", ["refused", "expired", "taken back"])
def test_an_ended_project_says_so(site, how):
    world = site.world
    order = world.order(approved=False)
    if how == "expired":
        placing.expire_overdue(world.session, at=world.at + timedelta(days=31))
    elif how == "taken back":
        placing.take_back(world.session, order.id, actor=investor_of(order), at=world.at)
    else:
        placing.cancel(
            world.session, order.id, reason="规划不符", officer=world.county_officer, at=world.at
        )

    page = markup_of(site.visitor(investor_of(order)).get(f"/projects/{order.project_id}"))

    words = {
        "expired": "The reservation ran out",
        "taken back": "Taken back",
        "refused": "规划不符",
    }
    assert words[how] in page


def test_every_stage_of_a_project_has_its_page(site):
    world = site.world
    world.at = datetime.now(UTC) - timedelta(days=60)
    order = world.order(world.deposit(mode=StorageMode.LEASE), approved=False)
    client = site.visitor(investor_of(order))
    url = f"/projects/{order.project_id}"
    seen = [markup_of(client.get(url))]
    world.later(minutes=11)
    for step in (
        lambda: world.approve(order),
        lambda: world.pay(order),
        lambda: world.collection(order),
    ):
        step()
        world.session.commit()
        seen.append(markup_of(client.get(url)))

    assert "Joint review by the departments" in seen[0]
    assert "You pay into escrow" in seen[1]
    assert "The county asks for it next" in seen[2]
    assert "A first officer checks it next" in seen[3]
