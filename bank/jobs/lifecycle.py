"""The life cycle of a job."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done to a job; TAKE_OVER is the claim on a job whose worker is dead."""

    CLAIM = "claim"
    TAKE_OVER = "take_over"
    PROGRESS = "progress"
    RELEASE = "release"
    FINISH = "finish"
    FAIL = "fail"
    CANCEL = "cancel"


LIFECYCLE: Final = {
    (Stage.WAITING, Act.CLAIM):     Stage.RUNNING,
    (Stage.WAITING, Act.CANCEL):    Stage.CANCELLED,
    (Stage.RUNNING, Act.TAKE_OVER): Stage.RUNNING,
    (Stage.RUNNING, Act.PROGRESS):  Stage.RUNNING,
    (Stage.RUNNING, Act.RELEASE):   Stage.WAITING,
    (Stage.RUNNING, Act.FINISH):    Stage.DONE,
    (Stage.RUNNING, Act.FAIL):      Stage.FAILED,
    (Stage.RUNNING, Act.CANCEL):    Stage.CANCELLED,
}  # fmt: skip

OPEN: Final = frozenset({Stage.WAITING, Stage.RUNNING})
"""Where a job has more to do."""
