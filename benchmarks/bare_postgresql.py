"""The reference on PostgreSQL: transfers written by psycopg 3 in the best way known."""

from collections.abc import Sequence
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.bare import FIRST_ID, HASH, NONCE, UNIT_ID, filled
from benchmarks.ledgers import Move, now
from database.base import new_id

_FUNCTION: Final = f"""
CREATE FUNCTION bare_post(
  _id uuid, _key text, _at timestamptz, _reference text, _source bigint, _target bigint,
  _quantity bigint
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  _number bigint; _taken ledger_balance; _given ledger_balance;
BEGIN
  IF _source < _target THEN
    UPDATE ledger_balance SET quantity = quantity - _quantity, version = version + 1, as_of = _at
      WHERE account = _source AND unit = {UNIT_ID} RETURNING * INTO _taken;
    UPDATE ledger_balance SET quantity = quantity + _quantity, version = version + 1, as_of = _at
      WHERE account = _target AND unit = {UNIT_ID} RETURNING * INTO _given;
  ELSE
    UPDATE ledger_balance SET quantity = quantity + _quantity, version = version + 1, as_of = _at
      WHERE account = _target AND unit = {UNIT_ID} RETURNING * INTO _given;
    UPDATE ledger_balance SET quantity = quantity - _quantity, version = version + 1, as_of = _at
      WHERE account = _source AND unit = {UNIT_ID} RETURNING * INTO _taken;
  END IF;
  INSERT INTO ledger_transfer (id, key, nonce, body_hash, act, kind, occurred_at, recorded_at,
      as_of, reference, memo, hash)
    VALUES (_id, _key, '{NONCE}', '{HASH}', 'post', 'payment', _at, _at, _at, _reference, '',
      '{HASH}')
    RETURNING number INTO _number;
  INSERT INTO ledger_posting VALUES (_number, 0, _source, _target, {UNIT_ID}, _quantity,
    _taken.version, _taken.quantity, _given.version, _given.quantity);
  RETURN _number;
END $$"""
_POST: Final = "SELECT bare_post(%b, %b, %b, %b, %b, %b, %b)"
_LOCK: Final = f"""
SELECT account, version, quantity FROM ledger_balance
WHERE account = ANY(%b) AND unit = {UNIT_ID} ORDER BY account FOR UPDATE"""
_NUMBERS: Final = """
SELECT nextval('ledger_transfer_number_seq') FROM generate_series(1, %b::int)"""
_TRANSFERS: Final = """
COPY ledger_transfer (number, id, key, nonce, body_hash, act, kind, occurred_at, recorded_at,
  as_of, reference, memo, hash) FROM STDIN"""
_POSTINGS: Final = "COPY ledger_posting FROM STDIN"
_WRITE: Final = f"""
UPDATE ledger_balance b SET version = p.version, quantity = p.quantity, as_of = p.as_of
FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::timestamptz[])
  AS p(account, version, quantity, as_of)
WHERE b.account = p.account AND b.unit = {UNIT_ID}"""


def prepare(url: str) -> None:
    """Make a reference of a new database."""
    engine = filled(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(_FUNCTION)
    engine.dispose()


class BarePostgresql:
    """A writer of a reference that `prepare` made."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername="postgresql")
        self.connection = psycopg.connect(
            parsed.render_as_string(hide_password=False), autocommit=True
        )
        self.cursor = self.connection.cursor(binary=True)

    def post(self, moves: Sequence[Move]) -> None:
        """One transfer a commit: one call of a function, whose plan and statement are kept."""
        run = self.cursor.execute
        for move in moves:
            source, target = move.source + FIRST_ID, move.target + FIRST_ID
            given = (new_id(), move.key, now(), move.reference, source, target, move.quantity)
            run(_POST, given, prepare=True).fetchone()

    def post_batch(self, moves: Sequence[Move]) -> None:
        """All in one transaction by COPY; each balance is locked and written once."""
        run = self.cursor.execute
        with self.connection.transaction():
            accounts = {move.source for move in moves} | {move.target for move in moves}
            wanted = [account + FIRST_ID for account in accounts]
            held = {row[0]: list(row[1:]) for row in run(_LOCK, (wanted,), prepare=True)}
            numbers = [row[0] for row in run(_NUMBERS, (len(moves),), prepare=True)]
            at = now()
            self._copy(_TRANSFERS, _transfers(moves, numbers, at.isoformat()))
            self._copy(_POSTINGS, _postings(moves, numbers, held))
            versions, quantities = zip(*held.values(), strict=True)
            given = (list(held), list(versions), list(quantities), [at] * len(held))
            run(_WRITE, given, prepare=True)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _copy(self, statement: str, rows: str) -> None:
        with self.cursor.copy(statement) as copy:
            copy.write(rows)


def _transfers(moves: Sequence[Move], numbers: Sequence[int], at: str) -> str:
    lines = []
    for number, move in zip(numbers, moves, strict=True):
        lines.append(
            f"{number}\t{new_id()}\t{move.key}\t{NONCE}\t{HASH}\tpost\tpayment\t{at}\t{at}\t{at}"
            f"\t{move.reference}\t\t{HASH}\n"
        )
    return "".join(lines)


def _postings(moves: Sequence[Move], numbers: Sequence[int], held: dict[int, list[int]]) -> str:
    lines = []
    for number, move in zip(numbers, moves, strict=True):
        source, target = held[move.source + FIRST_ID], held[move.target + FIRST_ID]
        source[0] += 1
        source[1] -= move.quantity
        target[0] += 1
        target[1] += move.quantity
        lines.append(
            f"{number}\t0\t{move.source + FIRST_ID}\t{move.target + FIRST_ID}\t{UNIT_ID}"
            f"\t{move.quantity}\t{source[0]}\t{source[1]}\t{target[0]}\t{target[1]}\n"
        )
    return "".join(lines)
