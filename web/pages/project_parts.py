"""What an investor does when an owner keeps the part that her project asks for."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.orders import changing
from bank.orders.tables import Order
from bank.projects import reading
from bank.refusals import NoSuchRecord
from web.clock import now
from web.forms import acting
from web.permissions import actor, investor_required
from web.session import request_session

bp = Blueprint("project_parts", __name__, url_prefix="/projects")


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


def _told(deposit_id: UUID) -> dict[str, Any]:
    return {"deposit_id": deposit_id, "actor": actor(), "at": now()}


def _own_order(project_id: UUID) -> Order:
    order = reading.order_of(request_session(), project_id)
    if order.party_id not in actor().parties:
        raise NoSuchRecord("no such project")
    return order
