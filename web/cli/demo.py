"""`flask demo`: the demonstration county and its logins."""

import click
from flask.cli import with_appcontext

from bank.demo.filling import fill, logins
from ledger import log
from web.cli.output import banking, say
from web.clock import now
from web.session import request_session, transaction
from web.signing import find_signer

group = click.Group("demo", help="The demonstration county.")


@group.command()
@click.option("--deposits", default=600, show_default=True, help="How many deposits.")
@click.option("--seed", default=330523, show_default=True, help="Another seed, another county.")
@with_appcontext
@banking
def load(deposits: int, seed: int, as_json: bool) -> None:
    """Fill an empty bank with the county, its people and two years of history."""

    def progress(done: int, total: int, what: str) -> None:
        if not as_json:
            click.echo(f"\r{what} {done}/{total}   ", nl=done >= total, err=True)

    summary = fill(request_session(), deposits=deposits, seed=seed, today=now(), progress=progress)
    if key := find_signer():
        with transaction() as session:
            log.checkpoint(session, key, now())
    say(summary.as_dict(), summary.text(), as_json=as_json)


@group.command("logins")
@with_appcontext
@banking
def show_logins(as_json: bool) -> None:
    """Print the demonstration's logins."""
    found = logins(request_session())
    width = max((len(entry.login) for entry in found), default=0)
    text = "\n".join(
        f"  {entry.login:<{width}}  {entry.password}  {entry.role_zh} {entry.role_en}: {entry.name}"
        for entry in found
    )
    say({"logins": [entry.as_dict() for entry in found]}, text, as_json=as_json)
