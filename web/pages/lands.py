"""GeoJSON for the maps: deposits, parcels that can be picked, divisions; and the officers' map."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bank.land.polygons import Box
from bank.land.tables import DivisionKind
from bank.maps import mapping, outlines, totals
from bank.maps.mapping import View
from bank.zones.conflicts import layers_in_force
from bank.zones.tables import ControlLayer
from database.actor import Role
from web import map_cache
from web.catalogue_filter import read_filter
from web.clock import today
from web.forms import page
from web.geojson import (
    collected,
    dashed,
    feature,
    read_box,
    refused,
    snapped,
    total_features,
    viewed,
)
from web.labels import label
from web.land_words import FREE_KINDS, catalogue_words, desk_words, free_words
from web.limits import MAPS, limiter
from web.pages.catalogue import kinds
from web.permissions import actor, land_staff_required, public, signed_in_required
from web.session import request_session

bp = Blueprint("lands", __name__, url_prefix="/lands")
limiter.limit(MAPS)(bp)

BAD_BOX = "bbox must be west,south,east,north in degrees"


@bp.get("/parcels")
@public
def parcels() -> ResponseReturnValue:
    """The catalogue's parcels in view, under the same filter as the list."""
    asked = read_box(request.args.get("bbox", ""))
    if asked is None:
        return refused("bad_bbox", BAD_BOX)
    form, wanted = read_filter()
    if form.status != 200:
        return refused("bad_filter", "a filter cannot be read: " + ", ".join(map(str, form.errors)))
    session, box, fine = request_session(), snapped(asked), _is_drawn_on()
    return map_cache.answer(
        "parcels",
        box,
        wanted,
        fine,
        version=totals.land_version(session),
        make=lambda: viewed(
            mapping.listed_in_view(session, box, wanted, fine=fine), catalogue_words(), box
        ),
    )


@bp.get("/free")
@signed_in_required
def free() -> ResponseReturnValue:
    """Parcels in view that are nobody's asset yet, for an owner to pick hers."""
    asked = read_box(request.args.get("bbox", ""))
    if asked is None:
        return refused("bad_bbox", BAD_BOX)
    session, box, fine = request_session(), snapped(asked), _is_drawn_on()
    return map_cache.answer(
        "free",
        box,
        fine,
        version=totals.land_version(session),
        make=lambda: _free(mapping.free_in_view(session, box, fine=fine)),
    )


@bp.get("/deposits")
@land_staff_required
def deposits() -> ResponseReturnValue:
    """All deposits in view that were handed in and are not over; a township sees its own."""
    asked = read_box(request.args.get("bbox", ""))
    if asked is None:
        return refused("bad_bbox", BAD_BOX)
    session, box, town = request_session(), snapped(asked), _desk_town()
    return map_cache.answer(
        "deposits",
        box,
        town,
        version=totals.land_version(session),
        make=lambda: viewed(
            mapping.deposits_in_view(session, box, town=town), desk_words(town), box
        ),
    )


@bp.get("/towns")
@public
def towns() -> ResponseReturnValue:
    """The townships' outlines."""
    return _divisions(DivisionKind.TOWN)


@bp.get("/villages")
@public
def villages() -> ResponseReturnValue:
    """The villages' outlines."""
    return _divisions(DivisionKind.VILLAGE)


@bp.get("/zones")
@public
def zones() -> ResponseReturnValue:
    """The control zones in view of the layers in force today, simplified for the view."""
    asked = read_box(request.args.get("bbox", ""))
    if asked is None:
        return refused("bad_bbox", BAD_BOX)
    session, box, on = request_session(), snapped(asked), today()
    layers = {layer.id: layer for layer in layers_in_force(session, on)}
    return map_cache.answer(
        "zones",
        box,
        version=tuple(sorted(map(str, layers))),
        make=lambda: _zones(session, box, layers, on),
    )


@bp.get("/map")
@land_staff_required
def desk() -> ResponseReturnValue:
    """Everything on one map, for officers of the county and of a township, and for auditors."""
    session, town = request_session(), _desk_town()
    return page(
        "lands/map.html",
        town=town,
        bounds=mapping.bounds_of(session, town) or mapping.bounds_of(session),
        kinds=kinds(),
        list_url=url_for("township.index" if town else "catalogue.listing"),
    )


def _desk_town() -> str:
    """The township whose deposits an officer sees: her own; county and auditors see all."""
    officer = actor()
    return "" if officer.has(Role.COUNTY, Role.AUDITOR) else str(officer.township or "-")


def _is_drawn_on() -> bool:
    """Whether the map that asks is drawn on: there a new corner can lie exactly on another's."""
    return request.args.get("fine") == "1"


def _divisions(kind: DivisionKind) -> ResponseReturnValue:
    session = request_session()
    return map_cache.answer(
        kind.value,
        version=totals.land_version(session),
        make=lambda: collected(
            feature(shape, {"code": code, "name": name})
            for code, name, shape in outlines.division_outlines(session, kind)
        ),
    )


def _zones(session: Session, box: Box, layers: dict[UUID, ControlLayer], on: date) -> str:
    found, whole = outlines.zones_in_view(session, box, on=on)
    features = (
        feature(
            shape,
            {
                "line": "zone",
                "layer": layers[row.layer_id].kind,
                "layer_name": layers[row.layer_id].name,
                "name": row.name,
                "core": row.is_core,
            },
        )
        for row, shape in found
    )
    return collected(features, partial=not whole, bbox=box)


def _free(view: View) -> str:
    if view.totals is not None:
        return collected(total_features(view.totals), totals=True, words=free_words())
    return collected(_free_features(view), words={**free_words(), "places": view.places})


def _free_features(view: View) -> Iterator[str]:
    for row, shape in zip(view.rows, view.outlines, strict=True):
        kind = FREE_KINDS.get(row.land_class[:2])
        told = {
            "id": dashed(row.id),
            "kind": kind.value if kind else "other",
            "free": True,
            "name": f"{row.location} · {label(kind)}" if kind else row.location,
            "code": row.code,
            "place": row.division_code,
            "dm2": row.area_dm2,
        }
        yield feature(shape, told)
