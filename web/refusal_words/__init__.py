"""What refusals say, by code: the reason and what to do now; a module per area."""

from typing import Final

from flask_babel import LazyString

from web.refusal_words import (
    appraisals,
    commissions,
    deposits,
    divergences,
    files,
    income,
    jobs,
    land,
    ledger,
    orders,
    parameters,
    parties,
    plans,
    roots,
    rules,
    shared,
    valuation,
    withdrawals,
)

SENTENCES: Final[dict[str, tuple[LazyString, ...]]] = {
    code: words
    for area in (
        roots,
        ledger,
        valuation,
        shared,
        parties,
        files,
        land,
        jobs,
        rules,
        deposits,
        orders,
        income,
        withdrawals,
        appraisals,
        commissions,
        parameters,
        plans,
        divergences,
    )
    for code, words in area.WORDS.items()
}
"""By code, and by `code.field` or `code.reason` where those differ: the sentence with most facts
first, then those that need fewer."""
