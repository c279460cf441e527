"""The OGC API's first page, what it conforms to, its definition, and its collections."""

from typing import Any, Final

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from bank.catalogue.layers import LAYERS, Layer
from bank.maps import mapping
from bank.parties.tokens import HOLDERS
from database.directory import bank_of
from web.locale import chosen_language
from web.ogc.blueprint import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    answer,
    bp,
    link,
    refuse_unknown,
)
from web.ogc.definition import definition
from web.ogc.systems import CRS84, storage_system, systems
from web.permissions import find_land_reader, land_reader_required, public
from web.session import request_session

PART_1: Final = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
CONFORMS_TO: Final = (
    f"{PART_1}core",
    f"{PART_1}oas30",
    f"{PART_1}html",
    f"{PART_1}geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)


def address(endpoint: str, **values: Any) -> str:
    """The whole address of a resource of this API, as this reader reached it."""
    return url_for(f"ogc.{endpoint}", _external=True, **values)


def both_ways(endpoint: str, **values: Any) -> list[dict[str, str]]:
    """The links from a resource to itself and to its page."""
    return [
        link("self", address(endpoint, **values), JSON),
        link("alternate", address(endpoint, f="html", **values), HTML),
    ]


@bp.get("", strict_slashes=False)
@public
def landing() -> ResponseReturnValue:
    """Where everything is."""
    refuse_unknown()
    bank = bank_of(request_session()).settings
    body = {
        "title": f"{bank.name_zh}两山银行 · {bank.name_en} Liangshan Bank",
        "description": "The land in the ecological asset bank, as OGC API - Features.",
        "links": [
            *both_ways("landing"),
            link("service-desc", address("api"), OPENAPI, "The definition of this API"),
            link("service-doc", address("api", f="html"), HTML, "How to use this API"),
            link("conformance", address("conformance"), JSON, "What this API conforms to"),
            link("data", address("collections"), JSON, "The collections"),
        ],
    }
    return answer(body, "ogc/landing.html", layers=_seen())


@bp.get("/conformance")
@public
def conformance() -> ResponseReturnValue:
    """The conformance classes that are met."""
    refuse_unknown()
    body = {"conformsTo": list(CONFORMS_TO), "links": both_ways("conformance")}
    return answer(body, "ogc/conformance.html")


@bp.get("/api")
@public
def api() -> ResponseReturnValue:
    """The definition, as OpenAPI 3.0."""
    refuse_unknown()
    body = definition(address("landing"))
    return answer(body, "ogc/api.html", media=OPENAPI)


@bp.get("/collections")
@public
def collections() -> ResponseReturnValue:
    """The collections that this reader may see."""
    refuse_unknown()
    body = {
        "links": both_ways("collections"),
        "crs": list(systems()),
        "collections": [described(layer) for layer in _seen()],
    }
    return answer(body, "ogc/collections.html", layers=_seen())


@bp.get("/collections/<any(catalogue,towns):name>")
@public
def collection(name: str) -> ResponseReturnValue:
    """A public collection."""
    return _show(LAYERS[name])


@bp.get("/collections/<any(deposits,parcels,zones):name>")
@land_reader_required
def staff_collection(name: str) -> ResponseReturnValue:
    """A collection for officers and auditors."""
    return _show(LAYERS[name])


def endpoint_of(layer: Layer, what: str) -> str:
    """The endpoint that gives a layer's `what`: public layers and others have routes of their own.

    So each route has one permission.
    """
    return f"staff_{what}" if layer.staff else what


def described(layer: Layer) -> dict[str, Any]:
    """A collection as the standard wants it described."""
    here = endpoint_of(layer, "collection")
    items = endpoint_of(layer, "items")
    told: dict[str, Any] = {
        "id": layer.name,
        "title": layer.title_zh if chosen_language().startswith("zh") else layer.title,
        "description": layer.description,
        "itemType": "feature",
        "crs": list(systems()),
        "storageCrs": storage_system(),
        "links": [
            *both_ways(here, name=layer.name),
            link("items", address(items, name=layer.name), GEOJSON),
            link("items", address(items, name=layer.name, f="html"), HTML),
        ],
    }
    extent: dict[str, Any] = {}
    bounds = mapping.bounds_of(request_session())
    if bounds is not None:
        extent["spatial"] = {"bbox": [[round(side, 6) for side in bounds]], "crs": CRS84}
    if layer.moment is not None:
        extent["temporal"] = {"interval": [[None, None]]}
    return told | ({"extent": extent} if extent else {})


def _seen() -> list[Layer]:
    reader = find_land_reader()
    staff = reader is not None and reader.has(*HOLDERS)
    return [layer for layer in LAYERS.values() if staff or not layer.staff]


def _show(layer: Layer) -> Response:
    refuse_unknown()
    return answer(described(layer), "ogc/collection.html", layer=layer)
