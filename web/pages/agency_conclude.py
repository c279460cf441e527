"""Making one value of the values of several methods: how, why, and with which report."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, Length, Optional

from bank.appraisals import valuing
from bank.deposits.latest import latest_deposit
from bank.figures import read_decimal
from bank.files.documents import keep
from bank.files.kinds import PDF
from bank.files.tables import Document, Visibility
from bank.money import format_yuan
from bank.rules import whole
from database.refusals import Invalid
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.reconciling import reconcile
from valuation.appraisals.refusals import NoMode
from valuation.appraisals.tables import Appraisal, MethodResult, Reconciliation, SoleGround
from web.appraisal_words import method_name
from web.clock import now, today
from web.forms import BankForm, page, submitting
from web.kept_files import KeptFileField
from web.labels import label
from web.pages import agency_case as case
from web.pages.agency_blueprint import bp, own_appraisal
from web.permissions import actor, appraiser_required
from web.refusal_texts import YUAN, refusal_text
from web.session import request_session

WAYS: Final = tuple(each for each in Reconciliation if each is not Reconciliation.SINGLE)
PERCENT_PLACES: Final = 4
"""A weight is kept in millionths."""
PPM_A_PERCENT: Final = 10_000


class ConcludeForm(BankForm):
    """How the values become one, why, and the agency's own report if it has one."""

    reconciliation = RadioField(_("How the values become one"), validate_choice=False)
    sole_ground = RadioField(
        _("Why one method suffices"), validate_choice=False,
        description=_("Two methods are the rule. Choose the ground, and explain it below."),
    )  # fmt: skip
    reason = TextAreaField(
        _("Reason for this value"),
        [Length(max=2000)],
        description=_("It stands in the report: why these methods, and why the value is this."),
    )
    report = KeptFileField(
        _("Your own report (PDF)"),
        [Optional()],
        description=_("Without one, the bank draws the report up when the appraisal is issued."),
    )
    weighed: Sequence[int] = ()
    """The numbers of the results that have a field for their weight."""

    def way(self) -> Reconciliation:
        """How the values become one; a single value stays as it is."""
        if not self.weighed:
            return Reconciliation.SINGLE
        return Reconciliation(self.reconciliation.data)

    def ground(self) -> SoleGround | None:
        """The ground for one method, if one was chosen."""
        given = str(self.sole_ground.data or "") if "sole_ground" in self else ""
        return SoleGround(given) if given in set(SoleGround) else None

    def weights_ppm(self) -> list[int] | None:
        """The weights of a weighted mean, in millionths. Refuses: as `read_decimal` does."""
        if self.way() is not Reconciliation.WEIGHTED:
            return None
        return [_millionths(self[_weight(number)]) for number in self.weighed]

    def upload(self) -> FileStorage | None:
        """The report, if one was chosen."""
        given = self.report.data
        return given if isinstance(given, FileStorage) and given.filename else None

    def add_error(self, name: str | None, text: str) -> None:
        """Put what is wrong with the weights at the first of them."""
        super().add_error(_weight(self.weighed[0]) if name == "weights" else name, text)


def _weight(number: int) -> str:
    return f"weight_{number}"


def _millionths(field: StringField) -> int:
    percent = read_decimal(
        (field.data or "").strip().rstrip("%％"), places=PERCENT_PLACES, field=field.name
    )
    return int(percent * PPM_A_PERCENT)


def conclude_form(found: Appraisal) -> ConcludeForm:
    """The form for what the draft holds: weights for several methods, a ground for too few."""
    several = found.results if len(found.results) > 1 else []
    parts: dict[str, Any] = {
        _weight(each.number): StringField(method_name(each.method), [Optional()])
        for each in several
    }
    if several:
        parts["reconciliation"] = RadioField(
            _("How the values become one"),
            [DataRequired(_("Choose how the values become one."))],
            choices=[SelectChoice(each.value, label(each)) for each in WAYS],
        )
    else:
        parts["reconciliation"] = None
    excused = valuing.excused(today())
    if len(found.results) >= whole("appraisal.methods.minimum", today()):
        parts["sole_ground"] = None
    made = type("Concluding", (ConcludeForm,), parts | {"weighed": [r.number for r in several]})
    form: ConcludeForm = made() if request.method == "POST" else made(data=_begin(found))
    if "sole_ground" in form:
        form.sole_ground.choices = [
            SelectChoice(each.value, label(each)) for each in SoleGround if each in excused
        ]
    return form


def _begin(found: Appraisal) -> dict[str, Any]:
    """What a draft that was sent back said before."""
    told: dict[str, Any] = {"reason": found.reason}
    if found.reconciliation:
        told["reconciliation"] = found.reconciliation.value
    if found.sole_ground:
        told["sole_ground"] = found.sole_ground.value
    for each in found.results:
        if each.weight_ppm is not None:
            told[_weight(each.number)] = f"{each.weight_ppm / PPM_A_PERCENT:g}"
    return told


@bp.route("/appraisals/<uuid:appraisal_id>/conclude", methods=["GET", "POST"])
@appraiser_required
def conclude(appraisal_id: UUID) -> ResponseReturnValue:
    """The values side by side; how they become one, why, and the report."""
    found = own_appraisal(appraisal_id)
    if found.stage is not Stage.DRAFT or not found.results:
        return redirect(url_for(".appraisal", appraisal_id=appraisal_id))
    form = conclude_form(found)
    if form.sent() and _concluded(form, found):
        flash(str(_("The value stands. A colleague reviews it next.")), "success")
        return redirect(url_for(".appraisal", appraisal_id=appraisal_id))
    deposit = latest_deposit(request_session(), found.asset_id)
    return page(
        "agency/conclude.html",
        form,
        appraisal=found,
        compared=case.compared(found.results),
        weights=[form[_weight(number)] for number in form.weighed],
        outcomes=_outcomes(found.results),
        split_fen=sum(each.value_fen for each in found.splits) if found.splits else None,
        needed=whole("appraisal.methods.minimum", today()),
        **case.described(found.commission, deposit),
    )


def _outcomes(results: Sequence[MethodResult]) -> dict[str, str]:
    """What each way that needs no weights would come to, by its name in the form."""
    values = [each.value_fen for each in results]
    told = {Reconciliation.WEIGHTED.value: str(_("Give each method its weight below."))}
    for way in WAYS if len(values) > 1 else ():
        if way is not Reconciliation.WEIGHTED:
            try:
                told[way.value] = str(YUAN) % {"yuan": format_yuan(reconcile(values, way))}
            except NoMode as refusal:
                told[way.value] = refusal_text(refusal)
    return told


def _concluded(form: ConcludeForm, found: Appraisal) -> bool:
    """Conclude, the report and the value or neither; or say what is against it."""
    try:
        weights_ppm = form.weights_ppm()
    except Invalid as refusal:
        form.refuse(refusal)
        return False
    with submitting(form) as session:
        valuing.conclude(
            session,
            found.id,
            reconciliation=form.way(),
            reason=form.reason.data or "",
            weights_ppm=weights_ppm,
            sole_ground=form.ground(),
            report=_report(session, form, found),
            actor=actor(),
            at=now(),
        )
    return form.accepted


def _report(session: Session, form: ConcludeForm, found: Appraisal) -> Document | None:
    upload = form.upload()
    if upload is None:
        return None
    return keep(
        session,
        name=upload.filename or "",
        content=upload.read(),
        accept=frozenset({PDF}),
        actor=actor(),
        party_id=latest_deposit(session, found.asset_id).party_id,
        at=now(),
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", today()),
        field="report",
    )
