"""What is to be deposited in the demonstration county, by whom and how far it gets: plans only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from random import Random
from typing import Final

from bank.area import dm2_from_m2, mu
from bank.assets.tables import AssetKind, RightType
from bank.calendar import local_date
from bank.demo import words, worth
from bank.demo.data import TOWNS
from bank.demo.people import People, Person
from bank.demo.scene import at_office
from bank.demo.terrain import County, PlannedParcel
from bank.deposits.drafting import COLLECTIVE_ONLY
from bank.deposits.tables import ConstructionUse, StorageMode
from bank.parties.tables import PartyKind
from bank.rules import lease_cap, term_cap

FIRST_TOWN: Final = "330523106"
"""Its officer's login is shown: some of everything that waits lies here (报福镇)."""
DRAWN: Final = 0.08
"""Part of the deposits whose owners draw their land; the others pick an imported parcel."""
BY_COLLECTIVE: Final = {AssetKind.WOODLAND: 0.2, AssetKind.FARMLAND: 0.12, AssetKind.WATER: 0.6,
                        AssetKind.HOUSE: 0.06}  # fmt: skip


class End(Enum):
    """How far a deposit gets by today."""

    DRAFT = auto()
    SUBMITTED = auto()
    SENT_BACK = auto()
    REFUSED = auto()
    ON_NOTICE = auto()
    OBJECTED = auto()
    UPHELD = auto()
    CLEARED = auto()
    STORED = auto()
    RETURNED = auto()
    RETURNING = auto()


QUOTA: Final = {
    End.SUBMITTED: 0.035, End.ON_NOTICE: 0.07, End.OBJECTED: 0.008, End.CLEARED: 0.04,
    End.DRAFT: 0.04, End.SENT_BACK: 0.015, End.REFUSED: 0.02, End.UPHELD: 0.007,
    End.RETURNED: 0.025, End.RETURNING: 0.005,
}  # fmt: skip
"""Part of all deposits that end there; the rest is stored."""

DAYS_AGO: Final = {
    End.DRAFT: (1, 30), End.SUBMITTED: (1, 4), End.SENT_BACK: (6, 60), End.REFUSED: (20, 600),
    End.ON_NOTICE: (1, 13), End.OBJECTED: (4, 18), End.UPHELD: (20, 90), End.CLEARED: (19, 29),
    End.STORED: (60, 330), End.RETURNED: (320, 680), End.RETURNING: (90, 300),
}  # fmt: skip
"""When its notice was posted (or, for what was never posted, when it was begun or submitted)."""


@dataclass(frozen=True, slots=True)
class DepositPlan:
    """One deposit to be. `anchor` is when its notice is posted, see `DAYS_AGO`."""

    n: int
    place: PlannedParcel
    kind: AssetKind
    name: str
    owner: Person
    end: End
    anchor: datetime
    right: RightType
    certificate: str
    ends_on: date | None
    mode: StorageMode
    term_years: int
    use: ConstructionUse | None
    rent_fen: int | None
    wish: str
    worth: worth.Worth
    drawn: bool

    @property
    def town(self) -> str:
        """The code of the town it lies in."""
        return self.place.village_code[:9]

    @property
    def area_mu(self) -> Decimal:
        """Its area, to four decimals."""
        return area_mu(self.place)

    @property
    def agency(self) -> int:
        """Which agency appraises it: each has its towns."""
        codes = [town.code for town in TOWNS]
        return codes.index(self.town) - codes.index(FIRST_TOWN)


