"""Units and accounts: opening them, and changing how an account stands. Each is a journal entry."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.effects import Pair
from ledger.entry import Draft, Posted
from ledger.model import (
    OWN_KEYS,
    Act,
    Instruction,
    Opening,
    Rules,
    Standing,
    act_facts,
    refuse_no_moment,
)
from ledger.recording import POSTED, find_replay, record
from ledger.refusals import AccountDiffers, AccountStands, UnknownAccount

_INSERT: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

STANDINGS: Final = {
    (Standing.OPEN, Act.FREEZE): Standing.FROZEN,
    (Standing.FROZEN, Act.THAW): Standing.OPEN,
    (Standing.OPEN, Act.CLOSE): Standing.CLOSED,
    (Standing.FROZEN, Act.CLOSE): Standing.CLOSED,
}
"""The life of an account: how it stands after an act; what is not listed is refused."""


def open_unit(session: Session, code: str, *, at: datetime, name: str = "") -> None:
    """Make a unit known; nothing happens if it is. Refuses: BadTransfer."""
    told = Opening(code=code, name=name)
    refuse_no_moment(at=at)
    opened = _insert_new(session, t.unit, code=told.code, name=told.name)
    if opened is not None:
        facts = act_facts(Act.OPEN_UNIT, unit=code, name=name)
        _record(session, Act.OPEN_UNIT, f"unit:{code}", at=at, facts=facts, unit=opened)


def open_account(
    session: Session,
    code: str,
    *,
    at: datetime,
    may_go_negative: bool = False,
    may_go_positive: bool = True,
) -> None:
    """Open an account; nothing happens if it is there. Refuses: BadTransfer, AccountDiffers."""
    told = Opening(code=code)
    given = Rules(may_go_negative=may_go_negative, may_go_positive=may_go_positive)
    refuse_no_moment(at=at)
    opened = _insert_new(
        session, t.account, code=told.code, standing=Standing.OPEN, **given.model_dump()
    )
    rules = (may_go_negative, may_go_positive)
    if opened is not None:
        facts = act_facts(Act.OPEN_ACCOUNT, account=code, rules=rules)
        _record(session, Act.OPEN_ACCOUNT, f"account:{code}", at=at, facts=facts, account=opened)
        return
    kept = select(t.account.c.may_go_negative, t.account.c.may_go_positive)
    if session.execute(kept.where(t.account.c.code == code)).first() != rules:
        raise AccountDiffers("the account is open under another rule", account=code)


def freeze(session: Session, account: str, *, key: str, at: datetime, reason: str) -> Posted:
    """Let nothing go out of the account any more.

    Refuses: BadTransfer, UnknownAccount, AccountStands, KeyReused.
    """
    return _change(session, account, Act.FREEZE, key=key, at=at, reason=reason)


def thaw(session: Session, account: str, *, key: str, at: datetime, reason: str) -> Posted:
    """Let it go out again. Refuses: BadTransfer, UnknownAccount, AccountStands, KeyReused."""
    return _change(session, account, Act.THAW, key=key, at=at, reason=reason)


def close(session: Session, account: str, *, key: str, at: datetime, reason: str) -> Posted:
    """Let nothing pass through the account any more, for good.

    Refuses: BadTransfer, UnknownAccount, AccountNotEmpty, AccountStands, KeyReused.
    """
    return _change(session, account, Act.CLOSE, key=key, at=at, reason=reason)


def _insert_new(session: Session, table: Any, **row: Any) -> int | None:
    """The id of the row, if it was not there yet."""
    there = select(table.c.id).where(table.c.code == row["code"])
    if session.execute(there).first() is not None:
        return None
    insert = _INSERT[session.connection().dialect.name]
    made = insert(table).values(**row).on_conflict_do_nothing().returning(table.c.id)
    opened: int | None = session.execute(made).scalar()
    return opened


def _record(
    session: Session,
    act: Act,
    key: str,
    *,
    at: datetime,
    facts: dict[str, object],
    account: int | None = None,
    unit: int | None = None,
) -> None:
    session.info[POSTED] = True
    draft = Draft(
        act=act,
        key=f"{OWN_KEYS}{key}",
        kind=act.value,
        occurred_at=at,
        facts=facts,
        account=account,
        unit=unit,
    )
    record(session.connection(), [draft], at=at)


def _change(
    session: Session, code: str, act: Act, *, key: str, at: datetime, reason: str
) -> Posted:
    told = Instruction(key=key, memo=reason)
    refuse_no_moment(at=at)
    account = _lock(session, Opening(code=code).code)
    draft = Draft(
        act=act,
        key=told.key,
        kind=act.value,
        occurred_at=at,
        memo=told.memo,
        facts=act_facts(act, account=code),
        account=account.id,
    )
    earlier = find_replay(session.connection(), draft)
    if earlier is not None:
        return earlier
    after = STANDINGS.get((account.standing, act))
    if after is None:
        raise AccountStands(
            f"the account is {account.standing}", account=code, standing=account.standing.value
        )
    draft.pairs = _pairs(session, account.id, code)

    # From here on only a balance that is left may refuse.
    session.info[POSTED] = True
    posted = record(session.connection(), [draft], at=at)[0]
    for table, mine in ((t.account, t.account.c.id), (t.balance, t.balance.c.account)):
        session.execute(update(table).where(mine == account.id).values(standing=after))
    return posted


def _lock(session: Session, code: str) -> Any:
    """The account's row, safe from other changes until commit. Refuses: UnknownAccount."""
    account = session.execute(
        select(t.account).where(t.account.c.code == code).with_for_update(key_share=True)
    ).first()
    if account is None:
        raise UnknownAccount("no account of this code is open", account=code)
    return account


def _pairs(session: Session, account: int, code: str) -> set[Pair]:
    """The account's balances, all of which change their standing; no others can come up now."""
    units = session.execute(
        select(t.unit.c.code)
        .join(t.balance, t.balance.c.unit == t.unit.c.id)
        .where(t.balance.c.account == account)
    )
    return {(code, unit) for unit in units.scalars()}
