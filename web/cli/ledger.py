"""`flask ledger`: proving, exporting and signing the ledger."""

import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO
from uuid import UUID

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from bank.calendar import SHANGHAI
from ledger import export as ledger_export, journal, log
from ledger.receipt import BadReceipt, Outcomes, check_consistency, check_receipt
from ledger.refusals import NotSealed
from ledger.signing import Verifier, parse_note
from ledger.verify import verify as recompute
from web.cli.output import banking, say
from web.clock import now
from web.journal_words import Sight
from web.proofs import receipt_for
from web.session import request_session, transaction
from web.signing import find_signer, signer

group = click.Group("ledger", help="Prove, export and sign the ledger.")


@group.command()
@click.option(
    "--file",
    "file",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="Check an audit file, not the bank.",
)
@click.option("--key", help="The log's key that somebody kept; the bank's own if unsaid.")
@with_appcontext
@banking
def verify(file: TextIO | None, key: str | None, as_json: bool) -> None:
    """Recompute the whole ledger; name the first row that is wrong, and fail."""
    verifiers = _verifiers(key)
    if file is not None:
        checked = ledger_export.check_audit(file, verifiers)
        vouched = f"{checked.vouched} of its {checked.leaves} leaves are under a good signature"
        text = f"The file agrees with itself: {checked.entries} entries; {vouched}."
        ok = checked.signatures > 0
        if not ok:
            text += " No signature was checked: it is not proved."
        say({"ok": ok, **asdict(checked)}, text, as_json=as_json)
        if not ok:
            sys.exit(1)
        return
    report = recompute(request_session(), verifiers=verifiers)
    lines = [
        f"{report.transfers} transfers, {report.postings} postings, {report.accounts} accounts, "
        f"{report.units} units, {report.leaves} sealed, {report.checkpoints} checkpoints "
        f"({report.signatures} signatures good), {report.unsealed} not sealed yet",
        *(f"WRONG: {fault.table} {fault.row}: {fault.what}" for fault in report.faults),
        "The ledger balances and is unaltered." if report.ok else "The ledger is NOT as it was.",
    ]
    say({"ok": report.ok, **asdict(report)}, "\n".join(lines), as_json=as_json)
    if not report.ok:
        sys.exit(1)


EXPORTS: Final[Mapping[str, Callable[[Session], Iterator[str]]]] = {
    "hledger": partial(ledger_export.export_hledger, zone=SHANGHAI),
    "beancount": partial(ledger_export.export_beancount, zone=SHANGHAI),
    "csv": partial(ledger_export.export_csv, zone=SHANGHAI),
    "audit": ledger_export.export_audit,
}


@group.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(list(EXPORTS)),
    default="hledger",
    show_default=True,
    help="hledger or Beancount text, CSV for spreadsheets, or the audit file that proves itself.",
)
@with_appcontext
@banking
def export(form: str, as_json: bool) -> None:
    """Write the whole journal; it names everybody."""
    lines = EXPORTS[form](request_session())
    if as_json:
        say({form: "".join(lines)}, "", as_json=True)
        return
    for line in lines:
        click.echo(line, nl=False)


@group.command()
@with_appcontext
@banking
def checkpoint(as_json: bool) -> None:
    """Seal what is waiting and sign the log; print the signed note."""
    key = signer()
    with transaction() as session:
        made = log.checkpoint(session, key, now())
    say(asdict(made), made.note.rstrip("\n"), as_json=as_json)


@group.command()
@click.argument("transfer", type=UUID, required=False)
@click.option(
    "--receipt", "into", type=click.Path(dir_okay=False), help="Write the receipt to this file."
)
@click.option(
    "--check",
    "kept",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="Check a receipt that somebody kept.",
)
@click.option(
    "--since",
    "note",
    type=click.File("r", encoding="utf-8", errors="replace"),
    help="Prove that nothing changed since a checkpoint that somebody kept.",
)
@click.option("--key", help="The log's key that somebody kept; the bank's own if unsaid.")
@with_appcontext
@banking
def prove(
    transfer: UUID | None,
    into: str | None,
    kept: TextIO | None,
    note: TextIO | None,
    key: str | None,
    as_json: bool,
) -> None:
    """Prove that a transfer is in the log, or check what somebody kept of it.

    With TRANSFER: its place in the log of the last checkpoint, checked up to the signature. With
    --check FILE: a receipt. With --since FILE: that the log of a kept checkpoint is the beginning
    of today's. It fails unless all holds.
    """
    if sum(one is not None for one in (transfer, kept, note)) != 1:
        raise click.UsageError("give one of TRANSFER, --check FILE and --since FILE")
    verifiers = _verifiers(key)
    if note is not None:
        report: Outcomes = _since(note.read(), verifiers)
        shown: dict[str, Any] = {}
    else:
        document = _read_json(kept) if kept else _receipt(transfer)
        report = check_receipt(document, verifiers)
        shown = {"receipt": document}
        if into is not None:
            Path(into).touch(mode=0o600)  # it may tell whose the transfer is
            Path(into).write_text(json.dumps(document, ensure_ascii=False, indent=1))
    if transfer is not None:
        shown |= asdict(log.prove(request_session(), transfer))
    steps = {step.value: holds for step, holds in report.steps}
    words = {True: "holds", False: "DOES NOT HOLD", None: "not checked"}
    lines = [f"{step}: {words[holds]}" for step, holds in steps.items()]
    lines.append("Proved." if report.ok else "NOT proved.")
    say({"ok": report.ok, "steps": steps, **shown}, "\n".join(lines), as_json=as_json)
    if not report.ok:
        sys.exit(1)


def _verifiers(key: str | None) -> tuple[Verifier, ...]:
    """The key that was given, or all that the bank has signed with."""
    if key is not None:
        return (Verifier.from_text(key.strip()),)
    own = find_signer()
    return own.verifiers if own else ()


def _receipt(transfer: UUID | None) -> dict[str, Any]:
    """The receipt of a transfer with its contents: who runs commands may know them."""
    assert transfer is not None  # noqa: S101 - checked by `prove`
    session = request_session()
    whole = Sight(everything=True, parties=frozenset())
    return receipt_for(session, journal.get_transfer(session, transfer), whole)


def _since(kept: str, verifiers: Collection[Verifier]) -> Outcomes:
    session = request_session()
    last = log.latest_checkpoint(session)
    if last is None:
        raise NotSealed("no checkpoint was made yet", size=0)
    kept = kept.rstrip("\n") + "\n"
    old = parse_note(kept)
    if old.size > last.size:
        raise NotSealed(
            "the log is smaller than the checkpoint that was kept", size=old.size, largest=last.size
        )
    path = log.prove_consistency(session, old.size, last.size)
    return check_consistency(kept, last.note, path, verifiers)


def _read_json(file: TextIO) -> object:
    try:
        return json.load(file)
    except (ValueError, RecursionError) as error:
        raise BadReceipt(f"it is no JSON: {error}", rule="json") from error
