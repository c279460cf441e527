"""The bundle: putting together, offering for swaps, ordering once, and coming too late."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bank import accounts
from bank.catalogue import bundling
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.orders import placing
from bank.orders.tables import Order
from bank.projects.tables import Project
from ledger import journal
from tests.web.visiting import markup_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ANSWERS = {"name": "竹海民宿", "purpose": "林间步道与民宿", "capital": "100,000"}


def hidden(response, name):
    """The value of the last hidden input of that name in the page's own form."""
    main = markup_of(response).split('<main id="main"')[1].split("</main>")[0]
    form = main.split("<form")[-1]
    return form.split(f'name="{name}"')[1].split('value="')[1].split('"')[0]


def put_in(client, *deposits):
    for deposit in deposits:
        client.post("/bundle/add", data={"deposit_id": str(deposit.id)})


def place(client, answers=ANSWERS):
    """Fill in the order, check it and send it; the answer to the last step."""
    asked = client.post("/bundle/order", data={"key": "k-form", **answers})
    assert asked.status_code == 302, markup_of(asked)
    check = client.get("/bundle/order/check")
    names = ("key", "bundle_id", "name", "purpose", "capital")
    sent = {name: hidden(check, name) for name in names}
    return client.post("/bundle/order/check", data=sent), sent


def test_an_empty_bundle_says_how_to_begin(site):
    page = markup_of(site.visitor(site.world.investor()).get("/bundle"))

    assert "Your bundle is empty" in page
    assert 'href="/catalogue"' in page


@pytest.mark.parametrize("path", ["/bundle", "/bundle/order", "/bundle/order/check"])
def test_only_investors_have_a_bundle(site, path):
    assert site.visitor().get(path).status_code == 302
    assert site.visitor(site.world.villager()).get(path).status_code == 403


def test_a_bundle_says_what_each_deposit_costs_and_all_together(site):
    world = site.world
    shared = world.deposit(mode=StorageMode.SHARE)
    leased = world.deposit(mode=StorageMode.LEASE, rent_fen=800_000)
    swapped = world.deposit(mode=StorageMode.SWAP)
    client = site.visitor(world.investor())

    put_in(client, shared, leased, swapped)
    page = markup_of(client.get("/bundle"))

    assert "45.00 mu" in page
    assert "Nothing to pay now" in page
    assert "8,000.00" in page
    assert "镇上安置房一套" in page
    assert "Order this bundle" not in page  # the swap waits for an offer

    offer = {"key": "k", "swap_offer": "安置房 90 平方米", "swap_offer_fen": "100000"}
    assert client.post(f"/bundle/offer/{swapped.id}", data=offer).status_code == 302
    page = markup_of(client.get("/bundle"))
    assert "安置房 90 平方米" in page
    assert "Order this bundle" in page
    due_fen = (swapped.value_fen or 0) - 10_000_000 + 800_000
    assert f"{due_fen / 100:,.2f}" in page


