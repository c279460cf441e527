"""The proof of an entry: checked in the reader's browser, tampered with, never overstated."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.orm import Session

from database.actor import Role
from database.directory import Bank
from ledger import journal, log
from ledger.signing import Signer, parse_note
from tests.databases import Postgresql, Sqlite, bank_settings
from tests.journeys.conftest import serving
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.world import World

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SEED: Final = "5e" * 32
"""The key that journeys are served with."""
OTHER_SEED: Final = "5f" * 32
ALL_PASSED: Final = dict.fromkeys(("read", "contents", "path", "signature"), "passed")
KEPT_PASSED: Final = ALL_PASSED | {"same": "passed", "growth": "passed"}


@dataclass(frozen=True)
class Entries:
    """What the log holds: an entry in two checkpoints, another, and one that waits."""

    first: UUID
    other: UUID
    waiting: UUID
    old: str
    new: str


def signer(seed: str = SEED) -> Signer:
    """The log's signer, or somebody who calls himself so."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    return Signer("liangshan-bank/330523", key)


@pytest.fixture(scope="module")
def committed_bank(
    backend: Sqlite | Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bank]:
    """One bank for all of these stories: they only read."""
    with backend.fresh() as url:
        bank = Bank(bank_settings(url, Path(tmp_path_factory.mktemp("files"))))
        yield bank
        bank.engine.dispose()


@pytest.fixture(scope="module")
def address(committed_bank: Bank, entries: Entries) -> Iterator[str]:
    """Where it is served."""
    with serving(committed_bank) as address:
        yield address


@pytest.fixture(scope="module")
def entries(committed_bank: Bank) -> Entries:
    """A villager's land, sealed; more land, sealed later; and land that is not sealed yet."""
    with committed_bank.session() as session:
        world = World(session, at=days_ago(60))
        owner = world.villager()
        world.user("王桂花", Role.OWNER, party=world.party_of(owner), login="guihua")
        first, other, old = stored(world, owner), stored(world), signed(session)
        stored(world)
        new, waiting = signed(session), stored(world)
        session.commit()
    return Entries(first, other, waiting, old, new)


def stored(world: World, owner: Any = None) -> UUID:
    """The entry of a deposit that was just stored."""
    deposit = world.deposit(owner=owner) if owner else world.deposit()
    found = journal.transfers(world.session, reference=f"deposit:{deposit.number}", limit=1)
    return found[0].id


def signed(session: Session) -> str:
    """The note of a new checkpoint."""
    session.commit()
    note = log.checkpoint(session, signer(), days_ago(20)).note
    session.commit()
    return note


@pytest.fixture
def villager(person: Callable[..., Person], entries: Entries) -> Person:
    """The owner at her phone, on the page of her entry."""
    guihua = person("guihua", phone=True)
    return guihua.open(f"/ledger/proof/{entries.first}")


def results(page: Page, group: str = "today") -> dict[str, str]:
    """How each step came out."""
    steps = page.locator(f"[data-group='{group}'] [data-step]")
    found = steps.evaluate_all("all => all.map(one => [one.dataset.step, one.dataset.result])")
    return dict(found)


def concludes(page: Page, verdict: str) -> None:
    """The one verdict in sight."""
    expect(page.locator(f"[data-verdict='{verdict}']")).to_be_visible()
    expect(page.locator("[data-verdict]:visible")).to_have_count(1)


def receipt(page: Page, transfer: UUID) -> dict[str, Any]:
    """The receipt as this reader may download it."""
    answer = page.request.get(f"/api/v1/ledger/transfers/{transfer}/receipt")
    found: dict[str, Any] = answer.json()
    return found


def check_with(page: Page, kept: Any = "", key: str = "") -> dict[str, str]:
    """Paste what was kept and press the button; how the kept receipt's steps came out."""
    text = kept if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False)
    page.locator("[name='kept-text']").fill(text)
    page.locator("[name='kept-key']").fill(key)
    with page.expect_response("**/receipt"):
        page.locator("main form button[type='submit']").click()
    expect(page.locator("[data-verdict='working']")).to_be_hidden()
    return results(page, "kept")


def turned(hexes: str, place: int = 20) -> str:
    """The same with one digit changed."""
    digit = "0" if hexes[place] != "0" else "1"
    return hexes[:place] + digit + hexes[place + 1 :]


# -- what is good ----------------------------------------------------------------------------------


def test_the_owner_sees_all_of_her_entry_checked_on_her_own_phone(villager: Person) -> None:
    concludes(villager.page, "good")
    villager.reads("What your device checked")

    assert results(villager.page) == ALL_PASSED
    expect(
        villager.page.locator("[data-group='today'] [data-mark='passed']:visible")
    ).to_have_count(4)
    assert villager.troubles == []


