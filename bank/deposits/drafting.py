"""Drafting a deposit: each answer of the application is one command, until it is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.acts import note
from bank.assets.tables import (
    RIGHTS_OF,
    Asset,
    AssetKind,
    Evidence,
    EvidenceKind,
    Holder,
    Right,
    RightType,
)
from bank.authority import require_party
from bank.calendar import add_years, local_date
from bank.codes import read_unit_code, refuse_elsewhere
from bank.deposits import records
from bank.deposits.lifecycle import Act, Stage
from bank.deposits.refusals import (
    AnswersMissing,
    CertificateMissing,
    EndMissing,
    ModeMissing,
    RightExpired,
    TermBeyondRight,
    TermOverCap,
    WrongConsent,
    WrongDepositor,
    WrongRight,
)
from bank.deposits.tables import (
    Consent,
    ConsentKind,
    ConstructionUse,
    Deposit,
    StorageMode,
)
from bank.files.tables import Document
from bank.numbers import next_number
from bank.parties.signing_up import get_party
from bank.parties.tables import PartyKind
from bank.refusals import IllegalMove
from bank.rules import Rule, lease_cap, term_cap
from bank.rules.consent import Matter, check_vote
from database.actor import Actor

COLLECTIVE_ONLY = frozenset({AssetKind.CONSTRUCTION_LAND, AssetKind.OLD_VILLAGE})
"""What only a village collective can deposit: it owns it, no household does."""

MATTER: Final[Mapping[AssetKind, Matter]] = {
    AssetKind.CONSTRUCTION_LAND: "construction",
    AssetKind.WOODLAND: "contracting",
    AssetKind.FARMLAND: "contracting",
    AssetKind.WATER: "contracting",
    AssetKind.HOUSE: "homestead",
    AssetKind.OLD_VILLAGE: "homestead",
}
"""What a vote on such an asset is about in law (RCEO 26, 28); a house stands on a homestead."""


@dataclass(frozen=True)
class Vote:
    """A collective's meeting, in persons."""

    members: int
    present: int
    in_favour: int
    notice_given_on: date


def begin(
    session: Session,
    *,
    party_id: UUID,
    kind: AssetKind,
    name: str,
    division_code: str,
    actor: Actor,
    at: datetime,
    key: str,
) -> Deposit:
    """Open a draft for one asset of the party.

    Refuses: NotYours, WrongDepositor, KeyReused.
    """
    require_party(actor, party_id)
    body = {"party": party_id, "kind": kind.value, "name": name, "division": division_code}
    if first := keys.earlier(session, key, "deposits.begin", **body):
        return records.get_deposit(session, first)
    party = get_party(session, party_id)
    if party.kind is PartyKind.COMPANY or (
        kind in COLLECTIVE_ONLY and party.kind is not PartyKind.COLLECTIVE
    ):
        raise WrongDepositor(
            f"a {party.kind.value} cannot deposit {kind.value}", field="kind", kind=kind.value
        )

    asset = Asset(
        number=next_number(session, "A", at),
        kind=kind,
        name=name.strip() or kind.value,
        division_code=division_code,
        created_at=at,
        created_by=actor.id,
        holders=[Holder(party_id=party_id, weight=1)],
    )
    deposit = Deposit(
        number=next_number(session, "D", at),
        asset=asset,
        party_id=party_id,
        stage=Stage.DRAFT,
        created_at=at,
    )
    session.add(deposit)
    session.flush()
    note(session, deposit, Act.BEGIN, actor=actor, at=at)
    keys.settle(session, key, deposit.id)
    return deposit


def lapse_consent(session: Session, deposit: Deposit) -> None:
    """What was agreed to is no longer what is asked for: it has to be agreed to anew."""
    deposit.consent = None
    session.flush()


def prove_right(
    session: Session,
    deposit_id: UUID,
    *,
    type: RightType,
    certificate_number: str,
    unit_code: str,
    ends_on: date | None,
    actor: Actor,
    at: datetime,
) -> Deposit:
    """Name the right that is stored, and its certificate.

    Refuses: NotYours, IllegalMove, WrongRight, CertificateMissing, WrongLength, WrongCharacter,
    UnitElsewhere, EndMissing, RightExpired.
    """
    deposit = own_draft(session, deposit_id, actor)
    asset = deposit.asset
    collective = type is RightType.COLLECTIVE_OWNERSHIP
    if type not in RIGHTS_OF[asset.kind] or (
        collective and deposit.party.kind is not PartyKind.COLLECTIVE
    ):
        raise WrongRight("this right does not fit this asset", field="type", type=type.value)
    if not certificate_number.strip():
        raise CertificateMissing("the certificate's number is needed", field="certificate_number")
    unit = read_unit_code(unit_code) if unit_code.strip() else None
    if unit is not None:
        refuse_elsewhere(unit, asset.division_code)
    if ends_on is None and not collective and type is not RightType.HOMESTEAD_USE:
        raise EndMissing("the day on which the right ends is needed", field="ends_on")
    if ends_on is not None and ends_on <= local_date(at):
        raise RightExpired("the right has ended", field="ends_on", ends_on=ends_on.isoformat())

    right = asset.right or Right(asset_id=asset.id)
    right.type, right.certificate_number = type, certificate_number.strip()
    right.unit_code, right.ends_on = unit.number if unit else None, ends_on
    asset.right = right
    return deposit


