"""Red lines that are kept: whose they are, from which files they come, and their bundles."""

import json
from datetime import date
from pathlib import Path

import pytest
import shapely
from shapely import affinity, box
from sqlalchemy.orm import Session

from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit
from bank.land.parcels import shape_of
from bank.land.polygons import Shape
from bank.land.projection import to_lonlat
from bank.land.refusals import (
    AreaDisagrees,
    NotAPolygon,
    OutsideCounty,
    SelfCrossing,
    UnreadableFile,
)
from bank.orders.refusals import OwnDeposit
from bank.redlines import drawing
from bank.redlines.findings import find_deposits
from bank.redlines.refusals import NothingInside, RedLineUnnamed
from bank.redlines.tables import RedLine
from bank.refusals import NoSuchRecord, NotYours
from database.actor import Actor, Role
from database.refusals import Refusal
from tests.world import SIDE, SOUTH, WEST, World

ON = date(2026, 3, 2)
SRID = 4549


def around(*deposits: Deposit, by_m: float = 5) -> Shape:
    """A red line around all of these deposits, and whatever lies between them."""
    bounds = shapely.total_bounds([shape_of(parcel_of(each)) for each in deposits])
    min_x, min_y, max_x, max_y = (float(side) for side in bounds)
    red_line: Shape = box(min_x - by_m, min_y - by_m, max_x + by_m, max_y + by_m)
    return red_line


def kept(world: World, shape: Shape, investor: Actor) -> RedLine:
    """A red line of the investor's company."""
    return drawing.keep(
        world.session, shape, name="竹海", party_id=next(iter(investor.parties)),
        actor=investor, at=world.at,
    )  # fmt: skip


def prepare(world: World, line: RedLine, investor: Actor) -> drawing.Prepared:
    """The bundle of that red line."""
    return drawing.prepare_bundle(
        world.session, line.id, party_id=next(iter(investor.parties)), actor=investor, at=world.at
    )


def reasons(prepared: drawing.Prepared) -> dict[str, type[Refusal]]:
    """What stayed out, and why."""
    return {each.number: type(each.why) for each in prepared.left_out}


def file_of(folder: Path, *shapes: Shape, name: str = "line.geojson") -> Path:
    """A GeoJSON file of these shapes, in degrees."""
    features = [
        {"type": "Feature", "properties": {},
         "geometry": json.loads(shapely.to_geojson(to_lonlat(shape, SRID)))}
        for shape in shapes
    ]  # fmt: skip
    path = folder / name
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_a_red_line_is_kept_as_it_was_drawn(world: World) -> None:
    investor, shape = world.investor(), box(WEST, SOUTH, WEST + 100, SOUTH + 50)

    line = kept(world, shape, investor)

    assert drawing.shape_of(line).equals(shape)
    assert (line.area_dm2, line.number) == (500_000, "L-2026-000001")


def test_a_red_line_needs_a_name_and_a_party_of_ones_own(world: World) -> None:
    investor, shape = world.investor(), box(WEST, SOUTH, WEST + 100, SOUTH + 50)
    other = next(iter(world.investor("别家公司").parties))

    with pytest.raises(RedLineUnnamed):
        drawing.keep(world.session, shape, name=" ", party_id=None, actor=investor, at=world.at)
    with pytest.raises(NotYours):
        drawing.keep(world.session, shape, name="竹海", party_id=other, actor=investor, at=world.at)


def test_others_do_not_see_an_investors_red_line_but_county_and_auditors_do(world: World) -> None:
    investor = world.investor()
    line = kept(world, box(WEST, SOUTH, WEST + 100, SOUTH + 50), investor)

    for reader in (investor, world.county_officer, world.auditor):
        assert drawing.get_red_line(world.session, line.id, actor=reader) is line
        assert drawing.red_lines_of(world.session, reader) == [line]
    for stranger in (world.investor("别家公司"), world.villager(), world.officer):
        with pytest.raises(NoSuchRecord):
            drawing.get_red_line(world.session, line.id, actor=stranger)
        assert drawing.red_lines_of(world.session, stranger) == []


def test_the_bundle_takes_wholes_whole_and_of_the_others_the_part_inside(
    world: World, stored: Deposit
) -> None:
    whole, cut = stored, world.deposit()
    investor = world.investor()
    line = kept(world, affinity.translate(around(whole, cut), -45, 0), investor)

    prepared = prepare(world, line, investor)

    assert (prepared.whole, prepared.partial, prepared.left_out) == (1, 1, ())
    parts = {item.deposit_id: item.part for item in prepared.bundle.items}
    assert parts[whole.id] is None
    assert parts[cut.id] is not None


