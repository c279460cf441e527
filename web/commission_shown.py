"""What a commission's page shows: quotes, visits, results, money, and what can be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.agencies import directory
from bank.calendar import grace_ends
from bank.commissions import deadlines, engaging, planning, standing
from bank.commissions.answering import finding_of
from bank.commissions.reading import may_see
from bank.deposits.latest import latest_deposits
from bank.files.documents import get_document
from bank.parties.tables import Party, User
from bank.projects.tables import Project
from database.actor import Actor, Role
from valuation.agencies.tables import Agency, AgencyKind, Rating
from valuation.appraisals.appraising import of_commission
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions.lifecycle import FINISHED, WORKING, QuoteStage, Stage
from valuation.commissions.tables import Commission, Quote, SiteVisit
from web import agency_words as words, sensitivity_words
from web.appraisal_words import method_name
from web.labels import label
from web.plan_shown import papers_shown, plan_shown
from web.split_shown import split_shown

OUT = (AppraisalStage.ISSUED, AppraisalStage.SUPERSEDED, AppraisalStage.SET_ASIDE)
OFFERS = (QuoteStage.OFFERED, QuoteStage.CHOSEN)


def quote_rows(
    session: Session, commission: Commission, quotes: Sequence[Quote], *, may_choose: bool
) -> list[dict[str, Any]]:
    """Quotes side by side: the cheapest offer first, then who has not answered or declined."""
    by_fee = sorted(quotes, key=lambda q: (q.stage not in OFFERS, q.fee_fen or 0))
    return [_quote_row(session, commission, quote, may_choose=may_choose) for quote in by_fee]


def _quote_row(
    session: Session, commission: Commission, quote: Quote, *, may_choose: bool
) -> dict[str, Any]:
    agency = quote.agency
    offered = quote.fee_fen is not None and quote.stage is not QuoteStage.DECLINED
    schedule = "；".join(f"{fee.service} {words.fee_words(fee)}" for fee in agency.fees)
    can = may_choose and quote.stage is QuoteStage.OFFERED
    return {
        "agency": agency.name,
        "url": url_for("agencies.show", number=agency.number),
        "stage": label(quote.stage),
        "fee": quote.fee_fen if offered else None,
        "deliver_by": quote.deliver_by if offered else None,
        "words": quote.words or "—",
        "rating": words.rating_words(directory.record_of(session, agency.id)),
        "schedule": schedule or "—",
        "choose_url": url_for(
            "commission_choice.choose", number=commission.number, quote_id=quote.id
        ) if can else None,
    }  # fmt: skip


def visits(session: Session, commission: Commission, reader: Actor) -> list[dict[str, Any]]:
    """The visits to the places that are the reader's business, with pictures of their photos."""
    return [
        _visit(session, visit)
        for visit in commission.visits
        if may_see(session, commission, reader, asset_id=visit.asset_id)
    ]


def _visit(session: Session, visit: SiteVisit) -> dict[str, Any]:
    by = session.get(User, visit.recorded_by)
    place = latest_deposits(session, [visit.asset_id]).get(visit.asset_id)
    photos = [get_document(session, photo.document_id) for photo in visit.photos]
    return {
        "on": visit.visited_on,
        "place": place.asset.name if place else "",
        "present": visit.present,
        "findings": visit.findings,
        "by": by.name if by else "",
        "photos": [
            {
                "name": photo.name,
                "url": url_for("documents.preview", document_id=photo.id, size="large"),
                "small": url_for("documents.preview", document_id=photo.id, size="small"),
            }
            for photo in photos
        ],
    }


def results(session: Session, commission: Commission, reader: Actor) -> list[dict[str, Any]]:
    """The appraisals that were issued: the value, by which methods, signed by whom.

    An owner sees those of her own assets.
    """
    return [
        _result(session, each)
        for each in of_commission(session, commission.id)
        if each.stage in OUT and may_see(session, commission, reader, asset_id=each.asset_id)
    ]


def _result(session: Session, appraisal: Appraisal) -> dict[str, Any]:
    found = latest_deposits(session, [appraisal.asset_id])
    deposit = found.get(appraisal.asset_id)
    report = appraisal.report_id
    return {
        "number": appraisal.number,
        "name": deposit.asset.name if deposit else appraisal.number,
        "stage": label(appraisal.stage),
        "counts": appraisal.stage is AppraisalStage.ISSUED,
        "value_fen": appraisal.value_fen,
        "on": appraisal.valuation_date,
        "until": appraisal.valid_until,
        "in_force_from": appraisal.in_force_from,
        "reconciled": label(appraisal.reconciliation) if appraisal.reconciliation else "—",
        "reason": appraisal.reason,
        "methods": [
            {"method": method_name(each.method), "value": each.value_fen}
            for each in appraisal.results
        ],
        "split": split_shown(appraisal),
        "kind": deposit.asset.kind if deposit else None,
        "signed": "、".join(each.name for each in appraisal.signatures),
        "report": url_for("documents.show", document_id=report, download=1) if report else None,
        "sensitivity": sensitivity_words.of_appraisal(appraisal),
    }


def appraisers(session: Session, commission: Commission) -> list[dict[str, Any]]:
    """Who could be at work, and who keeps out and why."""
    recused = {each.user_id: each.reason for each in commission.recusals}
    agencies = [commission.agency] if commission.agency else _still_quoting(commission)
    return [
        {
            "id": each.user_id,
            "name": each.name,
            "agency": agency.name,
            "recused": recused.get(each.user_id),
        }
        for agency in agencies
        for each in agency.appraisers
    ]


