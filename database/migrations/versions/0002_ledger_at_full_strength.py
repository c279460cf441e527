"""Holds, guards and standings of accounts, balances of past moments, and a log of short proofs.

What is there already is taken along: every account and unit gets its entry in the journal, and every
transfer the moment from which on it counts.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
import uuid_utils.compat as uuids
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS ledger_posting_no_replace",
        "DROP TRIGGER IF EXISTS ledger_transfer_no_replace",
        "CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_update BEFORE UPDATE ON "
        "ledger_transfer BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_delete BEFORE DELETE ON "
        "ledger_transfer BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_replace BEFORE INSERT ON "
        "ledger_transfer WHEN EXISTS (SELECT 1 FROM ledger_transfer WHERE number = "
        "NEW.number) OR EXISTS (SELECT 1 FROM ledger_transfer WHERE id = NEW.id) OR EXISTS "
        "(SELECT 1 FROM ledger_transfer WHERE key = NEW.key) OR EXISTS (SELECT 1 FROM "
        "ledger_transfer WHERE reverses = NEW.reverses) OR EXISTS (SELECT 1 FROM "
        "ledger_transfer WHERE ends = NEW.ends) OR EXISTS (SELECT 1 FROM ledger_transfer "
        "WHERE unit = NEW.unit) BEGIN SELECT RAISE(ABORT, 'ledger_transfer is "
        "append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_posting_no_update BEFORE UPDATE ON "
        "ledger_posting BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_posting_no_delete BEFORE DELETE ON "
        "ledger_posting BEGIN SELECT RAISE(ABORT, 'ledger_posting is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_posting_no_replace BEFORE INSERT ON "
        "ledger_posting WHEN EXISTS (SELECT 1 FROM ledger_posting WHERE transfer = "
        "NEW.transfer AND ordinal = NEW.ordinal) OR NEW.source_version <= (SELECT version "
        "FROM ledger_balance WHERE account = NEW.source AND unit = NEW.unit) OR "
        "NEW.target_version <= (SELECT version FROM ledger_balance WHERE account = "
        "NEW.target AND unit = NEW.unit) BEGIN SELECT RAISE(ABORT, 'ledger_posting is "
        "append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_held_no_update BEFORE UPDATE ON ledger_held "
        "BEGIN SELECT RAISE(ABORT, 'ledger_held is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_held_no_delete BEFORE DELETE ON ledger_held "
        "BEGIN SELECT RAISE(ABORT, 'ledger_held is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_held_no_replace BEFORE INSERT ON ledger_held "
        "WHEN EXISTS (SELECT 1 FROM ledger_held WHERE transfer = NEW.transfer AND ordinal "
        "= NEW.ordinal) BEGIN SELECT RAISE(ABORT, 'ledger_held is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_leaf_no_update BEFORE UPDATE ON ledger_leaf "
        "BEGIN SELECT RAISE(ABORT, 'ledger_leaf is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_leaf_no_delete BEFORE DELETE ON ledger_leaf "
        "BEGIN SELECT RAISE(ABORT, 'ledger_leaf is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_leaf_no_replace BEFORE INSERT ON ledger_leaf "
        "WHEN EXISTS (SELECT 1 FROM ledger_leaf WHERE position = NEW.position) OR EXISTS "
        "(SELECT 1 FROM ledger_leaf WHERE transfer = NEW.transfer) BEGIN SELECT "
        "RAISE(ABORT, 'ledger_leaf is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_node_no_update BEFORE UPDATE ON ledger_node "
        "BEGIN SELECT RAISE(ABORT, 'ledger_node is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_node_no_delete BEFORE DELETE ON ledger_node "
        "BEGIN SELECT RAISE(ABORT, 'ledger_node is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_node_no_replace BEFORE INSERT ON ledger_node "
        "WHEN EXISTS (SELECT 1 FROM ledger_node WHERE level = NEW.level AND position = "
        "NEW.position) BEGIN SELECT RAISE(ABORT, 'ledger_node is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_seal_no_update BEFORE UPDATE ON ledger_seal "
        "BEGIN SELECT RAISE(ABORT, 'ledger_seal is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_seal_no_delete BEFORE DELETE ON ledger_seal "
        "BEGIN SELECT RAISE(ABORT, 'ledger_seal is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_seal_no_replace BEFORE INSERT ON ledger_seal "
        "WHEN EXISTS (SELECT 1 FROM ledger_seal WHERE turn = NEW.turn) BEGIN SELECT "
        "RAISE(ABORT, 'ledger_seal is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS ledger_checkpoint_no_update BEFORE UPDATE ON "
        "ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'ledger_checkpoint is append-only'); "
        "END",
        "CREATE TRIGGER IF NOT EXISTS ledger_checkpoint_no_delete BEFORE DELETE ON "
        "ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'ledger_checkpoint is append-only'); "
        "END",
        "CREATE TRIGGER IF NOT EXISTS ledger_checkpoint_no_replace BEFORE INSERT ON "
        "ledger_checkpoint WHEN EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size = "
        "NEW.size) BEGIN SELECT RAISE(ABORT, 'ledger_checkpoint is append-only'); END",
    ),
    "postgresql": (
        "\n"
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE "
        "plpgsql AS $$\n"
        "BEGIN\n"
        "  RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only';\n"
        "END $$",
        "CREATE OR REPLACE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE "
        "OR TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE OR REPLACE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE "
        "OR TRUNCATE ON ledger_posting FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE OR REPLACE TRIGGER ledger_held_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_held FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE OR REPLACE TRIGGER ledger_leaf_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_leaf FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE OR REPLACE TRIGGER ledger_node_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_node FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE OR REPLACE TRIGGER ledger_seal_append_only BEFORE UPDATE OR DELETE OR "
        "TRUNCATE ON ledger_seal FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
        "CREATE OR REPLACE TRIGGER ledger_checkpoint_append_only BEFORE UPDATE OR "
        "DELETE OR TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION "
        "ledger_refuse_change()",
    ),
}
"""Append-only triggers; those of a table that SQLite copies are gone and made again."""

FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_post(
  p_id uuid, p_key text, p_nonce text, p_body_hash text, p_kind text, p_occurred_at timestamptz,
  p_recorded_at timestamptz, p_reference text, p_memo text, p_hash text,
  p_source text, p_target text, p_unit text, p_quantity bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_source bigint; v_target bigint; v_unit bigint; v_number bigint; v_as_of timestamptz;
  s ledger_balance; t ledger_balance; b ledger_balance;
BEGIN
  -- What has names but no balances yet, or holds, is for the long way: leave before locking.
  SELECT x.account, y.account, u.id INTO v_source, v_target, v_unit
  FROM ledger_account a, ledger_account c, ledger_unit u, ledger_balance x, ledger_balance y
  WHERE a.code = p_source AND c.code = p_target AND u.code = p_unit
    AND x.account = a.id AND x.unit = u.id AND x.held_out = 0 AND x.held_in = 0
    AND y.account = c.id AND y.unit = u.id AND y.held_out = 0 AND y.held_in = 0;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;

  -- In sorted order, as every writer does.
  FOR b IN
    SELECT * FROM ledger_balance WHERE unit = v_unit AND account IN (v_source, v_target)
    ORDER BY account FOR UPDATE
  LOOP
    IF b.account = v_source THEN s := b; ELSE t := b; END IF;
  END LOOP;
  IF s.standing <> 'open' OR t.standing <> 'open'
    OR s.held_out <> 0 OR s.held_in <> 0 OR t.held_out <> 0 OR t.held_in <> 0
    OR s.quantity < p_quantity + (CASE WHEN s.may_go_negative THEN -9223372036854775807 ELSE 0 END)
    OR t.quantity > (CASE WHEN t.may_go_positive THEN 9223372036854775807 ELSE 0 END) - p_quantity
  THEN
    RETURN 0;  -- the long way knows what to call it
  END IF;

  v_as_of := greatest(p_recorded_at, s.as_of, t.as_of);
  INSERT INTO ledger_transfer (id, key, nonce, body_hash, act, kind, occurred_at, recorded_at,
    as_of, reference, memo, hash)
  VALUES (p_id, p_key, p_nonce, p_body_hash, 'post', p_kind, p_occurred_at, p_recorded_at,
    v_as_of, p_reference, p_memo, p_hash)
  ON CONFLICT (key) DO NOTHING
  RETURNING number INTO v_number;
  IF v_number IS NULL THEN
    RETURN 0;  -- the key is taken
  END IF;
  INSERT INTO ledger_posting VALUES (v_number, 0, v_source, v_target, v_unit, p_quantity,
    s.version + 1, s.quantity - p_quantity, t.version + 1, t.quantity + p_quantity);
  UPDATE ledger_balance SET version = version + 1, as_of = v_as_of,
    quantity = quantity + CASE account WHEN v_source THEN -p_quantity ELSE p_quantity END
  WHERE unit = v_unit AND account IN (v_source, v_target);
  RETURN v_number;
END $$"""
"""By which PostgreSQL records a transfer of one posting."""

