"""`flask valuation methods` and `compute`: what there is to compute, and its working."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.valuation.methods.sound_inputs import SOUND
from tests.web.visiting import Site
from valuation.methods import METHODS, solve

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def run(site: Site, *words: str, fails: bool = False) -> str:
    done = site.app.test_cli_runner().invoke(args=["valuation", *words])
    assert done.exit_code == int(fails), done.output
    return done.output


def file_of(folder: Path, inputs: object) -> str:
    path = folder / "inputs.json"
    path.write_text(json.dumps(inputs), encoding="utf-8")
    return str(path)


def test_methods_are_listed_with_type_unit_need_and_choices(site: Site) -> None:
    told = json.loads(run(site, "methods", "--json"))["methods"]

    assert [method["name"] for method in told] == list(METHODS)
    stumpage: dict[str, Any] = next(each for each in told if each["name"] == "stumpage")
    fields = {field["name"]: field for field in stumpage["parameters"]}
    assert fields["amounts_per"]["choices"] == ["whole", "mu", "m2", "ha"]
    assert (fields["volume_m3"]["unit"], fields["volume_m3"]["required"]) == ("m3", True)
    columns = {column["name"]: column for column in fields["assortments"]["columns"]}
    assert columns["price_yuan"]["type"] == "decimal"


def test_methods_are_listed_in_words(site: Site) -> None:
    text = run(site, "methods")

    assert "faustmann  林地期望价法  Land expectation value (Faustmann)  [value, yuan]" in text
    assert "    timing (end|mid|start, default end): Overhead falls due" in text
    assert "        price_yuan (decimal, yuan/m3, required): Price" in text


def test_one_is_computed_with_its_working(site: Site, tmp_path: Path) -> None:
    path = file_of(tmp_path, SOUND["waterfall"])

    assert json.loads(run(site, "compute", "waterfall", path, "--json")) == solve(
        "waterfall", SOUND["waterfall"]
    ).model_dump(mode="json")
    text = run(site, "compute", "waterfall", path)
    assert "Catch-up: X = s·ΣP/(q−s) = 20000.00 yuan" in text
    assert text.endswith("Result: 1300000.00 yuan\n")


def test_a_refusal_names_the_parameter_and_fails(site: Site, tmp_path: Path) -> None:
    path = file_of(tmp_path, {"flows_yuan": "-100 230 -132"})

    refused = json.loads(run(site, "compute", "irr", path, "--json", fails=True))

    assert refused["code"] == "several_rates"
    assert refused["facts"]["problems"][0]["field"] == "flows_yuan"
    assert "10%, 20%" in run(site, "compute", "irr", path, fails=True)


@pytest.mark.parametrize("content", ["not JSON", "[1]"])
def test_what_is_no_json_object_is_refused(site: Site, tmp_path: Path, content: str) -> None:
    path = tmp_path / "inputs.json"
    path.write_text(content)

    assert "JSON" in run(site, "compute", "irr", str(path), fails=True)
