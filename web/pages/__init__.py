"""The pages, a module per audience; each module has one blueprint `bp`."""

from importlib import import_module

from flask import Flask

MODULES = (
    "public",
    "account",
    "tokens",
    "preferences",
    "demo_clock",
    "documents",
    "notices",
    "lands",
    "exports",
    "tiles",
    "imports",
    "import_taking",
    "parcels",
    "owner",
    "money",
    "township",
    "township_shape",
    "agencies",
    "agency",
    "agency_plan",
    "agency_profile",
    "agency_quotes",
    "agency_ties",
    "agency_visits",
    "commission_asking",
    "commissions",
    "commission_choice",
    "county_commissions",
    "agency_report",
    "appraisals",
    "catalogue",
    "bundles",
    "taken_land",
    "redlines",
    "projects",
    "project_parts",
    "county",
    "county_payments",
    "county_agencies",
    "parameters",
    "county_parameters",
    "county_new_parameter",
    "county_divergences",
    "withdrawals",
    "rounds",
    "ledger",
    "audit",
    "users",
    "zones",
)


def init_app(app: Flask) -> None:
    """Register the blueprint of every module."""
    for name in MODULES:
        app.register_blueprint(import_module(f"web.pages.{name}").bp)
