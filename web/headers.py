"""Security headers of every answer; the policy allows no inline script or style."""

from flask import Flask, Response, current_app, request

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:{tiles}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def add_headers(response: Response) -> Response:
    """Add the headers; what one person sees is never kept by a shared cache."""
    headers = response.headers
    base_map = current_app.extensions.get("base_map")
    tiles = f" {base_map.origin}" if base_map else ""
    headers.setdefault("Content-Security-Policy", POLICY.format(tiles=tiles))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    kept = response.cache_control
    if request.endpoint != "static" and not (kept.public or kept.private):
        headers["Cache-Control"] = "no-store"  # files, too, for which Flask says "no-cache"
    return response


def init_app(app: Flask) -> None:
    """Register the headers."""
    app.after_request(add_headers)
