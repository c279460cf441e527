"""Time lines: what was done to a record and by whom, what is being done, and what lies ahead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import acts
from bank.acts import Act as Row
from bank.calendar import grace_ends, local_date
from bank.deposits.lifecycle import Act, Stage
from bank.deposits.tables import Decision, Deposit
from bank.rules import whole
from bank.withdrawals import lifecycle as withdrawals
from bank.withdrawals.tables import Withdrawal
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions.tables import Commission

SHOWN_AS_ONE = frozenset({Act.CHECK, Act.CONSENT})
"""The township's check, its look at the consent and the posting of the notice are one act."""
ISSUED = (AppraisalStage.ISSUED, AppraisalStage.SUPERSEDED)


@dataclass(frozen=True)
class Step:
    """One step as the macro `ui.timeline` shows it; `at` only sorts."""

    title: str
    state: Literal["done", "now", "ahead", "stopped"]
    on: date | None = None
    by: str | None = None
    text: str | None = None
    due: date | None = None
    at: datetime | None = None


def deposit_timeline(session: Session, deposit: Deposit, *, at: datetime) -> list[Step]:
    """The deposit's whole way: acts with their dates and names, now, and ahead in order."""
    rows = acts.history(session, deposit)
    done = _issued_steps(session, deposit)
    done += [step for row in rows if (step := _act_step(row))]
    done += _commission_steps(session, deposit)
    done.sort(key=lambda step: step.at or at)  # what happened at one moment stays in this order
    return [*done, *_coming(deposit, at)]


def _act_step(row: Row) -> Step | None:
    act = Act(row.act)
    if act in SHOWN_AS_ONE:
        return None
    title, text = _act_words(act, row.reason)
    return Step(
        title=str(title),
        state="stopped" if act in (Act.REFUSE, Act.SEND_BACK) else "done",
        on=local_date(row.at),
        by=row.actor.name if row.actor else str(_("the bank's clock")),
        text=text,
        at=row.at,
    )


def _act_words(act: Act, reason: str) -> tuple[str, str | None]:
    words: dict[Act, str] = {
        Act.BEGIN: _("Application begun"),
        Act.SUBMIT: _("Application handed in"),
        Act.TAKE_BACK: _("Application taken back"),
        Act.SEND_BACK: _("Sent back to be mended"),
        Act.REFUSE: _("Refused"),
        Act.POST: _("Papers checked, public notice begun"),
        Act.CLEAR: _("Notice over, nothing stands against it"),
        Act.STORE: _("Stored in the bank"),
        Act.REVALUE: _("A newer appraisal counts"),
        Act.RESERVE: _("Reserved by an investor"),
        Act.RELEASE: _("Free again"),
        Act.FREEZE: _("Frozen for a lender"),
        Act.COLLECT: _("Gone into a project"),
        Act.COLLECT_PART: _("A part has gone into a project, as a deposit of its own"),
        Act.RETURN: _("Returned to its owner"),
    }
    told = act in (Act.SEND_BACK, Act.REFUSE) and reason
    return words[act], str(_("The reason: %(reason)s", reason=reason)) if told else None


def _commission_steps(session: Session, deposit: Deposit) -> list[Step]:
    commissions = session.scalars(
        select(Commission).where(
            Commission.of(deposit.asset_id), Commission.engaged_at.is_not(None)
        )
    )
    return [
        Step(
            title=str(_("Appraisal commissioned")),
            state="done",
            on=local_date(commission.engaged_at),
            by=commission.agency.name,
            at=commission.engaged_at,
        )
        for commission in commissions
        if commission.agency is not None and commission.engaged_at is not None
    ]


def _issued_steps(session: Session, deposit: Deposit) -> list[Step]:
    steps = []
    for appraisal in appraisals_of(session, deposit):
        if appraisal.issued_at is None:
            continue
        names = "、".join(signature.name for signature in appraisal.signatures)
        steps.append(
            Step(
                title=str(_("Appraisal issued")),
                state="done",
                on=local_date(appraisal.issued_at),
                by=f"{appraisal.commission.engaged.name} · {names}",
                at=appraisal.issued_at,
            )
        )
    return steps


def appraisals_of(session: Session, deposit: Deposit) -> list[Appraisal]:
    """The appraisals of the deposit's asset that were issued, the latest first."""
    return list(
        session.scalars(
            select(Appraisal)
            .where(Appraisal.asset_id == deposit.asset_id, Appraisal.stage.in_(ISSUED))
            .order_by(Appraisal.issued_at.desc(), Appraisal.id.desc())
        )
    )


