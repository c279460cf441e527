"""The history of shapes: every one that a parcel had, since when and why, on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import shapely
from sqlalchemy import Executable, delete, insert, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bank.deposits.tables import Deposit
from bank.land import shapes
from bank.land.parcels import candidates, shape_of
from bank.land.polygons import fit
from bank.land.refusals import ParcelRetired, ShapeFixed, ShapeUnchanged
from bank.land.reshaping import reshape
from bank.land.tables import Parcel, ParcelShape, ShapeReason
from tests.bank.ground import AT, TODAY, square
from tests.world import World

Enter = Callable[..., Parcel]
LATER = AT + timedelta(days=30)


def test_a_parcels_history_begins_with_the_shape_it_was_registered_with(
    session: Session, enter: Enter
) -> None:
    parcel = enter(square(100, 100, 50))

    [first] = shapes.shapes_of(session, parcel)

    assert (first.number, first.reason, first.since) == (1, ShapeReason.REGISTERED, AT)
    assert (first.wkb, first.area_dm2) == (parcel.wkb, 250_000)


def test_a_reshaped_parcel_keeps_its_code_and_its_old_shape(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 50))
    code, old = parcel.code, parcel.wkb
    wider = fit(square(900, 100, 60), on=TODAY)

    reshape(
        session, parcel, wider, reason=ShapeReason.RESURVEYED, at=LATER, actor=None, note=" 复测 "
    )

    assert (parcel.code, parcel.area_dm2) == (code, 360_000)
    assert shape_of(parcel) == wider
    assert parcel.area_ellipsoid_dm2 == pytest.approx(360_000, rel=150e-6)
    assert [row.code for row in candidates(session, square(900, 100, 60).bounds)] == [code]
    assert candidates(session, square(100, 100, 50).bounds) == []
    history = shapes.shapes_of(session, parcel)
    assert [(row.number, row.wkb, row.reason, row.note) for row in history] == [
        (1, old, ShapeReason.REGISTERED, ""),
        (2, parcel.wkb, ShapeReason.RESURVEYED, "复测"),
    ]


def test_the_shape_of_a_past_day_is_told(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 50))
    old = parcel.wkb
    new = fit(square(100, 100, 60), on=TODAY)
    reshape(session, parcel, new, reason=ShapeReason.CORRECTED, at=LATER, actor=None)

    told = [
        shapes.shape_on(session, parcel, moment)
        for moment in (AT - timedelta(1), AT, LATER - timedelta(seconds=1), LATER)
    ]

    assert [row and row.wkb for row in told] == [None, old, old, parcel.wkb]


def test_bulk_imported_parcels_get_their_first_shapes_in_one_statement(
    session: Session, enter: Enter
) -> None:
    known = enter(square(100, 100, 50))
    ids = []
    for x in (300, 500, 700):
        shape = fit(square(x, 100, 50), on=TODAY)
        min_x, min_y, max_x, max_y = shape.bounds
        ids.append(
            session.scalar(
                insert(Parcel)
                .values(
                    code=f"bulk {x}", division_code=known.division_code, land_class="0301",
                    wkb=shapely.to_wkb(shape), shape_digest=str(x), area_dm2=250_000,
                    area_ellipsoid_dm2=250_000, min_x=min_x, min_y=min_y, max_x=max_x,
                    max_y=max_y, location="", origin="imported", created_at=LATER,
                )
                .returning(Parcel.id)
            )
        )  # fmt: skip

    assert shapes.record_first_shapes(session, Parcel.number >= known.number) == 3
    assert shapes.record_first_shapes(session, Parcel.number >= known.number) == 0

    parcel = session.get_one(Parcel, ids[0])
    [first] = shapes.shapes_of(session, parcel)
    assert (first.number, first.since, first.reason) == (1, LATER, ShapeReason.REGISTERED)
    assert first.wkb == parcel.wkb


def test_a_parcel_without_a_history_gets_one_when_it_is_reshaped(
    session: Session, enter: Enter
) -> None:
    known = enter(square(100, 100, 50))
    values = {
        column.name: getattr(known, column.name)
        for column in Parcel.__table__.columns
        if column.name not in {"number", "id", "code"}
    }
    loose = Parcel(**values, code="loose")
    session.add(loose)
    session.flush()

    new = fit(square(300, 100, 60), on=TODAY)
    reshape(session, loose, new, reason=ShapeReason.CORRECTED, at=LATER, actor=None)

    assert [row.number for row in shapes.shapes_of(session, loose)] == [1, 2]


def test_the_same_shape_is_no_change(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 50))

    with pytest.raises(ShapeUnchanged):
        reshape(
            session, parcel, shape_of(parcel), reason=ShapeReason.CORRECTED, at=LATER, actor=None
        )


def test_a_retired_parcel_keeps_its_shape(session: Session, enter: Enter) -> None:
    parcel = enter(square(100, 100, 50))
    parcel.retired_at = AT

    with pytest.raises(ParcelRetired):
        reshape(
            session, parcel, square(0, 0, 9), reason=ShapeReason.CORRECTED, at=LATER, actor=None
        )


def test_while_the_ledger_holds_its_area_only_a_clip_may_reshape_a_parcel(
    session: Session, world: World, stored: Deposit
) -> None:
    parcel = stored.asset.parcel
    assert parcel is not None
    half = fit(shapely.clip_by_rect(shape_of(parcel), 0, 0, parcel.min_x + 50, 9e6), on=TODAY)
    told = {"at": world.at, "actor": world.officer}

    for reason in (ShapeReason.CORRECTED, ShapeReason.RESURVEYED):
        with pytest.raises(ShapeFixed) as refused:
            reshape(session, parcel, half, reason=reason, **told)  # type: ignore[arg-type]
        assert refused.value.facts == {"deposit": stored.number}
    reshape(session, parcel, half, reason=ShapeReason.CLIPPED, **told)  # type: ignore[arg-type]

    assert parcel.area_dm2 == 500_000
    assert shapes.shapes_of(session, parcel)[-1].actor_id == world.officer.id


@pytest.mark.parametrize(
    "change",
    [update(ParcelShape).values(area_dm2=1), delete(ParcelShape)],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_rewrite_the_history(
    session: Session, enter: Enter, change: Executable
) -> None:
    enter(square(100, 100, 50))

    with pytest.raises(DBAPIError, match="parcel_shape is append-only"), session.begin_nested():
        session.connection().execute(change)
