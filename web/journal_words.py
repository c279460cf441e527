"""The journal in words: what a transfer was, from where to where, and who may see whose money."""

import re
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import LazyString, gettext, lazy_gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts
from bank.area import format_mu
from bank.money import format_yuan
from bank.parties.tables import Party
from bank.privacy import public_account
from database.actor import Actor, Role
from ledger.journal import TransferView
from ledger.model import Act, Posting
from web.labels import label

KINDS: Final[dict[str, LazyString]] = {
    "store": _("Land stored in the bank"),
    "reserve": _("Land reserved for an order"),
    "release": _("Land free again"),
    "receipt": _("Money received"),
    "collect": _("Bundle collected for a project"),
    "return": _("Land returned to its owner"),
    "rent": _("Rent received and passed on"),
    "dividend": _("Income shared out"),
    "payout": _("Money paid out"),
    "report": _("Appraisal report put on record"),
    "refund": _("Money given back to the investor"),
    "fee_escrow": _("Agency's fee into escrow"),
    "fee_release": _("Agency's fee paid"),
    "fee_refund": _("Agency's fee given back"),
    "reversal": _("Reversal of an earlier transfer"),
}
PROMISES: Final[dict[Act, LazyString]] = {
    Act.HOLD: _("On hold: %(kind)s"),
    Act.SETTLE: _("From a hold: %(kind)s"),
}
"""Acts of which the kind says what they are for."""
PURPOSES: Final[dict[str, LazyString]] = {
    "world": _("outside the bank"),
    "cash": _("money kept for owners"),
    "stored": _("stored, free to be ordered"),
    "returned": _("returned to owners"),
    "shares": _("shares held"),
    "reserved": _("reserved by orders"),
    "escrow": _("held in escrow"),
    "held": _("held by projects"),
    "capital": _("capital of projects"),
    "income": _("income not shared out yet"),
    "reserve": _("reserves of projects"),
    "frozen": _("frozen by pledges"),
    "report": _("appraisal reports on record"),
}
"""What all accounts of one purpose are for; a project's cash is its capital."""
GROUPS: Final[dict[str, LazyString]] = {
    "CNY": _("Money"),
    "land": _("Land"),
    "share": _("Shares of projects"),
    accounts.REPORT: _("Appraisal reports"),
}
ACCOUNTS: Final[dict[tuple[str, str], LazyString]] = {
    ("party", "cash"): _("money of party %(number)s"),
    ("party", "stored"): _("stored land of party %(number)s"),
    ("party", "returned"): _("land gone home to party %(number)s"),
    ("party", "shares"): _("shares of party %(number)s"),
    ("order", "reserved"): _("reserved by order %(number)s"),
    ("order", "escrow"): _("escrow of order %(number)s"),
    ("project", "held"): _("land held by project %(number)s"),
    ("project", "cash"): _("capital of project %(number)s"),
    ("project", "income"): _("income of project %(number)s"),
    ("project", "reserve"): _("reserve of project %(number)s"),
    ("commission", "escrow"): _("fee held for commission %(number)s"),
    ("pledge", "frozen"): _("frozen by pledge %(number)s"),
    ("appraisal", "report"): _("report of appraisal %(number)s"),
}
RECORDS: Final[dict[str, LazyString]] = {
    "deposit": _("Deposit %(number)s"),
    "order": _("Order %(number)s"),
    "withdrawal": _("Withdrawal %(number)s"),
    "project": _("Project %(number)s"),
    "round": _("Round %(number)s"),
    "contract": _("Contract %(number)s"),
    "commission": _("Commission %(number)s"),
    "appraisal": _("Appraisal %(number)s"),
}
WORLD: Final[dict[str, LazyString]] = {
    accounts.WORLD_CNY: _("outside the bank (money)"),
    accounts.WORLD_LAND: _("outside the bank (land)"),
    accounts.WORLD_SHARE: _("issue of shares"),
    accounts.WORLD_REPORT: _("reports of agencies"),
}
REFERENCE_OF: Final = {
    "D": "deposit",
    "B": "order",
    "W": "withdrawal",
    "J": "project",
    "F": "round",
    "K": "contract",
    "C": "commission",
    "V": "appraisal",
}
"""Which act a number's letter names, in the ledger's references."""

SOMEBODYS: Final[dict[str, LazyString]] = {
    "cash": _("money of somebody, not public"),
    "stored": _("stored land of its owner"),
    "returned": _("land gone home to its owner"),
    "shares": _("shares of a shareholder"),
}
"""Accounts of parties, for who may not see which party's."""
PERSONAL: Final = re.compile(r"party:(?P<number>[^:]+):(?P<purpose>.+)")
WHOLE_SIGHT: Final = (Role.AUDITOR, Role.ADMINISTRATOR, Role.COUNTY)


