"""Parcels come in from files: asked about, looked at, taken by a job, refused rows given back."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bank.imports import keeping
from bank.imports.tables import ParcelImport
from bank.land.tables import Origin, Parcel, ParcelShape
from tests.web.import_files import BOW_TIE, geopackage, sheet
from tests.web.visiting import Site, text_of
from web.import_story import MOST_RANGES, numbers_in_words
from web.jobs import worker_of

MATCHED = {"crs": "EPSG:4549", "area_unit": "m2", "shape": "wkt", "land_class": "地类",
           "location": "坐落"}  # fmt: skip


def give(client: FlaskClient, file: tuple[Any, str]) -> str:
    """Upload a file; where its pages begin."""
    answer = client.post("/imports/new", data={"file": file, "key": "k"})
    assert answer.status_code == 302, text_of(answer)
    return str(answer.headers["Location"]).removesuffix("/match")


def work(site: Site) -> None:
    """What the thread of a serving process does."""
    worker_of(site.app, site.app.extensions["banks"].default).work_once()


def take(site: Site, client: FlaskClient, file: tuple[Any, str]) -> str:
    """Give a table, say what its columns mean, and let it be taken to its end."""
    place = give(client, file)
    matched = client.post(f"{place}/match", data=MATCHED)
    assert matched.status_code == 302, text_of(matched)
    client.post(f"{place}/start")
    work(site)
    return place


def parcels(site: Site) -> int:
    imported = Parcel.origin == Origin.IMPORTED
    return site.fresh().scalar(select(func.count()).select_from(Parcel).where(imported)) or 0


def the_import(site: Site) -> ParcelImport:
    return site.fresh().scalars(select(ParcelImport)).one()


def test_a_table_is_asked_about_looked_at_and_taken(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square(), site.world.square(), BOW_TIE]))

    asked = text_of(client.get(f"{place}/match"))
    client.post(f"{place}/match", data=MATCHED)
    seen = text_of(client.get(f"{place}/preview"))
    before = parcels(site)
    client.post(f"{place}/start")
    waiting = text_of(client.get(place))
    work(site)
    result = text_of(client.get(place))

    assert "In which system are the coordinates?" in asked
    assert "wkt: POLYGON" in asked
    assert "Would be taken 2" in seen
    assert "Would be refused 1" in seen
    assert before == 0
    assert "Waiting to begin" in waiting
    assert parcels(site) == 2
    assert "Taken 2" in result
    assert "Refused rows 1" in result
    assert "crosses itself" in result


def test_the_system_of_a_table_is_proposed_from_its_numbers(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))

    page = client.get(f"{place}/match").get_data(as_text=True)

    assert '<option selected value="EPSG:4549">' in page


def test_without_a_system_the_shapes_of_a_table_are_not_read(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))

    answer = client.post(f"{place}/match", data=MATCHED | {"crs": ""})

    assert answer.status_code == 422
    assert 'id="crs-error"' in answer.get_data(as_text=True)


def test_refused_rows_come_back_with_their_reason_and_are_taken_once_mended(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    good, mended = site.world.square(), site.world.square()
    place = take(site, client, sheet([good, BOW_TIE]))

    answer = client.get(f"{place}/refused-rows")
    given_back = answer.get_data().decode("utf-8-sig")
    answer.close()
    again = given_back.replace(BOW_TIE.wkt, mended.wkt)
    second = take(site, client, (BytesIO(again.encode()), "mended.csv"))

    assert "parcels-refused.csv" in answer.headers["Content-Disposition"]
    assert "crosses itself" in given_back
    assert "地块1" not in given_back
    assert "Taken 1" in text_of(client.get(second))
    assert parcels(site) == 2


def test_the_same_file_again_changes_nothing(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    shapes = [site.world.square(), site.world.square()]
    take(site, client, sheet(shapes))

    again = take(site, client, sheet(shapes))

    assert "Known already 2" in text_of(client.get(again))
    assert parcels(site) == 2


def test_a_geopackage_says_its_system_and_which_layer_is_asked(site: Site, tmp_path: Path) -> None:
    client = site.visitor(site.world.county_officer)
    path = geopackage(tmp_path / "two.gpkg", [site.world.square()])
    geopackage(path, [site.world.square()], layer="林地")
    place = give(client, (path.open("rb"), "two.gpkg"))

    sent_on = client.get(f"{place}/match")
    client.post(f"{place}/layer", data={"layer": "林地"})
    page = text_of(client.get(f"{place}/match"))

    assert sent_on.headers["Location"].endswith("/layer")
    assert "EPSG:4549, as the file says" in page


def test_the_first_rows_stand_on_a_map(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    client.post(f"{place}/match", data=MATCHED)

    features = client.get(f"{place}/preview.json").get_json(force=True)["features"]

    assert [each["properties"]["role"] for each in features] == ["taken"]


def test_progress_is_told_to_programs_and_survives_without_scripts(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    client.post(f"{place}/match", data=MATCHED)
    client.post(f"{place}/start")

    page = client.get(place).get_data(as_text=True)
    before = client.get(f"{place}/progress.json").get_json()
    work(site)
    after = client.get(f"{place}/progress.json").get_json()

    assert '<noscript><meta http-equiv="refresh"' in page
    assert (before["open"], before["done"]) == (True, 0)
    assert (after["open"], after["taken"]) == (False, 1)


def test_a_stopped_import_is_shown_as_partial_and_goes_on(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    client.post(f"{place}/match", data=MATCHED)
    client.post(f"{place}/start")
    client.post(f"{place}/stop")

    stopped = text_of(client.get(place))
    client.post(f"{place}/start")
    work(site)

    assert "Partial: 0 of" in stopped
    assert "Import finished" in text_of(client.get(place))


def test_only_its_maker_and_the_county_see_an_import(site: Site) -> None:
    maker = site.visitor(site.world.officer)
    place = give(maker, sheet([site.world.square()]))

    def answer(client: FlaskClient, tail: str) -> int:
        return client.get(f"{place}{tail}").status_code

    for tail in ("/match", "/progress.json", "/refused-rows", "/preview.json"):
        assert answer(site.visitor(site.world.second_officer), tail) == 404
    assert answer(site.visitor(site.world.county_officer), "/match") == 200
    assert answer(site.visitor(site.world.villager()), "/match") == 403
    assert "parcels.csv" not in text_of(site.visitor(site.world.second_officer).get("/imports"))
    assert "parcels.csv" in text_of(maker.get("/imports"))


def test_what_is_no_file_of_parcels_is_refused_beside_its_field(site: Site) -> None:
    client = site.visitor(site.world.county_officer)

    for content in (b"%PDF-1.7", b""):
        data = {"file": (BytesIO(content), "what.pdf"), "key": "k"}
        answer = client.post("/imports/new", data=data)
        assert answer.status_code == 422
        assert 'id="file-error"' in answer.get_data(as_text=True)
    assert client.post("/imports/new", data={"key": "k"}).status_code == 422
    assert not list(site.fresh().scalars(select(ParcelImport)))


def test_only_officers_may_send_more_than_other_pages_take(site: Site) -> None:
    site.app.config["MAX_CONTENT_LENGTH"] = 2_000

    def send(client: FlaskClient) -> int:
        data = {"file": (BytesIO(b"x\n" * 2_500), "large.csv"), "key": "k"}
        return client.post("/imports/new", data=data).status_code

    assert send(site.visitor(site.world.county_officer)) == 302
    assert send(site.visitor(site.world.villager())) in (403, 413)
    assert send(site.visitor()) in (302, 413)


def test_the_command_does_what_waits(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    client.post(f"{place}/match", data=MATCHED)
    client.post(f"{place}/start")

    done = site.app.test_cli_runner().invoke(args=["jobs", "run", "--json"])

    assert done.exit_code == 0, done.output
    assert '{"done": 1}' in done.output
    assert the_import(site).taken == 1


def test_a_township_officer_takes_in_no_land_of_another_town(site: Site) -> None:
    client = site.visitor(site.world.officer)
    own, other = site.world.square(), site.world.square(town="330523107")
    place = give(client, sheet([own, other]))
    client.post(f"{place}/match", data=MATCHED)

    seen = text_of(client.get(f"{place}/preview"))
    client.post(f"{place}/start")
    work(site)
    result = text_of(client.get(place))

    assert "Would be refused 1" in seen
    assert "outside your township" in result
    taken = site.fresh().scalars(select(Parcel).where(Parcel.origin == Origin.IMPORTED)).one()
    assert taken.division_code.startswith(site.world.officer.township or "")
    history = site.fresh().scalars(select(ParcelShape).where(ParcelShape.parcel_id == taken.id))
    assert [shape.actor_id for shape in history] == [site.world.officer.id]


def test_a_file_is_taken_back_before_its_rows_are_taken(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    client.post(f"{place}/match", data=MATCHED)

    asked = text_of(client.get(f"{place}/preview"))
    answer = client.post(f"{place}/remove")

    assert "Remove this file" in asked
    assert answer.headers["Location"] == "/imports"
    assert client.get(f"{place}/preview").status_code == 404
    assert "No import yet" in text_of(client.get("/imports"))


def test_a_file_whose_rows_were_taken_stays(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = take(site, client, sheet([site.world.square()]))

    answer = client.post(f"{place}/remove", follow_redirects=True)

    assert "Remove this file" not in text_of(client.get(place))
    assert "Rows of this file were taken in already" in text_of(answer)
    assert "Taken 1" in text_of(answer)


def test_a_file_that_was_discarded_before_its_start_can_still_be_removed(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    keeping.discard(site.fresh(), the_import(site))

    shown = text_of(client.get(place))
    client.post(f"{place}/remove")

    assert "This file is no longer kept" in shown
    assert "Remove this entry" in shown
    assert "No import yet" in text_of(client.get("/imports"))


def test_a_partial_import_whose_file_is_gone_does_not_offer_to_go_on(site: Site) -> None:
    client = site.visitor(site.world.county_officer)
    place = give(client, sheet([site.world.square()]))
    client.post(f"{place}/match", data=MATCHED)
    client.post(f"{place}/start")
    client.post(f"{place}/stop")
    keeping.discard(site.fresh(), the_import(site))

    shown = text_of(client.get(place))

    assert "The file was discarded after its time" in shown
    assert "Go on where it stopped" not in shown
    assert client.get(f"{place}/preview").status_code == 404


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], ""),
        ([3], "3"),
        ([1, 2, 3, 7, 9, 10], "1–3, 7, 9–10"),
        (range(1, 2 * (MOST_RANGES + 5), 2), f"{2 * MOST_RANGES - 1} and 5 more"),
    ],
)
def test_row_numbers_are_told_as_ranges(site: Site, numbers: Sequence[int], words: str) -> None:
    with site.app.test_request_context(headers={"Accept-Language": "en"}):
        assert numbers_in_words(numbers).endswith(words)
