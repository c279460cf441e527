"""A party's money in plain words: each line of its account as a sentence, with its reason."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts
from bank.contracts.tables import Contract
from bank.parties.tables import Party
from bank.projects.tables import Project
from ledger import journal
from ledger.journal import Line

PAGE = 30


def money_lines(
    session: Session, party: Party, *, before: int | None = None
) -> tuple[list[dict[str, Any]], int | None]:
    """A page of what came in and went out, newest first, and where the next page begins."""
    lines = journal.statement(
        session, accounts.cash(party.number), accounts.CNY, before=before, limit=PAGE + 1
    )
    shown = lines[:PAGE]
    following = shown[-1].version if len(lines) > PAGE else None
    return [_sentence(line) for line in shown], following


def _sentence(line: Line) -> dict[str, Any]:
    return {
        "amount_fen": line.quantity,
        "balance_fen": line.balance,
        "on": line.occurred_at,
        "reason": reason(line),
        "reference": line.reference,
        "url": url_for("ledger.proof", transfer_id=line.transfer),
    }


def reason(line: Line) -> str:
    """Why the money moved, as the words after the amount."""
    match line.kind:
        case "dividend":
            return str(_("dividend of the project %(name)s", name=line.memo))
        case "rent":
            return str(_("a year's rent from the project %(name)s", name=line.memo))
        case "collect":
            return str(_("first payment of the contract with the project %(name)s", name=line.memo))
        case "payout":
            return str(_("paid out to your bank account"))
        case "receipt":
            return str(_("received at the bank, receipt %(number)s", number=line.memo))
        case "fee_escrow":
            return str(_("fee of commission %(number)s, held in escrow", number=line.memo))
        case "fee_release":
            return str(_("fee of commission %(number)s", number=line.memo))
        case "fee_refund":
            return str(_("fee of commission %(number)s, given back", number=line.memo))
        case "reversal":
            return str(_("an earlier entry was put right: %(why)s", why=line.memo))
        case _:
            return line.memo or line.reference


def shares_held(session: Session, party: Party) -> list[dict[str, Any]]:
    """The party's shares by project, with the whole of each project's shares."""
    prefix = accounts.share("")
    held = journal.balances(session, account_prefix=accounts.shares(party.number))
    rows = []
    for balance in held:
        number = balance.unit.removeprefix(prefix)
        project = session.scalar(select(Project).where(Project.number == number))
        if project is None:
            continue
        holders = journal.holders(session, balance.unit, account_prefix=accounts.PARTIES)
        whole = sum(one.quantity for one in holders)
        rows.append(
            {
                "name": project.name,
                "number": project.number,
                "shares": f"{balance.quantity:,}",
                "whole": f"{whole:,}",
                "percent": f"{100 * balance.quantity / whole:.2f}%",
            }
        )
    return rows


def is_holder(contract: Contract, party: Party) -> bool:
    """Whether the party holds the deposit of the contract (else it runs the project)."""
    return any(holder.party_id == party.id for holder in contract.deposit.asset.holders)
