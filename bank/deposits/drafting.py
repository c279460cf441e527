"""Drafting a deposit: each answer of the application is one command, until it is submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import keys
from bank.acts import move, note
from bank.assets.tables import (
    LAND_CLASS,
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
from bank.calendar import add_years, grace_ends, local_date
from bank.codes import read_unit_code
from bank.deposits import records
from bank.deposits.lifecycle import LIFECYCLE, Act, Stage
from bank.deposits.refusals import (
    AnswersMissing,
    CertificateMissing,
    EndMissing,
    EvidenceMissing,
    ModeMissing,
    ParcelTaken,
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
from bank.land.divisions import find_county_outline
from bank.land.parcels import register_parcel, shape_of
from bank.land.polygons import Shape, refuse_outside
from bank.land.tables import Origin, Parcel
from bank.lifecycle import after
from bank.numbers import next_number
from bank.parties.signing_up import get_party, require_confirmed
from bank.parties.tables import PartyKind
from bank.refusals import GraceOver, IllegalMove, NoSuchRecord
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

REGISTERED: Final = frozenset({Origin.IMPORTED, Origin.GENERATED})
"""Parcels of the county's register: they outlive the asset that has them for a while."""


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
    note(session, deposit, Act.TAKE_BACK, actor=actor, at=at)
    keys.settle(session, key, deposit.id)
    return deposit


def place(
    session: Session,
    deposit_id: UUID,
    *,
    shape: Shape,
    origin: Origin,
    actor: Actor,
    at: datetime,
) -> Deposit:
    """Say where the asset lies: a polygon in the county's system, drawn or typed.

    Another place needs another consent. Refuses: NotYours, IllegalMove, OverlapsDeposit,
    OutsideCounty.
    """
    deposit = own_draft(session, deposit_id, actor)
    county = find_county_outline(session)
    if county is not None:
        refuse_outside(shape, county, on=local_date(at))
    records.refuse_overlap(session, shape, deposit, at=at)

    old = deposit.asset.parcel
    if old is None or shape_of(old) != shape:
        lapse_consent(session, deposit)
    _leave_parcel(session, deposit.asset, at)
    parcel = register_parcel(
        session,
        shape,
        division_code=None,
        land_class=LAND_CLASS[deposit.asset.kind],
        location=deposit.asset.division.name,
        origin=origin,
        at=at,
        asset_id=deposit.asset_id,
    )
    deposit.asset.division_code = parcel.division_code
    session.flush()
    session.expire(deposit.asset, ["parcel", "division"])
    return deposit


def pick(
    session: Session, deposit_id: UUID, *, parcel_id: UUID, actor: Actor, at: datetime
) -> Deposit:
    """Say where the asset lies by choosing an imported parcel that no deposit keeps.

    Another draft that had it loses it; who hands in first, keeps it. Another place needs another
    consent. Refuses: NotYours, IllegalMove, NoSuchRecord, ParcelTaken, OverlapsDeposit.
    """
    deposit = own_draft(session, deposit_id, actor)
    parcel = session.get(Parcel, parcel_id, with_for_update=True, populate_existing=True)
    if parcel is None or parcel.retired_at is not None:
        raise NoSuchRecord("no such parcel")
    if not _may_pick(session, parcel, deposit):
        raise ParcelTaken("the parcel belongs to another asset", field="parcel", code=parcel.code)
    records.refuse_overlap(session, shape_of(parcel), deposit, at=at)

    if parcel.asset_id != deposit.asset_id:
        lapse_consent(session, deposit)
        _leave_parcel(session, deposit.asset, at)
        loser = session.get(Asset, parcel.asset_id) if parcel.asset_id else None
        parcel.asset_id = deposit.asset_id
        deposit.asset.division_code = parcel.division_code
        session.flush()
        session.expire(deposit.asset, ["parcel", "division"])
        if loser is not None:
            session.expire(loser, ["parcel"])
    return deposit


def _may_pick(session: Session, parcel: Parcel, deposit: Deposit) -> bool:
    """Whether the parcel, locked, is this draft's already or free to become it.

    A drawn parcel is somebody's drawing: it belongs to the asset it was drawn for.
    """
    if parcel.asset_id is not None and parcel.origin not in REGISTERED:
        return parcel.asset_id == deposit.asset_id
    free = select(Parcel.id).where(Parcel.id == parcel.id, records.pickable(deposit.asset_id))
    return session.scalar(free) is not None


