"""The catalogue for programs: what is stored, filtered as on the page; never whose it is."""

import json
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate
from sqlalchemy import Row, select

from bank.assets.tables import AssetKind, RightType
from bank.catalogue.browsing import Filter, Sort, browse, find_listed
from bank.deposits import records
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, LandCheck, StorageMode
from bank.land.checks import Effect, Layer, Result
from bank.maps import mapping
from bank.refusals import NoSuchRecord
from valuation.appraisals.counting import find_in_force
from valuation.appraisals.tables import Reconciliation, SoleGround
from web.api.blueprint import bp
from web.api.parts import PartedOut, parted
from web.api.shapes import Geometry, PageIn, PageOut, choice, page_of, town
from web.clock import now, today
from web.permissions import public
from web.session import request_session

TAGS = ["Catalogue"]


def _quantity(what: str) -> fields.Integer:
    return fields.Integer(
        validate=validate.Range(0, 2**63 - 1),
        metadata={"description": what},
    )


class GeometryIn(ma.Schema):
    """Whether outlines are wanted."""

    geometry = fields.Boolean(
        load_default=False, metadata={"description": "Give outlines as GeoJSON too."}
    )


class CatalogueIn(PageIn, GeometryIn):
    """The catalogue's filter."""

    town = town()
    kind = choice(AssetKind)
    mode = choice(StorageMode)
    area_from_dm2 = _quantity("At least this area, in dm² (1 m² is 100 dm²).")
    area_to_dm2 = _quantity("At most this area, in dm².")
    price_from_fen = _quantity("At least this appraised value, in fen (1 yuan is 100 fen).")
    price_to_fen = _quantity("At most this appraised value, in fen.")
    taken = fields.Boolean(
        load_default=False,
        metadata={"description": "Include what is reserved, frozen or in a project."},
    )
    sort = choice(Sort, load_default=Sort.NEWEST)

    @ma.validates_schema
    def _ranges(self, data: dict[str, Any], **_: Any) -> None:
        for low, high in (("area_from_dm2", "area_to_dm2"), ("price_from_fen", "price_to_fen")):
            if low in data and high in data and data[low] > data[high]:
                raise ma.ValidationError(f"This is less than {low}.", high)


class ListedOut(ma.Schema):
    """A deposit of the catalogue."""

    number = fields.String(required=True)
    stage = choice(Stage, required=True)
    kind = choice(AssetKind, required=True)
    name = fields.String(required=True, metadata={"description": "What the land is called."})
    mode = choice(StorageMode, allow_none=True)
    term_years = fields.Integer(allow_none=True)
    rent_fen = fields.Integer(
        allow_none=True, metadata={"description": "Rent asked for a year, for a lease."}
    )
    area_dm2 = fields.Integer(required=True)
    value_fen = fields.Integer(allow_none=True, metadata={"description": "Appraised value."})
    stored_at = fields.DateTime(required=True)
    division_code = fields.String(required=True)
    division_name = fields.String(required=True)
    town_name = fields.String(required=True)
    parcel_code = fields.String(required=True)
    geometry = Geometry(metadata={"description": "Only when asked for."})


class CataloguePageOut(PageOut):
    """A page of the catalogue."""

    items = fields.List(fields.Nested(ListedOut), required=True)
    area_dm2 = fields.Integer(
        required=True, metadata={"description": "Area of all that the filter finds."}
    )


class LandCheckOut(ma.Schema):
    """One layer's answer; what was not checked is unknown, not clear."""

    layer = fields.String(
        required=True,
        metadata={"description": f"One of {', '.join(Layer)}, or a layer of the county's own."},
    )
    result = choice(Result, required=True)
    effect = choice(
        Effect, required=True, metadata={"description": "What the rulebook makes of a conflict."}
    )
    area_dm2 = fields.Integer(required=True, metadata={"description": "What is in conflict."})
    share_ppm = fields.Integer(
        required=True, metadata={"description": "Of the land, in millionths; control layers only."}
    )
    zone_name = fields.String(required=True)
    layer_valid_from = fields.Date(
        allow_none=True, metadata={"description": "Which version of the control layer was asked."}
    )
    checked_at = fields.DateTime(allow_none=True)


class MethodValueOut(ma.Schema):
    """The value that one method gives."""

    method = fields.String(
        required=True, metadata={"description": "Its name in `GET /valuations`."}
    )
    value_fen = fields.Integer(required=True)
    weight_ppm = fields.Integer(
        allow_none=True,
        metadata={"description": "Its part of a weighted mean, in millionths; else null."},
    )


