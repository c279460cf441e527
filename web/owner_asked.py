"""What an owner is asked about her deposit, as its one page shows it: an offer, or a part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from bank.deposits.tables import Deposit, PartColumns
from bank.orders.tables import Order


@dataclass(frozen=True)
class Answer:
    """One of her two answers: what the button says, where it leads, and what follows from it."""

    label: str
    url: str
    sure: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """The question, what she should know before she answers, and where it stands.

    `rows` are label, value and kind (money, area or nothing) of each fact; `means` are the
    paragraphs above the answers; `swaps_within` says of a swap whether the right may change hands
    in its own collective only, and is None for anything else. `stands` is said once she has
    answered or the question is over, with the kind of its box.
    """

    title: str
    deposit: Deposit
    rows: Sequence[Mapping[str, Any]]
    means: Sequence[str]
    yes: Answer
    no: Answer
    waits: bool
    may_answer: bool
    stands: tuple[str, str]
    swaps_within: bool | None = None
    part: PartColumns | None = None
    picture: Mapping[str, str] | None = None
    take_back_until: datetime | None = None
    take_back_url: str = ""


def row(label: str, value: Any, kind: str = "", note: str = "") -> dict[str, Any]:
    """One fact."""
    return {"label": label, "value": value, "kind": kind, "note": note}


def who_asks(order: Order, who: str) -> list[dict[str, Any]]:
    """The facts that every question begins with: the investor, under this label, and what for."""
    project = order.project
    return [
        row(who, order.party.name),
        row(_("For the project"), project.name, note=project.purpose),
    ]
