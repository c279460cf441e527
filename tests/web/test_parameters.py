"""Parameter tables on pages: the county looks over a version and keeps it, everybody reads it."""

from io import BytesIO
from typing import Any

import pytest

from tests.web.visiting import Site, text_of
from valuation.parameters import finding
from valuation.parameters.beginning import open_begin_tables
from web.parameter_forms import MOST_IN_GRID

PAGE = "/county/parameters/capitalisation_rate"
RATES = "kind,value\nwoodland,5.5%\nfarmland,0.06"


@pytest.fixture
def site(site: Site) -> Site:
    open_begin_tables(site.session)
    site.session.commit()
    return site


def told(**other: Any) -> dict[str, Any]:
    return {
        "key": "p-1", "way": "text", "step": "preview", "rows": RATES, "valid_from": "2026-01-01",
        "base_date": "2025-12-31", "source": "安政发〔2026〕1号", "seen": "",
    } | other  # fmt: skip


def numbers(site: Site) -> list[int]:
    table = finding.get_table(site.fresh(), "capitalisation_rate")
    return [each.number for each in table.versions]


def seen_on(answer: Any) -> str:
    page = answer.get_data(as_text=True)
    return str(page.split('name="seen"')[1].split('value="')[1].split('"')[0])


def test_a_version_is_looked_over_then_kept_and_read_by_everybody(site: Site) -> None:
    county = site.visitor(site.world.county_officer)

    looked = county.post(PAGE, data=told())

    assert "0 changed, 2 new, 0 left out" in text_of(looked)
    assert numbers(site) == []
    kept = county.post(PAGE, data=told(step="keep", seen=seen_on(looked)), follow_redirects=True)
    assert "Version 1 is kept." in text_of(kept)
    assert numbers(site) == [1]
    everybody = text_of(site.visitor().get("/parameters/capitalisation_rate"))
    assert "Woodland 5.5%" in everybody
    assert "安政发〔2026〕1号" in everybody
    assert "Capitalisation and discount rates" in text_of(site.visitor().get("/parameters"))
    assert site.visitor().get("/parameters/capitalisation_rate/1").status_code == 200
    assert site.visitor().get("/parameters/capitalisation_rate/2").status_code == 404
    assert site.visitor().get("/parameters/nothing").status_code == 404


