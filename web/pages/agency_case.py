"""What an appraiser sees of a commission and of an appraisal, in her language."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from flask import url_for
from flask_babel import LazyString, lazy_gettext as _
from sqlalchemy.orm import Session

from bank import acts
from bank.appraisals.valuing import WORTH_APPRAISING
from bank.deposits.tables import Deposit
from bank.land.polygons import outline_svg_path
from bank.rules import rule
from valuation.appraisals.lifecycle import Act, Stage
from valuation.appraisals.tables import Appraisal, MethodResult
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.tables import Commission, SiteVisit
from valuation.methods import Choice, FieldSpec, fields, get_method
from valuation.methods.arithmetic import shown
from web import parameter_words
from web.appraisal_words import method_name
from web.cards import area_of, place_name
from web.clock import today
from web.labels import label
from web.locale import chinese


def described(found: Commission, deposit: Deposit) -> dict[str, Any]:
    """What is to be valued: the land and its papers, and no more of the owner than her kind."""
    parcel = deposit.asset.parcel
    return {
        "commission": found,
        "deposit": deposit,
        "outline": outline_svg_path(parcel.wkb) if parcel else None,
        "area_dm2": area_of(deposit),
        "place": place_name(deposit.asset.division),
        "files": [
            {
                "name": evidence.document.title or evidence.document.name,
                "url": url_for("documents.show", document_id=evidence.document_id),
                "kind": str(label(evidence.kind)),
                "size": evidence.document.size,
            }
            for evidence in deposit.asset.evidence
        ],
        "visits": [_visit(each) for each in found.visits if each.asset_id == deposit.asset_id],
        "open": found.stage is CommissionStage.ENGAGED and deposit.stage in WORTH_APPRAISING,
        "validity": rule("appraisal.validity.days", today()),
    }


def _visit(found: SiteVisit) -> dict[str, Any]:
    """One visit, with its photos as files to open."""
    return {
        "on": found.visited_on,
        "present": found.present,
        "findings": found.findings,
        "photos": [
            {
                "url": url_for("documents.show", document_id=each.document_id),
                "small": url_for("documents.preview", document_id=each.document_id, size="small"),
                "number": each.number,
            }
            for each in found.photos
        ],
    }


def result(found: MethodResult) -> dict[str, Any]:
    """One method's value with what it came from, to be shown folded."""
    return {
        "number": found.number,
        "name": method_name(found.method),
        "standard": get_method(found.method).standard,
        "value_fen": found.value_fen,
        "inputs": inputs(found),
        "working": working(found.working),
        "parameters": parameter_words.kept(found.method, found.parameters),
    }


def compared(results: Sequence[MethodResult]) -> dict[str, Any]:
    """The values side by side: each against their mean, and the highest against the lowest."""
    values = [each.value_fen for each in results]
    mean = Fraction(sum(values), len(values) or 1)
    weighted = any(each.weight_ppm is not None for each in results)
    return {
        "rows": [
            {
                "method": method_name(each.method),
                "value": each.value_fen,
                "against_mean": _percent(each.value_fen / mean - 1, "+.1f") if mean else "",
                "weight": _percent(Fraction(each.weight_ppm or 0, 1_000_000), ".4g"),
            }
            for each in results
        ],
        "weighted": weighted,
        "spread": _percent(Fraction(max(values), min(values)) - 1, ".1f")
        if len(values) > 1 and min(values) > 0
        else None,
    }


def _percent(share: Fraction, how: str) -> str:
    return f"{float(share * 100):{how}} %"


STORY: Final[dict[Act, LazyString]] = {
    Act.DRAFT: _("Draft begun"),
    Act.CONCLUDE: _("Value and reason stated"),
    Act.SEND_BACK: _("Sent back to be mended"),
    Act.REVIEW: _("Reviewed by a colleague and found sound"),
    Act.SIGN: _("Signed by the first appraiser"),
    Act.ISSUE: _("Signed by the second appraiser and issued"),
    Act.SUPERSEDE: _("A newer appraisal takes its place"),
    Act.SET_ASIDE: _("Set aside after a review of differing values"),
    Act.WITHDRAW: _("Put aside"),
}
COMING: Final = (
    (Stage.DRAFT, _("Value it by its methods, and state the value with its reason")),
    (Stage.CONCLUDED, _("A colleague who did not draft it reviews it")),
    (Stage.REVIEWED, _("A first appraiser signs")),
    (Stage.SIGNED, _("A second appraiser signs, and it is issued")),
)
STOPPED: Final = frozenset({Act.SEND_BACK, Act.SUPERSEDE, Act.SET_ASIDE, Act.WITHDRAW})


def story(session: Session, found: Appraisal) -> list[dict[str, Any]]:
    """Who drafted, concluded, reviewed and signed it, and what comes next."""
    steps: list[dict[str, Any]] = [
        {
            "title": STORY[Act(row.act)],
            "state": "stopped" if row.act in STOPPED else "done",
            "on": row.at,
            "by": row.actor.name if row.actor else None,
            "text": row.reason or None,
        }
        for row in acts.history(session, found)
    ]
    stages = [stage for stage, _title in COMING]
    if found.stage in stages:
        place = stages.index(found.stage)
        steps += [
            {"title": title, "state": "ahead" if number else "now"}
            for number, (_stage, title) in enumerate(COMING[place:])
        ]
    return steps


def working(steps: list[Any]) -> list[dict[str, str]]:
    """The lines of a working in the reader's language; kept ones are mappings, fresh ones not."""
    in_chinese = chinese()
    rows: list[dict[str, str]] = []
    for step in steps:
        line = step if isinstance(step, dict) else step.model_dump(mode="json")
        unit = line["unit_zh"] if in_chinese else line["unit"]
        rows.append(
            {
                "name": line["name_zh" if in_chinese else "name_en"],
                "formula": line["formula"],
                "figure": line["figure"],
                "unit": unit,
            }
        )
    return rows


def inputs(found: MethodResult) -> list[dict[str, Any]]:
    """The inputs with the names and units that their form had; comparables row by row."""
    rows: list[dict[str, Any]] = []
    for spec in fields(found.method):
        given = found.inputs.get(spec.name)
        if spec.columns:
            for number, row in enumerate(given or (), start=1):
                told = [_input(column, row.get(column.name)) for column in spec.columns]
                text = "；".join(
                    f"{each['label']} {each['value']}" for each in told if each["value"]
                )
                rows.append({"label": f"{_label(spec)} {number}", "value": text})
        elif given not in (None, "", []):
            rows.append(_input(spec, given))
    return rows


def _label(spec: FieldSpec | Choice) -> str:
    return str(spec.label_zh if chinese() else spec.label_en)


def _input(spec: FieldSpec, given: Any) -> dict[str, Any]:
    unit = spec.unit_zh if chinese() else spec.unit_en
    for choice in spec.choices:
        if choice.value == given:
            given = _label(choice)
    numbers = spec.kind in ("decimal", "integer", "list")
    items = given if isinstance(given, list) else [given]
    text = "、".join(_figure(item) if numbers else str(item) for item in items if item is not None)
    return {"label": _label(spec), "value": f"{text} {unit}".strip() if text else ""}


def _figure(item: Any) -> str:
    """A number as people write it, not with all the digits that the computation keeps."""
    return shown(Decimal(str(item)))
