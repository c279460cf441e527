"""The report of an appraisal at work as it would be drawn up now: a draft for the agency."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, send_file
from flask.typing import ResponseReturnValue

from bank.appraisals import desk, reporting
from bank.deposits.latest import latest_deposit
from web.clock import now
from web.limits import FILES, limiter
from web.permissions import actor, appraiser_required
from web.session import request_session
from web.square_codes import public_address

bp = Blueprint("agency_report", __name__, url_prefix="/agency/appraisals")


@bp.get("/<uuid:appraisal_id>/report.pdf")
@appraiser_required
@limiter.limit(FILES)
def preview(appraisal_id: UUID) -> ResponseReturnValue:
    """The report as it would read now; 草稿 stands across the pages of one that is not issued.

    For the agency's own appraisers. Refuses: NoSuchAppraisal, NotTheAgency.
    """
    session = request_session()
    found = desk.get_appraisal(session, appraisal_id, actor())
    deposit = latest_deposit(session, found.asset_id)
    content = reporting.drawn(session, found, deposit, site=public_address(""), at=now())
    return send_file(
        BytesIO(content),
        mimetype="application/pdf",
        download_name=f"draft-{found.number}.pdf",
        etag=False,
    )
