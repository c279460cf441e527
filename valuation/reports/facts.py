"""What an appraisal report says, gathered beforehand: frozen, in Chinese, without any row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Table:
    """Rows under heads; `widths` are parts of the page's width, `right` the columns of numbers."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Subject:
    """What was valued; `rings` is its outline in metres, `facts` are labels with what they say."""

    name: str
    facts: tuple[tuple[str, str], ...]
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True)
class MethodFacts:
    """One method: why it was used, what went in, each step, and the value.

    `tables` are inputs that come in rows, such as comparables, each with its title.
    """

    name: str
    standard: str
    why: str
    inputs: Table
    tables: tuple[tuple[str, Table], ...]
    working: Table
    value_fen: int
    weight_ppm: int | None


@dataclass(frozen=True)
class Visit:
    """One visit to the place; `photos` are JPEG files."""

    on: date
    present: str
    findings: str
    photos: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Signed:
    """Who signed, with which qualification, when (as it is printed)."""

    name: str
    qualification_number: str
    at: str


@dataclass(frozen=True)
class ReportFacts:
    """All that a report says. The same facts make the same bytes.

    `made_at` is when it was issued; of a draft, when its preview was asked for. `check` is the path
    of its public page and `site` where the public reaches the bank, empty if that is not known.
    """

    number: str
    commission: str
    draft: bool
    made_at: datetime
    issued_on: date | None
    agency: str
    licence: str
    client: str
    owners: tuple[str, ...]
    subject: Subject
    purpose: str
    value_type: str
    value_type_meaning: str
    valuation_date: date
    valid_until: date
    holds: str
    laws: tuple[str, ...]
    standards: tuple[str, ...]
    titles: tuple[str, ...]
    methods: tuple[MethodFacts, ...]
    visits: tuple[Visit, ...]
    procedure: tuple[str, ...]
    assumptions: tuple[str, ...]
    value_fen: int | None
    value_words: str
    reconciliation: str
    reason: str
    sole_ground: str
    splits: Table | None
    sensitivity: Table | None
    parameters: Table | None
    remarks: tuple[str, ...]
    limits: tuple[str, ...]
    declaration: tuple[str, ...]
    signatures: tuple[Signed, ...]
    check: str
    site: str = ""

    @property
    def address(self) -> str:
        """Where anyone checks the report; a path alone where the site is not known."""
        return self.site.rstrip("/") + self.check


def day(value: date) -> str:
    """A day as reports write it: 2026年3月2日."""
    return f"{value.year}年{value.month}月{value.day}日"


def listed(names: Sequence[str]) -> str:
    """Names in a row."""
    return "、".join(names)
