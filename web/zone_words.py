"""Control layers and land checks in the reader's language."""

from datetime import date, datetime
from typing import Any, Final, Protocol

from bank.land.checks import Effect, Layer, Result
from bank.zones.conflicts import PPM
from bank.zones.tables import ControlLayer
from web.labels import label

MARKS: Final = {Result.CLEAR: "check", Result.CONFLICT: "alert"}


class Kept(Protocol):
    """A kept answer of one layer, of a deposit or a project."""

    layer: str
    result: str
    area_dm2: int
    share_ppm: int
    zone_name: str
    effect: str
    checked_at: datetime

    @property
    def control_layer(self) -> ControlLayer | None:
        """The version that was asked."""


def layer_name(layer: str) -> str:
    """What a layer is called; one of the county's own is called what the county calls it."""
    return str(label(Layer(layer))) if layer in set(Layer) else layer


def in_page_order(kept: list[Any]) -> list[Any]:
    """Kept answers in the order of `Layer`, the county's own layers last, by name."""
    order = {layer.value: n for n, layer in enumerate(Layer)}
    return sorted(kept, key=lambda each: (order.get(each.layer, len(order)), each.layer))


def told(kept: Kept) -> dict[str, Any]:
    """A kept answer for a page."""
    since = kept.control_layer.valid_from if kept.control_layer else None
    return shown(
        kept.layer, Result(kept.result), kept.area_dm2,
        share_ppm=kept.share_ppm, zone_name=kept.zone_name, effect=Effect(kept.effect),
        valid_from=since, on=kept.checked_at,
    )  # fmt: skip


def shown(
    layer: str,
    result: Result,
    area_dm2: int,
    *,
    on: datetime,
    share_ppm: int = 0,
    zone_name: str = "",
    effect: Effect = Effect.NONE,
    valid_from: date | None = None,
    other_code: str = "",
) -> dict[str, Any]:
    """An answer for a page: `share` as a percentage, `verdict` what the rulebook makes of it."""
    conflict = result is Result.CONFLICT
    return {
        "layer": layer_name(layer),
        "result": label(result),
        "mark": MARKS.get(result, "info"),
        "conflict": conflict,
        "unknown": result is Result.NOT_CHECKED,
        "area_dm2": area_dm2,
        "share": percent(share_ppm) if conflict and share_ppm else "",
        "zone_name": zone_name,
        "verdict": label(effect) if conflict and effect is not Effect.NONE else "",
        "valid_from": valid_from,
        "other_code": other_code,
        "on": on,
    }


def percent(share_ppm: int) -> str:
    """A share as a percentage; what is not nothing never reads as 0 %."""
    hundredths = share_ppm * 100 / PPM
    return "<0.1%" if 0 < hundredths < 0.1 else f"{hundredths:.1f}%"
