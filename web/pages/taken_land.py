"""Maps of the land in a bundle or a project: what goes, what stays of it, and the red lines."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from bank.catalogue import bundling
from bank.catalogue.tables import Bundle
from bank.orders.tables import Order
from bank.orders.taking import taken_by, wanted_in
from bank.projects.reading import order_of
from bank.redlines.belonging import lines_of_bundle, lines_of_project
from bank.refusals import NoSuchRecord
from database.actor import Role
from web import taken_map
from web.clock import now
from web.investing import investing_party
from web.permissions import actor, investor_required, signed_in_required
from web.session import request_session

bp = Blueprint("taken_land", __name__)

READERS = (Role.COUNTY, Role.AUDITOR)
"""Who besides the investor may see where a project lies."""


@bp.get("/bundle/map.json")
@investor_required
def in_bundle() -> ResponseReturnValue:
    """The land in the reader's open bundle as GeoJSON."""
    session, bundle = request_session(), _open_bundle()
    return taken_map.land(session, wanted_in(session, bundle, at=now()) if bundle else [])


@bp.get("/bundle/red-lines.json")
@investor_required
def bundle_red_lines() -> ResponseReturnValue:
    """The red lines that the open bundle was prepared from, as GeoJSON."""
    session, bundle = request_session(), _open_bundle()
    return taken_map.red_lines(session, lines_of_bundle(session, bundle.id) if bundle else [])


@bp.get("/projects/<uuid:project_id>/map.json")
@signed_in_required
def in_project(project_id: UUID) -> ResponseReturnValue:
    """The land of a project as GeoJSON."""
    session = request_session()
    return taken_map.land(session, taken_by(session, _readable(project_id)))


@bp.get("/projects/<uuid:project_id>/red-lines.json")
@signed_in_required
def project_red_lines(project_id: UUID) -> ResponseReturnValue:
    """A project's red lines as GeoJSON."""
    session = request_session()
    return taken_map.red_lines(session, lines_of_project(session, _readable(project_id).project_id))


def map_of_bundle(bundle: Bundle | None) -> dict[str, Any] | None:
    """The map of an open bundle for its pages; None while there is nothing in it."""
    session = request_session()
    if bundle is None or not bundle.items:
        return None
    return taken_map.frame(
        session,
        wanted_in(session, bundle, at=now()),
        lines_of_bundle(session, bundle.id),
        url=url_for("taken_land.in_bundle"),
        line_url=url_for("taken_land.bundle_red_lines"),
    )


def map_of_order(order: Order, *, around: UUID | None = None) -> dict[str, Any]:
    """The map of an order's land for the pages of its project; it begins around one deposit, if
    that is named."""
    session = request_session()
    taken = taken_by(session, order)
    found = taken_map.frame(
        session,
        taken,
        lines_of_project(session, order.project_id),
        url=url_for("taken_land.in_project", project_id=order.project_id),
        line_url=url_for("taken_land.project_red_lines", project_id=order.project_id),
    )
    if around is not None:
        one = [each for each in taken if each.deposit.id == around]
        found["bounds"] = taken_map.bounds_of(session, one)
    return found


def _open_bundle() -> Bundle | None:
    return bundling.find_open(request_session(), investing_party().id)


def _readable(project_id: UUID) -> Order:
    """The order of a project that the reader may see. Refuses: NoSuchRecord."""
    order = order_of(request_session(), project_id)
    if order.party_id not in actor().parties and not actor().has(*READERS):
        raise NoSuchRecord("no such project")
    return order
