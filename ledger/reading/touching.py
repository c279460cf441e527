"""Which entries touched an account, newest first, read from the end of its histories."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CTE, desc, select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.reading.history import before_number, number_of


def touching(session: Session, account: str, *, before: int | None, limit: int) -> list[int]:
    """The numbers of the last entries that moved a balance of the account or are about itself.

    At most `limit`, newest first, of those `before` a number. It grows with the units that the
    account has a balance in, by the search of `history` for each; not with what it did in them. A
    transfer with many postings on one account takes another round.
    """
    account_id = session.execute(select(t.account.c.id).where(t.account.c.code == account)).scalar()
    if account_id is None:
        return []
    # Sorted here, for there are few.
    about = select(t.about.c.transfer).where(t.about.c.account == account_id)
    if before is not None:
        about = about.where(t.about.c.transfer < before)
    found = set(session.execute(about).scalars())
    found.update(_moving(session, account_id, before, limit))
    return sorted(found, reverse=True)[:limit]


def _moving(session: Session, account: int, before: int | None, limit: int) -> set[int]:
    found: set[int] = set()
    while len(found) < limit:
        window = _window(account, before, limit)
        wanted = select(window.c.unit, window.c.version, window.c.number)
        numbers, horizon = _certain(session.execute(wanted), limit)
        found |= numbers
        if horizon is None:
            break
        before = horizon
    return found


def _certain(rows: Iterable[Any], limit: int) -> tuple[set[int], int | None]:
    """The numbers in the window, as far down as none can be missing: to the horizon.

    It is None where the window reached the beginning of all that the account did.
    """
    first: dict[int, tuple[int, int]] = {}
    last: dict[int, int] = defaultdict(int)
    numbers = set()
    for unit, version, number in rows:
        first[unit] = min(first.get(unit, (version, number)), (version, number))
        last[unit] = max(last[unit], number)
        numbers.add(number)
    horizons = [number for version, number in first.values() if version > 1]
    if len(last) == limit:  # there may be more units, with older entries than any of these
        horizons.append(min(last.values()))
    if not horizons:
        return numbers, None
    return {number for number in numbers if number >= max(horizons)}, max(horizons)


def _window(account: int, before: int | None, limit: int) -> CTE:
    """The last postings, as rows of unit, version and number: of each unit, as many as `limit`.

    Of so many units only that have the newest.
    """
    search = before_number(select(t.balance).where(t.balance.c.account == account), before)
    newest = (
        select(
            search.c.account,
            search.c.unit,
            search.c.place.label("version"),
            number_of(search.c, search.c.place).label("number"),
            (search.c.place - limit).label("floor"),
        )
        .where(search.c.rest == 0, search.c.place > 0)
        .order_by(desc("number"))
        .limit(limit)
        .subquery("newest")
    )
    window = select(newest).cte("window", recursive=True)
    version = window.c.version - 1
    return window.union_all(
        select(
            window.c.account,
            window.c.unit,
            version,
            number_of(window.c, version),
            window.c.floor,
        ).where(version > 0, version > window.c.floor)
    )
