"""The request log: a JSON line a request, by which it can be found again; no personal data.

A line names the route, never the address: an address holds numbers, and its query what a person
looked for. There is no user, no client address and no browser in it. A fault is told by its type
and the places it went through: its message could quote what somebody typed.
"""

import re
import sys
from time import perf_counter
from traceback import walk_tb
from typing import Any, Final, TextIO

import structlog
from flask import Flask, Response, g, got_request_exception, request

from database.base import new_id
from web.session import request_bank

HEADER: Final = "X-Request-ID"
GIVEN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
"""What is taken over from a proxy in front of us; anything else gets an id of our own."""


def request_id() -> str:
    """The id of this request, in its answer and in its line of the log."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if GIVEN.fullmatch(given) else str(new_id())
    found: str = g.request_id
    return found


def seconds_taken() -> float:
    """How long this request has taken so far."""
    return perf_counter() - float(g.begun)


PROCESSORS: Final = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.JSONRenderer(ensure_ascii=False),
)


def init_app(app: Flask, out: TextIO | None = None) -> None:
    """Log every request, on standard output unless told otherwise. Register it first of all."""

    def log() -> Any:
        return structlog.wrap_logger(structlog.WriteLogger(out or sys.stdout), PROCESSORS)

    def end(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        log().info("request", **_facts(), status=response.status_code)
        return response

    def fail(_: Flask, exception: BaseException, **__: Any) -> None:
        log().error("fault", **_facts(), **_fault(exception))

    app.before_request(_begin)
    app.after_request(end)
    got_request_exception.connect(fail, app, weak=False)
    if not app.debug:
        app.log_exception = _said_already  # type: ignore[method-assign]


def _begin() -> None:
    g.begun = perf_counter()


def _said_already(exc_info: object) -> None:
    """Flask would log the message of the exception too, and with it what a person typed."""


def _facts() -> dict[str, Any]:
    return {
        "request_id": request_id(),
        "bank": request_bank().county,
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "endpoint": request.endpoint,
        "milliseconds": round(1000 * seconds_taken(), 1),
    }


def _fault(exception: BaseException) -> dict[str, Any]:
    chain: list[dict[str, Any]] = []
    cause: BaseException | None = exception
    while cause is not None and len(chain) < 5:
        chain.append(
            {
                "type": f"{type(cause).__module__}.{type(cause).__qualname__}",
                "places": [
                    f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"
                    for frame, line in walk_tb(cause.__traceback__)
                ],
            }
        )
        cause = cause.__cause__ or cause.__context__
    return {"faults": chain}
