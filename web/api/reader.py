"""The API's specification, as JSON for programs and as a page for people."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Flask, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from web.permissions import public
from web.proofs import log_standing
from web.session import request_session

bp = Blueprint("api_reader", __name__, url_prefix="/api")

CODE: Final = re.compile(r"`([^`]+)`")
METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Property:
    """One named value of a schema, or one parameter."""

    name: str
    type: str
    schema: str | None
    required: bool
    text: str
    place: str = ""


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    anchor: str
    method: str
    path: str
    summary: str
    text: str
    needs: tuple[str, ...]
    parameters: tuple[Property, ...]
    body: str | None
    answers: tuple[tuple[str, str, str | None], ...]


def init_app(app: Flask, spec: dict[str, Any]) -> None:
    """Serve this specification."""
    app.extensions["api_specification"] = spec
    app.register_blueprint(bp)


@bp.get("/openapi.json")
@public
def specification() -> ResponseReturnValue:
    """The specification, OpenAPI 3.1."""
    return jsonify(current_app.extensions["api_specification"])


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """Where a reader is sent who tries the API's root."""
    return redirect(url_for("api_reader.docs"))


@bp.get("/docs")
@public
def docs() -> ResponseReturnValue:
    """The specification as a page: operations by tag, then schemas."""
    spec = current_app.extensions["api_specification"]
    operations = list(_operations(spec))
    return render_template(
        "api/docs.html",
        prose=prose,
        log=log_standing(request_session()),
        about=str(spec["info"]["description"]).split("\n\n"),
        version=spec["info"]["version"],
        tags=[
            (tag["name"], tag["description"], [o for t, o in operations if t == tag["name"]])
            for tag in spec["tags"]
        ],
        schemas=[
            (name, schema.get("description", ""), list(_properties(schema)))
            for name, schema in sorted(spec["components"]["schemas"].items())
        ],
    )


def prose(text: str) -> Markup:
    """A text of the specification with what stands between backticks as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _operations(spec: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                told = item[method]
                yield told["tags"][0], _operation(spec, path, method, item, told)


def _operation(
    spec: Mapping[str, Any],
    path: str,
    method: str,
    item: Mapping[str, Any],
    told: Mapping[str, Any],
) -> Operation:
    parameters = [*item.get("parameters", ()), *told.get("parameters", ())]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        anchor=f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        text=told.get("description", ""),
        needs=tuple(name for each in told.get("security", ()) for name in each),
        parameters=tuple(_parameter(each) for each in parameters),
        body=_name(body.get("schema", {})),
        answers=tuple(
            (code, *_answer(spec, answer)) for code, answer in sorted(told["responses"].items())
        ),
    )


def _parameter(told: Mapping[str, Any]) -> Property:
    return Property(
        name=told["name"],
        type=_type(told["schema"]),
        schema=_name(told["schema"]),
        required=told.get("required", False),
        text=told.get("description") or told["schema"].get("description", ""),
        place=told["in"],
    )


def _answer(spec: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[str, str | None]:
    """An answer's description and the name of its schema, or the type of its text."""
    if "$ref" in told:
        told = spec["components"]["responses"][told["$ref"].rpartition("/")[2]]
    for kind, content in told.get("content", {}).items():
        name = _name(content.get("schema", {}))
        return (told["description"] if name else kind), name
    return told["description"], None


def _properties(schema: Mapping[str, Any]) -> Iterator[Property]:
    needed = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        yield Property(
            name=name,
            type=_type(told),
            schema=_name(told),
            required=name in needed,
            text=told.get("description", ""),
        )


def _type(schema: Mapping[str, Any]) -> str:
    """A schema's type in a few words, such as `integer | null` or `array`."""
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    for inner in schema.get("anyOf", ()):
        kinds += [_type(inner)] if "type" in inner else []
    choices = [str(each) for each in schema.get("enum", ()) if each is not None]
    words = " | ".join(kinds)
    if "format" in schema:
        words += f" ({schema['format']})"
    if choices:
        words += ": " + ", ".join(choices)
    if "default" in schema:
        words += f" = {json.dumps(schema['default'])}"
    return words


def _name(schema: Mapping[str, Any]) -> str | None:
    """The name of the schema that this one refers to, directly, in a list or as one of several."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    inside = [schema["items"]] if "items" in schema else []
    for inner in (*inside, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if found := _name(inner):
            return found
    return None
