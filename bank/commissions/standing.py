"""Whose business a commission is: its client, the owners of its assets, the office of its place."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.assets.tables import Asset
from bank.authority import require_disinterested
from bank.commissions.refusals import NotTheClient
from bank.deposits import records
from bank.deposits.latest import latest_deposits
from bank.projects.tables import Project
from database.actor import Actor, Role
from valuation.agencies.tables import Agency, AgencyKind
from valuation.appraisals.appraising import require_appraiser
from valuation.commissions.refusals import NotTheAgency
from valuation.commissions.tables import Commission


def assets_of(commission: Commission) -> list[UUID]:
    """The ids of the assets it is for, in order."""
    return sorted(each.asset_id for each in commission.assets)


def owners_of(
    session: Session, commission: Commission, *, asset_id: UUID | None = None
) -> set[UUID]:
    """The parties whose assets it is about (or the one asset that is named), or whose project."""
    assets = assets_of(commission) if asset_id is None else [asset_id]
    deposits = latest_deposits(session, assets).values()
    owners = set().union(*(records.concerned(deposit) for deposit in deposits))
    if commission.project_id is not None:
        owners.add(session.get_one(Project, commission.project_id).party_id)
    return owners


def parties_of(
    session: Session, commission: Commission, *, asset_id: UUID | None = None
) -> set[UUID]:
    """All whom it concerns: its client and the owners, of all its assets or of the named one."""
    owners = owners_of(session, commission, asset_id=asset_id)
    return owners if commission.client_id is None else owners | {commission.client_id}


def is_client(session: Session, commission: Commission, actor: Actor) -> bool:
    """Whether the actor acts for the client, or for the county where the county is the client.

    For the county act its officers, and those of a township in which all the assets lie.
    """
    if commission.client_id is not None:
        return commission.client_id in actor.parties
    return actor.has(Role.COUNTY) or is_office_of(session, assets_of(commission), actor)


def is_office_of(session: Session, assets: Sequence[UUID], actor: Actor) -> bool:
    """Whether the actor is an officer of the township in which all these assets lie."""
    if not (assets and actor.has(Role.TOWNSHIP) and actor.township):
        return False
    codes = session.scalars(select(Asset.division_code).where(Asset.id.in_(assets)))
    return all(code.startswith(actor.township) for code in codes)


def require_client(session: Session, commission: Commission, actor: Actor) -> None:
    """The actor speaks for who asked; an officer has no stake in what she answers for the county.

    Refuses: NotTheClient, OwnBusiness.
    """
    if not is_client(session, commission, actor):
        raise NotTheClient("somebody else asked for this commission")
    if commission.client_id is None:
        parties = parties_of(session, commission)
        require_disinterested(actor, filed_by=None, parties=parties)


def require_speaker(
    session: Session, commission: Commission, agency: Agency, actor: Actor, today: date
) -> None:
    """The actor may speak for an agency of this commission.

    For an appraisal that is a qualified appraiser of it; for other work, whoever works there.
    Refuses: NotTheAgency, NotQualified.
    """
    if actor.agency != agency.id:
        raise NotTheAgency("another agency was asked")
    if commission.kind is AgencyKind.APPRAISAL:
        require_appraiser(session, actor, agency.id, today)
