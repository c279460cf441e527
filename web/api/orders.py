"""What an investor put together and ordered, for programs: lines with their parts and answers."""

import json
from typing import Any, Final

import marshmallow as ma
import numpy as np
from marshmallow import fields
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bank.assets.tables import AssetKind
from bank.catalogue.bundling import find_open
from bank.catalogue.tables import Bundle
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import StorageMode
from bank.maps import mapping
from bank.orders.lifecycle import Stage
from bank.orders.tables import Order
from bank.orders.taking import Taken, taken_by, wanted_in
from bank.projects.lifecycle import Stage as ProjectStage
from bank.redlines.belonging import lines_of_bundle, lines_of_project
from web.api.blueprint import SIGNED_IN, bp
from web.api.catalogue import GeometryIn
from web.api.parts import AskedPartOut, PartOut, asked_part
from web.api.shapes import PageIn, PageOut, choice, page_of
from web.clock import now
from web.investing import investing_party
from web.permissions import actor, investor_required
from web.session import request_session

TAGS: Final = ["Me"]
PAGE_SIZE: Final = 20


class LandOut(ma.Schema):
    """A deposit, or the part of it that goes, with its figures; those of a part are by area."""

    deposit = fields.String(required=True)
    kind = choice(AssetKind, required=True)
    name = fields.String(required=True)
    mode = choice(StorageMode, allow_none=True)
    area_dm2 = fields.Integer(required=True, metadata={"description": "What goes."})
    value_fen = fields.Integer(required=True)
    rent_fen = fields.Integer(required=True, metadata={"description": "A year, for a lease."})
    due_fen = fields.Integer(required=True, metadata={"description": "Into escrow, at the start."})
    swap_offer = fields.String(required=True)
    swap_offer_fen = fields.Integer(required=True)


class BundleItemOut(LandOut):
    """A deposit in the bundle."""

    free = fields.Boolean(required=True, metadata={"description": "false: others were faster."})
    part = fields.Nested(
        PartOut, allow_none=True, metadata={"description": "null: all of the deposit goes."}
    )


class BundleOut(ma.Schema):
    """The bundle that is not ordered yet."""

    items = fields.List(fields.Nested(BundleItemOut), required=True)
    red_lines = fields.List(
        fields.String(), required=True, metadata={"description": "It was prepared from these."}
    )
    area_dm2 = fields.Integer(required=True)
    value_fen = fields.Integer(required=True)
    due_fen = fields.Integer(required=True)


class OrderLineOut(LandOut):
    """A deposit of an order."""

    accepted_at = fields.DateTime(
        allow_none=True, metadata={"description": "When the owner of a swap said yes."}
    )
    part = fields.Nested(
        AskedPartOut, allow_none=True, metadata={"description": "null: all of the deposit goes."}
    )
    collected_as = fields.String(
        allow_none=True,
        metadata={"description": "The deposit that the part is since it was collected."},
    )


class OrderOut(ma.Schema):
    """An order and the project it is for."""

    number = fields.String(required=True)
    stage = choice(Stage, required=True)
    project = fields.String(required=True)
    project_name = fields.String(required=True)
    project_stage = choice(ProjectStage, required=True)
    placed_at = fields.DateTime(required=True)
    reserved_until = fields.DateTime(required=True)
    capital_fen = fields.Integer(required=True)
    amount_fen = fields.Integer(required=True, metadata={"description": "To pay in all."})
    red_lines = fields.List(fields.String(), required=True)
    lines = fields.List(fields.Nested(OrderLineOut), required=True)


class OrderPageOut(PageOut):
    """A page of orders."""

    items = fields.List(fields.Nested(OrderOut), required=True)


class OrdersIn(PageIn, GeometryIn):
    """Which page of orders, and whether the parts' outlines are wanted."""


