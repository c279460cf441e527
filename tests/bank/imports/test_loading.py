"""Very many parcels come in together: all of them, in their order, never without their boxes."""

from typing import Any

import numpy as np
import pytest
import shapely
from shapely import Polygon
from sqlalchemy import Connection, exc, func, select, text
from sqlalchemy.orm import Session

from bank.imports import loading
from bank.land import indexes
from bank.land.divisions import add_division
from bank.land.parcels import candidates
from bank.land.tables import DivisionKind, Parcel
from bank.maps.tables import LandChange
from database.base import new_id
from database.directory import Bank
from database.engine import writing
from tests.bank.ground import AT, SRID, square

VILLAGE = "330523103201"


@pytest.fixture
def land(committed_bank: Bank) -> Bank:
    """A bank of one village."""
    with committed_bank.session() as session, writing(session):
        add_division(
            session, VILLAGE, "村", DivisionKind.VILLAGE, outline=square(0, 0, 9), srid=SRID
        )
    return committed_bank


def columns(shapes: list[Polygon], *, first: int = 0, sqlite: bool = True) -> dict[str, list[Any]]:
    """Parcels of these shapes as columns."""
    count = len(shapes)
    min_x, min_y, max_x, max_y = shapely.bounds(shapes).T.tolist()
    same: dict[str, Any] = {
        "division_code": VILLAGE, "area_dm2": 1, "area_ellipsoid_dm2": 1, "land_class": "0301",
        "location": "", "origin": "imported", "shape_digest": "", "source_note": None,
        "created_at": "2026-03-02 01:00:00.000000" if sqlite else AT,
    }  # fmt: skip
    return {
        "id": [new_id() for _ in shapes],
        "code": [f"{VILLAGE}JE{serial:05d}" for serial in range(first, first + count)],
        "wkb": shapely.to_wkb(np.array(shapes, dtype=object)).tolist(),
        "min_x": min_x, "min_y": min_y, "max_x": max_x, "max_y": max_y,
        **{name: [value] * count for name, value in same.items()},
    }  # fmt: skip


def load(session: Session, shapes: list[Polygon], *, first: int = 0) -> None:
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    with indexes.together(connection):
        loading.load(connection, "parcel", columns(shapes, first=first, sqlite=sqlite))


def times(session: Session) -> int:
    return session.scalar(select(func.sum(LandChange.times))) or 0


def test_more_rows_than_one_statement_takes_keep_their_order(land: Bank) -> None:
    shapes = [square(x * 10, 0, 9) for x in range(2 * loading.ROWS + 3)]

    with land.session() as session, writing(session):
        before = times(session)
        load(session, shapes)

    with land.session() as session:
        stored = session.execute(select(Parcel.code, Parcel.wkb).order_by(Parcel.number)).all()
        assert [row.wkb for row in stored] == shapely.to_wkb(shapes).tolist()
        assert [row.code[-5:] for row in stored] == [f"{n:05d}" for n in range(len(shapes))]
        found = candidates(session, square(5_000, 0, 100).bounds)
        assert [row.code[-5:] for row in found] == [f"{n:05d}" for n in range(500, 511)]
        assert times(session) == before + 1


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_parcels_whose_boxes_are_due_cannot_be_committed(land: Bank) -> None:
    def forgetful(session: Session) -> None:
        with writing(session):
            due(session.connection())
            loading.load(session.connection(), "parcel", columns([square(0, 0, 9)]))

    with land.session() as session, pytest.raises(exc.IntegrityError, match="FOREIGN KEY"):
        forgetful(session)

    with land.session() as session:
        assert session.scalar(select(func.count()).select_from(Parcel)) == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_due_can_only_be_settled(land: Bank) -> None:
    with land.session() as session:
        due(session.connection())
        with pytest.raises(exc.DBAPIError, match="settled"):
            session.execute(text("UPDATE parcel_box_due SET after = 1000000"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_parcels_changed_or_gone_before_their_boxes_came_have_the_right_ones(land: Bank) -> None:
    with land.session() as session, writing(session):
        load(session, [square(0, 0, 9)])
        connection = session.connection()
        with indexes.together(connection):
            shapes = [square(x, 0, 9) for x in (100, 200, 300, 400)]
            loading.load(connection, "parcel", columns(shapes, first=1))
            connection.exec_driver_sql("UPDATE parcel SET max_x = 999999 WHERE number = 2")
            connection.exec_driver_sql("DELETE FROM parcel WHERE number = 3")
            connection.exec_driver_sql("UPDATE parcel SET retired_at = 'x' WHERE number = 4")
            connection.exec_driver_sql("UPDATE parcel SET max_x = 888888 WHERE number = 1")

    with land.session() as session:
        boxes = session.execute(text("SELECT number, max_x FROM parcel_box ORDER BY number")).all()
        assert [row.number for row in boxes] == [1, 2, 5]
        assert [row.max_x for row in boxes][:2] == pytest.approx([888_888, 999_999], rel=1e-6)


def due(connection: Connection) -> None:
    """What `indexes.together` begins with."""
    connection.exec_driver_sql("INSERT INTO parcel_box_due (after) VALUES (0)")


def test_a_load_that_fails_leaves_nothing(land: Bank) -> None:
    with land.session() as session, writing(session):
        load(session, [square(0, 0, 9)])
        with pytest.raises(exc.IntegrityError), session.begin_nested():
            load(session, [square(20, 0, 9)])  # the same code
        load(session, [square(40, 0, 9)], first=1)

    with land.session() as session:
        assert session.scalar(select(func.count()).select_from(Parcel)) == 2
        assert len(candidates(session, square(0, 0, 100).bounds)) == 2
