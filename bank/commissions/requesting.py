"""Asking agencies for quotes, and taking a commission back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move, note
from bank.agencies.records import said
from bank.appraisals.valuing import WORTH_APPRAISING
from bank.authority import require_party
from bank.calendar import grace_ends, local_date
from bank.commissions import ending, escrow, standing
from bank.commissions.deadlines import is_overdue
from bank.commissions.refusals import (
    AgenciesMissing,
    DeadlineUnsound,
    FirstAgency,
    NotDisputed,
    NothingAsked,
    NotOverdue,
    NotToBeAppraised,
)
from bank.deposits.latest import latest_deposits
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import Deposit
from bank.lifecycle import after
from bank.numbers import next_number
from bank.parties.signing_up import get_party, require_confirmed
from bank.parties.tables import PartyKind
from bank.projects.lifecycle import Stage as ProjectStage
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord, NotAnOfficer, NotYours
from database.actor import Actor, Role
from database.refusals import Refusal
from valuation.agencies.tables import AgencyKind
from valuation.commissions.commissioning import get_commission, require_admitted
from valuation.commissions.lifecycle import LIFECYCLE, Act, QuoteAct, QuoteStage, Stage
from valuation.commissions.tables import Commission, CommissionAsset, Quote

IN_CATALOGUE: Final = frozenset({DepositStage.STORED, DepositStage.RESERVED})
"""What an investor may have appraised though it is not hers: what the bank offers, or she ordered.
"""
PLANNED: Final = frozenset(
    {ProjectStage.SUBMITTED, ProjectStage.IN_REVIEW, ProjectStage.APPROVED,
     ProjectStage.COLLECTING, ProjectStage.OPERATING}
)  # fmt: skip


def request(
    session: Session,
    *,
    kind: AgencyKind,
    client_id: UUID | None,
    assets: Sequence[UUID] = (),
    project_id: UUID | None = None,
    agencies: Sequence[UUID],
    scope: str,
    quote_by: date,
    deliver_by: date,
    second_of: UUID | None = None,
    actor: Actor,
    at: datetime,
    key: str,
) -> Commission:
    """Ask agencies for quotes. The client asks and pays; none means the county.

    Who asks: somebody who acts for a confirmed party, or an officer for the county (of a township,
    about assets of her town). About what: an appraisal is of assets, a plan of one project, a
    financing of the one or the other. An owner has her own assets appraised, as soon as their land
    is settled; a company also what the catalogue offers; the county whatever is settled. A project
    is its investor's, or the county's to ask about. Both last days count: quotes are given to the
    end of `quote_by`, the work to the end of `deliver_by`. A second opinion (`second_of`) is about
    a disputed result and from another agency.

    Refuses: NotYours, NotConfirmed, NotAnOfficer, KeyReused, NothingAsked, NoSuchRecord,
    NotToBeAppraised, TextMissing, DeadlineUnsound, AgenciesMissing, NotDisputed, FirstAgency,
    AgencyNotAdmitted.
    """
    _require_asker(session, client_id, assets, project_id, actor)
    body = {
        "kind": kind, "client": client_id, "assets": sorted(assets), "project": project_id,
        "agencies": sorted(agencies), "scope": scope, "days": (quote_by, deliver_by),
        "second_of": second_of,
    }  # fmt: skip
    if first := keys.earlier(session, key, "commissions.request", **body):
        return get_commission(session, first)
    _refuse_subject(session, kind, client_id, assets, project_id)
    scope = said(scope, "scope")
    _refuse_days(quote_by, deliver_by, today=local_date(at))
    if second_of is not None:
        _refuse_second(session, second_of, kind, assets, agencies)
    _refuse_agencies(session, agencies, kind, today=local_date(at))

    commission = Commission(
        number=next_number(session, "C", at),
        kind=kind,
        stage=Stage.REQUESTED,
        client_id=client_id,
        project_id=project_id,
        second_of=second_of,
        scope=scope,
        quote_by=quote_by,
        deliver_by=deliver_by,
        fee_fen=0,
        requested_by=actor.id,
        requested_at=at,
        assets=[CommissionAsset(asset_id=each) for each in assets],
        quotes=[Quote(agency_id=each, stage=QuoteStage.ASKED, asked_at=at) for each in agencies],
    )
    session.add(commission)
    session.flush()
    note(session, commission, Act.REQUEST, actor=actor, at=at)
    for quote in commission.quotes:
        note(session, quote, QuoteAct.ASK, actor=actor, at=at)
    keys.settle(session, key, commission.id)
    return commission


def may_request(
    session: Session,
    kind: AgencyKind,
    *,
    client_id: UUID | None,
    assets: Sequence[UUID] = (),
    project_id: UUID | None = None,
    actor: Actor,
) -> bool:
    """Whether a request would not be refused for who asks or for what it is about."""
    try:
        _require_asker(session, client_id, assets, project_id, actor)
        _refuse_subject(session, kind, client_id, assets, project_id)
    except Refusal:
        return False
    return True


def _require_asker(
    session: Session,
    client_id: UUID | None,
    assets: Sequence[UUID],
    project_id: UUID | None,
    actor: Actor,
) -> None:
    if client_id is not None:
        require_party(actor, client_id)
        require_confirmed(get_party(session, client_id))
        return
    of_the_place = project_id is None and standing.is_office_of(session, assets, actor)
    if not (actor.has(Role.COUNTY) or of_the_place):
        raise NotAnOfficer("only an officer asks for the county")


def _refuse_subject(
    session: Session,
    kind: AgencyKind,
    client_id: UUID | None,
    assets: Sequence[UUID],
    project_id: UUID | None,
) -> None:
    fits = {
        AgencyKind.APPRAISAL: bool(assets) and project_id is None,
        AgencyKind.PLANNING: not assets and project_id is not None,
        AgencyKind.FINANCE: bool(assets) != (project_id is not None),
    }[kind]
    if not fits or len(set(assets)) != len(assets):
        field = "project_id" if kind is AgencyKind.PLANNING else "assets"
        raise NothingAsked("say what it is about", field=field, kind=kind.value)
    if project_id is not None:
        _refuse_project(session, project_id, client_id)
    deposits = latest_deposits(session, assets)
    for asset_id in assets:
        if asset_id not in deposits:
            raise NoSuchRecord("the asset was never deposited", field="assets")
        _refuse_deposit(session, deposits[asset_id], client_id)


def _refuse_project(session: Session, project_id: UUID, client_id: UUID | None) -> None:
    project = session.get(Project, project_id)
    if project is None:
        raise NoSuchRecord("no such project", field="project_id")
    if client_id is not None and project.party_id != client_id:
        raise NotYours("this is another investor's project", field="project_id")
    if project.stage not in PLANNED:
        raise NothingAsked("the project is over", field="project_id", stage=project.stage.value)


def _refuse_deposit(session: Session, deposit: Deposit, client_id: UUID | None) -> None:
    """Refuses: NotYours, NotToBeAppraised."""
    may_be = WORTH_APPRAISING
    if client_id is not None and deposit.party_id != client_id:
        if get_party(session, client_id).kind is not PartyKind.COMPANY:
            raise NotYours("this is another owner's", field="assets")
        may_be = IN_CATALOGUE
    if deposit.stage not in may_be:
        raise NotToBeAppraised(
            "not at this stage",
            field="assets",
            deposit=deposit.number,
            stage=deposit.stage.value,
        )


def _refuse_days(quote_by: date, deliver_by: date, *, today: date) -> None:
    if quote_by < today:
        raise DeadlineUnsound("it is past", field="quote_by", earliest_on=today.isoformat())
    if deliver_by <= quote_by:
        raise DeadlineUnsound(
            "the work comes after the quotes", field="deliver_by", earliest_on=quote_by.isoformat()
        )


def _refuse_second(
    session: Session,
    second_of: UUID,
    kind: AgencyKind,
    assets: Sequence[UUID],
    agencies: Sequence[UUID],
) -> None:
    disputed = get_commission(session, second_of)
    about = set(assets) <= set(standing.assets_of(disputed))
    if disputed.stage is not Stage.DISPUTED or disputed.kind is not kind or not about:
        raise NotDisputed("no result of that is disputed", field="second_of")
    if disputed.agency_id in agencies:
        raise FirstAgency("ask another agency", field="agencies")


def _refuse_agencies(
    session: Session, agencies: Sequence[UUID], kind: AgencyKind, *, today: date
) -> None:
    if not agencies or len(set(agencies)) != len(agencies):
        raise AgenciesMissing("ask at least one, none twice", field="agencies")
    for each in agencies:
        require_admitted(session, each, kind, today)


def withdraw(
    session: Session, commission_id: UUID, *, reason: str, actor: Actor, at: datetime
) -> Commission:
    """Take a commission back, with the reason; what was paid for it goes back to the client.

    Its client may, while agencies quote, in the grace period after the choice, and once the work
    is overdue; one without a last day, whenever the county wants. The engaged agency may while it
    is at work. Values that were issued under it are set aside. Refuses: NoSuchCommission,
    NotTheClient, NotQualified, OwnBusiness, TextMissing, IllegalMove, NotOverdue.
    """
    before = get_commission(session, commission_id)
    deposits = ending.lock_deposits(session, before)
    commission = get_commission(session, commission_id, lock=True)
    by_agency = commission.agency_id is not None and actor.agency == commission.agency_id
    if by_agency:
        standing.require_speaker(session, commission, commission.engaged, actor, local_date(at))
    else:
        standing.require_client(session, commission, actor)
    why = said(reason, "reason")
    after(LIFECYCLE, commission.stage, Act.WITHDRAW)
    if commission.stage is Stage.ENGAGED and not by_agency:
        _refuse_early(commission, at)

    move(session, commission, LIFECYCLE, Act.WITHDRAW, actor=actor, at=at, reason=why)
    ending.leave_quotes(session, commission, actor=actor, at=at)
    if commission.engaged_at is not None:
        escrow.refund(session, commission, at=at)
        ending.set_aside(session, commission, deposits, actor=actor, at=at)
    return commission


def _refuse_early(commission: Commission, at: datetime) -> None:
    """Refuses: NotOverdue."""
    if commission.deliver_by is None or is_overdue(commission, at=at):
        return
    if commission.engaged_at is not None and at < grace_ends(commission.engaged_at):
        return
    raise NotOverdue("the agency is at work", until=commission.deliver_by.isoformat())
