"""Sending a request for quotes: its answers as the command takes them, and in words."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.commissions import requesting
from bank.deposits.latest import latest_deposits
from bank.deposits.tables import Deposit
from bank.parties.tables import Party, PartyKind
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord
from bank.rules import whole
from valuation.agencies.tables import Agency, AgencyKind
from valuation.commissions.tables import Commission
from web import commission_draft as asking
from web.clock import now, today
from web.pages.commission_forms import AskForm
from web.pages.owner_forms import given
from web.permissions import actor
from web.session import request_session


def kind_words(kind: AgencyKind) -> str:
    """What is asked for, as the client says it."""
    return str(
        {
            AgencyKind.APPRAISAL: _("An appraisal"),
            AgencyKind.PLANNING: _("A project plan"),
            AgencyKind.FINANCE: _("Financing"),
        }[kind]
    )


def posted(form: AskForm) -> dict[str, Any]:
    """The answers as the page that was sent held them, whatever the cookie says since."""
    return {
        "kind": form.kind.data,
        "client": form.client.data,
        "assets": (form.assets.data or "").split(),
        "project_id": form.project_id.data,
        "agencies": (form.agencies.data or "").split(),
        "scope": form.scope.data,
        "second_of": form.second_of.data,
        "quote_by": given(form.quote_by.data).isoformat(),
        "deliver_by": given(form.deliver_by.data).isoformat(),
    }


def send(
    session: Session, told: dict[str, Any], quote_by: date, deliver_by: date, key: str
) -> Commission:
    """Ask the agencies. Refuses what `requesting.request` refuses, and NoSuchRecord."""
    kinds = {each.value: each for each in AgencyKind}
    if told["kind"] not in kinds:
        raise NoSuchRecord("no such kind of agency")
    return requesting.request(
        session,
        kind=kinds[told["kind"]],
        client_id=_id(told.get("client")),
        assets=asking.ids(told["assets"]),
        project_id=_id(told.get("project_id")),
        agencies=asking.ids(told["agencies"]),
        scope=told["scope"] or "",
        quote_by=quote_by,
        deliver_by=deliver_by,
        second_of=_id(told.get("second_of")),
        actor=actor(),
        at=now(),
        key=key,
    )


def _id(text: str | None) -> UUID | None:
    return next(iter(asking.ids([text or ""])), None)


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """The answers in words."""
    session = request_session()
    deposits = latest_deposits(session, asking.ids(told["assets"])).values()
    project_id, client_id = _id(told.get("project_id")), _id(told.get("client"))
    project = session.get(Project, project_id) if project_id else None
    client = session.get(Party, client_id) if client_id else None
    asked = [session.get(Agency, each) for each in asking.ids(told["agencies"])]
    return {
        "told": told,
        "deposits": [each for each in deposits if _may_name(session, each)],
        "project": project if project and _may_name_project(session, project) else None,
        "client": client.name if client and client.id in actor().parties else _("The county"),
        "kind": kind_words(AgencyKind(told["kind"])) if told["kind"] in set(AgencyKind) else "",
        "agencies": [each.name for each in asked if each],
        "quote_by": date.fromisoformat(told["quote_by"]),
        "deliver_by": date.fromisoformat(told["deliver_by"]),
        "choose": whole("commission.choose.days", today()),
        "of_collective": bool(client and client.kind is PartyKind.COLLECTIVE),
    }


def _may_name(session: Session, deposit: Deposit) -> bool:
    """Posted ids tell nothing about land that the reader may not name."""
    return asking.find_deposit(session, deposit.number, actor()) is not None


def _may_name_project(session: Session, project: Project) -> bool:
    return asking.find_project(session, project.number, actor()) is not None
