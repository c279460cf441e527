"""The auditor's pages: trial balance, accounts, statements, acts, and verifying now; read only."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext as _
from sqlalchemy.orm import Session

from bank import auditing
from bank.auditing import Entry, TrialLine
from bank.calendar import midnight
from bank.deposits import lifecycle as deposits
from bank.figures import narrow
from bank.income import lifecycle as income
from bank.orders import lifecycle as orders
from bank.projects import lifecycle as projects
from bank.withdrawals import lifecycle as withdrawals
from ledger import journal
from ledger.log import latest_checkpoint
from ledger.reading import Line, get_account
from ledger.refusals import UnknownAccount
from ledger.verify import verify as recompute
from valuation.agencies import lifecycle as agencies
from valuation.appraisals import lifecycle as appraisals
from valuation.commissions import lifecycle as commissions
from web.account_statements import counted_in, download, requested_days, requested_form
from web.journal_words import (
    Sight,
    account_words,
    group_words,
    kind_words,
    purpose_words,
    quantity_words,
    reference_words,
    unit_words,
)
from web.labels import label
from web.limits import limiter
from web.permissions import auditor_required
from web.proofs import log_standing
from web.session import request_session
from web.signing import find_signer

bp = Blueprint("audit", __name__, url_prefix="/audit")

EVERYTHING: Final = Sight(everything=True, parties=frozenset())
SUBJECTS: Final[Mapping[str, tuple[LazyString, type[StrEnum], type[StrEnum]]]] = {
    "deposit": (_("Deposits"), deposits.Stage, deposits.Act),
    "agency": (_("Agencies"), agencies.Stage, agencies.Act),
    "commission": (_("Commissions"), commissions.Stage, commissions.Act),
    "quote": (_("Quotes"), commissions.QuoteStage, commissions.QuoteAct),
    "appraisal": (_("Appraisals"), appraisals.Stage, appraisals.Act),
    "project": (_("Projects"), projects.Stage, projects.Act),
    "purchase_order": (_("Orders"), orders.Stage, orders.Act),
    "order_part": (_("Parts of orders"), orders.PartStage, orders.PartAct),
    "withdrawal": (_("Withdrawals"), withdrawals.Stage, withdrawals.Act),
    "revenue": (_("Revenues"), income.RevenueStage, income.RevenueAct),
    "round": (_("Rounds"), income.RoundStage, income.RoundAct),
}
"""Kinds of records: their name, their stages and their acts."""


@bp.get("")
@auditor_required
def index() -> ResponseReturnValue:
    """The trial balance, now or as of the end of a day, and how the log stands."""
    session, day = request_session(), _day()
    balance = auditing.trial_balance(session, as_of=_end_of(day))
    return render_template(
        "audit/index.html",
        groups=[_group(name, lines) for name, lines in balance.items()],
        as_of=day,
        log=log_standing(session),
    )


def _group(name: str, lines: list[TrialLine]) -> dict[str, Any]:
    total = sum(line.quantity for line in lines)
    return {
        "title": group_words(name),
        "balanced": total == 0,
        "total": quantity_words(name, total),
        "rows": [
            {
                "purpose": purpose_words(line.purpose),
                "accounts": f"{line.accounts:,}",
                "quantity": quantity_words(name, line.quantity),
                "held": quantity_words(name, line.held) if line.held else "",
            }
            for line in lines
        ],
    }


def _day() -> date | None:
    """The past day whose end the reader asks about; None where she asks about now."""
    try:
        day = date.fromisoformat(request.args.get("as_of", ""))
    except ValueError:
        return None
    return day if 1949 <= day.year <= 2999 else None


def _end_of(day: date | None) -> datetime | None:
    """The last moment of that day."""
    return None if day is None else midnight(day + timedelta(days=1)) - timedelta(microseconds=1)


@bp.post("/verify")
@auditor_required
@limiter.limit("6/minute")
def verify() -> ResponseReturnValue:
    """Recompute the whole ledger from its rows, now, and say what was found."""
    session, signer = request_session(), find_signer()
    report = recompute(session, verifiers=signer.verifiers if signer else ())
    return render_template(
        "audit/verified.html", report=report, signing=signer is not None,
        checkpoint=latest_checkpoint(session),
    )  # fmt: skip


@bp.get("/accounts")
@auditor_required
def accounts() -> ResponseReturnValue:
    """All balances, by the beginning of the account's name; now or as of the end of a day."""
    day = _day()
    prefix = narrow(request.args.get("prefix", ""))[:100]
    asked: dict[str, Any] = {"prefix": prefix or None, "as_of": day}
    after = request.args.get("after", ""), request.args.get("unit", "")
    found = auditing.balances_page(
        request_session(), prefix=prefix, after=after, as_of=_end_of(day)
    )
    more = len(found) == auditing.PAGE_SIZE
    last = found[-1] if found else None
    return render_template(
        "audit/accounts.html",
        prefix=prefix,
        as_of=day,
        rows=[
            {
                "account": each.account,
                "words": account_words(each.account, EVERYTHING),
                "unit": unit_words(each.unit),
                "quantity": quantity_words(each.unit, each.quantity),
                "held": quantity_words(each.unit, each.held_out) if each.held_out else "",
                "url": url_for(".statement", account=each.account, unit=each.unit, as_of=day),
            }
            for each in found
        ],
        pager={
            "previous_url": url_for(".accounts", **asked) if after[0] else None,
            "next_url": url_for(".accounts", after=last.account, unit=last.unit, **asked)
            if more and last
            else None,
        },
    )


