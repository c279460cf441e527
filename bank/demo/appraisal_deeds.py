"""What an agency does about one deposit of the demonstration: from the visit to two signatures."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from bank.appraisals import valuing
from bank.calendar import local_date
from bank.commissions import visiting
from bank.demo import papers
from bank.demo.deposit_deeds import hand_in, key
from bank.demo.opinions import opinion, second
from bank.demo.plans import DepositPlan
from bank.demo.scene import Scene
from bank.deposits.tables import Deposit
from bank.files.tables import Document
from database.actor import Actor
from valuation.commissions.tables import Commission

DRAWN_EVERY: Final = 5
"""One report of so many is drawn up by the bank; the others are the agencies' own."""


def visit(plan: DepositPlan, scene: Scene, at: datetime) -> None:
    """The agency's first appraiser sees the place."""
    _, (first, _) = scene.agency(plan.agency)
    see(plan, scene, _commission_of(plan, scene), first, at=at, key=key(plan, "visit"))


def see(
    plan: DepositPlan,
    scene: Scene,
    commission: Commission,
    who: Actor,
    *,
    at: datetime,
    key: str,
) -> None:
    """An appraiser has seen the deposit's place under a commission, and brings a photo."""
    photo = papers.photo(plan.kind.value, (plan.n + 1) % 2)
    visiting.record(
        scene.session,
        commission.id,
        asset_id=commission.assets[0].asset_id,
        visited_on=local_date(at),
        present=f"{who.name}、村会计",
        findings="四至清楚，现状与权属材料一致。",
        photos=[hand_in(scene, "现场调查.jpg", photo, who, at)],
        actor=who,
        at=at,
        key=key,
    )


def value(plan: DepositPlan, scene: Scene, at: datetime) -> None:
    """The agency's first appraiser values it and states the value."""
    _, (first, _) = scene.agency(plan.agency)
    state_value(plan, scene, _commission_of(plan, scene), first, at=at, key=key(plan, "value"))


def state_value(
    plan: DepositPlan,
    scene: Scene,
    commission: Commission,
    who: Actor,
    *,
    at: datetime,
    key: str,
) -> None:
    """An appraiser values the deposit under a commission, and states the value."""
    appraisal = valuing.begin(
        scene.session,
        commission.id,
        asset_id=commission.assets[0].asset_id,
        valuation_date=local_date(at),
        actor=who,
        at=at,
        key=key,
    )
    for worth in (plan.worth, second(plan.worth, plan.n)):
        if worth is not None:
            method, inputs = worth
            valuing.add_method(
                scene.session, appraisal.id, method=method, inputs=inputs, actor=who, at=at
            )
    concluded = opinion(plan.n)
    valuing.conclude(
        scene.session,
        appraisal.id,
        reconciliation=concluded.reconciliation,
        weights_ppm=concluded.weights_ppm,
        sole_ground=concluded.sole_ground,
        reason=concluded.reason,
        report=_own_report(plan, scene, who, at),
        actor=who,
        at=at,
    )


def _own_report(plan: DepositPlan, scene: Scene, appraiser: Actor, at: datetime) -> Document | None:
    """The agency's own report; now and then none, and the bank draws it up."""
    if plan.n % DRAWN_EVERY == 0:
        return None
    return hand_in(scene, "评估报告.pdf", papers.paper("report"), appraiser, at)


def sign(plan: DepositPlan, which: int, scene: Scene, at: datetime) -> None:
    """One of the agency's two appraisers signs; before the first, the second has reviewed it."""
    _, appraisers = scene.agency(plan.agency)
    appraisal_id = scene.get(key(plan, "value"))
    if which == 0:
        reviewed_at = at - timedelta(minutes=20)
        valuing.review(scene.session, appraisal_id, actor=appraisers[1], at=reviewed_at)
    valuing.sign(
        scene.session,
        appraisal_id,
        actor=appraisers[which],
        at=at,
        key=key(plan, f"sign:{which}"),
    )


def _commission_of(plan: DepositPlan, scene: Scene) -> Commission:
    deposit = scene.session.get_one(Deposit, scene.get(key(plan, "begin")))
    return scene.session.scalars(select(Commission).where(Commission.of(deposit.asset_id))).one()
