"""What falls due by the clock: notices, reservations, newer values, commissions, old files."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bank.appraisals import diverging
from bank.commissions import falling_due
from bank.deposits import notices, reappraising
from bank.imports import discarding
from bank.orders import placing


@dataclass(frozen=True)
class Done:
    """How much was due."""

    cleared: int
    expired: int
    revalued: int = 0
    discarded: int = 0
    lapsed: int = 0
    accepted: int = 0
    reminded: int = 0
    divergent: int = 0


def run_due(session: Session, *, at: datetime) -> Done:
    """Do all that is due; doing it late or twice changes nothing, for commands look at the time."""
    cleared = notices.due(session, at=at)
    for deposit_id in cleared:
        notices.clear(session, deposit_id, at=at)
    expired = placing.expire_overdue(session, at=at)
    revalued = reappraising.revalue_due(session, at=at)
    discarded = discarding.discard_old(session, at=at)
    asked = falling_due.run(session, at=at)
    divergent = diverging.compare_due(session, at=at)
    return Done(
        cleared=len(cleared),
        expired=len(expired),
        revalued=len(revalued),
        discarded=discarded,
        lapsed=asked.lapsed,
        accepted=asked.accepted,
        reminded=asked.reminded,
        divergent=divergent,
    )
