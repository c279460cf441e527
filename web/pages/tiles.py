"""Vector tiles of the catalogue for other programs' maps; ours uses GeoJSON and needs none."""

from typing import Final

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from bank.maps import tiles, totals
from bank.maps.refusals import NoTiles, NoTileThere
from web.catalogue_filter import read_filter
from web.geojson import refused
from web.limits import TILES, limiter
from web.map_cache import NAME, MapCache, tag_of
from web.permissions import public
from web.refusal_texts import refusal_text
from web.session import request_bank, request_session

bp = Blueprint("tiles", __name__, url_prefix="/lands/tiles")
limiter.limit(TILES)(bp)

MEDIA_TYPE: Final = "application/vnd.mapbox-vector-tile"


@bp.get("/<int:zoom>/<int:column>/<int:row>.mvt")
@public
def tile(zoom: int, column: int, row: int) -> ResponseReturnValue:
    """One tile, under the same filter as the catalogue; 304 while the land is as it was."""
    form, wanted = read_filter()
    if form.status != 200:
        return refused("bad_filter", "a filter cannot be read: " + ", ".join(map(str, form.errors)))
    session = request_session()
    version = totals.land_version(session)
    key = (request_bank().county, "mvt", zoom, column, row, wanted, version)
    tag = tag_of(key)
    if request.if_none_match.contains(tag):
        return _tagged(Response(status=304), tag)
    cache: MapCache = current_app.extensions[NAME]
    body = cache.find(key)
    if body is None:
        body = tiles.tile(session, zoom, column, row, wanted)
        cache.keep(key, body)
    return _tagged(Response(body, mimetype=MEDIA_TYPE), tag)


@bp.errorhandler(NoTiles)
@bp.errorhandler(NoTileThere)
def show_refusal(refusal: NoTiles | NoTileThere) -> ResponseReturnValue:
    """Programs ask for tiles, so they are told as programs are."""
    return jsonify(code=refusal.code, message=refusal_text(refusal)), 404


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
