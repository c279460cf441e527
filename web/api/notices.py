"""Public notices for programs: which deposits are on display, and until when; no names."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from bank import noticeboard
from bank.assets.tables import AssetKind
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Decision, Deposit, StorageMode
from bank.noticeboard import Board
from web.api.blueprint import bp
from web.api.shapes import PageIn, PageOut, choice, page_of, town
from web.cards import area_of, place_name
from web.clock import now
from web.permissions import public
from web.session import request_session


class NoticesIn(PageIn):
    """Which notices."""

    board = fields.String(
        data_key="list",
        load_default=Board.NOW.value,
        validate=validate.OneOf([Board.NOW.value, Board.LATELY.value]),
        metadata={"description": "`now`: on display; `lately`: over for up to 30 days."},
    )
    town = town()


class NoticeOut(ma.Schema):
    """A deposit on display."""

    number = fields.String(required=True)
    stage = choice(Stage, required=True)
    kind = choice(AssetKind, required=True)
    name = fields.String(required=True, metadata={"description": "What the land is called."})
    mode = choice(StorageMode, allow_none=True)
    term_years = fields.Integer(allow_none=True)
    area_dm2 = fields.Integer(allow_none=True)
    division_code = fields.String(required=True)
    place = fields.String(required=True)
    notice_from = fields.DateTime(required=True)
    notice_until = fields.DateTime(
        required=True, metadata={"description": "The moment at which it is over."}
    )
    open_objections = fields.Integer(required=True)


class NoticePageOut(PageOut):
    """A page of notices."""

    items = fields.List(fields.Nested(NoticeOut), required=True)


@bp.get("/notices", tags=["Notices"])
@public
@bp.arguments(NoticesIn, location="query")
@bp.response(200, NoticePageOut)
def list_notices(asked: dict[str, Any]) -> dict[str, Any]:
    """List deposits on public notice

    20 on a page. What is on display is sorted by its end, the first to end first.
    """
    found = noticeboard.deposits(
        request_session(),
        Board(asked["board"]),
        town=asked.get("town", ""),
        at=now(),
        page=asked["page"],
    )
    return page_of(
        [deposit_facts(deposit) for deposit in found.deposits],
        asked=asked["page"],
        number=found.number,
        pages=found.pages,
        total=found.total,
    )


def deposit_facts(deposit: Deposit) -> dict[str, Any]:
    """What may be said of a deposit on display."""
    asset = deposit.asset
    return {
        "number": deposit.number,
        "stage": deposit.stage,
        "kind": asset.kind,
        "name": asset.name,
        "mode": deposit.mode,
        "term_years": deposit.term_years,
        "area_dm2": area_of(deposit),
        "division_code": asset.division_code,
        "place": place_name(asset.division),
        "notice_from": deposit.notice_from,
        "notice_until": deposit.notice_until,
        "open_objections": sum(each.decision is Decision.OPEN for each in deposit.objections),
    }
