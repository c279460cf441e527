"""Opening parameter tables and adding versions; a version that was added is never changed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from valuation.parameters.checking import VALUE, Row, digest_of, sound_rows
from valuation.parameters.description import UNITS_OF, TableDescription
from valuation.parameters.refusals import (
    BaseDateLate,
    DayFarOff,
    SourceMissing,
    TableExists,
    TableUnsound,
    VersionTooEarly,
)
from valuation.parameters.tables import ParameterTable, ParameterVersion

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,47}", re.ASCII)
YEARS_BACK: Final = 50
YEARS_AHEAD: Final = 5
"""So far from the day it is entered, a version's first day and base date make sense."""


def open_table(session: Session, told: TableDescription) -> ParameterTable:
    """Open a table, still without figures; its columns stay as they are.

    Refuses: TableExists, TableUnsound.
    """
    table = sound_table(told)
    require_new_code(session, told.code)
    session.add(table)
    session.flush()
    return table


def require_new_code(session: Session, code: str) -> None:
    """No table has the code yet. Refuses: TableExists."""
    if session.scalar(select(ParameterTable.id).where(ParameterTable.code == code)):
        raise TableExists("there is such a table", field="code", table=code)


def sound_table(told: TableDescription) -> ParameterTable:
    """The table as `open_table` would keep it; nothing is added. Refuses: TableUnsound."""
    names = [key.get("name", "") for key in told.keys]
    named = all(_CODE.fullmatch(name) and name != VALUE for name in names)
    labelled = all(key.get("label_zh") and key.get("label_en") for key in told.keys)
    if not _CODE.fullmatch(told.code):
        raise TableUnsound("a table has a code", field="code")
    for field in ("name_zh", "name_en"):
        if not getattr(told, field).strip():
            raise TableUnsound("a table has names", field=field)
    if not names or len(set(names)) != len(names) or not (named and labelled):
        raise TableUnsound("a table has columns of different names", field="keys")
    if told.unit not in UNITS_OF[told.kind]:
        raise TableUnsound("the unit does not fit the kind", field="unit", unit=told.unit)
    return ParameterTable(
        code=told.code,
        kind=told.kind,
        name_zh=told.name_zh.strip(),
        name_en=told.name_en.strip(),
        unit=told.unit,
        keys=[dict(key) for key in told.keys],
    )


def add_version(
    session: Session,
    table: ParameterTable,
    *,
    rows: Sequence[Mapping[str, Any]],
    valid_from: date,
    base_date: date,
    source: str,
    note: str = "",
    entered_by: UUID,
    at: datetime,
) -> ParameterVersion:
    """Add the table's next version; of two that hold from one day, the later added counts.

    The caller has locked the table's row. Refuses: what `sound_version` refuses.
    """
    newest = session.scalars(
        select(ParameterVersion)
        .where(ParameterVersion.table_id == table.id)
        .order_by(ParameterVersion.number.desc())
        .limit(1)
    ).first()
    sound = sound_version(
        table,
        newest=newest,
        rows=rows,
        valid_from=valid_from,
        base_date=base_date,
        source=source,
        at=at,
    )
    version = ParameterVersion(
        table_id=table.id,
        number=newest.number + 1 if newest else 1,
        valid_from=valid_from,
        base_date=base_date,
        source=source.strip(),
        note=note.strip(),
        rows=sound,
        digest=digest_of(sound),
        entered_by=entered_by,
        entered_at=at,
    )
    session.add(version)
    session.flush()
    session.expire(table, ["versions"])
    return version


def sound_version(
    table: ParameterTable,
    *,
    newest: ParameterVersion | None,
    rows: Sequence[Mapping[str, Any]],
    valid_from: date,
    base_date: date,
    source: str,
    at: datetime,
) -> list[Row]:
    """The rows as the version after `newest` would keep them; nothing is added.

    Refuses: SourceMissing, DayFarOff, BaseDateLate, VersionTooEarly, and what `sound_rows`
    refuses.
    """
    if not source.strip():
        raise SourceMissing("say where the figures come from", field="source")
    _require_near(valid_from, at, field="valid_from")
    _require_near(base_date, at, field="base_date")
    if base_date > valid_from:
        raise BaseDateLate("the base date lies after the first day", field="base_date")
    if newest and valid_from < newest.valid_from:
        raise VersionTooEarly(
            "the newest version holds from a later day",
            field="valid_from",
            newest=newest.valid_from.isoformat(),
        )
    return sound_rows(rows, columns=table.columns, kind=table.kind, unit=table.unit)


def _require_near(day: date, at: datetime, *, field: str) -> None:
    """A slip in the year is caught: a far first day would bar every earlier version for good."""
    earliest, latest = date(at.year - YEARS_BACK, 1, 1), date(at.year + YEARS_AHEAD, 12, 31)
    if not earliest <= day <= latest:
        raise DayFarOff(
            "the year is surely a slip",
            field=field,
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
        )
