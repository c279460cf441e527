"""The journal on pages, whose money the public does not see, and the auditor's pages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from re import findall, search, sub
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import auditing
from bank.calendar import local_date
from bank.deposits.tables import StorageMode
from bank.parties.tables import Party
from database.actor import Actor, Role
from ledger import journal, log, merkle, tables
from ledger.journal import TransferView
from ledger.log import Signer
from ledger.model import Act, Posting, Transfer, transfer_hash
from ledger.reading import contents
from tests.ledger.tampering import tamper
from tests.web.desk import Desk
from tests.world import World
from web.journal_words import KINDS
from web.labels import label
from web.signing import read_keys

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


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
    assert "Written down. It is sealed within a second; look again." in desk.browser().get(url).text
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

    assert len({line[:36] for line in found}) == len(found) == 2 * 23  # its report, then its land


@pytest.mark.parametrize("query", ["before=-1", "before=x", f"before={10**40}", "reference=' or 1"])
def test_a_made_up_query_shows_an_empty_or_whole_journal(desk: Desk, query: str) -> None:
    assert desk.browser().get(f"/ledger?{query}").status_code == 200
    assert desk.browser().get(f"/ledger/journal?{query}").status_code == 200


def test_an_unknown_transfer_is_not_found(desk: Desk) -> None:
    assert desk.browser().get(f"/ledger/transfers/{uuid4()}").status_code == 404


# -- the proof page ------------------------------------------------------------------------------


def checkpoint(desk: Desk, key: str = "11" * 32) -> None:
    """Sign the log with this key, and serve the pages with it."""
    desk.app.config["SIGNING_KEY"] = key
    made = desk.app.test_cli_runner().invoke(args=["ledger", "checkpoint"])
    assert made.exit_code == 0, made.output


def test_a_proof_page_says_where_the_entry_stands_and_names_nobody(desk: Desk, paid: Paid) -> None:
    url = f"/ledger/proof/{paid.transfer.id}"
    waiting = desk.browser().get(url).text
    assert "written down, but not sealed yet" in waiting
    assert "This bank has no key to sign with" in waiting
    assert "proof.js" not in waiting

    desk.app.config["SIGNING_KEY"] = "11" * 32
    waiting = desk.browser().get(url).text
    assert "sealed within a second, and signed within a minute" in waiting
    with desk.session() as session:
        log.seal(session)
        session.commit()
    sealed = desk.browser().get(url).text
    assert "is sealed, but not signed yet" in sealed
    assert "signs its book within a minute" in sealed
    assert "proof.js" not in sealed
    entry = desk.browser().get(f"/ledger/transfers/{paid.transfer.id}").text
    assert "; the bank signs it within a minute" in entry

    checkpoint(desk)
    page = desk.browser().get(url).text

    assert f"The bank says: entry no. {paid.transfer.number} is in its sealed book." in page
    assert "This is the bank's own word" in page
    assert f"/api/v1/ledger/transfers/{paid.transfer.id}/receipt" in page
    assert "liangshan-bank/330523+" in page
    assert paid.party.name not in page
    assert paid.party.number not in page


def test_a_proof_page_tells_when_the_entry_was_first_signed_and_its_place(
    desk: Desk, paid: Paid
) -> None:
    signer = Signer("liangshan-bank/330523", Ed25519PrivateKey.from_private_bytes(b"\x11" * 32))
    with desk.session() as session:
        first = log.checkpoint(session, signer, datetime(2026, 1, 5, 4, tzinfo=UTC))
        session.commit()
        more = Transfer(
            key="more",
            kind="receipt",
            occurred_at=first.at,
            reference="order:1",
            postings=(Posting(source="world:cny", target="x", unit="CNY", quantity=1),),
        )
        journal.open_account(session, "x", at=first.at)
        journal.post(session, more, at=first.at)
        session.commit()
    checkpoint(desk)

    page = desk.browser().get(f"/ledger/proof/{paid.transfer.id}").text

    assert "5 Jan 2026 12:00" in page
    assert f"{first.size} of {first.size + 2}" in page


def test_a_proof_by_another_key_is_not_called_good(desk: Desk, paid: Paid) -> None:
    checkpoint(desk)
    desk.app.config["SIGNING_KEY"] = "22" * 32

    page = desk.browser().get(f"/ledger/proof/{paid.transfer.id}").text

    assert "does not fit the sealed book" in page
    assert "The bank says" not in page


def test_a_proof_by_a_key_that_the_bank_retired_is_good(desk: Desk, paid: Paid) -> None:
    checkpoint(desk)
    url = f"/ledger/proof/{paid.transfer.id}"
    old = desk.browser().get("/api/v1/ledger/key").text.strip()
    desk.app.config.update(SIGNING_KEY="22" * 32, RETIRED_KEYS=read_keys(f" {old},"))
    new = desk.browser().get("/api/v1/ledger/key").text.strip()

    page = desk.browser().get(url).text
    assert "The bank says" in page
    assert f'data-key="{old}"' in page

    with desk.session() as session:
        journal.open_account(session, "x", at=datetime(2026, 1, 5, 4, tzinfo=UTC))
        session.commit()
    checkpoint(desk, "22" * 32)
    page = desk.browser().get(url).text
    assert "The bank says" in page
    assert f'data-key="{new}"' in page
    verified = desk.app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert "(2 signatures good)" in verified.output


def test_an_entry_rewritten_up_to_the_root_is_not_called_proven(desk: Desk, paid: Paid) -> None:
    checkpoint(desk)
    rewritten = replace(paid.transfer, memo="what was never said")
    rewritten = replace(rewritten, hash=transfer_hash(contents(rewritten)))
    leaf = log.leaf_of(rewritten.hash)
    with desk.session() as session:
        rows = session.execute(select(tables.leaf).order_by(tables.leaf.c.position))
        leaves = [leaf if row.transfer == rewritten.id else bytes.fromhex(row.hash) for row in rows]
    entry = f"transfer = (SELECT id FROM ledger_transfer WHERE number = {rewritten.number})"
    tamper(
        desk.bank,
        f"UPDATE ledger_leaf SET hash = '{leaf.hex()}' WHERE {entry}",
        f"UPDATE ledger_transfer SET memo = '{rewritten.memo}', hash = '{rewritten.hash}'"
        f" WHERE number = {rewritten.number}",
        f"UPDATE ledger_checkpoint SET root = '{merkle.root(leaves).hex()}'",
    )

    entry = desk.browser().get(f"/ledger/transfers/{paid.transfer.id}").text
    proof = desk.browser().get(f"/ledger/proof/{paid.transfer.id}").text

    assert "proved against the signed checkpoint" not in entry
    assert "does not fit the sealed book" in proof
    assert "The bank says" not in proof


def test_the_square_code_of_an_entry_is_a_picture_that_its_page_shows(
    desk: Desk, paid: Paid
) -> None:
    url = f"/ledger/proof/{paid.transfer.id}/code.svg"
    other = f"/ledger/proof/{paid.stored.id}/code.svg"
    pictures = [desk.browser().get(each) for each in (url, other)]

    assert url in desk.browser().get(f"/ledger/transfers/{paid.transfer.id}").text
    assert all(picture.mimetype == "image/svg+xml" for picture in pictures)
    assert pictures[0].data != pictures[1].data


@pytest.mark.parametrize("path", ["/ledger", "/api/docs"])
def test_the_log_says_how_far_it_is_sealed_and_signed(desk: Desk, paid: Paid, path: str) -> None:
    assert "none yet" in desk.browser().get("/api/docs").text

    checkpoint(desk)
    page = desk.browser().get(path).text

    with desk.session() as session:
        last = log.latest_checkpoint(session)
        assert last is not None
    assert page.count(f"{last.size} entries") == 2
    assert "sealed within a second and signed within a minute" in page


@pytest.mark.parametrize("path", ["", "/code.svg"])
def test_an_unknown_entry_has_no_proof(desk: Desk, path: str) -> None:
    assert desk.browser().get(f"/ledger/proof/{uuid4()}{path}").status_code == 404


# -- entries that move nothing -------------------------------------------------------------------


@pytest.fixture
def quiet(desk: Desk, paid: Paid) -> dict[Act, TransferView]:
    """One entry of each act on the villager's own money."""
    account, at = f"party:{paid.party.number}:cash", datetime.now(UTC)
    lines = (Posting(source=account, target="world:cny", unit="CNY", quantity=100),)
    with desk.session() as session:
        held = [
            journal.hold(
                session,
                Transfer(
                    key=f"hold {key}",
                    kind="payout",
                    occurred_at=at,
                    reference="order:1",
                    postings=lines,
                ),
                at=at,
                expires_at=at + timedelta(days=days),
            )
            for key, days in (("settled", 9), ("void", 9), ("expired", 1), ("open", 9))
        ]
        journal.settle(session, held[0].id, key="settle", at=at)
        journal.void(session, held[1].id, key="void", at=at)
        journal.expire(session, at=at + timedelta(days=1))
        journal.freeze(session, account, key="freeze", at=at, reason="Letter of 王桂花")
        journal.thaw(session, account, key="thaw", at=at, reason="Letter of 王桂花")
        session.commit()
        found = journal.transfers(session, acts=None, limit=100)
        others = [view for view in found if view.account not in (None, account)]
        return {v.act: v for v in found if v not in others and v.act is not Act.POST}


