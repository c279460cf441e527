"""Control zones (三区三线): which layers are in force on a day, and what conflicts with them.

What no layer was there to tell of is `NOT_CHECKED`, never clear. The zones of a layer count once
where they overlap each other.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

import numpy as np
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import rules
from bank.land.polygons import Box, Shape
from bank.zones.around import Governing, zones_around
from bank.zones.covering import Cover, covers_of
from bank.zones.tables import ControlLayer

PPM: Final = 1_000_000


class ZoneKind(StrEnum):
    """The three that every county has; others are what a county calls them."""

    PERMANENT_BASIC_FARMLAND = "permanent_basic_farmland"
    ECOLOGICAL_RED_LINE = "ecological_red_line"
    URBAN_BOUNDARY = "urban_boundary"


KINDS: Final = tuple(kind.value for kind in ZoneKind)


class Result(StrEnum):
    """A check's answer; what could not be checked never reads as clear."""

    CLEAR = "clear"
    CONFLICT = "conflict"
    NOT_CHECKED = "not_checked"


class Effect(StrEnum):
    """What the rulebook makes of a conflict."""

    FORBID = "forbid"
    WARN = "warn"
    NONE = "none"


@dataclass(frozen=True)
class ZoneAnswer:
    """One layer's answer for one shape.

    On conflict `area_dm2` is what the layer covers of the shape, `core_dm2` of it the core,
    `share_ppm` the same in millionths of the shape, `zone_name` the zones' names, the one that
    covers most first. `layer_id` and `valid_from` are of the version that was asked; none was in
    force: the answer is NOT_CHECKED.
    """

    layer_kind: str
    result: Result
    layer_id: UUID | None = None
    valid_from: date | None = None
    area_dm2: int = 0
    core_dm2: int = 0
    share_ppm: int = 0
    zone_name: str = ""
    effect: Effect = Effect.NONE


def layers_in_force(session: Session, on: date) -> list[ControlLayer]:
    """Per kind the version that governs that day: the three kinds first, others by their name.

    The newest `valid_from` up to that day; of several of one day, the one that came in last.
    """
    newest: dict[str, ControlLayer] = {}
    for layer in session.scalars(
        select(ControlLayer)
        .where(ControlLayer.valid_from <= on)
        .order_by(ControlLayer.valid_from, ControlLayer.imported_at, ControlLayer.id)
    ):
        newest[layer.kind] = layer
    return [newest[kind] for kind in in_order(newest)]


def versions(session: Session) -> Sequence[ControlLayer]:
    """Every version there is: the three kinds first, in each the newest first."""
    found = session.scalars(
        select(ControlLayer).order_by(
            ControlLayer.valid_from.desc(), ControlLayer.imported_at.desc()
        )
    ).all()
    kinds = in_order({layer.kind for layer in found})
    return sorted(found, key=lambda layer: kinds.index(layer.kind))


def conflicts(
    session: Session,
    shape: Shape | Sequence[Shape],
    *,
    on: date,
    asset_kind: str | None = None,
) -> list[ZoneAnswer]:
    """Each layer's answer for a shape of the county's system; of several shapes, for their union.

    `asset_kind` is a value of AssetKind where the land has one: what a conflict forbids may depend
    on it. Slivers up to the rulebook's `zone.sliver` are clear.
    """
    whole = cast("Shape", shapely.union_all(shape)) if isinstance(shape, Sequence) else shape
    return conflicts_of(session, [whole], on=on, asset_kinds=[asset_kind])[0]


def conflicts_of(
    session: Session,
    shapes: Sequence[Shape],
    *,
    on: date,
    asset_kinds: Sequence[str | None] | None = None,
) -> list[list[ZoneAnswer]]:
    """What `conflicts` answers for each of many shapes, in one pass over the zones around them."""
    if not len(shapes):
        return []
    asked = np.array(shapes, dtype=object)
    box = cast("Box", tuple(shapely.total_bounds(asked).tolist()))
    layers, zones = zones_around(session, box, on)
    covers = covers_of(asked, zones)
    said = {layer.kind: _Layer(layer, place, on) for place, layer in enumerate(layers)}
    order = in_order([*KINDS, *said])
    unchecked = {kind: ZoneAnswer(kind, Result.NOT_CHECKED) for kind in order}
    whole_dm2 = np.rint(shapely.area(asked) * 100).astype(np.int64).tolist()
    kinds = asset_kinds or [None] * len(shapes)
    return [
        [
            said[kind].answer(covers.get((place, said[kind].place)), dm2, asset_kind)
            if kind in said
            else unchecked[kind]
            for kind in order
        ]
        for place, (dm2, asset_kind) in enumerate(zip(whole_dm2, kinds, strict=True))
    ]


