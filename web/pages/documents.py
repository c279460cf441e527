"""Documents: handing a kept file to whoever may read it, as it came or as a small picture."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bank.commissions.papers import concerns
from bank.deposits.papers import is_before
from bank.files import documents
from bank.files.kinds import PICTURES
from bank.files.tables import Document
from bank.refusals import NoSuchRecord
from web.permissions import find_actor, public
from web.session import request_session

bp = Blueprint("documents", __name__, url_prefix="/documents")

POLICY = "default-src 'none'; img-src 'self'; object-src 'self'; frame-ancestors 'none'"
"""A file is looked at by itself: it may show itself and fetch nothing."""
LONGEST_PX = {"small": 320, "large": 1280}


@bp.get("/<uuid:document_id>")
@public
def show(document_id: UUID) -> ResponseReturnValue:
    """The file as it was handed in; `?download=1` keeps it instead of opening it."""
    session = request_session()
    document = _readable(session, document_id)
    stream = documents.open_document(session, document)
    return _sent(
        send_file(
            stream,
            mimetype=document.media_type,
            as_attachment="download" in request.args,
            download_name=document.name,
            conditional=False,
            etag=False,
        )
    )


@bp.get("/<uuid:document_id>/preview")
@public
def preview(document_id: UUID) -> ResponseReturnValue:
    """A picture to look at, `?size=small` or large, without what the camera wrote into it."""
    session = request_session()
    document = _readable(session, document_id)
    if document.media_type not in PICTURES:
        abort(404)
    longest = LONGEST_PX.get(request.args.get("size", "large"), LONGEST_PX["large"])
    shown = documents.preview(session, document, longest=longest)
    return _sent(send_file(BytesIO(shown), mimetype="image/jpeg", conditional=False, etag=False))


def _readable(session: Session, document_id: UUID) -> Document:
    """The document, for who may read it; for others there is none."""
    actor = find_actor()
    try:
        document = documents.get_document(session, document_id)
    except NoSuchRecord:
        abort(404)
    office_may = actor is not None and is_before(session, document, actor)
    if documents.may_read(document, actor, office_may=office_may):
        return document
    if actor is None or not concerns(session, document, actor):
        abort(404)
    return document


def _sent(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    return response