@dataclass(frozen=True)
class Sight:
    """Whose accounts a reader may tell: everybody's, or those of the parties she acts for."""

    everything: bool
    parties: frozenset[str]

    def hides(self, account: str) -> bool:
        """Whether this account is somebody else's."""
        personal = PERSONAL.fullmatch(account)
        if personal is None or self.everything:
            return False
        return personal["number"] not in self.parties

    def hides_account(self, view: TransferView) -> bool:
        """Whether the entry opens somebody else's account, or changes how it stands."""
        return view.account is not None and self.hides(view.account)

    def hides_any(self, view: TransferView) -> bool:
        """Whether some of the entry cannot be shown, or told in its text."""
        if any(self.hides(p.source) or self.hides(p.target) for p in view.postings):
            return True
        return self.hides_account(view) or (bool(view.memo) and self.hides_memo(view))

    def hides_memo(self, view: TransferView) -> bool:
        """A receipt is between the bank and who paid, a freeze between it and the owner."""
        if self.hides_account(view):
            return True
        return not self.everything and view.kind in ("receipt", "rent")


def sight_of(session: Session, reader: Actor | None) -> Sight:
    """What this reader may see."""
    if reader is None:
        return Sight(everything=False, parties=frozenset())
    numbers = session.scalars(select(Party.number).where(Party.id.in_(reader.parties)))
    return Sight(everything=reader.has(*WHOLE_SIGHT), parties=frozenset(numbers))


def kind_words(kind: str, act: Act = Act.POST) -> str:
    """What happened, by an entry's kind and act."""
    if act in PROMISES:
        return str(PROMISES[act]) % {"kind": kind_words(kind)}
    return str(KINDS.get(kind, kind) if act is Act.POST else label(act))


def group_words(group: str) -> str:
    """A kind of unit."""
    return str(GROUPS.get(group, group))


def purpose_words(purpose: str) -> str:
    """What a group of accounts is for."""
    return str(PURPOSES.get(purpose, purpose))


def reference_words(reference: str) -> str:
    """Which act a transfer belongs to."""
    record, found, number = reference.partition(":")
    text = RECORDS.get(record)
    return str(text) % {"number": number} if text and found else reference


def account_code(code: str, sight: Sight) -> str:
    """The account's name in the ledger, without whose it is if that is not for her."""
    return public_account(code) if sight.hides(code) else code


def account_words(code: str, sight: Sight) -> str:
    """The account as one would say it."""
    owner, _colon, rest = code.partition(":")
    number, _colon, purpose = rest.rpartition(":")
    if sight.hides(code):
        return str(SOMEBODYS.get(purpose, public_account(code)))
    if code in WORLD:
        return str(WORLD[code])
    text = ACCOUNTS.get((owner, purpose))
    return str(text) % {"number": number} if text else code


def quantity_words(unit: str, quantity: int) -> Markup:
    """A quantity with its unit; money in ochre, as everywhere."""
    sign, size = "−" if quantity < 0 else "", abs(quantity)
    if unit == accounts.CNY:
        text = gettext("¥%(amount)s", amount=format_yuan(size))
        return Markup('<span class="money">{}{}</span>').format(sign, text)
    if unit.startswith("land"):
        text = gettext("%(mu)s mu", mu=format_mu(size))
    elif unit.startswith("share"):
        text = gettext("%(count)s shares", count=f"{size:,}")
    elif unit == accounts.REPORT:
        text = gettext("%(count)s reports", count=f"{size:,}") if size != 1 else gettext("1 report")
    else:
        text = f"{size:,} {unit}"
    return Markup('<span class="area">{}{}</span>').format(sign, text)


def unit_words(unit: str) -> str:
    """Whose unit it is: a deposit's land, a project's shares; money needs no word."""
    group, _colon, number = unit.partition(":")
    record = {"land": "deposit", "share": "project"}.get(group)
    return reference_words(f"{record}:{number}") if record else ""


def posting_line(posting: Posting, kind: str, sight: Sight) -> dict[str, Any]:
    """One posting as pages show it; a payout of someone else's money without its amount."""
    hidden = sight.hides(posting.source) or sight.hides(posting.target)
    return {
        "source": account_words(posting.source, sight),
        "source_code": account_code(posting.source, sight),
        "target": account_words(posting.target, sight),
        "target_code": account_code(posting.target, sight),
        "unit": unit_words(posting.unit),
        "unit_code": posting.unit,
        "quantity": None
        if hidden and kind == "payout"
        else quantity_words(posting.unit, posting.quantity),
    }


def transfer_line(view: TransferView, sight: Sight, *, most: int | None = None) -> dict[str, Any]:
    """One transfer as pages show it, with at most so many of its postings."""
    shown = view.postings if most is None else view.postings[:most]
    return {
        "id": view.id,
        "number": view.number,
        "kind": kind_words(view.kind, view.act),
        "reference": view.reference,
        "act": reference_words(view.reference),
        "memo": "" if sight.hides_memo(view) else view.memo,
        "occurred_at": view.occurred_at,
        "postings": [posting_line(posting, view.kind, sight) for posting in shown],
        "more": len(view.postings) - len(shown),
        "reverses": view.reverses,
        "reversed_by": view.reversed_by,
        "hidden": sight.hides_any(view),
    }
