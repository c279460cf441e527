"""The county's officers add versions to the parameter tables, and open new tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bank import keys
from bank.authority import require_county_officer
from database.actor import Actor
from valuation.parameters import keeping
from valuation.parameters.description import TableDescription
from valuation.parameters.finding import get_table
from valuation.parameters.tables import ParameterTable, ParameterVersion


def open_table(session: Session, told: TableDescription, *, actor: Actor) -> ParameterTable:
    """Open a table. Refuses: NotAnOfficer, and what `valuation.parameters.keeping` refuses."""
    require_county_officer(actor)
    return keeping.open_table(session, told)


def open_with_version(
    session: Session,
    told: TableDescription,
    *,
    rows: Sequence[Mapping[str, Any]],
    valid_from: date,
    base_date: date,
    source: str,
    note: str = "",
    actor: Actor,
    at: datetime,
    key: str,
) -> ParameterVersion:
    """Open a table together with its first version: both, or neither.

    Refuses: NotAnOfficer, KeyReused, and what `valuation.parameters.keeping` refuses.
    """
    require_county_officer(actor)
    version: dict[str, Any] = {
        "rows": list(rows), "valid_from": valid_from, "base_date": base_date,
        "source": source, "note": note,
    }  # fmt: skip
    body = version | {"table": asdict(told), "by": actor.id}
    if first := keys.earlier(session, key, "parameters.open_with_version", **body):
        return session.get_one(ParameterVersion, first)
    table = keeping.open_table(session, told)
    kept = keeping.add_version(session, table, **version, entered_by=actor.id, at=at)
    keys.settle(session, key, kept.id)
    return kept


def add_version(
    session: Session,
    code: str,
    *,
    rows: Sequence[Mapping[str, Any]],
    valid_from: date,
    base_date: date,
    source: str,
    note: str = "",
    actor: Actor,
    at: datetime,
    key: str,
) -> ParameterVersion:
    """Add the next version of a table; those before stay as they are.

    A version may hold from a day that is past: appraisals that were made by the one before keep
    it. Refuses: NotAnOfficer, NoSuchTable, KeyReused, and what `valuation.parameters.keeping`
    refuses.
    """
    require_county_officer(actor)
    table = get_table(session, code, lock=True)
    body = {
        "table": code, "rows": list(rows), "from": valid_from, "base": base_date,
        "source": source, "note": note, "by": actor.id,
    }  # fmt: skip
    if first := keys.earlier(session, key, "parameters.add_version", **body):
        return session.get_one(ParameterVersion, first)
    version = keeping.add_version(
        session,
        table,
        rows=rows,
        valid_from=valid_from,
        base_date=base_date,
        source=source,
        note=note,
        entered_by=actor.id,
        at=at,
    )
    keys.settle(session, key, version.id)
    return version
