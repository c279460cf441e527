"""What a red line collects: exact on both databases, whole, in part or by a sliver, sums, gaps."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, affinity, box
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land.tables import Parcel
from bank.redlines import drawing
from bank.redlines.findings import Found, Part, conflicts_inside, find_deposits, find_inside
from bank.redlines.refusals import TooManyInside
from bank.zones.conflicts import Result
from bank.zones.tables import ControlLayer, ControlZone
from benchmarks import land, land_banks
from database.actor import Actor, Role
from database.directory import Bank
from tests.databases import Postgresql, Sqlite

ON = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
X, Y = land.WEST + 1_000, land.SOUTH + 1_000
ACROSS = 32
SIDE = 50
HOLE = 10
RED_LINES = 300
THOUSANDTH_OF_A_MU_DM2 = 66


def cell(column: int, row: int, *, wide: int = 1, high: int = 1) -> Polygon:
    """Squares of the chessboard of parcels, each of which shares its edges with its neighbours."""
    x, y = X + column * SIDE, Y + row * SIDE
    return box(x, y, x + wide * SIDE, y + high * SIDE)


def board() -> list[Any]:
    """32 by 32 parcels: squares, squares with an enclave of somebody else's, and some of two."""
    shapes: list[Any] = []
    for row in range(ACROSS):
        for column in range(ACROSS):
            square = cell(column, row)
            if (row + column) % 7 == 0:
                enclave = square.centroid.buffer(HOLE, cap_style="square")
                shapes += [square - enclave, enclave]
            elif (row + column) % 7 == 3:
                left = affinity.scale(square, xfact=0.3, origin=square.bounds[:2])
                shapes.append(MultiPolygon([left, affinity.translate(left, 0.5 * SIDE)]))
            else:
                shapes.append(square)
    return shapes


def random_red_lines() -> Iterator[Any]:
    """Rings, some with holes, some in two parts, some along edges, some round enclaves."""
    random = np.random.default_rng(7)
    for number in range(RED_LINES):
        reach = float(random.uniform(20, 400))
        middle = random.uniform(0, ACROSS * SIDE, 2) + (X, Y)  # noqa: RUF005 - it is a sum
        angles = np.sort(random.uniform(0, 2 * np.pi, 12))
        reaches = random.uniform(0.4, 1, 12) * reach
        ring = np.column_stack([np.cos(angles), np.sin(angles)]) * reaches[:, None] + middle
        shape: Any = shapely.set_precision(Polygon(ring).buffer(0), 0.001)
        match number % 5:
            case 1:
                shape = shape - affinity.scale(shape, 0.4, 0.4)
            case 2:
                shape = shape | affinity.translate(shape, 3 * reach)
            case 3:
                column, row = random.integers(0, ACROSS - 4, 2).tolist()
                shape = cell(column, row, wide=3, high=4)
            case 4:
                column, row = random.integers(0, ACROSS - 1, 2).tolist()
                shape = cell(column, row).centroid.buffer(HOLE + 2, cap_style="square")
        yield shape


@pytest.fixture(scope="module")
def banked(backend: Sqlite | Postgresql) -> Iterator[tuple[Session, list[Any]]]:
    """A session of a bank in which the board is deposited, and its shapes."""
    shapes = board()
    with backend.fresh() as url:
        bank: Bank = land_banks.opened(url)
        land_banks.fill(bank.engine, url, [land.chunk_of(0, np.array(shapes, dtype=object))])
        with bank.session() as session:
            yield session, shapes
        bank.engine.dispose()


@pytest.fixture
def session(banked: tuple[Session, list[Any]]) -> Iterator[Session]:
    """The same session; what a test writes is taken back."""
    yield banked[0]
    banked[0].rollback()


def areas(session: Session, shape: Any) -> dict[int, int]:
    """Overlaps by the serial of the parcel, as the bank finds them."""
    touched = find_deposits(session, shape, on=ON).touched
    return dict(zip((touched.numbers - 1).tolist(), touched.overlap_dm2.tolist(), strict=True))


