"""A bank on an empty SQLite file with one owner who hands files in."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.orm import Session

from bank.files.documents import keep
from bank.files.kinds import PAPERS
from bank.files.tables import Document, Visibility
from bank.land.tables import Division, DivisionKind
from bank.parties.tables import Party, PartyKind, User
from bank.tables import METADATA
from database.actor import Actor, Role
from database.base import new_id
from database.directory import Bank
from database.settings import BankSettings
from tests.bank.files.samples import NOW

os.environ.setdefault("ENCRYPTION_KEYS", Fernet.generate_key().decode())


@dataclass
class Desk:
    """Where files are handed in: the session, the owner and her party."""

    session: Session
    shelf: Path
    owner: Actor
    party_id: Any

    def keep(self, name: str, content: Any, **facts: Any) -> Document:
        """Hand in a file as the owner, with lawful defaults."""
        given: dict[str, Any] = {
            "accept": PAPERS,
            "actor": self.owner,
            "party_id": self.party_id,
            "at": NOW,
            "visibility": Visibility.OFFICE,
            "limit_mb": 1,
        }
        return keep(self.session, name=name, content=content, **given | facts)

    def files(self) -> list[Path]:
        """All files on the shelf, half-written ones too."""
        return sorted(path for path in self.shelf.rglob("*") if path.is_file())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of a new, empty bank."""
    bank = Bank(
        BankSettings(
            county="330523",
            name_zh="安吉县",
            name_en="Anji County",
            database_url=f"sqlite:///{tmp_path}/bank.sqlite",
            files_dir=tmp_path / "files",
        )
    )
    METADATA.create_all(bank.engine)
    with bank.session() as session:
        yield _furnish(session, tmp_path / "files" / "330523")
    bank.engine.dispose()


def _furnish(session: Session, shelf: Path) -> Desk:
    town = Division(code="330523100", name="天荒坪镇", kind=DivisionKind.TOWN, lon=119.6, lat=30.5)
    party = Party(
        id=new_id(),
        number="P1",
        kind=PartyKind.PERSON,
        name="潘春林",
        id_number="330523197001010018",
        id_fingerprint="p1",
        division_code=town.code,
        created_at=NOW,
    )
    user = User(
        id=new_id(),
        login="13800000000",
        login_fingerprint="u1",
        password_hash="!",
        name="潘春林",
        created_at=NOW,
    )
    for row in (town, party, user):
        session.add(row)
        session.flush()
    owner = Actor(
        id=user.id,
        name=user.name,
        roles=frozenset({Role.OWNER}),
        parties=frozenset({party.id}),
    )
    return Desk(session=session, shelf=shelf, owner=owner, party_id=party.id)
