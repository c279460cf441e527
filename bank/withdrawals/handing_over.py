"""The land of a collection: whole deposits go as they are, parts are cut off and go by themselves.

The area of a part leaves its deposit's unit and enters that of the deposit it becomes, in the one
transfer of the collection: each unit sums to zero, and says what its polygon measures.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bank import accounts
from bank.acts import move
from bank.deposits import lifecycle as deposit_cycle
from bank.deposits.cutting_off import cut_off
from bank.deposits.tables import Deposit
from bank.orders.asking import parts_of
from bank.orders.lifecycle import PART_LIFECYCLE, PartAct
from bank.orders.tables import Order
from database.actor import Actor
from ledger import journal
from ledger.model import Posting


def hand_over(
    session: Session, order: Order, *, officer: Actor, at: datetime
) -> tuple[dict[UUID, Deposit], list[Posting]]:
    """What serves the project, by the deposit that was ordered, and the postings of its area.

    The deposits' rows are locked. Refuses: PartOutdated, IllegalMove.
    """
    parts, number = parts_of(session, order), order.project.number
    serving: dict[UUID, Deposit] = {}
    for line in order.lines:
        part = parts.get(line.deposit_id)
        if part is None:
            serving[line.deposit_id] = line.deposit
            move(session, line.deposit, deposit_cycle.LIFECYCLE, deposit_cycle.Act.COLLECT,
                 actor=officer, at=at, reason=number)  # fmt: skip
            continue
        serving[line.deposit_id] = cut_off(
            session, line.deposit, part, reason=number, actor=officer, at=at
        )
        move(session, part, PART_LIFECYCLE, PartAct.COLLECT, actor=officer, at=at)
    session.flush()
    return serving, _postings(session, order, serving, at=at)


def _postings(
    session: Session, order: Order, serving: Mapping[UUID, Deposit], *, at: datetime
) -> list[Posting]:
    """All area of the order, from its account to the project's."""
    reserved, held = accounts.reserved(order.number), accounts.held(order.project.number)
    journal.open_account(session, held, at=at)
    found = []
    for line in order.lines:
        unit, quantity = accounts.land(line.deposit.number), line.area_dm2
        deposit = serving[line.deposit_id]
        if deposit.id == line.deposit_id:
            found.append(Posting(source=reserved, target=held, unit=unit, quantity=quantity))
            continue
        own = accounts.land(deposit.number)
        journal.open_unit(session, own, at=at, name=deposit.asset.name)
        world = accounts.WORLD_LAND
        found += [
            Posting(source=reserved, target=world, unit=unit, quantity=quantity),
            Posting(source=world, target=held, unit=own, quantity=quantity),
        ]
    return found