def test_both_databases_find_the_deposits_and_areas_that_plain_geometry_finds(
    banked: tuple[Session, list[Any]],
) -> None:
    session, shapes = banked
    for shape in random_red_lines():
        plain = shapely.area(shapely.intersection(np.array(shapes), shape)) * 100
        expected = {n: area for n, area in enumerate(plain.tolist()) if area >= 0.5}
        found = areas(session, shape)

        assert found.keys() == expected.keys()
        off = [abs(found[n] - area) for n, area in expected.items()]
        assert max(off, default=0) <= 1 < THOUSANDTH_OF_A_MU_DM2


def test_a_line_along_shared_edges_takes_the_parcels_inside_whole_and_no_neighbour(
    session: Session,
) -> None:
    inside = find_deposits(session, cell(1, 0, wide=2), on=ON)

    assert [(hit.part, hit.overlap_dm2) for hit in inside.hits(session)] == [
        (Part.WHOLE, 250_000), (Part.WHOLE, 250_000)
    ]  # fmt: skip


def test_a_line_around_an_enclave_takes_it_whole_and_a_rim_of_the_parcel_around_it(
    session: Session,
) -> None:
    line = cell(0, 0).centroid.buffer(HOLE + 2, cap_style="square")

    parts = {hit.part: hit for hit in find_deposits(session, line, on=ON).hits(session)}

    assert parts[Part.WHOLE].stored_dm2 == (2 * HOLE) ** 2 * 100
    assert parts[Part.PARTIAL].overlap_dm2 == ((2 * HOLE + 4) ** 2 - (2 * HOLE) ** 2) * 100


@pytest.mark.parametrize(
    ("reach_m", "part"),
    [(0.1, Part.SLIVER), (0.2, Part.SLIVER), (0.3, Part.PARTIAL), (49.7, Part.PARTIAL),
     (49.8, Part.WHOLE), (50, Part.WHOLE)],
)  # fmt: skip
def test_what_is_cut_off_by_at_most_ten_square_metres_is_a_sliver_or_a_whole(
    session: Session, reach_m: float, part: Part
) -> None:
    x, y, _, top = cell(1, 0).bounds

    (hit,) = find_deposits(session, box(x, y, x + reach_m, top), on=ON).hits(session)

    assert (hit.part, hit.overlap_dm2) == (part, round(reach_m * SIDE * 100))


def test_what_is_reserved_pledged_or_collected_is_shown_but_not_summed(session: Session) -> None:
    for serial, stage in ((1, Stage.RESERVED), (2, Stage.PLEDGED)):
        change(session, cell(serial, 0), stage=stage)

    inside = find_deposits(session, cell(1, 0, wide=2), on=ON)

    assert {each.key for each in inside.sums.taken_by_stage} == {Stage.RESERVED, Stage.PLEDGED}
    assert inside.sums.by_kind == ()
    assert [hit.stage for hit in inside.hits(session)] == [Stage.RESERVED, Stage.PLEDGED]


def test_what_is_not_in_the_bank_any_more_is_not_found(session: Session) -> None:
    change(session, cell(1, 0), stage=Stage.RETURNED)

    assert len(find_deposits(session, cell(1, 0), on=ON)) == 0


def test_the_sums_by_kind_mode_town_and_owner_each_add_up_to_what_can_be_collected(
    session: Session,
) -> None:
    change(session, cell(1, 0), mode=StorageMode.LEASE)

    inside = find_deposits(session, cell(1, 0, wide=5, high=4), on=ON)
    hits = [hit for hit in inside.hits(session) if hit.part is not Part.SLIVER]

    for sums in (inside.sums.by_kind, inside.sums.by_mode, inside.sums.by_town,
                 inside.sums.by_owner, inside.sums.by_part):  # fmt: skip
        assert sum(each.area_dm2 for each in sums) == sum(hit.overlap_dm2 for hit in hits)
        assert sum(each.count for each in sums) == len(hits)
    lease = next(each for each in inside.sums.by_mode if each.key is StorageMode.LEASE)
    assert lease.area_dm2 == sum(hit.overlap_dm2 for hit in hits if hit.mode is StorageMode.LEASE)
    assert {each.key for each in inside.sums.by_owner} == {hit.party_id for hit in hits}


