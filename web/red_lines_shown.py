"""A project's red lines as its pages show them, each with the check that is kept of it."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import Session

from bank.redlines.belonging import checks_of, lines_of_project
from bank.redlines.tables import RedLine
from web.zone_words import told


def red_lines_shown(session: Session, project_id: UUID) -> list[dict[str, Any]]:
    """Number, name, area and day of each red line, and what the zones said of it last."""
    return [
        {
            "number": line.number,
            "name": line.name,
            "url": url_for("redlines.show", red_line_id=line.id),
            "area": line.area_dm2,
            "at": line.created_at,
            "checks": (kept_checks(session, line) or [{"checks": []}])[0]["checks"],
        }
        for line in lines_of_project(session, project_id)
    ]


def kept_checks(session: Session, line: RedLine) -> list[dict[str, Any]]:
    """Every kept check of a red line, the latest first: when, and each layer's answer."""
    return [
        {"at": kept[0].checked_at, "checks": [told(check) for check in kept]}
        for kept in checks_of(session, line)
    ]
