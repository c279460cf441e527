"""Loading the demonstration county into an empty bank: repeatable, resumable, and only once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bank import keys
from bank.demo import script, setting
from bank.demo.faces import Login, logins
from bank.demo.scene import Event, Scene
from bank.demo.setting import Batch
from bank.deposits.tables import Deposit
from bank.income.tables import Round
from bank.keys import UsedKey
from bank.land.tables import Division, Parcel
from bank.orders.tables import Order
from bank.parties.tables import Party, User
from bank.projects.tables import Project
from bank.withdrawals.tables import Withdrawal
from database.base import new_id
from database.engine import writing
from database.refusals import Conflict
from database.secrecy import fingerprint
from ledger import log
from ledger.model import MOVES
from ledger.tables import transfer

__all__ = ["BankNotEmpty", "Login", "Summary", "fill", "logins"]

EVENTS_A_BATCH: Final = 150
STEP: Final = "demo:step:"
FILLED: Final = "demo:filled"

Progress = Callable[[int, int, str], None]


class BankNotEmpty(Conflict):
    """The bank holds something else; a demonstration is loaded into an empty one only."""


@dataclass(frozen=True)
class Summary:
    """What the bank holds; `loaded` is False if it was filled before and was left alone."""

    loaded: bool
    divisions: int
    parcels: int
    free_parcels: int
    parties: int
    users: int
    deposits: dict[str, int]
    projects: dict[str, int]
    orders: dict[str, int]
    rounds: dict[str, int]
    withdrawals: dict[str, int]
    transfers: int

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    def text(self) -> str:
        """In words, for a terminal."""
        done = "The county is loaded." if self.loaded else "The bank is filled already: left alone."
        lines = [
            done,
            f"  divisions    {self.divisions}",
            f"  parcels      {self.parcels}, of which {self.free_parcels} free",
            f"  parties      {self.parties}, users {self.users}",
        ]
        for name in ("deposits", "projects", "orders", "rounds", "withdrawals"):
            counts: dict[str, int] = getattr(self, name)
            each = ", ".join(f"{stage} {count}" for stage, count in counts.items())
            lines.append(f"  {name:<12} {sum(counts.values())}: {each}")
        return "\n".join([*lines, f"  transfers    {self.transfers}"])


def fill(
    session: Session,
    *,
    deposits: int = 600,
    seed: int = 330523,
    today: datetime,
    progress: Progress = lambda done, total, what: None,
) -> Summary:
    """Load the county, its people and two years of history that ends at `today`.

    Each batch is one transaction that claims its own key: what is interrupted goes on where it
    stopped (as of the day on which it began), and a bank that is filled is left alone. Refuses:
    BankNotEmpty; KeyReused, if another load was begun with other numbers.
    """
    if session.get(UsedKey, FILLED) is not None:
        return _summary(session, loaded=False)
    today = _first_day(session, today.replace(microsecond=0))
    progress(0, 1, "script")
    written = script.write(seed, deposits, today)
    body = {"seed": seed, "deposits": deposits}
    steps: list[Batch] = [*_batches(session, written, today), partial(_finish, body)]
    for number, step in enumerate(steps, start=1):
        with writing(session):
            key = f"{STEP}{number}"
            if keys.earlier(session, key, "demo.fill", **body) is None:
                step(session)
                session.flush()
                keys.settle(session, key, new_id())
        progress(number, len(steps), "batches")
    with writing(session):
        log.seal(session)
    return _summary(session, loaded=True)


def _first_day(session: Session, today: datetime) -> datetime:
    """The day at which the story ends: today, or what it was when an earlier load began.

    Refuses: BankNotEmpty.
    """
    if session.get(UsedKey, f"{STEP}1") is None:
        for table in (Division.code, Party.id, Deposit.id):
            if session.scalar(select(table).limit(1)) is not None:
                raise BankNotEmpty("the bank is not empty")
        if logins(session):
            raise BankNotEmpty("a login of the demonstration is taken")
        return today
    began = session.scalars(
        select(User.created_at).where(User.login_fingerprint == fingerprint("admin1"))
    ).one()
    return began + timedelta(days=script.YEARS_DAYS)


def _batches(session: Session, written: script.Script, today: datetime) -> list[Batch]:
    began = today - timedelta(days=script.YEARS_DAYS)
    scene = Scene(session)
    batches = list(
        setting.batches(written.county, written.parcels, written.officials, written.firms, at=began)
    )
    for first in range(0, len(written.events), EVENTS_A_BATCH):
        chunk = written.events[first : first + EVENTS_A_BATCH]
        batches.append(partial(_play, scene, chunk))
    return batches


def _play(scene: Scene, events: Sequence[Event], session: Session) -> None:
    for event in events:
        event.deed(scene, event.at)


def _finish(body: dict[str, int], session: Session) -> None:
    keys.earlier(session, FILLED, "demo.fill", **body)
    keys.settle(session, FILLED, new_id())


def _summary(session: Session, *, loaded: bool) -> Summary:
    def count(column: InstrumentedAttribute[Any], *conditions: Any) -> int:
        return session.scalar(select(func.count(column)).where(*conditions)) or 0

    def stages(column: InstrumentedAttribute[Any]) -> dict[str, int]:
        rows = session.execute(select(column, func.count()).group_by(column)).all()
        return {stage.value: number for stage, number in rows}

    return Summary(
        loaded=loaded,
        divisions=count(Division.code),
        parcels=count(Parcel.id),
        free_parcels=count(Parcel.id, Parcel.asset_id.is_(None)),
        parties=count(Party.id),
        users=count(User.id),
        deposits=stages(Deposit.stage),
        projects=stages(Project.stage),
        orders=stages(Order.stage),
        rounds=stages(Round.stage),
        withdrawals=stages(Withdrawal.stage),
        transfers=session.scalar(select(func.count()).where(transfer.c.act.in_(MOVES))) or 0,
    )