def test_entries_that_move_nothing_are_told_plainly_and_not_listed(
    desk: Desk, quiet: dict[Act, TransferView]
) -> None:
    browser = desk.browser()
    listed = browser.get("/ledger").text
    assert set(quiet) >= {*Act} - {Act.POST, Act.CLOSE}

    for act, view in quiet.items():
        page = browser.get(f"/ledger/transfers/{view.id}").text
        assert (str(view.id) in listed) == (act is Act.SETTLE)
        assert str(label(act)) in page or act in (Act.HOLD, Act.SETTLE)
        assert ("Nothing moved by this entry" in page) == (not view.postings)
        assert browser.get(f"/ledger/proof/{view.id}").status_code == 200
    settled_hold = browser.get(f"/ledger/transfers/{quiet[Act.HOLD].id}").text
    assert "The hold has ended" in settled_hold
    assert "What is held" in settled_hold
    assert "What moved" not in settled_hold
    settled = browser.get(f"/ledger/transfers/{quiet[Act.SETTLE].id}").text
    assert "It ends this hold." in settled


def test_whose_account_is_opened_or_frozen_is_not_public(
    desk: Desk, paid: Paid, quiet: dict[Act, TransferView]
) -> None:
    readers_of = readers(desk, paid)
    checkpoint(desk)
    for view in quiet.values():
        for name, reader in readers_of.items():
            knows = name in ("auditor", "administrator", "county officer", "owner")
            if knows or not (view.account or view.postings):
                continue
            browser = desk.browser(reader)
            for url in (
                f"/ledger/transfers/{view.id}",
                f"/ledger/proof/{view.id}",
                f"/api/v1/ledger/transfers/{view.id}",
                f"/api/v1/ledger/transfers/{view.id}/receipt",
            ):
                page = browser.get(url).text
                assert paid.party.number not in page, (url, name)
                assert "王桂花" not in page
                assert view.nonce not in page


