"""What a red line reads of every parcel that a deposit in the bank holds, in one narrow table.

Triggers keep it (see `held_triggers`): asking parcel, deposit and asset for each of very many
parcels would cost more than all the geometry. Read in the words of either database's driver, for
the same reason.
"""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Float, Integer, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from bank.deposits import tables as _deposits  # noqa: F401 - the triggers need its table
from bank.land import (
    boxes,
    tables as _land,  # noqa: F401 - and this one's
)
from bank.land.polygons import Box
from bank.redlines import held_triggers
from database.base import Base
from database.driver import driver

FEW: Final = 10
"""Up to so many parcels bring their polygons along; of more, most will not be asked for theirs."""
FEW_SERVED: Final = 64
"""The same on PostgreSQL, where asking once more is a round trip."""
_OUTLINE: Final = "(SELECT p.wkb FROM parcel p WHERE p.number = h.number)"
_MEETS: Final = "b.min_x <= ?3 AND b.max_x >= ?1 AND b.min_y <= ?4 AND b.max_y >= ?2"
_TOLD: Final = (
    "h.stage, h.mode, h.kind, h.division_code,"
    " h.number, h.area_dm2, h.min_x, h.min_y, h.max_x, h.max_y"
)
_STATEMENTS: Final = {
    "sqlite": (
        f"SELECT h.party_id, {_TOLD}, CASE WHEN (SELECT count(*) FROM"  # noqa: S608 - own words
        f" (SELECT 1 FROM parcel_box b WHERE {_MEETS} LIMIT {FEW} + 1)) <= {FEW}"
        f" THEN {_OUTLINE} END FROM parcel_box b"
        f" CROSS JOIN held_parcel h ON h.number = b.number WHERE {_MEETS}"
    ),
    boxes.POSTGRESQL: (
        "WITH h AS MATERIALIZED (SELECT * FROM held_parcel"  # noqa: S608
        " WHERE box(point(min_x, min_y), point(max_x, max_y))"
        " && box(point(%s, %s), point(%s, %s)))"
        f" SELECT uuid_send(h.party_id), {_TOLD},"
        f" CASE WHEN (SELECT count(*) FROM h) <= {FEW_SERVED} THEN {_OUTLINE} END FROM h"
    ),
}
"""Who stores it, what is told of it, where it lies, and its polygon or nothing."""


class HeldParcel(Base):
    """A parcel that is not retired, with the deposit in the bank that holds it.

    `number`, area and box are the parcel's; party, stage and mode the deposit's; `kind` the
    asset's. Nothing writes here but the triggers.
    """

    __tablename__ = "held_parcel"

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    area_dm2: Mapped[int]
    min_x: Mapped[float] = mapped_column(Float(53))
    min_y: Mapped[float] = mapped_column(Float(53))
    max_x: Mapped[float] = mapped_column(Float(53))
    max_y: Mapped[float] = mapped_column(Float(53))
    party_id: Mapped[UUID]
    stage: Mapped[str]
    mode: Mapped[str | None]
    kind: Mapped[str]
    division_code: Mapped[str]


def read(session: Session, box: Box) -> list[tuple[Any, ...]]:
    """Parcels whose boxes meet the box, as the driver gives their values.

    The deposit's party (see `boxes.uuid`), stage and mode, the asset's kind, the parcel's
    division, number, area and box; its polygon as WKB where the parcels are few, else None.
    """
    session.flush()
    connection = session.connection()
    name = connection.dialect.name
    with driver(connection) as cursor:
        return boxes.run(cursor, name, _STATEMENTS[name], box)


def refill(session: Session) -> None:
    """Fill the table anew; needed only where rows came in while triggers were off."""
    session.execute(text("DELETE FROM held_parcel"))
    session.execute(text(held_triggers.REFILL))


held_triggers.attach(Base.metadata.tables["held_parcel"])
