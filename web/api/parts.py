"""Parts of deposits for programs: what was cut off, what is asked for, and what was kept."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields
from sqlalchemy.orm import Session

from bank.deposits.parts import cut_from, cuts_of
from bank.deposits.tables import Deposit
from bank.orders.lifecycle import PartStage
from bank.orders.tables import OrderPart
from web.api.shapes import Geometry, choice


class CutOut(ma.Schema):
    """A part that a project collected, and the deposit that it has been since."""

    number = fields.String(required=True, metadata={"description": "Of the other deposit."})
    area_dm2 = fields.Integer(required=True, metadata={"description": "Of the part."})
    cut_at = fields.DateTime(required=True)


class PartOut(ma.Schema):
    """What of a deposit lies inside a red line; area_dm2 and rest_dm2 sum to the whole."""

    area_dm2 = fields.Integer(required=True, metadata={"description": "What goes."})
    rest_dm2 = fields.Integer(required=True, metadata={"description": "What stays."})
    geometry = Geometry(metadata={"description": "Of what goes; only when asked for."})


class AskedPartOut(PartOut):
    """A part that an order asks for, and the owner's answer."""

    stage = choice(PartStage, required=True)
    asked_at = fields.DateTime(required=True)
    answered_at = fields.DateTime(
        allow_none=True, metadata={"description": "null: the owner has not answered."}
    )


class PartedOut(ma.Schema):
    """What a deposit tells of parts; its own area is what is left."""

    parts = fields.List(
        fields.Nested(CutOut),
        required=True,
        metadata={"description": "Cut off and collected, the first one first."},
    )
    cut_from = fields.Nested(
        CutOut,
        allow_none=True,
        metadata={"description": "The deposit that this one is a part of; null: it is whole."},
    )


def parted(session: Session, deposit: Deposit) -> dict[str, Any]:
    """The values of `PartedOut`."""
    return parted_of(session, [deposit])[deposit.id]


def parted_of(session: Session, deposits: Iterable[Deposit]) -> dict[UUID, dict[str, Any]]:
    """The values of `PartedOut` of several deposits, by id."""
    found = list(deposits)
    cuts = cuts_of(session, [deposit.id for deposit in found])
    origins = {deposit.id: cut_from(session, deposit.id) for deposit in found}
    return {
        deposit.id: {
            "parts": [
                {"number": cut.child.number, "area_dm2": cut.area_dm2, "cut_at": cut.cut_at}
                for cut in cuts.get(deposit.id, ())
            ],
            "cut_from": {
                "number": origin.deposit.number,
                "area_dm2": origin.area_dm2,
                "cut_at": origin.cut_at,
            }
            if (origin := origins[deposit.id])
            else None,
        }
        for deposit in found
    }


def asked_part(part: OrderPart) -> dict[str, Any]:
    """The values of `AskedPartOut`."""
    return {
        "stage": part.stage,
        "area_dm2": part.area_dm2,
        "rest_dm2": part.rest_dm2,
        "asked_at": part.asked_at,
        "answered_at": part.answered_at,
    }
