"""The lines of an order: what each deposit, or the part of it that goes, is worth and costs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank.appraisals.worth import Worth
from bank.catalogue.tables import BundleItem
from bank.deposits.lifecycle import Stage
from bank.deposits.parts import by_area, refuse_outdated
from bank.deposits.tables import Deposit, PartColumns, StorageMode
from bank.orders import gates
from bank.orders.refusals import NotInCatalogue, SwapOfferTooHigh
from bank.orders.tables import OrderLine


@dataclass(frozen=True)
class Figures:
    """Area in dm²; what it is worth, its rent a year and what is due at the start, in fen."""

    area_dm2: int
    value_fen: int
    rent_fen: int
    due_fen: int


def figures_of(
    deposit: Deposit, part: PartColumns | None, *, worth: Worth, offer_fen: int
) -> Figures:
    """What a deposit, or a part of it, costs an order: the first rent, or the swap's balance.

    The rent of a part is by area; figures of the parts and of the rest sum to the deposit's.
    """
    value_fen, _ = worth.split(part)
    rent_fen, _ = by_area(deposit.rent_fen or 0, part)
    due_fen = {
        StorageMode.SHARE: 0,
        StorageMode.LEASE: rent_fen,
        StorageMode.SWAP: value_fen - offer_fen,
    }
    area_dm2 = deposit.area_dm2 if part is None else part.area_dm2
    return Figures(area_dm2, value_fen, rent_fen, due_fen[mode_of(deposit)])


def mode_of(deposit: Deposit) -> StorageMode:
    """How the owner of a stored deposit is paid; submit refuses one without."""
    return StorageMode(str(deposit.mode))


def line_for(deposit: Deposit, item: BundleItem, worth: Worth) -> OrderLine:
    """The line that a bundle's item becomes."""
    figures = figures_of(deposit, item.part, worth=worth, offer_fen=item.swap_offer_fen)
    return OrderLine(
        deposit_id=deposit.id,
        mode=mode_of(deposit),
        area_dm2=figures.area_dm2,
        value_fen=figures.value_fen,
        rent_fen=figures.rent_fen,
        swap_offer=item.swap_offer,
        swap_offer_fen=item.swap_offer_fen,
        due_fen=figures.due_fen,
    )


def lines_of(
    session: Session, deposits: list[Deposit], items: dict[UUID, BundleItem], *, at: datetime
) -> list[OrderLine]:
    """A line for each deposit that is free, at today's value.

    Refuses: NotInCatalogue, RightExpired, AppraisalExpired, DivergenceOpen, PartOutdated,
    SwapOfferTooHigh.
    """
    for deposit in deposits:
        if deposit.stage is not Stage.STORED:
            raise NotInCatalogue(
                "another order was first", deposit=deposit.number, stage=deposit.stage.value
            )
    values = gates.values_in_force(session, deposits, at=at)
    for deposit in deposits:
        item = items[deposit.id]
        worth = values[deposit.id]
        deposit.value_fen = worth.value_fen
        if item.part is not None:
            refuse_outdated(deposit, item.part)
        refuse_over_offer(deposit, item.part, item.swap_offer_fen, worth=worth)
    return [line_for(deposit, items[deposit.id], values[deposit.id]) for deposit in deposits]


def refuse_over_offer(
    deposit: Deposit, part: PartColumns | None, offer_fen: int, *, worth: Worth
) -> None:
    """A swap's offer is worth no more than what goes. Refuses: SwapOfferTooHigh."""
    value_fen, _ = worth.split(part)
    if offer_fen > value_fen:
        raise SwapOfferTooHigh(
            "the owner would owe the difference",
            field="swap_offer_fen",
            deposit=deposit.number,
            value_fen=value_fen,
        )
