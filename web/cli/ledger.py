"""`flask ledger`: proving, exporting and signing the ledger."""

import sys
from dataclasses import asdict
from uuid import UUID

import click
from flask.cli import with_appcontext

from ledger import export as ledger_export, log
from ledger.verify import verify as recompute
from web.cli.output import banking, say
from web.clock import now
from web.session import request_session, transaction
from web.signing import find_signer, signer

group = click.Group("ledger", help="Prove, export and sign the ledger.")


@group.command()
@with_appcontext
@banking
def verify(as_json: bool) -> None:
    """Recompute the whole ledger; name the first row that is wrong, and fail."""
    known = find_signer()
    report = recompute(request_session(), verifiers=[known.verifier] if known else [])
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


@group.command()
@with_appcontext
@banking
def export(as_json: bool) -> None:
    """Write the journal as hledger text."""
    lines = ledger_export.export_hledger(request_session())
    if as_json:
        say({"hledger": "".join(lines)}, "", as_json=True)
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
    say(asdict(made), made.note, as_json=as_json)


@group.command()
@click.argument("transfer", type=UUID)
@with_appcontext
@banking
def prove(transfer: UUID, as_json: bool) -> None:
    """Prove that a transfer is in the log of the last checkpoint."""
    proof = log.prove(request_session(), transfer)
    text = "\n".join(
        [f"leaf {proof.index} of {proof.size}: {proof.leaf}", *proof.path, f"root: {proof.root}"]
    )
    say(asdict(proof), text, as_json=as_json)
