"""The log: committed transfers sealed in order into a Merkle tree, and signed checkpoints of it.

A checkpoint is a C2SP tlog-checkpoint: a signed note of the tree's size and root.
"""

import base64
import binascii
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, exists, insert, select, text
from sqlalchemy.orm import Session

from ledger import merkle, tables as t
from ledger.refusals import NotSealed

SEQUENCER_LOCK: Final = 0x6C656467_65720001
"""The advisory lock that lets one sequencer in at a time ("ledger" and a number)."""

LATE: Final = {"postgresql": 1_000, "sqlite": 0}
"""How far behind the last sealed one the commits of others may come; SQLite has one writer."""

BATCH: Final = 5_000


@dataclass(frozen=True)
class Verifier:
    """The public half of a log's key: what anyone needs to check a checkpoint."""

    name: str
    key: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature line names its key (C2SP signed-note)."""
        raw = self.key.public_bytes_raw()
        return sha256(self.name.encode() + b"\n\x01" + raw).digest()[:4]

    def accepts(self, note: str) -> bool:
        """Whether the note bears this key's good signature."""
        body, _, signatures = note.rpartition("\n\n")
        for line in signatures.splitlines():
            dash, _, signed = line.partition(" ")
            name, _, encoded = signed.partition(" ")
            if (dash, name) != ("\u2014", self.name):
                continue
            try:
                raw = base64.b64decode(encoded, validate=True)
                if raw[:4] == self.key_id:
                    self.key.verify(raw[4:], f"{body}\n".encode())
                    return True
            except (binascii.Error, InvalidSignature):
                return False
        return False


@dataclass(frozen=True)
class Signer:
    """A log's name (its origin, such as `bank.example/330523`) and its private key."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.key.public_key())

    def sign(self, size: int, root: bytes) -> str:
        """The signed note of a tree of this size and root."""
        body = f"{self.name}\n{size}\n{base64.b64encode(root).decode()}\n"
        signature = base64.b64encode(self.verifier.key_id + self.key.sign(body.encode())).decode()
        return f"{body}\n\u2014 {self.name} {signature}\n"


@dataclass(frozen=True)
class Checkpoint:
    """The log at one size: its root (hex), and the note that says so."""

    size: int
    root: str
    note: str
    at: datetime


@dataclass(frozen=True)
class Inclusion:
    """Where a transfer stands in the log, and the path (hex) from it to the root."""

    transfer: UUID
    index: int
    size: int
    leaf: str
    root: str
    path: tuple[str, ...]


def leaf_of(transfer_hash: str) -> bytes:
    """The leaf hash of a transfer, from its own hash in hex."""
    return merkle.leaf_hash(bytes.fromhex(transfer_hash))


def seal(session: Session, *, thorough: bool = False) -> int:
    """Append committed transfers that are not in the log yet, as recorded; how many there were.

    Run it in a transaction of its own, so that it sees what is committed and nothing else. A
    transfer whose commit came late follows those that were sealed before it; one that let more
    than `LATE` others pass waits for a `thorough` seal, which looks at all.
    """
    connection = session.connection()
    _take_turn(connection)
    last = connection.execute(
        select(t.leaf.c.position, t.transfer.c.number)
        .join(t.transfer, t.transfer.c.id == t.leaf.c.transfer)
        .order_by(t.leaf.c.position.desc())
        .limit(1)
    ).first()
    size = 0 if last is None else last.position + 1
    wanted = (
        select(t.transfer.c.id, t.transfer.c.hash)
        .where(~exists().where(t.leaf.c.transfer == t.transfer.c.id))
        .order_by(t.transfer.c.number)
    )
    if last is not None and not thorough:
        wanted = wanted.where(t.transfer.c.number > last.number - LATE[connection.dialect.name])
    waiting = connection.execute(wanted)
    sealed = 0
    for rows in waiting.partitions(BATCH):
        connection.execute(
            insert(t.leaf),
            [
                {
                    "position": size + sealed + place,
                    "transfer": row.id,
                    "hash": leaf_of(row.hash).hex(),
                }
                for place, row in enumerate(rows)
            ],
        )
        sealed += len(rows)
    return sealed


def checkpoint(session: Session, signer: Signer, at: datetime) -> Checkpoint:
    """Seal what is waiting, and sign the log as it stands; the last checkpoint if none is new."""
    seal(session, thorough=True)
    connection = session.connection()
    last = latest_checkpoint(session)
    tree = merkle.Frontier()
    for leaf in _leaves(connection):
        tree.append(leaf)
    if last is not None and last.size == tree.size:
        return last
    made = Checkpoint(tree.size, tree.root().hex(), signer.sign(tree.size, tree.root()), at)
    connection.execute(
        insert(t.checkpoint),
        {"size": made.size, "root": made.root, "note": made.note, "at": made.at},
    )
    return made


def latest_checkpoint(session: Session) -> Checkpoint | None:
    """The checkpoint of the largest size, if there is one."""
    found = session.execute(
        select(t.checkpoint).order_by(t.checkpoint.c.size.desc()).limit(1)
    ).first()
    return None if found is None else Checkpoint(**found._mapping)


def prove(session: Session, transfer_id: UUID, *, size: int | None = None) -> Inclusion:
    """The proof that the transfer is in the log of this size (default: the last checkpoint's).

    Refuses: NotSealed.
    """
    if size is None:
        last = latest_checkpoint(session)
        size = 0 if last is None else last.size
    found = prove_all(session, [transfer_id], size=size).get(transfer_id)
    if found is None:
        raise NotSealed("the transfer is not in the log yet", transfer=str(transfer_id), size=size)
    return found


def prove_all(
    session: Session, transfer_ids: Collection[UUID], *, size: int
) -> dict[UUID, Inclusion]:
    """The proofs of those that are in the log of this size; the leaves are read once for all."""
    indexes = session.execute(
        select(t.leaf.c.transfer, t.leaf.c.position)
        .where(t.leaf.c.transfer.in_(transfer_ids), t.leaf.c.position < size)
        .order_by(t.leaf.c.position)
    ).all()
    if not indexes:
        return {}
    tree = merkle.Tree(list(_leaves(session.connection(), size)))
    root = tree.root().hex()
    return {
        transfer_id: Inclusion(
            transfer=transfer_id,
            index=index,
            size=len(tree.leaves),
            leaf=tree.leaves[index].hex(),
            root=root,
            path=tuple(node.hex() for node in tree.inclusion_proof(index)),
        )
        for transfer_id, index in indexes
    }


def prove_consistency(session: Session, old_size: int, size: int) -> list[str]:
    """The path (hex) that shows the log of `old_size` to be the beginning of that of `size`."""
    leaves = list(_leaves(session.connection(), size))
    return [node.hex() for node in merkle.consistency_proof(leaves, old_size)]


def _leaves(connection: Connection, size: int | None = None) -> Iterator[bytes]:
    wanted = select(t.leaf.c.hash).order_by(t.leaf.c.position)
    if size is not None:
        wanted = wanted.where(t.leaf.c.position < size)
    for row in connection.execute(wanted, execution_options={"yield_per": BATCH}):
        yield bytes.fromhex(row.hash)


def _take_turn(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": SEQUENCER_LOCK})