def kept_columns(answer: ZoneAnswer, *, at: datetime) -> dict[str, Any]:
    """An answer as the columns of `KeptAnswer`, given at that moment."""
    return {
        "layer": answer.layer_kind,
        "result": answer.result.value,
        "area_dm2": answer.area_dm2,
        "share_ppm": answer.share_ppm,
        "zone_name": answer.zone_name,
        "effect": answer.effect.value,
        "layer_id": answer.layer_id,
        "checked_at": at,
    }


def forbids(kind: str, asset_kind: str | None, *, core: bool, on: date) -> bool:
    """Whether a conflict with a layer forbids a deposit of that kind of asset on that day.

    The rulebook's most particular rule decides; inside a core, its own rule besides.
    Refuses: UnknownRule.
    """
    if core and (rule := rules.find_rule(f"zone.{kind}.core.forbids", on)) and rule.value:
        return True
    names = [f"zone.{kind}.{asset_kind}.forbids", f"zone.{kind}.forbids"]
    for name in names:
        if rule := rules.find_rule(name, on):
            return bool(rule.value)
    return rules.flag("zone.other.forbids", on)


@dataclass(frozen=True)
class Slivers:
    """What is too little to be a conflict: a small area, or a thin strip of a small share."""

    area_dm2: int
    width_m: float
    share: float

    @classmethod
    @cache
    def on(cls, day: date) -> "Slivers":
        """What the rulebook lets pass on a day."""
        return cls(
            area_dm2=round(rules.ratio("zone.sliver.area_m2", day) * 100),
            width_m=float(rules.ratio("zone.sliver.width_m", day)),
            share=float(rules.ratio("zone.sliver.share", day)),
        )

    def lets_pass(self, cover: Cover, area_dm2: int, whole_dm2: int) -> bool:
        """Whether what a layer covers of a shape counts for nothing."""
        if area_dm2 <= self.area_dm2:
            return True
        return area_dm2 <= self.share * whole_dm2 and cover.is_thin(self.width_m)


class _Layer:
    """What one layer in force answers on a day; rules are looked up once."""

    def __init__(self, layer: Governing, place: int, on: date) -> None:
        self.layer = layer
        self.place = place
        self.on = on
        self.slivers = Slivers.on(on)
        self.clear = ZoneAnswer(layer.kind, Result.CLEAR, layer.id, layer.valid_from)
        self.effects: dict[tuple[str | None, bool], Effect] = {}

    def answer(self, cover: Cover | None, whole_dm2: int, asset_kind: str | None) -> ZoneAnswer:
        """Its answer for land of which it covers so much."""
        if cover is None:
            return self.clear
        area_dm2 = min(cover.area_dm2, whole_dm2)
        if self.slivers.lets_pass(cover, area_dm2, whole_dm2):
            return self.clear
        core_dm2 = min(cover.core_dm2, area_dm2)
        return ZoneAnswer(
            self.layer.kind,
            Result.CONFLICT,
            self.layer.id,
            self.layer.valid_from,
            area_dm2=area_dm2,
            core_dm2=core_dm2,
            share_ppm=round(area_dm2 * PPM / whole_dm2) if whole_dm2 else 0,
            zone_name=cover.names,
            effect=self._effect(asset_kind, core=core_dm2 > self.slivers.area_dm2),
        )

    def _effect(self, asset_kind: str | None, *, core: bool) -> Effect:
        known = self.effects.get((asset_kind, core))
        if known is None:
            refused = forbids(self.layer.kind, asset_kind, core=core, on=self.on)
            known = self.effects[asset_kind, core] = Effect.FORBID if refused else Effect.WARN
        return known


def in_order(kinds: Collection[str]) -> list[str]:
    """Each kind once: the three first, then the county's own by name."""
    own = sorted(set(kinds) - set(KINDS))
    return [kind for kind in KINDS if kind in kinds] + own
