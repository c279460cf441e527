"""What can be taken out as a file: the catalogue, a town, a bundle, a project, a red line."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, select

from bank.area import m2
from bank.catalogue.browsing import Filter
from bank.catalogue.features import Selection
from bank.catalogue.layers import CATALOGUE, DEPOSITS, Layer
from bank.catalogue.tables import BundleItem
from bank.deposits.tables import Deposit
from bank.land.files.fields import Field, FieldKind
from bank.orders.tables import Order, OrderLine


class Found(Protocol):
    """A deposit that a red line touches, as `redline.Hit` tells it."""

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


def of_bundle(bundle_id: UUID) -> Selection:
    """The deposits of a bundle, whatever became of them since."""
    items = select(BundleItem.deposit_id).where(BundleItem.bundle_id == bundle_id)
    return Selection(CATALOGUE, (Deposit.id.in_(items),))


def of_project(project_id: UUID, *, with_owners: bool) -> Selection:
    """The deposits that a project's order asked for, as they lie now."""
    lines = (
        select(OrderLine.deposit_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.project_id == project_id)
    )
    return Selection(DEPOSITS if with_owners else CATALOGUE, (Deposit.id.in_(lines),))


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
