"""What an investor does when an owner keeps the part that her project asks for."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.land import polygons
from bank.land.polygons import Shape
from bank.land.projection import area_of_use
from bank.orders import changing
from bank.orders.lifecycle import PartStage
from bank.orders.tables import Order, OrderLine
from bank.projects import reading
from bank.refusals import NoSuchRecord
from database.directory import bank_of
from web.clock import now
from web.forms import acting, page, submitting
from web.pages.taken_land import map_of_order
from web.parts_shown import cut_picture
from web.permissions import actor, investor_required
from web.redline_form import SUFFIXES, LineForm, read_shape
from web.rehearsal import rehearsing
from web.session import request_session

bp = Blueprint("project_parts", __name__, url_prefix="/projects")

DECIMALS: Final = 9
"""Of a degree: finer than the grid that outlines lie on, so a line comes back as it went."""


@bp.post("/<uuid:project_id>/land/<uuid:deposit_id>/drop")
@investor_required
def drop_part(project_id: UUID, deposit_id: UUID) -> ResponseReturnValue:
    """Go on without this deposit."""
    order = _own_order(project_id)
    with acting() as session:
        changing.drop(session, order.id, **_told(deposit_id))
        flash(_("Your project goes on without it; the deposit is free again."), "success")
    return redirect(url_for("projects.show", project_id=project_id))


@bp.post("/<uuid:project_id>/land/<uuid:deposit_id>/whole")
@investor_required
def take_whole(project_id: UUID, deposit_id: UUID) -> ResponseReturnValue:
    """Take all of this deposit."""
    order = _own_order(project_id)
    with acting() as session:
        changing.change(session, order.id, line=None, **_told(deposit_id))
        flash(_("All of it is reserved for your project now."), "success")
    return redirect(url_for("projects.show", project_id=project_id))


@bp.route("/<uuid:project_id>/land/<uuid:deposit_id>/another", methods=["GET", "POST"])
@investor_required
def another(project_id: UUID, deposit_id: UUID) -> ResponseReturnValue:
    """Draw another line through the deposit; what comes of it is shown before anybody is asked."""
    order = _own_order(project_id)
    line = _declined_line(order, deposit_id)
    form = LineForm()
    if form.sent():
        with submitting(form) as session, rehearsing(session):
            shape = read_shape(session, form)
            changed = changing.change(session, order.id, line=shape, **_told(deposit_id))
            outcome = _outcome(order, changed)
        if form.accepted:
            return _check_page(form, order, line, shape, outcome)
    west, _south, east, _north = area_of_use(bank_of(request_session()).settings.srid)
    return page(
        "projects/another.html",
        form,
        order=order,
        line=line,
        picture=cut_picture(line.part) if line.part else None,
        map=map_of_order(order, around=deposit_id),
        meridian=round((west + east) / 2),
        accept=",".join(SUFFIXES),
    )


@bp.post("/<uuid:project_id>/land/<uuid:deposit_id>/another/ask")
@investor_required
def ask_for_another(project_id: UUID, deposit_id: UUID) -> ResponseReturnValue:
    """Ask the owner for the part inside the line that was just looked at."""
    order = _own_order(project_id)
    form = LineForm()
    with acting() as session:
        shape = read_shape(session, form)
        changed = changing.change(session, order.id, line=shape, **_told(deposit_id))
        said = _("The owner is asked for the new part.")
        flash(said if changed.part else _("All of it is reserved for your project now."), "success")
    return redirect(url_for("projects.show", project_id=project_id))


def _outcome(order: Order, changed: OrderLine) -> dict[str, Any]:
    """What a changed line takes and costs; read while the change is being tried out."""
    part = changed.part
    return {
        "part": {"area_dm2": part.area_dm2, "rest_dm2": part.rest_dm2} if part else None,
        "picture": cut_picture(part) if part else None,
        "area_dm2": changed.area_dm2,
        "value_fen": changed.value_fen,
        "rent_fen": changed.rent_fen,
        "due_fen": changed.due_fen,
        "amount_fen": order.amount_fen,
    }


def _check_page(
    form: LineForm, order: Order, line: OrderLine, shape: Shape, outcome: dict[str, Any]
) -> ResponseReturnValue:
    """What the new line would take and cost, with the button that asks for it."""
    srid = bank_of(request_session()).settings.srid
    geometry = polygons.to_geojson(shape.wkb, srid=srid, decimals=DECIMALS)
    return page(
        "projects/another_check.html",
        form,
        order=order,
        line=line,
        now=outcome,
        geometry=geometry,
    )


def _told(deposit_id: UUID) -> dict[str, Any]:
    return {"deposit_id": deposit_id, "actor": actor(), "at": now()}


def _own_order(project_id: UUID) -> Order:
    order = reading.order_of(request_session(), project_id)
    if order.party_id not in actor().parties:
        raise NoSuchRecord("no such project")
    return order


def _declined_line(order: Order, deposit_id: UUID) -> OrderLine:
    """The line whose owner keeps her part, while it can still change. Refuses: NoSuchRecord."""
    line = next((each for each in order.lines if each.deposit_id == deposit_id), None)
    declined = line is not None and line.part and line.part.stage is PartStage.DECLINED
    if line is None or not declined or order.project.stage not in changing.UNDECIDED:
        raise NoSuchRecord("no owner keeps a part of this deposit")
    return line