def test_the_part_in_the_bundle_is_what_lies_inside_the_line(world: World, stored: Deposit) -> None:
    deposit, investor = stored, world.investor()
    min_x, min_y, max_x, max_y = around(deposit, by_m=0).bounds
    line = kept(world, box(min_x - 5, min_y - 5, (min_x + max_x) / 2, max_y + 5), investor)

    prepared = prepare(world, line, investor)

    (item,) = prepared.bundle.items
    assert item.part is not None
    assert item.part.area_dm2 * 2 == deposit.area_dm2
    assert prepare(world, line, investor).partial == len(prepared.bundle.items) == 1


def test_ones_own_deposits_stay_out_of_the_bundle_and_are_named(world: World) -> None:
    investor = world.user("王桂花", Role.OWNER, Role.INVESTOR, party=world.party())
    own, others = world.deposit(owner=investor), world.deposit()
    line = kept(world, around(own, others), investor)

    prepared = prepare(world, line, investor)

    assert (prepared.whole, reasons(prepared)) == (1, {own.number: OwnDeposit})


def test_a_deposit_whose_area_is_not_its_outlines_stays_out_alone(
    world: World, stored: Deposit
) -> None:
    first, wrong = stored, world.deposit()
    wrong.area_dm2 -= 500
    parcel_of(wrong).area_dm2 -= 500
    world.session.flush()
    shape = around(first, wrong)
    cuts_both = box(*shape.bounds[:2], shape.bounds[2], shape.bounds[3] - 50)
    investor = world.investor()
    line = kept(world, cuts_both, investor)

    prepared = prepare(world, line, investor)

    assert (prepared.partial, reasons(prepared)) == (1, {wrong.number: AreaDisagrees})
    hits = find_deposits(world.session, cuts_both, on=ON).hits(world.session)
    whys = [drawing.why_uncut(world.session, hit, cuts_both, on=ON) for hit in hits]
    assert [type(why) for why in whys] == [type(None), AreaDisagrees]


def test_a_line_in_which_nothing_is_free_makes_no_bundle(world: World, stored: Deposit) -> None:
    world.order(stored)
    investor = world.investor("别家公司")

    with pytest.raises(NothingInside):
        prepare(world, kept(world, around(stored), investor), investor)


def test_all_polygons_of_a_file_are_one_red_line(
    world: World, session: Session, tmp_path: Path
) -> None:
    left, right = (box(WEST + x, SOUTH, WEST + x + 100, SOUTH + 100) for x in (0, 300))

    shape = drawing.read_file(session, file_of(tmp_path, left, right), on=ON)

    assert shape.symmetric_difference(left | right).area < 0.5


@pytest.mark.parametrize(
    ("shape", "refusal"),
    [
        (shapely.Point(WEST, SOUTH), NotAPolygon),
        (shapely.from_wkt("POLYGON((440000 3380000, 441000 3381000, 441000 3380000,"
                          " 440000 3381000, 440000 3380000))"), SelfCrossing),
        (box(WEST + 3 * SIDE, SOUTH, WEST + 4 * SIDE, SOUTH + SIDE), OutsideCounty),
    ],
)  # fmt: skip
def test_a_file_whose_shapes_are_no_red_line_is_refused(
    world: World, session: Session, tmp_path: Path, shape: Shape, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        drawing.read_file(session, file_of(tmp_path, shape), on=ON)


def test_a_file_of_something_else_is_refused(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "line.gpkg"
    path.write_bytes(b"not a geopackage")

    with pytest.raises(UnreadableFile):
        drawing.read_file(session, path, on=ON)


def test_a_line_around_all_of_a_deposit_takes_it_whole_though_another_had_cut_it(
    world: World,
    stored: Deposit,
) -> None:
    deposit, investor = stored, world.investor()
    min_x, min_y, max_x, max_y = around(deposit, by_m=0).bounds
    half = kept(world, box(min_x - 5, min_y - 5, (min_x + max_x) / 2, max_y + 5), investor)
    prepare(world, half, investor)

    prepared = prepare(world, kept(world, around(deposit), investor), investor)

    (item,) = prepared.bundle.items
    assert (prepared.whole, prepared.partial, item.part) == (1, 0, None)
