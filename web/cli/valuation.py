"""`flask valuation`: the methods, and computing one from a file."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from bank.money import format_yuan
from valuation.methods import METHODS, compute as compute_value, fields as fields_of
from web.cli.output import banking, say

group = click.Group("valuation", help="Valuation methods.")


@group.command()
@with_appcontext
@banking
def methods(as_json: bool) -> None:
    """List the methods with their parameters."""
    found = [
        {
            "name": name,
            "name_zh": method.name_zh,
            "name_en": method.name_en,
            "parameters": [
                {"name": field.name, "label": field.label_en, "required": field.required}
                for field in fields_of(name)
            ],
        }
        for name, method in METHODS.items()
    ]
    lines = []
    for method in found:
        lines.append(f"{method['name']}  {method['name_zh']}  {method['name_en']}")
        lines += [
            f"    {field.name}{'' if field.required else ' (optional)'}: {field.label_en}"
            for field in fields_of(str(method["name"]))
        ]
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
    valuation = compute_value(name, inputs)
    lines = [
        f"{step.name_en}: {step.formula} = {step.figure} {step.unit}".rstrip()
        for step in valuation.working
    ]
    lines.append(f"Value: {format_yuan(valuation.value_fen)} yuan")
    say(valuation.model_dump(mode="json"), "\n".join(lines), as_json=as_json)
