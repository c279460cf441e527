"""The life cycle of a deposit."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a deposit stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    CONSENTED = "consented"
    ON_NOTICE = "on_notice"
    CLEARED = "cleared"
    STORED = "stored"
    RESERVED = "reserved"
    PLEDGED = "pledged"
    COLLECTED = "collected"
    RETURNED = "returned"
    REFUSED = "refused"


class Act(StrEnum):
    """What is done to a deposit."""

    BEGIN = "begin"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    SEND_BACK = "send_back"
    REFUSE = "refuse"
    CHECK = "check"
    CONSENT = "consent"
    POST = "post"
    CLEAR = "clear"
    STORE = "store"
    REVALUE = "revalue"
    RESERVE = "reserve"
    RELEASE = "release"
    FREEZE = "freeze"
    COLLECT = "collect"
    COLLECT_PART = "collect_part"
    RETURN = "return"


LIFECYCLE: Final = {
    (Stage.DRAFT,     Act.SUBMIT):       Stage.SUBMITTED,
    (Stage.SUBMITTED, Act.TAKE_BACK):    Stage.DRAFT,
    (Stage.SUBMITTED, Act.SEND_BACK):    Stage.DRAFT,
    (Stage.SUBMITTED, Act.REFUSE):       Stage.REFUSED,
    (Stage.SUBMITTED, Act.CHECK):        Stage.CHECKED,
    (Stage.CHECKED,   Act.SEND_BACK):    Stage.DRAFT,
    (Stage.CHECKED,   Act.CONSENT):      Stage.CONSENTED,
    (Stage.CHECKED,   Act.REFUSE):       Stage.REFUSED,
    (Stage.CONSENTED, Act.SEND_BACK):    Stage.DRAFT,
    (Stage.CONSENTED, Act.POST):         Stage.ON_NOTICE,
    (Stage.ON_NOTICE, Act.CLEAR):        Stage.CLEARED,
    (Stage.ON_NOTICE, Act.SEND_BACK):    Stage.DRAFT,
    (Stage.ON_NOTICE, Act.REFUSE):       Stage.REFUSED,
    (Stage.CLEARED,   Act.SEND_BACK):    Stage.DRAFT,
    (Stage.CLEARED,   Act.STORE):        Stage.STORED,
    (Stage.STORED,    Act.REVALUE):      Stage.STORED,
    (Stage.STORED,    Act.RESERVE):      Stage.RESERVED,
    (Stage.STORED,    Act.FREEZE):       Stage.PLEDGED,
    (Stage.STORED,    Act.RETURN):       Stage.RETURNED,
    (Stage.RESERVED,  Act.RELEASE):      Stage.STORED,
    (Stage.RESERVED,  Act.COLLECT):      Stage.COLLECTED,
    (Stage.RESERVED,  Act.COLLECT_PART): Stage.STORED,
    (Stage.PLEDGED,   Act.RELEASE):      Stage.STORED,
    (Stage.COLLECTED, Act.RETURN):       Stage.RETURNED,
}  # fmt: skip

ENDED: Final = frozenset({Stage.RETURNED, Stage.REFUSED})
IN_BANK: Final = frozenset({Stage.STORED, Stage.RESERVED, Stage.PLEDGED, Stage.COLLECTED})
"""Stages in which the polygon is taken: no other deposit may overlap it."""
