"""Recomputing the whole ledger from its rows, and naming the first row that is wrong."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from ledger.findings import MOST_FAULTS, Fault, Faults
from ledger.rows import Rows, read
from ledger.signing import Verifier
from ledger.verify_entries import read_accounts, read_units
from ledger.verify_journal import Journal
from ledger.verify_log import Log
from ledger.verify_state import State, check_state

__all__ = ["Fault", "Report", "verify"]


@dataclass(frozen=True)
class Report:
    """What was checked and what was found; the first fault is the first row that is wrong.

    `transfers` are all entries of the journal, `unsealed` those that are not in the log yet;
    `holds` are those that have not ended. `signatures` is how many checkpoints bear a signature
    that was checked and holds (none can be without a key to check with).
    """

    transfers: int
    postings: int
    units: int
    accounts: int
    holds: int
    leaves: int
    checkpoints: int
    signatures: int
    unsealed: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(session: Session, *, verifiers: Collection[Verifier] = ()) -> Report:
    """Recompute every hash, balance, hold, sum, standing, leaf, root and signature from the rows.

    Each table is read once, as a stream; memory grows with accounts, units and open holds, not
    with transfers. Checkpoint signatures are checked against `verifiers`. Faults come by part: the
    journal by number, then the state, then the log.

    Any one row that was changed, removed, added or swapped is found, but for what no other row
    tells of: on PostgreSQL a balance row of nothing, as one that was made for a refused entry; on
    both, `at` of checkpoints from before their notes said it. Who changes several rows so that they
    agree is found where the log reaches: an entry that is not sealed can be removed with all that
    followed from it. One that is sealed can be rewritten by who makes the turns after it anew and
    removes the checkpoints over it, or signs them anew: nothing in the database tells then, but
    whoever kept one of these checkpoints can.

    All is read from one snapshot. On PostgreSQL a session that has written nothing yet is read
    through a connection of its own, REPEATABLE READ; one that has written sees what it wrote, and
    should itself be REPEATABLE READ while others write.
    """
    with _snapshot(session) as connection:
        return read(connection, partial(_recompute, verifiers))


def _recompute(verifiers: Collection[Verifier], rows: Rows) -> Report:
    of_journal, of_state, of_log = Faults(), Faults(), Faults()
    state = State(read_units(rows, of_journal), read_accounts(rows, of_journal))
    journal, log = Journal(rows, state, of_journal), Log(rows, of_log, verifiers)
    for entry, touched in journal.entries():
        log.entry(entry, touched)
    log.finish()
    check_state(rows, state, of_state)
    faults = of_journal.found + of_state.found + of_log.found
    return Report(
        transfers=journal.transfers,
        postings=journal.postings,
        units=len(state.units),
        accounts=len(state.accounts),
        holds=len(state.holds),
        leaves=log.leaves,
        checkpoints=log.checkpoints,
        signatures=log.signatures,
        unsealed=log.unsealed,
        faults=tuple(faults[:MOST_FAULTS]),
    )


@contextmanager
def _snapshot(session: Session) -> Iterator[Connection]:
    """A connection on which all reads see the same, and what the session has written."""
    bind = session.get_bind()
    if not isinstance(bind, Engine) or bind.dialect.name == "sqlite" or _has_written(session):
        yield session.connection()
        return
    with bind.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        yield connection


def _has_written(session: Session) -> bool:
    """Whether the session's transaction on PostgreSQL has written or locked any row."""
    if not session.in_transaction():
        return False
    written = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
    return bool(session.connection().exec_driver_sql(written).scalar())
