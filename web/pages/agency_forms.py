"""The form of a valuation method, made from the method's own description of its fields."""

from typing import Any, Final

from flask import request
from flask_babel import lazy_gettext as _
from wtforms import Field, FieldList, Form, FormField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import Optional

from valuation.methods import FieldSpec, fields
from web.forms import BankForm

DAYS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
ROWS: Final = 3
"""How many comparables a form begins with; of other rows it begins with one. More can be added."""
MOST_ROWS: Final = 100
NO_HINT: Final = {"hint_zh": "", "hint_en": ""}
"""A row's fields stand side by side; what their hints say is said once, above the rows."""


class ValuationForm(BankForm):
    """What a method asks, field by field."""

    specs: tuple[FieldSpec, ...] = ()

    def inputs(self) -> dict[str, Any]:
        """What was typed, as the method takes it; rows at the end that nobody touched are left."""
        found: dict[str, Any] = {}
        for spec in self.specs:
            given = self._fields[spec.name].data
            found[spec.name] = _touched(given, spec) if spec.columns else given
        return found

    def add_error(self, name: str | None, text: str) -> None:
        """Put an error beside its field, also by a path such as `comparables.0.price_yuan`."""
        field = self._at((name or "").split("."))
        if field is None or isinstance(field, FieldList | FormField):
            super().add_error(None, text)
            return
        field.errors = [*field.errors, text]
        top = self._fields[(name or "").split(".")[0]]
        if isinstance(top, FieldList):  # as its own validation leaves it: what each entry says
            top.errors = [entry.errors for entry in top.entries]

    def _at(self, path: list[str]) -> Field | None:
        field: Any = self._fields.get(path[0])
        for part in path[1:]:
            if isinstance(field, FieldList) and part.isdigit() and int(part) < len(field.entries):
                field = field.entries[int(part)]
            elif isinstance(field, FormField) and part in field.form:
                field = field.form[part]
        return field  # type: ignore[no-any-return]  # WTForms' fields are untyped here

    @staticmethod
    def row_hints(spec: FieldSpec, *, chinese: bool) -> list[tuple[str, str]]:
        """Each hint of a row's fields once, with the names of the fields it is about."""
        found: dict[str, list[str]] = {}
        for column in spec.columns:
            if hint := column.hint_zh if chinese else column.hint_en:
                name = column.label_zh if chinese else column.label_en
                found.setdefault(hint, []).append(name)
        return [(("、" if chinese else ", ").join(names), hint) for hint, names in found.items()]

    def problem_count(self) -> int:
        """How many errors are shown, wherever they stand."""
        return len(self.form_errors) + sum(_count(field) for field in self)


def _count(field: Any) -> int:
    if isinstance(field, FieldList):
        return sum(_count(entry) for entry in field.entries)
    if isinstance(field, FormField):
        return sum(_count(part) for part in field.form)
    return len(field.errors)


def _touched(rows: list[dict[str, Any]], spec: FieldSpec) -> list[dict[str, Any]]:
    """The rows without those at the end that hold nothing but what the form began with."""
    begins = {column.name: column.default or "" for column in spec.columns}
    rows = [{name: row.get(name) or "" for name in begins} for row in rows]
    while rows and all(rows[-1][name].strip() in ("", begins[name]) for name in begins):
        rows.pop()
    return rows


def valuation_form(method: str, *, chinese: bool, begin: dict[str, Any]) -> ValuationForm:
    """The form of that method; `begin` are the values that it starts with.

    Refuses: UnknownMethod.
    """
    specs = tuple(fields(method))
    parts = {spec.name: _field(spec, chinese=chinese) for spec in specs}
    made = type("MethodForm", (ValuationForm,), {**parts, "specs": specs})
    if request.method == "POST":
        return made()  # type: ignore[no-any-return]  # a class made here
    return made(formdata=None, data=begin)  # type: ignore[no-any-return]  # as above


def _field(spec: FieldSpec, *, chinese: bool) -> Any:
    label = spec.label_zh if chinese else spec.label_en
    told: dict[str, Any] = {
        "description": spec.hint_zh if chinese else spec.hint_en,
        "default": spec.default or "",
    }
    if not spec.required and spec.default is None:
        told["validators"] = [Optional()]
    if spec.columns:
        columns = [column.model_copy(update=NO_HINT) for column in spec.columns]
        row = type("Row", (Form,), {c.name: _field(c, chinese=chinese) for c in columns})
        rows = ROWS if spec.kind == "comparables" else 1
        return FieldList(FormField(row), label, min_entries=rows, max_entries=MOST_ROWS)
    if spec.kind == "choice":
        choices = [
            SelectChoice(c.value, c.label_zh if chinese else c.label_en) for c in spec.choices
        ]
        if spec.default is None:
            choices.insert(0, SelectChoice("", _("Choose…")))
        return SelectField(label, choices=choices, validate_choice=False, **told)
    return StringField(label, **told)
