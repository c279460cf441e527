"""What an agency delivers that is no appraisal: a project's plan, or the papers of a financing."""

from typing import BinaryIO, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from bank.appraisals import desk
from bank.commissions import handing_over, planning
from bank.commissions.plan_files import keep_red_line
from bank.commissions.planning import Phase
from bank.files.documents import keep
from bank.files.kinds import PAPERS
from bank.files.tables import Document, Visibility
from bank.land.refusals import NotAPolygon
from bank.money import parse_yuan
from bank.rules import whole
from valuation.agencies.tables import AgencyKind
from valuation.commissions.lifecycle import Stage
from valuation.commissions.tables import Commission
from web import commission_story as story
from web.clock import now, today
from web.forms import page, submitting
from web.kept_files import KeptFileField
from web.pages.agency_plan_forms import PapersForm, PlanForm
from web.permissions import actor, appraiser_required
from web.session import request_session
from web.uploads import beside_the_file

bp = Blueprint("agency_plan", __name__, url_prefix="/agency/commissions/<uuid:commission_id>")


@bp.route("/deliver", methods=["GET", "POST"])
@appraiser_required
def deliver(commission_id: UUID) -> ResponseReturnValue:
    """Deliver the plan, or the papers, that the commission is for."""
    session = request_session()
    found = desk.get_commission(session, commission_id, actor())
    home = url_for("commissions.show", number=found.number)
    if found.kind is AgencyKind.APPRAISAL or found.stage is not Stage.ENGAGED:
        return redirect(home)
    form = PlanForm() if found.kind is AgencyKind.PLANNING else PapersForm()
    if form.sent():
        with submitting(form) as session:
            if isinstance(form, PlanForm):
                _plan(session, found, form)
            else:
                _papers(session, found, form)
        if form.accepted:
            flash(_("It is delivered. The client answers by the day that is shown."), "success")
            return redirect(home)
    return page(
        "agency_quotes/deliver.html",
        form,
        commission=found,
        planning=isinstance(form, PlanForm),
        title=story.subject(session, found),
        back=home,
        limit_mb=whole("file.size.maximum_mb", today()),
    )


def _plan(session: Session, found: Commission, form: PlanForm) -> None:
    phases = [
        Phase(
            name=each.form.name.data or "",
            starts_on=each.form.starts_on.data or today(),
            ends_on=each.form.ends_on.data or today(),
            works=each.form.works.data or "",
            investment_fen=parse_yuan(each.form.investment.data or "", field="phases"),
        )
        for each in form.phases
        if each.form.is_filled()
    ]
    planning.deliver_plan(
        session,
        found.id,
        use=form.use.data or "",
        phases=phases,
        investment_fen=parse_yuan(form.investment.data or "", field="investment"),
        red_line=_red_line(session, form.file),
        documents=_keep(session, form.documents.data),
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )


def _papers(session: Session, found: Commission, form: PapersForm) -> None:
    handing_over.deliver_financing(
        session,
        found.id,
        documents=_keep(session, form.documents.data),
        actor=actor(),
        at=now(),
        key=form.key.data or "",
    )


def _red_line(session: Session, field: KeptFileField) -> Document:
    """The red line's file. Refuses: NotAPolygon without one, and what `keep_red_line` refuses."""
    given = field.data
    if not (isinstance(given, FileStorage) and given.filename):
        raise NotAPolygon("add the red line", field="file", given="nothing")
    with beside_the_file():
        return keep_red_line(
            session, name=given.filename, content=given.read(), actor=actor(), at=now()
        )


def _keep(session: Session, uploads: list[FileStorage] | None) -> list[Document]:
    return [
        keep(
            session,
            name=upload.filename or "",
            content=cast("BinaryIO", upload.stream),
            accept=PAPERS,
            actor=actor(),
            party_id=None,
            at=now(),
            visibility=Visibility.OFFICE,
            limit_mb=whole("file.size.maximum_mb", today()),
            field="documents",
        )
        for upload in uploads or []
        if upload
    ]
