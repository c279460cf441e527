"""Land as files: the catalogue, a bundle, a project, a red line; and all of it for officers."""

from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from bank.catalogue import bundling, features, selecting
from bank.catalogue.features import Selection
from bank.catalogue.layers import LAYERS, TOWNS, Layer
from bank.orders.taking import taken_by, wanted_in
from bank.projects.reading import order_of
from bank.projects.reviewing import get_project
from bank.redlines import drawing
from bank.redlines.findings import find_deposits
from bank.refusals import NoSuchRecord
from database.actor import Role
from web.catalogue_filter import read_filter
from web.clock import now, today
from web.file_export import send_selection
from web.investing import investing_party
from web.limits import FILES, limiter
from web.permissions import (
    actor,
    find_land_reader,
    investor_required,
    land_reader_required,
    public,
    red_line_required,
    signed_in_required,
)
from web.session import request_session

bp = Blueprint("exports", __name__, url_prefix="/exports")
limiter.limit(FILES)(bp)

ENDINGS = "any(gpkg,geojson,zip,xlsx)"
OWNERS_FOR = (Role.COUNTY, Role.AUDITOR)
"""Who has the owners' names in a project's or a red line's file."""


@bp.get(f"/catalogue.<{ENDINGS}:ending>")
@public
def catalogue(ending: str) -> ResponseReturnValue:
    """What the public catalogue lists under the filter of the address."""
    form, wanted = read_filter()
    if form.status != 200:
        abort(400)
    return send_selection(selecting.of_filter(wanted), ending)


@bp.get(f"/towns.<{ENDINGS}:ending>")
@public
def towns(ending: str) -> ResponseReturnValue:
    """The townships."""
    return send_selection(selecting.of_layer(TOWNS, on=today()), ending)


@bp.get(f"/<any(deposits,parcels,zones):name>.<{ENDINGS}:ending>")
@land_reader_required
def layer(name: str, ending: str) -> ResponseReturnValue:
    """A layer for officers and auditors, whole or (`?town=`) what lies in one division."""
    chosen = LAYERS[name]
    whole = selecting.of_layer(chosen, on=today(), town=request.args.get("town", "")[:12])
    visible = tuple(_visible(chosen))
    return send_selection(Selection(chosen, whole.conditions + visible), ending)


@bp.get(f"/bundle.<{ENDINGS}:ending>")
@investor_required
def bundle(ending: str) -> ResponseReturnValue:
    """The investor's open bundle."""
    found = bundling.find_open(request_session(), investing_party().id)
    if found is None:
        raise NoSuchRecord("no open bundle")
    taken = wanted_in(request_session(), found, at=now())
    return send_selection(selecting.of_taken(taken), ending)


@bp.get(f"/projects/<uuid:project_id>.<{ENDINGS}:ending>")
@signed_in_required
def project(project_id: UUID, ending: str) -> ResponseReturnValue:
    """A project's land, for its investor, a county officer or an auditor."""
    found = get_project(request_session(), project_id)
    owners = actor().has(*OWNERS_FOR)
    if found.party_id not in actor().parties and not owners:
        raise NoSuchRecord("no such project")
    taken = taken_by(request_session(), order_of(request_session(), project_id))
    return send_selection(selecting.of_taken(taken, with_owners=owners), ending)


@bp.get(f"/redlines/<uuid:red_line_id>.<{ENDINGS}:ending>")
@red_line_required
def red_line(red_line_id: UUID, ending: str) -> ResponseReturnValue:
    """What a red line touches, each deposit with what of it lies inside."""
    session = request_session()
    line = drawing.get_red_line(session, red_line_id, actor=actor())
    found = find_deposits(session, drawing.shape_of(line), on=today())
    owners = actor().has(*OWNERS_FOR)
    return send_selection(selecting.of_finds(found.hits(session), with_owners=owners), ending)


def _visible(chosen: Layer) -> list[ColumnElement[bool]]:
    return features.visible_to(find_land_reader(), chosen)
