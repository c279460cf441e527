"""The short cut: a plain transfer of one posting, recorded by as few statements as can be.

Most transfers have one posting between accounts that are open and have no holds. What is done here
for these is what `recording` does, which is left everything else: each refusal and each replay. On
PostgreSQL, where a round trip costs more than all that is done in it, a function in the database
does it in one (`ledger/functions.py`); on SQLite it is `ledger/short_cut_on_sqlite.py`.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection, Engine

from database.driver import Prepared, driver, run_alone
from ledger import short_cut_on_sqlite
from ledger.effects import touched
from ledger.entry import Posted, Told, said_of
from ledger.model import Transfer, moment_text, new_nonce, new_nonces

TOLD: Final = {
    "id": "uuid", "key": "text", "nonce": "text", "body_hash": "text", "kind": "text",
    "occurred_at": "timestamptz", "recorded_at": "timestamptz", "reference": "text",
    "memo": "text", "hash": "text", "source": "text", "target": "text", "unit": "text",
    "quantity": "bigint",
}  # fmt: skip
"""The types of what `Told` names, in its order, which is that of the function's parameters."""
_CALL: Final = f"SELECT ledger_post({', '.join(['%s'] * len(TOLD))})"
_CALL_ALONE: Final = Prepared(
    b"ledger_post",
    f"SELECT ledger_post({', '.join(f'${place}' for place in range(1, len(TOLD) + 1))})".encode(),
)
_CALL_ALL: Final = f"""
SELECT ledger_post({", ".join(f"given.{name}" for name in TOLD)})
FROM unnest({", ".join(f"%s::{kind}[]" for kind in TOLD.values())})
  AS given({", ".join(TOLD)})"""  # noqa: S608 - put together from our own constants
"""One after the other, in their order; each sees what those before it did."""

_LOCK: Final = """
SELECT FROM ledger_balance b
WHERE (b.account, b.unit) IN (
  SELECT a.id, u.id
  FROM ROWS FROM (json_array_elements_text(%s::json), json_array_elements_text(%s::json))
    AS p(account, unit)
  JOIN ledger_account a ON a.code = p.account COLLATE "C"
  JOIN ledger_unit u ON u.code = p.unit COLLATE "C"
)
ORDER BY b.account, b.unit
FOR UPDATE OF b"""


class LongWay(Enum):
    """Why nothing was recorded: the transfer is not so plain. Its balances are locked, or not."""

    FREE = None
    LOCKED = 0


def outcome_of(told: Told, number: int | None) -> Posted | LongWay:
    """What the answer to it means."""
    if not number:
        return LongWay(number)
    return Posted(told.id, number, told.hash, replayed=False)


def post(connection: Connection, transfer: Transfer, *, at: datetime) -> Posted | LongWay:
    """Record the transfer in the connection's transaction, if it is plain."""
    if len(transfer.postings) > 1:
        return LongWay.FREE
    told = told_of(transfer, at, moment_text(at), new_nonce())
    with driver(connection) as cursor:
        if connection.dialect.name == "sqlite":
            number = short_cut_on_sqlite.record(cursor, told)
        else:
            number = cursor.execute(_CALL, told, prepare=True).fetchone()[0]
    return outcome_of(told, number)


def post_alone(engine: Engine, transfer: Transfer, *, at: datetime) -> Posted | LongWay:
    """Record the transfer in a transaction of its own on PostgreSQL, if it is plain.

    It is committed when this returns; the long way then begins with nothing locked.
    """
    if len(transfer.postings) > 1:
        return LongWay.FREE
    told = told_of(transfer, at, moment_text(at), new_nonce())
    number = run_alone(engine, _CALL_ALONE, map(str, told))
    return outcome_of(told, None if number is None else int(number))


def post_together(
    connection: Any, transfers: Sequence[Transfer], *, at: datetime
) -> Callable[[], list[Posted | LongWay]]:
    """Record those that are plain, through a connection of psycopg whose pipeline is open.

    All their balances are locked first, in sorted order, as by every writer. Gives what tells, once
    the pipeline has ended, what became of each.
    """
    recorded_at, nonces = moment_text(at), new_nonces(len(transfers))
    told = [
        told_of(transfer, at, recorded_at, nonce)
        for transfer, nonce in zip(transfers, nonces, strict=True)
    ]
    pairs = sorted(touched([transfer.postings[0] for transfer in transfers]))
    codes = [json.dumps([pair[place] for pair in pairs], ensure_ascii=False) for place in (0, 1)]
    connection.execute(_LOCK, codes, prepare=True)
    columns = [list(column) for column in zip(*told, strict=True)]
    answers = connection.execute(_CALL_ALL, columns, prepare=True)

    def outcomes() -> list[Posted | LongWay]:
        numbers = [row[0] for row in answers.fetchall()]
        return [outcome_of(one, number) for one, number in zip(told, numbers, strict=True)]

    return outcomes


def told_of(transfer: Transfer, at: datetime, recorded_at: str, nonce: str) -> Told:
    """What is told of a transfer of one posting, recorded at this moment (its `moment_text`)."""
    posting = transfer.postings[0]
    said = said_of(transfer, at=at, recorded_at=recorded_at, nonce=nonce)
    return Told(
        said.id_text,
        transfer.key,
        nonce,
        said.body_hash,
        transfer.kind,
        said.occurred_at,
        recorded_at,
        transfer.reference,
        transfer.memo,
        said.hash,
        posting.source,
        posting.target,
        posting.unit,
        posting.quantity,
    )
