"""What the frame of every page shows: the menu of the reader's roles, her name, and the links."""

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale, lazy_gettext as _
from flask_login import current_user

from database.actor import Role
from web.clock import today
from web.labels import label
from web.locale import display
from web.session import request_bank

MENU: dict[Role | None, tuple[tuple[Any, str], ...]] = {
    None: (
        (_("Notices"), "notices.listing"),
        (_("Catalogue"), "catalogue.listing"),
        (_("Agencies"), "agencies.index"),
        (_("Ledger"), "ledger.index"),
    ),
    Role.OWNER: (
        (_("My deposits"), "owner.index"),
        (_("My commissions"), "commissions.index"),
        (_("My money"), "money.index"),
    ),
    Role.COLLECTIVE: (
        (_("Our deposits"), "owner.index"),
        (_("Our commissions"), "commissions.index"),
        (_("Our money"), "money.index"),
    ),
    Role.INVESTOR: (
        (_("Catalogue"), "catalogue.listing"),
        (_("Red lines"), "redlines.index"),
        (_("My bundle"), "bundles.show"),
        (_("My projects"), "projects.index"),
        (_("My commissions"), "commissions.index"),
        (_("My money"), "money.index"),
    ),
    Role.APPRAISER: (
        (_("Commissions"), "agency.index"),
        (_("Requests to quote"), "agency_quotes.index"),
        (_("Our agency"), "agency_profile.show"),
        (_("Our money"), "money.index"),
    ),
    Role.TOWNSHIP: (
        (_("Township queue"), "township.index"),
        (_("Agencies' work"), "county_commissions.index"),
        (_("Map"), "lands.desk"),
        (_("Imports"), "imports.index"),
    ),
    Role.COUNTY: (
        (_("County desk"), "county.index"),
        (_("Red lines"), "redlines.index"),
        (_("Map"), "lands.desk"),
        (_("Imports"), "imports.index"),
        (_("Payments in"), "county_payments.index"),
        (_("Withdrawals"), "withdrawals.index"),
        (_("Rounds"), "rounds.index"),
        (_("Agencies to admit"), "county_agencies.index"),
        (_("Agencies' work"), "county_commissions.index"),
        (_("Parameter tables"), "county_parameters.index"),
        (_("Control zones"), "zones.index"),
    ),
    Role.AUDITOR: ((_("Audit"), "audit.index"), (_("Map"), "lands.desk")),
    Role.ADMINISTRATOR: ((_("Users"), "users.index"),),
}
"""Label and endpoint per role; None is what everybody sees, after the reader's own."""


def menu() -> list[tuple[str, str, bool]]:
    """The reader's menu: (label, address, whether we are there)."""
    roles = sorted(current_user.actor.roles) if current_user.is_authenticated else []
    found: dict[str, str] = {}
    for role in [*roles, None]:
        for text, endpoint in MENU[role]:
            found.setdefault(endpoint, str(text))
    here = (request.endpoint or "").split(".")[0]
    return [
        (text, url_for(endpoint), endpoint.split(".")[0] == here)
        for endpoint, text in found.items()
    ]


def frame() -> dict[str, Any]:
    """The context that the layout wants."""
    bank = request_bank().settings
    person = None
    if current_user.is_authenticated:
        roles = "、".join(str(label(role)) for role in sorted(current_user.actor.roles))
        person = {"name": current_user.name, "role": roles}
    endpoints = {
        "home": "public.home",
        "sign_in": "account.sign_in",
        "sign_up": "account.sign_up",
        "sign_out": "account.sign_out",
        "account": "account.show",
        "catalogue": "catalogue.listing",
        "notices": "notices.listing",
        "rules": "public.rules",
        "ledger": "ledger.index",
        "verify": "public.verify",
        "accessibility": "public.accessibility",
    }
    links = {name: url_for(endpoint) for name, endpoint in endpoints.items()}
    links["api"] = "/api/docs"
    demo = None
    if current_app.config["DEMO"]:
        demo = {"today": today()}
        links["demo"] = url_for("public.tour")
    return {
        "locale": str(get_locale()),
        "county": bank,
        "nav": menu(),
        "person": person,
        "display": display(),
        "demo": demo,
        "phone": current_app.config["PHONE"],
        "links": links,
    }


def init_app(app: Flask) -> None:
    """Register the context."""
    app.context_processor(frame)
