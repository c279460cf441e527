"""`flask valuation`: the methods, computing one from a file, and recomputing what was appraised."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from valuation.appraisals.appraising import get_numbered
from valuation.appraisals.recomputing import (
    Difference,
    Recomputed,
    recompute as computed_anew,
    recompute_all,
)
from valuation.methods import METHODS, FieldSpec, Method, Step, fields as fields_of, solve
from valuation.methods.arithmetic import shown_fen
from valuation.sensitivity import Point, sensitivity as vary
from web.cli import parameters
from web.cli.output import banking, say
from web.session import request_session

group = click.Group("valuation", help="Valuation methods, parameter tables, many at once.")
group.add_command(parameters.group)
group.add_command(parameters.mass)


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
    inputs = _inputs(path)
    result = solve(name, inputs)
    lines = [_step_line(step) for step in result.working]
    lines += [f"  {_step_line(part)}" for part in result.parts]
    lines.append(f"Result: {result.figure} {result.unit}".rstrip())
    say(result.model_dump(mode="json"), "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("name")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
@banking
def sensitivity(name: str, path: Path, as_json: bool) -> None:
    """Vary the rate, the prices and the term of one valuation, each alone."""
    found = vary(name, _inputs(path))
    lines = [f"Value: {shown_fen(found.value_fen)} yuan"]
    for line in found.lines:
        lines.append(f"{line.driver}: {line.label_en}")
        lines += [_point_line(point) for point in line.points]
    say(found.model_dump(mode="json"), "\n".join(lines), as_json=as_json)


def _point_line(point: Point) -> str:
    head = f"    {point.percent:+4d} %  {point.given:>12}"
    if point.value_fen is None or point.change_ppm is None:
        return f"{head}  {point.refused.message_en if point.refused else ''}"
    return f"{head}  {shown_fen(point.value_fen):>18}  {point.change_ppm / 10_000:+.2f} %"


def _inputs(path: Path) -> dict[str, Any]:
    try:
        inputs = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise click.ClickException(f"{path} is not JSON: {fault}") from fault
    if not isinstance(inputs, dict):
        raise click.ClickException(f"{path} holds no JSON object")
    return inputs


@group.command()
@click.argument("number", required=False)
@click.option("--all", "every", is_flag=True, help="Every appraisal that has a value.")
@with_appcontext
@banking
def recompute(number: str | None, every: bool, as_json: bool) -> None:
    """Recompute an appraisal, or all, from the stored inputs; a difference is a failure."""
    if (number is None) is not every:
        raise click.UsageError("give a NUMBER, or --all")
    session = request_session()
    found: Iterable[Recomputed] = (
        [computed_anew(get_numbered(session, number))] if number else recompute_all(session)
    )
    count, differing = 0, []
    for each in found:
        count += 1
        if not each.matches:
            differing.append(each)
    lines = [line for each in differing for line in _differing_lines(each)]
    lines.append(f"{count} recomputed, {len(differing)} differ")
    told = {"recomputed": count, "differing": [asdict(each) for each in differing]}
    say(told, "\n".join(lines), as_json=as_json)
    sys.exit(1 if differing else 0)


def _differing_lines(found: Recomputed) -> Iterator[str]:
    yield found.number
    for each in found.differences:
        yield f"    {_differing_line(each)}"


def _differing_line(found: Difference) -> str:
    where = found.method or "all methods"
    return f"{where}, {found.part}: stored {found.stored}, computed {found.computed}"


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
