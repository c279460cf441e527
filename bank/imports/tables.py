"""The tables of imports: each file of parcels that was given, and its rows that need a word."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, new_id
from database.types import choice


class RowOutcome(StrEnum):
    """Why a row of a file is told of: it was refused, or taken after its rings were mended."""

    REFUSED = "refused"
    REPAIRED = "repaired"


class ParcelImport(Base):
    """One file of parcels, as one person gave it; `position` is the last row that was looked at.

    `crs` and `layer` answer what the file does not say; `matching` is what its columns mean (see
    `bank.land.files.matching.Matching`), empty until that was asked. Every parcel up to row
    `position` was taken, known or refused (in a table, one can be several rows, or a row none);
    `repaired` and `flattened` ones are among the taken.
    """

    __tablename__ = "parcel_import"
    __table_args__ = (
        CheckConstraint("taken + known + refused <= position", name="rows_looked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    suffix: Mapped[str] = mapped_column(String(12))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    layer: Mapped[str | None]
    crs: Mapped[str | None]
    matching: Mapped[dict[str, Any]] = mapped_column(default=dict)
    total: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    flattened: Mapped[int] = mapped_column(default=0)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]


class ImportedRow(Base):
    """A row of a file that needs a word: a refused one with its reason, or a repaired one."""

    __tablename__ = "imported_row"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("parcel_import.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    outcome: Mapped[RowOutcome] = mapped_column(choice(RowOutcome))
    code: Mapped[str] = mapped_column(default="")
    field: Mapped[str | None]
    message: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
