"""The life cycle of a withdrawal."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a withdrawal stands."""

    REQUESTED = "requested"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    EXECUTED = "executed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class Act(StrEnum):
    """What is done to a withdrawal."""

    REQUEST = "request"
    TAKE_BACK = "take_back"
    CHECK = "check"
    CONFIRM = "confirm"
    EXECUTE = "execute"
    REFUSE = "refuse"


LIFECYCLE: Final = {
    (Stage.REQUESTED, Act.TAKE_BACK): Stage.TAKEN_BACK,
    (Stage.REQUESTED, Act.CHECK):     Stage.CHECKED,
    (Stage.REQUESTED, Act.REFUSE):    Stage.REFUSED,
    (Stage.CHECKED,   Act.CONFIRM):   Stage.CONFIRMED,
    (Stage.CHECKED,   Act.REFUSE):    Stage.REFUSED,
    (Stage.CONFIRMED, Act.EXECUTE):   Stage.EXECUTED,
}  # fmt: skip

UNDER_WAY: Final = frozenset({Stage.REQUESTED, Stage.CHECKED, Stage.CONFIRMED})
