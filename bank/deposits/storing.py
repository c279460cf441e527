"""Storing a deposit: the gates it must have passed, and the postings that bring its area in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move
from bank.appraisals.diverging import refuse_divergent
from bank.appraisals.worth import Worth, find_worth
from bank.assets.tables import EvidenceKind
from bank.authority import require_disinterested, require_officer_of
from bank.calendar import local_date, notice_ends
from bank.deposits import records
from bank.deposits.landcheck import check_land
from bank.deposits.lifecycle import LIFECYCLE, Act
from bank.deposits.notices import refuse_unfinished_notice
from bank.deposits.refusals import (
    ConsentMissing,
    EvidenceMissing,
    NoAppraisal,
    RightExpired,
)
from bank.deposits.tables import Deposit
from bank.land.bounds import keep_bounds
from bank.lifecycle import after
from bank.parties.tables import PartyKind
from bank.rules import whole
from database.actor import Actor
from ledger import journal
from ledger.model import Posting, Transfer


def store(session: Session, deposit_id: UUID, *, officer: Actor, at: datetime, key: str) -> Deposit:
    """Bring the deposit's area into the bank.

    Gates: evidence, consent, a finished notice with no open objection, a land check without
    conflict, and an appraisal in force. Refuses: NotAnOfficer, OwnBusiness, IllegalMove,
    NoticeRunning, ObjectionOpen, EvidenceMissing, ConsentMissing, RightExpired, NoAppraisal,
    DivergenceOpen, OverlapsDeposit, LandConflict, KeyReused.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_officer_of(officer, deposit.asset.division_code)
    require_disinterested(
        officer, filed_by=deposit.submitted_by, parties=records.concerned(deposit)
    )
    if keys.earlier(session, key, "deposits.store", deposit=deposit_id):
        return deposit
    after(LIFECYCLE, deposit.stage, Act.STORE)
    refuse_unfinished_notice(deposit, at=at)
    worth = _refuse_without_papers(session, deposit, at)
    records.lock_land(session)
    check_land(session, deposit, at=at)

    parcel = records.parcel_of(deposit)
    keep_bounds(session, parcel, at=at, among=records.neighbours())
    unit, account = accounts.land(deposit.number), accounts.stored(deposit.party.number)
    journal.open_unit(session, unit, at=at, name=deposit.asset.name)
    journal.open_account(session, accounts.WORLD_LAND, at=at, may_go_negative=True)
    journal.open_account(session, account, at=at)
    journal.post(
        session,
        Transfer(
            key=f"store:{deposit.number}",
            kind="store",
            occurred_at=at,
            reference=f"deposit:{deposit.number}",
            memo=deposit.asset.name,
            postings=(
                Posting(
                    source=accounts.WORLD_LAND,
                    target=account,
                    unit=unit,
                    quantity=parcel.area_dm2,
                ),
            ),
        ),
        at=at,
    )
    deposit.area_dm2, deposit.value_fen = parcel.area_dm2, worth.value_fen
    deposit.stored_at = at
    move(session, deposit, LIFECYCLE, Act.STORE, actor=officer, at=at)
    keys.settle(session, key, deposit.id)
    return deposit


def _refuse_without_papers(session: Session, deposit: Deposit, at: datetime) -> Worth:
    """The papers that storing rests on, and the value that they give today."""
    asset, today = deposit.asset, local_date(at)
    if not any(evidence.kind is EvidenceKind.CERTIFICATE for evidence in asset.evidence):
        raise EvidenceMissing("the certificate is missing", deposit=deposit.number)
    if deposit.consent is None:
        raise ConsentMissing("nobody's consent is on file", deposit=deposit.number)
    if asset.right is None or (asset.right.ends_on and asset.right.ends_on <= today):
        raise RightExpired("the right has ended", deposit=deposit.number)
    worth = find_worth(session, deposit, at=at)
    if worth is None:
        raise NoAppraisal("no appraisal is in force", deposit=deposit.number)
    refuse_divergent(session, [deposit], at=at)
    return worth


def appraisal_in_force_from(deposit: Deposit, *, at: datetime) -> datetime:
    """When an appraisal issued now comes into force.

    A collective's result is shown to its members first (ZJC 36-37), a household's counts at once.
    """
    if deposit.party.kind is PartyKind.COLLECTIVE:
        return notice_ends(at, whole("notice.appraisal.days", local_date(at)))
    return at
