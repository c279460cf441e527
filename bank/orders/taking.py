"""What a bundle or an order takes: of each deposit all or a part, and what serves since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bank.appraisals.worth import agreed, worths
from bank.assets.tables import Asset
from bank.catalogue.tables import Bundle
from bank.contracts.tables import Contract
from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit, DepositCut, PartColumns
from bank.land.polygons import Shape
from bank.orders.lines import Figures, figures_of
from bank.orders.tables import Order


@dataclass(frozen=True)
class Taken:
    """One deposit of a bundle or an order.

    `part` is what of it goes where a red line cuts it, else all of it does; `figures` are of what
    goes. `serving` is the deposit that this part became when it was collected.
    """

    deposit: Deposit
    part: PartColumns | None
    figures: Figures
    serving: Deposit | None = None

    @property
    def shape(self) -> Shape:
        """What goes, in the county's system."""
        wkb = self.part.wkb if self.part is not None else parcel_of(self.deposit).wkb
        return cast("Shape", shapely.from_wkb(wkb))

    @property
    def rest(self) -> Shape | None:
        """What stays of a deposit that is cut."""
        return cast("Shape", shapely.from_wkb(self.part.rest_wkb)) if self.part else None


def wanted_in(session: Session, bundle: Bundle, *, at: datetime) -> list[Taken]:
    """What is in a bundle, at the deposits' values of now."""
    _load_together(session, [item.deposit_id for item in bundle.items])
    values = worths(session, [item.deposit for item in bundle.items], at=at)
    return [
        Taken(
            item.deposit,
            item.part,
            figures_of(
                item.deposit,
                item.part,
                worth=values.get(item.deposit_id) or agreed(item.deposit),
                offer_fen=item.swap_offer_fen,
            ),
        )
        for item in bundle.items
    ]


def taken_by(session: Session, order: Order) -> list[Taken]:
    """What an order takes, at the values that were agreed."""
    serving = serving_parts(session, [order.project_id])
    _load_together(session, [line.deposit_id for line in order.lines])
    return [
        Taken(
            line.deposit,
            line.part,
            Figures(line.area_dm2, line.value_fen, line.rent_fen, line.due_fen),
            serving.get((order.project_id, line.deposit_id)) if line.part else None,
        )
        for line in order.lines
    ]


def serving_parts(
    session: Session, project_ids: Iterable[UUID]
) -> Mapping[tuple[UUID, UUID], Deposit]:
    """The parts that were collected for these projects, by project and the deposit cut for it."""
    rows = session.execute(
        select(Contract.project_id, DepositCut.deposit_id, Deposit)
        .join(DepositCut, DepositCut.child_id == Contract.deposit_id)
        .join(Deposit, Deposit.id == Contract.deposit_id)
        .where(Contract.project_id.in_(list(project_ids)))
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _load_together(session: Session, deposit_ids: list[UUID]) -> None:
    """Have these deposits with their land at hand, in one query."""
    session.scalars(
        select(Deposit)
        .where(Deposit.id.in_(deposit_ids))
        .options(joinedload(Deposit.asset).joinedload(Asset.parcel))
    ).all()
