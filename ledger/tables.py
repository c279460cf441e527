"""The ledger's tables: journal, balances and log.

The journal is written through these in Core statements, never as ORM objects: that is several
times faster, and nobody can change a row by assigning to an attribute.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
)

from database.base import Base
from database.types import Moment
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
)

transfer = Table(
    "ledger_transfer",
    Base.metadata,
    Column("number", SERIAL, primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("key", CODE, nullable=False, unique=True),
    Column("nonce", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("kind", CODE, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("reference", CODE, nullable=False),
    Column("memo", Text, nullable=False),
    Column("reverses", BigInteger, ForeignKey("ledger_transfer.number"), unique=True),
    Column("hash", Text, nullable=False),
    Index(None, "reference", "number"),
)

posting = Table(
    "ledger_posting",
    Base.metadata,
    Column("transfer", BigInteger, ForeignKey(transfer.c.number), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("source", BigInteger, ForeignKey(account.c.id), nullable=False),
    Column("target", BigInteger, ForeignKey(account.c.id), nullable=False),
    Column("unit", BigInteger, ForeignKey(unit.c.id), nullable=False),
    Column("quantity", BigInteger, nullable=False),
    # The two balances that this posting left behind, and their place in the accounts' histories.
    Column("source_version", BigInteger, nullable=False),
    Column("source_balance", BigInteger, nullable=False),
    Column("target_version", BigInteger, nullable=False),
    Column("target_balance", BigInteger, nullable=False),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("source <> target", name="goes_somewhere"),
    Index(None, "source", "unit", "source_version", unique=True),
    Index(None, "target", "unit", "target_version", unique=True),
)

balance = Table(
    "ledger_balance",
    Base.metadata,
    Column("account", BigInteger, ForeignKey(account.c.id), primary_key=True),
    Column("unit", BigInteger, ForeignKey(unit.c.id), primary_key=True),
    Column("quantity", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("may_go_negative", Boolean, nullable=False),
    # The second guard, should the first one in the journal ever fail.
    CheckConstraint("may_go_negative OR quantity >= 0", name="not_overdrawn"),
    Index(None, "unit", "account"),
)

leaf = Table(
    "ledger_leaf",
    Base.metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("transfer", Uuid, ForeignKey(transfer.c.id), nullable=False, unique=True),
    Column("hash", Text, nullable=False),
)

checkpoint = Table(
    "ledger_checkpoint",
    Base.metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

ALL = [unit, account, transfer, posting, balance, leaf, checkpoint]

for _name in GUARDED:
    attach(Base.metadata.tables[_name])
