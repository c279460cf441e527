"""The short cut on SQLite: one look at all that a plain transfer touches, and then its rows.

`ledger/short_cut.py` says what is plain. BEGIN IMMEDIATE has locked everything.
"""

from typing import Any, Final

from ledger.entry import Told
from ledger.model import MAX_QUANTITY
from ledger.on_sqlite import identity, kept_moment

_LOOK: Final = f"""
SELECT b.unit, b.account, c.account, b.version + 1, b.quantity - ?4, c.version + 1,
  c.quantity + ?4, max(?5, coalesce(b.as_of, ?5), coalesce(c.as_of, ?5))
FROM ledger_account s, ledger_account t, ledger_unit u, ledger_balance b, ledger_balance c
WHERE s.code = ?1 AND t.code = ?2 AND u.code = ?3
  AND b.account = s.id AND b.unit = u.id AND c.account = t.id AND c.unit = u.id
  AND b.standing = 'open' AND b.held_out = 0 AND b.held_in = 0
  AND c.standing = 'open' AND c.held_out = 0 AND c.held_in = 0
  AND b.quantity >= ?4 - CASE WHEN b.may_go_negative THEN {MAX_QUANTITY} ELSE 0 END
  AND c.quantity <= CASE WHEN c.may_go_positive THEN {MAX_QUANTITY} ELSE 0 END - ?4
  AND NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE key = ?6)"""  # noqa: S608 - our own numbers
_ENTRY: Final = """
INSERT INTO ledger_transfer (id, key, nonce, body_hash, act, kind, occurred_at, recorded_at,
  as_of, reference, memo, hash)
VALUES (?, ?, ?, ?, 'post', ?, ?, ?, ?, ?, ?, ?)"""
_POSTING: Final = "INSERT INTO ledger_posting VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?)"
_MOVE: Final = """
UPDATE ledger_balance SET quantity = ?, version = ?, as_of = ? WHERE account = ? AND unit = ?"""


def record(cursor: Any, told: Told) -> int | None:
    """The entry's number; None, and nothing is written, if the transfer is not so plain."""
    recorded = occurred = kept_moment(told.recorded_at)
    if told.occurred_at is not told.recorded_at:
        occurred = kept_moment(told.occurred_at)
    run = cursor.execute
    asked = (told.source, told.target, told.unit, told.quantity, recorded, told.key)
    seen = run(_LOOK, asked).fetchone()
    if seen is None:
        return None
    of, giver, taker, out, left, into, come, as_of = seen
    number: int = run(
        _ENTRY,
        (
            identity(told.id),
            told.key,
            told.nonce,
            told.body_hash,
            told.kind,
            occurred,
            recorded,
            as_of,
            told.reference,
            told.memo,
            told.hash,
        ),
    ).lastrowid
    run(_POSTING, (number, giver, taker, of, told.quantity, out, left, into, come))
    run(_MOVE, (left, out, as_of, giver, of))
    run(_MOVE, (come, into, as_of, taker, of))
    return number
