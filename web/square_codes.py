"""Square codes (QR) on papers: the public address of a page, and its picture."""

from io import BytesIO

import segno
from flask import Response, current_app, request


def public_address(path: str) -> str:
    """The address under which anyone reaches this path of the site."""
    base: str = current_app.config["PUBLIC_URL"] or request.url_root
    return base.rstrip("/") + path


def square_code(address: str) -> Response:
    """The address as a picture, in the ink of the pages on white."""
    target = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(target, kind="svg", scale=4, border=2, dark="#1f2a2e", light="#ffffff")
    return Response(target.getvalue(), mimetype="image/svg+xml")
