"""Signed notes: the text form of a log's checkpoint, its keys, and what makes one well-formed.

After C2SP signed-note (https://c2sp.org/signed-note) and tlog-checkpoint
(https://c2sp.org/tlog-checkpoint), with Ed25519 signatures.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple, NoReturn, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from database.refusals import Invalid
from ledger.model import is_in_range, moment_text

ED25519: Final = b"\x01"
"""By which a signed note's key says of what kind it is."""
MOST_SIGNATURES: Final = 100
MAX_SIZE: Final = 2**63 - 1

_NAME: Final = re.compile(r"[^\s+]+")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")
_AT: Final = "at "
"""By which the line begins that says when the checkpoint was made."""
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(Invalid):
    """A signed note or a key that is not well-formed: `field` (what part of it), `what`."""


class Note(NamedTuple):
    """What a checkpoint says: the log's name, how many leaves it has, and their root.

    And when it was made; others' checkpoints, and those that this package made at first, do not.
    """

    origin: str
    size: int
    root: bytes
    at: datetime | None = None


def parse_note(note: str) -> Note:
    """What the checkpoint says, if it is a well-formed one; signatures are not checked.

    Lines that extend it may follow the root; the first that is like ours says `at`. Refuses:
    BadNote.
    """
    text, _ = _opened(note)
    lines = text.split("\n")[:-1]
    if len(lines) < 3 or "" in lines:
        _refuse("text", "it is not an origin, a size, a root and lines that extend them")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        _refuse("size", "it is not a whole number without leading zeros")
    raw = _from_base64("root", root)
    if len(raw) != 32:
        _refuse("root", "it has not 32 bytes")
    return Note(origin, int(size), raw, next(filter(None, map(_moment, lines[3:])), None))


def _moment(line: str) -> datetime | None:
    """When the checkpoint was made, if this line says it just as `Signer.sign` does."""
    try:
        at = datetime.fromisoformat(line.removeprefix(_AT))
    except ValueError:
        return None
    return at if is_in_range(at) and line == f"{_AT}{moment_text(at)}" else None


@dataclass(frozen=True)
class Verifier:
    """The public half of a log's key: what anyone needs to check a checkpoint."""

    name: str
    key: Ed25519PublicKey

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The key whose `text` this is. Refuses: BadNote."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        if not _NAME.fullmatch(name):
            _refuse("name", "a key's name has no blanks and no plus")
        raw = _from_base64("key", encoded)
        if len(raw) != 33 or raw[:1] != ED25519:
            _refuse("key", "it is not an Ed25519 key")
        found = cls(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
        if not _KEY_ID.fullmatch(key_id) or bytes.fromhex(key_id) != found.key_id:
            _refuse("key_id", "it is not that of this name and key")
        return found

    def text(self) -> str:
        """The key as signed notes know it: `name+id+key`, the id in hex, the key in base64."""
        key = base64.b64encode(ED25519 + self.key.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature line names its key."""
        named = self.name.encode() + b"\n" + ED25519
        return sha256(named + self.key.public_bytes_raw()).digest()[:4]

    def accepts(self, note: str) -> bool:
        """Whether the note is well-formed and bears this key's good signature."""
        try:
            text, signatures = _opened(note)
        except BadNote:
            return False
        own = [raw for name, raw in signatures if name == self.name and raw[:4] == self.key_id]
        return bool(own) and all(self._signed(raw[4:], text) for raw in own)

    def _signed(self, signature: bytes, text: str) -> bool:
        try:
            self.key.verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A log's name (its origin, such as `bank.example/330523`) and its private key.

    `retired` are the public keys that the log was signed with before.
    """

    name: str
    key: Ed25519PrivateKey
    retired: tuple[Verifier, ...] = ()

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.key.public_key())

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """The public keys of all this log's signatures, today's first."""
        return (self.verifier, *self.retired)

    def verifier_of(self, note: str) -> Verifier | None:
        """The one of them whose good signature the note bears, if it does."""
        return next((known for known in self.verifiers if known.accepts(note)), None)

    def sign(self, size: int, root: bytes, at: datetime | None = None) -> str:
        """The signed note of a tree of this size and root, made at this moment."""
        body = f"{self.name}\n{size}\n{base64.b64encode(root).decode()}\n"
        if at is not None:
            body += f"{_AT}{moment_text(at)}\n"
        signature = base64.b64encode(self.verifier.key_id + self.key.sign(body.encode())).decode()
        return f"{body}\n\u2014 {self.name} {signature}\n"


def _opened(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text that is signed, and who signed it, with key id and signature. Refuses: BadNote."""
    if _CONTROL.search(note) or not _is_text(note):
        _refuse("note", "it is not plain text")
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        _refuse("note", "its signatures do not follow an empty line")
    lines = signatures[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        _refuse("signature", f"there are more than {MOST_SIGNATURES}")
    return f"{text}\n", [_signature(line) for line in lines]


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "\u2014" or not _NAME.fullmatch(name):
        _refuse("signature", "the line is not a dash, a name and a signature")
    raw = _from_base64("signature", encoded)
    if len(raw) < 5:
        _refuse("signature", "it is too short")
    return name, raw


def _from_base64(field: str, text: str) -> bytes:
    """The bytes, if this is the one way to write them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        _refuse(field, "it is not base64")
    if base64.b64encode(raw).decode() != text:
        _refuse(field, "it is not base64 as it is meant to be written")
    return raw


def _is_text(note: str) -> bool:
    """Whether it has bytes in UTF-8: a lone surrogate, which JSON can carry, has none."""
    try:
        note.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse(field: str, what: str) -> NoReturn:
    raise BadNote(f"{field}: {what}", field=field, what=what)
