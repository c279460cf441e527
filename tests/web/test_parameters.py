"""Parameter tables on pages: the county looks over a version and keeps it, everybody reads it."""

from io import BytesIO
from typing import Any

import pytest

from tests.web.visiting import Site, text_of
from valuation.parameters import finding
from valuation.parameters.beginning import open_begin_tables

PAGE = "/county/parameters/capitalisation_rate"
RATES = "kind,value\nwoodland,5.5%\nfarmland,0.06"


@pytest.fixture
def site(site: Site) -> Site:
    open_begin_tables(site.session)
    site.session.commit()
    return site


def told(**other: Any) -> dict[str, Any]:
    return {
        "key": "p-1", "step": "preview", "rows": RATES, "valid_from": "2026-01-01",
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

    blank = county.get(PAGE)
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
        ({"rows": "kind,value\n,0.06"}, "Row 1: every column must be filled in"),
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