@bp.get("/me/bundle", tags=TAGS)
@investor_required
@bp.arguments(GeometryIn, location="query")
@bp.response(200, BundleOut)
@bp.doc(security=SIGNED_IN)
def show_bundle(asked: dict[str, Any]) -> dict[str, Any]:
    """Show the bundle that is not ordered yet

    Without one, an empty list.
    """
    session = request_session()
    bundle = find_open(session, investing_party().id)
    taken = wanted_in(session, bundle, at=now()) if bundle else []
    return {
        "items": _items(session, bundle, taken, geometry=asked["geometry"]) if bundle else [],
        "red_lines": [line.number for line in lines_of_bundle(session, bundle.id)]
        if bundle
        else [],
        "area_dm2": sum(each.figures.area_dm2 for each in taken),
        "value_fen": sum(each.figures.value_fen for each in taken),
        "due_fen": sum(each.figures.due_fen for each in taken),
    }


@bp.get("/me/orders", tags=TAGS)
@investor_required
@bp.arguments(OrdersIn, location="query")
@bp.response(200, OrderPageOut)
@bp.doc(security=SIGNED_IN)
def list_orders(asked: dict[str, Any]) -> dict[str, Any]:
    """List one's orders, each line with the part that is asked for and the owner's answer

    20 on a page, the newest first.
    """
    session, page = request_session(), asked["page"]
    own = Order.party_id.in_(actor().parties)
    total = session.scalar(select(func.count()).select_from(Order).where(own)) or 0
    orders = session.scalars(
        select(Order)
        .where(own)
        .options(selectinload(Order.lines))
        .order_by(Order.placed_at.desc(), Order.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    items = [_order(session, order, geometry=asked["geometry"]) for order in orders]
    return page_of(
        items, asked=page, number=page, pages=max(1, -(-total // PAGE_SIZE)), total=total
    )


def _items(
    session: Session, bundle: Bundle, taken: list[Taken], *, geometry: bool
) -> list[dict[str, Any]]:
    shown = [
        _land(each)
        | {
            "swap_offer": item.swap_offer,
            "swap_offer_fen": item.swap_offer_fen,
            "free": each.deposit.stage is DepositStage.STORED,
            "part": {"area_dm2": item.part.area_dm2, "rest_dm2": item.part.rest_dm2}
            if item.part
            else None,
        }
        for item, each in zip(bundle.items, taken, strict=True)
    ]
    if geometry:
        _add_outlines(session, shown, taken)
    return shown


def _order(session: Session, order: Order, *, geometry: bool) -> dict[str, Any]:
    taken = taken_by(session, order)
    lines = [
        _land(each)
        | {
            "swap_offer": line.swap_offer,
            "swap_offer_fen": line.swap_offer_fen,
            "accepted_at": line.accepted_at,
            "part": asked_part(line.part) if line.part else None,
            "collected_as": each.serving.number if each.serving else None,
        }
        for line, each in zip(order.lines, taken, strict=True)
    ]
    if geometry:
        _add_outlines(session, lines, taken)
    return {
        "number": order.number,
        "stage": order.stage,
        "project": order.project.number,
        "project_name": order.project.name,
        "project_stage": order.project.stage,
        "placed_at": order.placed_at,
        "reserved_until": order.reserved_until,
        "capital_fen": order.capital_fen,
        "amount_fen": order.amount_fen,
        "red_lines": [line.number for line in lines_of_project(session, order.project_id)],
        "lines": lines,
    }


def _land(taken: Taken) -> dict[str, Any]:
    deposit, figures = taken.deposit, taken.figures
    return {
        "deposit": deposit.number,
        "kind": deposit.asset.kind,
        "name": deposit.asset.name,
        "mode": deposit.mode,
        "area_dm2": figures.area_dm2,
        "value_fen": figures.value_fen,
        "rent_fen": figures.rent_fen,
        "due_fen": figures.due_fen,
    }


def _add_outlines(session: Session, shown: list[dict[str, Any]], taken: list[Taken]) -> None:
    """The outline of each part, where there is one."""
    cut = [n for n, each in enumerate(taken) if each.part is not None]
    if not cut:
        return
    shapes = np.array([taken[n].shape for n in cut], dtype=object)
    for n, text in zip(cut, mapping.written(session, shapes), strict=True):
        shown[n]["part"]["geometry"] = json.loads(text)
