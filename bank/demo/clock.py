"""A demonstration's clock: by how many days its bank runs ahead of the real day."""

from sqlalchemy.orm import Mapped, Session, mapped_column

from database.base import Base


class DemoClock(Base):
    """The table has one row, and in a real bank none."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days_ahead: Mapped[int]


def days_ahead(session: Session) -> int:
    """By how many days the bank runs ahead."""
    clock = session.get(DemoClock, 1)
    return clock.days_ahead if clock else 0


def forward(session: Session, days: int) -> None:
    """Move the bank's day forward; never back, for the journal has its order."""
    clock = session.get(DemoClock, 1)
    if clock is None:
        clock = DemoClock(id=1, days_ahead=0)
        session.add(clock)
    clock.days_ahead += max(0, days)
