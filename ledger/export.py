"""The journal as text that other programs read: hledger's format."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger import tables as t

BATCH = 2_000


def export_hledger(session: Session) -> Iterator[str]:
    """All transfers as an hledger journal, line by line, oldest first.

    Units become quoted commodities, quantities stay whole numbers; id, key and nonce are tags.
    It names everybody: it is for those who may see everything.
    """
    for (code,) in session.execute(select(t.unit.c.code).order_by(t.unit.c.code)):
        yield f'commodity 1. "{code}"\n'
    for (code,) in session.execute(select(t.account.c.code).order_by(t.account.c.code)):
        yield f"account {code}\n"
    source, target = t.account.alias("source_account"), t.account.alias("target_account")
    rows = session.execute(
        select(
            t.transfer,
            source.c.code.label("source"),
            target.c.code.label("target"),
            t.unit.c.code.label("unit"),
            t.posting.c.quantity,
        )
        .join(t.posting, t.posting.c.transfer == t.transfer.c.number)
        .join(source, source.c.id == t.posting.c.source)
        .join(target, target.c.id == t.posting.c.target)
        .join(t.unit, t.unit.c.id == t.posting.c.unit)
        .order_by(t.transfer.c.number, t.posting.c.ordinal),
        execution_options={"yield_per": BATCH},
    )
    for _, lines in groupby(rows, attrgetter("number")):
        first = next(lines)
        day = first.occurred_at.date().isoformat()
        what = " | ".join(part for part in (first.kind, _plain(first.memo)) if part)
        yield f"\n{day} ({_plain(first.reference).replace(')', ' ')}) {what}\n"
        yield f"    ; id: {first.id}\n    ; key: {_plain(first.key)}\n"
        yield f"    ; nonce: {first.nonce}\n"
        for line in (first, *lines):
            yield f'    {line.target}  {line.quantity} "{line.unit}"\n'
            yield f'    {line.source}  -{line.quantity} "{line.unit}"\n'


def _plain(text: str) -> str:
    """One line without what hledger would read as a comment or as the end of a tag."""
    return re.sub(r"[\s;,]+", " ", text).strip()
