"""The life cycles of a commission and of an appraisal."""

from enum import StrEnum
from typing import Final


class CommissionStage(StrEnum):
    """Where a commission stands."""

    ENGAGED = "engaged"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"


class CommissionAct(StrEnum):
    """What is done to a commission."""

    ENGAGE = "engage"
    DELIVER = "deliver"
    WITHDRAW = "withdraw"


COMMISSION_LIFECYCLE: Final = {
    (CommissionStage.ENGAGED,   CommissionAct.DELIVER):  CommissionStage.DELIVERED,
    (CommissionStage.ENGAGED,   CommissionAct.WITHDRAW): CommissionStage.WITHDRAWN,
}  # fmt: skip


class Stage(StrEnum):
    """Where an appraisal stands; whether one that is issued is in force depends on the day."""

    DRAFT = "draft"
    SIGNED = "signed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to an appraisal."""

    DRAFT = "draft"
    SIGN = "sign"
    ISSUE = "issue"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


LIFECYCLE: Final = {
    (Stage.DRAFT,  Act.SIGN):      Stage.SIGNED,
    (Stage.DRAFT,  Act.WITHDRAW):  Stage.WITHDRAWN,
    (Stage.SIGNED, Act.ISSUE):     Stage.ISSUED,
    (Stage.SIGNED, Act.WITHDRAW):  Stage.WITHDRAWN,
    (Stage.ISSUED, Act.SUPERSEDE): Stage.SUPERSEDED,
}  # fmt: skip
