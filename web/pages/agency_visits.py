"""Site visits (现场勘查): telling of one from the place, with photos; and keeping out oneself."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.appraisals import desk
from bank.commissions import standing, ties, visiting
from bank.deposits.latest import latest_deposits
from bank.files.documents import keep
from bank.files.kinds import PICTURES
from bank.files.tables import Document, Visibility
from bank.rules import whole
from valuation.agencies.tables import AgencyKind
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import Commission
from web import commission_story as story
from web.clock import now, today
from web.forms import page, submitting
from web.pages.agency_quote_forms import VisitForm
from web.pages.commission_forms import ReasonForm
from web.pages.owner_forms import given
from web.permissions import actor, appraiser_required
from web.session import request_session

bp = Blueprint("agency_visits", __name__, url_prefix="/agency/commissions/<uuid:commission_id>")


def _engaged(commission_id: UUID) -> Commission:
    """A commission of the agency's own. Refuses: NoSuchCommission, NotTheAgency."""
    return desk.get_commission(request_session(), commission_id, actor())


def _home(found: Commission, asset: str | None = None) -> str:
    if found.kind is AgencyKind.APPRAISAL:
        return url_for("agency.commission", commission_id=found.id, asset=asset)
    return url_for("commissions.show", number=found.number)


@bp.route("/visit", methods=["GET", "POST"])
@appraiser_required
def record(commission_id: UUID) -> ResponseReturnValue:
    """Tell of a visit, from the phone on the place or later from the desk."""
    found, session = _engaged(commission_id), request_session()
    if found.stage is not Stage.ENGAGED:
        return redirect(_home(found))
    form = VisitForm()
    deposits = latest_deposits(session, standing.assets_of(found))
    form.offer([(str(asset), each.asset.name) for asset, each in deposits.items()])
    if not form.is_submitted():
        form.visited_on.data = today()
        form.asset_id.data = request.args.get("asset") or form.asset_id.data
    if form.sent():
        with submitting(form) as session:
            _record(session, found, form)
        if form.accepted:
            flash(_("The visit is on record, with its photos."), "success")
            return redirect(_home(found, form.asset_id.data))
    return page(
        "agency_quotes/visit.html",
        form,
        commission=found,
        title=story.subject(session, found),
        several=len(deposits) > 1,
        back=_home(found, request.args.get("asset")),
        limit_mb=whole("file.size.maximum_mb", today()),
        least=whole("appraisal.site_visit.photos.minimum", today()),
    )


def _record(session: Session, found: Commission, form: VisitForm) -> None:
    photos = _keep(session, form)
    visit = visiting.record(
        session,
        found.id,
        asset_id=UUID(form.asset_id.data),
        visited_on=given(form.visited_on.data),
        present=form.present.data or "",
        findings=form.findings.data or "",
        photos=photos,
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )
    used = {photo.document_id for photo in visit.photos}
    for photo in photos:
        if photo.id not in used:  # sent twice: the first visit has its photos already
            session.delete(photo)


def _keep(session: Session, form: VisitForm) -> list[Document]:
    return [
        keep(
            session,
            name=upload.filename or "",
            content=upload.stream,
            accept=PICTURES,
            actor=actor(),
            party_id=None,
            at=now(),
            visibility=Visibility.OFFICE,
            limit_mb=whole("file.size.maximum_mb", today()),
            field="photos",
        )
        for upload in form.photos.data or []
        if upload
    ]


@bp.route("/keep-out", methods=["GET", "POST"])
@appraiser_required
def recuse(commission_id: UUID) -> ResponseReturnValue:
    """The appraiser says that she keeps out, and why."""
    found = _engaged(commission_id)
    form = ReasonForm()
    if form.sent():
        with submitting(form) as session:
            ties.recuse(
                session,
                found.id,
                actor().id,
                reason=form.reason.data or "",
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            flash(_("You keep out of this commission from now on."), "success")
            return redirect(_home(found))
    return page("agency_quotes/recuse.html", form, commission=found, back=_home(found))
