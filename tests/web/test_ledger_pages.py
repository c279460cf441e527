"""The journal on pages, whose money the public does not see, and the auditor's pages."""

from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from re import search
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from bank import auditing
from bank.deposits.tables import StorageMode
from bank.parties.tables import Party
from database.actor import Actor, Role
from database.directory import Bank
from ledger import journal
from ledger.journal import TransferView
from tests.web.desk import Desk
from tests.world import World
from web.journal_words import KINDS

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def desk(committed_bank: Bank) -> Iterator[Desk]:
    desk = Desk(committed_bank)
    yield desk
    desk.close()


class Paid:
    """A villager who was paid a dividend and took 123.45 yuan of it out."""

    def __init__(self, world: World) -> None:
        self.owner = world.villager()
        self.neighbour = world.villager("李小芳")
        self.party = world.session.get_one(Party, next(iter(self.owner.parties)))
        self.order = world.collected(world.deposit(owner=self.owner))
        world.revenue(self.order)
        self.round = world.round(self.order)
        self.payout = world.payout(self.owner, 12_345)
        world.confirm(self.payout)
        self.transfer = last_of(world.session, f"withdrawal:{self.payout.number}")
        self.stored = last_of(world.session, f"deposit:{self.order.lines[0].deposit.number}")


def last_of(session: Session, reference: str) -> TransferView:
    return journal.transfers(session, reference=reference, limit=1)[0]


@pytest.fixture
def paid(desk: Desk) -> Paid:
    with desk.world(days=100) as world:
        return Paid(world)


def readers(desk: Desk, paid: Paid) -> dict[str, Actor | None]:
    with desk.session() as session:
        world = World.__new__(World)
        world.session, world.at = session, paid.payout.requested_at
        found = {
            "auditor": world.user("审计", Role.AUDITOR, login="a"),
            "administrator": world.user("管理", Role.ADMINISTRATOR, login="b"),
            "county officer": world.user("县", Role.COUNTY, login="c"),
            "township officer": world.user("镇", Role.TOWNSHIP, login="d"),
        }
        session.commit()
    return found | {"owner": paid.owner, "neighbour": paid.neighbour, "public": None}


def test_whose_money_it_is_is_seen_by_its_owner_and_by_who_audits(desk: Desk, paid: Paid) -> None:
    account, amount = f"party:{paid.party.number}:cash", "¥123.45"
    seen = {}
    for name, reader in readers(desk, paid).items():
        browser = desk.browser(reader)
        page = browser.get(f"/ledger/transfers/{paid.transfer.id}").text
        listed = browser.get(f"/ledger/journal?reference=withdrawal:{paid.payout.number}").text
        assert (account in page) == (amount in page) == (amount in listed)
        assert ("party:*:cash" in page) == (account not in page)
        seen[name] = account in page

    assert seen == {
        "auditor": True,
        "administrator": True,
        "county officer": True,
        "township officer": False,
        "owner": True,
        "neighbour": False,
        "public": False,
    }


def test_no_page_of_the_public_journal_names_whose_money_it_is(desk: Desk, paid: Paid) -> None:
    browser = desk.browser()
    with desk.session() as session:
        views = journal.transfers(session, limit=100)
    pages = [browser.get("/ledger").text]
    pages += [browser.get(f"/ledger/transfers/{view.id}").text for view in views]

    assert len(views) >= 6
    for page in pages:
        assert ":cash" not in page.replace("party:*:cash", "").replace(
            f"project:{paid.order.project.number}:cash", ""
        )
        assert paid.party.name not in page
        assert "NH0" not in page
        assert paid.party.number not in page
    assert any("party:*:stored" in page for page in pages)
    assert any("party:*:shares" in page for page in pages)
    assert any(f"order:{paid.order.number}:escrow" in page for page in pages)


def test_every_kind_of_transfer_has_words(desk: Desk, paid: Paid) -> None:
    with desk.session() as session:
        kinds = {view.kind for view in journal.transfers(session, limit=100)}

    assert kinds <= set(KINDS)
    assert len(kinds) >= 6


def test_the_text_of_a_transfer_hashes_to_its_hash(desk: Desk, paid: Paid) -> None:
    readers_of = readers(desk, paid)
    for transfer in (paid.stored, paid.transfer):
        for name, reader in readers_of.items():
            page = desk.browser(reader).get(f"/ledger/transfers/{transfer.id}").text
            found = search(r'(?s)id="contents">(.*?)</pre>', page)

            assert transfer.hash in page
            knows = name in ("auditor", "administrator", "county officer", "owner")
            assert (transfer.nonce in page) == (found is not None) == knows, name
            if found:
                assert sha256(unescape(found[1]).encode()).hexdigest() == transfer.hash


def test_a_sealed_transfer_shows_its_path_and_the_signed_checkpoint(desk: Desk, paid: Paid) -> None:
    url = f"/ledger/transfers/{paid.transfer.id}"
    assert "Not sealed in the log yet" in desk.browser().get(url).text
    desk.app.config["SIGNING_KEY"] = "11" * 32
    made = desk.app.test_cli_runner().invoke(args=["ledger", "checkpoint"])
    assert made.exit_code == 0, made.output

    page = desk.browser().get(url).text

    assert "proved against the signed checkpoint" in page
    assert "liangshan-bank/330523" in page
    assert "Sealed as leaf" in desk.browser().get("/ledger").text


