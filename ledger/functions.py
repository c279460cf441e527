"""The function by which PostgreSQL records a plain transfer of one posting in one round trip.

`ledger/short_cut.py` calls it and says why it is there. It gives the entry's number; NULL if it has
done nothing; 0 if it has locked the two balances and done nothing else.
"""

from typing import Final

from sqlalchemy import Table

from database import ddl
from ledger.model import MAX_QUANTITY

FUNCTION: Final = f"""
CREATE OR REPLACE FUNCTION ledger_post(
  p_id uuid, p_key text, p_nonce text, p_body_hash text, p_kind text, p_occurred_at timestamptz,
  p_recorded_at timestamptz, p_reference text, p_memo text, p_hash text,
  p_source text, p_target text, p_unit text, p_quantity bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  v_source bigint; v_target bigint; v_unit bigint; v_number bigint; v_as_of timestamptz;
  s ledger_balance; t ledger_balance;
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

  -- In sorted order, as every writer does; one by one, which is sooner done than a sorted loop.
  IF v_source < v_target THEN
    SELECT * INTO s FROM ledger_balance WHERE account = v_source AND unit = v_unit FOR UPDATE;
    SELECT * INTO t FROM ledger_balance WHERE account = v_target AND unit = v_unit FOR UPDATE;
  ELSE
    SELECT * INTO t FROM ledger_balance WHERE account = v_target AND unit = v_unit FOR UPDATE;
    SELECT * INTO s FROM ledger_balance WHERE account = v_source AND unit = v_unit FOR UPDATE;
  END IF;
  IF s.standing <> 'open' OR t.standing <> 'open'
    OR s.held_out <> 0 OR s.held_in <> 0 OR t.held_out <> 0 OR t.held_in <> 0
    OR s.quantity < p_quantity + (CASE WHEN s.may_go_negative THEN -{MAX_QUANTITY} ELSE 0 END)
    OR t.quantity > (CASE WHEN t.may_go_positive THEN {MAX_QUANTITY} ELSE 0 END) - p_quantity
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
END $$"""  # noqa: S608 - put together from our own constants


def attach(table: Table) -> None:
    """Make the function as soon as `create_all` has made the table."""
    ddl.attach(table, {"postgresql": (FUNCTION,)})