def test_who_may_not_read_the_entry_is_told_what_was_not_checked(
    person: Callable[..., Person], entries: Entries
) -> None:
    anyone = person(language="en").open(f"/ledger/proof/{entries.first}")

    concludes(anyone.page, "part:contents")
    assert results(anyone.page) == ALL_PASSED | {"contents": "unchecked"}
    anyone.sees("3 of 4 checks passed", "Not checked")
    assert anyone.troubles == []


def test_an_entry_that_waits_says_so_and_shows_no_check(
    person: Callable[..., Person], entries: Entries
) -> None:
    anyone = person().open(f"/ledger/proof/{entries.waiting}")

    anyone.reads("Look again")
    concludes(anyone.page, "bank")
    expect(anyone.page.locator("[data-step], main form")).to_have_count(0)


def test_a_receipt_and_key_kept_from_earlier_are_held_against_today(
    villager: Person, entries: Entries
) -> None:
    page = villager.page
    kept = receipt(page, entries.first)
    old, new = parse_note(entries.old).size, parse_note(entries.new).size
    proof = page.request.get(f"/api/v1/ledger/transfers/{entries.first}/proof?size={old}").json()
    kept["inclusion"] = {name: proof[name] for name in ("index", "size", "path")}
    kept["checkpoint"] = entries.old
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method + request.url))

    assert check_with(page, kept, signer().verifier.text()) == KEPT_PASSED
    concludes(page, "good")
    expect(page.locator("[data-when='passed:kept']:visible")).to_have_count(2)
    assert next(each for each in sent if "consistency" in each).endswith(f"?from={old}&to={new}")
    assert all(each.startswith("GET") for each in sent)


def test_a_receipt_file_is_read_as_well(villager: Person, entries: Entries) -> None:
    page = villager.page
    path = villager.folder / "receipt.json"
    path.write_text(json.dumps(receipt(page, entries.first)))

    page.locator("[name='kept-file']").set_input_files(path)

    assert check_with(page) == KEPT_PASSED
    concludes(page, "good")


# -- what was tampered with ------------------------------------------------------------------------


def test_each_change_of_a_kept_receipt_fails_at_its_step(
    villager: Person, entries: Entries
) -> None:
    page = villager.page
    good = receipt(page, entries.first)
    transfer, inclusion, note = good["transfer"], good["inclusion"], good["checkpoint"]
    path = inclusion["path"]
    name, size, root, *signature = note.split("\n")
    forged = signer(OTHER_SEED).sign(int(size), bytes(32))
    cases: list[tuple[dict[str, Any], dict[str, str]]] = [
        (
            {"transfer": transfer | {"hash": turned(transfer["hash"])}},
            {"contents": "failed", "path": "failed", "same": "failed"},
        ),
        (
            {"transfer": transfer | {"contents": transfer["contents"].replace("store", "stole")}},
            {"contents": "failed"},
        ),
        (
            {"inclusion": inclusion | {"path": [turned(path[0]), *path[1:]]}},
            {"path": "failed"},
        ),
        ({"inclusion": inclusion | {"index": inclusion["index"] ^ 1}}, {"path": "failed"}),
        ({"inclusion": inclusion | {"path": path[:-1]}}, {"path": "failed"}),
        ({"inclusion": inclusion | {"path": [*path, path[0]]}}, {"path": "failed"}),
        ({"inclusion": inclusion | {"size": 2}}, {"path": "failed"}),
        (
            {"checkpoint": "\n".join([name, size, "A" * 43 + "=", *signature])},
            {"path": "failed", "signature": "failed", "growth": "failed"},
        ),
        (
            {"checkpoint": "\n".join([name, str(int(size) - 1), root, *signature])},
            {"path": "failed", "signature": "failed", "growth": "failed"},
        ),
        (
            {"checkpoint": note.replace(name, "other-bank/1", 1)},
            {"signature": "failed", "growth": "failed"},
        ),
        ({"checkpoint": forged}, {"path": "failed", "signature": "failed", "growth": "failed"}),
    ]
    for change, wrong in cases:
        assert check_with(page, good | change) == KEPT_PASSED | wrong, change
        concludes(page, "bad")
        failed = page.locator("[data-group='kept'] [data-mark='failed']:visible")
        expect(failed).to_have_count(len(wrong))
        assert results(page) == ALL_PASSED


def test_what_is_no_receipt_or_anothers_is_said_to_be_so(
    villager: Person, entries: Entries
) -> None:
    page = villager.page
    good = receipt(page, entries.first)

    for junk in (
        "rubbish",
        "{}",
        "null",
        json.dumps(good | {"format": "x"}),
        json.dumps(good)[:-9],
    ):
        found = check_with(page, junk)
        assert found["read"] == "failed"
        assert "passed" not in found.values()
        concludes(page, "bad:unreadable")
    found = check_with(page, receipt(page, entries.other))
    assert (found["read"], found["same"]) == ("failed", "failed")
    concludes(page, "bad:other")


