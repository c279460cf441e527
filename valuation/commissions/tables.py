"""Tables of commissions: what is asked, of whom, for what fee, and what was seen on the place.

Parties, assets, projects, documents and users belong to the bank; here they are known by id alone.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from database.base import Base, new_id
from database.types import choice
from valuation.agencies.tables import Agency, AgencyKind
from valuation.commissions.lifecycle import QuoteStage, Stage


class Commission(Base):
    """The order to appraise assets, or to plan or finance a project.

    `client_id` is the party that asks and pays; none means the county. `agency_id` is none until
    one is engaged. `deliver_by` is the last day of the work, `answer_by` when silence about what
    was delivered becomes acceptance. `second_of` is the disputed commission that this one is the
    second opinion of.
    """

    __tablename__ = "commission"
    __table_args__ = (CheckConstraint("fee_fen >= 0", name="fee_not_negative"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[AgencyKind] = mapped_column(choice(AgencyKind))
    stage: Mapped[Stage] = mapped_column(choice(Stage), index=True)
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"), index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)
    second_of: Mapped[UUID | None] = mapped_column(ForeignKey("commission.id"), index=True)
    scope: Mapped[str] = mapped_column(default="")
    quote_by: Mapped[date | None]
    deliver_by: Mapped[date | None]
    fee_fen: Mapped[int] = mapped_column(default=0)
    contract: Mapped[str] = mapped_column(default="")
    """The text that both sides agreed to, as it stood when the agency was engaged."""
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    requested_at: Mapped[datetime]
    engaged_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    engaged_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    dispute: Mapped[str] = mapped_column(default="")
    """What the client, or the owner of what was appraised, says is wrong with the result."""

    agency: Mapped[Agency | None] = relationship(lazy="joined")
    assets: Mapped[list["CommissionAsset"]] = relationship(cascade="all, delete-orphan")
    quotes: Mapped[list["Quote"]] = relationship(order_by="Quote.asked_at, Quote.id")
    visits: Mapped[list["SiteVisit"]] = relationship(order_by="SiteVisit.visited_on, SiteVisit.id")
    recusals: Mapped[list["Recusal"]] = relationship()

    @property
    def engaged(self) -> Agency:
        """The agency of a commission that has come so far that it has one."""
        if self.agency is None:
            raise LookupError(f"no agency is engaged for {self.number}")
        return self.agency

    @classmethod
    def of(cls, asset_id: Any) -> ColumnElement[bool]:
        """The condition that a commission is for this asset; a value, a column or a selection."""
        asked = CommissionAsset.asset_id
        same = asked.in_(asset_id) if hasattr(asset_id, "subquery") else asked == asset_id
        return cls.assets.any(same)


class CommissionAsset(Base):
    """One asset that a commission is for."""

    __tablename__ = "commission_asset"

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), primary_key=True, index=True)


class Quote(Base):
    """What one agency that was asked offers: its fee, by when, and in which words.

    `no_ties_at` is when the agency declared that nothing ties it to a party of the commission.
    """

    __tablename__ = "quote"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), index=True)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    stage: Mapped[QuoteStage] = mapped_column(choice(QuoteStage))
    fee_fen: Mapped[int | None]
    deliver_by: Mapped[date | None]
    words: Mapped[str] = mapped_column(default="")
    no_ties_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))

    agency: Mapped[Agency] = relationship(lazy="joined")
    number: Mapped[str] = column_property(
        select(Commission.number)
        .where(Commission.id == commission_id)
        .correlate_except(Commission)
        .scalar_subquery()
    )
    """Its commission's: a quote has none of its own."""


class TieKind(StrEnum):
    """How an agency, or one who works there, is bound to a party."""

    OWNS = "owns"
    OWNED = "owned"
    EMPLOYS = "employs"
    KIN = "kin"
    OWES = "owes"
    OTHER = "other"


class Tie(Base):
    """Something that binds an agency to a party: it may not appraise for that party meanwhile."""

    __tablename__ = "agency_tie"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    agency_id: Mapped[UUID] = mapped_column(ForeignKey("agency.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[TieKind] = mapped_column(choice(TieKind))
    note: Mapped[str] = mapped_column(default="")
    declared_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Recusal(Base):
    """An appraiser who keeps out of one commission, by her own wish or a party's."""

    __tablename__ = "recusal"

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("appraiser.user_id"), primary_key=True)
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]


class SiteVisit(Base):
    """One visit to the place: when, who was there, what was found."""

    __tablename__ = "site_visit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), index=True)
    asset_id: Mapped[UUID] = mapped_column(ForeignKey("asset.id"), index=True)
    visited_on: Mapped[date]
    present: Mapped[str]
    findings: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]

    photos: Mapped[list["SitePhoto"]] = relationship(order_by="SitePhoto.number")


class SitePhoto(Base):
    """One photo that was taken on a visit."""

    __tablename__ = "site_photo"

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("site_visit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), unique=True)


class ChoiceVote(Base):
    """The vote by which a collective's members chose this offer; see `bank.rules.consent`."""

    __tablename__ = "choice_vote"

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quote.id"))
    body: Mapped[str]
    members: Mapped[int]
    present: Mapped[int]
    in_favour: Mapped[int]
    notice_given_on: Mapped[date]
    held_on: Mapped[date]
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]


class Due(StrEnum):
    """What is due in a commission, or past it."""

    QUOTE = "quote"
    CHOICE = "choice"
    DELIVERY = "delivery"
    ANSWER = "answer"
    OVERDUE = "overdue"


class Reminder(Base):
    """One reminder of what is due on a day, given once; to an agency, or (none) to the client.

    `day` is the last day for it.
    """

    __tablename__ = "reminder"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), index=True)
    agency_id: Mapped[UUID | None] = mapped_column(ForeignKey("agency.id"), index=True)
    due: Mapped[Due] = mapped_column(choice(Due))
    day: Mapped[date]
    reminded_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    commission: Mapped[Commission] = relationship()


class PanelFinding(Base):
    """What the county's panel found about a disputed result, and why; it settles the dispute."""

    __tablename__ = "panel_finding"

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    upheld: Mapped[bool]
    reason: Mapped[str]
    members: Mapped[str]
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("commission.id"))
    found_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    found_at: Mapped[datetime]


class Plan(Base):
    """The plan of a project that a planning commission delivered.

    `phases` is a list of {"name", "from", "until", "works", "investment_fen"}; their investments
    sum to `investment_fen`.
    """

    __tablename__ = "plan"

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), index=True)
    use: Mapped[str]
    phases: Mapped[list[Any]]
    investment_fen: Mapped[int]
    red_line_document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    area_dm2: Mapped[int]
    """The land inside the red line of the file."""
    delivered_by: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    delivered_at: Mapped[datetime]
    attached_at: Mapped[datetime | None]
    """When it was accepted, and so became part of the project."""


class DeliveredDocument(Base):
    """One document that an agency delivered: of a plan, or of a financing."""

    __tablename__ = "delivered_document"

    commission_id: Mapped[UUID] = mapped_column(ForeignKey("commission.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), unique=True)
