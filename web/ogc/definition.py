"""The definition of the OGC API (OpenAPI 3.0), made from the layers and their fields."""

from typing import Any, Final

from bank.catalogue.layers import CATALOGUE, LAYERS, Layer
from bank.land.files.fields import Field, FieldKind
from web.ogc.asking import LIMIT, MOST
from web.ogc.blueprint import GEOJSON, HTML, JSON
from web.ogc.systems import systems

TYPES: Final[dict[FieldKind, dict[str, str]]] = {
    FieldKind.TEXT: {"type": "string"},
    FieldKind.CHOICE: {"type": "string"},
    FieldKind.WHOLE: {"type": "integer"},
    FieldKind.DECIMAL: {"type": "number"},
    FieldKind.FLAG: {"type": "boolean"},
    FieldKind.DAY: {"type": "string", "format": "date"},
    FieldKind.MOMENT: {"type": "string", "format": "date-time"},
}
TOKEN: Final[list[dict[str, list[str]]]] = [{"token": []}, {"basic": []}]
ERROR: Final = {"$ref": "#/components/responses/Error"}
FORMAT: Final = {"$ref": "#/components/parameters/f"}


def definition(server: str) -> dict[str, Any]:
    """The whole definition, for the server at this address."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Liangshan Bank: land as OGC API - Features",
            "version": "1",
            "description": "Public layers for everyone; the others with an officer's access token.",
        },
        "servers": [{"url": server.rstrip("/")}],
        "paths": _paths(),
        "components": {
            "parameters": _parameters(),
            "responses": {
                "Error": {
                    "description": "What is wrong.",
                    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
                }
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["code"],
                    "properties": {"code": _text(), "description": _text(), "field": _text()},
                }
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _text() -> dict[str, str]:
    return {"type": "string"}


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {
        "/": _get("landing", "The first page", {JSON: "object"}),
        "/conformance": _get("conformance", "The conformance classes", {JSON: "object"}),
        "/collections": _get("collections", "The collections", {JSON: "object"}),
    }
    for layer in LAYERS.values():
        name, here = layer.name, f"/collections/{layer.name}"
        staff = layer.staff
        paths[here] = _get(f"describe_{name}", layer.description, {JSON: "object"}, staff=staff)
        paths[f"{here}/items"] = _get(
            f"list_{name}", f"Items of {name}", {GEOJSON: "object"},
            parameters=_item_parameters(layer), staff=staff,
        )  # fmt: skip
        paths[f"{here}/items/{{fid}}"] = _get(
            f"show_{name}", f"One item of {name}", {GEOJSON: "object"},
            parameters=[_named("fid"), _named("crs")], staff=staff, errors=("404",),
        )  # fmt: skip
    return paths


def _get(
    name: str,
    summary: str,
    content: dict[str, str],
    *,
    parameters: list[dict[str, Any]] | None = None,
    staff: bool = False,
    errors: tuple[str, ...] = (),
) -> dict[str, Any]:
    shown = {media: {"schema": {"type": kind}} for media, kind in content.items()}
    codes = ("400", *errors, *(("401", "403") if staff else ()), "429", "500")
    told: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "parameters": [FORMAT, *(parameters or [])],
        "responses": {
            "200": {"description": summary, "content": shown | {HTML: {"schema": _text()}}}
        }
        | dict.fromkeys(codes, ERROR),
    }
    return {"get": told | ({"security": TOKEN} if staff else {})}


def _named(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _item_parameters(layer: Layer) -> list[dict[str, Any]]:
    general = [_named(name) for name in ("limit", "bbox", "bbox-crs", "crs", "datetime", "after")]
    if layer is CATALOGUE:
        general.append(_named("taken"))
    return general + [_filter(field) for field in layer.filters.values()]


def _filter(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = dict(TYPES[field.kind])
    if field.choices is not None:
        schema["enum"] = [choice.value for choice in field.choices]
    return _query(field.name, field.title, schema)


def _query(name: str, told: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "required": False, "description": told, "schema": schema,
        "style": "form", "explode": False,
    }  # fmt: skip


def _parameters() -> dict[str, Any]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    system = {"type": "string", "format": "uri", "enum": list(systems())}
    queries: dict[str, tuple[str, dict[str, Any]]] = {
        "f": ("json or html", {"type": "string", "enum": ["json", "html"]}),
        "limit": ("How many features on a page", limit),
        "bbox": ("Features that meet this box", box),
        "bbox-crs": ("The system of bbox", system),
        "crs": ("The system of the answer", system),
        "datetime": ("A moment or an interval (RFC 3339); .. is an open end", _text()),
        "after": ("As the link to the next page has it", _text()),
        "taken": ("With what is not free", {"type": "boolean", "default": False}),
    }
    return {name: _query(name, told, schema) for name, (told, schema) in queries.items()} | {
        "fid": {"name": "fid", "in": "path", "required": True, "schema": _text()}
    }
