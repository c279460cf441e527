"""A project's time line and its next step, told from the project, its order and its collection."""

from datetime import date, datetime
from typing import Literal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import acts
from bank.calendar import grace_ends, local_date
from bank.money import format_yuan
from bank.orders.lifecycle import Act as OrderAct, Stage as OrderStage
from bank.orders.tables import Order
from bank.projects.lifecycle import Act, Stage
from bank.withdrawals.lifecycle import UNDER_WAY
from bank.withdrawals.tables import Kind, Withdrawal
from web.filters import day
from web.timelines import Step

State = Literal["done", "now", "ahead", "stopped"]
ENDED = (Stage.REFUSED, Stage.CANCELLED)
ORDER_OF = (Stage.SUBMITTED, Stage.IN_REVIEW, Stage.APPROVED, Stage.COLLECTING, Stage.OPERATING)


def next_step(
    stage: Stage, order_stage: OrderStage, *, reserved_until: datetime, open_fen: int
) -> str:
    """Where a project stands and what comes next, in a sentence."""
    waits_for_money = stage is Stage.APPROVED and order_stage is OrderStage.RESERVED
    if waits_for_money:
        return str(
            _(
                "Approved. Pay ¥%(amount)s into escrow by %(day)s.",
                amount=format_yuan(open_fen),
                day=day(reserved_until),
            )
        )
    words: dict[Stage, str] = {
        Stage.SUBMITTED: _("Submitted. The county starts the joint review next."),
        Stage.IN_REVIEW: _("In joint review by the departments. You hear the result here."),
        Stage.APPROVED: _("Approved and paid. The county prepares the collection."),
        Stage.COLLECTING: _("Being collected. Two officers confirm it one after the other."),
        Stage.OPERATING: _("Operating. Report the revenue of each period."),
        Stage.CLOSED: _("Closed."),
        Stage.REFUSED: _("Refused. The reserved deposits are free again."),
        Stage.CANCELLED: _("Cancelled. Its deposits are free again."),
    }
    return words[stage]


def find_collection(
    session: Session, order: Order, kind: Kind = Kind.COLLECTION
) -> Withdrawal | None:
    """The latest collection of the order, or its latest refund."""
    return session.scalar(
        select(Withdrawal)
        .where(Withdrawal.order_id == order.id, Withdrawal.kind == kind)
        .order_by(Withdrawal.requested_at.desc())
        .limit(1)
    )


def leaving(session: Session, order: Order) -> Withdrawal | None:
    """The collection or refund of the order that is under way."""
    return session.scalar(
        select(Withdrawal)
        .where(Withdrawal.order_id == order.id, Withdrawal.stage.in_(UNDER_WAY))
        .limit(1)
    )


def project_timeline(
    session: Session, order: Order, collection: Withdrawal | None, *, open_fen: int, at: datetime
) -> list[Step]:
    """The way of a project: done with dates and names, now with what is due, ahead in order."""
    project = order.project
    rows = {row.act: row for row in acts.history(session, project)}

    def on(act: Act) -> date | None:
        return local_date(rows[act.value].at) if act.value in rows else None

    def by(act: Act) -> str | None:
        row = rows.get(act.value)
        return row.actor.name if row and row.actor else None

    steps = [
        Step(
            str(_("Ordered, deposits reserved")), "done",
            on=local_date(order.placed_at), by=by(Act.SUBMIT),
        )
    ]  # fmt: skip
    if Act.APPROVE.value in rows:
        steps.append(
            Step(
                str(_("Joint review passed")), "done",
                on=on(Act.APPROVE), by=by(Act.APPROVE), text=_opinions(order),
            )
        )  # fmt: skip
    if project.stage in ENDED:
        act = Act.REFUSE if project.stage is Stage.REFUSED else Act.CANCEL
        if Act.TAKE_BACK.value in rows:
            act = Act.TAKE_BACK
        title = {
            Act.REFUSE: _("Refused"),
            Act.CANCEL: _("Cancelled"),
            Act.TAKE_BACK: _("Taken back"),
        }[act]
        row = rows.get(act.value)
        if order.stage is OrderStage.EXPIRED:
            title = _("The reservation ran out")
        reason = row.reason if row else ""
        return [*steps, Step(str(title), "stopped", on=on(act), by=by(act), text=reason or None)]
    paid = [row for row in acts.history(session, order) if row.act == OrderAct.ESCROW.value]
    ahead = _ahead(
        order,
        collection,
        open_fen=open_fen,
        at=at,
        paid=local_date(paid[-1].at) if paid else None,
        opened=on(Act.OPERATE),
    )
    return [*steps, *ahead]


def _ahead(
    order: Order,
    collection: Withdrawal | None,
    *,
    open_fen: int,
    at: datetime,
    paid: date | None,
    opened: date | None,
) -> list[Step]:
    """From the review on: what is done of it, what is now, and what follows."""
    stage = order.project.stage
    place = ORDER_OF.index(stage) if stage in ORDER_OF else len(ORDER_OF)
    steps: list[Step] = []
    if place < ORDER_OF.index(Stage.APPROVED):
        steps.append(_review(order, at))
    if order.amount_fen:
        state: State = "done" if paid else "now" if stage is Stage.APPROVED else "ahead"
        text = str(_("Open: ¥%(amount)s", amount=format_yuan(open_fen)))
        steps.append(
            Step(
                str(_("Money complete in escrow") if paid else _("You pay into escrow")),
                state,
                on=paid,
                text=None if paid else text,
                due=None if paid else local_date(order.reserved_until),
            )
        )
    steps.append(_collecting(order, collection, opened))
    operating = str(_("The project operates, reports its revenue and pays dividends"))
    ended: State = (
        "done" if stage is Stage.CLOSED else "now" if stage is Stage.OPERATING else "ahead"
    )
    return [*steps, Step(operating, ended)]


def _review(order: Order, at: datetime) -> Step:
    if order.project.stage is Stage.IN_REVIEW:
        text = _opinions(order) or str(_("The departments give their opinions."))
    elif at < grace_ends(order.placed_at):
        text = str(_("It begins when the time to take the order back is over."))
    else:
        text = str(_("The county starts it next."))
    return Step(str(_("Joint review by the departments")), "now", text=text)


def _opinions(order: Order) -> str | None:
    words = {True: _("in favour"), False: _("against")}
    told = [f"{review.department} {words[review.in_favour]}" for review in order.project.reviews]
    return " · ".join(told) or None


def _collecting(order: Order, collection: Withdrawal | None, opened: date | None) -> Step:
    if opened is not None:
        names = [
            officer.name
            for officer in (collection.checker, collection.confirmer) if officer
        ] if collection else []  # fmt: skip
        title = str(_("Collected; contracts made"))
        return Step(title, "done", on=opened, by=" · ".join(names) or None)
    title = str(_("Two officers confirm the collection"))
    if collection is None or collection.stage not in UNDER_WAY:
        ready = order.stage is OrderStage.ESCROWED
        text = str(_("The county asks for it next.")) if ready else None
        return Step(title, "now" if ready else "ahead", text=text)
    first = collection.checker.name if collection.checker else None
    text = str(
        _("%(name)s has checked it, a second officer confirms it next.", name=first)
        if first
        else _("A first officer checks it next.")
    )
    return Step(title, "now", text=text)