transfer = sa.table(
    "ledger_transfer",
    sa.column("number", sa.BigInteger()),
    sa.column("id", sa.Uuid()),
    *(sa.column(name, sa.Text()) for name in ("key", "nonce", "body_hash", "act", "kind")),
    *(
        sa.column(name, sa.DateTime(timezone=True))
        for name in ("occurred_at", "recorded_at", "as_of")
    ),
    *(sa.column(name, sa.Text()) for name in ("reference", "memo", "hash")),
    sa.column("account", sa.BigInteger()),
    sa.column("unit", sa.BigInteger()),
)
posting = sa.table(
    "ledger_posting",
    *(sa.column(name, sa.BigInteger()) for name in ("transfer", "source", "target", "unit")),
)
balance = sa.table(
    "ledger_balance",
    sa.column("account", sa.BigInteger()),
    sa.column("unit", sa.BigInteger()),
    sa.column("as_of", sa.DateTime(timezone=True)),
)
leaf = sa.table(
    "ledger_leaf", sa.column("transfer", sa.Uuid()), sa.column("number", sa.BigInteger())
)
account = sa.table(
    "ledger_account",
    sa.column("id", sa.BigInteger()),
    sa.column("code", sa.Text()),
    sa.column("may_go_negative", sa.Boolean()),
)
unit = sa.table(
    "ledger_unit",
    sa.column("id", sa.BigInteger()),
    sa.column("code", sa.Text()),
    sa.column("name", sa.Text()),
)


