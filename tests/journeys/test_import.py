"""An import told top to bottom: a table is looked at, taken, and its refused row given again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bank.land.tables import Origin, Parcel
from database.actor import Role
from database.directory import Bank
from tests.journeys.people import Person
from tests.web.desk import days_ago
from tests.web.import_files import BOW_TIE, sheet
from tests.world import World


def give(officer: Person, file: Path) -> None:
    """Send a file, confirm the proposal, look at the first rows, and let them be taken."""
    officer.open("/imports/new")
    officer.page.locator('main input[type="file"]').set_input_files(file)
    officer.press("Send the file").reads("What do the columns mean?")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_refused_row_is_mended_and_given_again(
    committed_bank: Bank, person: Callable[..., Person], tmp_path: Path, phone: bool
) -> None:
    with committed_bank.session() as session:
        world = World(session, at=days_ago(60))
        world.user("周科员", Role.COUNTY, login="zhou")
        good, mended = world.square(), world.square()
        session.commit()
    file = tmp_path / "parcels.csv"
    file.write_bytes(sheet([good, BOW_TIE])[0].getvalue())
    officer = person("zhou", phone=phone, language="en-US")
    officer.page.locator('button[name="language"][value="en"]').click()

    give(officer, file)
    officer.press("Look at the first rows").sees("would be taken", "crosses itself")
    officer.page.locator("path.import-role--taken").first.wait_for(state="attached")
    officer.press("Take these parcels in")
    officer.sees("Import finished, with refused rows", "crosses itself")
    with officer.page.expect_download() as download:
        officer.page.get_by_text("Download the refused rows").click()
    given_back = tmp_path / "mended.csv"
    download.value.save_as(given_back)
    text = given_back.read_text("utf-8-sig")
    assert BOW_TIE.wkt in text
    given_back.write_text(text.replace(BOW_TIE.wkt, mended.wkt), "utf-8-sig")

    give(officer, given_back)
    officer.press("Look at the first rows").sees("would be taken")
    officer.press("Take these parcels in").sees("Every row was taken")

    with committed_bank.session() as session:
        imported = select(func.count()).where(Parcel.origin == Origin.IMPORTED)
        assert session.scalar(imported) == 2
    assert officer.troubles == []
