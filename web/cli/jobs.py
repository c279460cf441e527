"""`flask jobs`: what the bank does by its clock; run it from cron every few minutes."""

import click
from flask.cli import with_appcontext

from bank.due import run_due
from ledger import log
from web.cli.output import banking, say
from web.clock import now
from web.session import transaction
from web.signing import find_signer

group = click.Group("jobs", help="What the bank does by its clock.")


@group.command()
@with_appcontext
@banking
def due(as_json: bool) -> None:
    """Clear finished notices, end reservations that have run out, and sign the log."""
    with transaction() as session:
        done = run_due(session, at=now())
    if key := find_signer():
        with transaction() as session:
            log.checkpoint(session, key, now())
    text = f"{done.cleared} notices cleared, {done.expired} reservations ended"
    say({"cleared": done.cleared, "expired": done.expired}, text, as_json=as_json)
