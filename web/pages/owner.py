"""A depositor's own pages: her deposits, one deposit's way, and its certificate.

The questions of an application are in `owner_steps` and `owner_papers`, its end in `owner_check`.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bank import acts
from bank.agencies.rating import to_rate
from bank.appraisals.valuing import WORTH_APPRAISING
from bank.assets.tables import Holder
from bank.calendar import grace_ends
from bank.commissions import desks
from bank.contracts.tables import Contract
from bank.deposits import submission
from bank.deposits.lifecycle import IN_BANK, Act, Stage
from bank.deposits.tables import Deposit
from bank.parties.tables import Party
from bank.refusals import NoSuchRecord
from bank.withdrawals import requesting
from bank.withdrawals.lifecycle import UNDER_WAY
from bank.withdrawals.tables import Withdrawal
from web.cards import area_of, card_options, deposit_card, masked_name, outline_of, place_name
from web.clock import now
from web.forms import acting, page, posted_key
from web.labels import label
from web.pages import owner_check, owner_offer, owner_papers, owner_part, owner_steps
from web.pages.owner_blueprint import STEPS, bp, next_question, own_deposit, step_url
from web.parcel_words import parcel_words
from web.parts_shown import cuts_shown, origin_of
from web.permissions import actor, depositor_required
from web.session import request_session
from web.square_codes import public_address, square_code
from web.timelines import deposit_timeline, withdrawal_timeline
from web.value_shown import value_shown

__all__ = ["bp", "owner_check", "owner_offer", "owner_papers", "owner_part", "owner_steps"]


@bp.get("")
@depositor_required
def index() -> ResponseReturnValue:
    """Her deposits with their next steps, and the way to a new one."""
    session = request_session()
    deposits = _own_deposits(session)
    parties = session.scalars(
        select(Party).where(Party.id.in_(actor().parties)).order_by(Party.number)
    ).all()
    groups = [
        (_("Waiting for you"), [d for d in deposits if d.stage is Stage.DRAFT]),
        (_("On its way into the bank"), [d for d in deposits if _on_its_way(d)]),
        (_("In the bank"), [d for d in deposits if d.stage in IN_BANK]),
        (_("Finished"), [d for d in deposits if d.stage in (Stage.RETURNED, Stage.REFUSED)]),
    ]
    reasons = sent_back(session, deposits)
    return page(
        "owner/index.html",
        groups=[(title, [_card(d, reasons) for d in found]) for title, found in groups if found],
        available_fen=sum(requesting.available(session, party) for party in parties),
        unconfirmed=[party.name for party in parties if party.confirmed_at is None],
        may_begin=bool(owner_steps.depositing_parties(session)),
    )


def _own_deposits(session: Session) -> Sequence[Deposit]:
    held = select(Holder.asset_id).where(Holder.party_id.in_(actor().parties))
    return session.scalars(
        select(Deposit)
        .where(or_(Deposit.party_id.in_(actor().parties), Deposit.asset_id.in_(held)))
        .options(*card_options())
        .order_by(Deposit.created_at.desc())
    ).all()


def _on_its_way(deposit: Deposit) -> bool:
    return deposit.stage in (
        Stage.SUBMITTED, Stage.CHECKED, Stage.CONSENTED, Stage.ON_NOTICE, Stage.CLEARED
    )  # fmt: skip


def sent_back(session: Session, deposits: Iterable[Deposit]) -> dict[UUID, str]:
    """The reasons for which drafts among these were sent back, by the ids of the deposits."""
    drafts = [deposit.id for deposit in deposits if deposit.stage is Stage.DRAFT]
    rows = session.scalars(
        select(acts.Act)
        .where(
            acts.Act.subject == Deposit.__tablename__,
            acts.Act.subject_id.in_(drafts),
            acts.Act.act.in_([Act.SEND_BACK.value, Act.SUBMIT.value]),
        )
        .order_by(acts.Act.at, acts.Act.id)
    )
    last = {row.subject_id: row for row in rows}
    return {id_: row.reason for id_, row in last.items() if row.act == Act.SEND_BACK.value}


def _card(deposit: Deposit, reasons: dict[UUID, str]) -> dict[str, Any]:
    text, url = _next_step(deposit)
    stage = _("Sent back: please mend it") if deposit.id in reasons else None
    card = deposit_card(
        deposit, url=step_url(deposit, "show"), next=text, next_url=url, stage=stage
    )
    return card | {"take_back": _take_back_until(deposit)}


def _next_step(deposit: Deposit) -> tuple[str | None, str | None]:
    match deposit.stage:
        case Stage.DRAFT:
            step = next_question(deposit)
            return question_titles()[step], step_url(deposit, step)
        case Stage.SUBMITTED:
            return _("Wait for the township; you need do nothing"), None
        case Stage.ON_NOTICE | Stage.CLEARED:
            return _("Wait for the notice and the appraisal; you need do nothing"), None
        case Stage.STORED:
            return _("Look at your deposit certificate"), step_url(deposit, "passbook")
        case Stage.RESERVED if answer := owner_part.waiting_part(deposit):
            return _("See which part is asked for, and answer"), answer
        case Stage.RESERVED if answer := owner_offer.waiting_offer(deposit):
            return _("Read what is offered in exchange, and answer"), answer
        case Stage.RESERVED:
            return _("See what the investor plans"), step_url(deposit, "show")
        case Stage.COLLECTED:
            return _("See what it earns"), url_for("money.index")
        case Stage.REFUSED:
            return _("Read why, and what you can do"), step_url(deposit, "show")
        case _:
            return None, None


def question_titles() -> dict[str, str]:
    """The questions as things to do."""
    return {
        "place": _("Say where it lies"),
        "right": _("Say which right you have"),
        "evidence": _("Add the certificate and photos"),
        "mode": _("Choose how you want to be paid"),
        "consent": _("Show that everyone agreed"),
        "check": _("Check your answers and submit"),
    }


def _take_back_until(deposit: Deposit) -> Any:
    if deposit.stage is not Stage.SUBMITTED or deposit.submitted_at is None:
        return None
    until = grace_ends(deposit.submitted_at)
    return until if now() < until and deposit.party_id in actor().parties else None


@bp.get("/<uuid:deposit_id>")
@depositor_required
def show(deposit_id: UUID) -> ResponseReturnValue:
    """One deposit: what is left to fill in, or its whole way with everything that came of it."""
    deposit = own_deposit(deposit_id)
    session = request_session()
    if deposit.stage is Stage.DRAFT:
        return page(
            "owner/draft.html",
            deposit=deposit,
            tasks=_tasks(deposit),
            ready=not submission.missing(deposit),
            reason=sent_back(session, [deposit]).get(deposit.id),
        )
    returns = session.scalars(
        select(Withdrawal)
        .where(Withdrawal.deposit_id == deposit.id)
        .order_by(Withdrawal.requested_at.desc())
    ).all()
    return page(
        "owner/show.html",
        deposit=deposit,
        card=deposit_card(deposit, url=None),
        steps=deposit_timeline(session, deposit, at=now()),
        take_back_until=_take_back_until(deposit),
        may_ask=deposit.party_id in actor().parties and deposit.stage in WORTH_APPRAISING,
        commissions=desks.of_asset(session, deposit.asset_id),
        to_rate=to_rate(session, deposit.asset_id),
        contracts=session.scalars(
            select(Contract).where(Contract.deposit_id == deposit.id).order_by(Contract.made_at)
        ).all(),
        returns=[_return_shown(session, withdrawal) for withdrawal in returns],
        may_return=_may_return(deposit, returns),
        in_bank=deposit.stage in IN_BANK,
        origin=origin_of(deposit),
        **value_shown(session, deposit),
        cuts=cuts_shown(deposit),
        **owner_offer.offer_shown(deposit),
        **owner_part.part_shown(deposit),
    )


def _tasks(deposit: Deposit) -> list[dict[str, Any]]:
    """The questions of the application, answered or not, and handing it in."""
    lacking, titles = submission.missing(deposit), question_titles()
    tasks: list[dict[str, Any]] = []
    for step in STEPS:
        given = step not in lacking
        tasks.append(
            {
                "title": titles[step],
                "url": step_url(deposit, step),
                "state": "done" if given else "todo",
                "state_text": _("answered") if given else _("to do"),
            }
        )
    tasks.append(
        {
            "title": titles["check"],
            "url": step_url(deposit, "check") if not lacking else None,
            "state": "waiting" if lacking else "now",
            "state_text": _("after the others") if lacking else _("to do"),
        }
    )
    return tasks


def _return_shown(session: Session, withdrawal: Withdrawal) -> dict[str, Any]:
    until = grace_ends(withdrawal.requested_at)
    open_ = withdrawal.stage.value == "requested" and now() < until
    return {
        "withdrawal": withdrawal,
        "steps": withdrawal_timeline(session, withdrawal, at=now()),
        "until": until if open_ else None,
    }


def _may_return(deposit: Deposit, returns: Sequence[Withdrawal]) -> bool:
    return (
        requesting.may_go_home(request_session(), deposit, now())
        and deposit.party_id in actor().parties
        and all(withdrawal.stage not in UNDER_WAY for withdrawal in returns)
    )


@bp.post("/<uuid:deposit_id>/return")
@depositor_required
def request_return(deposit_id: UUID) -> ResponseReturnValue:
    """Ask for a stored deposit back."""
    deposit = own_deposit(deposit_id)
    with acting() as session:
        withdrawal = requesting.request_return(
            session, deposit.id, actor=actor(), at=now(), key=posted_key()
        )
        told = _("Your request has arrived. Its number is %(number)s.", number=withdrawal.number)
        flash(told, "success")
    return redirect(url_for("owner.show", deposit_id=deposit_id, _anchor="return"))


@bp.post("/<uuid:deposit_id>/return/<uuid:withdrawal_id>/take-back")
@depositor_required
def take_return_back(deposit_id: UUID, withdrawal_id: UUID) -> ResponseReturnValue:
    """Second thoughts on asking for it back."""
    own_deposit(deposit_id)
    with acting() as session:
        requesting.take_back(session, withdrawal_id, actor=actor(), at=now())
    return redirect(url_for("owner.show", deposit_id=deposit_id))


@bp.get("/<uuid:deposit_id>/passbook")
@depositor_required
def passbook(deposit_id: UUID) -> ResponseReturnValue:
    """The certificate of a stored deposit (储蓄单), to look at and to print."""
    deposit = _stored(deposit_id)
    asset = deposit.asset
    return page(
        "owner/passbook.html",
        deposit=deposit,
        holders=[(masked_name(holder.party), holder.weight) for holder in asset.holders],
        weights=sum(holder.weight for holder in asset.holders),
        kind=label(asset.kind),
        mode=label(deposit.mode) if deposit.mode else None,
        town=place_name(asset.division),
        area_dm2=area_of(deposit),
        outline=outline_of(deposit),
        origin=origin_of(deposit),
        cuts=cuts_shown(deposit),
        land=parcel_words(request_session(), asset.parcel) if asset.parcel else None,
        address=_checked_at(deposit),
    )


@bp.get("/<uuid:deposit_id>/passbook.svg")
@depositor_required
def passbook_qr(deposit_id: UUID) -> ResponseReturnValue:
    """The QR code by which anyone can check the certificate."""
    return square_code(_checked_at(_stored(deposit_id)))


def _stored(deposit_id: UUID) -> Deposit:
    deposit = own_deposit(deposit_id)
    if deposit.stage not in IN_BANK:
        raise NoSuchRecord("no certificate: the deposit is not stored", deposit=deposit.number)
    return deposit


def _checked_at(deposit: Deposit) -> str:
    return public_address(url_for("public.passbook", number=deposit.number))
