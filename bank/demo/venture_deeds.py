"""What investors and the county do about a project of the demonstration: the bank's commands."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from bank.calendar import local_date
from bank.catalogue import bundling
from bank.catalogue.tables import Bundle
from bank.contracts import rents
from bank.contracts.tables import Contract, Instalment
from bank.demo import deposit_deeds, words
from bank.demo.people import Person
from bank.demo.plans import DepositPlan
from bank.demo.scene import Scene
from bank.demo.ventures import VenturePlan
from bank.deposits.tables import Deposit, StorageMode
from bank.income import revenues, rounds
from bank.orders import placing, receipts, swapping
from bank.orders.tables import Order
from bank.orders.taking import serving_parts
from bank.projects import reviewing
from bank.withdrawals import requesting
from database.actor import Actor


def key(plan: VenturePlan, what: str) -> str:
    """The key of a command about the project."""
    return f"demo:project:{plan.n}:{what}"


def gather(investor: Person, members: tuple[DepositPlan, ...], scene: Scene, at: datetime) -> None:
    """The investor puts deposits into her bundle, with an offer for each swap."""
    session, actor = scene.session, scene.actor(investor)
    bundle = bundling.open_bundle(session, party_id=scene.party(investor), actor=actor, at=at)
    for place, plan in enumerate(members):
        deposit_id = scene.get(deposit_deeds.key(plan, "begin"))
        then = at + timedelta(minutes=place)
        bundling.add(session, bundle.id, deposit_id=deposit_id, actor=actor, at=then)
    offer_swaps(bundle, members, scene, actor, at)


def offer_swaps(
    bundle: Bundle,
    members: tuple[DepositPlan, ...],
    scene: Scene,
    actor: Actor,
    at: datetime,
) -> None:
    """The investor says what she gives for each swap in her bundle."""
    for plan in members:
        if plan.mode is StorageMode.SWAP:
            deposit_id = scene.get(deposit_deeds.key(plan, "begin"))
            value_fen = scene.session.get_one(Deposit, deposit_id).value_fen or 0
            bundling.offer_swap(
                scene.session,
                bundle.id,
                deposit_id=deposit_id,
                offer=words.OFFERS[plan.n % len(words.OFFERS)],
                offer_fen=value_fen * (60 + plan.n % 30) // 100 // 10_000 * 10_000,
                actor=actor,
                at=at,
            )


def order(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The investor orders what is in her bundle, for the project."""
    bundle = bundling.find_open(scene.session, scene.party(plan.investor))
    if bundle is None:
        raise LookupError(f"nothing was gathered for {plan.idea.name}")
    placing.place(
        scene.session,
        bundle.id,
        name=plan.idea.name,
        purpose=plan.idea.purpose,
        capital_fen=plan.idea.capital_yuan * 100,
        actor=scene.actor(plan.investor),
        at=at,
        key=key(plan, "order"),
    )


def _order(plan: VenturePlan, scene: Scene) -> Order:
    return scene.session.get_one(Order, scene.get(key(plan, "order")))


def accept_swap(plan: VenturePlan, member: DepositPlan, scene: Scene, at: datetime) -> None:
    """The owner of a swap agrees to what is offered."""
    swapping.accept_swap(
        scene.session,
        scene.get(key(plan, "order")),
        deposit_id=scene.get(deposit_deeds.key(member, "begin")),
        actor=scene.actor(member.owner),
        at=at,
    )