def _still_quoting(commission: Commission) -> list[Agency]:
    open_ = (QuoteStage.ASKED, QuoteStage.OFFERED)
    return [quote.agency for quote in commission.quotes if quote.stage in open_]


def vote_shown(session: Session, commission: Commission) -> dict[str, Any] | None:
    """The vote that is on file."""
    vote = engaging.vote_of(session, commission)
    if vote is None:
        return None
    quote = session.get_one(Quote, vote.quote_id)
    return {
        "agency": quote.agency.name,
        "members": vote.members,
        "present": vote.present,
        "in_favour": vote.in_favour,
        "held_on": vote.held_on,
        "document": url_for("documents.show", document_id=vote.document_id),
        "name": get_document(session, vote.document_id).name,
    }


def money_words(commission: Commission) -> str | None:
    """What has become of the fee, in a sentence; None before there is one."""
    if commission.engaged_at is None or not commission.fee_fen:
        return None
    match commission.stage:
        case Stage.ACCEPTED:
            return str(_("It was paid to the agency when the result was accepted."))
        case Stage.OVERTURNED | Stage.WITHDRAWN:
            return str(_("It went back to who paid it."))
        case Stage.DISPUTED:
            return str(_("It lies in escrow until the panel has decided."))
        case _:
            return str(_("It lies in escrow until the result is accepted."))


def seconds(session: Session, commission: Commission) -> list[Commission]:
    """The second opinions that were asked about the commission's result."""
    return list(
        session.scalars(
            select(Commission)
            .where(Commission.second_of == commission.id)
            .order_by(Commission.requested_at)
        ).unique()
    )


def client_name(session: Session, commission: Commission) -> str:
    """Who asked and pays."""
    if commission.client_id is None:
        return str(_("The county"))
    return session.get_one(Party, commission.client_id).name


def client_side(session: Session, commission: Commission, actor: Actor) -> bool:
    """Whether the reader is of those who asked, or own what it is about."""
    parties = standing.parties_of(session, commission)
    return not actor.parties.isdisjoint(parties) or standing.is_client(session, commission, actor)


def described(
    session: Session, commission: Commission, quotes: Sequence[Quote], actor: Actor, *, at: datetime
) -> dict[str, Any]:
    """All that the page shows, but its time line."""
    can = what_can_be_done(session, commission, actor, at=at)
    of_agency = actor.agency is not None and not client_side(session, commission, actor)
    inside = not of_agency or commission.agency_id == actor.agency
    project = session.get(Project, commission.project_id) if commission.project_id else None
    deposits = latest_deposits(session, standing.assets_of(commission)).values()
    return {
        "commission": commission,
        "client": client_name(session, commission),
        "deposits": list(deposits),
        "project": project,
        "quotes": quote_rows(session, commission, quotes, may_choose=can["choose"]),
        "vote": vote_shown(session, commission) if inside and not of_agency else None,
        "visits": visits(session, commission, actor) if inside else [],
        "results": results(session, commission, actor) if inside else [],
        "plan": plan_shown(session, planning.find_plan(session, commission)) if inside else None,
        "papers": papers_shown(session, commission) if inside else [],
        "appraisers": appraisers(session, commission),
        "finding": finding_of(session, commission),
        "seconds": seconds(session, commission) if not of_agency else [],
        "money": money_words(commission) if inside else None,
        "answer_on": deadlines.answer_on(commission),
        "inside": inside,
        "can": can,
    }


def what_can_be_done(
    session: Session, commission: Commission, actor: Actor, *, at: datetime
) -> dict[str, bool]:
    """What the reader may do now, so that no button leads to a refusal; commands ask again."""
    client = standing.is_client(session, commission, actor)
    owner = not actor.parties.isdisjoint(standing.owners_of(session, commission))
    stage = commission.stage
    quoting = stage in (Stage.REQUESTED, Stage.QUOTED)
    late = stage is Stage.ENGAGED and deadlines.is_overdue(commission, at=at)
    engaged_at = commission.engaged_at
    fresh = stage is Stage.ENGAGED and engaged_at is not None and at < grace_ends(engaged_at)
    answering = stage is Stage.DELIVERED and not deadlines.silent(commission, at=at)
    rated = session.get(Rating, commission.id) is not None
    return {
        "client": client,
        "choose": client and stage is Stage.QUOTED,
        "withdraw": client and (quoting or late or fresh),
        "late": late,
        "recuse": (client or owner) and stage in WORKING,
        "accept": client and stage is Stage.DELIVERED,
        "dispute": (client or owner) and answering,
        "second": (client or owner) and stage is Stage.DISPUTED,
        "settle": actor.has(Role.COUNTY) and stage is Stage.DISPUTED,
        "deliver": _may_deliver(commission, actor),
        "rate": bool(actor.parties) and (client or owner) and stage in FINISHED and not rated,
    }


def _may_deliver(commission: Commission, actor: Actor) -> bool:
    """Whether the reader's agency is to deliver a plan, or papers; appraisals have their desk."""
    at_work = commission.kind is not AgencyKind.APPRAISAL and commission.stage is Stage.ENGAGED
    return at_work and actor.agency is not None and actor.agency == commission.agency_id
