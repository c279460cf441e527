"""Valuing by one method: which there are, its inputs, a look at the value, and keeping it."""

from typing import Any, Final
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from bank.appraisals import valuing
from bank.area import format_mu
from bank.deposits.latest import latest_deposit
from database.refusals import Refusal
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.tables import Appraisal
from valuation.methods import METHODS, Valuation, compute, get_method
from valuation.parameters.taking import Suggestion
from valuation.refusals import BadInputs
from web import parameter_words
from web.appraisal_words import method_name
from web.clock import now
from web.forms import page, submitting
from web.locale import chinese
from web.pages import agency_case as case
from web.pages.agency_blueprint import bp, own_appraisal
from web.pages.agency_forms import MOST_ROWS, ValuationForm, valuation_form
from web.permissions import actor, appraiser_required
from web.session import request_session

PREVIEW, MORE, SAVE = "preview", "more", "save"
VALUING: Final = tuple(each for each in METHODS.values() if each.purpose == "value")


@bp.get("/appraisals/<uuid:appraisal_id>/methods")
@appraiser_required
def methods(appraisal_id: UUID) -> ResponseReturnValue:
    """Which method to value it by: when each is used, and which are in the draft already."""
    found = own_appraisal(appraisal_id)
    kept = set(found.methods)
    return page(
        "agency/methods.html",
        appraisal=found,
        methods=[
            {
                "url": url_for(".value", appraisal_id=found.id, method=each.name),
                "name": method_name(each.name),
                "standard": each.standard,
                "when": each.when_to_use_zh if chinese() else each.when_to_use_en,
                "kept": each.name in kept,
            }
            for each in VALUING
        ],
        **_described(found),
    )


@bp.route("/appraisals/<uuid:appraisal_id>/methods/<method>", methods=["GET", "POST"])
@appraiser_required
def value(appraisal_id: UUID, method: str) -> ResponseReturnValue:
    """Its inputs, the value before it is kept, and keeping it with the draft.

    Three buttons: one more row, a look at the value, and keeping it.
    """
    found = own_appraisal(appraisal_id)
    if get_method(method).purpose != "value":
        abort(404)
    form = valuation_form(method, chinese=chinese(), begin={"area_mu": _area_mu(found)})
    deposit = latest_deposit(request_session(), found.asset_id)
    offered = parameter_words.suggested(method, deposit, found.valuation_date)
    step = request.form.get("step", PREVIEW)
    preview = None
    if form.is_submitted() and step == MORE:
        _add_row(form)
    elif form.sent() or form.is_submitted():  # the method itself says what is wrong with it
        given = _given(form, method, offered)
        preview = _computed(form, method, given[0]) if given else None
        if step == SAVE and given and preview and _kept(form, appraisal_id, method, *given):
            flash(str(_("The value is kept with the draft.")), "success")
            return redirect(url_for(".appraisal", appraisal_id=appraisal_id))
    return page(
        "agency/value.html",
        form,
        appraisal=found,
        method=get_method(method),
        method_name=method_name(method),
        preview=preview,
        suggestions=parameter_words.suggestions(method, offered, request.form),
        working=case.working(list(preview.working)) if preview else [],
        **_described(found),
    )


def _described(found: Appraisal) -> dict[str, Any]:
    deposit = latest_deposit(request_session(), found.asset_id)
    told = case.described(found.commission, deposit)
    return told | {"open": told["open"] and found.stage is Stage.DRAFT}


def _area_mu(found: Appraisal) -> str:
    return format_mu(found.area_dm2, 4).replace(",", "") if found.area_dm2 else ""


def _add_row(form: ValuationForm) -> None:
    for spec in form.specs:
        if spec.columns and len(form[spec.name].entries) < MOST_ROWS:
            form[spec.name].append_entry()


def _given(
    form: ValuationForm, method: str, offered: list[Suggestion]
) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """What was typed with what was taken from parameter tables, or None if those do not fit."""
    try:
        return parameter_words.taken(method, form.inputs(), request.form, offered)
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def _computed(form: ValuationForm, method: str, inputs: dict[str, Any]) -> Valuation | None:
    """The value by these inputs, or None with every problem beside its field."""
    try:
        return compute(method, inputs)
    except BadInputs as refusal:
        form.refuse(refusal)
        return None


def _kept(
    form: ValuationForm,
    appraisal_id: UUID,
    method: str,
    inputs: dict[str, Any],
    parameters: list[dict[str, Any]],
) -> bool:
    """Keep the result with the draft, or say what is against it."""
    with submitting(form) as session:
        valuing.add_method(
            session,
            appraisal_id,
            method=method,
            inputs=inputs,
            parameters=parameters,
            actor=actor(),
            at=now(),
        )
    return form.accepted
