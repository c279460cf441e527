"""Control zones: versions in force, conflicts counted once, slivers, and what nobody checked."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon
from sqlalchemy.orm import Session

from bank.zones.conflicts import (
    Effect,
    Result,
    ZoneAnswer,
    ZoneKind,
    conflicts,
    conflicts_of,
    forbids,
    layers_in_force,
)
from bank.zones.importing import Zone, keep_layer
from bank.zones.tables import ControlLayer
from tests.bank.ground import AT, TODAY, square

FARMLAND, ECOLOGY, URBAN = ZoneKind
SINCE = date(2024, 1, 1)
Lay = Callable[..., ControlLayer]


@pytest.fixture
def lay(session: Session) -> Lay:
    """Keeps shapes as a layer's version; each is a zone with a name of its own."""

    def keep(
        kind: str,
        *shapes: Polygon | MultiPolygon,
        since: date = SINCE,
        core: Sequence[int] = (),
        names: Sequence[str] = (),
        at: datetime = AT,
    ) -> ControlLayer:
        zones = [
            Zone(shape, names[n] if names else f"第{n + 1}片", f"{n}", n in core)
            for n, shape in enumerate(shapes)
        ]
        layer, _ = keep_layer(
            session, zones, kind=kind, valid_from=since, at=at, name="图层", source_note="测试"
        )
        return layer

    return keep


def answer(session: Session, kind: str, shape: object, on: date = TODAY) -> ZoneAnswer:
    """That layer's answer."""
    found = conflicts(session, shape, on=on)  # type: ignore[arg-type]
    return next(each for each in found if each.layer_kind == kind)


def test_a_layer_that_nobody_imported_was_not_checked(session: Session, lay: Lay) -> None:
    lay(FARMLAND, square(0, 0, 100))

    found = conflicts(session, square(5000, 5000, 100), on=TODAY)

    assert [(each.layer_kind, each.result) for each in found] == [
        (FARMLAND, Result.CLEAR),
        (ECOLOGY, Result.NOT_CHECKED),
        (URBAN, Result.NOT_CHECKED),
    ]
    assert [each.effect for each in found] == [Effect.NONE] * 3


def test_a_conflict_tells_area_share_name_and_version(session: Session, lay: Lay) -> None:
    layer = lay(FARMLAND, square(50, 0, 100), names=["溪边片"])

    assert answer(session, FARMLAND, square(0, 0, 100)) == ZoneAnswer(
        FARMLAND, Result.CONFLICT, layer.id, SINCE,
        area_dm2=500_000, share_ppm=500_000, zone_name="溪边片", effect=Effect.WARN,
    )  # fmt: skip


def test_zones_that_overlap_each_other_count_once(session: Session, lay: Lay) -> None:
    lay(FARMLAND, square(0, 0, 60), square(20, 0, 60), square(0, 0, 60), square(70, 70, 10))

    found = answer(session, FARMLAND, square(0, 0, 100))

    assert found.area_dm2 == (80 * 60 + 100) * 100
    assert found.zone_name == "第1片、第2片、第3片、第4片"  # equal areas: in their order


def test_zones_that_touch_are_summed_exactly(session: Session, lay: Lay) -> None:
    lay(URBAN, *(square(10 * x, 10 * y, 10) for x in range(10) for y in range(10)))

    assert answer(session, URBAN, square(-5, -5, 110)).area_dm2 == 1_000_000
    assert answer(session, URBAN, square(5, 5, 50)).area_dm2 == 250_000


def test_a_hole_of_a_zone_is_no_zone(session: Session, lay: Lay) -> None:
    ring = square(0, 0, 1000) - square(100, 100, 500)
    lay(ECOLOGY, ring)

    assert answer(session, ECOLOGY, square(200, 200, 100)).result is Result.CLEAR
    assert answer(session, ECOLOGY, square(50, 200, 100)).area_dm2 == 50 * 100 * 100


def test_a_hole_of_the_land_is_not_of_it(session: Session, lay: Lay) -> None:
    lay(ECOLOGY, square(100, 100, 100))

    land = square(0, 0, 300) - square(100, 100, 100)

    assert answer(session, ECOLOGY, land).result is Result.CLEAR


def test_zones_and_land_of_several_parts(session: Session, lay: Lay) -> None:
    lay(FARMLAND, MultiPolygon([square(0, 0, 10), square(100, 0, 10), square(200, 0, 10)]))

    land = MultiPolygon([square(0, 0, 100), square(200, 0, 100)])

    assert answer(session, FARMLAND, land).area_dm2 == 20_000


def test_a_bundle_is_checked_as_one(session: Session, lay: Lay) -> None:
    lay(FARMLAND, square(0, 0, 100))

    bundle = [square(50, 0, 100), square(80, 0, 100), square(400, 0, 100)]

    found = answer(session, FARMLAND, bundle)
    assert found.area_dm2 == 500_000
    assert found.share_ppm == round(50 / 230 * 1_000_000)


