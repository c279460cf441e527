"""`flask jobs`: what the bank does by its clock, and the work that waits in its queue."""

from dataclasses import asdict
from time import sleep

import click
from flask import current_app
from flask.cli import with_appcontext

from bank.due import run_due
from database.directory import bank_of
from ledger import log
from web.cli.output import banking, say
from web.clock import now
from web.jobs import EVERY, worker_of
from web.session import request_session, transaction
from web.signing import find_signer

group = click.Group("jobs", help="What the bank does by its clock, and what waits to be done.")


@group.command()
@with_appcontext
@banking
def due(as_json: bool) -> None:
    """Do what is due (notices, reservations, values, commissions, old files); sign the log."""
    with transaction() as session:
        done = run_due(session, at=now())
    if key := find_signer():
        with transaction() as session:
            log.checkpoint(session, key, now())
    text = (
        f"{done.cleared} notices cleared, {done.expired} reservations ended,"
        f" {done.revalued} deposits revalued, {done.lapsed} requests lapsed,"
        f" {done.accepted} results accepted by silence, {done.reminded} reminders given,"
        f" {done.discarded} imported files discarded"
    )
    say(asdict(done), text, as_json=as_json)


@group.command()
@click.option("--watch", is_flag=True, help="Stay, and do what comes.")
@with_appcontext
@banking
def run(watch: bool, as_json: bool) -> None:
    """Do the jobs that wait, as a serving process does; then end, unless told to watch."""
    worker = worker_of(current_app._get_current_object(), bank_of(request_session()))  # type: ignore[attr-defined]
    count = 0
    while True:
        while worker.work_once():
            count += 1
        if not watch:
            break
        sleep(EVERY)
    say({"done": count}, f"{count} jobs done", as_json=as_json)