def test_another_key_fails_the_signature_and_nothing_else(
    villager: Person, entries: Entries
) -> None:
    page = villager.page
    other = signer(OTHER_SEED).verifier.text()

    found = check_with(page, receipt(page, entries.first), other)

    assert found == KEPT_PASSED | {"signature": "failed"}
    assert results(page) == ALL_PASSED | {"signature": "failed"}
    concludes(page, "bad")


def test_a_key_with_a_wrong_letter_is_not_used(villager: Person, entries: Entries) -> None:
    page = villager.page
    concludes(page, "good")
    key = signer().verifier.text()
    for wrong in ("x", key[:-1], turned(key, key.index("+") + 3)):
        page.locator("[name='kept-key']").fill(wrong)
        page.locator("main form button[type='submit']").click()
        expect(page.locator("#kept-key-error")).to_be_visible()
        expect(page.locator("[name='kept-key']")).to_be_focused()
    page.locator("[name='kept-key']").fill("")
    page.locator("main form button[type='submit']").click()
    expect(page.locator("#kept-key-error")).to_be_hidden()
    expect(page.locator("#kept-file-error")).to_be_visible()


def test_a_book_that_was_rewritten_or_cut_short_is_found_by_an_old_receipt(
    villager: Person, entries: Entries
) -> None:
    page = villager.page
    good = receipt(page, entries.first)

    rewritten = signer().sign(2, bytes(32))
    found = check_with(page, good | {"checkpoint": rewritten})
    assert found == KEPT_PASSED | {"path": "failed", "growth": "failed"}
    concludes(page, "bad")

    longer = signer().sign(10_000, bytes(32))
    found = check_with(page, good | {"checkpoint": longer})
    assert found["growth"] == "failed"
    expect(page.locator("[data-when='failed:shorter']:visible")).to_have_count(1)


def test_a_bank_that_gives_out_a_tampered_receipt_today_is_found_out(
    villager: Person, entries: Entries
) -> None:
    page = villager.page
    good = receipt(page, entries.first)
    bad = good | {"transfer": good["transfer"] | {"hash": turned(good["transfer"]["hash"])}}
    page.route("**/receipt", lambda route: route.fulfill(json=bad))

    page.reload()

    concludes(page, "bad")
    assert results(page) == ALL_PASSED | {"contents": "failed", "path": "failed"}
    assert check_with(page, good) == KEPT_PASSED | {"same": "failed"}


# -- what could not be checked ---------------------------------------------------------------------


def test_what_does_not_arrive_is_not_checked(villager: Person, entries: Entries) -> None:
    page = villager.page
    kept = receipt(page, entries.first) | {"checkpoint": entries.old}

    def refuse(route: Route) -> None:
        route.fulfill(status=409, json={})

    page.route("**/consistency?*", refuse)
    assert check_with(page, kept)["growth"] == "unchecked"
    page.unroute("**/consistency?*")

    page.route("**/receipt", refuse)
    page.reload()
    concludes(page, "part")
    assert set(results(page).values()) == {"unchecked"}
    expect(page.locator("[data-mark='passed']:visible")).to_have_count(0)


NO_ED25519 = """
const known = crypto.subtle.importKey.bind(crypto.subtle);
crypto.subtle.importKey = (format, key, how, ...rest) => how.name === "Ed25519"
  ? Promise.reject(new DOMException("no", "NotSupportedError")) : known(format, key, how, ...rest);
"""
NO_CRYPTO = "Object.defineProperty(crypto, 'subtle', { value: undefined });"


@pytest.mark.parametrize(
    ("missing", "unchecked"),
    [(NO_ED25519, {"signature"}), (NO_CRYPTO, {"contents", "path", "signature"})],
    ids=["no Ed25519", "no cryptography"],
)
def test_what_a_browser_cannot_do_is_not_checked(
    villager: Person, entries: Entries, missing: str, unchecked: set[str]
) -> None:
    page = villager.page
    page.add_init_script(missing)

    page.reload()

    concludes(page, "part")
    assert results(page) == ALL_PASSED | dict.fromkeys(unchecked, "unchecked")


def test_without_javascript_it_is_the_banks_word_and_says_so(
    browser: Browser, address: str, entries: Entries
) -> None:
    context = browser.new_context(base_url=address, locale="en", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/ledger/proof/{entries.first}")

    expect(page.locator("[data-verdict]:visible")).to_contain_text("This is the bank's own word.")
    expect(page.locator("[data-mark]:visible")).to_have_count(0)
    expect(page.locator("main form")).to_be_hidden()
    context.close()
