"""Tables of parameters: what a county keeps, and each version of it with source and base date."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database.base import Base, new_id
from database.types import choice


class ParameterKind(StrEnum):
    """What a table tells."""

    RATE = "rate"
    COEFFICIENT = "coefficient"
    PRICE = "price"
    COST = "cost"


class ParameterTable(Base):
    """One table that appraisers read: its columns stay, its rows come in dated versions.

    `keys` are the columns by which a row is found (such as town and class), a list of
    {"name", "label_zh", "label_en"}; the value of a row is a decimal, in `unit`.
    """

    __tablename__ = "parameter_table"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ParameterKind] = mapped_column(choice(ParameterKind))
    name_zh: Mapped[str]
    name_en: Mapped[str]
    unit: Mapped[str]
    keys: Mapped[list[Any]]

    versions: Mapped[list["ParameterVersion"]] = relationship(
        order_by="ParameterVersion.number.desc()", back_populates="table"
    )

    @property
    def columns(self) -> list[str]:
        """The names of the key columns, in order."""
        return [key["name"] for key in self.keys]


class ParameterVersion(Base):
    """One version of a table; it is never changed, the next one takes its place.

    `rows` is a list of {"keys": {name: text}, "value": decimal text}; `digest` is their SHA-256.
    """

    __tablename__ = "parameter_version"
    __table_args__ = (UniqueConstraint("table_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    table_id: Mapped[UUID] = mapped_column(ForeignKey("parameter_table.id"), index=True)
    number: Mapped[int]
    valid_from: Mapped[date]
    base_date: Mapped[date]
    """The date whose prices the figures are in."""
    source: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    rows: Mapped[list[Any]]
    digest: Mapped[str]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]

    table: Mapped[ParameterTable] = relationship(back_populates="versions")
