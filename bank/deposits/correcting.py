"""Correcting the outline of a deposit's parcel by the township, with its reason and its paper."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.calendar import local_date
from bank.deposits import checking, drafting, records
from bank.deposits.lifecycle import IN_BANK, LIFECYCLE, Act
from bank.deposits.refusals import GroundsMissing
from bank.deposits.tables import Deposit
from bank.files.tables import Document
from bank.land.bounds import keep_bounds
from bank.land.divisions import find_county_outline
from bank.land.polygons import Shape, refuse_outside
from bank.land.refusals import ShapeFixed
from bank.land.reshaping import reshape
from bank.land.tables import ShapeReason
from bank.lifecycle import after
from database.actor import Actor

BY_OFFICERS: Final = (ShapeReason.CORRECTED, ShapeReason.RESURVEYED)
"""Why an officer may give a parcel another outline."""


def correct_shape(
    session: Session,
    deposit_id: UUID,
    *,
    shape: Shape,
    reason: ShapeReason,
    note: str,
    document: Document,
    officer: Actor,
    at: datetime,
    key: str,
) -> Deposit:
    """Give the deposit's parcel the outline that it should have had, and keep the old one.

    `shape` is one that `polygons` returned, `note` says in plain words what was wrong, `document`
    shows it. What was agreed to and appraised was the old outline: the application goes back to its
    owner, its consent lapses, and commissions and appraisals are called off. Once it is in the bank
    the ledger holds its area. Refuses: NotAnOfficer, OwnBusiness, GraceRunning, GroundsMissing,
    ShapeFixed, IllegalMove, AnswersMissing, OutsideCounty, OverlapsDeposit, ShapeUnchanged,
    KeyReused.
    """
    deposit = checking.lock_to_decide(session, deposit_id, officer, at)
    body = {"deposit": deposit_id, "shape": shape.wkb_hex, "reason": reason, "note": note}
    if keys.earlier(session, key, "deposits.correct", document=document.sha256, **body):
        return deposit
    if deposit.stage in IN_BANK:
        raise ShapeFixed("the ledger holds its area", field="shape", deposit=deposit.number)
    after(LIFECYCLE, deposit.stage, Act.SEND_BACK)
    if not note.strip():
        raise GroundsMissing("say what was wrong with the outline", field="note")
    parcel = records.lock_parcel(session, deposit)
    _refuse_place(session, shape, deposit, at)

    reshape(
        session, parcel, shape,
        reason=reason, at=at, actor=officer, document_id=document.id, note=note,
    )  # fmt: skip
    drafting.lapse_consent(session, deposit)
    checking.send_back(session, deposit_id, reason=note, officer=officer, at=at)
    keep_bounds(session, parcel, at=at, among=records.neighbours())
    keys.settle(session, key, deposit.id)
    return deposit


def may_correct(deposit: Deposit) -> bool:
    """Whether the life cycle allows another outline: after it was handed in, before it is stored.

    A draft's outline is its owner's to change.
    """
    return (deposit.stage, Act.SEND_BACK) in LIFECYCLE


def _refuse_place(session: Session, shape: Shape, deposit: Deposit, at: datetime) -> None:
    county = find_county_outline(session)
    if county is not None:
        refuse_outside(shape, county, on=local_date(at))
    records.refuse_overlap(session, shape, deposit, at=at)
