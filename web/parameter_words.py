"""Parameter tables in the reader's language, and their figures offered on a method's form."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from bank.assets.tables import AssetKind
from bank.deposits.tables import Deposit
from bank.land.tables import Division
from valuation.methods import fields
from valuation.methods.units import UNITS_ZH
from valuation.parameters import finding, taking
from valuation.parameters.checking import VALUE
from valuation.parameters.tables import ParameterTable, ParameterVersion
from valuation.parameters.taking import Suggestion
from web.labels import label
from web.locale import chinese
from web.session import request_session

POSTED: Final = "parameter-"
"""A chosen figure is posted as `parameter-FIELD` = its place."""
TOWN_DIGITS: Final = 9


def table_name(table: ParameterTable) -> str:
    """What the table is called."""
    return table.name_zh if chinese() else table.name_en


def unit_words(table: ParameterTable) -> str:
    """The unit of the table's figures."""
    return UNITS_ZH[table.unit] if chinese() else table.unit


def heads(table: ParameterTable) -> dict[str, str]:
    """The names of the key columns, in order."""
    return {key["name"]: key["label_zh" if chinese() else "label_en"] for key in table.keys}


class RowWords:
    """Keys as people read them: a town's code with its name, a kind of asset by its name."""

    def __init__(self, session: Session) -> None:
        towns = select(Division.code, Division.name)
        self._towns: dict[str, str] = {row.code: row.name for row in session.execute(towns)}
        self._kinds = {each.value: each for each in AssetKind}

    def key(self, column: str, text: str) -> str:
        """One key."""
        if column == "town" and text in self._towns:
            return self._towns[text]
        if column == "kind" and text in self._kinds:
            return str(label(self._kinds[text]))
        return text

    def row(self, keys: Mapping[str, str]) -> str:
        """All keys of a row."""
        return " · ".join(self.key(column, text) for column, text in keys.items())


