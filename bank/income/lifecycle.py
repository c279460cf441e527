"""The life cycles of a revenue report and of a round."""

from enum import StrEnum
from typing import Final


class RevenueStage(StrEnum):
    """Where a revenue report stands."""

    REPORTED = "reported"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"


class RevenueAct(StrEnum):
    """What is done to a revenue report."""

    REPORT = "report"
    TAKE_BACK = "take_back"
    RECEIVE = "receive"


REVENUE_LIFECYCLE: Final = {
    (RevenueStage.REPORTED, RevenueAct.TAKE_BACK): RevenueStage.WITHDRAWN,
    (RevenueStage.REPORTED, RevenueAct.RECEIVE):   RevenueStage.RECEIVED,
}  # fmt: skip


class RoundStage(StrEnum):
    """Where a round stands."""

    OPENED = "opened"
    COMPUTED = "computed"
    NOTICED = "noticed"
    CONFIRMED = "confirmed"
    PAID = "paid"
    CANCELLED = "cancelled"


class RoundAct(StrEnum):
    """What is done to a round."""

    OPEN = "open"
    COMPUTE = "compute"
    NOTICE = "notice"
    CONFIRM = "confirm"
    PAY = "pay"
    CANCEL = "cancel"


ROUND_LIFECYCLE: Final = {
    (RoundStage.OPENED,    RoundAct.COMPUTE): RoundStage.COMPUTED,
    (RoundStage.OPENED,    RoundAct.CANCEL):  RoundStage.CANCELLED,
    (RoundStage.COMPUTED,  RoundAct.NOTICE):  RoundStage.NOTICED,
    (RoundStage.COMPUTED,  RoundAct.CANCEL):  RoundStage.CANCELLED,
    (RoundStage.NOTICED,   RoundAct.CONFIRM): RoundStage.CONFIRMED,
    (RoundStage.NOTICED,   RoundAct.CANCEL):  RoundStage.CANCELLED,
    (RoundStage.CONFIRMED, RoundAct.PAY):     RoundStage.PAID,
}  # fmt: skip