def _coming(deposit: Deposit, at: datetime) -> list[Step]:
    """What is being done now, and what then follows until the land is at work."""
    ahead = [
        Step(title=str(_("The township checks the papers")), state="ahead"),
        Step(
            title=str(_("Public notice")),
            state="ahead",
            text=str(
                _(
                    "%(days)s days, so that anyone can object.",
                    days=whole("notice.deposit.days", local_date(at)),
                )
            ),
        ),
        Step(
            title=str(_("Appraisal and storage")),
            state="ahead",
            text=str(_("An agency appraises it; you then get your deposit certificate.")),
        ),
        Step(title=str(_("An investor takes it into a project")), state="ahead"),
    ]
    now = _now(deposit, at)
    begin = {
        Stage.DRAFT: 0,
        Stage.SUBMITTED: 1,
        Stage.CHECKED: 1,
        Stage.CONSENTED: 1,
        Stage.ON_NOTICE: 2,
        Stage.CLEARED: 3,
        Stage.STORED: 4,
        Stage.PLEDGED: 3,
    }.get(deposit.stage, len(ahead))
    return ([now] if now else []) + ahead[begin:]


def _now(deposit: Deposit, at: datetime) -> Step | None:
    title: str
    text: str | None
    match deposit.stage:
        case Stage.DRAFT:
            title, text = _("You fill in the application"), _("Nobody sees it before you submit.")
        case Stage.SUBMITTED | Stage.CHECKED | Stage.CONSENTED:
            return _checking(deposit, at)
        case Stage.ON_NOTICE:
            return _notice(deposit, at)
        case Stage.CLEARED:
            title = _("Waiting to be stored")
            text = _("The township stores it as soon as the appraisal is in force.")
        case Stage.STORED:
            title = _("In the catalogue, waiting for an investor")
            text = _("You can ask for it back at any time until an investor has reserved it.")
        case Stage.RESERVED:
            title = _("The investor's project is being reviewed")
            text = _("Nothing leaves the bank before two county officers have confirmed it.")
        case Stage.PLEDGED:
            title, text = _("Frozen for a lender"), None
        case Stage.COLLECTED:
            title = _("At work in the project")
            text = _("What it earns for you is under My money.")
        case _:
            return None
    return Step(title=str(title), state="now", text=str(text) if text else None)


def _checking(deposit: Deposit, at: datetime) -> Step:
    grace = deposit.submitted_at and at < grace_ends(deposit.submitted_at)
    text = (
        _("First you have some minutes to take it back.")
        if grace
        else _("You will read here if something has to be mended.")
    )
    return Step(title=str(_("The township checks the papers")), state="now", text=str(text))


def _notice(deposit: Deposit, at: datetime) -> Step:
    waiting = [o for o in deposit.objections if o.decision is Decision.OPEN]
    if waiting:
        text = _("The township has to answer %(number)s first.", number=waiting[0].number)
    elif deposit.notice_until and at >= deposit.notice_until:
        text = _("Its days are over; the township will close it.")
    else:
        text = _("Anyone can object until its last day. The appraisal is made meanwhile.")
    # The notice ends as the day after its last day begins.
    last = local_date(deposit.notice_until) - timedelta(days=1) if deposit.notice_until else None
    return Step(title=str(_("Public notice")), state="now", text=str(text), due=last)


def withdrawal_timeline(session: Session, withdrawal: Withdrawal, *, at: datetime) -> list[Step]:
    """A withdrawal's way from the request over two officers to the end."""
    words: dict[str, str] = {
        "request": _("Asked for"),
        "take_back": _("Taken back"),
        "check": _("Checked by the first officer"),
        "confirm": _("Confirmed by the second officer"),
        "execute": _("Carried out"),
        "refuse": _("Refused"),
    }
    steps = [
        Step(
            title=str(words[row.act]),
            state="stopped" if row.act == "refuse" else "done",
            on=local_date(row.at),
            by=row.actor.name if row.actor else None,
            text=row.reason or None,
        )
        for row in acts.history(session, withdrawal)
    ]
    check = str(_("A first county officer checks it"))
    confirm = str(_("A second county officer confirms it, and it is carried out at once"))
    if withdrawal.stage is withdrawals.Stage.REQUESTED:
        grace = at < grace_ends(withdrawal.requested_at)
        text = str(_("First you have some minutes to take it back.")) if grace else None
        steps += [Step(check, "now", text=text), Step(confirm, "ahead")]
    elif withdrawal.stage is withdrawals.Stage.CHECKED:
        steps.append(Step(confirm, "now"))
    return steps
