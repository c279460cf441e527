"""What falls due by the clock: notices, reservations, newer values, files that have served."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

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


def run_due(session: Session, *, at: datetime) -> Done:
    """Do all that is due; doing it late or twice changes nothing, for commands look at the time."""
    cleared = notices.due(session, at=at)
    for deposit_id in cleared:
        notices.clear(session, deposit_id, at=at)
    expired = placing.expire_overdue(session, at=at)
    revalued = reappraising.revalue_due(session, at=at)
    discarded = discarding.discard_old(session, at=at)
    return Done(len(cleared), len(expired), len(revalued), discarded)