@pytest.mark.parametrize(
    ("offer", "worth", "status", "field"),
    [
        ("", "100", 422, "swap_offer"),
        ("安置房", "999999999", 422, "swap_offer_fen"),
        ("安置房", "a lot", 422, "swap_offer_fen"),
        ("安置房", "-1", 422, "swap_offer_fen"),
        ("安置房", "", 422, "swap_offer_fen"),
        ("房" * 201, "1", 422, "swap_offer"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_beside_its_field(site, offer, worth, status, field):
    swapped = site.world.deposit(mode=StorageMode.SWAP)
    client = site.visitor(site.world.investor())
    put_in(client, swapped)

    answer = client.post(
        f"/bundle/offer/{swapped.id}",
        data={"key": "k", "swap_offer": offer, "swap_offer_fen": worth},
    )

    assert answer.status_code == status
    assert f'href="#{field}"' in markup_of(answer)
    assert offer in markup_of(answer)


def test_an_order_reserves_the_bundle_and_can_be_taken_back(site):
    deposit = site.world.deposit(mode=StorageMode.LEASE)
    investor = site.world.investor()
    client = site.visitor(investor)
    put_in(client, deposit)

    answer, sent = place(client)

    session = site.fresh()
    order = session.scalars(select(Order)).one()
    assert answer.location.endswith(f"/bundle/ordered/{order.id}")
    assert order.amount_fen == 10_000_000 + 800_000
    assert deposit.stage is Stage.RESERVED
    done = markup_of(client.get(answer.location))
    assert order.number in done
    assert "Take the order back" in done

    again = client.post("/bundle/order/check", data=sent)  # a double click: nothing new
    assert again.location == answer.location
    assert site.fresh().scalars(select(Order)).one() is order

    client.post(f"/projects/{order.project_id}/take-back", data={"key": "k-back"})
    stage: Stage = site.fresh().get_one(Deposit, deposit.id).stage
    assert stage is Stage.STORED
    owner = accounts.stored(deposit.party.number)
    assert journal.balance(session, owner, accounts.land(deposit.number)) == deposit.area_dm2

    assert "/bundle/refill" in markup_of(client.get(f"/projects/{order.project_id}"))
    again = client.post("/bundle/refill", data={"order_id": str(order.id)}, follow_redirects=True)
    assert "Back in your bundle: 1 of 1." in markup_of(again)
    assert deposit.number in markup_of(again)


def test_only_ones_own_order_fills_the_bundle_again(site):
    order = site.world.order(approved=False)
    rival = site.visitor(site.world.investor("乙公司"))

    assert rival.post("/bundle/refill", data={"order_id": str(order.id)}).status_code == 404


def test_a_swap_comes_back_with_its_offer_and_what_is_taken_stays_out(site):
    world = site.world
    swapped, taken = world.deposit(mode=StorageMode.SWAP), world.deposit()
    investor = world.investor()
    order = world.order(swapped, taken, investor=investor, approved=False)
    placing.take_back(world.session, order.id, actor=investor, at=world.at)
    world.order(taken, investor=world.investor("乙公司"), approved=False)
    client = site.visitor(investor)

    page = markup_of(
        client.post("/bundle/refill", data={"order_id": str(order.id)}, follow_redirects=True)
    )

    assert "Back in your bundle: 1 of 2." in page
    assert "安置房 90 平方米" in page
    assert taken.number not in page


@pytest.mark.parametrize(
    ("name", "typed", "status"),
    [
        ("name", "", 422),
        ("name", "   ", 422),
        ("name", "竹" * 61, 422),
        ("purpose", "", 422),
        ("capital", "much", 422),
        ("capital", "-1", 422),
        ("capital", "", 422),
        ("capital", "1.005", 422),
    ],
)
def test_an_order_that_says_too_little_keeps_what_was_typed(site, name, typed, status):
    deposit = site.world.deposit()
    client = site.visitor(site.world.investor())
    put_in(client, deposit)

    answer = client.post("/bundle/order", data={"key": "k", **ANSWERS, name: typed})

    assert answer.status_code == status
    page = markup_of(answer)
    assert f'href="#{name}"' in page
    for other, value in ANSWERS.items():
        if other != name:
            assert value in page
    assert site.fresh().scalars(select(Project)).all() == []


def test_trying_an_order_out_leaves_nothing_behind(site):
    deposit = site.world.deposit()
    client = site.visitor(site.world.investor())
    put_in(client, deposit)

    client.post("/bundle/order", data={"key": "k", **ANSWERS})

    session = site.fresh()
    assert session.scalars(select(Order)).all() == []
    assert deposit.stage is Stage.STORED
    reference = journal.transfers(session, reference_prefix="order:")
    assert reference == []


def test_a_second_investor_is_told_which_deposit_was_lost_and_keeps_the_rest(site):
    world = site.world
    wanted, other = world.deposit(), world.deposit(mode=StorageMode.LEASE)
    first, second = world.investor("甲公司"), world.investor("乙公司")
    slow = site.visitor(second)
    put_in(slow, wanted, other)
    slow.post("/bundle/order", data={"key": "k", **ANSWERS})
    check = slow.get("/bundle/order/check")
    quick = site.visitor(first)
    put_in(quick, wanted)
    place(quick)

    answer = slow.post(
        "/bundle/order/check",
        data={"key": hidden(check, "key"), "bundle_id": hidden(check, "bundle_id"), **ANSWERS},
    )

    assert answer.status_code == 409
    page = markup_of(answer)
    assert wanted.number in page
    assert ANSWERS["name"] in page
    assert ANSWERS["purpose"] in page
    session = site.fresh()
    assert len(session.scalars(select(Order)).all()) == 1
    assert other.stage is Stage.STORED
    bundle = bundling.find_open(session, next(iter(second.parties)))
    assert bundle is not None
    assert {item.deposit_id for item in bundle.items} == {wanted.id, other.id}

    slow.post("/bundle/remove", data={"deposit_id": str(wanted.id)})
    placed, _sent = place(slow)
    assert placed.status_code == 302
    assert len(site.fresh().scalars(select(Order)).all()) == 2


def test_a_deposit_taken_meanwhile_cannot_be_put_in(site):
    deposit = site.world.deposit()
    site.world.order(deposit, paid=False)
    client = site.visitor(site.world.investor("乙公司"))

    answer = client.post("/bundle/add", data={"deposit_id": str(deposit.id)}, follow_redirects=True)

    assert 'role="alert"' in markup_of(answer)
    assert "Your bundle is empty" in markup_of(answer)


@pytest.mark.parametrize("given", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_deposit_that_is_none_is_refused(site, given):
    client = site.visitor(site.world.investor())

    answer = client.post("/bundle/add", data={"deposit_id": given})

    assert answer.status_code in (302, 404)
    assert "Your bundle is empty" in markup_of(client.get("/bundle"))


def test_anothers_bundle_cannot_be_ordered_or_seen(site):
    world = site.world
    deposit = world.deposit()
    first, second = world.investor("甲公司"), world.investor("乙公司")
    bundle, _ = world.bundle(deposit, investor=first)
    client = site.visitor(second)

    answer = client.post(
        "/bundle/order/check", data={"key": "k", "bundle_id": str(bundle.id), **ANSWERS}
    )

    assert answer.status_code == 403
    assert site.fresh().scalars(select(Order)).all() == []


def test_the_check_page_says_what_one_commits_to(site):
    deposit = site.world.deposit(mode=StorageMode.LEASE)
    client = site.visitor(site.world.investor())
    put_in(client, deposit)
    client.post("/bundle/order", data={"key": "k", **ANSWERS})

    page = markup_of(client.get("/bundle/order/check"))

    until = (datetime.now(UTC) + timedelta(days=30, hours=8)).strftime("%-d %b %Y")
    assert "30 days" in page
    assert until in page
    assert "108,000.00" in page
    assert "10 minutes" in page
