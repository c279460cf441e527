"""Preparing an import: a file without rows, or of which nothing is matched, is refused at once."""

from io import BytesIO

import pytest
from shapely import affinity
from sqlalchemy.orm import Session

from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.imports import importing, keeping, preparing
from bank.imports.importing import Outcome
from bank.imports.refusals import NothingMatched
from bank.imports.tables import ParcelImport
from bank.land.files.matching import Matching
from bank.land.parcels import shape_of
from bank.land.polygons import Shape
from bank.land.refusals import EmptyFile
from tests.web.import_files import sheet
from tests.world import World

CORNERS = "宗地代码,东,北\n甲,460100,3380100\n甲,460200,3380100\n甲,460150,3380180\n"
NO_FEATURES = '{"type": "FeatureCollection", "features": []}'


def give(session: Session, world: World, content: BytesIO, name: str) -> ParcelImport:
    """An import of this file."""
    return preparing.give(session, content, name=name, actor=world.county_officer, at=world.at)


@pytest.mark.parametrize(
    ("name", "text"), [("a.csv", "坐落,wkt\n"), ("a.geojson", NO_FEATURES)], ids=["csv", "geojson"]
)
def test_a_file_without_rows_is_refused_and_not_kept(
    session: Session, world: World, name: str, text: str
) -> None:
    with pytest.raises(EmptyFile) as no:
        give(session, world, BytesIO(text.encode()), name)

    assert no.value.field == "file"
    assert keeping.lying(session) == {}


@pytest.mark.parametrize(
    ("matching", "field"),
    [
        (Matching(), "shape"),
        (Matching(location="宗地代码"), "shape"),
        (Matching(x="东"), "y"),
        (Matching(y="北", code="宗地代码"), "x"),
    ],
)
def test_a_table_of_which_nothing_leads_to_a_parcel_is_refused(
    session: Session, world: World, matching: Matching, field: str
) -> None:
    row = give(session, world, BytesIO(CORNERS.encode()), "a.csv")

    with pytest.raises(NothingMatched) as no:
        preparing.match(
            session, row.id, matching, crs="EPSG:4549", actor=world.county_officer, at=world.at
        )

    assert no.value.field == field


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        (Stage.DRAFT, Outcome.TAKEN),
        (Stage.SUBMITTED, Outcome.REFUSED),
        (Stage.STORED, Outcome.REFUSED),
    ],
)
def test_what_is_only_drawn_in_a_draft_bars_no_import(
    session: Session, world: World, stage: Stage, outcome: Outcome
) -> None:
    drawn = shape_of(parcel_of(world.deposit(stage)))

    assert outcome_of(session, world, affinity.translate(drawn, 3)) is outcome


def outcome_of(session: Session, world: World, shape: Shape) -> Outcome:
    """What would become of this shape, as the one row of a file."""
    content, name = sheet([shape])
    row = give(session, world, content, name)
    matching = Matching(shape="wkt", land_class="地类", location="坐落")
    row = preparing.match(
        session, row.id, matching, crs="EPSG:4549", actor=world.county_officer, at=world.at
    )
    source = preparing.source_of(session, row, at=world.at)
    [seen] = importing.preview(session, source, matching, at=world.at).rows
    return seen.outcome
