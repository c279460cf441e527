"""Parcels in the bank: codes, the spatial index, overlaps and checks, on both databases."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, affinity
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank.land import polygons
from bank.land.checks import Layer, Result, check_parcel
from bank.land.divisions import division_at, find_county_outline
from bank.land.parcels import (
    Overlap,
    candidates,
    in_box,
    overlaps,
    register_parcel,
)
from bank.land.refusals import NoSuchDivision
from bank.land.tables import Origin, Parcel
from tests.bank.ground import AT, CORNER, SRID, TODAY, square

Enter = Callable[..., Parcel]


def test_a_parcel_gets_the_next_code_of_the_village_it_lies_in(enter: Enter) -> None:
    codes = [
        enter(square(100, 100, 50)).code,
        enter(square(300, 100, 50)).code,
        enter(square(15_000, 100, 50)).code,
        enter(square(500, 100, 20), "0702").code,
    ]

    assert codes == [
        "330523103201JE00001",
        "330523103201JE00002",
        "330523103202JE00001",
        "330523103201JC00001",
    ]


def test_a_parcel_keeps_its_planar_area_and_the_ellipsoidal_one_beside_it(enter: Enter) -> None:
    parcel = enter(square(100, 100, 1000))

    assert parcel.area_dm2 == 100_000_000
    assert parcel.area_ellipsoid_dm2 == pytest.approx(parcel.area_dm2, rel=150e-6)
    assert parcel.area_ellipsoid_dm2 != parcel.area_dm2


def test_a_parcel_outside_all_divisions_is_refused(session: Session, county: Polygon) -> None:
    with pytest.raises(NoSuchDivision):
        register_parcel(
            session, square(-500, 0, 50), land_class="0301", location="", origin=Origin.DRAWN, at=AT
        )


def test_a_place_belongs_to_the_deepest_division(session: Session, county: Polygon) -> None:
    village = division_at(session, Point(CORNER[0] + 5, CORNER[1] + 5))

    assert village is not None
    assert village.name == "竹溪村"
    assert division_at(session, Point(CORNER[0] - 5, CORNER[1])) is None
    assert find_county_outline(session) == county


def test_overlaps_tell_whole_parts_and_neighbours(session: Session, enter: Enter) -> None:
    whole, half, neighbour, far = (
        enter(square(x, 100, 100)) for x in (100, 250, 350, 5000)
    )  # fmt: skip

    found = overlaps(session, shapely.box(*square(50, 50, 250).bounds))

    assert found == [
        Overlap(whole.id, whole.code, 1_000_000, whole=True),
        Overlap(half.id, half.code, 500_000, whole=False),
    ]
    assert not {neighbour.id, far.id} & {overlap.parcel_id for overlap in found}


def test_parcels_that_share_an_edge_do_not_overlap(session: Session, enter: Enter) -> None:
    enter(square(100, 100, 100))

    assert overlaps(session, square(200, 100, 100)) == []


def test_a_shape_equal_to_a_parcel_overlaps_it_wholly(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 100))

    [found] = overlaps(session, square(100, 100, 100))

    assert (found.area_dm2, found.whole) == (parcel.area_dm2, True)


def test_a_sliver_within_the_tolerance_is_let_pass(session: Session, enter: Enter) -> None:
    enter(square(100, 100, 100))
    shape = square(199.995, 100, 100)

    assert [found.area_dm2 for found in overlaps(session, shape)] == [50]
    assert overlaps(session, shape, tolerance_dm2=50) == []


def test_a_condition_narrows_the_search(session: Session, enter: Enter) -> None:
    first, second = enter(square(100, 100, 100)), enter(square(150, 150, 100))

    found = overlaps(session, square(100, 100, 200), among=Parcel.id != first.id)

    assert [overlap.parcel_id for overlap in found] == [second.id]


def test_a_retired_parcel_is_found_no_more(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 100))

    parcel.retired_at = AT
    session.flush()
    assert candidates(session, square(100, 100, 100).bounds) == []

    parcel.retired_at = None
    session.flush()
    assert len(candidates(session, square(100, 100, 100).bounds)) == 1


def test_a_parcel_that_changes_shape_is_found_at_its_new_place(
    session: Session, enter: Enter
) -> None:
    parcel = enter(square(100, 100, 100))

    parcel.min_x, parcel.min_y, parcel.max_x, parcel.max_y = square(900, 900, 100).bounds
    session.flush()

    assert candidates(session, square(100, 100, 100).bounds) == []
    assert len(candidates(session, square(900, 900, 100).bounds)) == 1


def test_the_index_finds_what_a_full_scan_finds(session: Session, enter: Enter) -> None:
    rng = np.random.default_rng(5)
    shapes = [square(x, y, 10 + side) for x, y, side in rng.uniform(0, (3000, 3000, 190), (60, 3))]
    ids = [enter(affinity.rotate(shape, 30)).id for shape in shapes]
    stored = {row.id: shapely.from_wkb(row.wkb) for row in candidates(session, (0, 0, 4e6, 4e6))}
    assert list(stored) == ids
    line = MultiPolygon([square(200, 200, 900), square(1500, 1500, 700)])
    ring = Polygon(square(0, 0, 2500).exterior, [square(500, 500, 900).exterior])

    for red_line in (line, ring, square(1000, 0, 2000)):
        found = {overlap.parcel_id: overlap.area_dm2 for overlap in overlaps(session, red_line)}
        scanned = {
            each: polygons.area_dm2(shape & red_line)
            for each, shape in stored.items()
            if (shape & red_line).area > 0.005
        }
        assert found == scanned


def test_a_check_answers_for_every_layer_and_never_guesses(session: Session, enter: Enter) -> None:
    parcel = enter(square(19_850, 100, 100))

    results = check_parcel(session, square(19_900, 100, 200), on=TODAY)

    assert [(r.layer, r.result, r.area_dm2, r.other_code) for r in results] == [
        (Layer.COUNTY, Result.CONFLICT, 2_000_000, None),
        (Layer.PARCELS, Result.CONFLICT, 500_000, parcel.code),
        (Layer.PERMANENT_BASIC_FARMLAND, Result.NOT_CHECKED, 0, None),
        (Layer.ECOLOGICAL_RED_LINE, Result.NOT_CHECKED, 0, None),
        (Layer.URBAN_BOUNDARY, Result.NOT_CHECKED, 0, None),
    ]


def test_a_sound_parcel_is_clear_of_county_and_neighbours(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 100))

    results = check_parcel(session, square(100, 100, 100), on=TODAY, among=Parcel.id != parcel.id)

    assert [r.result for r in results[:2]] == [Result.CLEAR, Result.CLEAR]


def test_without_an_outline_the_county_is_not_checked(session: Session) -> None:
    assert check_parcel(session, square(0, 0, 50), on=TODAY)[0].result is Result.NOT_CHECKED


def test_the_srid_of_the_tests_is_the_banks(session: Session) -> None:
    assert session.info["bank"].settings.srid == SRID


def test_a_search_by_box_uses_the_spatial_index(session: Session, enter: Enter) -> None:
    enter(square(100, 100, 100))
    sqlite = session.get_bind().dialect.name == "sqlite"
    if not sqlite:
        session.execute(text("SET LOCAL enable_seqscan = off"))
    condition = in_box(session, square(0, 0, 500).bounds)
    query = select(Parcel.wkb).where(Parcel.retired_at.is_(None), condition)
    compiled = query.compile(session.connection(), compile_kwargs={"literal_binds": True})

    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
    plan = str(session.connection().exec_driver_sql(f"{explain} {compiled}").all())

    assert ("SCAN parcel_box VIRTUAL TABLE INDEX" if sqlite else "ix_parcel_box") in plan
