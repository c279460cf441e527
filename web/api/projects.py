"""Projects that draw on the bank's land, for programs: their public facts, no one's money."""

from typing import Any, Final

import marshmallow as ma
from marshmallow import fields
from sqlalchemy import func, select

from bank.orders.tables import Order, OrderLine
from bank.projects.lifecycle import Stage
from bank.projects.tables import Project
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
    area_dm2 = fields.Integer(required=True)


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
            func.coalesce(func.sum(OrderLine.area_dm2), 0).label("area_dm2"),
        )
        .outerjoin(Order, Order.project_id == Project.id)
        .outerjoin(OrderLine, OrderLine.order_id == Order.id)
        .where(shown)
        .group_by(Project.id, Project.number, Project.name, Project.purpose, Project.stage)
        .order_by(Project.number.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    pages = max(1, -(-total // PAGE_SIZE))
    return page_of(rows, asked=page, number=page, pages=pages, total=total)
