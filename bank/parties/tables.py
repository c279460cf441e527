"""Tables of parties, users and whom a user acts for."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from bank.land.tables import Division
from database.actor import Actor, Role
from database.base import Base, new_id
from database.types import Encrypted, choice


class PartyKind(StrEnum):
    """Who can hold a right (LADM LA_PartyType)."""

    PERSON = "person"
    HOUSEHOLD = "household"
    COLLECTIVE = "collective"
    COMPANY = "company"


class Party(Base):
    """A person, household, village collective or company.

    `id_number` is a resident id or a unified social credit code; it is found by its fingerprint.
    A collective or company acts only after an officer has confirmed it.
    """

    __tablename__ = "party"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PartyKind] = mapped_column(choice(PartyKind))
    name: Mapped[str]
    id_number: Mapped[str] = mapped_column(Encrypted())
    id_fingerprint: Mapped[str] = mapped_column(unique=True)
    phone: Mapped[str | None] = mapped_column(Encrypted())
    bank_account: Mapped[str | None] = mapped_column(Encrypted())
    division_code: Mapped[str] = mapped_column(ForeignKey("division.code"), index=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    division: Mapped[Division] = relationship()


class User(Base):
    """A login. `login` is a phone number or a name, found by its fingerprint.

    `id_fingerprint` is that of the person's resident id: by it officers and appraisers are kept
    from their own business. The id itself is not kept here.
    """

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(Encrypted())
    login_fingerprint: Mapped[str] = mapped_column(unique=True)
    id_fingerprint: Mapped[str | None] = mapped_column()
    person_id: Mapped[UUID | None] = column_property(
        select(Party.id)
        .where(Party.id_fingerprint == id_fingerprint)
        .correlate_except(Party)
        .scalar_subquery()
    )
    """The party that she is herself."""
    password_hash: Mapped[str]
    name: Mapped[str]
    township_code: Mapped[str | None] = mapped_column(ForeignKey("division.code"))
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"))
    locale: Mapped[str] = mapped_column(default="zh_Hans_CN")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    granted: Mapped[list["Grant"]] = relationship(lazy="selectin", cascade="all, delete-orphan")
    memberships: Mapped[list["Membership"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> frozenset[Role]:
        """What the login may do."""
        return frozenset(grant.role for grant in self.granted)

    def actor(self) -> Actor:
        """The user as commands know one."""
        return Actor(
            id=self.id,
            name=self.name,
            roles=self.roles,
            parties=frozenset(membership.party_id for membership in self.memberships),
            township=self.township_code,
            agency=self.agency_id,
            person=self.person_id,
        )


class Grant(Base):
    """One role of one user."""

    __tablename__ = "user_role"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)


class Membership(Base):
    """A user acts for a party."""

    __tablename__ = "membership"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), primary_key=True)
    since: Mapped[datetime]

    party: Mapped[Party] = relationship(lazy="joined")


class TokenScope(StrEnum):
    """What a personal access token opens."""

    LAND_READ = "land:read"


class AccessToken(Base):
    """A login's key for a program that only reads. The secret is not kept, only its SHA-256.

    `hint` is the secret's beginning, by which its owner knows it again.
    """

    __tablename__ = "access_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    hint: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[TokenScope] = mapped_column(choice(TokenScope))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")
