"""Asking agencies for a quote (询价委托): one question a page, the answers checked, then sent."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types

from bank.agencies import directory
from bank.agencies.directory import Listed
from bank.commissions import desks, standing
from bank.commissions.refusals import NothingAsked
from bank.deposits.latest import latest_deposits
from bank.deposits.tables import Deposit
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord
from bank.rules import whole
from database.refusals import Refusal
from valuation.agencies.tables import AgencyKind
from valuation.commissions.tables import Commission
from web import agency_words as words, commission_draft as asking, commission_sending as sending
from web.clock import today
from web.commission_draft import STEPS, draft, remember
from web.forms import page, submitting
from web.pages.commission_forms import (
    LONGEST_LIST,
    AboutForm,
    AgenciesForm,
    AskForm,
    DaysForm,
    KindForm,
    ScopeForm,
)
from web.pages.owner_forms import given
from web.permissions import actor, client_required
from web.rehearsal import rehearsing
from web.session import request_session

bp = Blueprint("commission_asking", __name__, url_prefix="/commissions/new")

WORKS_SHOWN = 2


@bp.get("")
@client_required
def begin() -> ResponseReturnValue:
    """Begin with what the address names: an agency, a deposit, a project, a disputed result."""
    session, told = request_session(), request.args
    answers: dict[str, Any] = {}
    if number := told.get("agency"):
        answers["agencies"] = [str(directory.find_listed(session, number).agency.id)]
    if number := told.get("second_of"):
        answers |= _second_opinion(session, number)
    named = [each for each in (told.get("deposit"), told.get("project")) if each]
    if named:
        answers |= _about(session, named)
    asking.begin_anew(**answers)
    return redirect(url_for(f".{asking.missing(answers) or 'check'}"))


def _second_opinion(session: Session, number: str) -> dict[str, Any]:
    disputed = desks.find(session, number, actor())
    deposits = list(latest_deposits(session, standing.assets_of(disputed)).values())
    project = session.get(Project, disputed.project_id) if disputed.project_id else None
    told = _told(session, deposits, project)
    return told | {"kind": disputed.kind.value, "second_of": str(disputed.id), "agencies": []}


def _about(session: Session, named: list[str]) -> dict[str, Any]:
    """The answers to what it is for. Refuses: NoSuchRecord, field `about` or `numbers`."""
    deposits, projects = [], []
    for number in named:
        if deposit := asking.find_deposit(session, number, actor()):
            deposits.append(deposit)
        elif project := asking.find_project(session, number, actor()):
            projects.append(project)
        else:
            raise NoSuchRecord("no such deposit or project", number=number)
    if len(projects) > 1 or (projects and deposits):
        raise NothingAsked("land or one project", field="about", reason="mixed")
    return _told(session, deposits, projects[0] if projects else None)


def _told(session: Session, deposits: list[Deposit], project: Project | None) -> dict[str, Any]:
    client_id = asking.client_of(session, deposits, project, actor())
    return {
        "assets": [str(deposit.asset_id) for deposit in deposits],
        "project_id": str(project.id) if project else "",
        "client": str(client_id) if client_id else "",
    }


@bp.route("/about", methods=["GET", "POST"])
@client_required
def about() -> ResponseReturnValue:
    """Ask which land, or which project."""
    session = request_session()
    form = AboutForm()
    choices, chosen = _choices(session)
    form.offer(choices, typed=actor().has(*asking.OFFICES))
    if not form.is_submitted() and "about" in form:
        form.about.data = chosen
    if form.sent():
        if not 0 < len(form.named) <= LONGEST_LIST:
            form.add_error(_first(form), _("Choose between 1 and %(most)s.", most=LONGEST_LIST))
            form.status = 422
        else:
            try:
                told = _about(session, form.named)
            except Refusal as refusal:
                refusal.field = _first(form)
                form.refuse(refusal)
            else:
                kept = draft()
                if kept.get("kind") not in [kind.value for kind in asking.kinds_of(told)]:
                    told |= {"kind": None}
                remember(**told, second_of="")
                return redirect(_onward("about"))
    return page("commissions/about.html", form, nothing=not form.named_fields, **_frame("about"))


def _first(form: AboutForm) -> str:
    return form.named_fields[0] if form.named_fields else "about"


def _choices(session: Session) -> tuple[list[tuple[str, str]], list[str]]:
    """What she may tick (number, words), and what is ticked already."""
    answers = draft()
    chosen = latest_deposits(session, asking.ids(answers.get("assets", []))).values()
    deposits = {
        deposit.id: deposit for deposit in [*chosen, *asking.own_deposits(session, actor())]
    }
    projects = {each.id: each for each in asking.own_projects(session, actor())}
    ticked = [deposit.number for deposit in chosen]
    if (
        project := session.get(Project, UUID(answers["project_id"]))
        if answers.get("project_id")
        else None
    ):
        projects[project.id] = project
        ticked.append(project.number)
    rows = [(each.number, f"{each.asset.name} · {each.number}") for each in deposits.values()]
    rows += [
        (each.number, _("Project %(name)s", name=f"{each.name} · {each.number}"))
        for each in projects.values()
    ]
    return rows, ticked


@bp.route("/kind", methods=["GET", "POST"])
@client_required
def kind() -> ResponseReturnValue:
    """Ask what is needed."""
    answers = draft()
    kinds = asking.kinds_of(answers)
    form = KindForm(data=_before(answers))
    form.offer({each: sending.kind_words(each) for each in kinds})
    if form.sent():
        if form.kind.data != answers.get("kind"):
            fit = _still_fit(answers, AgencyKind(form.kind.data))
            remember(kind=form.kind.data, agencies=fit)
        return redirect(_onward("kind"))
    hints = {
        AgencyKind.APPRAISAL: _("What it is worth, in a report signed by two appraisers."),
        AgencyKind.PLANNING: _("A plan of the project: red line, use, phases, what it costs."),
        AgencyKind.FINANCE: _("How the money can be raised, and on which terms."),
    }
    return page("commissions/kind.html", form, hints=hints, **_frame("kind"))


def _still_fit(answers: dict[str, Any], kind: AgencyKind) -> list[str]:
    """Of the agencies chosen so far, those that may do this work."""
    fit = {str(each.id) for each in directory.admitted_for(request_session(), kind, today())}
    return [each for each in answers.get("agencies", []) if each in fit]


@bp.route("/agencies", methods=["GET", "POST"])
@client_required
def agencies() -> ResponseReturnValue:
    """Ask which agencies; several can be compared."""
    answers = draft()
    if not answers.get("kind"):
        return redirect(url_for(".kind"))
    found = _askable(answers)
    form = AgenciesForm(data=_before({"agencies": answers.get("agencies", [])}))
    form.agencies.choices = [SelectChoice(str(each.agency.id), each.agency.name) for each in found]
    if form.sent():
        remember(agencies=form.agencies.data)
        return redirect(_onward("agencies"))
    return page(
        "commissions/agencies.html",
        form,
        cards={str(each.agency.id): _card(each) for each in found},
        **_frame("agencies"),
    )


def _askable(answers: dict[str, Any]) -> list[Listed]:
    """The agencies that may do it; for a second opinion, others than the first."""
    session = request_session()
    found = directory.listed_for(session, AgencyKind(answers["kind"]), today())
    if second_of := answers.get("second_of"):
        first = session.get_one(Commission, UUID(second_of))
        found = [each for each in found if each.agency.id != first.agency_id]
    return found


def _card(listed: Listed) -> dict[str, Any]:
    agency = listed.agency
    return {
        "url": url_for("agencies.show", number=agency.number),
        "rating": words.rating_words(listed.record),
        "finished": _("%(count)s finished commissions", count=listed.record.finished),
        "fees": [f"{fee.service} {words.fee_words(fee)}" for fee in agency.fees],
        "works": [f"{work.year} {work.title}" for work in agency.works[:WORKS_SHOWN]],
    }


@bp.route("/scope", methods=["GET", "POST"])
@client_required
def scope() -> ResponseReturnValue:
    """Ask what the agency should do."""
    form = ScopeForm(data=_before(draft()))
    if form.sent():
        remember(scope=(form.scope.data or "").strip())
        return redirect(_onward("scope"))
    return page("commissions/scope.html", form, **_frame("scope"))


@bp.route("/days", methods=["GET", "POST"])
@client_required
def days() -> ResponseReturnValue:
    """Ask by when; what the request would be refused for is said here already."""
    answers = draft()
    if (lacking := asking.missing(answers)) not in (None, "days"):
        return redirect(url_for(f".{lacking}"))
    form = DaysForm(data=_before(_days(answers)))
    if form.sent():
        quote_by, deliver_by = given(form.quote_by.data), given(form.deliver_by.data)
        told = answers | {"quote_by": quote_by.isoformat(), "deliver_by": deliver_by.isoformat()}
        with submitting(form) as session, rehearsing(session):
            sending.send(session, told, quote_by, deliver_by, form.key.data or "")
        if form.accepted:
            remember(**told)
            return redirect(_onward("days"))
    choose = whole("commission.choose.days", today())
    return page("commissions/days.html", form, choose=choose, **_frame("days"))


def _days(answers: dict[str, Any]) -> dict[str, Any]:
    usual = today() + timedelta(days=whole("commission.quote.days", today()))
    typed = answers.get("quote_by"), answers.get("deliver_by")
    return {
        "quote_by": date.fromisoformat(typed[0]) if typed[0] else usual,
        "deliver_by": date.fromisoformat(typed[1]) if typed[1] else None,
    }


@bp.route("/check", methods=["GET", "POST"])
@client_required
def check() -> ResponseReturnValue:
    """All answers on one page; sending them asks the agencies."""
    form = AskForm()
    if form.sent():
        told = sending.posted(form)
        with submitting(form) as session:
            asked = sending.send(
                session, told, given(form.quote_by.data), given(form.deliver_by.data),
                form.key.data or "",
            )  # fmt: skip
        if form.accepted:
            asking.forget()
            return redirect(url_for("commissions.asked", number=asked.number))
        return page("commissions/check.html", form, **sending.shown(told))
    answers = draft()
    if lacking := asking.missing(answers):
        return redirect(url_for(f".{lacking}"))
    return page("commissions/check.html", form, **sending.shown(answers))


def _before(answers: dict[str, Any]) -> dict[str, Any]:
    """What a form begins with: earlier answers, but when it was sent nothing that was not sent."""
    return {} if request.method == "POST" else answers


def _onward(step: str) -> str:
    """The next question; back to the answers if she came from there."""
    following = STEPS[STEPS.index(step) + 1 :]
    if request.args.get("from") == "check" or not following:
        return url_for(".check")
    return url_for(f".{following[0]}")


def _frame(step: str) -> dict[str, Any]:
    """Which of how many questions it is, and the way back."""
    number = STEPS.index(step)
    back = url_for(f".{STEPS[number - 1]}") if number else url_for("commissions.index")
    if request.args.get("from") == "check":
        back = url_for(".check")
    return {"step": number + 1, "steps": len(STEPS), "back": back}
