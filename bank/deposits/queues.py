"""What waits for a township's officers: its deposits by what is to be done, and by which gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, UnaryExpression, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from bank.appraisals.diverging import is_divergent
from bank.assets.tables import Asset, EvidenceKind
from bank.calendar import local_date
from bank.deposits.landcheck import ask_land
from bank.deposits.lifecycle import Stage
from bank.deposits.reappraising import runs_out
from bank.deposits.tables import Decision, Deposit, Objection
from bank.land.checks import Effect, Layer, LayerResult, Result
from bank.parties.tables import Membership, Party, PartyKind, User
from valuation.appraisals.counting import find_in_force
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal

PAGE_SIZE = 20


class Work(StrEnum):
    """What a deposit waits for at the township, in the order of its way."""

    CHECK = "check"
    OBJECTION = "objection"
    NOTICE = "notice"
    APPRAISAL = "appraisal"
    STORE = "store"
    REAPPRAISE = "reappraise"


@dataclass(frozen=True)
class Page:
    """One page of deposits, and how many there are in all."""

    deposits: Sequence[Deposit]
    number: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return pages_of(self.total)


def pages_of(total: int) -> int:
    """How many pages so many records fill, at least one."""
    return max(1, -(-total // PAGE_SIZE))


OPEN_OBJECTION: Final = (
    select(Objection.id)
    .where(Objection.deposit_id == Deposit.id, Objection.decision == Decision.OPEN)
    .exists()
)
"""Somebody's objection to the deposit waits for its decision."""

ORDER_BY: Final[dict[Work, UnaryExpression[Any]]] = {
    Work.CHECK: Deposit.submitted_at.asc(),
    Work.OBJECTION: Deposit.notice_from.asc(),
    Work.NOTICE: Deposit.notice_until.asc(),
    Work.APPRAISAL: Deposit.notice_until.asc(),
    Work.STORE: Deposit.notice_until.asc(),
    Work.REAPPRAISE: Deposit.stored_at.asc(),
}


def _waiting(at: datetime) -> dict[Work, ColumnElement[bool]]:
    """The condition of each kind of work; a deposit meets at most one of them."""
    appraised = (
        select(Appraisal.id)
        .where(
            Appraisal.asset_id == Deposit.asset_id,
            Appraisal.stage == AppraisalStage.ISSUED,
            Appraisal.in_force_from <= at,
            Appraisal.valid_until >= local_date(at),
        )
        .exists()
    )
    over = or_(
        Deposit.stage == Stage.CLEARED,
        and_(Deposit.stage == Stage.ON_NOTICE, Deposit.notice_until <= at),
    )
    running = and_(Deposit.stage == Stage.ON_NOTICE, Deposit.notice_until > at)
    return {
        Work.CHECK: Deposit.stage.in_((Stage.SUBMITTED, Stage.CHECKED, Stage.CONSENTED)),
        Work.OBJECTION: and_(Deposit.stage == Stage.ON_NOTICE, OPEN_OBJECTION),
        Work.NOTICE: and_(running, ~OPEN_OBJECTION),
        Work.APPRAISAL: and_(over, ~OPEN_OBJECTION, ~appraised),
        Work.STORE: and_(over, ~OPEN_OBJECTION, appraised),
        Work.REAPPRAISE: runs_out(at),
    }


def in_town(town: str) -> ColumnElement[bool]:
    """The condition on Asset: it lies in that township (a division code), or anywhere for ""."""
    return Asset.division_code.startswith(town, autoescape=True)


def counts(session: Session, town: str, *, at: datetime) -> dict[Work, int]:
    """How many of the town's deposits wait for what."""
    waiting = _waiting(at)
    row = session.execute(
        select(*(func.count().filter(condition) for condition in waiting.values()))
        .select_from(Deposit)
        .join(Asset)
        .where(in_town(town))
    ).one()
    return dict(zip(waiting, row, strict=True))


def queue(session: Session, town: str, work: Work, *, at: datetime, page: int = 1) -> Page:
    """The town's deposits that wait for this, oldest first; beyond the end is the last page."""
    return page_of(
        session, in_town(town), _waiting(at)[work], order_by=(ORDER_BY[work],), page=page
    )


