"""The command line: `flask --app wsgi GROUP COMMAND`, a module per group."""

from flask import Flask

from web.cli import db, demo, jobs, land, ledger, users, valuation


def init_app(app: Flask) -> None:
    """Register the groups."""
    for module in (db, demo, ledger, land, valuation, users, jobs):
        app.cli.add_command(module.group)
