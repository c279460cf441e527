"""The table of documents: what was handed in, by whom, whose it is and who may see it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from database.base import Base, new_id
from database.types import choice


class Visibility(StrEnum):
    """Who besides the uploader and the party may read a document (see `documents.may_read`)."""

    PRIVATE = "private"
    OFFICE = "office"
    PUBLIC = "public"


class Document(Base):
    """One file as one person handed it in; equal contents share one place on the disk.

    `sha256` is of the bytes as they came, so the copy the owner kept proves it is the same file.
    `name` is the file's own, cleaned (`names.clean_name`); no path is ever made from it.
    """

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str]
    size: Mapped[int]
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    visibility: Mapped[Visibility] = mapped_column(choice(Visibility))
    created_at: Mapped[datetime]
