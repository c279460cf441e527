"""The serials of parcel codes: the next under a prefix that no parcel has."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from bank.land.codes import LAST_SERIAL, PREFIX_LENGTH, parcel_code, prefix
from bank.land.tables import Parcel
from bank.numbers import Serial

FEWEST: Final = 50
"""At least so many serials are held against the parcels there are, at once."""


def next_parcel_code(session: Session, division_code: str, land_class: str) -> str:
    """The next code under its prefix; gaps may occur, doubles may not. Refuses: SerialsUsedUp."""
    head = prefix(division_code, land_class)
    drawn = draw_serials(session, {head: 1})[head]
    return parcel_code(division_code, land_class, drawn[0] if drawn else LAST_SERIAL + 1)


def draw_serials(
    session: Session, wanted: Mapping[str, int], *, brought: Collection[str] = ()
) -> dict[str, list[int]]:
    """So many serials under each prefix, in order; fewer where no more are left.

    Passed over are those that parcels have, or the codes `brought` are about to give them: a
    parcel may bring any code, and one far ahead uses up nothing. The prefixes, those of what is
    brought too, are locked until commit in one order, so that no two writers wait in a ring.
    """
    heads = {*wanted, *(code[:PREFIX_LENGTH] for code in brought)}
    last = _lock(session, sorted(heads))
    drawn = {
        head: list(islice(_free(session, head, last[head], brought, max(count, FEWEST)), count))
        for head, count in wanted.items()
    }
    _keep(session, {head: serials[-1] for head, serials in drawn.items() if serials})
    return drawn


def _lock(session: Session, heads: list[str]) -> dict[str, int]:
    """The last serial that was drawn under each prefix."""
    if not heads:
        return {}
    sqlite = session.get_bind().dialect.name == "sqlite"
    insert: Any = sqlite_insert if sqlite else postgresql_insert
    locked = (
        insert(Serial)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": Serial.last})
        .returning(Serial.prefix, Serial.last)
    )
    rows = session.connection().execute(locked, [{"prefix": head, "last": 0} for head in heads])
    return {row.prefix: row.last for row in rows}


def _free(
    session: Session, head: str, last: int, brought: Collection[str], at_once: int
) -> Iterator[int]:
    """The serials after the last one that nothing has."""
    for first in range(last + 1, LAST_SERIAL + 1, at_once):
        serials = range(first, min(first + at_once, LAST_SERIAL + 1))
        codes = [f"{head}{serial:05d}" for serial in serials]
        there = select(Parcel.code).where(Parcel.code.between(codes[0], codes[-1]))
        taken = {*session.scalars(there), *brought}
        yield from (each for each, code in zip(serials, codes, strict=True) if code not in taken)


def _keep(session: Session, last: Mapping[str, int]) -> None:
    """Remember what was drawn last under each prefix."""
    one = update(Serial).where(Serial.prefix == bindparam("head")).values(last=bindparam("drawn"))
    if last:
        rows = [{"head": head, "drawn": last[head]} for head in sorted(last)]
        session.connection().execute(one, rows)
