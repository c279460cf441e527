"""A page leads to asking agencies for a quote only whom the request would not be refused."""

from collections.abc import Iterator

import pytest

from bank.parties.tables import Party, User
from database.actor import Actor, Role
from database.directory import Bank
from tests.web.visiting import Site, text_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

WAY = "/commissions/new?"


@pytest.fixture
def site(committed_bank: Bank) -> Iterator[Site]:
    site = Site(committed_bank)
    yield site
    site.close()


def reader(site: Site, who: str, owner: Actor) -> Actor | None:
    world = site.world
    readers = {
        "visitor": lambda: None,
        "owner": lambda: owner,
        "neighbour": lambda: world.villager("赵招娣"),
        "investor": world.investor,
        "unconfirmed investor": lambda: world.investor(confirmed=False),
        "investor for nobody": lambda: world.user("钱先生", Role.INVESTOR),
        "appraiser": lambda: world.appraiser,
        "auditor": lambda: world.user("审计员", Role.AUDITOR),
        "township": lambda: world.officer,
        "county": lambda: world.county_officer,
    }
    return readers[who]()


@pytest.mark.parametrize(
    ("who", "led"),
    [
        ("visitor", False),
        ("owner", True),
        ("neighbour", False),
        ("investor", True),
        ("unconfirmed investor", False),
        ("investor for nobody", False),
        ("appraiser", False),
        ("auditor", False),
        ("township", True),
        ("county", True),
    ],
)
def test_the_catalogue_leads_to_asking_whom_may_ask(site: Site, who: str, led: bool) -> None:
    owner = site.world.villager()
    deposit = site.world.deposit(owner=owner)
    client = site.visitor(reader(site, who, owner))

    page = client.get(f"/catalogue/{deposit.id}").get_data(as_text=True)

    assert (f"{WAY}deposit={deposit.number}" in page) is led
    if led:
        asked = client.get(f"{WAY}deposit={deposit.number}")
        assert asked.location.endswith("/commissions/new/kind")


def test_an_investor_who_asks_is_told_no_owners_name(site: Site) -> None:
    world = site.world
    deposit = world.deposit()
    owner = world.session.get_one(Party, deposit.party_id).name
    client = site.visitor(world.investor())

    client.get(f"{WAY}deposit={deposit.number}")
    pages = [client.get(f"/catalogue/{deposit.id}")]
    pages += [client.get(f"/commissions/new/{step}") for step in ("about", "kind")]
    client.post("/commissions/new/kind", data={"kind": "appraisal"})
    pages += [client.get(f"/commissions/new/{step}") for step in ("agencies", "scope")]

    assert [each.status_code for each in pages] == [200] * 5
    assert not any(owner in text_of(each) for each in pages)


def test_what_an_order_has_collected_is_not_asked_about(site: Site) -> None:
    deposit = site.world.deposit()
    site.world.collected(deposit)

    page = site.visitor(site.world.investor("另一家")).get(f"/catalogue/{deposit.id}")

    assert WAY not in page.get_data(as_text=True)


@pytest.mark.parametrize(("who", "led"), [("its own", True), ("county", True), ("auditor", False)])
def test_a_projects_page_leads_to_asking_for_its_plan(site: Site, who: str, led: bool) -> None:
    world = site.world
    project = world.collected().project
    own = world.session.get_one(User, project.submitted_by).actor()
    actor = own if who == "its own" else reader(site, who, own)

    page = site.visitor(actor).get(f"/projects/{project.id}").get_data(as_text=True)

    assert (f"{WAY}project={project.number}" in page) is led
