"""Looking into a GeoPackage before GDAL does: real tables only, and a sound file.

It is a database whose maker may have written queries into it. A view or a computed column runs when
it is read, for ever or into all of the memory, and a page in many places is read many times.
"""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bank.land.refusals import UnreadableFile, UnsafeFile

STEP: Final = 100_000
"""Instructions of SQLite between two looks at how many there were."""
MOST_STEPS: Final = 2_000
INDEX: Final = re.compile(
    r'CREATE\s+VIRTUAL\s+TABLE\s+("[^"]+"|\w+)\s+USING\s+rtree\s*\([\s\w",]*\)', re.IGNORECASE
)
"""A spatial index, the one kind of virtual table that a GeoPackage has."""
COMPUTED: Final = (2, 3)
"""How SQLite marks a column that is computed, when it is read or before."""
DAMAGE: Final = ("Tree ", "Page ", "Freelist", "***", "malformed", "database disk image")
"""How SQLite's remarks on the file itself begin; others are about what its rows say."""


def refuse_unsafe(path: Path) -> None:
    """Refuses: UnsafeFile (views, computed columns, foreign virtual tables), UnreadableFile."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1",
                                     uri=True)) as database:  # fmt: skip
            _be_careful(database)
            _refuse_queries(database)
            _refuse_damage(database)
    except (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError, OverflowError) as error:
        raise _damaged() from error


def _be_careful(database: sqlite3.Connection) -> None:
    steps = 0

    def goes_on() -> bool:
        nonlocal steps
        steps += 1
        return steps > MOST_STEPS

    database.set_progress_handler(goes_on, STEP)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 30)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA ignore_check_constraints = ON")


def _refuse_queries(database: sqlite3.Connection) -> None:
    schema = dict(database.execute("SELECT name, substr(sql, 1, 10000) FROM sqlite_schema"))
    for name, kind in database.execute("SELECT name, type FROM pragma_table_list").fetchall():
        if kind == "view" or (kind == "virtual" and not INDEX.fullmatch(schema.get(name) or "")):
            raise UnsafeFile("the GeoPackage holds a view", field="file", reason="view")
        columns = database.execute("SELECT hidden FROM pragma_table_xinfo(?)", (name,))
        if kind == "table" and any(hidden in COMPUTED for (hidden,) in columns):
            raise UnsafeFile("a column is computed", field="file", reason="view")


def _refuse_damage(database: sqlite3.Connection) -> None:
    """Every page in its one place. A table, and not an index, is what gets read."""
    for (said,) in database.execute("PRAGMA quick_check(100)"):
        if any(line.startswith(DAMAGE) for line in str(said).splitlines()):
            raise _damaged()


def _damaged() -> UnreadableFile:
    return UnreadableFile("the GeoPackage is damaged", field="file", given="")
