"""The files of imports are discarded when they have served; what was taken from them stays."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bank import rules
from bank.calendar import local_date
from bank.due import run_due
from bank.imports import keeping, preparing
from bank.imports.refusals import AlreadyBegun, FileDiscarded
from bank.imports.tables import ParcelImport
from bank.land.files.matching import Matching
from bank.refusals import NoSuchRecord
from database.base import new_id
from tests.web.import_files import sheet
from tests.world import World

MATCHING = Matching(shape="wkt", land_class="地类", location="坐落")


def give(session: Session, world: World) -> ParcelImport:
    content, name = sheet([world.square()])
    return preparing.give(session, content, name=name, actor=world.county_officer, at=world.at)


def later(world: World, days: int) -> datetime:
    """So many days after the file's time is over."""
    kept = rules.whole("import.file.days", local_date(world.at))
    return world.at + timedelta(days=kept + days)


def test_a_file_is_kept_for_its_time_and_no_longer(session: Session, world: World) -> None:
    row = give(session, world)

    assert run_due(session, at=later(world, 0)).discarded == 0
    assert keeping.is_kept(session, row)
    assert run_due(session, at=later(world, 1)).discarded == 1
    assert not keeping.is_kept(session, row)
    assert run_due(session, at=later(world, 1)).discarded == 0


def test_what_was_discarded_is_not_read_or_begun_again(session: Session, world: World) -> None:
    row = give(session, world)
    preparing.match(session, row.id, MATCHING, crs="EPSG:4549", actor=world.county_officer,
                    at=world.at)  # fmt: skip
    run_due(session, at=later(world, 1))

    with pytest.raises(FileDiscarded):
        preparing.source_of(session, row, at=world.at)
    with pytest.raises(FileDiscarded):
        preparing.start(session, row.id, actor=world.county_officer, at=world.at)


def test_a_file_whose_rows_are_still_to_be_taken_stays(session: Session, world: World) -> None:
    row = give(session, world)
    preparing.match(session, row.id, MATCHING, crs="EPSG:4549", actor=world.county_officer,
                    at=world.at)  # fmt: skip
    preparing.start(session, row.id, actor=world.county_officer, at=world.at)

    assert run_due(session, at=later(world, 1)).discarded == 0
    assert keeping.is_kept(session, row)


def test_what_a_crash_left_goes_by_its_own_age_and_other_files_are_left_alone(
    session: Session, world: World
) -> None:
    folder = keeping.path_of(session, give(session, world)).parent
    left = [folder / f"{new_id()}.csv", folder / "notes.txt"]
    for file in left:
        age(file, later(world, 0))

    assert run_due(session, at=later(world, 0)).discarded == 0
    assert run_due(session, at=later(world, 0) + timedelta(days=400)).discarded == 2
    assert [file.exists() for file in left] == [False, True]


def age(file: Path, at: datetime) -> None:
    """A file that was written then."""
    file.write_text("x")
    os.utime(file, (at.timestamp(), at.timestamp()))


def test_a_file_of_which_nothing_was_taken_is_removed(session: Session, world: World) -> None:
    row = give(session, world)
    kept = keeping.path_of(session, row)

    preparing.remove(session, row.id, actor=world.county_officer)

    assert not kept.exists()
    with pytest.raises(NoSuchRecord):
        preparing.get_import(session, row.id, actor=world.county_officer)


def test_a_file_whose_rows_are_taken_or_waited_for_is_not_removed(
    session: Session, world: World
) -> None:
    row = give(session, world)
    preparing.match(session, row.id, MATCHING, crs="EPSG:4549", actor=world.county_officer,
                    at=world.at)  # fmt: skip
    preparing.start(session, row.id, actor=world.county_officer, at=world.at)

    with pytest.raises(AlreadyBegun):
        preparing.remove(session, row.id, actor=world.county_officer)

    assert keeping.is_kept(session, row)
