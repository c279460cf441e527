"""Passwords: kept as Argon2id hashes, and refused when anyone would guess them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from database.refusals import Invalid

HASHER: Final = PasswordHasher()
"""The library's own profile, the second of RFC 9106 (64 MiB, 3 passes)."""

RUNS: Final = tuple(
    run
    for row in (
        "abcdefghijklmnopqrstuvwxyz",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1q2w3e4r5t6y7u8i9o0p",
        "qazwsxedcrfvtgbyhnujm",
    )
    for run in (row, row[::-1])
)
"""What the alphabet or a finger on the keys runs along, both ways."""

_LISTED: Final = """
    admin administrator anji asdf bank changeme demo dragon football forever guest hello huzhou
    iloveyou letmein liangshan liangshanyinhang login love lucid lvshui master mima monkey nihao
    p@ssw0rd p@ssword pass passw0rd password princess qweasd qweasdzxc root secret sunshine
    system taobao test user welcome woaini woaizhongguo xiaoming yinhang zhejiang zhongguo zxcv
    密码 安吉 我爱你 两山 两山银行 中国
"""
WORDS: Final = frozenset(_LISTED.split())
"""Words that are no password, and neither are they with digits and signs around them."""


class WeakPassword(Invalid):
    """The password would be guessed; `reason` is `short`, `digits`, `common` or `familiar`."""


@dataclass(frozen=True)
class Checked:
    """Whether a password matched, and the hash to store instead if the old one is out of date."""

    matches: bool
    new_hash: str | None = None


def hash_password(
    password: str, *, min_length: int, familiar: Iterable[str] = (), field: str = "password"
) -> str:
    """The Argon2id hash to store for a new password.

    `familiar` is what others know of its maker (name, telephone number): no password may contain
    it. Refuses: WeakPassword.
    """
    password = _same_keys(password)
    if len(password) < min_length:
        raise WeakPassword(
            f"a password has at least {min_length} characters",
            field=field,
            reason="short",
            min_length=min_length,
        )
    if not any(c.isalpha() for c in password):
        raise WeakPassword(
            "digits alone are a date or a telephone number", field=field, reason="digits"
        )
    if _is_common(password.casefold()):
        raise WeakPassword("the password is on every list of guesses", field=field, reason="common")
    known = (_same_keys(text).casefold() for text in familiar)
    if any(len(text) > 1 and text in password.casefold() for text in known):
        raise WeakPassword(
            "the password contains your name or number", field=field, reason="familiar"
        )
    return HASHER.hash(password)


def check_password(stored: str | None, password: str) -> Checked:
    """Whether the password is the one behind the stored hash.

    Give None for a login that does not exist: it takes as long, and so tells a stranger nothing.
    A stored text that is no hash matches nothing.
    """
    password = _same_keys(password)
    try:
        HASHER.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return Checked(matches=False)
    if not stored:
        return Checked(matches=False)
    stale = HASHER.check_needs_rehash(stored)
    return Checked(matches=True, new_hash=HASHER.hash(password) if stale else None)


@lru_cache
def _nobodys_hash() -> str:
    return HASHER.hash("nobody's password")


def _same_keys(password: str) -> str:
    """One spelling for what a Chinese keyboard types in full width and another in half (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _is_common(plain: str) -> bool:
    """Whether it repeats a short piece, or is a run or a word with digits and signs around it."""
    piece = (plain + plain).find(plain, 1)  # the length of the shortest piece that is repeated
    if piece < len(plain) and piece <= 4:
        return True
    letters = [place for place, c in enumerate(plain) if c.isalpha()]
    word = plain[letters[0] : letters[-1] + 1]
    return word in WORDS or any(word in run or plain in run for run in RUNS)
