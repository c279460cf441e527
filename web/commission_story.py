"""How commissions are told: what they are about, what comes next, reminders, and the time line."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank import acts
from bank.calendar import local_date
from bank.commissions import deadlines, engaging, standing
from bank.commissions.answering import finding_of
from bank.deposits.latest import latest_deposits
from bank.deposits.tables import Deposit
from bank.parties.tables import User
from bank.projects.tables import Project
from valuation.agencies.tables import AgencyKind
from valuation.appraisals.appraising import of_commission
from valuation.commissions.lifecycle import Act, QuoteStage, Stage
from valuation.commissions.tables import Commission, Due, Quote, Reminder
from web.filters import day
from web.timelines import Step

KIND_WORDS: Final = {
    AgencyKind.APPRAISAL: lambda: _("Appraisal"),
    AgencyKind.PLANNING: lambda: _("Project plan"),
    AgencyKind.FINANCE: lambda: _("Financing"),
}


def subjects(session: Session, commissions: Iterable[Commission]) -> dict[UUID, str]:
    """What each commission is about: its kind, with the land's or the project's name."""
    found = list(commissions)
    deposits = latest_deposits(
        session, {each.asset_id for commission in found for each in commission.assets}
    )
    return {each.id: _subject(session, each, deposits) for each in found}


def subject(session: Session, commission: Commission) -> str:
    """The same of one commission."""
    return subjects(session, [commission])[commission.id]


def _subject(session: Session, commission: Commission, deposits: dict[UUID, Deposit]) -> str:
    kind = str(KIND_WORDS[commission.kind]())
    names = [
        deposits[asset_id].asset.name
        for asset_id in standing.assets_of(commission)
        if asset_id in deposits
    ]
    if commission.project_id is not None:
        names = [session.get_one(Project, commission.project_id).name]
    if not names:
        return kind
    if len(names) == 1:
        return str(_("%(kind)s: %(name)s", kind=kind, name=names[0]))
    return str(
        _("%(kind)s: %(name)s and %(more)s more", kind=kind, name=names[0], more=len(names) - 1)
    )


def next_step(commission: Commission, at: datetime) -> str:
    """Where it stands, what comes next, and by when, in a sentence."""
    offers = sum(quote.stage is QuoteStage.OFFERED for quote in commission.quotes)
    match commission.stage:
        case Stage.REQUESTED:
            return str(_("Agencies quote by %(day)s.", day=day(commission.quote_by)))
        case Stage.QUOTED:
            return str(
                _("%(count)s quotes are here. One is chosen by %(day)s.", count=offers,
                  day=day(deadlines.choose_by(commission)))
            )  # fmt: skip
        case Stage.ENGAGED if deadlines.is_overdue(commission, at=at):
            return str(_("Overdue: it was to be done by %(day)s.", day=day(commission.deliver_by)))
        case Stage.ENGAGED if commission.deliver_by is not None:
            return str(_("The agency is at work until %(day)s.", day=day(commission.deliver_by)))
        case Stage.ENGAGED:
            return str(_("The agency is at work."))
        case Stage.DELIVERED:
            until = day(deadlines.answer_on(commission))
            return str(
                _("The result is here. Accept or dispute it by %(day)s; silence is taken as"
                  " acceptance.", day=until)
            )  # fmt: skip
        case _:
            return _ended(commission.stage)


def _ended(stage: Stage) -> str:
    words = {
        Stage.DISPUTED: _("The result is disputed. The county's panel decides."),
        Stage.ACCEPTED: _("The result is accepted, and the agency is paid."),
        Stage.OVERTURNED: _("The panel has overturned the result; the fee went back."),
        Stage.WITHDRAWN: _("It was called off."),
        Stage.LAPSED: _("It ended by itself: nothing was chosen in time."),
    }
    return str(words[stage])


def reminder_words(reminder: Reminder, name: str) -> str:
    """What is due, of which commission, by when."""
    words = {
        Due.QUOTE: _("Quote for it by %(day)s.", day=day(reminder.day)),
        Due.CHOICE: _("Choose an agency by %(day)s.", day=day(reminder.day)),
        Due.DELIVERY: _("The work is to be delivered by %(day)s.", day=day(reminder.day)),
        Due.OVERDUE: _("The work was to be delivered by %(day)s.", day=day(reminder.day)),
        Due.ANSWER: _(
            "Accept or dispute the result by %(day)s; silence is taken as acceptance.",
            day=day(reminder.day),
        ),
    }
    return f"{name} · {words[reminder.due]}"


# -- the time line ---------------------------------------------------------------------------------


def timeline(
    session: Session, commission: Commission, quotes: Sequence[Quote], *, at: datetime
) -> list[Step]:
    """The commission's whole way; of quotes, only those that the reader may see."""
    done = [_begun(session, commission)]
    done += [step for quote in quotes if (step := _quoted(quote))]
    done += _choice(session, commission)
    done += _work(session, commission)
    done += _answers(session, commission)
    done.sort(key=lambda step: step.at or at)  # what happened at one moment stays in this order
    return [*done, *_coming(commission, at)]


def _begun(session: Session, commission: Commission) -> Step:
    asked = commission.quotes
    title = _("Agencies asked for a quote") if asked else _("Asked for")
    text = _("Agencies asked: %(count)s.", count=len(asked)) if asked else None
    by = session.get(User, commission.requested_by)
    return _done(title, commission.requested_at, by=by.name if by else None, text=text)


