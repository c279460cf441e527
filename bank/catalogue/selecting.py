"""What can be taken out as a file: the catalogue, a town, a bundle, a project, a red line."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement

from bank.area import m2
from bank.catalogue.browsing import Filter
from bank.catalogue.features import Selection
from bank.catalogue.layers import CATALOGUE, DEPOSITS, Layer
from bank.land.files.fields import Field, FieldKind
from bank.orders.taking import Taken


class Found(Protocol):
    """A deposit that a red line touches, as `redlines.findings.Hit` tells it."""

    @property
    def deposit_id(self) -> UUID: ...
    @property
    def overlap_dm2(self) -> int: ...
    @property
    def part(self) -> StrEnum: ...


def of_filter(wanted: Filter) -> Selection:
    """What the public catalogue lists under a filter."""
    return Selection(CATALOGUE, tuple(wanted.conditions()))


def of_layer(layer: Layer, *, on: date, town: str = "") -> Selection:
    """A layer as it is on a day, or what of it lies in one division."""
    place: list[ColumnElement[bool]] = []
    if town and layer.place is not None:
        place.append(layer.place.startswith(town, autoescape=True))
    return Selection(layer, (*layer.members_on(on), *place))


def of_taken(found: Sequence[Taken], *, with_owners: bool = False) -> Selection:
    """What a bundle or an order takes: of a deposit that is cut the part, with the part's figures.

    A part that was collected is told as the deposit that it is since, with its own number and code.
    """
    ids = [(each.serving or each.deposit).id for each in found]
    by_id = dict(zip(ids, found, strict=True))

    def is_part(row: Any) -> bool:
        return by_id[row.id].part is not None

    def whole(row: Any) -> float:
        part = by_id[row.id].part
        return float(m2(part.area_dm2 + part.rest_dm2 if part else row.area_dm2))

    return Selection(
        DEPOSITS if with_owners else CATALOGUE,
        deposit_ids=tuple(ids),
        more=(
            Field("part", "部分收储", FieldKind.FLAG, is_part),
            Field("whole_m2", "整宗面积（平方米）", FieldKind.DECIMAL, whole),
        ),
        instead={
            each.deposit.id: {"wkb": each.part.wkb, **_figures(each)}
            for each in found
            if each.part is not None and each.serving is None
        },
    )


def _figures(taken: Taken) -> dict[str, int | None]:
    rented = taken.deposit.rent_fen is not None
    return {
        "area_dm2": taken.figures.area_dm2,
        "value_fen": taken.figures.value_fen,
        "rent_fen": taken.figures.rent_fen if rented else None,
    }


def of_finds(finds: Iterable[Found], *, with_owners: bool) -> Selection:
    """The deposits that a red line touches, each with what of it lies inside."""
    by_id = {find.deposit_id: find for find in finds}

    def inside(row: Any) -> float:
        return float(m2(by_id[row.id].overlap_dm2))

    def part(row: Any) -> StrEnum:
        return by_id[row.id].part

    return Selection(
        DEPOSITS if with_owners else CATALOGUE,
        deposit_ids=tuple(by_id),
        more=(
            Field("inside_m2", "红线内面积（平方米）", FieldKind.DECIMAL, inside),
            Field("part", "收储范围", FieldKind.CHOICE, part),
        ),
    )
