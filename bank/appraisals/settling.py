"""The county settles which of two differing appraisals goes on counting."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.acts import note
from bank.appraisals.diverging import compare
from bank.authority import require_county_officer, require_disinterested
from bank.deposits import records
from bank.deposits.latest import latest_deposit
from bank.deposits.reappraising import revalue
from database.actor import Actor
from valuation.appraisals import diverging
from valuation.appraisals.lifecycle import Act
from valuation.appraisals.tables import Divergence


def settle(
    session: Session,
    divergence_id: UUID,
    *,
    kept_id: UUID,
    reason: str,
    officer: Actor,
    at: datetime,
    key: str,
) -> Divergence:
    """The county keeps one of the two appraisals; the other is set aside, and the value follows.

    Refuses: NotAnOfficer, OwnBusiness, KeyReused, NoSuchDivergence, DivergenceSettled,
    NotOneOfTheTwo, ReasonMissing.
    """
    require_county_officer(officer)
    found = diverging.get_divergence(session, divergence_id)
    deposit = latest_deposit(session, found.asset_id, lock=True)
    require_disinterested(
        officer, filed_by=deposit.submitted_by, parties=records.concerned(deposit)
    )
    body = {"divergence": divergence_id, "kept": kept_id, "reason": reason, "by": officer.id}
    if keys.earlier(session, key, "divergences.settle", **body):
        return found
    settled, aside = diverging.settle(
        session, divergence_id, kept_id=kept_id, reason=reason, actor=officer, at=at
    )
    note(session, aside, Act.SET_ASIDE, actor=officer, at=at, reason=settled.reason)
    compare(session, settled.asset_id, at=at)
    revalue(session, deposit, at=at)
    keys.settle(session, key, settled.id)
    return settled
