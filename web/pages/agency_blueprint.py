"""What all pages of the agency's desk share: their blueprint, and whose appraisal it is."""

from uuid import UUID

from flask import Blueprint, abort

from bank.appraisals import desk
from valuation.appraisals.tables import Appraisal
from web.permissions import actor
from web.session import request_session

bp = Blueprint("agency", __name__, url_prefix="/agency")


def own_agency() -> UUID:
    """The agency of the appraiser who is here; one without an agency has no desk."""
    agency = actor().agency
    if agency is None:
        abort(403)
    return agency


def own_appraisal(appraisal_id: UUID) -> Appraisal:
    """An appraisal of the reader's agency. Refuses: NoSuchAppraisal, NotTheAgency."""
    return desk.get_appraisal(request_session(), appraisal_id, actor())
