"""What commands share: which bank they work on, JSON or words, and refusals as failures."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask import g

from database.refusals import Refusal
from web.session import directory

F = TypeVar("F", bound=Callable[..., Any])


def say(result: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print the result, as one JSON object or in words."""
    click.echo(json.dumps(result, ensure_ascii=False, default=str) if as_json else text)


def banking(command: F) -> F:
    """A command on one bank: adds `--county` and `--json`, and turns a refusal into a failure."""

    @click.option("--county", help="The bank, by its county's code; the default one if unsaid.")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    @wraps(command)
    def run(county: str | None, as_json: bool, **told: Any) -> None:
        banks = directory()
        if county is not None and county not in banks.banks:
            raise click.UsageError(f"no bank of county {county}; there are {list(banks.banks)}")
        g.db_session = (banks.banks[county] if county else banks.default).session()
        try:
            command(as_json=as_json, **told)
        except Refusal as refusal:
            body = {"code": refusal.code, "message": refusal.message, "facts": refusal.facts}
            say(body, f"{refusal.code}: {refusal.message} {refusal.facts or ''}", as_json=as_json)
            sys.exit(1)

    return run  # type: ignore[return-value]  # wraps keeps the name and the help