def test_figures_that_were_not_looked_over_are_shown_first(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    seen = seen_on(county.post(PAGE, data=told()))

    changed = county.post(
        PAGE, data=told(step="keep", seen=seen, rows=RATES.replace("0.06", "0.07"))
    )

    assert "What this version changes" in text_of(changed)
    assert numbers(site) == []


def test_the_next_version_begins_with_the_figures_of_the_last(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    first = county.post(PAGE, data=told())
    county.post(PAGE, data=told(step="keep", seen=seen_on(first)))

    blank = county.get(f"{PAGE}?way=text")
    assert "woodland,0.055" in blank.get_data(as_text=True)
    cells = "数值\t资产类型\r\n0.05\twoodland\r\n0.06\thouse\r\n"
    file = (BytesIO(cells.encode("gb18030")), "rates.csv")
    second = county.post(PAGE, data=told(key="p-2", file=file))
    shown = text_of(second)
    assert "1 changed, 1 new, 1 left out, 0 as before" in shown
    assert "-9.1%" in shown
    rows = "kind,value\nwoodland,0.05\nhouse,0.06"
    county.post(PAGE, data=told(key="p-2", step="keep", seen=seen_on(second), rows=rows))
    assert numbers(site) == [2, 1]
    assert "Against the version before" in text_of(
        site.visitor().get("/parameters/capitalisation_rate/2")
    )


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rows": "kind,value\nwoodland,6"}, "Row 1: “6” must lie between 0 and 1"),
        ({"rows": "kind,value\nwoodland,six"}, "Row 1: “six” is no number"),
        (
            {"rows": "kind,value\nwoodland,0.06\nwoodland,0.07"},
            "Row 2 says the same place as row 1",
        ),
        ({"rows": "use,value\nwoodland,0.06"}, "must name these columns: kind, value"),
        ({"rows": "kind,value\n,0.06"}, "Row 1: “Kind of asset” must be filled in"),
        ({"rows": "kind,value"}, "1 to 5000 rows"),
        ({"rows": ""}, "1 to 5000 rows"),
        ({"source": ""}, "Say where the figures come from"),
        ({"valid_from": ""}, "Write the day from which the figures hold"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    site: Site, wrong: dict[str, str], says: str
) -> None:
    answer = site.visitor(site.world.county_officer).post(PAGE, data=told(**wrong))

    assert answer.status_code == 422
    assert says in text_of(answer)
    if wrong.get("rows"):
        assert wrong["rows"].splitlines()[-1] in answer.get_data(as_text=True)


def test_a_base_date_after_the_first_day_is_refused_when_it_is_kept(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    seen = seen_on(county.post(PAGE, data=told()))

    answer = county.post(PAGE, data=told(step="keep", seen=seen, base_date="2026-02-01"))

    assert answer.status_code == 422
    assert "The base date must not lie after the day" in text_of(answer)
    assert numbers(site) == []


def test_a_file_that_is_no_table_is_refused(site: Site) -> None:
    file = (BytesIO(b"%PDF-1.7\0\x01\xff"), "rates.csv")

    answer = site.visitor(site.world.county_officer).post(PAGE, data=told(file=file))

    assert answer.status_code == 422
    assert "The first line must name these columns" in text_of(answer)


def test_only_the_county_comes_to_the_desk(site: Site) -> None:
    assert site.visitor(site.world.officer).get(PAGE).status_code == 403
    assert site.visitor(site.world.officer).post(PAGE, data=told()).status_code == 403
    assert "Capitalisation" in text_of(
        site.visitor(site.world.county_officer).get("/county/parameters")
    )


# -- row by row -----------------------------------------------------------------------------------


def in_grid(*rows: tuple[str, ...], names: tuple[str, ...] = ("kind",), **other: Any) -> Any:
    cells = {
        f"cell-{number}-{name}": text
        for number, row in enumerate(rows)
        for name, text in zip((*names, "value"), row, strict=True)
    }
    whole = told(way="grid", **other)
    del whole["rows"]
    return whole | cells


def kept_once(site: Site) -> Any:
    county = site.visitor(site.world.county_officer)
    first = county.post(PAGE, data=told())
    county.post(PAGE, data=told(step="keep", seen=seen_on(first)))
    return county


def test_the_grid_begins_with_the_figures_of_the_last_version(site: Site) -> None:
    county = kept_once(site)

    page = county.get(PAGE).get_data(as_text=True)

    assert 'name="cell-0-value" value="5.5%"' in page
    assert '<option value="farmland" selected>Farmland</option>' in page
    assert 'name="cell-3-value" value=""' in page


def test_rows_are_changed_added_and_left_out_in_the_grid(site: Site) -> None:
    county = kept_once(site)
    rows = (("woodland", "6.6%"), ("farmland", "6%"), ("", " "), ("house", "0.07"))
    given = in_grid(*rows, key="p-2") | {"out-1": "1"}

    looked = county.post(PAGE, data=given)

    assert looked.status_code == 200
    shown = text_of(looked)
    assert "1 changed, 1 new, 1 left out, 0 as before" in shown
    assert "Woodland Changed 5.5% 6.6% +20.0%" in shown
    page = looked.get_data(as_text=True)
    assert 'name="out-1" value="1" checked' in page
    assert 'name="cell-2-value" value="0.07"' in page
    kept = county.post(PAGE, data=given | {"step": "keep", "seen": seen_on(looked)})
    assert kept.status_code == 302
    assert numbers(site) == [2, 1]
    version = finding.get_version(site.fresh(), "capitalisation_rate", 2)
    assert [row["value"] for row in version.rows] == ["0.066", "0.07"]


def test_without_scripts_more_empty_rows_are_asked_for_and_nothing_is_lost(site: Site) -> None:
    county = site.visitor(site.world.county_officer)

    answer = county.post(PAGE, data=in_grid(("woodland", "six"), source="", step="more"))

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'name="cell-0-value" value="six"' in page
    assert 'name="cell-5-value"' in page
    assert 'name="cell-6-value"' not in page
    assert "Please mend this first" not in page


def test_every_faulty_cell_says_its_row_and_what_is_wrong_there(site: Site) -> None:
    rows = (("woodland", "six"), ("", ""), ("", "0.06"), ("woodland", "0.05"), ("made up", "9"))

    answer = site.visitor(site.world.county_officer).post(PAGE, data=in_grid(*rows, source=""))

    page, shown = answer.get_data(as_text=True), text_of(answer)
    assert answer.status_code == 422
    assert "<title>Error: " in page
    for cell, says in [
        ("cell-0-value", "Row 1: “six” is no number"),
        ("cell-1-kind", "Row 2: “Kind of asset” must be filled in"),
        ("cell-2-kind", "Row 3 says the same place as row 1"),
        ("cell-3-value", "Row 4: “9” must lie between 0 and 1"),
    ]:
        assert f'<a href="#{cell}">{says}' in page
        assert says in page.split(f'id="{cell}-error"')[1].split("</td>")[0]
    assert "Say where the figures come from" in shown
    assert "<option selected>made up</option>" in page
    assert 'name="cell-0-value" value="six"' in page
    assert numbers(site) == []


def test_a_row_that_fits_no_asset_is_pointed_out_but_may_be_kept(site: Site) -> None:
    county = site.visitor(site.world.county_officer)

    looked = county.post(PAGE, data=in_grid(("woodland", "6%"), ("moon", "7%")))

    assert looked.status_code == 200
    assert "no township or kind of asset like this: moon" in text_of(looked)


def test_a_long_table_is_changed_as_text_unless_the_grid_is_asked_for(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    rows = "kind,value\n" + "\n".join(f"k{number},0.05" for number in range(MOST_IN_GRID + 1))
    looked = county.post(PAGE, data=told(rows=rows))
    county.post(PAGE, data=told(rows=rows, step="keep", seen=seen_on(looked)))

    assert "k300,0.05" in county.get(PAGE).get_data(as_text=True)
    assert 'value="k300"' not in county.get(PAGE).get_data(as_text=True)
    assert 'name="cell-300-kind"' in county.get(f"{PAGE}?way=grid").get_data(as_text=True)


def test_an_empty_grid_is_no_version(site: Site) -> None:
    answer = site.visitor(site.world.county_officer).post(PAGE, data=in_grid(("", "")))

    assert answer.status_code == 422
    assert "1 to 5000 rows" in text_of(answer)


@pytest.mark.parametrize("way", ["grid", "text"])
@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"valid_from": "2025-12-31"}, "valid_from", "The newest version holds from 2026-01-01"),
        ({"valid_from": "2206-01-01"}, "valid_from", "Check the year"),
        ({"base_date": "0225-12-31"}, "base_date", "Check the year"),
        ({"base_date": "2026-01-02"}, "base_date", "The base date must not lie after the day"),
    ],
)
def test_days_that_would_not_be_kept_are_refused_when_they_are_looked_over(
    site: Site, way: str, wrong: dict[str, str], field: str, says: str
) -> None:
    county = kept_once(site)
    given = told() if way == "text" else in_grid(("woodland", "6%"))

    answer = county.post(PAGE, data=given | {"key": "p-2"} | wrong)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in page.split(f'id="{field}-error"')[1].split("</div>")[0]
    assert "What this version changes" not in page


