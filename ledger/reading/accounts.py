"""How an account stands, and what it may do."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import tables as t
from ledger.model import Standing
from ledger.refusals import UnknownAccount


@dataclass(frozen=True)
class AccountView:
    """An account, its two rules, and what may pass through it now."""

    code: str
    may_go_negative: bool
    may_go_positive: bool
    standing: Standing


def get_account(session: Session, code: str) -> AccountView:
    """The account of this code: one row by its key. Refuses: UnknownAccount."""
    found = session.execute(
        select(
            t.account.c.code,
            t.account.c.may_go_negative,
            t.account.c.may_go_positive,
            t.account.c.standing,
        ).where(t.account.c.code == code)
    ).first()
    if found is None:
        raise UnknownAccount("no account of this code is open", account=code)
    return AccountView(*found)
