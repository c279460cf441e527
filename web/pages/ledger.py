"""The journal for everyone: its transfers, those behind one act, and one with its proof."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import FileField, Form, TextAreaField
from wtforms.validators import Optional

from ledger import journal
from ledger.log import Checkpoint
from ledger.reading import contents
from web.journal_words import (
    account_code,
    account_words,
    reference_words,
    sight_of,
    transfer_line,
)
from web.limits import limiter
from web.permissions import find_actor, public
from web.proofs import first_checkpoint_over, log_standing, positions, sealing
from web.session import request_session
from web.signing import find_signer
from web.square_codes import public_address, square_code

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
        log=log_standing(session),
        everything=sight.everything,
    )


def _bounded(before: int | None) -> int | None:
    return None if before is None else max(0, min(before, 2**62))


@bp.get("/transfers/<uuid:transfer_id>")
@public
@limiter.limit("60/minute")
def transfer(transfer_id: UUID) -> ResponseReturnValue:
    """One entry: what it moved or did, its hash, its place in the log, and how to check them."""
    session = request_session()
    view = journal.get_transfer(session, transfer_id)
    sight, found = sight_of(session, find_actor()), sealing(session, view)
    return render_template(
        "ledger/transfer.html",
        view=view,
        line=transfer_line(view, sight, most=MOST_SHOWN),
        account=account_words(view.account, sight) if view.account else None,
        account_code=account_code(view.account, sight) if view.account else None,
        sealing=found,
        contents=None if sight.hides_any(view) else contents(view),
        key=_key(found.checkpoint),
    )


def _key(checkpoint: Checkpoint | None) -> str | None:
    """The key that the checkpoint was signed with; the bank's own, if it is none of the bank's."""
    signer = find_signer()
    if signer is None:
        return None
    signed_with = checkpoint and signer.verifier_of(checkpoint.note)
    return (signed_with or signer.verifier).text()


class KeptForm(Form):
    """What a reader kept at home. It is read in her browser and never sent."""

    file = FileField(_("Receipt file"), [Optional()])
    text = TextAreaField(_("Or its text"), [Optional()])
    key = TextAreaField(_("The bank's key, as you kept it"), [Optional()])


@bp.get("/proof/<uuid:transfer_id>")
@public
@limiter.limit("60/minute")
def proof(transfer_id: UUID) -> ResponseReturnValue:
    """What the square code on a receipt leads to: whether the entry is sealed, for anyone."""
    session = request_session()
    view = journal.get_transfer(session, transfer_id)
    found = sealing(session, view)
    signed = None if found.position is None else first_checkpoint_over(session, found.position)
    return render_template(
        "ledger/proof.html",
        view=view,
        line=transfer_line(view, sight_of(session, find_actor()), most=MOST_LISTED),
        sealing=found,
        sealed_at=signed.at if signed else None,
        form=KeptForm(prefix="kept-"),
        key=_key(found.checkpoint),
        address=public_address(url_for(".proof", transfer_id=transfer_id)),
    )


@bp.get("/proof/<uuid:transfer_id>/code.svg")
@public
@limiter.limit("60/minute")
def proof_code(transfer_id: UUID) -> ResponseReturnValue:
    """The square code that leads to an entry's proof."""
    journal.get_transfer(request_session(), transfer_id)
    return square_code(public_address(url_for(".proof", transfer_id=transfer_id)))
