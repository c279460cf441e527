"""Errors have one shape, whatever went wrong; and who asks too often waits."""

import pytest

from tests.web.api.conftest import County, settings_for
from web.api.blueprint import RATE
from web.app import create_app
from web.limits import limiter


@pytest.mark.parametrize(
    ("path", "status", "code", "field"),
    [
        ("/catalogue?kind=castle", 422, "invalid_request", "kind"),
        ("/catalogue?colour=green", 422, "invalid_request", "colour"),
        ("/catalogue?page=0", 422, "invalid_request", "page"),
        ("/catalogue?page=" + "9" * 30, 422, "invalid_request", "page"),
        ("/catalogue?area_from_dm2=2&area_to_dm2=1", 422, "invalid_request", "area_to_dm2"),
        ("/catalogue?area_from_dm2=-1", 422, "invalid_request", "area_from_dm2"),
        ("/catalogue?town=%25", 422, "invalid_request", "town"),
        ("/notices?list=plans", 422, "invalid_request", "list"),
        ("/rules?on=tomorrow", 422, "invalid_request", "on"),
        ("/ledger/transfers?limit=101", 422, "invalid_request", "limit"),
        ("/deposits/D-1999-000001", 404, "no_such_record", None),
        ("/nothing", 404, "http_404", None),
        ("/ledger/transfers/1", 404, "http_404", None),
    ],
)
def test_an_error_says_what_and_where(visitor, path, status, code, field):
    answer = visitor.get(f"/api/v1{path}")

    assert answer.status_code == status
    assert set(answer.json) == {"code", "message", "field", "facts"}
    assert (answer.json["code"], answer.json["field"]) == (code, field)
    assert answer.json["message"]


def test_json_that_cannot_be_read_is_an_error_of_that_shape(visitor):
    answer = visitor.post("/api/v1/valuations/income", data="{", content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (400, "http_400")


def test_a_method_that_is_not_offered(visitor):
    assert visitor.delete("/api/v1/rules").status_code in (400, 405)


def test_a_refusal_speaks_the_readers_language(county: County):
    path = "/api/v1/deposits/D-1999-000001"
    chinese = county.visitor(language="zh_Hans_CN").get(path).get_json()
    english = county.visitor(language="en").get(path).get_json()

    assert chinese["code"] == english["code"]
    assert chinese["message"] != english["message"]


def test_who_asks_too_often_waits(county: County):
    app = create_app(settings_for(county.bank, rate_limits=True))
    limiter.reset()
    client = app.test_client()
    allowed = int(RATE.split()[0])
    answers = [client.get("/api/v1/rules?on=x").status_code for _ in range(allowed + 1)]
    limiter.reset()
    app.extensions["banks"].default.engine.dispose()

    assert answers == [422] * allowed + [429]
