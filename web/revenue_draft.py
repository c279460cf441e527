"""The form of a revenue report, and what was typed of it, kept until it is handed in."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import session as cookie
from flask_babel import lazy_gettext
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from bank.files.tables import Document
from web.clock import today
from web.forms import BankForm
from web.kept_files import KeptFileField
from web.permissions import actor
from web.session import request_session

DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
REMARK_LENGTH = 400


class ReportForm(BankForm):
    """Net income of a period."""

    amount = StringField(
        lazy_gettext("How much did the project earn, after its costs?"),
        validators=[InputRequired(lazy_gettext("Type the amount."))],
    )
    period_from = DateField(
        lazy_gettext("From which day?"),
        format=DAY_FORMATS,
        validators=[InputRequired(lazy_gettext("Type the first day of the period."))],
    )
    period_to = DateField(
        lazy_gettext("To which day?"),
        format=DAY_FORMATS,
        validators=[InputRequired(lazy_gettext("Type the last day of the period."))],
    )
    remark = TextAreaField(
        lazy_gettext("Remark"),
        validators=[
            Optional(),
            Length(max=REMARK_LENGTH, message=lazy_gettext("At most %(max)d characters.")),
        ],
    )
    document = KeptFileField(lazy_gettext("Statement or audit report"), validators=[Optional()])


def _draft_name(project_id: UUID) -> str:
    return f"report:{project_id}"


def draft_of(project_id: UUID) -> dict[str, Any]:
    """What was typed of a report: it waits in the signed cookie until it is handed in."""
    kept: dict[str, Any] = dict(cookie.get(_draft_name(project_id), {}))
    for name in ("period_from", "period_to"):
        if name in kept:
            kept[name] = _day(kept[name])
    return kept


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def remember(project_id: UUID, form: ReportForm, document_id: str | None) -> None:
    """Keep what was typed until it is handed in."""
    cookie[_draft_name(project_id)] = {
        "amount": form.amount.data,
        "period_from": (form.period_from.data or today()).isoformat(),
        "period_to": (form.period_to.data or today()).isoformat(),
        "remark": form.remark.data or "",
        "document_id": document_id,
    }


def document_of(draft: dict[str, Any]) -> Document | None:
    """The file that was handed in with the draft, if it is the reader's own."""
    if not draft.get("document_id"):
        return None
    document = request_session().get(Document, UUID(draft["document_id"]))
    return document if document and document.uploaded_by == actor().id else None


def forget(project_id: UUID) -> None:
    """The report is handed in."""
    cookie.pop(_draft_name(project_id), None)
