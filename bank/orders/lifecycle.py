"""The life cycle of an order."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where an order stands."""

    OPEN = "open"
    RESERVED = "reserved"
    ESCROWED = "escrowed"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Act(StrEnum):
    """What is done to an order."""

    RESERVE = "reserve"
    ESCROW = "escrow"
    ACCEPT = "accept"
    DECLINE = "decline"
    CONFIRM = "confirm"
    FULFIL = "fulfil"
    REOPEN = "reopen"
    CANCEL = "cancel"
    EXPIRE = "expire"


LIFECYCLE: Final = {
    (Stage.OPEN,      Act.RESERVE): Stage.RESERVED,
    (Stage.RESERVED,  Act.ACCEPT):  Stage.RESERVED,
    (Stage.RESERVED,  Act.DECLINE): Stage.CANCELLED,
    (Stage.RESERVED,  Act.ESCROW):  Stage.ESCROWED,
    (Stage.RESERVED,  Act.CANCEL):  Stage.CANCELLED,
    (Stage.RESERVED,  Act.EXPIRE):  Stage.EXPIRED,
    (Stage.ESCROWED,  Act.ACCEPT):  Stage.ESCROWED,
    (Stage.ESCROWED,  Act.DECLINE): Stage.CANCELLED,
    (Stage.ESCROWED,  Act.CONFIRM): Stage.CONFIRMED,
    (Stage.ESCROWED,  Act.CANCEL):  Stage.CANCELLED,
    (Stage.CONFIRMED, Act.REOPEN):  Stage.ESCROWED,
    (Stage.CONFIRMED, Act.FULFIL):  Stage.FULFILLED,
}  # fmt: skip