@pytest.mark.parametrize(
    ("zone", "result"),
    [
        (shapely.box(0, 0, 2.2, 2.2), Result.CLEAR),  # 4.84 m²
        (shapely.box(0, 0, 2.3, 2.3), Result.CONFLICT),  # 5.29 m²
        (shapely.box(0, 0, 0.4, 100), Result.CLEAR),  # 40 m², nowhere wider than 0.5 m
        (shapely.box(0, 0, 0.6, 100), Result.CONFLICT),
        (shapely.box(0, 0, 10, 4), Result.CONFLICT),  # as much, but no strip
        (shapely.box(-5, 0, 0, 100), Result.CLEAR),  # beside it
    ],
)
def test_slivers_are_clear(session: Session, lay: Lay, zone: Polygon, result: Result) -> None:
    corner = square(0, 0, 100).bounds
    lay(FARMLAND, shapely.transform(zone, lambda c: c + corner[:2]))

    assert answer(session, FARMLAND, square(0, 0, 100)).result is result


def test_many_thin_strips_are_no_sliver_together(session: Session, lay: Lay) -> None:
    x, y = square(0, 0, 1).bounds[:2]
    strips = [shapely.box(x + 2 * n, y, x + 2 * n + 0.4, y + 100) for n in range(5)]
    lay(FARMLAND, *strips)

    assert answer(session, FARMLAND, square(0, 0, 100)).area_dm2 == 20_000  # 2 % of the land


def test_a_newer_version_governs_from_its_day_and_the_old_one_before(
    session: Session, lay: Lay
) -> None:
    old = lay(FARMLAND, square(0, 0, 100), since=date(2021, 1, 1))
    new = lay(FARMLAND, square(1000, 0, 100), since=date(2025, 7, 1))
    land = square(0, 0, 50)

    days = [date(2020, 12, 31), date(2021, 1, 1), date(2025, 6, 30), date(2025, 7, 1)]
    found = [answer(session, FARMLAND, land, on) for on in days]

    assert [(each.result, each.layer_id) for each in found] == [
        (Result.NOT_CHECKED, None),
        (Result.CONFLICT, old.id),
        (Result.CONFLICT, old.id),
        (Result.CLEAR, new.id),
    ]


def test_of_two_versions_of_one_day_the_later_one_governs(session: Session, lay: Lay) -> None:
    lay(FARMLAND, square(0, 0, 100))
    mended = lay(FARMLAND, square(0, 0, 90), at=AT + timedelta(hours=1))

    assert [layer.id for layer in layers_in_force(session, TODAY)] == [mended.id]


def test_the_same_zones_again_change_nothing(session: Session, lay: Lay) -> None:
    first = lay(FARMLAND, square(0, 0, 100), names=["甲"])

    again = lay(FARMLAND, square(0, 0, 100), names=["甲"], at=AT + timedelta(days=1))
    renamed = lay(FARMLAND, square(0, 0, 100), names=["乙"], at=AT + timedelta(days=2))

    assert again.id == first.id
    assert renamed.id != first.id


def test_a_layer_of_the_countys_own_answers_after_the_three(session: Session, lay: Lay) -> None:
    lay("饮用水源保护区", square(0, 0, 100))

    found = conflicts(session, square(0, 0, 50), on=TODAY)

    assert [each.layer_kind for each in found] == [FARMLAND, ECOLOGY, URBAN, "饮用水源保护区"]
    assert (found[3].result, found[3].effect) == (Result.CONFLICT, Effect.WARN)


def test_the_core_of_the_ecological_red_line_is_stricter(session: Session, lay: Lay) -> None:
    lay(ECOLOGY, square(0, 0, 1000), square(0, 0, 100), core=[1])

    outside, inside = square(500, 500, 50), square(90, 0, 50)

    assert answer(session, ECOLOGY, outside).effect is Effect.WARN
    found = answer(session, ECOLOGY, inside)
    assert (found.effect, found.area_dm2, found.core_dm2) == (Effect.FORBID, 250_000, 50_000)


@pytest.mark.parametrize(
    ("kind", "asset", "core", "refused"),
    [
        (FARMLAND, "construction_land", False, True),
        (FARMLAND, "house", False, True),
        (FARMLAND, "old_village", False, True),
        (FARMLAND, "water", False, True),
        (FARMLAND, "woodland", False, True),
        (FARMLAND, "farmland", False, False),
        (FARMLAND, None, False, False),
        (ECOLOGY, "woodland", False, False),
        (ECOLOGY, "woodland", True, True),
        (ECOLOGY, None, True, True),
        (URBAN, "house", False, False),
        ("文物保护区", "house", False, False),
        ("文物保护区", "house", True, False),
    ],
)
def test_what_a_conflict_forbids(kind: str, asset: str | None, core: bool, refused: bool) -> None:
    assert forbids(kind, asset, core=core, on=TODAY) is refused


def test_many_shapes_get_the_answers_that_each_gets_alone(session: Session, lay: Lay) -> None:
    rng = np.random.default_rng(4)
    spots = rng.uniform(0, 1800, (60, 2))
    lay(FARMLAND, *(square(x, y, 150) for x, y in spots[:30]))
    lay(ECOLOGY, square(0, 0, 900) - square(300, 300, 200), square(200, 200, 50), core=[1])
    land = [square(x, y, 90) for x, y in spots]

    together = conflicts_of(session, land, on=TODAY)

    assert together == [conflicts(session, shape, on=TODAY) for shape in land]
    assert {each.result for each, *_ in together} == {Result.CLEAR, Result.CONFLICT}
    assert conflicts_of(session, [], on=TODAY) == []
