"""Items of the OGC API's collections: a page of them, and one."""

import json
from enum import StrEnum
from typing import Any, Final

import numpy as np
import shapely
from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from bank.catalogue import features
from bank.catalogue.features import Page
from bank.catalogue.layers import CATALOGUE, LAYERS, TAKEN_TOO, Layer
from bank.land.files.fields import Field
from bank.land.files.geojson_file import joined, plain
from database.directory import bank_of
from web.clock import now, today
from web.labels import label
from web.locale import chosen_language
from web.ogc import asking
from web.ogc.asking import Asked
from web.ogc.blueprint import GEOJSON, HTML, JSON, as_page, bp, link, refuse_unknown
from web.ogc.landing import address, endpoint_of
from web.ogc.systems import System, read_system
from web.permissions import land_reader_required, public
from web.session import request_session

SHOWN: Final = 6
"""Fields in the table of a page; all of them are on the row's own page."""
NOTHING: Final = Page((), np.array([], dtype=object), None)


@bp.get("/collections/<any(catalogue,towns):name>/items")
@public
def items(name: str) -> ResponseReturnValue:
    """A page of a public collection."""
    return _items(LAYERS[name])


@bp.get("/collections/<any(deposits,parcels,zones):name>/items")
@land_reader_required
def staff_items(name: str) -> ResponseReturnValue:
    """A page of a collection for officers and auditors."""
    return _items(LAYERS[name])


@bp.get("/collections/<any(catalogue,towns):name>/items/<fid>")
@public
def item(name: str, fid: str) -> ResponseReturnValue:
    """One feature of a public collection."""
    return _item(LAYERS[name], fid)


@bp.get("/collections/<any(deposits,parcels,zones):name>/items/<fid>")
@land_reader_required
def staff_item(name: str, fid: str) -> ResponseReturnValue:
    """One feature of a collection for officers and auditors."""
    return _item(LAYERS[name], fid)


def _items(layer: Layer) -> Response:
    asked = asking.read(layer)
    session = request_session()
    page = NOTHING
    if not asked.outside:
        page = features.page(
            session, layer, asked.conditions,
            limit=asked.limit, after=asked.after, area=asked.area,
        )  # fmt: skip
    links = _links(layer, page)
    if as_page():
        rows = _shown(layer, page)
        return make_response(
            render_template(
                "ogc/items.html", layer=layer, rows=rows, links=links, columns=_columns(layer)
            )
        )
    return _answered(_texts(layer, page, asked.system), _told(layer, asked, page, links),
                     asked.system)  # fmt: skip


def _item(layer: Layer, fid: str) -> Response:
    refuse_unknown(("crs",))
    system = read_system("crs", request.args.get("crs"))
    conditions = asking.visible(layer)
    conditions += TAKEN_TOO if layer is CATALOGUE else layer.members_on(today())
    row = features.find(request_session(), layer, fid, conditions)
    if row is None:
        abort(404, "there is no such feature")
    page = Page([row], np.array([shapely.from_wkb(row.wkb)], dtype=object), None)
    here = endpoint_of(layer, "item")
    links = [
        link("self", address(here, name=layer.name, fid=fid), GEOJSON),
        link("alternate", address(here, name=layer.name, fid=fid, f="html"), HTML),
        link("collection", address(endpoint_of(layer, "collection"), name=layer.name), JSON),
    ]
    if as_page():
        facts = [
            {"label": _named(each), "value": _worded(each.read(row)) or "—"}
            for each in layer.fields
        ]
        return make_response(
            render_template("ogc/item.html", layer=layer, fid=fid, facts=facts, links=links)
        )
    text = next(iter(_texts(layer, page, system)))
    body = f'{text[:-1]},"links":{_dumped(links)}}}'
    return _tagged(Response(body, content_type=GEOJSON), system)


def _texts(layer: Layer, page: Page, system: System) -> list[str]:
    srid = bank_of(request_session()).settings.srid
    chunk = features.chunk_of(layer.fields, page.rows, page.shapes)
    return list(joined(chunk, layer.fields, system.texts(page.shapes, srid)))


def _told(layer: Layer, asked: Asked, page: Page, links: list[dict[str, str]]) -> dict[str, Any]:
    """What is said of a page. How many match in all is said on the first page without a box.

    With a box each shape would have to be read for it, and on later pages nobody asks any more.
    """
    told: dict[str, Any] = {
        "links": links,
        "timeStamp": now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": len(page.rows),
    }
    if asked.after is None:
        if page.after is None:
            told["numberMatched"] = len(page.rows)
        elif asked.area is None:
            told["numberMatched"] = features.count(request_session(), layer, asked.conditions)
    return told


def _links(layer: Layer, page: Page) -> list[dict[str, str]]:
    here = endpoint_of(layer, "items")
    asked = request.args.to_dict() | {"name": layer.name}
    asked.pop("f", None)
    links = [
        link("self", address(here, **asked), GEOJSON),
        link("alternate", address(here, **asked, f="html"), HTML),
        link("collection", address(endpoint_of(layer, "collection"), name=layer.name), JSON),
    ]
    if page.after is not None:
        follow = asked | {"after": page.after} | ({"f": "html"} if as_page() else {})
        links.append(link("next", address(here, **follow), HTML if as_page() else GEOJSON))
    return links


def _answered(texts: list[str], told: dict[str, Any], system: System) -> Response:
    members = _dumped(told)[1:]
    features_text = ",".join(texts)
    body = f'{{"type":"FeatureCollection","features":[{features_text}],{members}'
    return _tagged(Response(body, content_type=GEOJSON), system)


def _tagged(response: Response, system: System) -> Response:
    """The answer with the system that its coordinates are in (Part 2)."""
    response.headers["Content-Crs"] = f"<{system.uri}>"
    return response


def _shown(layer: Layer, page: Page) -> list[dict[str, Any]]:
    """Rows for the page's table, each with the address of its own page."""
    here = endpoint_of(layer, "item")
    return [
        {each.name: _worded(each.read(row)) for each in layer.fields[:SHOWN]}
        | {"url": address(here, name=layer.name, fid=row.fid, f="html")}
        for row in page.rows
    ]


def _columns(layer: Layer) -> list[dict[str, str]]:
    return [{"key": each.name, "label": _named(each)} for each in layer.fields[:SHOWN]]


def _named(field: Field) -> str:
    """What a field is called on a page: its title, or for readers of English its name."""
    return field.title if chosen_language().startswith("zh") else field.name


def _worded(value: Any) -> Any:
    """A value as a page shows it."""
    if isinstance(value, StrEnum):
        return label(value)
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "" if value is None else plain(value)


def _dumped(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False)
