"""Putting deposits in a bundle and taking them out again; nothing is reserved by it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.appraisals.worth import agreed, find_worth
from bank.authority import require_party
from bank.calendar import local_date
from bank.catalogue.tables import Bundle, BundleItem, BundlePart
from bank.deposits import records
from bank.deposits.lifecycle import Stage
from bank.deposits.parts import part_inside
from bank.deposits.tables import StorageMode
from bank.land.polygons import Shape
from bank.orders.refusals import (
    BundleOrdered,
    NotInCatalogue,
    OwnDeposit,
    SwapOfferMissing,
    SwapOfferTooHigh,
)
from bank.refusals import NoSuchRecord
from database.actor import Actor
from database.rows import find_row


def open_bundle(session: Session, *, party_id: UUID, actor: Actor, at: datetime) -> Bundle:
    """The party's bundle that is not ordered yet; a new one if there is none. Refuses: NotYours."""
    require_party(actor, party_id)
    bundle = find_open(session, party_id)
    if bundle is None:
        bundle = Bundle(party_id=party_id, created_at=at)
        session.add(bundle)
        session.flush()
    return bundle


def find_open(session: Session, party_id: UUID) -> Bundle | None:
    """The party's bundle that is not ordered yet."""
    return session.scalar(
        select(Bundle)
        .where(Bundle.party_id == party_id, Bundle.ordered_at.is_(None))
        .order_by(Bundle.created_at)
        .limit(1)
    )


def get_bundle(session: Session, bundle_id: UUID, *, actor: Actor, lock: bool = False) -> Bundle:
    """The actor's own bundle. Refuses: NoSuchRecord, NotYours."""
    bundle = find_row(session, Bundle, bundle_id, lock=lock)
    if bundle is None:
        raise NoSuchRecord("no such bundle")
    require_party(actor, bundle.party_id)
    return bundle


def add(
    session: Session,
    bundle_id: UUID,
    *,
    deposit_id: UUID,
    actor: Actor,
    at: datetime,
    line: Shape | None = None,
) -> Bundle:
    """Put a deposit in; doing it twice changes nothing.

    With a red line (county system) that cuts the deposit only the part inside is wanted, and
    another line changes the part. Refuses: NotYours, BundleOrdered, NotInCatalogue, OwnDeposit;
    with a line PartTooSmall, TooManyCorners, AreaDisagrees.
    """
    bundle = _open(session, bundle_id, actor)
    deposit = records.get_deposit(session, deposit_id)
    if deposit.stage is not Stage.STORED:
        raise NotInCatalogue(
            "this deposit is not free", deposit=deposit.number, stage=deposit.stage.value
        )
    if bundle.party_id in records.concerned(deposit):
        raise OwnDeposit("this is your own deposit", deposit=deposit.number)
    item = _item_of(bundle, deposit.id)
    land = None if line is None else part_inside(deposit, line, on=local_date(at))
    if item is None:
        item = BundleItem(deposit=deposit, added_at=at)
        bundle.items.append(item)
    if line is not None:
        _want(session, item, land)
    session.flush()
    return bundle


def take_whole(session: Session, bundle_id: UUID, *, deposit_id: UUID, actor: Actor) -> BundleItem:
    """Want all of a deposit of which only a part was wanted.

    Refuses: NotYours, BundleOrdered, NoSuchRecord.
    """
    item = _item_of(_open(session, bundle_id, actor), deposit_id)
    if item is None:
        raise NoSuchRecord("no such deposit in the bundle")
    _want(session, item, None)
    return item


def _want(session: Session, item: BundleItem, land: dict[str, Any] | None) -> None:
    """Of this deposit, the part given by its columns; all of it without."""
    if item.part is not None:
        item.part = None
        session.flush()
    if land is not None:
        item.part = BundlePart(**land)
    session.flush()


def remove(session: Session, bundle_id: UUID, *, deposit_id: UUID, actor: Actor) -> Bundle:
    """Take a deposit out. Refuses: NotYours, BundleOrdered."""
    bundle = _open(session, bundle_id, actor)
    for item in [item for item in bundle.items if item.deposit_id == deposit_id]:
        bundle.items.remove(item)
    session.flush()
    return bundle


def offer_swap(
    session: Session,
    bundle_id: UUID,
    *,
    deposit_id: UUID,
    offer: str,
    offer_fen: int,
    actor: Actor,
    at: datetime,
) -> BundleItem:
    """Say what is given for a deposit that wants a swap, and what it is worth.

    Refuses: NotYours, BundleOrdered, NoSuchRecord, SwapOfferMissing, SwapOfferTooHigh.
    """
    bundle = _open(session, bundle_id, actor)
    item = _item_of(bundle, deposit_id)
    if item is None or item.deposit.mode is not StorageMode.SWAP:
        raise NoSuchRecord("no such swap in the bundle")
    if not offer.strip() or offer_fen < 0:
        raise SwapOfferMissing("say what you offer", field="swap_offer")
    worth = find_worth(session, item.deposit, at=at) or agreed(item.deposit)
    value_fen, _ = worth.split(item.part)
    if offer_fen > value_fen:
        raise SwapOfferTooHigh(
            "the owner would owe the difference", field="swap_offer_fen", value_fen=value_fen
        )
    item.swap_offer, item.swap_offer_fen = offer.strip(), offer_fen
    return item


def _item_of(bundle: Bundle, deposit_id: UUID) -> BundleItem | None:
    return next((item for item in bundle.items if item.deposit_id == deposit_id), None)


def _open(session: Session, bundle_id: UUID, actor: Actor) -> Bundle:
    bundle = get_bundle(session, bundle_id, actor=actor, lock=True)
    if bundle.ordered_at is not None:
        raise BundleOrdered("the bundle is ordered")
    return bundle
