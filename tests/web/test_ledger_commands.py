"""`flask ledger prove` and `verify --file`: checking the bank, and what somebody kept of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from database.engine import writing
from ledger import journal, log
from tests.ledger.entries import NOON
from tests.web.visiting import Site
from web.signing import signer_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def site(site: Site) -> Site:
    site.app.config["SIGNING_KEY"] = "5e" * 32
    site.world.deposit(owner=site.world.villager())
    site.session.commit()
    return site


def signer_of_site(site: Site) -> log.Signer:
    signer = signer_of(site.app, site.app.extensions["banks"].default)
    assert signer is not None
    return signer


def signed(site: Site) -> log.Checkpoint:
    signer = signer_of_site(site)
    with writing(site.session):
        return log.checkpoint(site.session, signer, NOON)


def run(site: Site, *words: str, fails: bool = False) -> dict[str, Any]:
    done = site.app.test_cli_runner().invoke(args=["ledger", *words, "--json"])
    assert done.exit_code == int(fails), done.output
    told: dict[str, Any] = json.loads(done.output)
    return told


def newest(site: Site) -> str:
    return str(journal.transfers(site.session, limit=1)[0].id)


def test_a_transfer_is_proved_up_to_the_signature(site: Site) -> None:
    signed(site)

    told = run(site, "prove", newest(site))

    assert told["ok"]
    assert set(told["steps"].values()) == {True}


def test_without_a_key_nothing_is_signed(site: Site) -> None:
    site.app.config["SIGNING_KEY"] = ""

    assert run(site, "checkpoint", fails=True)["code"] == "no_signing_key"


def test_a_transfer_that_no_checkpoint_covers_is_not_proved(site: Site) -> None:
    assert run(site, "prove", newest(site), fails=True)["code"] == "not_sealed"


def test_a_receipt_that_was_kept_is_checked_and_a_forged_one_is_not_good(
    site: Site, tmp_path: Path
) -> None:
    signed(site)
    kept = tmp_path / "receipt.json"
    run(site, "prove", newest(site), "--receipt", str(kept))

    assert run(site, "prove", "--check", str(kept))["ok"]

    forged = json.loads(kept.read_text())
    forged["transfer"]["hash"] = "0" * 64
    kept.write_text(json.dumps(forged))
    told = run(site, "prove", "--check", str(kept), fails=True)
    assert told["steps"]["inclusion"] is False

    kept.write_text("none of it")
    assert run(site, "prove", "--check", str(kept), fails=True)["code"] == "bad_receipt"


def test_another_key_does_not_vouch(site: Site, tmp_path: Path) -> None:
    signed(site)
    kept = tmp_path / "receipt.json"
    run(site, "prove", newest(site), "--receipt", str(kept))
    signer = signer_of_site(site)
    other = log.Signer(signer.name, Ed25519PrivateKey.generate()).verifier.text()

    told = run(site, "prove", "--check", str(kept), "--key", other, fails=True)

    assert told["steps"]["signature"] is False


def test_todays_log_goes_on_from_a_checkpoint_that_was_kept(site: Site, tmp_path: Path) -> None:
    note = tmp_path / "checkpoint"
    note.write_text(site.app.test_cli_runner().invoke(args=["ledger", "checkpoint"]).output)
    site.world.deposit(owner=site.world.villager())
    site.session.commit()
    signed(site)

    assert run(site, "prove", "--since", str(note))["ok"]


def test_a_log_that_is_smaller_than_what_was_kept_is_refused(site: Site, tmp_path: Path) -> None:
    made = signed(site)
    note = tmp_path / "checkpoint"
    root = bytes.fromhex(made.root)
    note.write_text(signer_of_site(site).sign(made.size + 1, root, NOON))

    assert run(site, "prove", "--since", str(note), fails=True)["code"] == "not_sealed"


@pytest.mark.parametrize(
    "words", [("prove", "--check"), ("prove", "--since"), ("verify", "--file")]
)
def test_what_is_no_such_file_at_all_is_refused(
    site: Site, tmp_path: Path, words: tuple[str, str]
) -> None:
    signed(site)
    file = tmp_path / "file"
    file.write_bytes(b"\xff\xfe" + b"[" * 100_000)

    assert run(site, *words, str(file), fails=True)["code"].startswith(("bad_", "tampered_"))


def test_one_thing_is_asked_at_a_time(site: Site) -> None:
    done = site.app.test_cli_runner().invoke(args=["ledger", "prove"])

    assert done.exit_code == 2
    assert "give one of" in done.output


def test_an_audit_file_is_checked_and_one_that_was_changed_is_refused(
    site: Site, tmp_path: Path
) -> None:
    signed(site)
    file = tmp_path / "audit.jsonl"
    export = site.app.test_cli_runner().invoke(args=["ledger", "export", "--format", "audit"])
    file.write_text(export.output)

    assert run(site, "verify", "--file", str(file))["signatures"] == 1

    lines = file.read_text().splitlines(keepends=True)
    lines[2] = lines[2].replace("0", "1", 1)
    file.write_text("".join(lines))
    told = run(site, "verify", "--file", str(file), fails=True)
    assert told["code"] == "tampered_file"
    assert told["facts"]["line"] == 3
