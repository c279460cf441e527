"""The layers of land that other programs read: what each holds, and the fields it is told by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from bank.assets.tables import Asset, AssetKind, Right, RightType
from bank.catalogue.browsing import TOWN_CODE, Filter, Town
from bank.catalogue.told import (
    choice,
    columns_of,
    fields_of,
    in_mu,
    plain,
    square_metres,
    yuan,
)
from bank.deposits.lifecycle import IN_BANK, Stage
from bank.deposits.tables import Deposit, StorageMode
from bank.land import parcels
from bank.land.codes import TOWN_LENGTH
from bank.land.files.fields import Field, FieldKind
from bank.land.polygons import Box
from bank.land.tables import Division, DivisionKind, Origin, Parcel
from bank.parties.tables import Party
from bank.zones import indexes
from bank.zones.tables import ControlLayer, ControlZone

PARCEL_TOWN = func.substr(Parcel.division_code, 1, TOWN_LENGTH)


@dataclass(frozen=True)
class Layer:
    """One layer. Its query gives a row for each shape, with the columns `key`, `fid` and `wkb`.

    `key` orders the rows and never changes, so that reading can go on after any of them; `boxed`
    is the condition that a shape's box meets a box; `moment` is what an interval of time is
    compared with; `place` is the code of the division where a row lies. `members` says what the
    layer holds when nothing else is asked, and `in_force` which versions of it on a day.
    `staff`: only officers and auditors see it.
    """

    name: str
    title: str
    title_zh: str
    description: str
    staff: bool
    fields: tuple[Field, ...]
    query: Callable[[], Select[*tuple[Any, ...]]]
    key: Any
    fid: Any
    place: Any
    boxed: Callable[[Session, Box], ColumnElement[bool]]
    moment: Any = None
    members: tuple[ColumnElement[bool], ...] = ()
    in_force: Callable[[date], ColumnElement[bool]] | None = None

    def members_on(self, day: date) -> list[ColumnElement[bool]]:
        """The conditions that a row belongs to the layer on a day."""
        return [*self.members, *([self.in_force(day)] if self.in_force else [])]

    @property
    def filters(self) -> dict[str, Field]:
        """The fields that rows can be asked for by."""
        return {each.name: each for each in self.fields if each.column is not None}


_TOWN_NAME: Final = func.coalesce(Town.name, Division.name)
_LISTED: Final = (
    plain("number", "储蓄单号", Deposit.number, asked=True),
    choice("stage", "状态", Stage, Deposit.stage),
    choice("kind", "资源类型", AssetKind, Asset.kind),
    plain("name", "资源名称", Asset.name),
    choice("mode", "存储模式", StorageMode, Deposit.mode),
    plain("term_years", "年限", Deposit.term_years, kind=FieldKind.WHOLE),
    yuan("rent_yuan", "年租金（元）", Deposit.rent_fen),
    square_metres("area_m2", "面积（平方米）", Deposit.area_dm2),
    in_mu("area_mu", "面积（亩）", Deposit.area_dm2),
    yuan("value_yuan", "评估价值（元）", Deposit.value_fen),
    plain("stored_at", "入库时间", Deposit.stored_at, kind=FieldKind.MOMENT),
    plain("parcel_code", "图斑代码", Parcel.code, asked=True, short="parcel"),
    plain("land_class", "地类编码", Parcel.land_class, asked=True),
    plain("division_code", "行政区代码", Asset.division_code, asked=True, short="div_code"),
    plain("village", "村（社区）", Division.name),
    plain("town", "乡镇（街道）", _TOWN_NAME),
)
_OWNED: Final = (
    plain("owner", "权利人", Party.name),
    plain("owner_number", "权利人编号", Party.number, asked=True, short="owner_no"),
    choice("right_type", "权利类型", RightType, Right.type),
    plain("certificate", "权证号", Right.certificate_number, short="cert_no"),
    plain("right_ends_on", "权利到期日", Right.ends_on, kind=FieldKind.DAY, short="right_end"),
)
_PARCEL: Final = (
    plain("code", "图斑代码", Parcel.code, asked=True),
    plain("land_class", "地类编码", Parcel.land_class, asked=True),
    plain("location", "坐落", Parcel.location),
    square_metres("area_m2", "面积（平方米）", Parcel.area_dm2),
    in_mu("area_mu", "面积（亩）", Parcel.area_dm2),
    square_metres(
        "area_ellipsoid_m2", "椭球面积（平方米）", Parcel.area_ellipsoid_dm2, short="area_ell"
    ),
    plain("division_code", "行政区代码", Parcel.division_code, asked=True, short="div_code"),
    plain("village", "村（社区）", Division.name),
    choice("origin", "来源", Origin, Parcel.origin),
    plain("source_note", "来源说明", Parcel.source_note, short="src_note"),
    plain("asset", "资源编号", Asset.number, asked=True),
    plain("created_at", "登记时间", Parcel.created_at, kind=FieldKind.MOMENT),
)
_ZONE: Final = (
    plain("kind", "管控类型", ControlLayer.kind, asked=True),
    plain("layer", "图层", ControlLayer.name),
    plain("code", "编码", ControlZone.code, asked=True),
    plain("name", "名称", ControlZone.name),
    plain("is_core", "核心区", ControlZone.is_core, kind=FieldKind.FLAG),
    plain("valid_from", "生效日期", ControlLayer.valid_from, kind=FieldKind.DAY),
)
_TOWN: Final = (
    plain("code", "行政区代码", Division.code, asked=True),
    plain("name", "名称", Division.name, asked=True),
)


def _deposits() -> Select[*tuple[Any, ...]]:
    """Deposits with a place, at any stage: what the catalogue tells of them."""
    return (
        select(
            Parcel.number.label("key"), Deposit.number.label("fid"), Parcel.wkb, Deposit.id,
            *columns_of(_LISTED),
        )
        .join_from(Deposit, Asset, Asset.id == Deposit.asset_id)
        .join(Parcel, (Parcel.asset_id == Asset.id) & Parcel.retired_at.is_(None))
        .join(Division, Division.code == Asset.division_code)
        .outerjoin(Town, Town.code == TOWN_CODE)
    )  # fmt: skip


def _owned_deposits() -> Select[*tuple[Any, ...]]:
    return (
        _deposits()
        .add_columns(*columns_of(_OWNED))
        .join(Party, Party.id == Deposit.party_id)
        .outerjoin(Right, Right.asset_id == Asset.id)
    )


def _parcels() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Parcel.number.label("key"), Parcel.code.label("fid"), Parcel.wkb,
            *columns_of(_PARCEL),
        )
        .join_from(Parcel, Division, Division.code == Parcel.division_code)
        .outerjoin(Asset, Asset.id == Parcel.asset_id)
        .where(Parcel.retired_at.is_(None))
    )  # fmt: skip


def _towns() -> Select[*tuple[Any, ...]]:
    return select(
        Division.code.label("key"), Division.code.label("fid"), Division.outline.label("wkb"),
        *columns_of(_TOWN),
    ).where(Division.kind == DivisionKind.TOWN, Division.outline.is_not(None))  # fmt: skip


def _zones() -> Select[*tuple[Any, ...]]:
    return select(
        ControlZone.number.label("key"), ControlZone.number.label("fid"), ControlZone.wkb,
        *columns_of(_ZONE),
    ).join_from(ControlZone, ControlLayer, ControlLayer.id == ControlZone.layer_id)  # fmt: skip


def _zones_in_force(day: date) -> ColumnElement[bool]:
    """The zone's version governs that day, as `zones.layers_in_force` says."""
    newer = aliased(ControlLayer)
    later = (newer.valid_from > ControlLayer.valid_from) | (
        (newer.valid_from == ControlLayer.valid_from)
        & (newer.imported_at > ControlLayer.imported_at)
    )
    replaced = select(newer.id).where(
        newer.kind == ControlLayer.kind, newer.valid_from <= day, later
    )
    return (ControlLayer.valid_from <= day) & ~replaced.correlate(ControlLayer).exists()


