"""Asking a GeoPackage for some of its rows, so that the last ones cost no more than the first."""


def query(table: str, key: str | None, *, first: int, count: int, after: int | None) -> str:
    """SQL for `count` rows of a table from the place `first` on, in the order of its `key`.

    SQLite passes over the rows in front, though without building them as GDAL would; where the key
    `after` of the row before is known, it finds the place at once.
    """
    rows = f"SELECT * FROM {_quoted(table)}"  # noqa: S608 - quoted
    if key is None:
        return f"{rows} LIMIT {count} OFFSET {first}"
    if after is None:
        return f"{rows} ORDER BY {_quoted(key)} LIMIT {count} OFFSET {first}"
    return f"{rows} WHERE {_quoted(key)} > {after} ORDER BY {_quoted(key)} LIMIT {count}"


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
