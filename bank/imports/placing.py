"""Which division each of many places lies in: the village, else the town, else the county."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.land.divisions import DEEPEST_FIRST
from bank.land.tables import Division


class Placing:
    """The divisions' outlines, read once; `at` answers as `divisions.division_at` does."""

    def __init__(self, session: Session) -> None:
        known = session.execute(
            select(Division.code, Division.name, Division.kind, Division.outline)
            .where(Division.outline.is_not(None))
            .order_by(Division.code)
        ).all()
        deepest = sorted(known, key=lambda row: DEEPEST_FIRST.index(row.kind))
        self._names: dict[str, str] = {row.code: row.name for row in known}
        self._codes = np.array([row.code for row in deepest], dtype=object)
        self._outlines: NDArray[Any] = np.asarray(
            shapely.from_wkb([row.outline for row in deepest]), dtype=object
        )

    def name_of(self, code: str) -> str:
        """What people call the division; its code, if it has no outline here."""
        return self._names.get(code, code)

    def at(self, points: NDArray[Any]) -> NDArray[Any]:
        """The code of the division of each point (county system); None where there is none."""
        found: NDArray[Any] = np.full(len(points), None, dtype=object)
        if len(points) and len(self._codes):
            outline, point = shapely.STRtree(points).query(self._outlines, predicate="intersects")
            for k in np.argsort(outline, kind="stable")[::-1]:  # the deepest has the last word
                found[point[k]] = self._codes[outline[k]]
        return found


def find_outside(town: str | None, *divisions: str | None) -> str | None:
    """The first of the divisions that is not in the town; without a town, none is."""
    if town is None:
        return None
    return next((code for code in divisions if code and not code.startswith(town)), None)