def _done(title: str, moment: datetime, *, by: str | None = None, text: str | None = None) -> Step:
    return Step(str(title), "done", on=local_date(moment), by=by, text=text, at=moment)


def _quoted(quote: Quote) -> Step | None:
    if quote.answered_at is None:
        return None
    declined = quote.stage is QuoteStage.DECLINED
    title = _("Declined to quote") if declined else _("Quote given")
    return _done(title, quote.answered_at, by=quote.agency.name)


def _choice(session: Session, commission: Commission) -> list[Step]:
    steps = []
    vote = engaging.vote_of(session, commission)
    if vote is not None:
        text = _(
            "%(favour)s of %(members)s in favour, %(present)s took part",
            favour=vote.in_favour, members=vote.members, present=vote.present,
        )  # fmt: skip
        steps.append(_done(_("The members voted on the choice"), vote.recorded_at, text=text))
    if commission.engaged_at is not None and commission.agency is not None:
        title = _("Contract made, fee put aside") if commission.fee_fen else _("Agency engaged")
        steps.append(_done(title, commission.engaged_at, by=commission.agency.name))
    return steps


def _work(session: Session, commission: Commission) -> list[Step]:
    steps = []
    for visit in commission.visits:
        by = session.get(User, visit.recorded_by)
        title = _("The place was visited on %(day)s", day=day(visit.visited_on))
        steps.append(_done(title, visit.recorded_at, by=by.name if by else None))
    for appraisal in of_commission(session, commission.id):
        if appraisal.issued_at is not None:
            names = "、".join(signature.name for signature in appraisal.signatures)
            steps.append(_done(_("Appraisal issued"), appraisal.issued_at, by=names))
    if commission.delivered_at is not None:
        agency = commission.agency.name if commission.agency else None
        steps.append(_done(_("Result delivered"), commission.delivered_at, by=agency))
    return steps


def _answers(session: Session, commission: Commission) -> list[Step]:
    finding = finding_of(session, commission)
    steps = []
    for row in acts.history(session, commission):
        by = row.actor.name if row.actor else str(_("the bank's clock"))
        match row.act:
            case Act.ACCEPT if row.actor is None:
                text = _("Nobody answered in time; silence is taken as acceptance.")
                steps.append(_done(_("Result accepted"), row.at, by=by, text=text))
            case Act.ACCEPT:
                steps.append(_done(_("Result accepted"), row.at, by=by))
            case Act.DISPUTE:
                steps.append(_done(_("Result disputed"), row.at, by=by, text=row.reason))
            case Act.UPHOLD if finding is not None:
                title = _("The panel upheld the result")
                steps.append(_done(title, row.at, by=finding.members, text=finding.reason))
            case Act.OVERTURN if finding is not None:
                title = _("The panel overturned the result")
                steps.append(_done(title, row.at, by=finding.members, text=finding.reason))
            case Act.WITHDRAW:
                steps.append(_stopped(_("Called off"), row, by))
            case Act.LAPSE:
                steps.append(_stopped(_("Ended by itself: nothing was chosen in time"), row, by))
    return steps


def _stopped(title: str, row: acts.Act, by: str) -> Step:
    on = local_date(row.at)
    return Step(str(title), "stopped", on=on, by=by, text=row.reason or None, at=row.at)


def _coming(commission: Commission, at: datetime) -> list[Step]:
    """What is being done now and by when, and what then follows."""
    work, answer = _now_work(commission, at), _now_answer(commission)
    paid = Step(str(_("The agency is paid, and can be rated")), "ahead")
    match commission.stage:
        case Stage.REQUESTED | Stage.QUOTED:
            ahead = [_ahead(work), _ahead(answer), paid]
            if commission.stage is Stage.REQUESTED:
                now = Step(str(_("Agencies quote")), "now", due=commission.quote_by)
                return [now, Step(str(_("One quote is chosen")), "ahead"), *ahead]
            return [_now_choice(commission, at), *ahead]
        case Stage.ENGAGED:
            return [work, _ahead(answer), paid]
        case Stage.DELIVERED:
            return [answer, paid]
        case Stage.DISPUTED:
            text = str(
                _("Until then its values do not count, and the fee stays where it is."
                  " A second opinion helps the panel.")
            )  # fmt: skip
            return [Step(str(_("The county's panel decides")), "now", text=text)]
        case _:
            return []


def _ahead(step: Step) -> Step:
    return Step(step.title, "ahead")


def _now_choice(commission: Commission, at: datetime) -> Step:
    more = commission.quote_by is not None and local_date(at) <= commission.quote_by
    text = _("More quotes may come until %(day)s.", day=day(commission.quote_by)) if more else None
    due = deadlines.choose_by(commission)
    return Step(str(_("One quote is chosen")), "now", text=text, due=due)


def _now_work(commission: Commission, at: datetime) -> Step:
    titles = {
        AgencyKind.APPRAISAL: _("The agency visits the place and appraises it"),
        AgencyKind.PLANNING: _("The agency makes the plan"),
        AgencyKind.FINANCE: _("The agency works out the financing"),
    }
    text = None
    if deadlines.is_overdue(commission, at=at):
        text = str(_("It is overdue. The client may call it off and has the fee back."))
    return Step(str(titles[commission.kind]), "now", text=text, due=commission.deliver_by)


def _now_answer(commission: Commission) -> Step:
    text = str(_("Silence until then is taken as acceptance."))
    due = deadlines.answer_on(commission)
    return Step(str(_("The client accepts or disputes the result")), "now", text=text, due=due)
