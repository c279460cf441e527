"""The rulebook: every number that law or practice sets, dated, with its source, kept as data.

The entries are in the *.toml files beside this one, a file per topic; `laws.toml` spells out the
abbreviations that sources use. A rule is looked up for the day of the act it governs.
"""

from bank.rules.book import (
    Rule,
    Value,
    all_rules,
    find_rule,
    flag,
    fraction,
    ratio,
    rule,
    value,
    whole,
)
from bank.rules.caps import lease_cap, term_cap
from bank.rules.consent import check_vote
from bank.rules.laws import Law, cite, laws
from bank.rules.refusals import (
    AttendanceShort,
    BodyCannotDecide,
    MeetingNotice,
    RepresentativesTooFew,
    UnknownRule,
    UnknownUse,
    VoteImpossible,
    VoteShort,
)

__all__ = [
    "AttendanceShort",
    "BodyCannotDecide",
    "Law",
    "MeetingNotice",
    "RepresentativesTooFew",
    "Rule",
    "UnknownRule",
    "UnknownUse",
    "Value",
    "VoteImpossible",
    "VoteShort",
    "all_rules",
    "check_vote",
    "cite",
    "find_rule",
    "flag",
    "fraction",
    "laws",
    "lease_cap",
    "ratio",
    "rule",
    "term_cap",
    "value",
    "whole",
]
