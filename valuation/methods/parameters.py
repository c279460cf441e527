"""Owns what a parameter model is, and the field specifications that a web form is made from."""

from collections.abc import Mapping
from typing import Any, Final, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

Kind = Literal["decimal", "integer", "text", "choice", "list", "comparables"]


class Parameters(BaseModel):
    """The checked, frozen inputs of one method; a field it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(BaseModel, frozen=True):
    """One option of a choice field."""

    value: str
    label_zh: str
    label_en: str


class FieldSpec(BaseModel, frozen=True):
    """One field of a method's form; `columns` are the fields of each row of a `comparables` field.

    `default` is the text a form starts with; None means that it starts empty.
    """

    name: str
    label_zh: str
    label_en: str
    unit_zh: str
    unit_en: str
    kind: Kind
    required: bool
    default: str | None
    hint_zh: str
    hint_en: str
    choices: tuple[Choice, ...] = ()
    columns: tuple["FieldSpec", ...] = ()


Unit = Literal["", "yuan", "yuan/year", "years", "a year", "part of 1", "mu"]
UNITS_ZH: Final[Mapping[Unit, str]] = {
    "": "",
    "yuan": "元",
    "yuan/year": "元/年",
    "years": "年",
    "a year": "每年",
    "part of 1": "比例",
    "mu": "亩",
}


def labelled(
    zh: str,
    en: str,
    *,
    unit: Unit = "",
    kind: Kind = "decimal",
    hint_zh: str = "",
    hint_en: str = "",
    choices: Mapping[str, tuple[str, str]] | None = None,
) -> JsonDict:
    """The `json_schema_extra` of a parameter: its words in both languages, unit and kind."""
    return {
        "label_zh": zh,
        "label_en": en,
        "unit_zh": UNITS_ZH[unit],
        "unit_en": unit,
        "kind": kind,
        "hint_zh": hint_zh,
        "hint_en": hint_en,
        "choices": [
            {"value": value, "label_zh": words[0], "label_en": words[1]}
            for value, words in (choices or {}).items()
        ],
    }


def fields_of(model: type[BaseModel]) -> list[FieldSpec]:
    """The field specifications of a parameter model, in the order of the model."""
    return [_spec(name, field) for name, field in model.model_fields.items()]


def _spec(name: str, field: FieldInfo) -> FieldSpec:
    words = cast(dict[str, Any], field.json_schema_extra)
    return FieldSpec(
        name=name,
        required=field.is_required(),
        default=_default_text(field),
        columns=tuple(fields_of(_row_model(field))) if words["kind"] == "comparables" else (),
        **words,
    )


def _default_text(field: FieldInfo) -> str | None:
    if field.is_required() or field.default is None:
        return None
    if isinstance(field.default, tuple):
        return ", ".join(str(item) for item in field.default)
    return str(field.default)


def _row_model(field: FieldInfo) -> type[BaseModel]:
    return cast(type[BaseModel], get_args(field.annotation)[0])
