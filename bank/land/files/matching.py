"""Matching a file's columns to what a parcel has: proposed by their usual names, then confirmed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final


class AreaUnit(StrEnum):
    """The unit of a column of areas."""

    SQUARE_METRE = "m2"
    MU = "mu"
    HECTARE = "ha"


@dataclass(frozen=True)
class Column:
    """A column of a file: its name, and some values as text to know it by."""

    name: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matching:
    """Which column says what; None: no column does. The `usual_…` are for rows that say nothing.

    A spreadsheet's shapes come from `shape` (WKT, GeoJSON, or corners as "lon lat, lon lat, …"),
    or from `x` and `y`, one row a corner, with `group` (None: `code`) naming the parcel; with only
    a `code`, its rows name parcels that the bank has. `usual_class` is a GB/T 21010-2017 class,
    `usual_division` a division's code.
    """

    code: str | None = None
    land_class: str | None = None
    location: str | None = None
    division: str | None = None
    area: str | None = None
    area_unit: AreaUnit = AreaUnit.SQUARE_METRE
    shape: str | None = None
    x: str | None = None
    y: str | None = None
    group: str | None = None
    usual_class: str | None = None
    usual_division: str | None = None
    usual_location: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain values, for a job that goes on later."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Matching":
        """What `to_json` wrote."""
        return cls(**{**given, "area_unit": AreaUnit(given.get("area_unit", "m2"))})


FIELDS: Final = ("code", "land_class", "location", "division", "area", "shape", "x", "y", "group")
"""What of a Matching is a column's name."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


USUAL: Final[dict[str, tuple[str, ...]]] = {
    "code": _words(
        "宗地代码 不动产单元代码 不动产单元号 不动产单元号码 bdcdyh zddm 地块编码 dkbm 宗地号 "
        "宗地编码 parcel_code parcelcode unit_code code 编码 代码"
    ),
    "land_class": _words(
        "dlbm 地类编码 地类代码 地类 土地利用现状分类 土地用途 dlmc 地类名称 land_class "
        "landclass land_use landuse"
    ),
    "location": _words(
        "坐落 座落 zl zdzl 土地坐落 宗地坐落 位置 地址 地块名称 dkmc 小地名 location address "
        "name 名称"
    ),
    "division": _words(
        "村代码 行政村代码 坐落单位代码 zldwdm 村 行政村 村名 村名称 所在村 坐落单位名称 zldwmc "
        "xzqdm xzqmc 行政区代码 行政区名称 village_code village division 乡镇 镇 town"
    ),
    "area": _words(
        "面积 宗地面积 zdmj tbmj 图斑面积 实测面积 scmj mj dkmj htmj area area_m2 "
        "area_mu shape_area 面积亩 面积公顷 面积平方米 面积㎡ 面积m2"
    ),
    "shape": _words(
        "wkt geojson geometry geom shape 坐标 坐标串 界址点坐标 拐点坐标 四至坐标 几何 图形 "
        "coordinates corners"
    ),
    "x": _words("经度 lon lng longitude 东坐标 横坐标 easting 东 x x坐标 坐标x"),
    "y": _words("纬度 lat latitude 北坐标 纵坐标 northing 北 y y坐标 坐标y"),
    "group": _words("组 地块号 图斑号 tbbh 宗地序号 parcel group polygon"),
}
"""The usual names of columns, compared without case, spaces or what stands in brackets; the
earlier ones go first. X is the easting here, as map programs write it; a surveyor's X is the
northing, which its numbers show (see `_surveyed`)."""
NORTHINGS_M: Final = (1_900_000, 6_000_000)
"""Northings of China in metres, from the South China Sea to the Heilongjiang; no easting, with its
zone's number or without, lies among them."""

_NUMBER: Final = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
_UNITS: Final = (
    ("亩", AreaUnit.MU), ("mu", AreaUnit.MU),
    ("公顷", AreaUnit.HECTARE), ("hm2", AreaUnit.HECTARE), ("ha", AreaUnit.HECTARE),
)  # fmt: skip


def propose(columns: Sequence[Column]) -> Matching:
    """The matching that the columns' names suggest; a person confirms or mends it."""
    names = [column.name for column in columns]
    bare = {name: bare_name(name) for name in reversed(names)}
    found: dict[str, str] = {}
    for field in FIELDS:
        left = {bare[name]: name for name in reversed(names) if name not in found.values()}
        name = next((left[usual] for usual in USUAL[field] if usual in left), None)
        if name is not None:
            found[field] = name
    if ("x" in found) != ("y" in found) or "shape" in found:
        found = {field: name for field, name in found.items() if field not in ("x", "y")}
    if "x" in found and _surveyed({each.name: each.samples for each in columns}, found):
        found["x"], found["y"] = found["y"], found["x"]
    unit = unit_of(found["area"]) if "area" in found else AreaUnit.SQUARE_METRE
    return Matching(area_unit=unit, **found)


def _surveyed(samples: Mapping[str, tuple[str, ...]], found: Mapping[str, str]) -> bool:
    """Whether what is called x holds northings in metres, and y does not: surveyors' axes."""
    x, y = (samples[found[axis]] for axis in ("x", "y"))
    return _are_northings(x) and not _are_northings(y)


def _are_northings(samples: Iterable[str]) -> bool:
    low, high = NORTHINGS_M
    numbers = [float(text) for text in samples if _NUMBER.fullmatch(text.strip())]
    return bool(numbers) and all(low <= number <= high for number in numbers)


def bare_name(name: str) -> str:
    """A column's name as usual names are compared with it: no case, blanks, remarks in brackets."""
    return re.sub(r"[\s*]|[(（\[【].*?[)）\]】]", "", name).casefold()


def unit_of(name: str) -> AreaUnit:
    """The unit that a column of areas says in its name; square metres if it says none."""
    text = name.casefold()
    return next((unit for mark, unit in _UNITS if re.search(rf"(?<![a-z]){mark}(?![a-z])", text)),
                AreaUnit.SQUARE_METRE)  # fmt: skip
