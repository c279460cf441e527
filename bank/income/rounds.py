"""Dividend rounds: reserves first, then by shares to the fen, shown, confirmed by two, and paid."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank import accounts, keys
from bank.acts import move, note
from bank.authority import require_county_officer, require_disinterested
from bank.calendar import local_date, notice_ends
from bank.income.lifecycle import ROUND_LIFECYCLE, RoundAct, RoundStage
from bank.income.refusals import (
    IncomeChanged,
    NoShareholders,
    NothingEarned,
    NoticeNotOver,
    NotOperating,
    OverrideMissing,
    RoundOpen,
    WrongRate,
)
from bank.income.tables import Round, RoundLine
from bank.lifecycle import after
from bank.numbers import next_number
from bank.parties.tables import Party
from bank.projects.interest import interested
from bank.projects.lifecycle import Stage as ProjectStage
from bank.projects.reviewing import get_project
from bank.projects.tables import Project
from bank.refusals import NoSuchRecord, SameOfficer
from bank.rules import ratio, rule, whole
from bank.split import largest_remainder
from database.actor import Actor
from database.rows import find_row
from ledger import journal
from ledger.model import Posting, Transfer

FINISHED = frozenset({RoundStage.PAID, RoundStage.CANCELLED})


def open_round(
    session: Session,
    project_id: UUID,
    *,
    reserve_rate: Decimal,
    override_reason: str,
    officer: Actor,
    at: datetime,
    key: str,
) -> Round:
    """Open a round over all received income, compute who gets what, and put the plan on display.

    Reserves are `reserve_rate` of the income, rounded up to the fen; the rest is split by shares
    held at this moment (the record date), by largest remainder. Refuses: NotAnOfficer,
    OwnBusiness, KeyReused, NotOperating, RoundOpen, WrongRate, NothingEarned, NoShareholders,
    OverrideMissing.
    """
    project = get_project(session, project_id, lock=True)
    require_county_officer(officer)
    require_disinterested(officer, filed_by=None, parties=interested(session, project))
    body = {"project": project_id, "rate": str(reserve_rate), "reason": override_reason}
    if first := keys.earlier(session, key, "rounds.open", **body):
        return get_round(session, first)
    if project.stage is not ProjectStage.OPERATING:
        raise NotOperating("the project is not operating", stage=project.stage.value)
    _refuse_second(session, project)
    least = ratio("reserve.minimum", local_date(at))
    if not least <= reserve_rate <= 1:
        raise WrongRate(
            "reserves are below the minimum",
            field="reserve_rate",
            minimum=str(least),
            source=rule("reserve.minimum", local_date(at)).source,
        )
    income_fen = journal.balance(session, accounts.income(project.number), accounts.CNY)
    if income_fen <= 0:
        raise NothingEarned("no income has been received", field="reserve_rate")
    reserve_fen = int((income_fen * reserve_rate).to_integral_value(ROUND_CEILING))
    holders = shareholders(session, project)
    limit = whole("offering.holders", local_date(at))
    if len(holders) > limit and not override_reason.strip():
        raise OverrideMissing("too many holders", field="override_reason", limit=limit)

    amounts = largest_remainder(income_fen - reserve_fen, [shares for _, shares in holders])
    round_ = Round(
        number=next_number(session, "F", at),
        project_id=project.id,
        stage=RoundStage.OPENED,
        income_fen=income_fen,
        reserve_fen=reserve_fen,
        shares=sum(shares for _, shares in holders),
        record_at=at,
        opened_by=officer.id,
        override_reason=override_reason.strip(),
        lines=[
            RoundLine(party_id=party.id, shares=shares, amount_fen=amount)
            for (party, shares), amount in zip(holders, amounts, strict=True)
        ],
    )
    session.add(round_)
    session.flush()
    note(session, round_, RoundAct.OPEN, actor=officer, at=at)
    move(session, round_, ROUND_LIFECYCLE, RoundAct.COMPUTE, actor=officer, at=at)
    move(session, round_, ROUND_LIFECYCLE, RoundAct.NOTICE, actor=officer, at=at)
    round_.notice_from = at
    round_.notice_until = notice_ends(at, whole("round.notice.days", local_date(at)))
    keys.settle(session, key, round_.id)
    return round_


def shareholders(session: Session, project: Project) -> list[tuple[Party, int]]:
    """Who holds how many shares of the project now, in the order of party numbers.

    Refuses: NoShareholders.
    """
    held = {
        balance.account: balance.quantity
        for balance in journal.holders(
            session, accounts.share(project.number), account_prefix=accounts.PARTIES
        )
    }
    if not held:
        raise NoShareholders("the project has no shareholders", project=project.number)
    numbers = [account.split(":")[1] for account in held]
    parties = session.scalars(select(Party).where(Party.number.in_(numbers)).order_by(Party.number))
    return [(party, held[accounts.shares(party.number)]) for party in parties]


def confirm(session: Session, round_id: UUID, *, officer: Actor, at: datetime, key: str) -> Round:
    """The second officer confirms the plan once its display is over, and it is paid at once.

    Refuses: NotAnOfficer, SameOfficer, OwnBusiness, KeyReused, IllegalMove, NoticeNotOver,
    IncomeChanged, Overdrawn.
    """
    round_ = get_round(session, round_id, lock=True)
    require_county_officer(officer)
    if officer.id == round_.opened_by:
        raise SameOfficer("two officers confirm a round", round=round_.number)
    parties = {line.party_id for line in round_.lines} | interested(session, round_.project)
    require_disinterested(officer, filed_by=None, parties=parties)
    if keys.earlier(session, key, "rounds.confirm", round=round_id, officer=officer.id):
        return round_
    after(ROUND_LIFECYCLE, round_.stage, RoundAct.CONFIRM)
    if round_.notice_until is None or at < round_.notice_until:
        until = round_.notice_until.isoformat() if round_.notice_until else ""
        raise NoticeNotOver("the plan is still on display", until=until)
    now_held = {party.id: shares for party, shares in shareholders(session, round_.project)}
    if now_held != {line.party_id: line.shares for line in round_.lines}:
        raise IncomeChanged("the holders changed", round=round_.number)

    move(session, round_, ROUND_LIFECYCLE, RoundAct.CONFIRM, actor=officer, at=at)
    round_.confirmed_by = officer.id
    _pay(session, round_, at=at)
    move(session, round_, ROUND_LIFECYCLE, RoundAct.PAY, actor=officer, at=at)
    round_.paid_at = at
    keys.settle(session, key, round_.id)
    return round_


def _pay(session: Session, round_: Round, *, at: datetime) -> None:
    project = round_.project
    source, reserve = accounts.income(project.number), accounts.reserve(project.number)
    targets = [(reserve, round_.reserve_fen)]
    targets += [(accounts.cash(line.party.number), line.amount_fen) for line in round_.lines]
    postings = []
    for target, amount_fen in targets:
        if amount_fen:
            journal.open_account(session, target, at=at)
            postings.append(
                Posting(source=source, target=target, unit=accounts.CNY, quantity=amount_fen)
            )
    journal.post(
        session,
        Transfer(
            key=f"round:{round_.number}",
            kind="dividend",
            occurred_at=at,
            reference=f"round:{round_.number}",
            memo=project.name,
            postings=tuple(postings),
        ),
        at=at,
    )


def cancel(session: Session, round_id: UUID, *, reason: str, officer: Actor, at: datetime) -> Round:
    """End a round that is not confirmed. Refuses: NotAnOfficer, OwnBusiness, IllegalMove."""
    round_ = get_round(session, round_id, lock=True)
    require_county_officer(officer)
    parties = {line.party_id for line in round_.lines} | interested(session, round_.project)
    require_disinterested(officer, filed_by=None, parties=parties)
    move(session, round_, ROUND_LIFECYCLE, RoundAct.CANCEL, actor=officer, at=at, reason=reason)
    return round_


def _refuse_second(session: Session, project: Project) -> None:
    number = session.scalar(
        select(Round.number).where(Round.project_id == project.id, Round.stage.not_in(FINISHED))
    )
    if number:
        raise RoundOpen("finish the open round first", round=number)


def get_round(session: Session, round_id: UUID, *, lock: bool = False) -> Round:
    """The round of this id, its row locked if asked. Refuses: NoSuchRecord."""
    round_ = find_row(session, Round, round_id, lock=lock)
    if round_ is None:
        raise NoSuchRecord("no such round")
    return round_
