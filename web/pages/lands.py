"""GeoJSON for the maps: the catalogue's parcels, parcels that can be picked, the townships."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.area import format_mu
from bank.assets.tables import AssetKind
from bank.catalogue import mapping
from web.catalogue_filter import read_filter
from web.geojson import collection, feature, read_box, refused, too_many
from web.labels import label
from web.pages.catalogue import listed_features
from web.permissions import public, signed_in_required
from web.session import request_session

bp = Blueprint("lands", __name__, url_prefix="/lands")

BAD_BOX = "bbox must be west,south,east,north in degrees"
TOWNS_SECONDS = 3600
KIND_OF_CLASS = {
    "01": AssetKind.FARMLAND,
    "02": AssetKind.FARMLAND,
    "03": AssetKind.WOODLAND,
    "05": AssetKind.CONSTRUCTION_LAND,
    "06": AssetKind.CONSTRUCTION_LAND,
    "07": AssetKind.HOUSE,
    "11": AssetKind.WATER,
}
"""How a parcel of a GB/T 21010 class is coloured before it is anybody's asset."""


@bp.get("/parcels")
@public
def parcels() -> ResponseReturnValue:
    """The catalogue's parcels in view, under the same filter as the list."""
    box = read_box(request.args.get("bbox", ""))
    if box is None:
        return refused("bad_bbox", BAD_BOX)
    form, wanted = read_filter()
    if form.status != 200:
        return refused("bad_filter", "a filter cannot be read: " + ", ".join(map(str, form.errors)))
    view = mapping.listed_in_view(request_session(), box, wanted)
    if view.totals is not None:
        return too_many(view.totals)
    return collection(listed_features(view))


@bp.get("/free")
@signed_in_required
def free() -> ResponseReturnValue:
    """Parcels in view that are nobody's asset yet, for an owner to pick hers."""
    box = read_box(request.args.get("bbox", ""))
    if box is None:
        return refused("bad_bbox", BAD_BOX)
    view = mapping.free_in_view(request_session(), box)
    if view.totals is not None:
        return too_many(view.totals)
    features = []
    for row, shape in zip(view.rows, view.outlines, strict=True):
        kind = KIND_OF_CLASS.get(row.land_class[:2])
        told = {
            "id": str(row.id),
            "kind": kind.value if kind else "other",
            "title": f"{row.location} · {label(kind)}" if kind else row.location,
            "code": row.code,
            "town": row.town_name,
            "mu": format_mu(row.area_dm2),
            "stage_text": _("Parcel %(code)s", code=row.code),
        }
        features.append(feature(shape, told))
    return collection(features)


@bp.get("/towns")
@public
def towns() -> ResponseReturnValue:
    """The townships' outlines; the same for everybody, so it may be kept for an hour."""
    answer = collection(
        feature(shape, {"code": code, "name": name})
        for code, name, shape in mapping.town_outlines(request_session())
    )
    answer.cache_control.public = True
    answer.cache_control.max_age = TOWNS_SECONDS
    answer.add_etag()
    return answer.make_conditional(request)
