"""How often one address may ask: the limiter that pages and the API share, and what it grants."""

from typing import Final

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

MAPS: Final = "300 per minute"
"""Of the maps' GeoJSON: a map that is moved asks for each of its layers."""
TILES: Final = "1200 per minute"
"""Of vector tiles: a screen is some twenty of them."""
FINDINGS: Final = "60 per minute"
"""Of what a red line or the first rows of an import come to, each reckoned anew."""
FILES: Final = "20 per minute"
"""Of files that are given to be read, or made to be taken out."""

limiter = Limiter(get_remote_address, storage_uri="memory://")


def tell_when(response: Response) -> Response:
    """Say in how many seconds one who asked too often may ask again, at the latest."""
    reached = limiter.current_limit
    if response.status_code == 429 and reached is not None:
        response.headers["Retry-After"] = str(reached.limit.get_expiry())
    return response


def init_app(app: Flask) -> None:
    """Register the limiter."""
    limiter.init_app(app)
    app.after_request(tell_when)
