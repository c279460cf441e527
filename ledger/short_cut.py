"""The short cut on PostgreSQL: a plain transfer of one posting, recorded in one round trip.

Most transfers have one posting between accounts that are open and have no holds, and a round trip
costs more than all that is done in it. The function in the database (`ledger/functions.py`) does
for these what `recording` does, and leaves it everything else: each refusal and each replay.
"""

from datetime import datetime
from enum import Enum
from typing import Any, Final

from database.base import new_id
from ledger.entry import Posted, draft_of
from ledger.model import Transfer, moment_text, new_nonce, transfer_hash, transfer_text

_CALL: Final = f"SELECT ledger_post({', '.join(['%s'] * 14)})"


class LongWay(Enum):
    """Why nothing was recorded: the transfer is not so plain. Its balances are locked, or not."""

    FREE = None
    LOCKED = 0


def post(cursor: Any, transfer: Transfer, *, at: datetime) -> Posted | LongWay:
    """Record the transfer through a cursor of psycopg, if it is plain."""
    posting, draft = transfer.postings[0], draft_of(transfer)
    transfer_id, nonce, recorded_at = new_id(), new_nonce(), moment_text(at)
    occurred_at = recorded_at if transfer.occurred_at == at else moment_text(transfer.occurred_at)
    id_text = str(transfer_id)
    whole = transfer_hash(
        transfer_text(
            draft.body,
            transfer_id=id_text,
            key=transfer.key,
            nonce=nonce,
            occurred_at=occurred_at,
            recorded_at=recorded_at,
        )
    )
    told = (
        id_text,
        transfer.key,
        nonce,
        draft.body_hash,
        transfer.kind,
        occurred_at,
        recorded_at,
        transfer.reference,
        transfer.memo,
        whole,
        posting.source,
        posting.target,
        posting.unit,
        posting.quantity,
    )
    number = cursor.execute(_CALL, told, prepare=True).fetchone()[0]
    return Posted(transfer_id, number, whole, replayed=False) if number else LongWay(number)
