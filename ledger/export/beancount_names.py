"""Names that Beancount takes for our codes, each of one code only and told back from it."""

import re
from base64 import b32encode
from hashlib import sha256
from typing import Final

ESCAPED: Final = "0--"
"""How a part of an account's name begins that is not written as it is."""

_WORD: Final = re.compile(r"[a-z][a-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_PROPER: Final = re.compile(
    r"(?:[0-9][A-Za-z0-9]*|[A-Z](?:[A-Z0-9][A-Za-z0-9]*)?)(?:-[A-Za-z0-9]+)*"
)
_KEPT: Final = re.compile("[A-Za-z0-9\u4e00-\u9fff]")
_ESCAPE: Final = re.compile(r"-([0-9a-f]+)-")

_SYMBOL: Final = re.compile(r"[A-Z][A-Z0-9-]{0,22}[A-Z0-9]")
_PATH: Final = re.compile(r"[a-z][a-z0-9]*:[A-Z0-9](?:[A-Z0-9-]*[A-Z0-9])?")
_LONGEST: Final = 24
_OWN: Final = frozenset({"TRUE", "FALSE", "NULL"})
"""Words that Beancount's grammar has taken."""


def beancount_account(code: str, *, may_go_negative: bool = False) -> str:
    """The account's name: `party:P-7:cash` is `Assets:Party:P-7:Cash`.

    Accounts that may go below zero stand for the world outside and are Equity, all others Assets.
    A part that begins with two small letters is capitalised; one that begins with a digit, or with
    a capital and no small letter after it, stays; any other is `0--` and its characters,
    of which those that are no letter, digit or Chinese character are numbers in hex between dashes.
    """
    root = "Equity" if may_go_negative else "Assets"
    return ":".join((root, *map(_part, code.split(":"))))


def code_of(name: str) -> str:
    """The code of the account that `beancount_account` gave this name."""
    return ":".join(map(_part_of, name.split(":")[1:]))


def _part(part: str) -> str:
    if _WORD.fullmatch(part):
        return part[0].upper() + part[1:]
    if _PROPER.fullmatch(part):
        return part
    return ESCAPED + "".join(c if _KEPT.match(c) else f"-{ord(c):x}-" for c in part)


def _part_of(name: str) -> str:
    if name.startswith(ESCAPED):
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), name[len(ESCAPED) :])
    if name[1:2].islower() and name[0].isupper():
        return name[0].lower() + name[1:]
    return name


def beancount_commodity(code: str) -> str:
    """The unit's symbol: `CNY` stays, `land:D-7` is `LAND.D-7`.

    What fits neither form, or not in 24 characters, is `U_` and 22 characters of the code's
    SHA-256: the code itself stands in the commodity's metadata.
    """
    if _SYMBOL.fullmatch(code) and code not in _OWN:
        return code
    if len(code) <= _LONGEST and _PATH.fullmatch(code):
        head, _colon, rest = code.partition(":")
        return f"{head.upper()}.{rest}"
    return "U_" + b32encode(sha256(code.encode()).digest()).decode()[: _LONGEST - 2]
