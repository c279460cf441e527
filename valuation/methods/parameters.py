"""Owns what a parameter model is, and the field specifications that a web form is made from."""

from collections.abc import Mapping
from typing import Any, Final, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from valuation.methods.units import UNITS_ZH, Unit

Kind = Literal["decimal", "integer", "text", "date", "choice", "list", "comparables", "rows"]
WITH_ROWS: Final[tuple[Kind, ...]] = ("comparables", "rows")
"""The kinds of field that hold rows, each with fields of its own."""
LONGEST_LABEL: Final = 200


class Parameters(BaseModel):
    """The checked, frozen inputs of one method; a field it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(BaseModel, frozen=True):
    """One option of a choice field."""

    value: str
    label_zh: str
    label_en: str


class FieldSpec(BaseModel, frozen=True):
    """One field of a method's form; `columns` are the fields of each row, where it holds rows.

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


def asked(
    zh: str,
    en: str,
    description: str,
    *,
    default: object = PydanticUndefined,
    most: int | None = None,
    **words: Any,
) -> Any:
    """A parameter with its words (see `labelled`); required unless it has a default.

    `most` is how long a text or a list may be.
    """
    return Field(
        default=default,
        max_length=most,
        description=description,
        json_schema_extra=labelled(zh, en, **words),
    )


def name_of_row(zh: str, en: str, description: str) -> Any:
    """The text by which a row is known in the working."""
    return asked(zh, en, description, default="", most=LONGEST_LABEL, kind="text")


def fields_of(model: type[BaseModel]) -> list[FieldSpec]:
    """The field specifications of a parameter model, in the order of the model."""
    return [_spec(name, field) for name, field in model.model_fields.items()]


def _spec(name: str, field: FieldInfo) -> FieldSpec:
    words = cast(dict[str, Any], field.json_schema_extra)
    return FieldSpec(
        name=name,
        required=field.is_required(),
        default=_default_text(field),
        columns=tuple(fields_of(_row_model(field))) if words["kind"] in WITH_ROWS else (),
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