def choose_mode(
    session: Session,
    deposit_id: UUID,
    *,
    mode: StorageMode,
    term_years: int,
    use: ConstructionUse | None,
    rent_fen: int | None,
    swap_wish: str,
    actor: Actor,
    at: datetime,
) -> Deposit:
    """Say how the owner wants to be paid, and for how many years the bank may keep the asset.

    Other terms need another consent. Refuses: NotYours, IllegalMove, AnswersMissing, ModeMissing,
    TermOverCap, TermBeyondRight.
    """
    deposit = own_draft(session, deposit_id, actor)
    right = deposit.asset.right
    if right is None:
        raise AnswersMissing("name the right first", field="mode", missing=["right"])
    if mode is StorageMode.LEASE and (rent_fen or 0) <= 0:
        raise ModeMissing("a lease needs the rent that is asked", field="rent")
    if mode is StorageMode.SWAP and not swap_wish.strip():
        raise ModeMissing("a swap needs what is wished for in exchange", field="swap_wish")
    if deposit.asset.kind is AssetKind.CONSTRUCTION_LAND and use is None:
        raise ModeMissing("construction land needs its use", field="use")
    refuse_term(deposit.asset.kind, mode, use, term_years, right, today=local_date(at))

    before = _terms(deposit)
    deposit.mode, deposit.term_years, deposit.use = mode, term_years, use
    deposit.rent_fen = rent_fen if mode is StorageMode.LEASE else None
    deposit.swap_wish = swap_wish.strip() if mode is StorageMode.SWAP else ""
    if _terms(deposit) != before:
        lapse_consent(session, deposit)
    return deposit


def _terms(deposit: Deposit) -> tuple[object, ...]:
    """What a consent is given for, besides the place."""
    return (deposit.mode, deposit.term_years, deposit.use, deposit.rent_fen, deposit.swap_wish)


def cap_of(kind: AssetKind, right: Right, mode: StorageMode, use: ConstructionUse | None,
           on: date) -> Rule:  # fmt: skip
    """The rule that caps the years for which this right may be stored in this mode."""
    named = use.value if use else None
    if mode is StorageMode.LEASE:
        return lease_cap(kind.value, right.type.value, named, on)
    return term_cap(kind.value, named, on)


def refuse_term(
    kind: AssetKind,
    mode: StorageMode,
    use: ConstructionUse | None,
    term_years: int,
    right: Right,
    *,
    today: date,
) -> None:
    """A term from today on. Refuses: TermOverCap, TermBeyondRight."""
    cap = cap_of(kind, right, mode, use, today)
    if not 1 <= term_years <= int(cap.value):
        raise TermOverCap(
            f"at most {cap.value} years", field="term_years", cap=int(cap.value), source=cap.source
        )
    if right.ends_on is not None and add_years(today, term_years) > right.ends_on:
        raise TermBeyondRight(
            "the term would outlast the right",
            field="term_years",
            ends_on=right.ends_on.isoformat(),
        )


def attach(
    session: Session,
    deposit_id: UUID,
    *,
    kind: EvidenceKind,
    document: Document,
    actor: Actor,
    at: datetime,
) -> Evidence:
    """Add a document to the asset's evidence. Refuses: NotYours, IllegalMove."""
    deposit = own_draft(session, deposit_id, actor)
    evidence = Evidence(kind=kind, document=document, added_at=at)
    deposit.asset.evidence.append(evidence)
    session.flush()
    return evidence


def detach(session: Session, deposit_id: UUID, *, evidence_id: UUID, actor: Actor) -> None:
    """Take a document out of a draft's evidence. Refuses: NotYours, IllegalMove."""
    deposit = own_draft(session, deposit_id, actor)
    for evidence in [e for e in deposit.asset.evidence if e.id == evidence_id]:
        deposit.asset.evidence.remove(evidence)


def agree(
    session: Session,
    deposit_id: UUID,
    *,
    kind: ConsentKind,
    held_on: date,
    document: Document,
    actor: Actor,
    at: datetime,
    vote: Vote | None = None,
) -> Deposit:
    """Record who agreed: a household in writing, a collective by vote with its minutes.

    Refuses: NotYours, IllegalMove, WrongConsent, and what `check_vote` refuses.
    """
    deposit = own_draft(session, deposit_id, actor)
    by_vote = kind is not ConsentKind.HOUSEHOLD
    if by_vote != (deposit.party.kind is PartyKind.COLLECTIVE) or by_vote != (vote is not None):
        raise WrongConsent("this party decides in another way", field="kind", kind=kind.value)
    if held_on > local_date(at):
        raise WrongConsent("the day lies ahead", field="held_on", kind=kind.value)
    if vote is not None:
        check_vote(
            "members" if kind is ConsentKind.MEMBERS else "representatives",
            vote.members,
            vote.present,
            vote.in_favour,
            held_on,
            vote.notice_given_on,
            matter=MATTER.get(deposit.asset.kind),
        )

    consent = deposit.consent or Consent(deposit_id=deposit.id)
    consent.kind, consent.held_on, consent.document = kind, held_on, document
    consent.members = vote.members if vote else None
    consent.present = vote.present if vote else None
    consent.in_favour = vote.in_favour if vote else None
    consent.notice_given_on = vote.notice_given_on if vote else None
    deposit.consent = consent
    session.flush()
    return deposit


def own_draft(session: Session, deposit_id: UUID, actor: Actor) -> Deposit:
    """The actor's own deposit, while it may still be changed. Refuses: NotYours, IllegalMove."""
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_party(actor, deposit.party_id)
    if deposit.stage is not Stage.DRAFT:
        raise IllegalMove("a submitted application cannot be changed", stage=deposit.stage.value)
    return deposit


def drafts_of(session: Session, actor: Actor) -> list[Deposit]:
    """The drafts of the parties that the actor acts for, newest first."""
    return list(
        session.scalars(
            select(Deposit)
            .where(Deposit.party_id.in_(actor.parties), Deposit.stage == Stage.DRAFT)
            .order_by(Deposit.created_at.desc())
        )
    )