def test_of_a_text_all_faulty_rows_are_told(site: Site) -> None:
    rows = "kind,value\nwoodland,six\nfarmland,0.06\nhouse,7"

    answer = text_of(site.visitor(site.world.county_officer).post(PAGE, data=told(rows=rows)))

    assert "Row 1: “six” is no number" in answer
    assert "Row 3: “7” must lie between 0 and 1" in answer


# -- a new table ----------------------------------------------------------------------------------

NEW = "/county/parameters/tables/new"


def described(**other: Any) -> dict[str, Any]:
    return {
        "name_zh": "农房租金", "name_en": "House rents", "code": "house_rent", "kind": "price",
        "unit": "yuan/m2/year", "keys": ["town"], "first_zh": "房龄", "first_en": "Age",
        "first_name": "age", "step": "rows", "key": "t-1",
    } | other  # fmt: skip


def first_figures(*rows: tuple[str, ...], **other: Any) -> Any:
    rows = rows or (("330523106", "10年以内", "48"), ("330523106", "10年以上", "36"))
    return described() | in_grid(*rows, names=("town", "age"), key="t-1") | other


def codes(site: Site) -> list[str]:
    return [each.code for each in finding.all_tables(site.fresh())]


def test_a_table_is_described_filled_looked_over_and_opened_at_once(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    assert NEW in county.get("/county/parameters").get_data(as_text=True)
    assert "Open a new table" in text_of(county.get(NEW))

    asked = county.post(NEW, data=described())
    assert asked.status_code == 200
    assert "Township · Age" in text_of(asked)
    assert 'name="cell-4-age"' in asked.get_data(as_text=True)
    looked = county.post(NEW, data=first_figures())
    assert "0 changed, 2 new, 0 left out" in text_of(looked)
    assert "house_rent" not in codes(site)
    last = first_figures(step="keep", seen=seen_on(looked))
    kept = county.post(NEW, data=last, follow_redirects=True)

    assert "The table is open, and version 1 is kept." in text_of(kept)
    assert "10年以内 48" in text_of(site.visitor().get("/parameters/house_rent"))
    again = county.post(NEW, data=last)
    assert again.status_code == 302
    table = finding.get_table(site.fresh(), "house_rent")
    assert [each.number for each in table.versions] == [1]
    assert (table.unit, table.columns) == ("yuan/m2/year", ["town", "age"])


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"name_zh": ""}, "name_zh", "Write what the table is called"),
        ({"code": "House rent"}, "code", "The code begins with a small letter"),
        ({"code": "capitalisation_rate"}, "code", "There is a table with this code already"),
        ({"kind": ""}, "kind", "Choose what the table tells"),
        ({"kind": "rate"}, "unit", "This unit does not fit the kind of table"),
        ({"keys": [], "first_zh": "", "first_en": "", "first_name": ""}, "keys", "at least one"),
        ({"first_name": ""}, "keys", "at least one column"),
        ({"first_name": "town"}, "keys", "at least one column"),
        ({"first_name": "value"}, "keys", "at least one column"),
    ],
)
def test_what_is_wrong_with_a_description_is_said_before_its_figures(
    site: Site, wrong: dict[str, Any], field: str, says: str
) -> None:
    answer = site.visitor(site.world.county_officer).post(NEW, data=described(**wrong))

    page = answer.get_data(as_text=True)
    assert answer.status_code in {409, 422}
    assert says in page.split(f'id="{field}-error"')[1].split("</div>")[0]
    assert "House rents" in page


