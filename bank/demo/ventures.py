"""The demonstration county's projects: what they are, where, and how far they get by today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from random import Random
from typing import Final

from bank.calendar import local_date
from bank.demo import red_lines
from bank.demo.people import Person
from bank.demo.plans import DepositPlan, End, Planner
from bank.demo.scene import at_office
from bank.demo.terrain import County, PlannedParcel
from bank.deposits.tables import StorageMode
from bank.land.polygons import Shape


class Outcome(Enum):
    """How far a project gets by today."""

    OPERATING = auto()
    SUBMITTED = auto()
    IN_REVIEW = auto()
    APPROVED = auto()
    ESCROWED = auto()
    COLLECTING = auto()
    CANCELLED = auto()
    EXPIRED = auto()


@dataclass(frozen=True, slots=True)
class Idea:
    """A project: what for, in which town, on what kinds of asset, with how much own money."""

    name: str
    purpose: str
    town: str
    kinds: tuple[str, ...]
    capital_yuan: int
    outcome: Outcome = Outcome.OPERATING
    days_ago: int = 0
    """When it is ordered; operating projects follow one another instead."""
    lined: bool = False
    """Its bundle is prepared from a red line that cuts its first two deposits; the investor whose
    login is shown has all of these."""


IDEAS: Final = (
    Idea("大竹海民宿", "修缮闲置农房，建竹林民宿与步道",
         "330523108", ("house", "woodland"), 6_800_000),
    Idea("白茶庄园", "连片白茶园，采摘、加工与体验",
         "330523201", ("farmland", "woodland"), 5_200_000),
    Idea("云上草甸露营地", "高山露营、观星与山地运动",
         "330523206", ("woodland", "water"), 3_600_000),
    Idea("深溪漂流与溪畔书屋", "溪流漂流和村口书屋", "330523205", ("water", "house"), 2_400_000),
    Idea("报福林下石斛基地", "毛竹林下种植铁皮石斛", "330523106", ("woodland",), 4_500_000,
         lined=True),
    Idea("梅溪老粮仓文创园", "老粮仓和旧厂房改造为文创园", "330523110",
         ("construction_land", "old_village"), 12_000_000),
    Idea("天子湖冷链仓", "农产品分拣、冷藏与配送", "330523111", ("construction_land",), 18_000_000),
    Idea("鄣吴扇艺小镇", "制扇工坊、民宿与研学", "330523103", ("house", "old_village"), 5_600_000),
    Idea("杭垓高山蔬菜基地", "高山蔬菜与稻鱼共生", "330523104", ("farmland", "water"), 2_800_000),
    Idea("孝丰竹木加工园", "竹材就地加工，竹家具与竹炭", "330523105",
         ("construction_land", "woodland"), 9_600_000),
    Idea("章村溪源茶宿", "老屋改茶宿，溪边步道", "330523107", ("house", "farmland"), 3_200_000),
    Idea("孝源研学营地", "农耕研学与自然教育", "330523004", ("farmland", "woodland"), 3_900_000),
    Idea("灵峰康养院", "康养公寓与中医理疗", "330523003", ("construction_land", "house"),
         15_000_000, Outcome.CANCELLED, 200),
    Idea("昌硕夜市街区", "闲置地块改造为夜市街区", "330523002", ("construction_land",),
         4_200_000, Outcome.EXPIRED, 120),
    Idea("递铺亲水公园", "湿地步道与亲水驿站", "330523001", ("water", "farmland"),
         3_000_000, Outcome.COLLECTING, 26),
    Idea("报福云溪酒店", "溪畔精品酒店", "330523106", ("house", "construction_land"),
         11_000_000, Outcome.ESCROWED, 16),
    Idea("上墅竹纤维体验馆", "竹纤维纺织体验与展销", "330523205", ("woodland", "construction_land"),
         3_400_000, Outcome.APPROVED, 12),
    Idea("山川滑翔基地", "滑翔起降场与观景台", "330523206", ("woodland",), 2_600_000,
         Outcome.IN_REVIEW, 6, lined=True),
    Idea("天荒坪竹林碳汇", "毛竹林增汇经营与碳汇开发", "330523108", ("woodland",), 2_000_000,
         Outcome.SUBMITTED, 2),
)  # fmt: skip
FIRST_AGO: Final = 560
LAST_AGO: Final = 250
"""When the first and the last of the operating projects are ordered, in days before today."""
MOST_MEMBERS: Final = 30
PART: Final = 0.4
"""Of all deposits, so many at most serve projects."""


@dataclass(frozen=True, slots=True)
class VenturePlan:
    """One project to be, its investor, and the deposits that serve it."""

    n: int
    idea: Idea
    investor: Person
    ordered_at: datetime
    members: tuple[DepositPlan, ...]
    line: Shape | None = None
    """Its red line, if the bundle is prepared from one."""


class Chooser:
    """Hands out parcels: for a project those of its town and kinds first, then what is near."""

    def __init__(self, county: County, chosen: list[PlannedParcel]) -> None:
        centre = {town.code: town.outline.centroid for town in county.towns}
        self._far = {(a, b): centre[a].distance(centre[b]) for a in centre for b in centre}
        self.left = chosen

    def take(
        self, count: int, town: str, kinds: tuple[str, ...] = (), *, compact: bool = False
    ) -> list[PlannedParcel]:
        """The best so many of those that are left; compact: the best, and what lies around it."""

        def distance(place: int) -> tuple[bool, float, int]:
            parcel = self.left[place]
            away = self._far[town, parcel.village_code[:9]]
            unlike = bool(kinds) and parcel.kind not in kinds
            return unlike, away, place

        order = sorted(range(len(self.left)), key=distance)
        if compact and order:
            first = self.left[order[0]].polygon
            order.sort(
                key=lambda place: (distance(place)[0], first.distance(self.left[place].polygon))
            )
        best = set(order[:count])
        taken = [self.left[place] for place in sorted(best)]
        self.left = [each for place, each in enumerate(self.left) if place not in best]
        return taken


def ventures(
    rng: Random,
    planner: Planner,
    chooser: Chooser,
    investors: list[Person],
    *,
    deposits: int,
    today: datetime,
) -> list[VenturePlan]:
    """All projects that so many deposits can feed, with the deposits that they take."""
    each = min(MOST_MEMBERS, max(2, deposits // 60))
    ideas = IDEAS[: int(deposits * PART) // each]
    operating = sum(idea.outcome is Outcome.OPERATING for idea in ideas)
    stored = list(chooser.left)
    planned = []
    for n, idea in enumerate(ideas):
        ago = idea.days_ago
        if idea.outcome is Outcome.OPERATING:
            ago = FIRST_AGO - (FIRST_AGO - LAST_AGO) * n // max(1, operating - 1)
        day = local_date(today - timedelta(days=ago))
        ordered_at = at_office(rng, day, back=True)
        places = chooser.take(each, idea.town, idea.kinds, compact=idea.lined)
        members = [_member(rng, planner, place, ordered_at, m) for m, place in enumerate(places)]
        investor = investors[0 if idea.lined else n % len(investors)]
        line = _red_line(places, stored, day) if idea.lined else None
        planned.append(VenturePlan(n, idea, investor, ordered_at, tuple(members), line))
    return planned


def _red_line(places: Sequence[PlannedParcel], stored: Sequence[PlannedParcel], day: date) -> Shape:
    """The line around these parcels and no other of those that serve projects or will be stored."""
    own = {id(place) for place in places}
    others = [place.polygon for place in stored if id(place) not in own]
    return red_lines.red_line([place.polygon for place in places], others, on=day)


def _member(
    rng: Random, planner: Planner, place: PlannedParcel, ordered_at: datetime, nth: int
) -> DepositPlan:
    """A deposit that is stored well before the order; the first three of a project differ."""
    day = local_date(ordered_at) - timedelta(days=rng.randint(62, 130))
    mode = dict(enumerate(StorageMode)).get(nth)
    return planner.plan(place, End.STORED, at_office(rng, day, back=True), mode=mode)


def with_owner(plan: VenturePlan, old: Person, new: Person) -> VenturePlan:
    """The same with another owner, wherever the old one was."""
    members = tuple(replace(m, owner=new) if m.owner == old else m for m in plan.members)
    investor = new if plan.investor == old else plan.investor
    return replace(plan, members=members, investor=investor)
