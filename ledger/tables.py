"""The ledger's tables: journal, state and log.

The journal (transfer, about, posting, held) and the log (leaf, node, seal, checkpoint) are
append-only. The state (balance, open hold, standing of accounts) is what the journal comes to, kept
beside it in the same transaction, and recomputed by `verify`. All are Core tables: several times
faster to write than ORM objects, and nobody can change a row by assigning to an attribute.
"""

from collections.abc import Iterator

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)

from database.base import Base
from database.types import Moment, choice
from ledger import functions
from ledger.model import Act, Standing
from ledger.triggers import GUARDED, attach

SERIAL = BigInteger().with_variant(Integer(), "sqlite")
CODE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its bytes on both databases, so that a prefix is a range of an index."""

unit = Table(
    "ledger_unit",
    Base.metadata,
    Column("id", SERIAL, primary_key=True),
    Column("code", CODE, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

account = Table(
    "ledger_account",
    Base.metadata,
    Column("id", SERIAL, primary_key=True),
    Column("code", CODE, nullable=False, unique=True),
    Column("may_go_negative", Boolean, nullable=False),
    Column("may_go_positive", Boolean, nullable=False),
    Column("standing", choice(Standing), nullable=False),
)

transfer = Table(
    "ledger_transfer",
    Base.metadata,
    Column("number", SERIAL, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("key", CODE, nullable=False, unique=True),
    Column("nonce", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("act", choice(Act), nullable=False),
    Column("kind", CODE, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    # From when on it counts in balances of past moments: when it was recorded, or as late as what
    # its accounts saw before it. It follows from the rows before, and is not part of the hash.
    Column("as_of", Moment, nullable=False),
    Column("reference", CODE, nullable=False),
    Column("memo", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "reference", "number"),
)


about = Table(
    "ledger_about",
    Base.metadata,
    Column(
        "transfer",
        BigInteger,
        ForeignKey(transfer.c.number),
        primary_key=True,
        autoincrement=False,
    ),
    Column("reverses", BigInteger, ForeignKey(transfer.c.number), unique=True),
    Column("ends", BigInteger, ForeignKey(transfer.c.number), unique=True),
    Column("expires_at", Moment),
    Column("account", BigInteger, ForeignKey(account.c.id)),
    Column("unit", BigInteger, ForeignKey(unit.c.id), unique=True),
    CheckConstraint(
        "coalesce(reverses, ends, account, unit) IS NOT NULL OR expires_at IS NOT NULL",
        name="says_something",
    ),
    Index(None, "account", "transfer"),
)
"""What an entry is about beside what it moves: the transfer that it reverses, the hold that it
ends, the hold's expiry, the account or unit that it opens or whose standing it changes. Few entries
are: those that are about nothing else have no row here, and no empty keys to check."""


def balances_of_both_sides() -> Iterator[ForeignKeyConstraint]:
    """What a line moves or holds is there; a balance has its account and its unit."""
    for side in ("source", "target"):
        yield ForeignKeyConstraint(
            [side, "unit"], ["ledger_balance.account", "ledger_balance.unit"]
        )


posting = Table(
    "ledger_posting",
    Base.metadata,
    Column("transfer", BigInteger, ForeignKey(transfer.c.number), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("source", BigInteger, nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("unit", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # The two balances that this posting left behind, and their place in the accounts' histories.
    Column("source_version", BigInteger, nullable=False),
    Column("source_balance", BigInteger, nullable=False),
    Column("target_version", BigInteger, nullable=False),
    Column("target_balance", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("source <> target", name="goes_somewhere"),
    *balances_of_both_sides(),
    Index(None, "source", "unit", "source_version", unique=True),
    Index(None, "target", "unit", "target_version", unique=True),
)

held = Table(
    "ledger_held",
    Base.metadata,
    Column("transfer", BigInteger, ForeignKey(transfer.c.number), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("source", BigInteger, nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("unit", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("source <> target", name="goes_somewhere"),
    *balances_of_both_sides(),
    Index(None, "source", "transfer"),
    Index(None, "target", "transfer"),
)
"""What a hold keeps for a later settlement, posting by posting."""

open_hold = Table(
    "ledger_open_hold",
    Base.metadata,
    Column(
        "transfer",
        BigInteger,
        ForeignKey(transfer.c.number),
        primary_key=True,
        autoincrement=False,
    ),
    Column("expires_at", Moment, nullable=False, index=True),
)
"""The holds that were not settled, voided or let expire yet."""

balance = Table(
    "ledger_balance",
    Base.metadata,
    Column("account", BigInteger, ForeignKey(account.c.id), primary_key=True),
    Column("unit", BigInteger, ForeignKey(unit.c.id), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    # What open holds are to take out, and to bring in.
    Column("held_out", BigInteger, nullable=False),
    Column("held_in", BigInteger, nullable=False),
    Column("as_of", Moment),
    # The account's rules and standing, where a writer that waited for this row sees them.
    Column("may_go_negative", Boolean, nullable=False),
    Column("may_go_positive", Boolean, nullable=False),
    Column("standing", choice(Standing), nullable=False),
    # The second guard, should the first one in the journal ever fail.
    CheckConstraint("may_go_negative OR quantity >= held_out", name="not_overdrawn"),
    CheckConstraint("may_go_positive OR quantity <= -held_in", name="not_above_zero"),
    CheckConstraint("held_out >= 0 AND held_in >= 0", name="held_something"),
    Index(None, "unit", "account"),
)

leaf = Table(
    "ledger_leaf",
    Base.metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer", Uuid, ForeignKey(transfer.c.id), nullable=False, unique=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

node = Table(
    "ledger_node",
    Base.metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
)
"""Roots of whole subtrees of 256, 256², … leaves (level 8, 16, …): a proof reads few rows."""

seal = Table(
    "ledger_seal",
    Base.metadata,
    Column("turn", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("edge", Text, nullable=False),
    Column("checkpoint", BigInteger, nullable=False),
)
"""The tree after each turn of the sequencer, from 1 without gaps: its size, its right edge
(`merkle.Frontier`, in hex), and the size of the newest checkpoint, 0 before the first."""

checkpoint = Table(
    "ledger_checkpoint",
    Base.metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

ALL = [
    unit,
    account,
    transfer,
    about,
    posting,
    held,
    open_hold,
    balance,
    leaf,
    node,
    seal,
    checkpoint,
]

for _name in GUARDED:
    attach(Base.metadata.tables[_name])
functions.attach(balance)
