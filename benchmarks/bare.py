"""What both references share: the same rows through the bare driver, without rules or hashes.

A reference has the ledger's own tables with all their keys, indexes and checks, without the
triggers that guard them. Rows have the same columns filled; what the ledger computes for proof is
constant. Running balances and versions are right, for the indexes on them want it.
"""

from typing import Final

from sqlalchemy import Connection, Engine, insert

from benchmarks.ledgers import ACCOUNTS, NOON, START, UNIT, code, empty
from ledger import tables as t
from ledger.model import Standing
from ledger.triggers import GUARDED

NONCE: Final = "0" * 32
HASH: Final = "0" * 64
UNIT_ID: Final = 1
FIRST_ID: Final = 2
"""The id of the first account; the world has 1."""


def filled(url: str, *, synchronous: str = "FULL") -> Engine:
    """The engine of a new reference whose accounts hold what those of `ledgers.opened` do."""
    engine = empty(url, synchronous=synchronous)
    with engine.begin() as connection:
        _drop_triggers(connection)
        connection.execute(insert(t.unit), {"id": UNIT_ID, "code": UNIT, "name": ""})
        codes = ["world", *(code(account) for account in range(ACCOUNTS))]
        connection.execute(
            insert(t.account),
            [
                {"id": number, "code": account, **_rules(account)}
                for number, account in enumerate(codes, 1)
            ],
        )
        connection.execute(
            insert(t.balance),
            [
                {
                    "account": number,
                    "unit": UNIT_ID,
                    "quantity": -START * ACCOUNTS if account == "world" else START,
                    "version": ACCOUNTS if account == "world" else 1,
                    "held_out": 0,
                    "held_in": 0,
                    "as_of": NOON,
                    **_rules(account),
                }
                for number, account in enumerate(codes, 1)
            ],
        )
    return engine


def _rules(account: str) -> dict[str, object]:
    return {
        "may_go_negative": account == "world",
        "may_go_positive": True,
        "standing": Standing.OPEN,
    }


def _drop_triggers(connection: Connection) -> None:
    for table in GUARDED:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP TRIGGER {table}_append_only ON {table}")
            continue
        for name in ("no_update", "no_delete", "no_replace"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_{name}")
