"""The key that signs the ledger's checkpoints, from the settings."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app

from database.directory import Bank, bank_of
from database.refusals import Conflict
from ledger.log import Signer, Verifier
from web.session import request_session


class NoSigningKey(Conflict):
    """The bank cannot sign checkpoints: SIGNING_KEY is not set."""


def find_signer() -> Signer | None:
    """The signer of this bank's log, or None where no key is set."""
    return signer_of(current_app, bank_of(request_session()))


def signer_of(app: Flask, bank: Bank) -> Signer | None:
    """The signer of a bank's log, or None where no key is set."""
    seed = app.config["SIGNING_KEY"]
    if not seed:
        return None
    name = f"liangshan-bank/{bank.county}"
    retired = tuple(key for key in app.config["RETIRED_KEYS"] if key.name == name)
    return Signer(name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)), retired)


def read_keys(text: str) -> tuple[Verifier, ...]:
    """The public keys in a text, between commas. Refuses: BadNote."""
    return tuple(Verifier.from_text(key) for key in text.split(",") if key.strip())


def signer() -> Signer:
    """The signer of this bank's log. Refuses: NoSigningKey."""
    found = find_signer()
    if found is None:
        raise NoSigningKey("set SIGNING_KEY to 64 hex digits")
    return found