def test_the_contents_of_every_act_hash_to_its_hash(
    desk: Desk, paid: Paid, quiet: dict[Act, TransferView]
) -> None:
    auditor = desk.browser(readers(desk, paid)["auditor"])
    for view in quiet.values():
        page = auditor.get(f"/ledger/transfers/{view.id}").text
        found = search(r'(?s)id="contents">(.*?)</pre>', page)
        assert found is not None
        assert sha256(unescape(found[1]).encode()).hexdigest() == view.hash


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

    assert set(balance) == {"CNY", "land", "share", "report"}
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


def test_what_is_held_stands_apart_from_the_balance(desk: Desk, paid: Paid) -> None:
    cash = f"party:{paid.party.number}:cash"
    with desk.session() as session:
        at = datetime.now(UTC)
        before = journal.balance(session, cash, "CNY")
        lines = (Posting(source=cash, target="world:cny", unit="CNY", quantity=1_00),)
        asked = Transfer(key="held", kind="payout", occurred_at=at, reference="w:1", postings=lines)
        journal.hold(session, asked, at=at, expires_at=at + timedelta(days=9))
        journal.freeze(session, cash, key="freeze", at=at, reason="a court's letter")
        session.commit()
    browser = desk.browser(readers(desk, paid)["auditor"])

    def figures(account: str, **asked: str) -> dict[str, str]:
        told = {"account": account, "unit": "CNY"} | asked
        page = browser.get("/audit/statement", query_string=told).text
        found = findall(r"(?s)<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page)
        return {unescape(name): unescape(sub("<.*?>", "", text)) for name, text in found}

    held = figures(cash)
    assert held["Held, to go out"] == "¥1.00"
    assert held["Held, to come in"] == "¥0.00"
    assert held["Balance now"] == f"¥{before / 100:,.2f}"
    assert held["Available"] == f"¥{before / 100 - 1:,.2f}"
    world = figures("world:cny")
    assert world["Held, to come in"] == "¥1.00"
    assert world["Available"].startswith("no limit")
    page = browser.get("/audit/statement", query_string={"account": cash, "unit": "CNY"}).text
    assert "The account stands so now: Frozen, nothing goes out." in page


def test_a_statement_is_read_as_of_a_past_day(desk: Desk, paid: Paid) -> None:
    cash = f"party:{paid.party.number}:cash"
    browser = desk.browser(readers(desk, paid)["auditor"])
    with desk.session() as session:
        newest, *_, first = journal.statement(session, cash, "CNY")

    def read(day: str) -> str:
        told = {"account": cash, "unit": "CNY", "as_of": day}
        return browser.get("/audit/statement", query_string=told).text

    before = local_date(first.recorded_at) - timedelta(days=1)
    after = local_date(newest.recorded_at)
    assert "Nothing was ever posted here" in read(before.isoformat())
    assert "¥0.00" in read(before.isoformat())
    assert str(newest.transfer) in read(after.isoformat())
    assert "Balance at the end of" in read(after.isoformat())
    assert "Held, to go out" not in read(after.isoformat())


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
