"""What no table definition can say (triggers, functions, indexes), run when its table is made."""

from collections.abc import Iterable, Mapping
from typing import Literal

from sqlalchemy import DDL, Table, event

Moment = Literal["after_create", "before_drop"]


def attach(
    table: Table, statements: Mapping[str, Iterable[str]], *, moment: Moment = "after_create"
) -> None:
    """Run the statements, by dialect, whenever the table is made from its metadata, or dropped."""
    for dialect, of_it in statements.items():
        for statement in of_it:
            ddl: DDL = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            event.listen(table, moment, ddl.execute_if(dialect=dialect))
