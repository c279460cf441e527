"""What tables offer for a method's inputs, and what an appraisal keeps of it."""

from datetime import timedelta

import pytest

from tests.valuation.parameters.conftest import FIRST, rows_of
from valuation import methods
from valuation.parameters.refusals import BaseDatesMixed, ParameterDiffers, ParameterUnknown
from valuation.parameters.taking import suggested, taken

BENCHMARK = {"amounts_per": "m2", "area_mu": "3", "benchmark_yuan": ""}
FACTS = {"town": "330523106", "class": "0601", "kind": "construction_land"}


@pytest.fixture
def prices(add):
    def enter(code="benchmark_land_price", **told):
        rows = rows_of(
            ("330523106", "05", "300"), ("330523106", "06", "192"), ("330523107", "06", "168"),
            names=("town", "class"),
        )  # fmt: skip
        return add(code, **{"rows": rows} | told)

    return enter


def test_the_row_of_the_town_and_the_class_is_offered(session, prices):
    prices()

    (found,) = suggested(session, "benchmark", facts=FACTS, on=FIRST)

    assert (found.field, found.value, dict(found.row)) == (
        "benchmark_yuan", "192", {"town": "330523106", "class": "06"},
    )  # fmt: skip
    assert suggested(session, "benchmark", facts=FACTS, on=FIRST - timedelta(days=1)) == []
    assert suggested(session, "comparison", facts=FACTS, on=FIRST) == []


def test_without_a_fact_every_row_is_offered(session, prices):
    prices()

    assert len(suggested(session, "benchmark", facts={"town": "330523106"}, on=FIRST)) == 2


def test_rows_that_make_up_a_list_are_offered_together_in_their_order(session, add):
    rows = [
        {"keys": {"species": "毛竹", "year": str(year)}, "value": str(cost)}
        for year, cost in ((10, 90), (2, 260), (1, 820))
    ]
    add("woodland_cost", rows=rows)

    (found,) = suggested(session, "replacement", facts=FACTS, on=FIRST)
    filled, kept = taken(
        "replacement", {"costs_yuan": "820 260 90"}, {"costs_yuan": found.place}, [found]
    )

    assert found.value == "820, 260, 90"
    assert filled == {"costs_yuan": "820 260 90"}
    assert kept[0]["row"] == {"species": "毛竹"}
    with pytest.raises(ParameterDiffers):
        taken("replacement", {"costs_yuan": "820"}, {"costs_yuan": found.place}, [found])


def test_what_was_chosen_fills_an_empty_field_and_is_kept_with_its_version(session, prices):
    prices()
    offered = suggested(session, "benchmark", facts=FACTS, on=FIRST)

    filled, kept = taken("benchmark", BENCHMARK, {"benchmark_yuan": offered[0].place}, offered)

    assert methods.compute("benchmark", filled).value_fen == 192 * 2000 * 100
    assert kept == [
        {
            "field": "benchmark_yuan", "table": "benchmark_land_price", "version": 1,
            "row": {"town": "330523106", "class": "06"}, "value": "192",
        }
    ]  # fmt: skip
    again, _ = taken("benchmark", filled, {"benchmark_yuan": offered[0].place}, offered)
    assert again == filled
    assert BENCHMARK["benchmark_yuan"] == ""


@pytest.mark.parametrize("told", [{"benchmark_yuan": "193"}, {"amounts_per": "mu"}])
def test_another_figure_or_unit_than_the_tables_is_refused(session, prices, told):
    prices()
    offered = suggested(session, "benchmark", facts=FACTS, on=FIRST)

    with pytest.raises(ParameterDiffers):
        taken("benchmark", BENCHMARK | told, {"benchmark_yuan": offered[0].place}, offered)


@pytest.mark.parametrize(
    "chosen",
    [
        {"benchmark_yuan": "benchmark_land_price|1|330523107|06"},
        {"benchmark_yuan": "benchmark_land_price|2|330523106|06"},
        {"date_factor": "benchmark_land_price|1|330523106|06"},
        {"../x": "benchmark_land_price|1|330523106|06"},
        {"benchmark_yuan": ""},
    ],
)
def test_what_no_table_offers_is_refused(session, prices, chosen):
    prices()
    offered = suggested(session, "benchmark", facts=FACTS, on=FIRST)

    with pytest.raises(ParameterUnknown):
        taken("benchmark", BENCHMARK, chosen, offered)


def test_a_correction_goes_into_its_row(session, add):
    rows = [{"keys": {"factor": "坡度", "grade": "较陡"}, "value": "-0.04"}]
    add("site_correction", rows=rows)
    offered = suggested(session, "benchmark", facts=FACTS, on=FIRST)

    filled, kept = taken(
        "benchmark",
        BENCHMARK | {"coefficients": [{"label": "a", "share": "-4%"}]},
        {"coefficients.0.share": offered[0].place, "coefficients.1.share": offered[0].place},
        offered,
    )

    assert filled["coefficients"] == [{"label": "a", "share": "-4%"}, {"share": "-0.04"}]
    assert [each["field"] for each in kept] == ["coefficients.0.share", "coefficients.1.share"]


def test_prices_of_two_base_dates_are_not_mixed_in_one_computation(session, add, prices):
    prices()
    day = FIRST + timedelta(days=90)
    add("construction_cost", rows=rows_of(("砖木", "1050"), names=("structure",)), base_date=day,
        valid_from=day)  # fmt: skip
    land = suggested(session, "benchmark", facts=FACTS, on=day)[0]
    cost = suggested(session, "house", facts=FACTS, on=day)[0]
    rate_rows = rows_of(("construction_land", "0.06"))
    add(rows=rate_rows, valid_from=day, base_date=day)
    rate = next(
        each
        for each in suggested(session, "benchmark", facts=FACTS, on=day)
        if each.field == "land_rate"
    )

    with pytest.raises(BaseDatesMixed):
        taken("house", {}, {"replacement_yuan": cost.place, "benchmark_yuan": land.place},
              [land, cost])  # fmt: skip
    _, kept = taken(
        "benchmark", {}, {"benchmark_yuan": land.place, "land_rate": rate.place}, [land, rate]
    )
    assert len(kept) == 2


def test_every_offer_is_for_a_field_that_is_there(session, world):
    from valuation.parameters.beginning import begin_tables
    from valuation.parameters.taking import _offers

    codes = {each.code: each for each in begin_tables()}
    for code, offer in _offers().items():
        assert code in codes
        assert offer.gathered is None or offer.gathered in [k["name"] for k in codes[code].keys]
        for path in offer.fields:
            name, field, *column = path.split(".")
            specs = {each.name: each for each in methods.fields(name)}
            assert field in specs
            assert set(column) <= {each.name for each in specs[field].columns}
