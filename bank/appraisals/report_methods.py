"""A report's methods: inputs, rows such as comparables, working, and which tables were read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from valuation.appraisals.tables import MethodResult
from valuation.methods import FieldSpec, fields, get_method
from valuation.methods.arithmetic import shown
from valuation.parameters.tables import ParameterTable, ParameterVersion
from valuation.reports.facts import MethodFacts, Table
from valuation.reports.figures import grouped

PLAIN: Final = ("text", "date", "choice")
"""Kinds of input that are no figures."""
PARTS: Final = ("a year", "a period", "part of 1")
"""Units that the report writes in per cent."""


def method_facts(result: MethodResult) -> MethodFacts:
    """What the report says of one method."""
    method = get_method(result.method)
    specs = fields(result.method)
    inputs = [
        (spec.label_zh, told)
        for spec in specs
        if not spec.columns and (told := _told(spec, result.inputs.get(spec.name)))
    ]
    return MethodFacts(
        name=method.name_zh,
        standard=method.standard,
        why=f"该方法适用于{method.when_to_use_zh}",
        inputs=Table(("参数", "取值"), tuple(inputs), (2, 3)),
        tables=tuple(
            (spec.label_zh, _rows(spec, result.inputs[spec.name]))
            for spec in specs
            if spec.columns and result.inputs.get(spec.name)
        ),
        working=_working(result.working),
        value_fen=result.value_fen,
        weight_ppm=result.weight_ppm,
    )


def _working(steps: Sequence[Mapping[str, Any]]) -> Table:
    rows = tuple(
        (step["name_zh"], step["formula"], grouped(step["figure"]), step["unit_zh"])
        for step in steps
    )
    return Table(("步骤", "算式", "结果", "单位"), rows, (4.8, 4.6, 3, 1.8), (2,))


def _rows(spec: FieldSpec, given: Sequence[Mapping[str, Any]]) -> Table:
    """Rows under a head for each column that some row fills; numbered."""
    columns = [each for each in spec.columns if any(row.get(each.name) for row in given)]
    rows = tuple(
        (str(place), *(_value(column, row.get(column.name)) for column in columns))
        for place, row in enumerate(given, start=1)
    )
    heads = ("序号", *(_head(column) for column in columns))
    widths = (0.8, *(3.0 if column.kind == "text" else 1.5 for column in columns))
    right = tuple(
        place for place, column in enumerate(columns, start=1) if column.kind not in PLAIN
    )
    return Table(heads, rows, widths, right)


def _head(column: FieldSpec) -> str:
    unit = "" if column.unit_en in PARTS else column.unit_zh
    return f"{column.label_zh}（{unit}）" if unit else column.label_zh


def _told(spec: FieldSpec, given: Any) -> str:
    text, unit = _value(spec, given), "" if spec.unit_en in PARTS else spec.unit_zh
    return f"{text} {unit}".strip() if text else ""


def _value(spec: FieldSpec, given: Any) -> str:
    for choice in spec.choices:
        if choice.value == given:
            return choice.label_zh
    items = given if isinstance(given, list) else [given]
    figures = spec.kind not in PLAIN
    per_cent = spec.unit_en in PARTS
    return "、".join(
        _figure(each, per_cent=per_cent) if figures else str(each)
        for each in items
        if each not in (None, "")
    )


def _figure(given: Any, *, per_cent: bool) -> str:
    """A number as people write it, not with all the digits that the computation keeps."""
    try:
        number = Decimal(str(given))
    except InvalidOperation:
        return str(given)
    return f"{shown(number * 100)}%" if per_cent else grouped(shown(number))


def parameters_table(session: Session, results: Sequence[MethodResult]) -> Table | None:
    """The county's tables that inputs were taken from: version, source, base date; or none."""
    used = [(result, each) for result in results for each in result.parameters]
    if not used:
        return None
    known = _versions(session, {str(each.get("table")) for _result, each in used})
    rows = []
    for result, each in used:
        code, number = str(each.get("table")), each.get("version")
        table, version = known.get((code, number), (None, None))
        rows.append(
            (
                _field(result, str(each.get("field"))),
                f"{table.name_zh if table else code} 第{number}版",
                f"{_row(each.get('row'))} {each.get('value', '')}".strip(),
                version.source if version else "—",
                version.base_date.isoformat() if version else "—",
            )
        )
    heads = ("参数", "参数表及版本", "取值", "来源", "价格基准日")
    return Table(heads, tuple(dict.fromkeys(rows)), (2.2, 3, 2.6, 3, 1.8))


def _versions(
    session: Session, codes: set[str]
) -> dict[tuple[str, Any], tuple[ParameterTable, ParameterVersion]]:
    found = session.execute(
        select(ParameterTable, ParameterVersion)
        .join(ParameterVersion, ParameterVersion.table_id == ParameterTable.id)
        .where(ParameterTable.code.in_(codes))
    )
    return {(table.code, version.number): (table, version) for table, version in found}


def _field(result: MethodResult, name: str) -> str:
    method = get_method(result.method).name_zh
    first = name.split(".")[0]
    label = next((each.label_zh for each in fields(result.method) if each.name == first), name)
    return f"{method}：{label}"


def _row(row: Any) -> str:
    return "、".join(str(each) for each in row.values()) if isinstance(row, Mapping) else str(row)
