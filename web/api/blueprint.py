"""The API's one blueprint: typed routes, and input refused in the shape that all errors have."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NoReturn, TypeVar

import marshmallow as ma
from flask import Request, abort, jsonify, make_response
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser

from web.limits import limiter

View = TypeVar("View", bound=Callable[..., Any])

URL_PREFIX: Final = "/api/v1"
RATE: Final = "120 per minute"
"""What one address may ask of the API."""
LOCATIONS: Final = ("json", "query", "headers")


class Parser(FlaskParser):
    """Reads what a request says; a parameter that nobody knows is an error, not ignored."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": ma.RAISE}

    def handle_error(
        self,
        error: ma.ValidationError,
        req: Request,
        schema: ma.Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Answer 422, naming the first field at fault, with all of them in the facts."""
        problems = list(_problems(error.messages))
        first = problems[0]
        body = {
            "code": "invalid_request",
            "message": ": ".join(part for part in (first["field"], first["message"]) if part),
            "field": first["field"] or None,
            "facts": {"problems": problems},
        }
        abort(make_response(jsonify(body), 422))


def _problems(messages: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Each of marshmallow's nested messages, with its field as a path such as `inputs.rate`."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            place = not path and name in LOCATIONS
            silent = place or name == "_schema"
            yield from _problems(inner, path if silent else (*path, str(name)))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield {"field": ".".join(path), "message": str(message)}


class Part(Blueprint):
    """flask-smorest's blueprint, with types."""

    ARGUMENTS_PARSER = Parser()

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A reading route."""
        decorator: Callable[[View], View] = super().get(rule, **options)
        return decorator

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        """A route that computes or writes."""
        decorator: Callable[[View], View] = super().post(rule, **options)
        return decorator

    def arguments(
        self, schema: type[ma.Schema], *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """What the route reads, and where from; the view gets it as its next argument."""
        decorator: Callable[[View], View] = super().arguments(schema, location=location, **options)
        return decorator

    def response(
        self, status_code: int, schema: Any = None, **options: Any
    ) -> Callable[[View], View]:
        """What the route answers when all is well."""
        decorator: Callable[[View], View] = super().response(status_code, schema, **options)
        return decorator

    def doc(self, **told: Any) -> Callable[[View], View]:
        """What the specification says beyond that."""
        decorator: Callable[[View], View] = super().doc(**told)
        return decorator


bp = Part("api", __name__, url_prefix=URL_PREFIX)
limiter.limit(RATE)(bp)

SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"session": []}]
"""The security of routes for people who have signed in."""
WRITING: Final[list[dict[str, list[str]]]] = [{"session": [], "csrf": []}]
"""The security of routes that change something."""
