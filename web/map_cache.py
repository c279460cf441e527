"""Answers for maps that are kept: in the browser by their tag, in the process by view and version.

A tag is made of the bank, the view, the filter, the language and the version of what is shown; so
a map that moves back asks, is told that nothing changed, and nothing is read but the version.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from hashlib import blake2b, sha256
from threading import Lock
from typing import Final

from flask import Flask, Response, current_app, request

from web.geojson import MEDIA_TYPE
from web.locale import chosen_language
from web.session import request_bank

MOST_BYTES: Final = 64 * 1024 * 1024
"""What a process keeps in all; the answer that was not asked for the longest goes first."""
NAME: Final = "map_cache"


class MapCache:
    """Texts by key, as many as fit; safe between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable) -> bytes | None:
        """What is kept under the key, if it is still there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: Hashable, body: bytes) -> None:
        """Keep it, and let go of the oldest ones if it is too much."""
        if len(body) > self._most_bytes:
            return
        with self._lock:
            self._bytes += len(body) - len(self._kept.pop(key, b""))
            self._kept[key] = body
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0


def answer(*shown: Hashable, version: Hashable, make: Callable[[], str]) -> Response:
    """The GeoJSON that `make` writes, or what is kept of it, or 304 if the browser has it.

    `shown` says which layer, view and filter it is; whatever `make` depends on is in it or moves
    the version.
    """
    key = (request_bank().county, chosen_language(), *shown, version)
    tag = tag_of(key)
    if request.if_none_match.contains(tag):
        return _tagged(Response(status=304), tag)
    cache: MapCache = current_app.extensions[NAME]
    body = cache.find(key)
    if body is None:
        body = make().encode()
        cache.keep(key, body)
    return _tagged(Response(body, mimetype=MEDIA_TYPE), tag)


def tag_of(key: Hashable) -> str:
    """What names an answer to a browser: the key, and who serves it; it tells nothing of either."""
    secret = current_app.config["SECRET_KEY"].encode()
    return blake2b(repr(key).encode(), key=sha256(secret).digest(), digest_size=16).hexdigest()


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


def init_app(app: Flask) -> None:
    """Give the application its cache."""
    app.extensions[NAME] = MapCache()
