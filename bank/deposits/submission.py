"""Handing a draft in, once it is complete, and taking it back while the grace period runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move
from bank.assets.tables import (
    EvidenceKind,
)
from bank.authority import require_party
from bank.calendar import grace_ends, local_date
from bank.deposits import drafting, records
from bank.deposits.lifecycle import LIFECYCLE, Act
from bank.deposits.refusals import (
    AnswersMissing,
    EvidenceMissing,
    RightExpired,
)
from bank.deposits.tables import (
    Deposit,
)
from bank.land.parcels import shape_of
from bank.lifecycle import after
from bank.parties.signing_up import require_confirmed
from bank.refusals import GraceOver
from database.actor import Actor


def missing(deposit: Deposit) -> list[str]:
    """Which answers a draft still lacks, in the order of the application's pages."""
    asset = deposit.asset
    answered = {
        "place": asset.parcel is not None,
        "right": asset.right is not None,
        "evidence": any(e.kind is EvidenceKind.CERTIFICATE for e in asset.evidence),
        "mode": deposit.mode is not None,
        "consent": deposit.consent is not None,
    }
    return [answer for answer, given in answered.items() if not given]


def submit(session: Session, deposit_id: UUID, *, actor: Actor, at: datetime, key: str) -> Deposit:
    """Hand the application in. It can be taken back during the grace period.

    Refuses: NotYours, IllegalMove, NotConfirmed, AnswersMissing, EvidenceMissing,
    OverlapsDeposit, KeyReused; and what the answers are refused for, looked at once more.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_party(actor, deposit.party_id)
    if keys.earlier(session, key, "deposits.submit", deposit=deposit_id):
        return deposit
    after(LIFECYCLE, deposit.stage, Act.SUBMIT)
    require_confirmed(deposit.party)
    lacking = missing(deposit)
    if "evidence" in lacking:
        raise EvidenceMissing("the certificate is needed", field="certificate", missing=lacking)
    if lacking:
        raise AnswersMissing("the application is not complete", field=lacking[0], missing=lacking)
    asset, right, today = deposit.asset, deposit.asset.right, local_date(at)
    if right and right.ends_on and right.ends_on <= today:
        raise RightExpired("the right has ended", ends_on=right.ends_on.isoformat())
    if right and deposit.mode and deposit.term_years:
        told = (asset.kind, deposit.mode, deposit.use, deposit.term_years, right)
        drafting.refuse_term(*told, today=today)
    parcel = records.lock_parcel(session, deposit)
    records.refuse_overlap(session, shape_of(parcel), deposit, at=at)

    move(session, deposit, LIFECYCLE, Act.SUBMIT, actor=actor, at=at)
    deposit.submitted_at, deposit.submitted_by = at, actor.id
    keys.settle(session, key, deposit.id)
    return deposit


def take_back(session: Session, deposit_id: UUID, *, actor: Actor, at: datetime) -> Deposit:
    """Take a submission back while the grace period runs.

    Refuses: NotYours, IllegalMove, GraceOver.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_party(actor, deposit.party_id)
    if deposit.submitted_at and at >= grace_ends(deposit.submitted_at):
        raise GraceOver("the time to take it back is over")
    move(session, deposit, LIFECYCLE, Act.TAKE_BACK, actor=actor, at=at)
    deposit.submitted_at = deposit.submitted_by = None
    return deposit
