"""The pages, a module per audience; each module has one blueprint `bp`."""

from importlib import import_module

from flask import Flask

MODULES = (
    "public",
    "account",
    "preferences",
    "demo_clock",
    "documents",
    "notices",
    "lands",
    "owner",
    "money",
    "township",
    "agency",
    "catalogue",
    "bundles",
    "projects",
    "county",
    "withdrawals",
    "rounds",
    "ledger",
    "audit",
    "users",
)


def init_app(app: Flask) -> None:
    """Register the blueprint of every module."""
    for name in MODULES:
        app.register_blueprint(import_module(f"web.pages.{name}").bp)