def test_without_an_english_name_the_chinese_one_stands_for_it(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    looked = county.post(NEW, data=first_figures(name_en="", first_en=""))

    county.post(NEW, data=first_figures(name_en="", first_en="", step="keep", seen=seen_on(looked)))

    table = finding.get_table(site.fresh(), "house_rent")
    assert table.name_en == "农房租金"
    assert table.keys[1]["label_en"] == "房龄"


def test_going_back_to_the_description_loses_no_figure(site: Site) -> None:
    county = site.visitor(site.world.county_officer)

    back = county.post(NEW, data=first_figures(step="describe")).get_data(as_text=True)

    assert 'name="name_en" type="text" value="House rents"' in back
    assert '<input type="hidden" name="cell-1-value" value="36">' in back
    assert '<input type="hidden" name="source" value="安政发〔2026〕1号">' in back


def test_a_fault_in_the_first_figures_keeps_table_and_version_from_being(site: Site) -> None:
    county = site.visitor(site.world.county_officer)

    answer = county.post(NEW, data=first_figures(("330523106", "", "48")))

    assert answer.status_code == 422
    assert "Row 1: “Age” must be filled in" in text_of(answer)
    assert "house_rent" not in codes(site)


def test_the_code_may_be_taken_while_the_figures_are_typed(site: Site) -> None:
    county = site.visitor(site.world.county_officer)
    seen = seen_on(county.post(NEW, data=first_figures()))
    county.post(NEW, data=first_figures(step="keep", seen=seen))

    late = county.post(NEW, data=first_figures(step="keep", seen=seen, key="t-2"))

    assert late.status_code == 409
    assert "There is a table with this code already" in text_of(late)


def test_only_the_county_opens_a_table(site: Site) -> None:
    assert site.visitor(site.world.officer).get(NEW).status_code == 403
    assert site.visitor(site.world.officer).post(NEW, data=described()).status_code == 403