@bp.get("/statement")
@auditor_required
def statement() -> ResponseReturnValue:
    """An account's postings in a unit, newest first, with the balance after each; up to a day."""
    session, day = request_session(), _day()
    account, unit = request.args.get("account", ""), request.args.get("unit", "")
    before = request.args.get("before", type=int)
    size, end = auditing.PAGE_SIZE, None if day is None else midnight(day + timedelta(days=1))
    found = journal.statement(session, account, unit, before=before, limit=size, until=end)
    here: dict[str, Any] = {"account": account, "unit": unit, "as_of": day}
    return render_template(
        "audit/statement.html",
        account=account,
        words=account_words(account, EVERYTHING),
        unit=unit,
        as_of=day,
        **_held(session, account, unit, _end_of(day)),
        rows=[
            {
                "on": line.occurred_at,
                "kind": kind_words(line.kind),
                "act": reference_words(line.reference),
                "other": account_words(line.other, EVERYTHING),
                "quantity": quantity_words(unit, line.quantity),
                "balance": quantity_words(unit, line.balance),
                "url": url_for("ledger.transfer", transfer_id=line.transfer),
            }
            for line in found
        ],
        pager={
            "previous_url": url_for(".statement", **here) if before else None,
            "next_url": url_for(".statement", before=found[-1].version, **here)
            if len(found) == size
            else None,
        },
    )


def _held(session: Session, account: str, unit: str, as_of: datetime | None) -> dict[str, Any]:
    """What the account holds, what of it is held back and may be used, and how it stands."""
    held = journal.balance_of(session, account, unit, as_of=as_of)
    try:
        view = get_account(session, account)
    except UnknownAccount:
        view = None
    return {
        "balance": quantity_words(unit, held.quantity),
        "held_out": quantity_words(unit, held.held_out),
        "held_in": quantity_words(unit, held.held_in),
        "available": None
        if view is None or view.may_go_negative
        else quantity_words(unit, held.available),
        "standing": None if view is None else view.standing,
    }


@bp.get("/statement/download")
@auditor_required
def statement_file() -> ResponseReturnValue:
    """The statement as PDF, workbook or CSV, of all time or of a period."""
    account, unit = request.args.get("account", ""), request.args.get("unit", "")
    words = unit_words(unit)
    return download(
        account,
        unit,
        requested_form(),
        facts=[
            (gettext("Account"), account_words(account, EVERYTHING)),
            (gettext("Code"), account),
            (gettext("Counted in"), " · ".join(filter(None, (counted_in(unit), words)))),
        ],
        what=_what,
        other=lambda line: account_words(line.other, EVERYTHING),
        days=requested_days(),
    )


def _what(line: Line) -> str:
    parts = kind_words(line.kind), reference_words(line.reference), line.memo
    return " · ".join(filter(None, parts))


@bp.get("/acts")
@auditor_required
def acts() -> ResponseReturnValue:
    """Everyone's acts, last recorded first: of all records, of one kind, or of one."""
    subject = request.args.get("subject", "")
    subject = subject if subject in SUBJECTS else ""
    number = narrow(request.args.get("number", "")).upper()[:40]
    before = _uuid(request.args.get("before", ""))
    found = auditing.acts_page(request_session(), subject=subject, number=number, before=before)
    told: dict[str, Any] = {"subject": subject or None, "number": number or None}
    more = len(found) == auditing.PAGE_SIZE
    return render_template(
        "audit/acts.html",
        subject=subject,
        subjects={code: words[0] for code, words in SUBJECTS.items()},
        number=number,
        rows=[_act(entry) for entry in found],
        pager={
            "previous_url": url_for(".acts", **told) if before else None,
            "next_url": url_for(".acts", before=found[-1].act.id, **told) if more else None,
        },
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _act(entry: Entry) -> dict[str, Any]:
    act = entry.act
    _name, stages, acts = SUBJECTS[act.subject]
    return {
        "number": entry.number,
        "act": label(acts(act.act)),
        "stage": label(stages(act.stage)),
        "by": act.actor.name if act.actor else _("the bank's clock"),
        "at": act.at,
        "reason": act.reason,
    }
