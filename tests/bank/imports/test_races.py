"""Two people give the same land at the same time, on real databases."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank.imports.importing import ImportReport, import_rows
from bank.land.files.matching import Matching
from bank.land.files.reading import open_source
from bank.land.tables import Origin, Parcel
from database.directory import Bank
from database.engine import writing
from tests.bank.orders.test_races import at_once
from tests.web.import_files import geopackage
from tests.world import World


@pytest.mark.parametrize("turn", range(3))
def test_the_same_file_given_twice_at_once_is_taken_once(
    committed_bank: Bank, tmp_path: Path, turn: int
) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        path = geopackage(tmp_path / "a.gpkg", [world.square() for _ in range(40)])
        at = world.at
    source = open_source(path, most_bytes=1 << 20)
    matching = replace(Matching(), usual_class="0301")

    def take(session: Session) -> ImportReport:
        return import_rows(session, source, matching, at=at)

    reports = at_once(committed_bank, take, take)

    assert sorted(report.taken for report in reports if isinstance(report, ImportReport)) == [0, 40]
    with committed_bank.session() as session:
        imported = select(func.count()).select_from(Parcel).where(Parcel.origin == Origin.IMPORTED)
        assert session.scalar(imported) == 40
