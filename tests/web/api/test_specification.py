"""The API's specification is valid, its page shows all of it, and answers keep to it."""

import json
import re

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from tests.web.api.conftest import read
from tests.web.api.test_public_answers import public_paths


def templated(rule: str) -> str:
    """A route as the specification writes it."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


@pytest.fixture
def specification(visitor):
    return visitor.get("/api/openapi.json").json


def test_the_specification_is_valid_openapi_3_1(specification):
    assert specification["openapi"].startswith("3.1")
    validate(specification)


def test_every_route_is_specified(county, specification):
    served = {
        templated(rule.rule)
        for rule in county.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }

    assert set(specification["paths"]) == served


def test_every_operation_says_what_it_does(specification):
    for path, item in specification["paths"].items():
        for method in ("get", "post"):
            if method in item:
                assert item[method]["summary"], path
                assert item[method]["tags"][0] in {t["name"] for t in specification["tags"]}, path


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_the_page_shows_every_operation_and_schema(county, specification, language):
    page = county.visitor(language=language).get("/api/docs").text

    assert [path for path in specification["paths"] if path not in page] == []
    for name in specification["components"]["schemas"]:
        assert f'id="{name}"' in page
    assert "https://" not in page.partition("<main")[2]
    assert "<script>" not in page


def test_the_root_leads_to_the_page(visitor):
    assert visitor.get("/api/").location == "/api/docs"


def test_answers_are_what_the_specification_says(county, visitor, owner, specification):
    adapter = county.app.url_map.bind("localhost")
    text = re.compile(r"/(key|checkpoint|checkpoints/\d+)$")
    paths = [path for path in public_paths(county, visitor) if not text.search(path)]
    for path in [*paths, "/me", "/me/deposits", "/me/accounts"]:
        endpoint = adapter.match(f"/api/v1{path.partition('?')[0]}")[0]
        rule = next(county.app.url_map.iter_rules(endpoint)).rule
        rule = templated(rule)
        answer = specification["paths"][rule]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        validator = OAS31Validator(schema | {"components": specification["components"]})
        problems = [error.message for error in validator.iter_errors(read(owner, path))]
        assert problems == [], (path, json.dumps(schema))
