"""Idempotency of commands: a key and the digest of what it was used for."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from bank.refusals import KeyReused
from database.base import Base
from database.secrecy import fingerprint

KEY_LENGTH = 100


class UsedKey(Base):
    """A key, the digest of the command it came with, and the record that came of it.

    The digest is keyed: a command's body may hold a bank account, which is soon guessed otherwise.
    """

    __tablename__ = "used_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    result_id: Mapped[UUID | None]


def earlier(session: Session, key: str, command: str, **body: Any) -> UUID | None:
    """Claim the key for this command and body; if it was claimed before, the first result's id.

    None means: go on, then call `settle` with the result. A second writer with the same key waits
    here until the first one has committed. Refuses: KeyReused, if command or body differ.
    """
    if not 1 <= len(key) <= KEY_LENGTH:
        raise KeyReused("an idempotency key has 1 to 100 characters", length=len(key))
    text = json.dumps([command, body], sort_keys=True, default=str, ensure_ascii=False)
    digest = fingerprint(text)
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    claimed = session.execute(
        insert(UsedKey)
        .values(key=key, digest=digest)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(UsedKey.key)
    ).first()
    if claimed:
        return None
    first = session.execute(
        select(UsedKey.digest, UsedKey.result_id).where(UsedKey.key == key)
    ).one()
    if first.digest != digest:
        raise KeyReused("the key was used for something else", key=key)
    result: UUID | None = first.result_id
    return result


def settle(session: Session, key: str, result_id: UUID) -> None:
    """Remember which record the command made, so that a repetition finds it."""
    session.execute(
        update(UsedKey)
        .where(UsedKey.key == key)
        .values(result_id=result_id)
        .execution_options(synchronize_session=False)
    )