def test_the_journal_is_read_page_by_page_without_gaps(desk: Desk) -> None:
    with desk.world(days=90) as world:
        for _ in range(23):
            world.deposit()
    browser = desk.browser()
    found: list[str] = []
    url: str | None = "/ledger"
    while url:
        page = browser.get(url).text
        found += page.split('<h2><a href="/ledger/transfers/')[1:]
        following = search(r'rel="next" href="([^"]+)"', page)
        url = unescape(following[1]) if following else None

    assert len({line[:36] for line in found}) == len(found) == 23


@pytest.mark.parametrize("query", ["before=-1", "before=x", f"before={10**40}", "reference=' or 1"])
def test_a_made_up_query_shows_an_empty_or_whole_journal(desk: Desk, query: str) -> None:
    assert desk.browser().get(f"/ledger?{query}").status_code == 200
    assert desk.browser().get(f"/ledger/journal?{query}").status_code == 200


def test_an_unknown_transfer_is_not_found(desk: Desk) -> None:
    assert desk.browser().get(f"/ledger/transfers/{uuid4()}").status_code == 404


# -- the auditor ---------------------------------------------------------------------------------

AUDIT = ("/audit", "/audit/accounts", "/audit/statement", "/audit/acts")


def test_only_auditors_and_administrators_read_the_audit(desk: Desk, paid: Paid) -> None:
    for name, reader in readers(desk, paid).items():
        allowed = name in ("auditor", "administrator")
        for url in AUDIT:
            expected = 200 if allowed else 302 if reader is None else 403
            assert desk.browser(reader).get(url).status_code == expected, (name, url)
        if not allowed:
            assert desk.browser(reader).post("/audit/verify").status_code in (302, 403)


def test_the_trial_balance_sums_to_zero_in_every_unit(desk: Desk, paid: Paid) -> None:
    with desk.session() as session:
        balance = auditing.trial_balance(session)

    assert set(balance) == {"CNY", "land", "share"}
    assert all(sum(line.quantity for line in lines) == 0 for lines in balance.values())
    assert {line.purpose for line in balance["land"]} == {"world", "held"}
    assert {line.purpose for line in balance["CNY"]} == {"world", "cash", "capital", "reserve"}


def test_the_auditor_follows_an_account_to_its_statement(desk: Desk, paid: Paid) -> None:
    browser = desk.browser(readers(desk, paid)["auditor"])
    account = f"party:{paid.party.number}:cash"

    listed = browser.get("/audit/accounts", query_string={"prefix": f"party:{paid.party.number}"})
    assert account in listed.text
    assert "world:" not in listed.text
    statement = browser.get(
        "/audit/statement", query_string={"account": account, "unit": "CNY"}
    ).text
    assert "−¥123.45" in statement
    assert "Money paid out" in statement
    nothing = browser.get("/audit/statement", query_string={"account": "x", "unit": "y"})
    assert nothing.status_code == 200


def test_all_balances_are_listed_once_over_the_pages(
    desk: Desk, paid: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "PAGE_SIZE", 3)
    with desk.session() as session:
        found, after = [], ("", "")
        while page := auditing.balances_page(session, after=after):
            found += page
            after = (page[-1].account, page[-1].unit)

        nonzero = [each for each in found if each.quantity]
        assert len(set(found)) == len(found)
        assert nonzero == journal.balances(session)


def test_verifying_now_says_that_all_is_well_or_what_is_wrong(desk: Desk, paid: Paid) -> None:
    browser = desk.browser(readers(desk, paid)["auditor"])

    answer = browser.post("/audit/verify")
    assert answer.status_code == 200
    assert "The ledger balances and is unaltered" in answer.text

    with desk.bank.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE ledger_balance SET quantity = quantity + 1")
        connection.commit()
    answer = browser.post("/audit/verify")
    assert "The ledger is not as it was" in answer.text
    assert "ledger_balance" in answer.text
    assert "The sum is not zero" in browser.get("/audit").text


def test_the_acts_are_told_with_number_and_actor(desk: Desk, paid: Paid) -> None:
    browser = desk.browser(readers(desk, paid)["auditor"])
    every = browser.get("/audit/acts").text
    payouts = browser.get("/audit/acts?subject=withdrawal").text
    one = browser.get(f"/audit/acts?number={paid.payout.number.lower()}").text

    assert "Application submitted" in every
    assert "Application submitted" not in payouts
    assert paid.payout.number in payouts
    assert one.count(paid.payout.number) >= 4
    assert "Confirmed by the second officer" in one
    assert browser.get("/audit/acts?subject=x&before=y&number=D-1").status_code == 200


def test_acts_are_read_page_by_page(desk: Desk, paid: Paid) -> None:
    with desk.session() as session:
        first = auditing.acts_page(session)
        rest = auditing.acts_page(session, before=first[2].act.id)

        assert [entry.act.id for entry in rest] == [entry.act.id for entry in first[3:]]
        assert all(entry.number for entry in first)


def test_leases_and_swaps_keep_names_out_too(desk: Desk) -> None:
    with desk.world(days=400) as world:
        lease = world.deposit(mode=StorageMode.LEASE)
        order = world.collected(lease)
        number = lease.party.number

    page = desk.browser().get(f"/ledger/journal?reference=order:{order.number}").text

    assert "王桂花" not in page
    assert f"party:{number}:cash" not in page
