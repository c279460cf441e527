"""Parts and rest are worth the whole, to the fen, however the land is cut."""

import itertools
from typing import cast

import shapely
from hypothesis import given, strategies as st

from bank.appraisals.worth import Piece, Worth
from bank.land.polygons import DM2_PER_M2, Shape

SIDE = 100.0
LAND = cast("Shape", shapely.box(0, 0, SIDE, SIDE))
metres = st.floats(0.5, SIDE - 0.5, allow_nan=False)
fen = st.integers(0, 10**14)


def dm2(shape: Shape) -> int:
    return round(shape.area * DM2_PER_M2)


def cut_all(worth: Worth, cuts: list[tuple[float, float]]) -> tuple[list[int], Worth]:
    """Cut corners off one after another, each from what is left."""
    left, gone = LAND, []
    for x, y in cuts:
        inside = cast("Shape", shapely.intersection(left, shapely.box(0, 0, x, y)))
        rest = cast("Shape", shapely.difference(left, inside))
        if dm2(inside) == 0 or dm2(rest) == 0:
            continue
        goes, worth = worth.without(inside, dm2(inside), dm2(rest))
        gone.append(goes)
        left = rest
    return gone, worth


@given(fen, st.lists(st.tuples(metres, metres), max_size=4))
def test_by_area_parts_and_rest_sum_to_the_whole(
    value_fen: int, cuts: list[tuple[float, float]]
) -> None:
    gone, rest = cut_all(Worth(value_fen), cuts)

    assert sum(gone) + rest.value_fen == value_fen
    assert min([*gone, rest.value_fen]) >= 0


@given(
    st.lists(fen, min_size=2, max_size=4), metres, st.lists(st.tuples(metres, metres), max_size=4)
)
def test_by_split_parts_and_rest_sum_to_the_whole(
    values: list[int], first: float, cuts: list[tuple[float, float]]
) -> None:
    edges = [0.0, *(first + (SIDE - first) * k / len(values) for k in range(len(values) - 1)), SIDE]
    strips = [shapely.box(a, 0, b, SIDE) for a, b in itertools.pairwise(edges)]
    pieces = tuple(Piece(s, v) for s, v in zip(strips, values, strict=True))

    gone, rest = cut_all(Worth(sum(values), pieces=pieces), cuts)

    assert sum(gone) + rest.value_fen == sum(values)
    assert min([*gone, rest.value_fen]) >= 0


@given(fen, fen, metres)
def test_a_part_that_is_one_piece_takes_just_its_value(west: int, east: int, x: float) -> None:
    strips = shapely.box(0, 0, x, SIDE), shapely.box(x, 0, SIDE, SIDE)
    worth = Worth(west + east, pieces=(Piece(strips[0], west), Piece(strips[1], east)))

    goes, rest = worth.without(strips[0], dm2(strips[0]), dm2(strips[1]))

    assert (goes, rest.value_fen) == (west, east)
