"""`flask db`: the database's tables."""

import click
from flask.cli import with_appcontext

from database import migrations
from database.engine import writing
from valuation.parameters.beginning import open_begin_tables
from web.cli.output import say
from web.session import directory

group = click.Group("db", help="The database's tables.")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def upgrade(as_json: bool) -> None:
    """Bring every bank's tables to the newest version, and open its parameter tables."""
    counties = []
    for bank in directory().banks.values():
        migrations.upgrade(bank.settings.database_url)
        with bank.session() as session, writing(session):
            open_begin_tables(session)
        counties.append(bank.county)
    say({"upgraded": counties}, f"Up to date: {', '.join(counties)}", as_json=as_json)
