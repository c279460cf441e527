"""The appraiser's own split of a value over pieces of the land."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from database.actor import Actor
from valuation.appraisals.appraising import get_appraisal, require_fit
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.reconciling import refuse_other_sum
from valuation.appraisals.refusals import PiecesUnsound, SplitUnequal, StageForbids
from valuation.appraisals.tables import Appraisal, ValueSplit
from valuation.commissions.commissioning import get_commission

SPLIT_AT = (Stage.DRAFT, Stage.CONCLUDED)
"""Before a colleague has reviewed it; a draft has no value yet that the pieces could sum to."""


@dataclass(frozen=True)
class SplitPiece:
    """One piece of the land: its polygon in the county's system, its area and its value."""

    name: str
    wkb: bytes
    area_dm2: int
    value_fen: int


def split(
    session: Session,
    appraisal_id: UUID,
    pieces: Sequence[SplitPiece],
    *,
    interested: Collection[UUID],
    actor: Actor,
    today: date,
) -> Appraisal:
    """Keep what each piece of the land is worth; no pieces take an earlier split away.

    The areas sum to the area that was valued and the values to its value: that of a draft, when it
    is concluded.
    That the pieces lie in the parcel and side by side, the caller has looked at. Refuses: as
    `appraising.begin` does; StageForbids, PiecesUnsound, SplitUnequal.
    """
    appraisal = get_appraisal(session, appraisal_id, lock=True)
    commission = get_commission(session, appraisal.commission_id, lock=True)
    require_fit(session, commission, actor, interested=interested, today=today)
    if appraisal.stage not in SPLIT_AT:
        raise StageForbids("not at this stage", stage=appraisal.stage.value, act="split")
    if len(pieces) == 1:
        raise PiecesUnsound("a split has two pieces at least", field="pieces")
    for number, piece in enumerate(pieces, start=1):
        if not piece.name.strip() or piece.area_dm2 <= 0 or piece.value_fen < 0:
            raise PiecesUnsound("a name, an area and a value", field="pieces", piece=number)
    if pieces:
        refuse_unequal(appraisal, pieces)

    appraisal.splits.clear()
    session.flush()
    for number, piece in enumerate(pieces, start=1):
        appraisal.splits.append(
            ValueSplit(
                number=number,
                name=piece.name.strip(),
                wkb=piece.wkb,
                area_dm2=piece.area_dm2,
                value_fen=piece.value_fen,
            )
        )
    session.flush()
    return appraisal


def refuse_unequal(appraisal: Appraisal, pieces: Sequence[SplitPiece]) -> None:
    """The pieces' areas and values sum to the appraisal's. Refuses: SplitUnequal."""
    area_dm2 = sum(each.area_dm2 for each in pieces)
    if area_dm2 != appraisal.area_dm2:
        raise SplitUnequal(
            "the areas sum to the whole",
            field="pieces",
            area_dm2=appraisal.area_dm2,
            sum_dm2=area_dm2,
        )
    if appraisal.stage is Stage.CONCLUDED:
        refuse_other_sum(sum(each.value_fen for each in pieces), appraisal.worth_fen)
