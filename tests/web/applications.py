"""Applications that tests of pages borrow: one serves one bank after another.

To make an application takes longer than what most tests do with it.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from flask import Flask
from pydantic import SecretStr

from database.directory import Bank, Directory
from database.settings import Settings
from web import map_cache
from web.app import create_app
from web.limits import limiter

State: TypeAlias = tuple[dict[str, Any], ...]

_idle: dict[str, list[tuple[Flask, State]]] = defaultdict(list)


@contextmanager
def borrowed(bank: Bank, **told: Any) -> Iterator[Flask]:
    """An application as newly made under these settings, which serves this bank alone.

    It opens the bank's database with an engine of its own, and gives it back in the end.
    """
    settings = Settings(
        banks=(bank.settings,),
        secret_key=SecretStr("tests only"),
        secure_cookies=False,
        rate_limits=False,
        **told,
    )
    idle = _idle[repr(told)]
    app, as_made = idle.pop() if idle else _made(settings)
    for now, then in zip(_state(app), as_made, strict=True):
        now.clear()
        now.update(then)
    app.extensions["banks"] = Directory(settings.directory())
    map_cache.init_app(app)
    limiter.enabled = False  # it is one for all applications, and the last one made decided
    yield app
    for each in app.extensions["banks"].banks.values():
        each.engine.dispose()
    idle.append((app, as_made))


def _made(settings: Settings) -> tuple[Flask, State]:
    app = create_app(settings)
    return app, tuple(dict(each) for each in _state(app))


def _state(app: Flask) -> State:
    """What a test may change of an application; templates keep what they once saw."""
    return app.config, app.extensions
