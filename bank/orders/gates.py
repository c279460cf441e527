"""What must hold of an order's deposits when it is placed, paid and collected."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bank.appraisals.diverging import refuse_divergent
from bank.appraisals.worth import Worth, worths
from bank.assets.tables import Asset
from bank.calendar import grace_ends, local_date
from bank.catalogue.tables import Bundle
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.parts import refuse_outdated
from bank.deposits.records import lock_deposits
from bank.deposits.refusals import RightExpired
from bank.deposits.tables import Deposit, StorageMode
from bank.figures import NegativeNumber
from bank.orders.asking import parts_of
from bank.orders.lifecycle import PartStage
from bank.orders.refusals import (
    AppraisalExpired,
    BundleEmpty,
    BundleOrdered,
    NotInCatalogue,
    PartNotAgreed,
    ProjectUnnamed,
    SwapNotAccepted,
    SwapOfferMissing,
    ValueChanged,
)
from bank.orders.tables import Order
from bank.parties.signing_up import require_confirmed
from bank.refusals import GraceRunning


def refuse_unorderable(bundle: Bundle, *, name: str, purpose: str, capital_fen: int) -> None:
    """The bundle is open and complete, its party confirmed, and the project is named.

    Refuses: BundleOrdered, NotConfirmed, ProjectUnnamed, NegativeNumber, BundleEmpty,
    SwapOfferMissing.
    """
    if bundle.ordered_at is not None:
        raise BundleOrdered("the bundle is ordered")
    require_confirmed(bundle.party)
    if not name.strip():
        raise ProjectUnnamed("give the project a name", field="name")
    if not purpose.strip():
        raise ProjectUnnamed("say what the project is for", field="purpose")
    if capital_fen < 0:
        raise NegativeNumber("the capital is zero or more", field="capital")
    if not bundle.items:
        raise BundleEmpty("the bundle is empty")
    for item in bundle.items:
        if item.deposit.mode is StorageMode.SWAP and not item.swap_offer:
            raise SwapOfferMissing(
                "say what you offer in exchange", field="swap_offer", deposit=item.deposit.number
            )


def refuse_unfit(session: Session, order: Order, *, at: datetime) -> None:
    """All deposits are still what was ordered, and the owners who were asked have said yes.

    Their rows are locked. Refuses: NotInCatalogue, RightExpired, AppraisalExpired, PartOutdated,
    ValueChanged, PartNotAgreed, GraceRunning, SwapNotAccepted.
    """
    deposits = load_deposits(session, [line.deposit_id for line in order.lines])
    values = values_in_force(session, deposits.values(), at=at)
    parts = parts_of(session, order)
    for line in order.lines:
        deposit = deposits[line.deposit_id]
        if deposit.stage is not deposit_cycle.Stage.RESERVED:
            raise NotInCatalogue("not reserved", deposit=deposit.number, stage=deposit.stage.value)
        part = parts.get(deposit.id)
        if part is not None:
            refuse_outdated(deposit, part)
        value_fen, _ = values[deposit.id].split(part)
        if value_fen != line.value_fen:
            raise ValueChanged(
                "appraised anew since it was ordered",
                deposit=deposit.number,
                agreed_fen=line.value_fen,
                value_fen=value_fen,
            )
    refuse_unagreed(session, order, at=at)
    refuse_unaccepted(order)


def refuse_unaccepted(order: Order) -> None:
    """The owner of each swap has said yes to what is offered. Refuses: SwapNotAccepted."""
    for line in order.lines:
        if line.mode is StorageMode.SWAP and line.accepted_at is None:
            raise SwapNotAccepted("the owner has not answered", deposit=line.deposit.number)


def refuse_unagreed(session: Session, order: Order, *, at: datetime) -> None:
    """The owner of each deposit that is cut has agreed, and cannot take it back any more.

    Refuses: PartNotAgreed, GraceRunning.
    """
    numbers = {line.deposit_id: line.deposit.number for line in order.lines}
    for part in parts_of(session, order).values():
        if part.stage is not PartStage.AGREED or part.answered_at is None:
            number = numbers[part.deposit_id]
            raise PartNotAgreed("the owner has not agreed to the part", deposit=number)
        if at < grace_ends(part.answered_at):
            raise GraceRunning(
                "the owner may still take her word back",
                until=grace_ends(part.answered_at).isoformat(),
            )


def values_in_force(
    session: Session, deposits: Iterable[Deposit], *, at: datetime
) -> dict[UUID, Worth]:
    """What each deposit is worth by the appraisal that counts today, by deposit.

    Refuses: RightExpired, AppraisalExpired, DivergenceOpen.
    """
    found, today = list(deposits), local_date(at)
    values = worths(session, found, at=at)
    for deposit in found:
        right = deposit.asset.right
        if right is None or (right.ends_on is not None and right.ends_on <= today):
            ends_on = right.ends_on.isoformat() if right and right.ends_on else None
            raise RightExpired("the right has ended", deposit=deposit.number, ends_on=ends_on)
        if deposit.id not in values:
            raise AppraisalExpired("appraise it anew", deposit=deposit.number)
    refuse_divergent(session, found, at=at)
    return values


def load_deposits(session: Session, ids: Iterable[UUID]) -> dict[UUID, Deposit]:
    """These deposits by id, rows locked in one order, with parties, rights and holders at hand."""
    wanted = list(ids)
    lock_deposits(session, wanted)
    together = session.scalars(
        select(Deposit)
        .where(Deposit.id.in_(wanted))
        .order_by(Deposit.id)
        .options(
            joinedload(Deposit.party),
            joinedload(Deposit.asset).options(joinedload(Asset.right), selectinload(Asset.holders)),
        )
    )
    return {deposit.id: deposit for deposit in together}
