"""The life cycle of an agency in the county's list."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where an agency stands; only an admitted one is commissioned."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    REMOVED = "removed"


class Act(StrEnum):
    """What is done to an agency's place in the list."""

    BEGIN = "begin"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    ADMIT = "admit"
    REFUSE = "refuse"
    SUSPEND = "suspend"
    RESTORE = "restore"
    REMOVE = "remove"


LIFECYCLE: Final = {
    (Stage.DRAFT,     Act.SUBMIT):    Stage.SUBMITTED,
    (Stage.SUBMITTED, Act.SEND_BACK): Stage.DRAFT,
    (Stage.SUBMITTED, Act.ADMIT):     Stage.ADMITTED,
    (Stage.SUBMITTED, Act.REFUSE):    Stage.REFUSED,
    (Stage.ADMITTED,  Act.SUSPEND):   Stage.SUSPENDED,
    (Stage.ADMITTED,  Act.REMOVE):    Stage.REMOVED,
    (Stage.SUSPENDED, Act.RESTORE):   Stage.ADMITTED,
    (Stage.SUSPENDED, Act.REMOVE):    Stage.REMOVED,
}  # fmt: skip

LISTED: Final = frozenset({Stage.ADMITTED, Stage.SUSPENDED})
"""Where the public finds an agency in the directory."""
EDITABLE: Final = frozenset({Stage.DRAFT, Stage.ADMITTED, Stage.SUSPENDED})
"""Where an agency changes what it says of itself; what the county is looking at stays still."""