def box_meets(of: Any) -> Callable[[Session, Box], ColumnElement[bool]]:
    """The condition for a small table that keeps its shapes' boxes in four columns."""

    def condition(_: Session, box: Box) -> ColumnElement[bool]:
        min_x, min_y, max_x, max_y = box
        meets: ColumnElement[bool] = (
            (of.min_x <= max_x) & (of.max_x >= min_x) & (of.min_y <= max_y) & (of.max_y >= min_y)
        )
        return meets

    return condition


CATALOGUE: Final = Layer(
    name="catalogue",
    title="Catalogue",
    title_zh="资源目录",
    description="Deposits of the bank that can be ordered, without their owners; with `taken`, "
    "those too that an order, a lender or a project has already.",
    staff=False,
    fields=fields_of(_LISTED),
    query=_deposits,
    key=Parcel.number,
    fid=Deposit.number,
    place=Asset.division_code,
    boxed=parcels.in_box,
    moment=Deposit.stored_at,
    members=tuple(Filter().conditions()),
)
TOWNS: Final = Layer(
    name="towns",
    title="Towns",
    title_zh="乡镇",
    description="The townships' outlines.",
    staff=False,
    fields=fields_of(_TOWN),
    query=_towns,
    key=Division.code,
    fid=Division.code,
    place=Division.code,
    boxed=box_meets(Division),
)
DEPOSITS: Final = Layer(
    name="deposits",
    title="Deposits",
    title_zh="储蓄单",
    description="Deposits that were handed in, at every stage, with their owners and rights.",
    staff=True,
    fields=fields_of(_LISTED + _OWNED),
    query=_owned_deposits,
    key=Parcel.number,
    fid=Deposit.number,
    place=Asset.division_code,
    boxed=parcels.in_box,
    moment=func.coalesce(Deposit.stored_at, Deposit.created_at),
    members=(Deposit.stage != Stage.DRAFT,),
)
PARCELS: Final = Layer(
    name="parcels",
    title="Parcels",
    title_zh="图斑",
    description="All parcels that are not retired, whether anybody's asset or not.",
    staff=True,
    fields=fields_of(_PARCEL),
    query=_parcels,
    key=Parcel.number,
    fid=Parcel.code,
    place=Parcel.division_code,
    boxed=parcels.in_box,
    moment=Parcel.created_at,
)

ZONES: Final = Layer(
    name="zones",
    title="Control zones",
    title_zh="管控线",
    description="The control zones (三区三线) whose versions are in force.",
    staff=True,
    fields=fields_of(_ZONE),
    query=_zones,
    key=ControlZone.number,
    fid=ControlZone.number,
    place=None,
    boxed=lambda session, box: indexes.in_box(session, ControlZone, box),
    in_force=_zones_in_force,
)

LAYERS: Final = {each.name: each for each in (CATALOGUE, TOWNS, DEPOSITS, PARCELS, ZONES)}
"""All layers, the public ones first."""
TAKEN_TOO: Final = (Deposit.stage.in_(IN_BANK),)
"""The catalogue's members with those that are not free."""
