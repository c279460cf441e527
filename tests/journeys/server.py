"""A server for browsers that are closed at any moment: it closes what it was sending them."""

from collections.abc import Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

SENDING = "tests.sending"


class Answer:
    """What is being sent to one client; closed once, whoever does it."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        """Close the file that is sent, or whatever else it is."""
        if self._open and hasattr(self._body, "close"):
            self._body.close()
        self._open = False


class Quiet(WSGIRequestHandler):
    """A handler that does not write every request into the report of a failed test."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; errors are still logged."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Close what was being sent: Werkzeug fails before it does so, if the client reset."""
        if environ and SENDING in environ:
            environ[SENDING].close()


def server_of(app: WSGIApplication) -> BaseWSGIServer:
    """A threaded server of this application on a free port, not yet serving."""

    def remembering(environ: WSGIEnvironment, start_response: StartResponse) -> Answer:
        answer = environ[SENDING] = Answer(app(environ, start_response))
        return answer

    return make_server("127.0.0.1", 0, remembering, threaded=True, request_handler=Quiet)