def upgrade() -> None:
    add_tables_and_columns()
    connection = op.get_bind()
    with unguarded(connection):
        date_transfers(connection)
        number_leaves(connection)
    forbid_gaps()
    enter_openings(connection, datetime.now(UTC))  # noqa: TID251 - no command gives a step its time
    for statement in GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(FUNCTION)


@contextmanager
def unguarded(connection: sa.Connection) -> Iterator[None]:
    """Let rows that are there get their new columns; GUARDS makes SQLite's triggers again."""
    tables = ("ledger_transfer", "ledger_leaf")
    if connection.dialect.name == "sqlite":
        for table in tables:
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
        yield
        return
    for table in tables:
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def number_leaves(connection: sa.Connection) -> None:
    """A leaf says the number of its entry."""
    connection.execute(
        sa.update(leaf).values(
            number=sa.select(transfer.c.number)
            .where(transfer.c.id == leaf.c.transfer)
            .scalar_subquery()
        )
    )


def add_tables_and_columns() -> None:
    """The new tables; the new columns with what they say of rows that are there."""
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "ledger_seal",
        sa.Column("turn", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("edge", sa.Text(), nullable=False),
        sa.Column("checkpoint", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_ledger_seal")),
    )
    op.create_table(
        "ledger_held",
        sa.Column("transfer", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("source", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_ledger_held_quantity_positive")),
        sa.CheckConstraint("source <> target", name=op.f("ck_ledger_held_goes_somewhere")),
        sa.ForeignKeyConstraint(
            ["source"], ["ledger_account.id"], name=op.f("fk_ledger_held_source")
        ),
        sa.ForeignKeyConstraint(
            ["target"], ["ledger_account.id"], name=op.f("fk_ledger_held_target")
        ),
        sa.ForeignKeyConstraint(
            ["transfer"], ["ledger_transfer.number"], name=op.f("fk_ledger_held_transfer")
        ),
        sa.ForeignKeyConstraint(["unit"], ["ledger_unit.id"], name=op.f("fk_ledger_held_unit")),
        sa.PrimaryKeyConstraint("transfer", "ordinal", name=op.f("pk_ledger_held")),
    )
    with op.batch_alter_table("ledger_held", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_held_source_transfer"), ["source", "transfer"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_held_target_transfer"), ["target", "transfer"], unique=False
        )

    op.create_table(
        "ledger_open_hold",
        sa.Column("transfer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["transfer"], ["ledger_transfer.number"], name=op.f("fk_ledger_open_hold_transfer")
        ),
        sa.PrimaryKeyConstraint("transfer", name=op.f("pk_ledger_open_hold")),
    )
    with op.batch_alter_table("ledger_open_hold", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ledger_open_hold_expires_at"), ["expires_at"], unique=False
        )

    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("may_go_positive", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column(
                "standing",
                sa.Enum(
                    "open",
                    "frozen",
                    "closed",
                    name="standing",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="open",
            )
        )

    with op.batch_alter_table("ledger_leaf", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("ledger_balance", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("held_out", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(
            sa.Column("held_in", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("may_go_positive", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(
            sa.Column(
                "standing",
                sa.Enum(
                    "open",
                    "frozen",
                    "closed",
                    name="standing",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="open",
            )
        )
        batch_op.drop_constraint(op.f("ck_ledger_balance_not_overdrawn"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_ledger_balance_not_overdrawn"), "may_go_negative OR quantity >= held_out"
        )
        batch_op.create_check_constraint(
            op.f("ck_ledger_balance_not_above_zero"), "may_go_positive OR quantity <= -held_in"
        )
        batch_op.create_check_constraint(
            op.f("ck_ledger_balance_held_something"), "held_out >= 0 AND held_in >= 0"
        )

    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "act",
                sa.Enum(
                    "post",
                    "hold",
                    "settle",
                    "void",
                    "expire",
                    "open_unit",
                    "open_account",
                    "freeze",
                    "thaw",
                    "close",
                    name="act",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="post",
            )
        )
        batch_op.add_column(sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ends", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("account", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("unit", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_ledger_transfer_reverses"), type_="unique")
        batch_op.create_index(
            batch_op.f("ix_ledger_transfer_account"),
            ["account"],
            unique=False,
            sqlite_where=sa.text("account IS NOT NULL"),
            postgresql_where=sa.text("account IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_transfer_ends"),
            ["ends"],
            unique=True,
            sqlite_where=sa.text("ends IS NOT NULL"),
            postgresql_where=sa.text("ends IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_transfer_reverses"),
            ["reverses"],
            unique=True,
            sqlite_where=sa.text("reverses IS NOT NULL"),
            postgresql_where=sa.text("reverses IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_ledger_transfer_unit"),
            ["unit"],
            unique=True,
            sqlite_where=sa.text("unit IS NOT NULL"),
            postgresql_where=sa.text("unit IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ledger_transfer_unit"), "ledger_unit", ["unit"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ledger_transfer_ends"), "ledger_transfer", ["ends"], ["number"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ledger_transfer_account"), "ledger_account", ["account"], ["id"]
        )


def forbid_gaps() -> None:
    """Now that every row says them, no row may leave them out, and the defaults may go."""
    with op.batch_alter_table("ledger_account") as batch_op:
        batch_op.alter_column("may_go_positive", server_default=None)
        batch_op.alter_column("standing", server_default=None)
    with op.batch_alter_table("ledger_balance") as batch_op:
        for name in ("held_out", "held_in", "may_go_positive", "standing"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("ledger_leaf") as batch_op:
        batch_op.alter_column("number", existing_type=sa.BigInteger(), nullable=False)
    with op.batch_alter_table("ledger_transfer") as batch_op:
        batch_op.alter_column("act", server_default=None)
        batch_op.alter_column("as_of", existing_type=sa.DateTime(timezone=True), nullable=False)


def date_transfers(connection: sa.Connection) -> None:
    """A transfer counts from when it was recorded, or as late as what its accounts saw before."""
    connection.execute(sa.update(transfer).values(as_of=transfer.c.recorded_at))
    latest: dict[tuple[int, int], datetime] = {}
    later = []
    for number, recorded_at, pairs in transfers(connection):
        as_of = max([recorded_at, *(latest[pair] for pair in pairs if pair in latest)])
        latest.update(dict.fromkeys(pairs, as_of))
        if as_of != recorded_at:
            later.append({"its_number": number, "its_as_of": as_of})
    if later:
        mine = transfer.c.number == sa.bindparam("its_number")
        connection.execute(
            sa.update(transfer).where(mine).values(as_of=sa.bindparam("its_as_of")), later
        )
    if latest:
        mine = (balance.c.account == sa.bindparam("its_account")) & (
            balance.c.unit == sa.bindparam("its_unit")
        )
        connection.execute(
            sa.update(balance).where(mine).values(as_of=sa.bindparam("its_as_of")),
            [
                {"its_account": pair[0], "its_unit": pair[1], "its_as_of": as_of}
                for pair, as_of in latest.items()
            ],
        )


def transfers(
    connection: sa.Connection,
) -> Iterator[tuple[int, datetime, set[tuple[int, int]]]]:
    """Each transfer's number, moment of recording, and pairs of account and unit, in order."""
    rows = connection.execute(
        sa.select(
            transfer.c.number,
            transfer.c.recorded_at,
            posting.c.source,
            posting.c.target,
            posting.c.unit,
        )
        .join_from(transfer, posting, posting.c.transfer == transfer.c.number)
        .order_by(transfer.c.number)
    ).all()
    number, recorded_at, pairs = 0, None, set[tuple[int, int]]()
    for row in rows:
        if row.number != number and recorded_at is not None:
            yield number, recorded_at, pairs
            pairs = set()
        number, recorded_at = row.number, aware(row.recorded_at)
        pairs |= {(row.source, row.unit), (row.target, row.unit)}
    if recorded_at is not None:
        yield number, recorded_at, pairs


def aware(moment: datetime) -> datetime:
    """SQLite keeps UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def enter_openings(connection: sa.Connection, now: datetime) -> None:
    """An entry for each unit and account that was opened before openings were entries."""
    entries = []
    for row in connection.execute(sa.select(unit).order_by(unit.c.id)).all():
        facts = {"act": "open_unit", "unit": row.code, "name": row.name}
        entries.append(entry(facts, f"ledger:unit:{row.code}", now) | {"unit": row.id})
    for row in connection.execute(sa.select(account).order_by(account.c.id)).all():
        facts = {
            "act": "open_account",
            "account": row.code,
            "may_go_negative": row.may_go_negative,
            "may_go_positive": True,
        }
        entries.append(entry(facts, f"ledger:account:{row.code}", now) | {"account": row.id})
    for start in range(0, len(entries), 1_000):
        connection.execute(sa.insert(transfer), entries[start : start + 1_000])


def entry(facts: dict[str, Any], key: str, now: datetime) -> dict[str, Any]:
    """The row of an entry that opens something."""
    said: dict[str, Any] = {"memo": "", "postings": [], "reference": "", "reverses": None}
    body = {**facts, "kind": facts["act"], **said}
    entry_id, nonce, moment = uuids.uuid7(), token_hex(16), now.isoformat(timespec="microseconds")
    whole = {
        "body": body,
        "id": str(entry_id),
        "key": key,
        "nonce": nonce,
        "occurred_at": moment,
        "recorded_at": moment,
    }
    return {
        "id": entry_id,
        "key": key,
        "nonce": nonce,
        "body_hash": digest(body),
        "act": facts["act"],
        "kind": facts["act"],
        "occurred_at": now,
        "recorded_at": now,
        "as_of": now,
        "reference": "",
        "memo": "",
        "hash": digest(whole),
        "account": None,
        "unit": None,
    }


def digest(value: dict[str, Any]) -> str:
    """SHA-256 of the value's canonical JSON."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def downgrade() -> None:
    connection = op.get_bind()
    acts = sa.select(transfer.c.number).where(transfer.c.act != "post").limit(1)
    if connection.execute(acts).first() is not None:
        raise RuntimeError("the journal has entries that the version before cannot keep")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION ledger_post")
    else:  # it names a table that is copied
        connection.exec_driver_sql("DROP TRIGGER ledger_posting_no_replace")
    with op.batch_alter_table("ledger_transfer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ledger_transfer_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_ledger_transfer_ends"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_ledger_transfer_unit"), type_="foreignkey")
        batch_op.drop_index(
            batch_op.f("ix_ledger_transfer_unit"),
            sqlite_where=sa.text("unit IS NOT NULL"),
            postgresql_where=sa.text("unit IS NOT NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_ledger_transfer_reverses"),
            sqlite_where=sa.text("reverses IS NOT NULL"),
            postgresql_where=sa.text("reverses IS NOT NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_ledger_transfer_ends"),
            sqlite_where=sa.text("ends IS NOT NULL"),
            postgresql_where=sa.text("ends IS NOT NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_ledger_transfer_account"),
            sqlite_where=sa.text("account IS NOT NULL"),
            postgresql_where=sa.text("account IS NOT NULL"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_ledger_transfer_reverses"), ["reverses"])
        batch_op.drop_constraint(op.f("ck_ledger_transfer_act"), type_="check")
        batch_op.drop_column("unit")
        batch_op.drop_column("account")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("ends")
        batch_op.drop_column("as_of")
        batch_op.drop_column("act")

    with op.batch_alter_table("ledger_leaf", schema=None) as batch_op:
        batch_op.drop_column("number")

    with op.batch_alter_table("ledger_balance", schema=None) as batch_op:
        for name in ("standing", "held_something", "not_above_zero", "not_overdrawn"):
            batch_op.drop_constraint(op.f(f"ck_ledger_balance_{name}"), type_="check")
        batch_op.drop_column("standing")
        batch_op.drop_column("may_go_positive")
        batch_op.drop_column("as_of")
        batch_op.drop_column("held_in")
        batch_op.drop_column("held_out")

    with op.batch_alter_table("ledger_account", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_ledger_account_standing"), type_="check")
        batch_op.drop_column("standing")
        batch_op.drop_column("may_go_positive")

    with op.batch_alter_table("ledger_open_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_open_hold_expires_at"))

    op.drop_table("ledger_open_hold")
    with op.batch_alter_table("ledger_held", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_held_target_transfer"))
        batch_op.drop_index(batch_op.f("ix_ledger_held_source_transfer"))

    op.drop_table("ledger_held")
    op.drop_table("ledger_seal")
    op.drop_table("ledger_node")

    with op.batch_alter_table("ledger_balance") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_ledger_balance_not_overdrawn"), "may_go_negative OR quantity >= 0"
        )
