"""The auditor's pages: trial balance, accounts, statements, acts, and verifying now; read only."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext as _

from bank import auditing
from bank.auditing import Entry, TrialLine
from bank.deposits import lifecycle as deposits
from bank.figures import narrow
from bank.income import lifecycle as income
from bank.orders import lifecycle as orders
from bank.projects import lifecycle as projects
from bank.withdrawals import lifecycle as withdrawals
from ledger import journal
from ledger.log import latest_checkpoint
from ledger.verify import verify as recompute
from valuation.appraisals import lifecycle as appraisals
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
from web.session import request_session
from web.signing import find_signer

bp = Blueprint("audit", __name__, url_prefix="/audit")

EVERYTHING: Final = Sight(everything=True, parties=frozenset())
SUBJECTS: Final[Mapping[str, tuple[LazyString, type[StrEnum], type[StrEnum]]]] = {
    "deposit": (_("Deposits"), deposits.Stage, deposits.Act),
    "commission": (_("Commissions"), appraisals.CommissionStage, appraisals.CommissionAct),
    "appraisal": (_("Appraisals"), appraisals.Stage, appraisals.Act),
    "project": (_("Projects"), projects.Stage, projects.Act),
    "purchase_order": (_("Orders"), orders.Stage, orders.Act),
    "withdrawal": (_("Withdrawals"), withdrawals.Stage, withdrawals.Act),
    "revenue": (_("Revenues"), income.RevenueStage, income.RevenueAct),
    "round": (_("Rounds"), income.RoundStage, income.RoundAct),
}
"""Kinds of records: their name, their stages and their acts."""


@bp.get("")
@auditor_required
def index() -> ResponseReturnValue:
    """The trial balance, and how the log stands."""
    session = request_session()
    return render_template(
        "audit/index.html",
        groups=[_group(name, lines) for name, lines in auditing.trial_balance(session).items()],
        checkpoint=latest_checkpoint(session),
        report=None,
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
            }
            for line in lines
        ],
    }


@bp.post("/verify")
@auditor_required
@limiter.limit("6/minute")
def verify() -> ResponseReturnValue:
    """Recompute the whole ledger from its rows, now, and say what was found."""
    session, signer = request_session(), find_signer()
    report = recompute(session, verifiers=[signer.verifier] if signer else [])
    return render_template(
        "audit/verified.html", report=report, signing=signer is not None,
        checkpoint=latest_checkpoint(session),
    )  # fmt: skip


@bp.get("/accounts")
@auditor_required
def accounts() -> ResponseReturnValue:
    """All balances, by the beginning of the account's name."""
    prefix = narrow(request.args.get("prefix", ""))[:100]
    after = request.args.get("after", ""), request.args.get("unit", "")
    found = auditing.balances_page(request_session(), prefix=prefix, after=after)
    more = len(found) == auditing.PAGE_SIZE
    last = found[-1] if found else None
    return render_template(
        "audit/accounts.html",
        prefix=prefix,
        rows=[
            {
                "account": each.account,
                "words": account_words(each.account, EVERYTHING),
                "unit": unit_words(each.unit),
                "quantity": quantity_words(each.unit, each.quantity),
                "url": url_for(".statement", account=each.account, unit=each.unit),
            }
            for each in found
        ],
        pager={
            "previous_url": url_for(".accounts", prefix=prefix or None) if after[0] else None,
            "next_url": url_for(
                ".accounts", prefix=prefix or None, after=last.account, unit=last.unit
            )
            if more and last
            else None,
        },
    )


@bp.get("/statement")
@auditor_required
def statement() -> ResponseReturnValue:
    """All postings of one account in one unit, newest first, with the balance after each."""
    session = request_session()
    account, unit = request.args.get("account", ""), request.args.get("unit", "")
    before = request.args.get("before", type=int)
    size = auditing.PAGE_SIZE
    found = journal.statement(session, account, unit, before=before, limit=size)
    here: dict[str, Any] = {"account": account, "unit": unit}
    return render_template(
        "audit/statement.html",
        account=account,
        words=account_words(account, EVERYTHING),
        unit=unit,
        balance=quantity_words(unit, journal.balance(session, account, unit)),
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
