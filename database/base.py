"""The declarative base that all tables share, and the ids of their rows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid_utils
import uuid_utils.compat as uuids
from sqlalchemy import JSON, BigInteger, Date, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from database.types import Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> UUID:
    """A fresh UUIDv7: unique across all banks, and in order of time."""
    return uuids.uuid7()


def new_id_text() -> str:
    """The text of a fresh id, without the `UUID`, which would take most of the time."""
    return str(uuid_utils.uuid7())


class Base(DeclarativeBase):
    """All tables of a bank."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this name as it stands
        UUID: Uuid(),
        datetime: Moment(),
        date: Date(),
        int: BigInteger(),
        str: Text(),
        bytes: LargeBinary(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
    }
