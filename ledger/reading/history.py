"""Where accounts' histories stood at a moment: one search by halving, done inside the database.

The postings of an account in a unit are numbered without gaps (versions), and along them neither
the moment from which they count (`as_of`) nor the number of their transfer ever falls. So how many
of n postings lie before a moment takes log2(n) looks into the two version indexes, for one account
or for many in the same statement. It is a recursive CTE whose looks are subqueries by a unique key:
there is no join whose order a planner without statistics could choose wrongly.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    case,
    cast,
    func,
    select,
    true,
)

from ledger import tables as t

Look: TypeAlias = Callable[[str, Any, ColumnElement[int]], ScalarSelect[Any]]
"""What to read of a posting that is found by one of its sides, its pair and its version there."""

Past: TypeAlias = datetime | BindParameter[datetime]
"""A moment, or its place in a statement that is built once."""

_NOTHING: Final = cast(0, BigInteger)


def at_moment(pairs: Select[Any], moment: Past) -> CTE:
    """How many postings of each balance count by `moment`: rows of `account`, `unit`, `place`.

    `pairs` selects rows of the balance table (all its columns). Read only rows whose `rest` is 0.
    A balance that nothing has touched since is answered by its own row.
    """
    found = pairs.subquery("found")
    return _search(found, lambda look: look <= moment, _as_of, settled=found.c.as_of <= moment)


def before_moment(pairs: Select[Any], moment: Past) -> CTE:
    """As `at_moment`, without what begins to count at the moment itself."""
    found = pairs.subquery("found")
    return _search(found, lambda look: look < moment, _as_of, settled=found.c.as_of < moment)


def before_number(pairs: Select[Any], number: int | None) -> CTE:
    """As `at_moment`: how many postings belong to transfers before this number, or to any."""
    found = pairs.subquery("found")
    if number is None:
        return _search(found, lambda look: look > 0, _number, settled=true())
    return _search(found, lambda look: look < number, _number)


def quantities(pairs: Select[Any], moment: Past | None) -> FromClause:
    """What each of these balances is, now or at a moment: its row's ids, `quantity`, what is held.

    `pairs` is as for `at_moment`. The rows of a moment are computed once, whatever reads them.
    """
    if moment is None:
        return pairs.subquery("held")
    search, row = at_moment(pairs, moment), t.balance.alias("row")
    left = balance_left(search.c, search.c.place)
    past = (
        select(
            row.c.account,
            row.c.unit,
            case((search.c.place == row.c.version, row.c.quantity), else_=left).label("quantity"),
            row.c.held_out,
            row.c.held_in,
        )
        .join(search, (search.c.account == row.c.account) & (search.c.unit == row.c.unit))
        .where(search.c.rest == 0)
    )
    return past.cte("past").prefix_with("MATERIALIZED")


def number_of(pair: Any, version: ColumnElement[int]) -> ColumnElement[int]:
    """The number of the transfer with the posting of this version."""
    return func.coalesce(*_both_sides(_number, pair, version))


def balance_left(pair: Any, version: ColumnElement[int]) -> ColumnElement[int]:
    """What the posting of this version left on the account; 0 before the first."""
    return func.coalesce(*_both_sides(_balance, pair, version), 0)


def _search(
    found: Any,
    counts: Callable[[ColumnElement[Any]], ColumnElement[bool]],
    look: Look,
    *,
    settled: ColumnElement[bool] | None = None,
) -> CTE:
    """Halve the versions of each pair until it is known how many count.

    The answer always lies in `place … place + rest`. Where `settled`, all count.
    """
    version = found.c.version
    known = version == 0 if settled is None else settled
    search = select(
        found.c.account,
        found.c.unit,
        case((known, version), else_=_NOTHING).label("place"),
        case((known, _NOTHING), else_=version).label("rest"),
    ).cte("search", recursive=True)
    middle = search.c.place + (search.c.rest + 1) // 2
    seen = func.coalesce(*_both_sides(look, search.c, middle))
    # An even rest could shrink by one more where its middle does not count, for a second look.
    return search.union_all(
        select(
            search.c.account,
            search.c.unit,
            case((counts(seen), middle), else_=search.c.place),
            search.c.rest // 2,
        ).where(search.c.rest > 0)
    )


def _both_sides(look: Look, pair: Any, version: ColumnElement[int]) -> list[ScalarSelect[Any]]:
    return [look(side, pair, version) for side in ("source", "target")]


def _this(side: str, pair: Any, version: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(
        t.posting.c[side] == pair.account,
        t.posting.c.unit == pair.unit,
        t.posting.c[f"{side}_version"] == version,
    )


def _as_of(side: str, pair: Any, version: ColumnElement[int]) -> ScalarSelect[Any]:
    looked = select(t.transfer.c.as_of).select_from(t.posting)
    joined = looked.join(t.transfer, t.transfer.c.number == t.posting.c.transfer)
    return joined.where(_this(side, pair, version)).scalar_subquery()


def _number(side: str, pair: Any, version: ColumnElement[int]) -> ScalarSelect[Any]:
    return select(t.posting.c.transfer).where(_this(side, pair, version)).scalar_subquery()


def _balance(side: str, pair: Any, version: ColumnElement[int]) -> ScalarSelect[Any]:
    return (
        select(t.posting.c[f"{side}_balance"]).where(_this(side, pair, version)).scalar_subquery()
    )
