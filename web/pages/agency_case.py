"""What an appraiser sees of a commission and of an appraisal, in her language."""

from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import get_locale

from bank.deposits.appraising import WORTH_APPRAISING
from bank.deposits.tables import Deposit
from bank.land.polygons import outline_svg_path
from bank.rules import rule
from valuation.appraisals.lifecycle import CommissionStage
from valuation.appraisals.tables import Appraisal, Commission
from valuation.methods import METHODS, Choice, FieldSpec, fields, get_method
from valuation.methods.arithmetic import shown
from web.cards import area_of, place_name
from web.clock import today
from web.labels import label


def chinese() -> bool:
    """Whether the reader reads Chinese: methods carry their words in both languages."""
    return str(get_locale()).startswith("zh")


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
        "methods": [
            {
                "url": url_for("agency.commission", commission_id=found.id, method=each.name),
                "name": method_name(each.name),
                "standard": each.standard,
                "when": each.when_to_use_zh if chinese() else each.when_to_use_en,
            }
            for each in METHODS.values()
            if each.purpose == "value"
        ],
        "open": found.stage is CommissionStage.ENGAGED and deposit.stage in WORTH_APPRAISING,
        "validity": rule("appraisal.validity.days", today()),
    }


def method_name(method: str) -> str:
    """What the method is called."""
    found = get_method(method)
    return found.name_zh if chinese() else found.name_en


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


def inputs(found: Appraisal) -> list[dict[str, Any]]:
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
