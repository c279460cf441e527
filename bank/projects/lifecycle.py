"""The life cycle of a project."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a project stands."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    COLLECTING = "collecting"
    OPERATING = "operating"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done to a project."""

    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    CANCEL = "cancel"
    REVIEW = "review"
    APPROVE = "approve"
    REFUSE = "refuse"
    COLLECT = "collect"
    OPERATE = "operate"
    CLOSE = "close"


LIFECYCLE: Final = {
    (Stage.SUBMITTED,  Act.TAKE_BACK): Stage.CANCELLED,
    (Stage.SUBMITTED,  Act.CANCEL):    Stage.CANCELLED,
    (Stage.SUBMITTED,  Act.REVIEW):    Stage.IN_REVIEW,
    (Stage.IN_REVIEW,  Act.CANCEL):    Stage.CANCELLED,
    (Stage.IN_REVIEW,  Act.APPROVE):   Stage.APPROVED,
    (Stage.IN_REVIEW,  Act.REFUSE):    Stage.REFUSED,
    (Stage.APPROVED,   Act.CANCEL):    Stage.CANCELLED,
    (Stage.APPROVED,   Act.COLLECT):   Stage.COLLECTING,
    (Stage.COLLECTING, Act.CANCEL):    Stage.APPROVED,
    (Stage.COLLECTING, Act.OPERATE):   Stage.OPERATING,
    (Stage.OPERATING,  Act.CLOSE):     Stage.CLOSED,
}  # fmt: skip
