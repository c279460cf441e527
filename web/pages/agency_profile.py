"""The agency's own page: what it says of itself, line by line, and handing its application in."""

from collections.abc import Callable
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.acts import history
from bank.agencies import applying, presenting
from bank.agencies.presenting import Line
from bank.agencies.records import get_agency
from bank.calendar import local_date
from bank.files.documents import keep
from bank.files.kinds import PDF, PICTURES
from bank.files.tables import Document, Visibility
from bank.rules import whole
from valuation.agencies.lifecycle import EDITABLE, Stage
from valuation.agencies.tables import Agency, AgencyKind
from web import agency_words as words
from web.clock import now, today
from web.forms import BankForm, acting, page, submitting
from web.pages.agency_profile_forms import (
    AppraiserForm,
    DescriptionForm,
    FeeForm,
    QualificationForm,
    WorkForm,
)
from web.permissions import actor, appraiser_required
from web.session import request_session

bp = Blueprint("agency_profile", __name__, url_prefix="/agency/profile")

SCANS: Final = PICTURES | {PDF}


def _agency() -> Agency:
    """The agency of who is here; one without an agency has no page."""
    agency_id = actor().agency
    if agency_id is None:
        abort(403)
    return get_agency(request_session(), agency_id)


@bp.get("")
@appraiser_required
def show() -> ResponseReturnValue:
    """How the agency stands, what it says of itself, and what is missing."""
    agency = _agency()
    form = DescriptionForm(obj=agency)
    return _page(agency, form)


def _page(agency: Agency, form: BankForm) -> ResponseReturnValue:
    return page(
        "agencies/profile.html",
        form,
        agency=agency,
        editable=agency.stage in EDITABLE,
        draft=agency.stage is Stage.DRAFT,
        listed=url_for("agencies.show", number=agency.number) if agency.admitted_at else None,
        acts=history(request_session(), agency),
        **words.papers(agency, today()),
    )


@bp.post("")
@appraiser_required
def describe() -> ResponseReturnValue:
    """Say how it is reached and what it does."""
    agency, form = _agency(), DescriptionForm()
    if form.sent():
        with submitting(form) as session:
            presenting.describe(
                session,
                agency.id,
                phone=form.phone.data or "",
                address=form.address.data or "",
                introduction=form.introduction.data or "",
                actor=actor(),
            )
        if form.accepted:
            return _back(_("It is kept."))
    return _page(agency, form)


@bp.route("/qualifications/new", methods=["GET", "POST"])
@appraiser_required
def add_qualification() -> ResponseReturnValue:
    """Enter a certificate."""
    form = QualificationForm()
    form.offer()

    def add(session: Session) -> None:
        assert form.valid_until.data is not None  # noqa: S101 - the form's own check
        presenting.add_qualification(
            session,
            _agency().id,
            kind=AgencyKind(form.kind.data),
            name=form.name.data or "",
            number=form.number.data or "",
            valid_until=form.valid_until.data,
            document=_scan(session, form),
            actor=actor(),
            at=now(),
        )

    return _entered(form, "agencies/qualification.html", add)


def _scan(session: Session, form: QualificationForm) -> Document | None:
    if form.upload is None:
        return None
    return keep(
        session,
        name=form.upload.filename or "",
        content=cast(BinaryIO, form.upload.stream),
        accept=frozenset(SCANS),
        actor=actor(),
        party_id=None,
        at=now(),
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", local_date(now())),
        field="scan",
    )


@bp.route("/appraisers/new", methods=["GET", "POST"])
@appraiser_required
def add_appraiser() -> ResponseReturnValue:
    """Enter an appraiser."""
    form = AppraiserForm()

    def add(session: Session) -> None:
        assert form.qualified_until.data is not None  # noqa: S101 - the form's own check
        presenting.add_appraiser(
            session,
            _agency().id,
            login=form.login,
            qualification_number=form.qualification_number.data or "",
            qualified_until=form.qualified_until.data,
            actor=actor(),
            at=now(),
        )

    return _entered(form, "agencies/appraiser.html", add)


@bp.route("/fees/new", methods=["GET", "POST"])
@appraiser_required
def add_fee() -> ResponseReturnValue:
    """Enter a line of the fee schedule."""
    form = FeeForm()
    form.offer()

    def add(session: Session) -> None:
        basis, amount = form.read()
        presenting.add_fee(
            session,
            _agency().id,
            service=form.service.data or "",
            basis=basis,
            amount=amount,
            actor=actor(),
        )

    return _entered(form, "agencies/fee.html", add)


@bp.route("/works/new", methods=["GET", "POST"])
@appraiser_required
def add_work() -> ResponseReturnValue:
    """Enter a past work."""
    form = WorkForm()

    def add(session: Session) -> None:
        presenting.add_work(
            session,
            _agency().id,
            title=form.title.data or "",
            client=form.client.data or "",
            year=form.year.data or 0,
            actor=actor(),
            at=now(),
        )

    return _entered(form, "agencies/work.html", add)


def _entered(form: BankForm, template: str, add: Callable[[Session], None]) -> ResponseReturnValue:
    """A form for one line: enter it and go back, or show what is wrong."""
    agency = _agency()
    if form.sent():
        with submitting(form) as session:
            add(session)
        if form.accepted:
            return _back(_("It is entered."))
    return page(template, form, agency=agency, **_hints())


def _hints() -> dict[str, Any]:
    return {"max_bytes": whole("file.size.maximum_mb", today()) * 1024 * 1024}


@bp.post("/<line>/<uuid:row_id>/remove")
@appraiser_required
def remove(line: str, row_id: UUID) -> ResponseReturnValue:
    """Take a line off."""
    kind = {each.value: each for each in Line}.get(line)
    if kind is None:
        abort(404)
    with acting() as session:
        presenting.remove(session, _agency().id, kind, row_id, actor=actor())
        flash(_("The line is taken off."), "success")
    return redirect(url_for(".show"))


@bp.post("/submit")
@appraiser_required
def submit() -> ResponseReturnValue:
    """Hand the application in to the county."""
    with acting() as session:
        applying.submit(session, _agency().id, actor=actor(), at=now())
        flash(_("The application is handed in. The county looks at it now."), "success")
    return redirect(url_for(".show"))


def _back(text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for(".show"))
