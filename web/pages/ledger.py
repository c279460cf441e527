"""The journal for everyone: its transfers, those behind one act, and one with its proof."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ledger import journal
from ledger.log import latest_checkpoint
from web.journal_words import reference_words, sight_of, transfer_line
from web.limits import limiter
from web.permissions import find_actor, public
from web.proofs import contents, positions, sealing
from web.session import request_session
from web.signing import find_signer

bp = Blueprint("ledger", __name__, url_prefix="/ledger")

PAGE_SIZE: Final = 20
MOST_LISTED: Final = 6
"""How many postings of one transfer a list shows."""
MOST_SHOWN: Final = 500


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """The whole journal, newest first, as the reader may see it."""
    return _listed("ledger/index.html", reference=request.args.get("reference", "").strip()[:100])


@bp.get("/journal")
@public
def show() -> ResponseReturnValue:
    """The transfers behind one act."""
    return _listed("ledger/show.html", reference=request.args.get("reference", "").strip()[:100])


def _listed(template: str, *, reference: str) -> ResponseReturnValue:
    session = request_session()
    before = request.args.get("before", type=int)
    views = journal.transfers(
        session, reference=reference or None, before=_bounded(before), limit=PAGE_SIZE + 1
    )
    shown, more = views[:PAGE_SIZE], len(views) > PAGE_SIZE
    sight = sight_of(session, find_actor())
    sealed = positions(session, [view.id for view in shown])
    lines = [
        transfer_line(view, sight, most=MOST_LISTED) | {"position": sealed.get(view.id)}
        for view in shown
    ]
    told: dict[str, Any] = {"reference": reference or None}
    endpoint = request.endpoint or ".index"
    pager = {
        "previous_url": url_for(endpoint, **told) if before else None,
        "next_url": url_for(endpoint, before=shown[-1].number, **told) if more else None,
    }
    return render_template(
        template,
        lines=lines,
        pager=pager,
        reference=reference,
        act=reference_words(reference) if reference else "",
        checkpoint=latest_checkpoint(session),
        everything=sight.everything,
    )


def _bounded(before: int | None) -> int | None:
    return None if before is None else max(0, min(before, 2**62))


@bp.get("/transfers/<uuid:transfer_id>")
@public
@limiter.limit("60/minute")
def transfer(transfer_id: UUID) -> ResponseReturnValue:
    """One transfer: its postings, its hash, its place in the log, and how to check them."""
    session = request_session()
    view = journal.get_transfer(session, transfer_id)
    sight = sight_of(session, find_actor())
    signer = find_signer()
    hidden = sight.hides_any(view)
    return render_template(
        "ledger/transfer.html",
        view=view,
        line=transfer_line(view, sight, most=MOST_SHOWN),
        sealing=sealing(session, view),
        contents=None if hidden else contents(view),
        key_name=signer.name if signer else None,
        key_hex=_key(signer),
    )


def _key(signer: Any) -> str | None:
    return signer.verifier.key.public_bytes_raw().hex() if signer else None
