"""What clients, agencies and the county do about one commission of the demonstration."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bank.agencies import rating
from bank.appraisals import valuing
from bank.calendar import local_date
from bank.commissions import answering, engaging, falling_due, quoting, requesting
from bank.demo import appraisal_deeds, deposit_deeds, papers
from bank.demo.people import Person
from bank.demo.plans import DepositPlan
from bank.demo.scene import Scene
from bank.deposits.tables import Deposit
from bank.parties import paying_in
from database.actor import Actor
from valuation.agencies.tables import AgencyKind
from valuation.commissions.commissioning import get_commission
from valuation.commissions.tables import Commission, Quote

QUOTE_DAYS: Final = 7
WORK_DAYS: Final = 40
FEES_FEN: Final = (2_800_00, 3_600_00)
"""What the first and the second agency ask."""
WORDS: Final = ("含现场调查和报告三份。", "两周内完成，另附说明会一次。")


@dataclass(frozen=True, slots=True)
class CommissionPlan:
    """One commission to be: who asks, about which deposit."""

    name: str
    client: Person
    deposit: DepositPlan


def key(plan: CommissionPlan, what: str) -> str:
    """The key of a command about the commission."""
    return f"demo:commission:{plan.name}:{what}"


def request(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The client asks two agencies that did not appraise the deposit before."""
    today = local_date(at)
    requesting.request(
        scene.session,
        kind=AgencyKind.APPRAISAL,
        client_id=scene.party(plan.client),
        assets=[_deposit(plan, scene).asset_id],
        agencies=[_agency(plan, scene, which)[0] for which in range(2)],
        scope=f"评估“{plan.deposit.name}”的市场价值，供内部决策参考。",
        quote_by=today + timedelta(days=QUOTE_DAYS),
        deliver_by=today + timedelta(days=WORK_DAYS),
        actor=scene.actor(plan.client),
        at=at,
        key=key(plan, "request"),
    )


def offer(plan: CommissionPlan, which: int, scene: Scene, at: datetime) -> None:
    """One of the two agencies offers."""
    _, appraisers = _agency(plan, scene, which)
    commission = _commission(plan, scene)
    quoting.offer(
        scene.session,
        _quote(commission, plan, scene, which).id,
        fee_fen=FEES_FEN[which],
        deliver_by=local_date(at) + timedelta(days=WORK_DAYS - 12),
        words=WORDS[which],
        no_ties=True,
        actor=appraisers[0],
        at=at,
    )


def pay_in(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The client pays the first agency's fee into its account."""
    paying_in.pay_in(
        scene.session,
        scene.party(plan.client),
        bank_receipt_number=f"NH{local_date(at):%Y%m%d}C{plan.deposit.n:03d}",
        amount_fen=FEES_FEN[0],
        officer=scene.county(plan.deposit.n),
        at=at,
        key=key(plan, "pay_in"),
    )


def vote(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The members of a collective choose the first agency."""
    actor, commission = scene.actor(plan.client), _commission(plan, scene)
    held_on = local_date(at) - timedelta(days=1)
    engaging.record_vote(
        scene.session,
        commission.id,
        quote_id=_quote(commission, plan, scene, 0).id,
        body="members",
        members=420,
        present=371,
        in_favour=352,
        notice_given_on=held_on - timedelta(days=12),
        held_on=held_on,
        document=deposit_deeds.hand_in(scene, "会议记录.pdf", papers.paper("minutes"), actor, at),
        actor=actor,
        at=at,
    )


def choose(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The client chooses the first agency's offer."""
    commission = _commission(plan, scene)
    engaging.choose(
        scene.session,
        _quote(commission, plan, scene, 0).id,
        actor=scene.actor(plan.client),
        at=at,
        key=key(plan, "choose"),
    )


def visit(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The agency's first appraiser sees the place."""
    _, (first, _) = _agency(plan, scene, 0)
    commission = _commission(plan, scene)
    appraisal_deeds.see(plan.deposit, scene, commission, first, at=at, key=key(plan, "visit"))


def value(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The first appraiser values it."""
    _, (first, _) = _agency(plan, scene, 0)
    appraisal_deeds.state_value(
        plan.deposit, scene, _commission(plan, scene), first, at=at, key=key(plan, "value")
    )


def sign(plan: CommissionPlan, which: int, scene: Scene, at: datetime) -> None:
    """One of the two appraisers signs, after the second's review; her signature delivers."""
    _, appraisers = _agency(plan, scene, 0)
    if which == 0:
        reviewed_at = at - timedelta(minutes=20)
        appraisal_id = scene.get(key(plan, "value"))
        valuing.review(scene.session, appraisal_id, actor=appraisers[1], at=reviewed_at)
    valuing.sign(
        scene.session,
        scene.get(key(plan, "value")),
        actor=appraisers[which],
        at=at,
        key=key(plan, f"sign:{which}"),
    )


def accept(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The client accepts, and rates the agency."""
    commission, actor = _commission(plan, scene), scene.actor(plan.client)
    answering.accept(scene.session, commission.id, actor=actor, at=at)
    told = "现场看得细，报告讲得明白。"
    rating.rate(scene.session, commission.id, stars=5, words=told, actor=actor, at=at)


def dispute(plan: CommissionPlan, scene: Scene, at: datetime) -> None:
    """The owner of what was appraised disputes the result."""
    answering.dispute(
        scene.session,
        scene.get(key(plan, "request")),
        grounds="评估时没有计入去年新修的林道，价值偏低。",
        actor=scene.actor(plan.deposit.owner),
        at=at,
    )


def clock(scene: Scene, at: datetime) -> None:
    """The bank's own clock: what nobody answered in time is accepted, requests lapse."""
    falling_due.run(scene.session, at=at)


def _deposit(plan: CommissionPlan, scene: Scene) -> Deposit:
    return scene.session.get_one(Deposit, scene.get(deposit_deeds.key(plan.deposit, "begin")))


def _commission(plan: CommissionPlan, scene: Scene) -> Commission:
    return get_commission(scene.session, scene.get(key(plan, "request")))


def _agency(plan: CommissionPlan, scene: Scene, which: int) -> tuple[UUID, list[Actor]]:
    """The first or second agency that is asked: not the one of the deposit's town."""
    return scene.agency(plan.deposit.agency + 1 + which)


def _quote(commission: Commission, plan: CommissionPlan, scene: Scene, which: int) -> Quote:
    agency_id, _ = _agency(plan, scene, which)
    return next(quote for quote in commission.quotes if quote.agency_id == agency_id)
