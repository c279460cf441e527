"""What a project's page shows of its papers: lines, contracts, rents, shares, reports, rounds."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.area import format_mu
from bank.calendar import grace_ends
from bank.contracts.tables import Contract
from bank.deposits.tables import Deposit, StorageMode
from bank.figures import grouped, half_up
from bank.income import rounds
from bank.income.lifecycle import RevenueStage
from bank.income.refusals import NoShareholders
from bank.income.tables import Revenue, Round
from bank.orders.lifecycle import PartStage
from bank.orders.tables import Order
from bank.orders.taking import serving_parts
from bank.parties.tables import Party
from bank.projects.tables import Project
from ledger import journal
from web.cards import masked_name
from web.clock import now, today
from web.filters import day
from web.labels import label
from web.parts_shown import named, origin_of
from web.permissions import actor

Rows = list[dict[str, Any]]


def order_lines(session: Session, order: Order) -> Rows:
    """The deposits of an order with what was agreed for each, and what a part became."""
    serving = serving_parts(session, [order.project_id])
    return [
        {
            "name": named(line.deposit, line.part),
            "url": url_for("catalogue.show", deposit_id=line.deposit_id),
            "number": line.deposit.number,
            "mode": label(line.mode),
            "area": line.area_dm2,
            "value": line.value_fen,
            "due": line.due_fen,
            "part": label(line.part.stage) if line.part else "",
            "became": became(serving.get((order.project_id, line.deposit_id))),
            "unasked": line.part is not None and line.part.stage is PartStage.ASKED,
            "unanswered": line.mode is StorageMode.SWAP and line.accepted_at is None,
        }
        for line in order.lines
    ]


def became(part: Deposit | None) -> str:
    """The number and the parcel code of a part that was collected."""
    if part is None:
        return ""
    return " · ".join([part.number, *([part.asset.parcel.code] if part.asset.parcel else [])])


def payment_rows(session: Session, order: Order) -> Rows:
    """The money that came in for an order, the first first, each with the proof of its entry."""
    entries = journal.transfers(session, reference=f"order:{order.number}")
    return [
        {
            "on": entry.occurred_at,
            "amount": sum(posting.quantity for posting in entry.postings),
            "receipt": entry.memo,
            "number": entry.number,
            "proof_url": url_for("ledger.proof", transfer_id=entry.id),
            "code_url": url_for("ledger.proof_code", transfer_id=entry.id),
        }
        for entry in reversed(entries)
        if entry.kind == "receipt"
    ]


def contract_rows(contracts: Iterable[Contract]) -> Rows:
    """Contracts with their terms in words."""
    return [
        {
            "number": contract.number,
            "name": _named(contract.deposit),
            "mode": label(contract.mode),
            "terms": _terms(contract),
            "value": contract.value_fen,
            "from": contract.starts_on,
            "to": day(contract.ends_on) if contract.ends_on else _("for good"),
        }
        for contract in contracts
    ]


def _named(deposit: Deposit) -> str:
    """The land of a contract; a part says how much it is and what it was cut from."""
    name = f"{deposit.asset.name} ({deposit.number})"
    origin = origin_of(deposit)
    if origin is None:
        return name
    told = {"mu": format_mu(origin["area_dm2"]), "number": origin["deposit"].number}
    part = _("a part of %(mu)s mu, cut from %(number)s", **told)
    return f"{name}: {part}"


def _terms(contract: Contract) -> str:
    if contract.mode is StorageMode.SHARE:
        return str(_("%(shares)s shares", shares=f"{contract.shares:,}"))
    if contract.mode is StorageMode.LEASE:
        return str(_("Rent ¥%(amount)s a year", amount=grouped(contract.rent_fen, 2)))
    return str(
        _(
            "%(offer)s, and a balance of ¥%(amount)s",
            offer=contract.swap_offer,
            amount=grouped(contract.balance_fen, 2),
        )
    )


def rent_rows(contracts: Iterable[Contract]) -> Rows:
    """All rents in the order in which they fall due, and whether each is paid."""
    rows: Rows = []
    for contract in contracts:
        for instalment in contract.instalments:
            if instalment.paid_at is not None:
                state = str(_("paid on %(day)s", day=day(instalment.paid_at)))
            elif instalment.due_on < today():
                state = str(_("overdue"))
            else:
                state = str(_("to come"))
            rows.append(
                {
                    "due": instalment.due_on,
                    "contract": contract.number,
                    "amount": instalment.amount_fen,
                    "state": state,
                }
            )
    return sorted(rows, key=lambda row: (row["due"], row["contract"]))


def holder_rows(session: Session, project: Project) -> Rows:
    """Who holds how many shares now; everybody but the reader is masked."""
    try:
        held = rounds.shareholders(session, project)
    except NoShareholders:
        return []
    whole = sum(shares for _party, shares in held)
    return [
        {"name": _holder(party), "shares": f"{shares:,}", "part": _part(shares, whole)}
        for party, shares in sorted(held, key=lambda one: -one[1])
    ]


def _holder(party: Party) -> str:
    if party.id in actor().parties:
        return str(_("%(name)s (you)", name=party.name))
    return masked_name(party)


def _part(shares: int, whole: int) -> str:
    return f"{grouped(half_up(shares * 10_000, whole), 2)}%"


def report_rows(reports: Iterable[Revenue], *, own: bool) -> Rows:
    """Revenue reports; the reader's own can be taken back for some minutes."""
    return [
        {
            "number": revenue.number,
            "id": revenue.id,
            "period": f"{day(revenue.period_from)} – {day(revenue.period_to)}",
            "amount": revenue.amount_fen,
            "stage": label(revenue.stage),
            "reported": revenue.reported_at,
            "remark": revenue.remark,
            "receipt": revenue.receipt.bank_receipt_number if revenue.receipt else None,
            "document": revenue.document,
            "until": _grace(revenue) if own else None,
        }
        for revenue in reports
    ]


def _grace(revenue: Revenue) -> Any:
    until = grace_ends(revenue.reported_at)
    return until if revenue.stage is RevenueStage.REPORTED and now() < until else None


def round_plans(found: Iterable[Round]) -> Rows:
    """Rounds with their split: the reader's own share, and the others masked."""
    return [
        {
            "number": round_.number,
            "stage": label(round_.stage),
            "income": round_.income_fen,
            "reserve": round_.reserve_fen,
            "own": sum(
                line.amount_fen for line in round_.lines if line.party_id in actor().parties
            ),
            "notice_until": round_.notice_until,
            "paid_at": round_.paid_at,
            "lines": [
                {
                    "name": _holder(line.party),
                    "shares": f"{line.shares:,}",
                    "part": _part(line.shares, round_.shares),
                    "amount": line.amount_fen,
                }
                for line in sorted(round_.lines, key=lambda line: -line.amount_fen)
            ],
            "total": {
                "name": _("Together"),
                "shares": f"{round_.shares:,}",
                "part": "",
                "amount": round_.income_fen - round_.reserve_fen,
            },
        }
        for round_ in found
    ]
