"""The life cycles of an order, and of a part that an owner is asked to let go."""

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
    CHANGE = "change"
    CANCEL = "cancel"
    EXPIRE = "expire"


LIFECYCLE: Final = {
    (Stage.OPEN,      Act.RESERVE): Stage.RESERVED,
    (Stage.RESERVED,  Act.ACCEPT):  Stage.RESERVED,
    (Stage.RESERVED,  Act.DECLINE): Stage.CANCELLED,
    (Stage.RESERVED,  Act.CHANGE):  Stage.RESERVED,
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


class PartStage(StrEnum):
    """Where a part of a deposit stands."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    DROPPED = "dropped"
    COLLECTED = "collected"


class PartAct(StrEnum):
    """What is done to a part that an order asks for."""

    ASK = "ask"
    AGREE = "agree"
    TAKE_BACK = "take_back"
    DECLINE = "decline"
    DROP = "drop"
    COLLECT = "collect"


PART_LIFECYCLE: Final = {
    (PartStage.ASKED,    PartAct.AGREE):     PartStage.AGREED,
    (PartStage.ASKED,    PartAct.DECLINE):   PartStage.DECLINED,
    (PartStage.AGREED,   PartAct.TAKE_BACK): PartStage.ASKED,
    (PartStage.AGREED,   PartAct.COLLECT):   PartStage.COLLECTED,
    (PartStage.DECLINED, PartAct.DROP):      PartStage.DROPPED,
}  # fmt: skip
