"""Setting the demonstration up: its divisions, officials, agencies and imported parcels."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from bank.assets.tables import AssetKind
from bank.calendar import local_date
from bank.demo.data import COUNTY_CODE, COUNTY_NAME
from bank.demo.parameters import lay_parameters
from bank.demo.people import Firm, Official, register_firm, register_official
from bank.demo.places import PlannedDivision
from bank.demo.terrain import County, PlannedParcel
from bank.demo.zones import lay_zones
from bank.land.divisions import add_division
from bank.land.parcels import register_parcel
from bank.land.tables import DivisionKind, Origin
from database.actor import Role
from database.directory import bank_of

PARCELS_A_BATCH: Final = 400
SOURCE: Final = "演示数据：随机生成，不是真实地块"

Batch = Callable[[Session], None]
"""What is done in one transaction."""


def batches(
    county: County,
    parcels: list[PlannedParcel],
    officials: list[Official],
    firms: list[Firm],
    *,
    at: datetime,
) -> Iterator[Batch]:
    """The transactions that set everything up, in order."""
    yield partial(_begin, county, officials, firms, at)
    for first in range(0, len(parcels), PARCELS_A_BATCH):
        chunk = parcels[first : first + PARCELS_A_BATCH]
        yield partial(_import, county, chunk, first, at)
    yield partial(lay_zones, county=county, on=local_date(at), at=at)


def _begin(
    county: County, officials: list[Official], firms: list[Firm], at: datetime, session: Session
) -> None:
    srid = bank_of(session).settings.srid
    add_division(
        session, COUNTY_CODE, COUNTY_NAME, DivisionKind.COUNTY, outline=county.outline, srid=srid
    )
    session.flush()
    _divide(session, county.towns, DivisionKind.TOWN, srid)
    _divide(session, county.villages, DivisionKind.VILLAGE, srid)
    entered = [register_official(session, official, at=at) for official in officials]
    officer = next(each for each in entered if each.has(Role.COUNTY))
    lay_parameters(session, officer=officer, at=at)
    for firm in firms:
        register_firm(session, firm, at=at)


def _divide(
    session: Session, divisions: list[PlannedDivision], kind: DivisionKind, srid: int
) -> None:
    for division in divisions:
        add_division(
            session,
            division.code,
            division.name,
            kind,
            outline=division.outline,
            srid=srid,
            parent_code=division.parent_code,
        )
    session.flush()


def _import(
    county: County, chunk: list[PlannedParcel], first: int, at: datetime, session: Session
) -> None:
    names = {village.code: village.name for village in county.villages}
    for place, parcel in enumerate(chunk, start=first + 1):
        register_parcel(
            session,
            parcel.polygon,
            land_class=parcel.land_class,
            location=names[parcel.village_code],
            origin=Origin.IMPORTED,
            at=at,
            division_code=parcel.village_code,
            source_note=f"{SOURCE} {AssetKind(parcel.kind).value} {place}",
        )
