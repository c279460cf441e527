"""The directory of agencies (策划评估线上超市): search, one agency, and applying to be listed."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import Length, Optional

from bank.agencies import applying, directory, rating
from bank.agencies.directory import PAGE_SIZE, Listed
from bank.agencies.rating import MOST_STARS
from bank.commissions import reading, standing
from bank.figures import narrow
from valuation.agencies.lifecycle import Stage
from valuation.agencies.tables import Agency, AgencyKind
from web import agency_words as words, commission_story as story, signin
from web.clock import now, today
from web.commission_draft import ASKERS
from web.forms import BankForm, page, submitting
from web.limits import limiter
from web.pages.account import PER_ADDRESS
from web.pages.account_forms import (
    id_number_field,
    licence_field,
    organisation_field,
    password_field,
    person_field,
    phone_field,
)
from web.paging import page_links, page_number
from web.permissions import actor, find_actor, party_required, public
from web.session import request_session

bp = Blueprint("agencies", __name__, url_prefix="/agencies")

LONGEST_SEARCH = 60
RATINGS_SHOWN = 10
"""Who may ask an agency for a quote."""
STARS = (_("Very good"), _("Good"), _("As expected"), _("Not so good"), _("Bad"))
"""What the stars say, from five down."""


class ApplicationForm(BankForm):
    """A firm and the person who speaks for it."""

    name = organisation_field(_("Name of the agency"))
    licence = licence_field()
    representative = person_field(
        _("Your name"), missing=_("Write your name as on your identity card.")
    )
    id_number = id_number_field(
        _("So that nobody appraises her own land. Only a fingerprint of it is kept.")
    )
    phone = phone_field(missing=_("Write your mobile number."))
    password = password_field(_("Password"), missing=_("Choose a password."))


class RatingForm(BankForm):
    """What an owner says of an agency's work for her."""

    stars = RadioField(_("How was the agency's work?"))
    words = TextAreaField(
        _("In your own words"),
        [Optional(), Length(max=200)],
        description=_("Everybody can read it; your name is not shown."),
    )

    def offer(self) -> None:
        """Fill in the stars, the most first."""
        self.stars.choices = [
            SelectChoice(str(stars), text)
            for stars, text in zip(range(MOST_STARS, 0, -1), STARS, strict=True)
        ]


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """The agencies in the list, by name; sought by a text and a kind."""
    text = narrow(request.args.get("text", ""))[:LONGEST_SEARCH]
    kind = {each.value: each for each in AgencyKind}.get(request.args.get("kind", ""))
    number = page_number()
    found = directory.search(request_session(), text=text, kind=kind, page=number, on=today())
    told: dict[str, Any] = {"text": text or None, "kind": kind.value if kind else None}
    last = -(-found.total // PAGE_SIZE)

    return page(
        "agencies/index.html",
        cards=[_card(each) for each in found.rows],
        total=found.total,
        text=text,
        kind=kind.value if kind else "",
        kinds=[(each.value, each) for each in AgencyKind],
        pager=page_links(".index", number, of=last, **told),
    )


def _card(listed: Listed) -> dict[str, Any]:
    agency = listed.agency
    return {
        "url": url_for(".show", number=agency.number),
        "name": agency.name,
        "kinds": words.kind_words(agency.kinds(today())) or gettext("No qualification holds"),
        "introduction": agency.introduction,
        "suspended": agency.stage is Stage.SUSPENDED,
        "finished": gettext("%(count)s finished commissions", count=listed.record.finished),
        "rating": words.rating_words(listed.record),
    }


@bp.get("/<number>")
@public
def show(number: str) -> ResponseReturnValue:
    """One agency: what it may do, who works there, what it asks, what it did."""
    session = request_session()
    listed = directory.find_listed(session, number)
    return page(
        "agencies/show.html",
        agency=listed.agency,
        suspended=listed.agency.stage is Stage.SUSPENDED,
        kinds=words.kind_words(listed.agency.kinds(today())),
        may_ask=_may_ask(listed.agency),
        rating=words.rating_words(listed.record),
        record=listed.record,
        ratings=directory.ratings(session, listed.agency.id, most=RATINGS_SHOWN),
        since=words.listed_since(listed.agency),
        **words.papers(listed.agency, today()),
    )


def _may_ask(agency: Agency) -> bool:
    """Whether the reader could ask it for a quote; who is not signed in is asked to do so then."""
    reader = find_actor()
    asks = reader is None or reader.has(*ASKERS)
    return asks and agency.stage is Stage.ADMITTED and bool(agency.kinds(today()))


@bp.route("/apply", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
def apply() -> ResponseReturnValue:
    """A firm begins its application, and its representative is signed in."""
    form = ApplicationForm()
    if form.sent():
        with submitting(form) as session:
            user = applying.begin(
                session,
                name=form.name.data or "",
                licence=form.licence.data or "",
                representative=form.representative.data or "",
                id_number=form.id_number.data or "",
                phone=form.phone.data or "",
                password=form.password.data or "",
                at=now(),
            )
        if form.accepted:
            signin.sign_in(user)
            flash(gettext("Now enter qualifications and appraisers, then hand it in."), "success")
            return redirect(url_for("agency_profile.show"))
    return page("agencies/apply.html", form)


@bp.route("/commissions/<uuid:commission_id>/rating", methods=["GET", "POST"])
@party_required
def rate(commission_id: UUID) -> ResponseReturnValue:
    """Who asked for the work, or owns what it was about, rates the finished commission."""
    session = request_session()
    found = reading.get(session, commission_id, actor())
    if found.agency is None or actor().parties.isdisjoint(standing.parties_of(session, found)):
        abort(404)
    form = RatingForm()
    form.offer()
    if form.sent():
        with submitting(form) as session:
            rating.rate(
                session,
                commission_id,
                stars=int(form.stars.data or 0),
                words=form.words.data or "",
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            flash(gettext("Thank you. Your rating helps other owners to choose."), "success")
            return redirect(url_for("commissions.show", number=found.number))
    return page("agencies/rate.html", form, commission=found, subject=story.subject(session, found))
