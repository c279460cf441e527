"""Projects that draw on the bank's land, for programs: their public facts, no one's money."""

from typing import Any, Final

import marshmallow as ma
from marshmallow import fields
from sqlalchemy import func, select

from bank.assets.tables import AssetKind
from bank.orders.lifecycle import PartStage
from bank.orders.tables import Order, OrderLine, OrderPart
from bank.orders.taking import Taken, taken_by
from bank.projects.lifecycle import Stage
from bank.projects.reading import order_of
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord
from web.api.blueprint import bp
from web.api.shapes import PageIn, PageOut, choice, page_of
from web.permissions import public
from web.session import request_session

PAGE_SIZE: Final = 20
PUBLIC: Final = (Stage.OPERATING, Stage.CLOSED)
"""Before land is collected, a project is its investor's plan and nobody else's business."""


class ProjectOut(ma.Schema):
    """A project that has collected its land."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    purpose = fields.String(required=True)
    stage = choice(Stage, required=True)
    deposits = fields.Integer(required=True, metadata={"description": "How many it collected."})
    parts = fields.Integer(
        required=True, metadata={"description": "Of these, how many gave a part of their land."}
    )
    area_dm2 = fields.Integer(required=True)


class ProjectLandOut(ma.Schema):
    """Land that a project collected."""

    deposit = fields.String(
        required=True, metadata={"description": "A part is a deposit of its own since then."}
    )
    parcel_code = fields.String(allow_none=True)
    kind = choice(AssetKind, required=True)
    area_dm2 = fields.Integer(required=True)
    cut_from = fields.String(
        allow_none=True, metadata={"description": "The deposit it is a part of; null: a whole."}
    )


class ProjectDetailOut(ProjectOut):
    """A project with its land."""

    land = fields.List(fields.Nested(ProjectLandOut), required=True)


class ProjectPageOut(PageOut):
    """A page of projects."""

    items = fields.List(fields.Nested(ProjectOut), required=True)


@bp.get("/projects", tags=["Projects"])
@public
@bp.arguments(PageIn, location="query")
@bp.response(200, ProjectPageOut)
def list_projects(asked: dict[str, Any]) -> dict[str, Any]:
    """List projects that operate, or did

    20 on a page, by number, the newest first.
    """
    session, page = request_session(), asked["page"]
    shown = Project.stage.in_(PUBLIC)
    total = session.scalar(select(func.count()).select_from(Project).where(shown)) or 0
    rows = session.execute(
        select(
            Project.number,
            Project.name,
            Project.purpose,
            Project.stage,
            func.count(OrderLine.deposit_id).label("deposits"),
            func.count(OrderPart.id).label("parts"),
            func.coalesce(func.sum(OrderLine.area_dm2), 0).label("area_dm2"),
        )
        .outerjoin(Order, Order.project_id == Project.id)
        .outerjoin(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(
            OrderPart,
            (OrderPart.order_id == OrderLine.order_id)
            & (OrderPart.deposit_id == OrderLine.deposit_id)
            & (OrderPart.stage != PartStage.DROPPED),
        )
        .where(shown)
        .group_by(Project.id, Project.number, Project.name, Project.purpose, Project.stage)
        .order_by(Project.number.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    pages = max(1, -(-total // PAGE_SIZE))
    return page_of(rows, asked=page, number=page, pages=pages, total=total)


@bp.get("/projects/<number>", tags=["Projects"])
@public
@bp.response(200, ProjectDetailOut)
def show_project(number: str) -> dict[str, Any]:
    """Show a project that operates, or did, with the land it collected"""
    session = request_session()
    project = session.scalar(
        select(Project).where(Project.number == number, Project.stage.in_(PUBLIC))
    )
    if project is None:
        raise NoSuchRecord("no such project", number=number)
    taken = taken_by(session, order_of(session, project.id))
    return {
        "number": project.number,
        "name": project.name,
        "purpose": project.purpose,
        "stage": project.stage,
        "deposits": len(taken),
        "parts": sum(each.part is not None for each in taken),
        "area_dm2": sum(each.figures.area_dm2 for each in taken),
        "land": [_land(each) for each in taken],
    }


def _land(taken: Taken) -> dict[str, Any]:
    serving = taken.serving or taken.deposit
    parcel = serving.asset.parcel
    return {
        "deposit": serving.number,
        "parcel_code": parcel.code if parcel else None,
        "kind": serving.asset.kind,
        "area_dm2": taken.figures.area_dm2,
        "cut_from": taken.deposit.number if taken.serving else None,
    }