def test_what_nobody_has_deposited_and_what_is_not_known_are_told_apart(session: Session) -> None:
    numbers = session.scalars(at(cell(1, 0))).all()
    session.execute(
        delete(Deposit).where(
            Deposit.asset_id.in_(select(Parcel.asset_id).where(Parcel.number.in_(numbers)))
        )
    )
    x, y, right, top = cell(1, 0, wide=2).bounds

    found = find_inside(session, box(x, y - SIDE, right, top), on=ON)

    assert (found.gaps.parcels, found.gaps.registered_dm2) == (1, 250_000)
    assert found.gaps.unknown_dm2 == 2 * 250_000
    assert found.gaps.unknown.equals(box(x, y - SIDE, right, y))
    assert covered(found) == found.area_dm2


def test_covered_and_missing_make_the_red_line_whatever_its_form(session: Session) -> None:
    for shape in list(random_red_lines())[:25]:
        found = find_inside(session, shape, on=ON)

        assert abs(covered(found) - found.area_dm2) <= len(found.inside) + 2


def test_a_red_line_where_nothing_is_deposited_is_one_gap(session: Session) -> None:
    away = affinity.translate(cell(0, 0), 20_000, 20_000)

    found = find_inside(session, away, on=ON)

    assert (len(found.inside), found.gaps.unknown_dm2) == (0, found.area_dm2)
    assert found.sums.by_part == ()


def test_each_deposit_is_told_what_a_control_zone_covers_of_its_part_inside(
    session: Session,
) -> None:
    add_zone(session, cell(1, 0, wide=2).buffer(-5, cap_style="square"))
    line = box(*cell(1, 0).bounds[:2], cell(2, 0).centroid.x, cell(2, 0).bounds[3])

    found = find_inside(session, line, on=ON)
    whole, half = (
        next(answer for answer in answers if answer.layer_kind == "test")
        for answers in conflicts_inside(session, line, found.inside, on=ON)
    )

    assert (whole.result, whole.area_dm2) == (Result.CONFLICT, 45 * 40 * 100)
    assert (half.result, half.area_dm2) == (Result.CONFLICT, 25 * 40 * 100)
    (answer,) = (each for each in found.conflicts if each.layer_kind == "test")
    assert answer.area_dm2 == whole.area_dm2 + half.area_dm2


def test_more_deposits_than_a_bundle_holds_are_refused(session: Session) -> None:
    party, user = (UUID(land.uuid_hex(of, 0)) for of in (land_banks.PARTY, land_banks.USER))
    investor = Actor(id=user, name="", roles=frozenset({Role.INVESTOR}), parties=frozenset({party}))
    line = drawing.keep(
        session, cell(0, 0, wide=ACROSS, high=ACROSS), name="竹海", party_id=party,
        actor=investor, at=NOW,
    )  # fmt: skip

    with pytest.raises(TooManyInside):
        drawing.prepare_bundle(session, line.id, party_id=party, actor=investor, at=NOW)


def add_zone(session: Session, shape: Polygon) -> None:
    """A layer of the county's own, with this one zone."""
    layer = ControlLayer(
        kind="test", name="test", valid_from=ON, source_note="", digest="", zone_count=1,
        area_dm2=1, imported_at=NOW,
    )  # fmt: skip
    session.add(layer)
    session.flush()
    min_x, min_y, max_x, max_y = shape.bounds
    session.add(
        ControlZone(
            layer_id=layer.id, code="1", name="1", is_core=False, wkb=shapely.to_wkb(shape),
            min_x=min_x, min_y=min_y, max_x=max_x, max_y=max_y,
        )
    )  # fmt: skip
    session.flush()


def covered(found: Found) -> int:
    """What is inside, in the bank and out of it."""
    total: int = sum(found.inside.overlaps) + found.gaps.area_dm2
    return total


def at(shape: Polygon) -> Any:
    """The row number of the parcel that has exactly this box."""
    min_x, min_y, max_x, max_y = shape.bounds
    return select(Parcel.number).where(
        Parcel.min_x == min_x, Parcel.min_y == min_y, Parcel.max_x == max_x, Parcel.max_y == max_y
    )


def change(session: Session, shape: Polygon, **told: Any) -> None:
    """Change the deposit of the parcel with this box."""
    assets = select(Parcel.asset_id).where(Parcel.number.in_(at(shape)))
    session.execute(update(Deposit).where(Deposit.asset_id.in_(assets)).values(**told))
