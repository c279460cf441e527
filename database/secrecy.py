"""Keeping personal numbers secret at rest: encryption, and fingerprints to find them by."""

import hmac
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, MultiFernet

from database.settings import settings


class NoEncryptionKey(RuntimeError):
    """ENCRYPTION_KEYS is not set: the bank will not store personal numbers in the clear."""


@lru_cache
def _keys() -> tuple[str, ...]:
    keys = tuple(k for k in settings().encryption_keys.get_secret_value().split(",") if k)
    if not keys:
        raise NoEncryptionKey("set ENCRYPTION_KEYS to one or more Fernet keys")
    return keys


@lru_cache
def _ring() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys()])


def encrypt(text: str) -> str:
    """The text under the newest key."""
    return _ring().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """What `encrypt` was given, under any key still in the ring."""
    return _ring().decrypt(token.encode()).decode()


def fingerprint(text: str) -> str:
    """A keyed digest (HMAC-SHA-256, hex): equal texts meet, and the text cannot be guessed back.

    It is keyed by the oldest key, so that adding a newer one loses no match.
    """
    return hmac.new(_keys()[-1].encode(), text.encode(), sha256).hexdigest()
