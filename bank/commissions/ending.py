"""What a commission leaves behind when it ends: quotes nobody chose, values nobody may rely on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank.acts import move
from bank.commissions import standing
from bank.deposits import records
from bank.deposits.latest import latest_deposits
from bank.deposits.reappraising import revalue
from bank.deposits.tables import Deposit
from database.actor import Actor
from valuation.appraisals import appraising
from valuation.appraisals.lifecycle import (
    LIFECYCLE as APPRAISALS,
    UNFINISHED,
    Act as AppraisalAct,
    Stage as AppraisalStage,
)
from valuation.commissions.lifecycle import QUOTE_LIFECYCLE, QuoteAct
from valuation.commissions.tables import Commission


def lock_deposits(session: Session, commission: Commission) -> list[Deposit]:
    """The latest deposits of its assets, locked in order, before anything of an appraisal is."""
    latest = latest_deposits(session, standing.assets_of(commission)).values()
    return records.lock_deposits(session, [deposit.id for deposit in latest])


def leave_quotes(
    session: Session,
    commission: Commission,
    *,
    but: UUID | None = None,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Let go of every quote that is asked for or offered, but for the one that is chosen."""
    for quote in commission.quotes:
        if quote.id != but and (quote.stage, QuoteAct.LEAVE) in QUOTE_LIFECYCLE:
            move(session, quote, QUOTE_LIFECYCLE, QuoteAct.LEAVE, actor=actor, at=at)


def set_aside(
    session: Session,
    commission: Commission,
    deposits: Sequence[Deposit],
    *,
    actor: Actor | None,
    at: datetime,
) -> None:
    """No value that was found under the commission counts; `deposits` are its own, locked."""
    acts = {
        **dict.fromkeys(UNFINISHED, AppraisalAct.WITHDRAW),
        AppraisalStage.ISSUED: AppraisalAct.SET_ASIDE,
    }
    for appraisal in appraising.of_commission(session, commission.id):
        if act := acts.get(appraisal.stage):
            move(session, appraisal, APPRAISALS, act, actor=actor, at=at)
    session.flush()
    for deposit in deposits:
        revalue(session, deposit, at=at)