def unknown_keys(session: Session, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Towns and kinds of assets in the rows that no asset can have: each once, as written."""
    known = {
        "town": list(session.scalars(select(Division.code))),
        "kind": [each.value for each in AssetKind],
    }
    told = ((name, text) for row in rows for name, text in row["keys"].items() if name in known)
    return [
        text
        for name, text in dict.fromkeys(told)
        if not any(each.startswith(text) for each in known[name])
    ]


def listed(session: Session, on: date) -> list[dict[str, Any]]:
    """Every table with the version that holds on the day."""
    return [_listed(table, on) for table in finding.all_tables(session)]


def _listed(table: ParameterTable, on: date) -> dict[str, Any]:
    version = finding.find_version_in_force(table, on)
    return {
        "code": table.code,
        "name": table_name(table),
        "kind": str(label(table.kind)),
        "unit": unit_words(table),
        "version": version.number if version else "",
        "valid_from": version.valid_from if version else "",
        "base_date": version.base_date if version else "",
        "source": version.source if version else _("No figures yet"),
    }


def sheet(session: Session, version: ParameterVersion) -> dict[str, Any]:
    """One version as a table: its columns and rows for `ui.table`."""
    words, table = RowWords(session), version.table
    columns = [{"key": f"key_{name}", "label": text} for name, text in heads(table).items()]
    return {
        "columns": [*columns, _value_column(table)],
        "rows": [
            {f"key_{name}": words.key(name, text) for name, text in row["keys"].items()}
            | {"value": figure(Decimal(row[VALUE]), table)}
            for row in finding.ordered(version)
        ],
    }


def value_head(table: ParameterTable) -> str:
    """The name of the figures' column, with their unit."""
    unit = unit_words(table)
    return str(_("Figure (%(unit)s)", unit=unit) if unit else _("Figure"))


def _value_column(table: ParameterTable) -> dict[str, str]:
    return {"key": "value", "label": value_head(table), "kind": "number"}


def figure(value: Decimal | None, table: ParameterTable) -> str:
    """A figure as people write it: a rate or a correction in per cent."""
    if value is None:
        return "—"
    if table.unit in ("a year", "part of 1"):
        return f"{(value * 100).normalize():f}%"
    return f"{value:,f}"


HOW: Final = ("changed", "new", "gone")


def comparison(
    session: Session, table: ParameterTable, before: list[Any], after: list[Any]
) -> dict[str, Any]:
    """What a version changes against another: counts, and a table of the rows that differ."""
    words = RowWords(session)
    told = finding.changes(table.columns, before, after)
    names = {"changed": _("Changed"), "new": _("New"), "gone": _("Left out")}
    counts = {how: sum(each.how == how for each in told) for how in (*HOW, "same")}
    columns = [{"key": f"key_{name}", "label": text} for name, text in heads(table).items()]
    return {
        "counts": counts,
        "columns": [
            *columns,
            {"key": "how", "label": _("What happens")},
            {"key": "before", "label": _("Before"), "kind": "number"},
            {"key": "after", "label": _("Now"), "kind": "number"},
            {"key": "change", "label": _("Difference"), "kind": "number"},
        ],
        "rows": [
            {f"key_{name}": words.key(name, text) for name, text in each.keys.items()}
            | {
                "how": names[each.how],
                "before": figure(each.before, table),
                "after": figure(each.after, table),
                "change": "" if each.percent is None else f"{each.percent:+f}%",
            }
            for each in told
            if each.how != "same"
        ],
    }


# -- on a method's form ---------------------------------------------------------------------------


def facts_of(deposit: Deposit) -> dict[str, str]:
    """What the tables may ask of an asset: its town, its kind, and its land class."""
    asset = deposit.asset
    facts = {"kind": asset.kind.value}
    if asset.division_code:
        facts["town"] = asset.division_code[:TOWN_DIGITS]
    if asset.parcel is not None:
        facts["class"] = asset.parcel.land_class
    return facts


def suggested(method: str, deposit: Deposit, on: date) -> list[Suggestion]:
    """What the tables in force on the valuation date offer for this method and asset."""
    return taking.suggested(request_session(), method, facts=facts_of(deposit), on=on)


def suggestions(
    method: str, offered: Iterable[Suggestion], posted: MultiDict[str, str]
) -> list[dict[str, Any]]:
    """The offers by field, for `agency/_suggestions.html`; what was posted stays chosen."""
    words = RowWords(request_session())
    labels = _labels(method)
    groups: dict[str, dict[str, Any]] = {}
    for each in offered:
        name = POSTED + posted_path(each.field)
        group = groups.setdefault(
            name, {"name": name, "label": labels.get(each.field, each.field), "offers": []}
        )
        group["offers"].append(
            {
                "place": each.place,
                "value": each.value,
                "unit": unit_words(each.table),
                "row": words.row(each.row),
                "table": table_name(each.table),
                "code": each.table.code,
                "version": each.version.number,
                "base_date": each.version.base_date,
                "source": each.version.source,
                "target": each.field if "." not in each.field else "",
                "chosen": posted.get(name) == each.place,
            }
        )
    return list(groups.values())


def posted_path(field: str) -> str:
    """A field of a row is offered for the first row."""
    name, _dot, column = field.partition(".")
    return f"{name}.0.{column}" if column else name


def taken(
    method: str,
    inputs: Mapping[str, Any],
    posted: MultiDict[str, str],
    offered: list[Suggestion],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The inputs with what was chosen, and the `parameters` that `add_method` keeps.

    Refuses: ParameterUnknown, ParameterDiffers, BaseDatesMixed.
    """
    chosen = {
        name.removeprefix(POSTED): place
        for name, place in posted.items()
        if name.startswith(POSTED) and place
    }
    return taking.taken(method, inputs, chosen, offered)


def kept(method: str, parameters: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What an appraisal keeps of the tables it used, to be shown with its inputs."""
    session, labels = request_session(), _labels(method)
    words, names = RowWords(session), {t.code: t for t in finding.all_tables(session)}
    told = []
    for each in parameters:
        path = str(each["field"]).split(".")
        field = f"{path[0]}.{path[2]}" if len(path) > 2 else path[0]
        table = names.get(each["table"])
        told.append(
            {
                "field": labels.get(field, field),
                "table": table_name(table) if table else each["table"],
                "code": each["table"],
                "version": each["version"],
                "row": words.row(each["row"]),
                "value": each["value"],
                "unit": unit_words(table) if table else "",
            }
        )
    return told


def _labels(method: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for spec in fields(method):
        found[spec.name] = spec.label_zh if chinese() else spec.label_en
        for column in spec.columns:
            text = column.label_zh if chinese() else column.label_en
            found[f"{spec.name}.{column.name}"] = text
    return found
