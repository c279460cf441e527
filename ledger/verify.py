"""Recomputing the whole ledger from its rows, and naming the first row that is wrong."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.findings import Check, Fault, Found, stream
from ledger.log import Verifier
from ledger.model import body_hash, body_text, transfer_hash, transfer_text
from ledger.verify_log import check_log

__all__ = ["Fault", "Report", "verify"]


@dataclass(frozen=True)
class Report:
    """What was checked and what was found; the first fault is the first row that is wrong.

    `unsealed` transfers are not in the log yet; `signatures` is how many checkpoints bear a
    signature that was checked and holds (none can be without a key to check with).
    """

    transfers: int
    postings: int
    units: int
    accounts: int
    leaves: int
    checkpoints: int
    signatures: int
    unsealed: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(session: Session, *, verifiers: Collection[Verifier] = ()) -> Report:
    """Recompute every hash, balance, sum, leaf, root and signature from the rows.

    Reads the journal and the log once each, as streams; memory grows with the number of
    accounts, not of transfers. Checkpoint signatures are checked against `verifiers`.
    """
    check = Check(
        session,
        units={r.id: r.code for r in session.execute(select(t.unit))},
        accounts={r.id: (r.code, r.may_go_negative) for r in session.execute(select(t.account))},
    )
    with check.reading("ledger_transfer"):
        _check_journal(check)
    with check.reading("ledger_balance"):
        _check_balances(check)
    with check.reading("ledger_leaf"):
        check_log(check, verifiers)
    count = check.counts
    return Report(
        transfers=count["transfers"],
        postings=count["postings"],
        units=len(check.units),
        accounts=len(check.accounts),
        leaves=count["leaves"],
        checkpoints=count["checkpoints"],
        signatures=count["signatures"],
        unsealed=count["unsealed"],
        faults=tuple(check.faults),
    )


def _check_journal(check: Check) -> None:
    origin = t.transfer.alias("origin")
    rows = stream(
        check.session,
        select(t.transfer, origin.c.id.label("reversed_id"), t.posting)
        .outerjoin(origin, origin.c.number == t.transfer.c.reverses)
        .outerjoin(t.posting, t.posting.c.transfer == t.transfer.c.number)
        .order_by(t.transfer.c.number, t.posting.c.ordinal),
    )
    for _, lines in groupby(rows, attrgetter("number")):
        _check_transfer(check, list(lines))
    orphans = (
        select(t.posting.c.transfer, t.posting.c.ordinal)
        .outerjoin(t.transfer, t.transfer.c.number == t.posting.c.transfer)
        .where(t.transfer.c.number.is_(None))
        .order_by(t.posting.c.transfer, t.posting.c.ordinal)
    )
    for row in stream(check.session, orphans):
        check.fault("ledger_posting", f"{row.transfer}/{row.ordinal}", "its transfer is missing")


def _check_transfer(check: Check, lines: list[Found]) -> None:
    head = lines[0]
    check.at = str(head.number)
    check.counts["transfers"] += 1
    if head.ordinal is None:
        check.fault("ledger_transfer", head.number, "it has no postings")
        return
    check.counts["postings"] += len(lines)
    postings = []
    for expected, line in enumerate(lines):
        if line.ordinal != expected:
            check.fault("ledger_posting", f"{head.number}/{expected}", "it is missing")
        named = _check_posting(check, line)
        if named is None:
            return
        postings.append(named)
    if head.reverses is not None and head.reversed_id is None:
        check.fault("ledger_transfer", head.number, "the transfer it reverses is missing")
    body = body_text(
        kind=head.kind,
        reference=head.reference,
        memo=head.memo,
        postings=postings,
        reverses=head.reversed_id,
    )
    text = transfer_text(
        body,
        transfer_id=head.id,
        key=head.key,
        nonce=head.nonce,
        occurred_at=head.occurred_at,
        recorded_at=head.recorded_at,
    )
    if transfer_hash(text) != head.hash:
        check.fault("ledger_transfer", head.number, "its hash is not that of its contents")
    elif body_hash(body) != head.body_hash:
        check.fault("ledger_transfer", head.number, "its body hash is not that of its body")


def _check_posting(check: Check, line: Found) -> tuple[str, str, str, int] | None:
    """Follow the two balances; the posting by names, or None if it has none to go by."""
    row = f"{line.number}/{line.ordinal}"
    unit = check.units.get(line.unit)
    source, target = check.accounts.get(line.source), check.accounts.get(line.target)
    if unit is None or source is None or target is None or not isinstance(line.quantity, int):
        check.fault("ledger_posting", row, "it names no known account, unit or quantity")
        return None
    if line.quantity <= 0:
        check.fault("ledger_posting", row, f"its quantity is {line.quantity}")
    for account, code, change, version, left in (
        (line.source, source[0], -line.quantity, line.source_version, line.source_balance),
        (line.target, target[0], line.quantity, line.target_version, line.target_balance),
    ):
        held = check.held[account, line.unit]
        if version != held[1] + 1:
            check.fault(
                "ledger_posting",
                row,
                f"it is number {version} of {code} in {unit}, after number {held[1]}",
            )
        elif left != held[0] + change:
            check.fault(
                "ledger_posting",
                row,
                f"it leaves {code} with {left} {unit}, not {held[0] + change}",
            )
        held[:] = left, version
    return source[0], target[0], unit, line.quantity


def _check_balances(check: Check) -> None:
    sums: dict[int, int] = defaultdict(int)
    waiting = check.held
    for row in stream(
        check.session, select(t.balance).order_by(t.balance.c.account, t.balance.c.unit)
    ):
        name = check.at = f"{row.account}/{row.unit}"
        code, may_go_negative = check.accounts.get(row.account, ("an unknown account", False))
        unit = check.units.get(row.unit, "an unknown unit")
        quantity, version = waiting.pop((row.account, row.unit), [0, 0])
        if (row.quantity, row.version) != (quantity, version):
            check.fault(
                "ledger_balance",
                name,
                f"{code} holds {row.quantity} {unit} at {row.version}, "
                f"the journal says {quantity} at {version}",
            )
        if row.may_go_negative != may_go_negative:
            check.fault("ledger_balance", name, f"the rule of {code} differs from its account's")
        if row.quantity < 0 and not may_go_negative:
            check.fault("ledger_balance", name, f"{code} is below zero: {row.quantity} {unit}")
        sums[row.unit] += row.quantity
    for account, unit_id in waiting:
        check.fault("ledger_balance", f"{account}/{unit_id}", "it is missing")
    for unit_id, total in sums.items():
        if total:
            code = check.units.get(unit_id, "an unknown unit")
            check.fault("ledger_unit", unit_id, f"all balances in {code} sum to {total}, not 0")