def page_of(
    session: Session,
    *conditions: ColumnElement[bool],
    order_by: Sequence[ColumnElement[Any]],
    page: int,
) -> Page:
    """One page of deposits with what their cards show, by few queries."""
    found = select(Deposit).join(Asset).where(*conditions)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = min(max(1, page), pages_of(total))
    deposits = session.scalars(
        found.options(
            selectinload(Deposit.asset).selectinload(Asset.division),
            selectinload(Deposit.asset).selectinload(Asset.parcel),
            selectinload(Deposit.party),
            selectinload(Deposit.objections),
        )
        .order_by(*order_by, Deposit.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return Page(deposits, number, total)


def unconfirmed_collectives(session: Session, town: str) -> Sequence[Party]:
    """The town's collectives that no officer has confirmed, oldest first."""
    return session.scalars(
        select(Party)
        .where(
            Party.kind == PartyKind.COLLECTIVE,
            Party.confirmed_at.is_(None),
            Party.division_code.startswith(town, autoescape=True),
        )
        .options(selectinload(Party.division))
        .order_by(Party.created_at, Party.id)
    ).all()


def representatives(session: Session, parties: Sequence[Party]) -> dict[UUID, list[str]]:
    """Who acts for each of these parties, by name."""
    rows = session.execute(
        select(Membership.party_id, User.name)
        .join(User, User.id == Membership.user_id)
        .where(Membership.party_id.in_([party.id for party in parties]))
        .order_by(User.name)
    )
    found: dict[UUID, list[str]] = {}
    for party_id, name in rows:
        found.setdefault(party_id, []).append(name)
    return found


# -- the land check and the gates of one deposit ------------------------------------------------


def land_answers(session: Session, deposit: Deposit, *, at: datetime) -> list[LayerResult]:
    """What each layer says of the deposit's land at this moment; nothing of it is kept."""
    if deposit.asset.parcel is None:
        return [LayerResult(layer, Result.NOT_CHECKED) for layer in Layer]
    return ask_land(session, deposit, at=at)


class Gate(StrEnum):
    """What must hold before a deposit is stored; the command asks the same once more."""

    EVIDENCE = "evidence"
    CONSENT = "consent"
    RIGHT = "right"
    NOTICE = "notice"
    OBJECTIONS = "objections"
    LAND = "land"
    APPRAISAL = "appraisal"
    DIVERGENCE = "divergence"


@dataclass(frozen=True)
class GateState:
    """Whether a gate holds; `day` is when the right, the notice or the appraisal ends.

    `unknown` counts the land layers that could not be checked: they do not stop a deposit, and
    they are not clear.
    """

    gate: Gate
    holds: bool
    day: date | datetime | None = None
    unknown: int = 0


def gates(session: Session, deposit: Deposit, *, at: datetime) -> list[GateState]:
    """How each gate before storing stands at this moment."""
    asset, today = deposit.asset, local_date(at)
    ends_on = asset.right.ends_on if asset.right else None
    appraisal = find_in_force(session, asset.id, at=at, today=today)
    answers = land_answers(session, deposit, at=at)
    certified = any(e.kind is EvidenceKind.CERTIFICATE for e in asset.evidence)
    agreed = deposit.consent is not None
    lasting = asset.right is not None and (ends_on is None or ends_on > today)
    shown = deposit.notice_until is not None and at >= deposit.notice_until
    undisputed = all(o.decision is not Decision.OPEN for o in deposit.objections)
    unchecked = sum(answer.result is Result.NOT_CHECKED for answer in answers)
    free = all(answer.effect is not Effect.FORBID for answer in answers)
    return [
        GateState(Gate.EVIDENCE, certified),
        GateState(Gate.CONSENT, agreed, deposit.consent.held_on if deposit.consent else None),
        GateState(Gate.RIGHT, lasting, ends_on),
        GateState(Gate.NOTICE, shown, deposit.notice_until),
        GateState(Gate.OBJECTIONS, undisputed),
        GateState(Gate.LAND, free, unknown=unchecked),
        GateState(
            Gate.APPRAISAL, appraisal is not None, appraisal.valid_until if appraisal else None
        ),
        GateState(Gate.DIVERGENCE, not is_divergent(session, deposit)),
    ]
