"""`flask users`: logins of the bank's staff."""

import click
from flask.cli import with_appcontext

from bank.parties.signing_up import KNOWN_BY_ID, create_user
from database.actor import Role
from web.cli.output import banking, say
from web.clock import now
from web.session import transaction

group = click.Group("users", help="Logins of the bank's staff.")


@group.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as pages show it.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([str(r) for r in Role])
)
@click.option("--township", help="The town of a township officer, by its code.")
@click.option(
    "--id-number",
    help="The person's resident id; officers and appraisers need it. Its fingerprint is kept.",
)
@click.password_option(help="Asked for if not given.")
@with_appcontext
@banking
def create(
    login: str,
    name: str,
    roles: tuple[str, ...],
    township: str | None,
    id_number: str | None,
    password: str,
    as_json: bool,
) -> None:
    """Create a login with its roles."""
    if Role.TOWNSHIP.value in roles and not township:
        raise click.UsageError("a township officer needs --township CODE")
    if not id_number and KNOWN_BY_ID & set(roles):
        raise click.UsageError("officers and appraisers need --id-number NUMBER")
    with transaction() as session:
        user = create_user(
            session,
            login=login,
            name=name,
            password=password,
            roles={Role(role) for role in roles},
            township_code=township,
            id_number=id_number,
            at=now(),
        )
    say({"id": user.id, "login": login}, f"Created {login}", as_json=as_json)