class AppraisalOut(ma.Schema):
    """The appraisal in force: the values of its methods, and how they became one."""

    number = fields.String(required=True)
    methods = fields.List(fields.String(), required=True)
    results = fields.List(fields.Nested(MethodValueOut), required=True)
    reconciliation = choice(Reconciliation, required=True)
    sole_ground = choice(
        SoleGround,
        allow_none=True,
        metadata={"description": "Why one method sufficed; null when there are more."},
    )
    reason = fields.String(
        required=True, metadata={"description": "Why the value is this, in the appraiser's words."}
    )
    value_fen = fields.Integer(required=True)
    valuation_date = fields.Date(required=True)
    valid_until = fields.Date(required=True)
    agency = fields.String(required=True, attribute="commission.agency.name")


class ListedDetailOut(ListedOut, PartedOut):
    """A deposit of the catalogue with its right, checks, parts and appraisal."""

    right = choice(RightType, allow_none=True)
    right_ends_on = fields.Date(
        allow_none=True, metadata={"description": "null: it does not expire."}
    )
    land_checks = fields.List(fields.Nested(LandCheckOut), required=True)
    appraisal = fields.Nested(
        AppraisalOut, allow_none=True, metadata={"description": "null: none is in force today."}
    )


@bp.get("/catalogue", tags=TAGS)
@public
@bp.arguments(CatalogueIn, location="query")
@bp.response(200, CataloguePageOut)
def list_catalogue(asked: dict[str, Any]) -> dict[str, Any]:
    """List what is in the catalogue

    20 on a page. Without `taken` only what can be ordered now.
    """
    page, sort, geometry = asked.pop("page"), asked.pop("sort"), asked.pop("geometry")
    found = browse(request_session(), Filter(**asked), sort=sort, page=page)
    items = [_row(row) for row in found.rows]
    if geometry:
        _add_outlines(items, found.rows)
    return page_of(items, asked=page, number=found.number, pages=found.pages, total=found.total) | {
        "area_dm2": found.area_dm2
    }


@bp.get("/catalogue/<number>", tags=TAGS)
@public
@bp.arguments(GeometryIn, location="query")
@bp.response(200, ListedDetailOut)
def show_listed(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """Show one deposit of the catalogue, free or taken"""
    session = request_session()
    deposit_id = session.scalar(select(Deposit.id).where(Deposit.number == number))
    row = find_listed(session, deposit_id) if deposit_id else None
    if row is None:
        raise NoSuchRecord("no such deposit in the catalogue", number=number)
    deposit = records.get_deposit(session, row.id)
    right = deposit.asset.right
    shown = (
        _row(row)
        | parted(session, deposit)
        | {
            "right": right.type if right else None,
            "right_ends_on": right.ends_on if right else None,
            "land_checks": _land_checks(deposit),
            "appraisal": find_in_force(session, deposit.asset_id, at=now(), today=today()),
        }
    )
    if asked["geometry"]:
        _add_outlines([shown], [row])
    return shown


def _row(row: Row[Any]) -> dict[str, Any]:
    return dict(row._mapping)


def _land_checks(deposit: Deposit) -> list[dict[str, Any]]:
    """Every layer of `Layer`, then the county's own; without a kept answer: not checked."""
    answers = {check.layer: check for check in deposit.land_checks}
    own = sorted(set(answers) - set(Layer))
    return [_land_check(layer, answers.get(layer)) for layer in [*map(str, Layer), *own]]


def _land_check(layer: str, answer: LandCheck | None) -> dict[str, Any]:
    result = Result(answer.result) if answer else Result.NOT_CHECKED
    version = answer.control_layer if answer else None
    return {
        "layer": layer,
        "result": result,
        "effect": Effect(answer.effect) if answer else Effect.NONE,
        "area_dm2": answer.area_dm2 if answer else 0,
        "share_ppm": answer.share_ppm if answer else 0,
        "zone_name": answer.zone_name if answer else "",
        "layer_valid_from": version.valid_from if version else None,
        "checked_at": answer.checked_at if answer and result is not Result.NOT_CHECKED else None,
    }


def _add_outlines(items: list[dict[str, Any]], rows: Any) -> None:
    texts = mapping.outlines(request_session(), [row.wkb for row in rows])
    for item, text in zip(items, texts, strict=True):
        item["geometry"] = json.loads(text)
