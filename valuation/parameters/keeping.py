"""Opening parameter tables and adding versions; a version that was added is never changed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from valuation.methods.units import UNITS_ZH
from valuation.parameters.checking import VALUE, digest_of, sound_rows
from valuation.parameters.description import TableDescription
from valuation.parameters.refusals import (
    BaseDateLate,
    SourceMissing,
    TableExists,
    TableUnsound,
    VersionTooEarly,
)
from valuation.parameters.tables import ParameterTable, ParameterVersion

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,47}", re.ASCII)


def open_table(session: Session, told: TableDescription) -> ParameterTable:
    """Open a table, still without figures; its columns stay as they are.

    Refuses: TableExists, TableUnsound.
    """
    names = [key.get("name", "") for key in told.keys]
    named = all(_CODE.fullmatch(name) and name != VALUE for name in names)
    labelled = all(key.get("label_zh") and key.get("label_en") for key in told.keys)
    if not (_CODE.fullmatch(told.code) and told.name_zh.strip() and told.name_en.strip()):
        raise TableUnsound("a table has a code and names", field="code")
    if not names or len(set(names)) != len(names) or not (named and labelled):
        raise TableUnsound("a table has columns of different names", field="keys")
    if told.unit not in UNITS_ZH:
        raise TableUnsound("the unit is not one of ours", field="unit", unit=told.unit)
    if session.scalar(select(ParameterTable.id).where(ParameterTable.code == told.code)):
        raise TableExists("there is such a table", field="code", table=told.code)
    table = ParameterTable(
        code=told.code,
        kind=told.kind,
        name_zh=told.name_zh.strip(),
        name_en=told.name_en.strip(),
        unit=told.unit,
        keys=[dict(key) for key in told.keys],
    )
    session.add(table)
    session.flush()
    return table


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

    The caller has locked the table's row. Refuses: SourceMissing, BaseDateLate, VersionTooEarly,
    and what `sound_rows` refuses.
    """
    if not source.strip():
        raise SourceMissing("say where the figures come from", field="source")
    if base_date > valid_from:
        raise BaseDateLate("the base date lies after the first day", field="base_date")
    newest = session.scalars(
        select(ParameterVersion)
        .where(ParameterVersion.table_id == table.id)
        .order_by(ParameterVersion.number.desc())
        .limit(1)
    ).first()
    if newest and valid_from < newest.valid_from:
        raise VersionTooEarly(
            "the newest version holds from a later day",
            field="valid_from",
            newest=newest.valid_from.isoformat(),
        )
    sound = sound_rows(rows, columns=table.columns, kind=table.kind, unit=table.unit)
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
