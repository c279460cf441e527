"""The application factory: settings, banks, extensions, pages, API and commands."""

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from bank import tables as _tables  # noqa: F401 - all mappers must be known before a query
from database.directory import Directory
from database.settings import Settings, settings
from web import (
    api,
    base_map,
    cli,
    errors,
    filters,
    frame,
    headers,
    limits,
    locale,
    logs,
    map_cache,
    ogc,
    operations,
    pages,
    session,
    signin,
    sound_text,
)
from web.signing import read_keys

MAX_UPLOAD_MB = 64
"""What one request may carry in all; each file has its own, lower limit from the rulebook."""

csrf = CSRFProtect()


def create_app(given: Settings | None = None) -> Flask:
    """The application for these settings, or for those of the environment."""
    chosen = given or settings()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=chosen.secret_key.get_secret_value(),
        DEMO=chosen.demo,
        PHONE=chosen.phone,
        SIGNING_KEY=chosen.signing_key.get_secret_value(),
        RETIRED_KEYS=read_keys(chosen.retired_keys),
        PUBLIC_URL=chosen.public_url,
        MAP_WMTS_URL=chosen.map_wmts_url,
        MAP_WMTS_ATTRIBUTION=chosen.map_wmts_attribution,
        MAX_CONTENT_LENGTH=MAX_UPLOAD_MB * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_NAME="bank",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=chosen.secure_cookies,
        RATELIMIT_ENABLED=chosen.rate_limits,
    )
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("set SECRET_KEY")
    if hops := chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the way Flask documents
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    logs.init_app(app)
    session.init_app(app, Directory(chosen.directory()))
    operations.init_app(app, chosen.metrics_token.get_secret_value())
    csrf.init_app(app)
    limits.init_app(app)
    sound_text.init_app(app)
    shown = (headers, locale, signin, filters, errors, frame, base_map, map_cache, pages, ogc)
    for part in (*shown, cli):
        part.init_app(app)
    api.init_app(app, csrf)
    return app
