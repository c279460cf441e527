"""A bundle as its pages show it: every deposit with what it costs, and the totals."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, select

from bank.appraisals.worth import agreed, worths
from bank.catalogue import browsing
from bank.catalogue.tables import Bundle
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.orders.lines import line_for
from bank.orders.tables import OrderLine
from web.clock import now
from web.labels import label
from web.pages.catalogue import listed_card
from web.parts_shown import cut_picture, of_whole
from web.session import request_session


def summary_of(bundle: Bundle | None) -> dict[str, Any]:
    """The bundle as its pages show it: items with card, line and readiness, and the totals."""
    found = bundle.items if bundle else []
    ids = [item.deposit_id for item in found]
    rows = browsing.rows_of(request_session(), ids)
    together = request_session().scalars(select(Deposit).where(Deposit.id.in_(ids)))
    deposits = {deposit.id: deposit for deposit in together}
    values = worths(request_session(), deposits.values(), at=now())
    items: list[dict[str, Any]] = [
        {
            "card": bundled_card(rows[item.deposit_id]),
            "id": item.deposit_id,
            "line": line_for(
                deposit := deposits[item.deposit_id],
                item,
                values.get(item.deposit_id) or agreed(deposit),
            ),
            "part": item.part,
            "picture": cut_picture(item.part) if item.part else None,
            "term_years": deposit.term_years,
            "wish": deposit.swap_wish,
            "free": deposit.stage is Stage.STORED,
            "offered": deposit.mode is not StorageMode.SWAP or bool(item.swap_offer),
        }
        for item in found
        if item.deposit_id in rows
    ]
    lines: list[OrderLine] = [item["line"] for item in items]
    return {
        "items": items,
        "taken": [item for item in items if not item["free"]],
        "unoffered": [item for item in items if not item["offered"]],
        "modes": _by_mode(lines),
        "area_dm2": sum(line.area_dm2 for line in lines),
        "value_fen": sum(line.value_fen for line in lines),
        "due_fen": sum(line.due_fen for line in lines),
    }


def bundled_card(row: Row[Any]) -> dict[str, Any]:
    """The card of a deposit that is in a bundle."""
    card = listed_card(row)
    if row.stage is Stage.STORED:
        card["stage"] = _("Still free; reserved when you order")
    return card


def _by_mode(lines: Sequence[OrderLine]) -> list[dict[str, Any]]:
    totals = []
    for mode in StorageMode:
        own = [line for line in lines if line.mode is mode]
        if own:
            totals.append(
                {
                    "mode": label(mode),
                    "count": len(own),
                    "area": sum(line.area_dm2 for line in own),
                    "value": sum(line.value_fen for line in own),
                    "due": sum(line.due_fen for line in own),
                }
            )
    return totals


def check_row(item: dict[str, Any]) -> dict[str, Any]:
    """One deposit as a row of the page on which an order is checked."""
    line: OrderLine = item["line"]
    return {
        "name": " · ".join(filter(None, (item["card"]["name"], of_whole(item["part"])))),
        "number": item["card"]["number"],
        "mode": label(line.mode),
        "area": line.area_dm2,
        "due": line.due_fen,
    }