def area_mu(place: PlannedParcel) -> Decimal:
    """A planned parcel's area in mu, to four decimals."""
    exact = mu(dm2_from_m2(place.polygon.area))
    return (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.0001"))


class Planner:
    """Plans deposits one after another; owners are people of the parcel's village."""

    def __init__(self, rng: Random, people: People, county: County, today: datetime) -> None:
        self._rng = rng
        self._people = people
        self._today = today
        self._towns = {town.code: town.name for town in county.towns}
        self._villages = {village.code: village.name for village in county.villages}
        self._villagers: dict[str, list[Person]] = {}
        self.collectives: dict[str, Person] = {}
        self._count = 0

    def collective(self, village: str) -> Person:
        """The collective of a village."""
        if village not in self.collectives:
            town = self._towns[village[:9]]
            self.collectives[village] = self._people.collective(
                town, self._villages[village], village
            )
        return self.collectives[village]

    def anchor(self, end: End) -> datetime:
        """A moment for a deposit that ends there today."""
        ago = timedelta(days=self._rng.randint(*DAYS_AGO[end]))
        return at_office(self._rng, local_date(self._today - ago), back=True)

    def plan(
        self,
        place: PlannedParcel,
        end: End,
        anchor: datetime,
        *,
        owner: Person | None = None,
        mode: StorageMode | None = None,
    ) -> DepositPlan:
        """A deposit of that parcel; its owner and mode are made up unless given."""
        rng, kind = self._rng, AssetKind(place.kind)
        self._count += 1
        owner = owner or self._owner(place, kind)
        mode = mode or _mode(rng, kind)
        right, ends_on = _right(rng, kind, owner, local_date(anchor))
        use = None
        if kind is AssetKind.CONSTRUCTION_LAND:
            use = rng.choice(
                (ConstructionUse.COMMERCE, ConstructionUse.COMMERCE, ConstructionUse.INDUSTRY)
            )
        named, on = use.value if use else None, local_date(anchor)
        cap = term_cap(kind.value, named, on)
        if mode is StorageMode.LEASE:
            cap = lease_cap(kind.value, right.value, named, on)
        term_years = _term(rng, int(cap.value), ends_on, on)
        area = area_mu(place)
        things = words.THINGS[kind.value if kind is AssetKind.OLD_VILLAGE else place.land_class]
        return DepositPlan(
            n=self._count,
            place=place,
            kind=kind,
            name=rng.choice(words.PLACES) + rng.choice(things),
            owner=owner,
            end=end,
            anchor=anchor,
            right=right,
            certificate=_certificate(rng, right),
            ends_on=ends_on,
            mode=mode,
            term_years=term_years,
            use=use,
            rent_fen=worth.rent_fen(rng, kind, area) if mode is StorageMode.LEASE else None,
            wish=rng.choice(words.WISHES) if mode is StorageMode.SWAP else "",
            worth=worth.worth(rng, kind, place.land_class, area, max(term_years, 15)),
            drawn=rng.random() < DRAWN,
        )

    def _owner(self, place: PlannedParcel, kind: AssetKind) -> Person:
        rng, village = self._rng, place.village_code
        if kind in COLLECTIVE_ONLY or rng.random() < BY_COLLECTIVE[kind]:
            return self.collective(village)
        return self.villager(village)

    def villager(self, village: str) -> Person:
        """Someone of the village; every third time somebody known."""
        known = self._villagers.setdefault(village, [])
        if not known or self._rng.random() > 0.3:
            known.append(self._people.villager(village))
            return known[-1]
        return self._rng.choice(known)


def _mode(rng: Random, kind: AssetKind) -> StorageMode:
    share, lease = (0.25, 0.8) if kind is AssetKind.HOUSE else (0.52, 0.9)
    drawn = rng.random()
    if drawn < share:
        return StorageMode.SHARE
    return StorageMode.LEASE if drawn < lease else StorageMode.SWAP


def _right(rng: Random, kind: AssetKind, owner: Person, on: date) -> tuple[RightType, date | None]:
    if owner.kind is PartyKind.COLLECTIVE:
        if kind is AssetKind.CONSTRUCTION_LAND and rng.random() < 0.3:
            return RightType.CONSTRUCTION_USE, date(on.year + rng.randint(28, 38), 6, 30)
        return RightType.COLLECTIVE_OWNERSHIP, None
    match kind:
        case AssetKind.WOODLAND:
            if rng.random() < 0.15:
                return RightType.FOREST_OPERATION, date(on.year + rng.randint(16, 30), 12, 31)
            return RightType.FOREST_CONTRACT, date(rng.choice((2053, 2055, 2058)), 12, 31)
        case AssetKind.FARMLAND:
            return RightType.LAND_CONTRACT, date(rng.choice((2053, 2057, 2058)), 9, 30)
        case AssetKind.WATER:
            return RightType.WATER_OPERATION, date(on.year + rng.randint(12, 20), 12, 31)
        case _:
            return RightType.HOMESTEAD_USE, None


def _term(rng: Random, cap: int, ends_on: date | None, on: date) -> int:
    """Whole years, within the law's cap and the right's own end."""
    left = ends_on.year - on.year - 1 if ends_on else cap
    return rng.choice([years for years in (5, 10, 15, 20, 25, 30, 40) if years <= min(cap, left)])


def _certificate(rng: Random, right: RightType) -> str:
    year, number = rng.randint(2016, 2023), rng.randint(1, 39_999)
    if right is RightType.FOREST_CONTRACT and rng.random() < 0.5:
        return f"安林证字({rng.randint(2006, 2010)})第{number:07d}号"
    return f"浙({year})安吉县不动产权第{number:07d}号"
