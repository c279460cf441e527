"""A project's plan, and a financing's papers, as pages show them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.commissions.handing_over import delivered
from bank.files.tables import Document
from valuation.commissions.tables import Commission, Plan
from web.filters import day


def plan_shown(session: Session, plan: Plan | None) -> dict[str, Any] | None:
    """What the land is for, in which phases, for how much, with the files; None without a plan."""
    if plan is None:
        return None
    red_line = session.get_one(Document, plan.red_line_document_id)
    return {
        "use": plan.use,
        "area_dm2": plan.area_dm2,
        "investment_fen": plan.investment_fen,
        "phases": [
            {
                "name": each["name"],
                "time": f"{_day(each['from'])} – {_day(each['until'])}",
                "works": each["works"],
                "investment": each["investment_fen"],
            }
            for each in plan.phases
        ],
        "files": [
            _file(red_line, str(_("Red line of the plan"))),
            *_files(delivered(session, plan.commission_id)),
        ],
        "attached_at": plan.attached_at,
    }


def papers_shown(session: Session, commission: Commission) -> list[dict[str, Any]]:
    """The documents that were delivered under a commission."""
    return _files(delivered(session, commission.id))


def _files(documents: Sequence[Document]) -> list[dict[str, Any]]:
    return [_file(each, each.title or each.name) for each in documents]


def _file(document: Document, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "url": url_for("documents.show", document_id=document.id),
        "size": document.size,
    }


def _day(text: str) -> str:
    return str(day(date.fromisoformat(text)))
