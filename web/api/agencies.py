"""The directory of agencies, for programs: who may do what, what they ask, how owners rate them."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from bank.agencies import directory
from bank.agencies.directory import PAGE_SIZE, Listed
from valuation.agencies.lifecycle import Stage
from valuation.agencies.tables import Agency, AgencyKind, FeeBasis
from web.api.blueprint import bp
from web.api.shapes import PageIn, PageOut, choice, page_of
from web.clock import today
from web.permissions import public
from web.session import request_session


class AgenciesIn(PageIn):
    """Which agencies."""

    text = fields.String(
        load_default="",
        validate=ma.validate.Length(max=60),
        metadata={"description": "Part of a name, an introduction or a past work."},
    )
    kind = choice(AgencyKind, load_default=None, allow_none=True)


class ListedAgencyOut(ma.Schema):
    """An agency in the directory."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    licence = fields.String(
        required=True, metadata={"description": "Its unified social credit code."}
    )
    stage = choice(Stage, required=True)
    kinds = fields.List(
        choice(AgencyKind),
        required=True,
        metadata={"description": "What its qualifications let it do today."},
    )
    finished = fields.Integer(required=True, metadata={"description": "Finished commissions."})
    ratings = fields.Integer(required=True)
    average_tenths = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The mean of its stars (1 to 5) in tenths; null if none."},
    )


class AgenciesOut(PageOut):
    """A page of agencies."""

    items = fields.List(fields.Nested(ListedAgencyOut), required=True)


class QualificationOut(ma.Schema):
    """A certificate; it counts if an officer has checked it and it has not expired."""

    kind = choice(AgencyKind, required=True)
    name = fields.String(required=True)
    number = fields.String(required=True)
    valid_until = fields.Date(required=True)
    checked_at = fields.AwareDateTime(required=True, allow_none=True)


class FeeOut(ma.Schema):
    """A line of the fee schedule."""

    service = fields.String(required=True)
    basis = choice(FeeBasis, required=True)
    amount = fields.Integer(
        required=True,
        metadata={"description": "Fen; fen a mu; or, as a share, millionths of the value."},
    )


class AgencyOut(ListedAgencyOut):
    """An agency with what it says of itself."""

    phone = fields.String(required=True)
    address = fields.String(required=True)
    introduction = fields.String(required=True)
    qualifications = fields.List(fields.Nested(QualificationOut), required=True)
    fees = fields.List(fields.Nested(FeeOut), required=True)


@bp.get("/agencies", tags=["Agencies"])
@public
@bp.arguments(AgenciesIn, location="query")
@bp.response(200, AgenciesOut)
def list_agencies(asked: dict[str, Any]) -> dict[str, Any]:
    """List the agencies that the county has admitted

    20 on a page, by name.
    """
    number = asked["page"]
    found = directory.search(
        request_session(), text=asked["text"], kind=asked["kind"], page=number, on=today()
    )
    pages = max(1, -(-found.total // PAGE_SIZE))
    rows = [_listed(each) for each in found.rows]
    return page_of(rows, asked=number, number=number, pages=pages, total=found.total)


@bp.get("/agencies/<number>", tags=["Agencies"])
@public
@bp.response(200, AgencyOut)
def show_agency(number: str) -> dict[str, Any]:
    """Show one agency of the list"""
    listed = directory.find_listed(request_session(), number)
    return _listed(listed) | {name: getattr(listed.agency, name) for name in _SAID}


_SAID = ("phone", "address", "introduction", "qualifications", "fees")


def _listed(listed: Listed) -> dict[str, Any]:
    agency: Agency = listed.agency
    kinds = agency.kinds(today())
    return {
        "number": agency.number,
        "name": agency.name,
        "licence": agency.licence,
        "stage": agency.stage,
        "kinds": [kind for kind in AgencyKind if kind in kinds],
        "finished": listed.record.finished,
        "ratings": listed.record.ratings,
        "average_tenths": listed.record.average_tenths,
    }
