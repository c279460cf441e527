"""Plain transfers of several callers, recorded by one statement on PostgreSQL, all or none.

`ledger/short_cut.py` says what is plain. It calls a function for each transfer; this computes with
sets, in half the server's time, and does nothing at all where one of them is not so plain.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from database.arrays import literal
from ledger.entry import Posted
from ledger.model import MAX_QUANTITY, Transfer, moment_text, new_nonces
from ledger.short_cut import TOLD, LongWay, outcome_of, told_of

_RECORD: Final = f"""
WITH given AS MATERIALIZED (
  SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in TOLD.values())})
    WITH ORDINALITY AS g({", ".join(TOLD)}, place)
), named AS MATERIALIZED (
  SELECT g.*, a.id AS source_id, c.id AS target_id, u.id AS unit_id FROM given g
  JOIN ledger_account a ON a.code = g.source COLLATE "C"
  JOIN ledger_account c ON c.code = g.target COLLATE "C"
  JOIN ledger_unit u ON u.code = g.unit COLLATE "C"
), leg AS MATERIALIZED (
  SELECT place, recorded_at, source_id AS account, unit_id AS unit, -quantity AS moved FROM named
  UNION ALL
  SELECT place, recorded_at, target_id, unit_id, quantity FROM named
), held AS MATERIALIZED (
  -- In sorted order, as every writer does; as they are when we have the lock.
  SELECT b.* FROM ledger_balance b WHERE (b.account, b.unit) IN (SELECT account, unit FROM leg)
  ORDER BY b.account, b.unit FOR UPDATE
), run AS MATERIALIZED (
  SELECT leg.*, b.may_go_negative, b.may_go_positive, b.quantity + sum(leg.moved) OVER w AS after,
    b.version + row_number() OVER w AS version,
    b.standing = 'open' AND b.held_out = 0 AND b.held_in = 0
      AND (b.as_of IS NULL OR b.as_of <= leg.recorded_at) AS is_plain
  FROM leg JOIN held b ON b.account = leg.account AND b.unit = leg.unit
  WINDOW w AS (PARTITION BY leg.account, leg.unit ORDER BY leg.place)
), may AS MATERIALIZED (
  SELECT count(*) = 2 * (SELECT count(*) FROM given) AND bool_and(
      is_plain AND (moved > 0 OR after >= CASE WHEN may_go_negative THEN -{MAX_QUANTITY} ELSE 0 END)
      AND (moved < 0 OR after <= CASE WHEN may_go_positive THEN {MAX_QUANTITY} ELSE 0 END)
    ) AND NOT EXISTS (
      SELECT FROM given g JOIN ledger_transfer e ON e.key = g.key COLLATE "C"
    ) AS record
  FROM run
), entry AS (
  INSERT INTO ledger_transfer (id, key, nonce, body_hash, act, kind, occurred_at, recorded_at,
    as_of, reference, memo, hash)
  SELECT id, key, nonce, body_hash, 'post', kind, occurred_at, recorded_at,
    recorded_at, reference, memo, hash
  FROM named WHERE (SELECT record FROM may) ORDER BY place
  RETURNING number, id
), posting AS (
  INSERT INTO ledger_posting
  SELECT e.number, 0, n.source_id, n.target_id, n.unit_id, n.quantity,
    s.version, s.after::bigint, t.version, t.after::bigint
  FROM entry e JOIN named n ON n.id = e.id
  JOIN run s ON s.place = n.place AND s.account = n.source_id
  JOIN run t ON t.place = n.place AND t.account = n.target_id
), balance AS (
  UPDATE ledger_balance b
  SET quantity = last.after::bigint, version = last.version, as_of = last.recorded_at
  FROM (SELECT DISTINCT ON (account, unit) * FROM run ORDER BY account, unit, place DESC) last
  WHERE b.account = last.account AND b.unit = last.unit AND (SELECT record FROM may)
)
SELECT e.number FROM entry e JOIN named n ON n.id = e.id ORDER BY n.place"""  # noqa: S608 - put together from our own constants


def post_together(
    cursor: Any, transfers: Sequence[Transfer], *, at: datetime
) -> list[Posted | LongWay]:
    """Record them all if all are plain, through a cursor of psycopg; what became of each.

    One statement, which on a connection that commits by itself is a transaction and one round
    trip. A twin that takes one of the keys at the same time makes it fail.
    """
    recorded_at, nonces = moment_text(at), new_nonces(len(transfers))
    told = [
        told_of(transfer, at, recorded_at, nonce)
        for transfer, nonce in zip(transfers, nonces, strict=True)
    ]
    columns = [literal(column) for column in zip(*told, strict=True)]
    found = cursor.execute(_RECORD, columns, prepare=True).fetchall()
    numbers = [row[0] for row in found] or [None] * len(told)
    return [outcome_of(one, number) for one, number in zip(told, numbers, strict=True)]