def lapse_consent(session: Session, deposit: Deposit) -> None:
    """What was agreed to is no longer what is asked for: it has to be agreed to anew."""
    deposit.consent = None
    session.flush()


def _leave_parcel(session: Session, asset: Asset, at: datetime) -> None:
    """Let go of the parcel chosen before: an imported one is free again, a drawn one retires."""
    old = asset.parcel
    if old is None:
        return
    if old.origin in REGISTERED:
        old.asset_id = None
    else:
        old.retired_at = at
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

    Refuses: NotYours, IllegalMove, WrongRight, CertificateMissing, WrongLength, EndMissing,
    RightExpired.
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
    code = read_unit_code(unit_code).number if unit_code.strip() else None
    if ends_on is None and not collective and type is not RightType.HOMESTEAD_USE:
        raise EndMissing("the day on which the right ends is needed", field="ends_on")
    if ends_on is not None and ends_on <= local_date(at):
        raise RightExpired("the right has ended", field="ends_on", ends_on=ends_on.isoformat())

    right = asset.right or Right(asset_id=asset.id)
    right.type, right.certificate_number = type, certificate_number.strip()
    right.unit_code, right.ends_on = code, ends_on
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
    _refuse_term(deposit.asset.kind, mode, use, term_years, right, today=local_date(at))

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


def _refuse_term(
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


def missing(deposit: Deposit) -> list[str]:
    """Which answers a draft still lacks, in the order of the application's pages."""
    asset = deposit.asset
    answered = {
        "place": asset.parcel is not None,
        "right": asset.right is not None,
        "evidence": any(e.kind is EvidenceKind.CERTIFICATE for e in asset.evidence),
        "mode": deposit.mode is not None,
        "consent": deposit.consent is not None,
    }
    return [answer for answer, given in answered.items() if not given]


def submit(session: Session, deposit_id: UUID, *, actor: Actor, at: datetime, key: str) -> Deposit:
    """Hand the application in. It can be taken back during the grace period.

    Refuses: NotYours, IllegalMove, NotConfirmed, AnswersMissing, EvidenceMissing,
    OverlapsDeposit, KeyReused; and what the answers are refused for, looked at once more.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_party(actor, deposit.party_id)
    if keys.earlier(session, key, "deposits.submit", deposit=deposit_id):
        return deposit
    after(LIFECYCLE, deposit.stage, Act.SUBMIT)
    require_confirmed(deposit.party)
    lacking = missing(deposit)
    if "evidence" in lacking:
        raise EvidenceMissing("the certificate is needed", field="certificate", missing=lacking)
    if lacking:
        raise AnswersMissing("the application is not complete", field=lacking[0], missing=lacking)
    asset, right, today = deposit.asset, deposit.asset.right, local_date(at)
    if right and right.ends_on and right.ends_on <= today:
        raise RightExpired("the right has ended", ends_on=right.ends_on.isoformat())
    if right and deposit.mode and deposit.term_years:
        told = (asset.kind, deposit.mode, deposit.use, deposit.term_years, right)
        _refuse_term(*told, today=today)
    parcel = records.lock_parcel(session, deposit)
    records.refuse_overlap(session, shape_of(parcel), deposit, at=at)

    move(session, deposit, LIFECYCLE, Act.SUBMIT, actor=actor, at=at)
    deposit.submitted_at, deposit.submitted_by = at, actor.id
    keys.settle(session, key, deposit.id)
    return deposit


def take_back(session: Session, deposit_id: UUID, *, actor: Actor, at: datetime) -> Deposit:
    """Take a submission back while the grace period runs.

    Refuses: NotYours, IllegalMove, GraceOver.
    """
    deposit = records.get_deposit(session, deposit_id, lock=True)
    require_party(actor, deposit.party_id)
    if deposit.submitted_at and at >= grace_ends(deposit.submitted_at):
        raise GraceOver("the time to take it back is over")
    move(session, deposit, LIFECYCLE, Act.TAKE_BACK, actor=actor, at=at)
    deposit.submitted_at = deposit.submitted_by = None
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
