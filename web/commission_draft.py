"""A request for quotes that is not sent yet: its answers wait in the signed cookie."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import session as cookie
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.appraisals.valuing import WORTH_APPRAISING
from bank.commissions import standing
from bank.commissions.requesting import IN_CATALOGUE, PLANNED, may_request
from bank.deposits.tables import Deposit
from bank.projects.tables import Project
from database.actor import Actor, Role
from valuation.agencies.tables import AgencyKind
from web.investing import find_investing_party

DRAFT: Final = "asking"
STEPS: Final = ("about", "kind", "agencies", "scope", "days")
"""The questions in their order."""
OFFICES: Final = (Role.TOWNSHIP, Role.COUNTY)
ASKERS: Final = (Role.OWNER, Role.COLLECTIVE, Role.INVESTOR, *OFFICES)
"""Whom the pages of a request are for."""


def draft() -> dict[str, Any]:
    """The answers so far."""
    return dict(cookie.get(DRAFT, {}))


def remember(**answers: Any) -> dict[str, Any]:
    """Keep these answers beside the others."""
    cookie[DRAFT] = {**draft(), **answers}
    return draft()


def begin_anew(**answers: Any) -> None:
    """Forget what was answered before, and begin with these."""
    cookie[DRAFT] = answers


def forget() -> None:
    """The request was sent."""
    cookie.pop(DRAFT, None)


def missing(answers: dict[str, Any]) -> str | None:
    """The first question without an answer."""
    given = {
        "about": answers.get("assets") or answers.get("project_id"),
        "kind": answers.get("kind"),
        "agencies": answers.get("agencies"),
        "scope": answers.get("scope"),
        "days": answers.get("quote_by") and answers.get("deliver_by"),
    }
    return next((step for step in STEPS if not given[step]), None)


def ids(texts: Iterable[str]) -> list[UUID]:
    """The ids in these texts; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def kinds_of(answers: dict[str, Any]) -> list[AgencyKind]:
    """What can be asked about the chosen land, or about the chosen project."""
    first = AgencyKind.PLANNING if answers.get("project_id") else AgencyKind.APPRAISAL
    return [first, AgencyKind.FINANCE]


def own_deposits(session: Session, actor: Actor) -> list[Deposit]:
    """The deposits of the actor's parties that can be appraised."""
    return list(
        session.scalars(
            select(Deposit)
            .where(Deposit.party_id.in_(actor.parties), Deposit.stage.in_(WORTH_APPRAISING))
            .order_by(Deposit.created_at.desc())
        )
    )


def own_projects(session: Session, actor: Actor) -> list[Project]:
    """The projects of the actor's parties that are not over."""
    return list(
        session.scalars(
            select(Project)
            .where(Project.party_id.in_(actor.parties), Project.stage.in_(PLANNED))
            .order_by(Project.submitted_at.desc())
        )
    )


def find_deposit(session: Session, number: str, actor: Actor) -> Deposit | None:
    """A deposit that the actor may name: her own, one in the catalogue, one before her office."""
    deposit = session.scalar(select(Deposit).where(Deposit.number == number))
    if deposit is None:
        return None
    here = actor.has(Role.COUNTY) or standing.is_office_of(session, [deposit.asset_id], actor)
    offered = actor.has(Role.INVESTOR) and deposit.stage in IN_CATALOGUE
    return deposit if deposit.party_id in actor.parties or here or offered else None


def find_project(session: Session, number: str, actor: Actor) -> Project | None:
    """A project that the actor may name: her own, or for the county any."""
    project = session.scalar(select(Project).where(Project.number == number))
    if project is None:
        return None
    return project if project.party_id in actor.parties or actor.has(Role.COUNTY) else None


def may_ask_about_deposit(session: Session, number: str, reader: Actor | None) -> bool:
    """Whether the reader may ask for an appraisal of this deposit: only then a page links to it."""
    if reader is None or not reader.has(*ASKERS):
        return False
    deposit = find_deposit(session, number, reader)
    if deposit is None:
        return False
    client_id = client_of(session, [deposit], None, reader)
    assets = [deposit.asset_id]
    return may_request(
        session, AgencyKind.APPRAISAL, client_id=client_id, assets=assets, actor=reader
    )


def may_ask_about_project(session: Session, number: str, reader: Actor) -> bool:
    """Whether the reader may ask for a plan of this project: only then a page links to it."""
    project = find_project(session, number, reader) if reader.has(*ASKERS) else None
    if project is None:
        return False
    client_id = client_of(session, [], project, reader)
    return may_request(
        session, AgencyKind.PLANNING, client_id=client_id, project_id=project.id, actor=reader
    )


def client_of(
    session: Session, deposits: list[Deposit], project: Project | None, actor: Actor
) -> UUID | None:
    """For whom is asked: the owner that the actor acts for, her company, or (none) the county."""
    about = [deposit.party_id for deposit in deposits] + ([project.party_id] if project else [])
    for party_id in about:
        if party_id in actor.parties:
            return party_id
    if actor.has(*OFFICES):
        return None
    party = find_investing_party(session, actor)
    return party.id if party else None
