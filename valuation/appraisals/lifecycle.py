"""The life cycle of an appraisal."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where an appraisal stands; whether one that is issued is in force depends on the day."""

    DRAFT = "draft"
    CONCLUDED = "concluded"
    REVIEWED = "reviewed"
    SIGNED = "signed"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    SET_ASIDE = "set_aside"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What is done to an appraisal."""

    DRAFT = "draft"
    CONCLUDE = "conclude"
    SEND_BACK = "send_back"
    REVIEW = "review"
    SIGN = "sign"
    ISSUE = "issue"
    SUPERSEDE = "supersede"
    SET_ASIDE = "set_aside"
    WITHDRAW = "withdraw"


LIFECYCLE: Final = {
    (Stage.DRAFT,     Act.CONCLUDE):  Stage.CONCLUDED,
    (Stage.DRAFT,     Act.WITHDRAW):  Stage.WITHDRAWN,
    (Stage.CONCLUDED, Act.SEND_BACK): Stage.DRAFT,
    (Stage.CONCLUDED, Act.REVIEW):    Stage.REVIEWED,
    (Stage.CONCLUDED, Act.WITHDRAW):  Stage.WITHDRAWN,
    (Stage.REVIEWED,  Act.SEND_BACK): Stage.DRAFT,
    (Stage.REVIEWED,  Act.SIGN):      Stage.SIGNED,
    (Stage.REVIEWED,  Act.WITHDRAW):  Stage.WITHDRAWN,
    (Stage.SIGNED,    Act.ISSUE):     Stage.ISSUED,
    (Stage.SIGNED,    Act.WITHDRAW):  Stage.WITHDRAWN,
    (Stage.ISSUED,    Act.SUPERSEDE): Stage.SUPERSEDED,
    (Stage.ISSUED,    Act.SET_ASIDE): Stage.SET_ASIDE,
}  # fmt: skip
"""Methods are added to a draft; concluded, it has a value and a reason for it. A colleague of the
drafter reviews it; then two appraisers sign, and the second signature issues it. What an overturned
dispute or a review of differing values decides against is set aside."""

UNFINISHED: Final = frozenset({Stage.DRAFT, Stage.CONCLUDED, Stage.REVIEWED, Stage.SIGNED})
"""An agency is still at work on it."""
