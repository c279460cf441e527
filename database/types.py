"""Column types: aware UTC moments, closed choices, encrypted text."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum, Text
from sqlalchemy.types import TypeDecorator

from database.secrecy import decrypt, encrypt


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Text that the database never sees in the clear."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else encrypt(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(value)


def choice(of: type[StrEnum]) -> Enum:
    """A closed list, stored as its value in text under a CHECK constraint."""
    return Enum(
        of,
        native_enum=False,
        length=32,
        create_constraint=True,
        name=of.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
