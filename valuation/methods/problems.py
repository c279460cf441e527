"""Owns how pydantic's errors become refusals of ours, in both languages and all fields at once."""

from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from valuation import refusals
from valuation.refusals import BadInputs, Problem

TYPED: Final[dict[str, type[BadInputs]]] = {
    each.code: each
    for each in vars(refusals).values()
    if isinstance(each, type) and issubclass(each, BadInputs)
}

WORDS: Final[dict[str, tuple[str, str]]] = {
    "missing": ("请填写此项", "this is needed"),
    "extra_forbidden": ("此方法没有这一项", "the method has no such input"),
    "literal_error": ("请从给出的选项中选择", "choose one of the options"),
    "too_long": ("项数过多", "too many entries"),
    "too_short": ("项数过少", "too few entries"),
    "string_too_long": ("文字过长", "the text is too long"),
    "string_type": ("请填写文字", "write text"),
    "tuple_type": ("请逐项填写", "give a list of entries"),
    "model_type": ("请逐项填写", "give the entries by name"),
}
OTHERWISE: Final = ("填写的内容有误", "this is not a sound input")


def refusal_for(error: ValidationError) -> BadInputs:
    """One refusal with a problem for every field at fault.

    Where there is a single problem of a sort that has its own class, the refusal is of that class.
    """
    details = error.errors(include_url=False, include_input=False)
    kind = TYPED.get(details[0]["type"], BadInputs) if len(details) == 1 else BadInputs
    return kind([_problem(each) for each in details])


def _problem(detail: ErrorDetails) -> Problem:
    field = ".".join(str(part) for part in detail["loc"])
    code = detail["type"]
    if code in TYPED:
        return TYPED[code].problem(field, **detail.get("ctx", {}))
    words = WORDS.get(code, OTHERWISE)
    return Problem(field, code if code in WORDS else "unsound", *words)
