"""How a part of a deposit is shown: the picture of the cut, its areas, and where it came from."""

from typing import Any

import shapely
from flask import url_for
from flask_babel import gettext as _

from bank.area import format_mu
from bank.deposits.parts import cut_from, cuts_of
from bank.deposits.tables import Deposit, PartColumns
from bank.land.polygons import outline_svg_path
from bank.orders import changing
from bank.orders.lifecycle import PartStage
from bank.orders.tables import Order, OrderPart
from web.labels import label
from web.session import request_session


def cut_picture(part: PartColumns) -> dict[str, str]:
    """The part and the rest as SVG paths in one square of 100."""
    shapes = shapely.from_wkb([part.wkb, part.rest_wkb])
    min_x, min_y, max_x, max_y = shapely.total_bounds(shapes).tolist()
    frame = (min_x, min_y, max_x, max_y)
    return {
        "inside": outline_svg_path(part.wkb, frame=frame),
        "rest": outline_svg_path(part.rest_wkb, frame=frame),
    }


def of_whole(part: PartColumns | None) -> str | None:
    """In words, which part of how much: "part: 4.5 of 15 mu"; None for a whole deposit."""
    if part is None:
        return None
    mu, whole = format_mu(part.area_dm2), format_mu(part.area_dm2 + part.rest_dm2)
    return str(_("part: %(mu)s of %(whole)s mu", mu=mu, whole=whole))


def named(deposit: Deposit, part: PartColumns | None) -> str:
    """The deposit's name, and which part of it, where it is one."""
    said = of_whole(part)
    return f"{deposit.asset.name} ({said})" if said else deposit.asset.name


def answer_words(part: OrderPart | None) -> str:
    """Where the owner's answer stands, or nothing for a whole deposit."""
    return "" if part is None else str(label(part.stage))


def origin_of(deposit: Deposit) -> dict[str, Any] | None:
    """What the deposit was cut from: number and areas; None for one that was handed in."""
    found = cut_from(request_session(), deposit.id)
    if found is None:
        return None
    return {"deposit": found.deposit, "area_dm2": found.area_dm2, "cut_at": found.cut_at}


def cuts_shown(deposit: Deposit) -> list[dict[str, Any]]:
    """What was cut off the deposit and collected, the first part first."""
    return [
        {"deposit": each.child, "area_dm2": each.area_dm2, "cut_at": each.cut_at}
        for each in cuts_of(request_session(), [deposit.id]).get(deposit.id, ())
    ]


def kept(order: Order) -> list[dict[str, Any]]:
    """The lines whose owners keep the part, and what can be done about each."""
    if order.project.stage not in changing.UNDECIDED:
        return []
    told: dict[str, Any] = {"project_id": order.project_id}
    return [
        {
            "number": line.deposit.number,
            "last": len(order.lines) == 1,
            "drop_url": url_for("project_parts.drop_part", deposit_id=line.deposit_id, **told),
            "whole_url": url_for("project_parts.take_whole", deposit_id=line.deposit_id, **told),
            "another_url": url_for("project_parts.another", deposit_id=line.deposit_id, **told),
        }
        for line in order.lines
        if line.part is not None and line.part.stage is PartStage.DECLINED
    ]
