"""The life cycles of a commission and of a quote."""

from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where a commission stands."""

    REQUESTED = "requested"
    QUOTED = "quoted"
    ENGAGED = "engaged"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Act(StrEnum):
    """What is done to a commission."""

    REQUEST = "request"
    QUOTE = "quote"
    ENGAGE = "engage"
    DELIVER = "deliver"
    ACCEPT = "accept"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


LIFECYCLE: Final = {
    (Stage.REQUESTED, Act.QUOTE):    Stage.QUOTED,
    (Stage.REQUESTED, Act.WITHDRAW): Stage.WITHDRAWN,
    (Stage.REQUESTED, Act.LAPSE):    Stage.LAPSED,
    (Stage.QUOTED,    Act.QUOTE):    Stage.QUOTED,
    (Stage.QUOTED,    Act.ENGAGE):   Stage.ENGAGED,
    (Stage.QUOTED,    Act.WITHDRAW): Stage.WITHDRAWN,
    (Stage.QUOTED,    Act.LAPSE):    Stage.LAPSED,
    (Stage.ENGAGED,   Act.DELIVER):  Stage.DELIVERED,
    (Stage.ENGAGED,   Act.WITHDRAW): Stage.WITHDRAWN,
    (Stage.DELIVERED, Act.ACCEPT):   Stage.ACCEPTED,
    (Stage.DELIVERED, Act.DISPUTE):  Stage.DISPUTED,
    (Stage.DISPUTED,  Act.UPHOLD):   Stage.ACCEPTED,
    (Stage.DISPUTED,  Act.OVERTURN): Stage.OVERTURNED,
}  # fmt: skip
"""REQUEST begins one that asks for quotes; the county's own choice of an agency begins ENGAGED.
What is delivered is answered, even when the land it values is drawn anew meanwhile."""

FINISHED: Final = frozenset({Stage.ACCEPTED, Stage.OVERTURNED})
"""The work was done and answered: the agency may be rated."""
WORKING: Final = frozenset({Stage.REQUESTED, Stage.QUOTED, Stage.ENGAGED})
"""Something is still to come from an agency."""


class QuoteStage(StrEnum):
    """Where an agency's quote stands."""

    ASKED = "asked"
    OFFERED = "offered"
    DECLINED = "declined"
    CHOSEN = "chosen"
    LEFT = "left"


class QuoteAct(StrEnum):
    """What is done to a quote."""

    ASK = "ask"
    OFFER = "offer"
    DECLINE = "decline"
    CHOOSE = "choose"
    LEAVE = "leave"


QUOTE_LIFECYCLE: Final = {
    (QuoteStage.ASKED,   QuoteAct.OFFER):     QuoteStage.OFFERED,
    (QuoteStage.ASKED,   QuoteAct.DECLINE):   QuoteStage.DECLINED,
    (QuoteStage.ASKED,   QuoteAct.LEAVE): QuoteStage.LEFT,
    (QuoteStage.OFFERED, QuoteAct.OFFER):     QuoteStage.OFFERED,
    (QuoteStage.OFFERED, QuoteAct.DECLINE):   QuoteStage.DECLINED,
    (QuoteStage.OFFERED, QuoteAct.CHOOSE):    QuoteStage.CHOSEN,
    (QuoteStage.OFFERED, QuoteAct.LEAVE): QuoteStage.LEFT,
}  # fmt: skip
"""An offer may be bettered until one is chosen."""
