"""The joint review of a project: departments' opinions, then approval or refusal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.acts import move
from bank.authority import require_county_officer, require_disinterested
from bank.calendar import grace_ends, local_date
from bank.deposits.tables import StorageMode
from bank.income.refusals import OverrideMissing
from bank.lifecycle import after
from bank.orders.gates import refuse_unagreed
from bank.orders.lifecycle import LIFECYCLE as ORDERS, Act as OrderAct
from bank.orders.refusals import OpinionMissing, ReviewMissing
from bank.orders.tables import Order
from bank.projects.interest import interested
from bank.projects.landcheck import keep_land_check
from bank.projects.lifecycle import LIFECYCLE, Act, Stage
from bank.projects.tables import Project, Review
from bank.refusals import GraceRunning, IllegalMove, NoSuchRecord
from bank.rules import whole
from database.actor import Actor
from database.rows import find_row


def start_review(session: Session, project_id: UUID, *, officer: Actor, at: datetime) -> Project:
    """Take a project into joint review, once its maker can no longer take it back.

    Refuses: NotAnOfficer, OwnBusiness, GraceRunning, IllegalMove.
    """
    project = _deciding(session, project_id, officer)
    if at < grace_ends(project.submitted_at):
        raise GraceRunning(
            "the investor may still take it back",
            until=grace_ends(project.submitted_at).isoformat(),
        )
    move(session, project, LIFECYCLE, Act.REVIEW, actor=officer, at=at)
    return project


def give_opinion(
    session: Session,
    project_id: UUID,
    *,
    department: str,
    in_favour: bool,
    opinion: str,
    officer: Actor,
    at: datetime,
) -> Review:
    """Record one department's opinion. Refuses: NotAnOfficer, OwnBusiness, IllegalMove,
    OpinionMissing."""
    project = _deciding(session, project_id, officer)
    if project.stage is not Stage.IN_REVIEW:
        raise IllegalMove("the project is not in review", stage=project.stage.value, act="opinion")
    if not department.strip():
        raise OpinionMissing("name the department", field="department")
    if not opinion.strip():
        raise OpinionMissing("write the opinion", field="opinion")
    review = Review(
        department=department.strip(),
        in_favour=in_favour,
        opinion=opinion.strip(),
        given_by=officer.id,
        given_at=at,
    )
    project.reviews.append(review)
    session.flush()
    return review


def approve(
    session: Session,
    project_id: UUID,
    *,
    officer: Actor,
    at: datetime,
    override_reason: str = "",
) -> Project:
    """Approve a reviewed project that no department is against.

    The owner of each deposit that it cuts has agreed: what is approved is what can be collected.
    A project that will have more shareholders than a private offering may needs the reason why it
    is no public one: once the shares are given out it is too late to ask. An order for which
    nothing is due has all its money from then on.
    Refuses: NotAnOfficer, OwnBusiness, ReviewMissing, PartNotAgreed, GraceRunning,
    OverrideMissing, IllegalMove.
    """
    order = _lock_order(session, project_id)  # orders are locked before their projects
    project = _deciding(session, project_id, officer)
    latest = {review.department: review.in_favour for review in project.reviews}
    if not latest or not all(latest.values()):
        against = [department for department, agrees in latest.items() if not agrees]
        raise ReviewMissing("the joint review is not in favour", against=against)
    if order is not None:
        refuse_unagreed(session, order, at=at)
    after(LIFECYCLE, project.stage, Act.APPROVE)
    limit, reason = whole("offering.holders", local_date(at)), override_reason.strip()
    if order is not None and not reason and len(shareholders_to_be(order)) > limit:
        raise OverrideMissing("too many holders", field="override_reason", limit=limit)
    if order is not None:
        pieces = [(line.deposit, line.part) for line in order.lines]
        keep_land_check(session, project, pieces, act=Act.APPROVE, at=at)
    move(session, project, LIFECYCLE, Act.APPROVE, actor=officer, at=at, reason=reason)
    if order is not None and order.amount_fen == 0 and at < order.reserved_until:
        move(session, order, ORDERS, OrderAct.ESCROW, actor=officer, at=at)
    return project


def shareholders_to_be(order: Order) -> set[UUID]:
    """Who will hold shares once the order is collected: holders of its share lines, its payer."""
    holders = {
        holder.party_id
        for line in order.lines
        if line.mode is StorageMode.SHARE
        for holder in line.deposit.asset.holders
    }
    return holders | {order.party_id} if order.capital_fen else holders


def _lock_order(session: Session, project_id: UUID) -> Order | None:
    session.flush()
    return session.scalar(
        select(Order)
        .where(Order.project_id == project_id)
        .with_for_update(of=Order)
        .execution_options(populate_existing=True)
    )


def get_project(session: Session, project_id: UUID, *, lock: bool = False) -> Project:
    """The project of this id, its row locked if asked. Refuses: NoSuchRecord."""
    project = find_row(session, Project, project_id, lock=lock)
    if project is None:
        raise NoSuchRecord("no such project")
    return project


def _deciding(session: Session, project_id: UUID, officer: Actor) -> Project:
    project = get_project(session, project_id, lock=True)
    require_county_officer(officer)
    require_disinterested(
        officer, filed_by=project.submitted_by, parties=interested(session, project)
    )
    return project
