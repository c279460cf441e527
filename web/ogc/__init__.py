"""OGC API - Features (Parts 1 and 2): the public layers for everyone, others with a token."""

from flask import Flask

from web.ogc import items, landing  # noqa: F401 - their routes
from web.ogc.blueprint import bp


def init_app(app: Flask) -> None:
    """Register the API."""
    app.register_blueprint(bp)
