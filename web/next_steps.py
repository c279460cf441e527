"""What each role does next: the lines of the first page, and where one lands after signing in."""

from typing import Any, Final

from flask import url_for
from flask_babel import LazyString, lazy_gettext as _

from database.actor import Actor, Role

STEPS: Final[dict[Role, tuple[tuple[LazyString, LazyString, str], ...]]] = {
    Role.OWNER: (
        (_("My deposits"), _("What you stored, and what each waits for."), "owner.index"),
        (_("Deposit something"), _("A few questions; stop at any time."), "owner.begin"),
        (_("My money"), _("What came in, and taking it out."), "money.index"),
    ),
    Role.COLLECTIVE: (
        (_("Our deposits"), _("What the collective stored, and what each waits for."),
         "owner.index"),
        (_("Deposit something"), _("A few questions; stop at any time."), "owner.begin"),
        (_("Our money"), _("What came in, and taking it out."), "money.index"),
    ),
    Role.INVESTOR: (
        (_("Browse the catalogue"), _("Everything that is stored and free."), "catalogue.listing"),
        (_("My bundle"), _("What you put together so far."), "bundles.show"),
        (_("My projects"), _("How each stands; reporting revenue."), "projects.index"),
    ),
    Role.APPRAISER: (
        (_("Commissions"), _("What your agency is asked to appraise."), "agency.index"),
    ),
    Role.TOWNSHIP: (
        (_("Township queue"), _("What waits for your office, by what is to be done."),
         "township.index"),
    ),
    Role.COUNTY: (
        (_("County desk"), _("Projects to review, money that came in."), "county.index"),
        (_("Withdrawals"), _("What waits for the first or the second officer."),
         "withdrawals.index"),
        (_("Rounds"), _("Sharing out what projects earned."), "rounds.index"),
    ),
    Role.AUDITOR: (
        (_("Audit"), _("The trial balance, every account and every act."), "audit.index"),
    ),
    Role.ADMINISTRATOR: (
        (_("Users"), _("Logins and their roles."), "users.index"),
    ),
}  # fmt: skip
"""Per role: label, what is there, and the endpoint."""


def next_steps(actor: Actor) -> list[dict[str, Any]]:
    """The reader's own next steps, each once, as links with a line of text."""
    found: dict[str, dict[str, Any]] = {}
    for role in Role:
        if role in actor.roles:
            for title, hint, endpoint in STEPS[role]:
                step = {"title": title, "hint": hint, "url": url_for(endpoint)}
                found.setdefault(endpoint, step)
    return list(found.values())


def landing(actor: Actor) -> str:
    """Where the reader goes after signing in: the first of her own pages."""
    steps = next_steps(actor)
    return str(steps[0]["url"]) if steps else url_for("public.home")