def start_review(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The county takes the project into joint review."""
    reviewing.start_review(
        scene.session, _order(plan, scene).project_id, officer=scene.county(plan.n), at=at
    )


def give_opinion(
    plan: VenturePlan, department: str, opinion: str, scene: Scene, at: datetime
) -> None:
    """One department's opinion comes in."""
    reviewing.give_opinion(
        scene.session,
        _order(plan, scene).project_id,
        department=department,
        in_favour=True,
        opinion=opinion,
        officer=scene.county(plan.n),
        at=at,
    )


def approve(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The county approves."""
    reviewing.approve(
        scene.session, _order(plan, scene).project_id, officer=scene.county(plan.n + 1), at=at
    )


def request_refund(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The county asks that the money go back, at the investor's wish."""
    requesting.request_refund(
        scene.session,
        scene.get(key(plan, "order")),
        reason=words.CANCEL_REASON,
        officer=scene.county(0),
        at=at,
        key=key(plan, "refund"),
    )


def expire(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The bank's own clock: reservations that have run out end."""
    placing.expire_overdue(scene.session, at=at)


def pay(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The investor's money arrives."""
    amount_fen = receipts.open_amount(scene.session, _order(plan, scene))
    receipts.pay_into_escrow(
        scene.session,
        scene.get(key(plan, "order")),
        bank_receipt_number=_receipt(plan, at, "0001"),
        amount_fen=amount_fen,
        officer=scene.county(plan.n + 2),
        at=at,
        key=key(plan, "pay"),
    )


def _receipt(plan: VenturePlan, at: datetime, serial: str) -> str:
    return f"NH{local_date(at):%Y%m%d}{plan.n:03d}{serial}"


def request_collection(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The county asks that the bundle go to the project."""
    requesting.request_collection(
        scene.session,
        scene.get(key(plan, "order")),
        officer=scene.county(0),
        at=at,
        key=key(plan, "collect"),
    )


def report(
    plan: VenturePlan,
    nth: int,
    amount_fen: int,
    period: tuple[date, date],
    scene: Scene,
    at: datetime,
) -> None:
    """The investor reports what a period brought."""
    revenues.report(
        scene.session,
        _order(plan, scene).project_id,
        amount_fen=amount_fen,
        period_from=period[0],
        period_to=period[1],
        remark=words.REMARKS[plan.n % len(words.REMARKS)],
        document=None,
        actor=scene.actor(plan.investor),
        at=at,
        key=key(plan, f"report:{nth}"),
    )


def receive(plan: VenturePlan, nth: int, amount_fen: int, scene: Scene, at: datetime) -> None:
    """The money of a report arrives."""
    revenues.receive(
        scene.session,
        scene.get(key(plan, f"report:{nth}")),
        bank_receipt_number=_receipt(plan, at, f"1{nth:03d}"),
        amount_fen=amount_fen,
        officer=scene.county(plan.n),
        at=at,
        key=key(plan, f"receive:{nth}"),
    )


def open_round(plan: VenturePlan, nth: int, rate: str, scene: Scene, at: datetime) -> None:
    """The county computes a round and shows its plan."""
    rounds.open_round(
        scene.session,
        _order(plan, scene).project_id,
        reserve_rate=Decimal(rate),
        override_reason="",
        officer=scene.county(plan.n),
        at=at,
        key=key(plan, f"round:{nth}"),
    )


def confirm_round(plan: VenturePlan, nth: int, scene: Scene, at: datetime) -> None:
    """A second officer confirms the round, and it is paid."""
    rounds.confirm(
        scene.session,
        scene.get(key(plan, f"round:{nth}")),
        officer=scene.county(plan.n + 1),
        at=at,
        key=key(plan, f"paid:{nth}"),
    )


def pay_rent(
    plan: VenturePlan, member: DepositPlan, ordinal: int, scene: Scene, at: datetime
) -> None:
    """A year's rent of one lease arrives and goes to the owner."""
    deposit_id = scene.get(deposit_deeds.key(member, "begin"))
    project_id = _order(plan, scene).project_id
    part = serving_parts(scene.session, [project_id]).get((project_id, deposit_id))
    contract_id = scene.session.scalars(
        select(Contract.id).where(Contract.deposit_id == (part.id if part else deposit_id))
    ).one()
    instalment = scene.session.get(Instalment, (contract_id, ordinal))
    if instalment is None:  # the lease ends before
        return
    rents.pay_rent(
        scene.session,
        contract_id,
        ordinal=ordinal,
        bank_receipt_number=_receipt(plan, at, f"2{member.n:04d}{ordinal}"),
        amount_fen=instalment.amount_fen,
        officer=scene.county(plan.n + 3),
        at=at,
        key=deposit_deeds.key(member, f"rent:{ordinal}"),
    )
