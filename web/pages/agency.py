"""The appraisal agency's desk: what waits, and a commission from the visit to the first draft.

An appraisal's own page is in `agency_appraisal`, valuing by a method in `agency_value`, making one
value of several in `agency_conclude`, and splitting it over pieces of the land in `agency_split`.
"""

from typing import Any
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from wtforms import DateField
from wtforms.validators import DataRequired

from bank.agencies.records import get_agency
from bank.appraisals import desk, valuing
from bank.appraisals.desk import Item, Work
from bank.deposits.latest import latest_deposit, latest_deposits
from bank.deposits.tables import Deposit
from valuation.agencies.tables import AgencyKind
from valuation.appraisals import appraising
from valuation.appraisals.tables import Appraisal
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.tables import Commission
from web import commission_story as story
from web.cards import deposit_card
from web.clock import now, today
from web.filters import day
from web.forms import BankForm, page, posted_key, submitting
from web.labels import label
from web.pages import (
    agency_appraisal,
    agency_case as case,
    agency_conclude,
    agency_split,
    agency_value,
)
from web.pages.agency_blueprint import bp, own_agency
from web.pages.agency_forms import DAYS
from web.paging import page_links
from web.permissions import actor, appraiser_required
from web.session import request_session

__all__ = ["agency_appraisal", "agency_conclude", "agency_split", "agency_value", "bp"]

TO_DO = {
    Work.VALUE: _("To value"),
    Work.CONCLUDE: _("Drafts"),
    Work.REVIEW: _("To review"),
    Work.SIGN: _("To sign"),
    Work.DELIVERED: _("Delivered"),
    Work.WITHDRAWN: _("Called off"),
}


class BeginForm(BankForm):
    """For which day an asset is valued."""

    valuation_date = DateField(
        _("Valuation date"), [DataRequired(_("Give the day that the value is for."))], format=DAYS
    )


@bp.get("")
@appraiser_required
def index() -> ResponseReturnValue:
    """The agency's commissions by what is to be done."""
    session, agency = request_session(), own_agency()
    counts = desk.counts(session, agency)
    work = {each.value: each for each in Work}.get(request.args.get("work", ""), Work.VALUE)
    number = request.args.get("page", 1, type=int)
    found = desk.commissions(session, agency, work, page=number)

    return page(
        "agency/index.html",
        work=work,
        Work=Work,
        appraises=sum(counts.values()) > 0 or _appraises(agency),
        deliveries=_deliveries(agency),
        tabs=[
            (text, url_for(".index", work=each.value), each is work, counts[each])
            for each, text in TO_DO.items()
        ],
        cards=[_commission_card(item) for item in found.items],
        pager=page_links(".index", found.number, of=found.pages, work=work.value),
    )


def _appraises(agency_id: UUID) -> bool:
    """Whether the agency may value; one that only plans or finances has no use for those lists."""
    agency = get_agency(request_session(), agency_id)
    return AgencyKind.APPRAISAL in agency.kinds(today())


def _deliveries(agency_id: UUID) -> list[dict[str, Any]]:
    session = request_session()
    found = desk.deliveries(session, agency_id)
    names = story.subjects(session, found)
    return [
        {
            "url": url_for("commissions.show", number=each.number),
            "name": names[each.id],
            "number": each.number,
            "deliver_by": each.deliver_by,
            "stage": label(each.stage),
        }
        for each in found
    ]


def _commission_card(item: Item) -> dict[str, Any]:
    commission, draft = item.commission, item.unfinished
    stage = _("Commissioned on %(day)s", day=day(commission.engaged_at or commission.requested_at))
    url = url_for(".commission", commission_id=commission.id, asset=item.deposit.asset_id)
    if draft is not None:
        stage = label(draft.stage)
        url = url_for(".appraisal", appraisal_id=draft.id)
    elif commission.stage is not CommissionStage.ENGAGED:
        stage = label(commission.stage)
    card = deposit_card(item.deposit, url=url, stage=str(stage))
    return card | {"number": commission.number, "tone": None, "value_fen": None}


@bp.route("/commissions/<uuid:commission_id>", methods=["GET", "POST"])
@appraiser_required
def commission(commission_id: UUID) -> ResponseReturnValue:
    """What is to be valued, the visits and the appraisals so far; a post begins the next one."""
    session = request_session()
    found = desk.get_commission(session, commission_id, actor())
    asset_id = _asset(found)
    deposit = latest_deposit(session, asset_id)
    form = BeginForm(data=None if request.method == "POST" else {"valuation_date": today()})
    if form.sent():
        begun = _begin(form, commission_id, asset_id)
        if begun is not None:
            return redirect(url_for(".methods", appraisal_id=begun))
    return page(
        "agency/commission.html",
        form,
        begin=form,
        assets=_assets(found, asset_id),
        appraisals=[
            each for each in appraising.of_commission(session, commission_id)
            if each.asset_id == asset_id
        ],
        unfinished=appraising.find_unfinished(session, commission_id, asset_id),
        **case.described(found, deposit),
    )  # fmt: skip


def _asset(commission: Commission) -> UUID:
    """The asset that the address asks for, or the commission's first."""
    assets = [each.asset_id for each in commission.assets]
    asked = request.args.get("asset", type=UUID)
    if not assets or (asked is not None and asked not in assets):
        abort(404)
    return asked or assets[0]


def _assets(found: Commission, shown: UUID) -> list[tuple[str, str, bool, None]]:
    """Tabs of the commission's assets, if there are several."""
    ids = [each.asset_id for each in found.assets]
    deposits: dict[UUID, Deposit] = latest_deposits(request_session(), ids, *desk.CARD)
    return [
        (
            deposits[each].asset.name,
            url_for(".commission", commission_id=found.id, asset=each),
            each == shown,
            None,
        )
        for each in ids
        if len(ids) > 1
    ]


def _begin(form: BeginForm, commission_id: UUID, asset_id: UUID) -> UUID | None:
    """The id of the draft that was begun, or None if it was refused."""
    valued_on = form.valuation_date.data
    assert valued_on is not None  # noqa: S101 - the form's own check
    with submitting(form) as session:
        begun: Appraisal = valuing.begin(
            session,
            commission_id,
            asset_id=asset_id,
            valuation_date=valued_on,
            actor=actor(),
            at=now(),
            key=posted_key(),
        )
    return begun.id if form.accepted else None
