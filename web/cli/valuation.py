"""`flask valuation`: the methods, and computing one from a file."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from valuation.methods import METHODS, FieldSpec, Method, Step, fields as fields_of, solve
from web.cli.output import banking, say

group = click.Group("valuation", help="Valuation methods.")


@group.command()
@with_appcontext
@banking
def methods(as_json: bool) -> None:
    """List the methods with their parameters: type, unit, whether required, choices, meaning."""
    lines = [line for method in METHODS.values() for line in _method_lines(method)]
    found = [_method(method) for method in METHODS.values()]
    say({"methods": found}, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("name")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@banking
def compute(name: str, path: Path, as_json: bool) -> None:
    """Compute one valuation from a JSON file, with its working."""
    try:
        inputs = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise click.ClickException(f"{path} is not JSON: {fault}") from fault
    if not isinstance(inputs, dict):
        raise click.ClickException(f"{path} holds no JSON object")
    result = solve(name, inputs)
    lines = [_step_line(step) for step in result.working]
    lines += [f"  {_step_line(part)}" for part in result.parts]
    lines.append(f"Result: {result.figure} {result.unit}".rstrip())
    say(result.model_dump(mode="json"), "\n".join(lines), as_json=as_json)


def _step_line(step: Step) -> str:
    named = f"{step.name_en}: {step.formula} =" if step.formula else f"{step.name_en}:"
    return f"{named} {step.figure} {step.unit}".rstrip()


def _method(method: Method[Any]) -> dict[str, Any]:
    return {
        "name": method.name,
        "name_zh": method.name_zh,
        "name_en": method.name_en,
        "purpose": method.purpose,
        "unit": method.unit,
        "standard": method.standard,
        "parameters": [_field(field) for field in fields_of(method.name)],
    }


def _field(field: FieldSpec) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": field.name,
        "type": field.kind,
        "unit": field.unit_en,
        "required": field.required,
        "default": field.default,
        "label_zh": field.label_zh,
        "label": field.label_en,
    }
    if field.choices:
        told["choices"] = [choice.value for choice in field.choices]
    if field.columns:
        told["columns"] = [_field(column) for column in field.columns]
    return told


def _method_lines(method: Method[Any]) -> Iterator[str]:
    gives = method.unit or "a number"
    yield f"{method.name}  {method.name_zh}  {method.name_en}  [{method.purpose}, {gives}]"
    for field in fields_of(method.name):
        yield from _field_lines(_field(field), "    ")


def _field_lines(field: Mapping[str, Any], indent: str) -> Iterator[str]:
    need = "required" if field["required"] else "optional"
    if field["default"]:
        need = f"default {field['default']}"
    kind = "|".join(field["choices"]) if "choices" in field else field["type"]
    told = ", ".join(part for part in (kind, field["unit"], need) if part)
    yield f"{indent}{field['name']} ({told}): {field['label']}"
    for column in field.get("columns", ()):
        yield from _field_lines(column, indent + "    ")
