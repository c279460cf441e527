"""What a township officer sees of one deposit: its papers, the rule beside the vote, the gates."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import get_locale, lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.calendar import grace_ends
from bank.deposits import correcting, queues, reappraising
from bank.deposits.checking import require_deciding_officer
from bank.deposits.lifecycle import LIFECYCLE, Act, Stage
from bank.deposits.queues import Gate, GateState
from bank.deposits.tables import Consent, ConsentKind, Decision, Deposit
from bank.land.polygons import outline_svg_path
from bank.noticeboard import last_day
from bank.rules import fraction, rule, whole
from bank.rules.consent import least
from database.actor import Actor
from database.refusals import Refusal
from valuation.appraisals.tables import Appraisal
from valuation.commissions.tables import Commission
from web import sensitivity_words
from web.appraisal_words import how_valued
from web.cards import area_of, place_name, stage_words
from web.clock import now, today
from web.filters import day
from web.labels import label
from web.parcel_words import parcel_words, shape_history
from web.refusal_texts import refusal_text
from web.timelines import Step, deposit_timeline
from web.zone_words import in_page_order, shown, told


def described(session: Session, deposit: Deposit, officer: Actor) -> dict[str, Any]:
    """All that the page shows of the deposit, but the forms."""
    parcel = deposit.asset.parcel
    gates = queues.gates(session, deposit, at=now())
    appraisals = _appraisals(session, deposit)
    storable = deposit.stage is Stage.CLEARED and all(state.holds for state in gates)
    return {
        "deposit": deposit,
        "standing": stage_words(deposit, now()),
        "outline": outline_svg_path(parcel.wkb) if parcel else None,
        "told": parcel_words(session, parcel) if parcel else None,
        "shapes": shape_history(session, parcel, office=True) if parcel else [],
        "may_correct": parcel is not None and correcting.may_correct(deposit),
        "area_dm2": area_of(deposit),
        "place": place_name(deposit.asset.division),
        "files": _files(deposit),
        "consent_files": _consent_files(deposit),
        "vote": _vote(deposit.consent),
        "land": _land(session, deposit),
        "timeline": _done(session, deposit),
        "appraisals": appraisals,
        "sensitivities": {each.id: sensitivity_words.of_appraisal(each) for each in appraisals},
        "how_valued": how_valued,
        "commissions": _commissions(session, deposit),
        "gates": [_gate(state) for state in gates],
        "grace_until": _grace_until(deposit),
        "barred": _barred(deposit, officer),
        "may": {act.name: (deposit.stage, act) in LIFECYCLE for act in Act},
        "may_pass": deposit.stage is Stage.SUBMITTED,
        "may_clear": deposit.stage is Stage.ON_NOTICE and _notice_over(gates),
        "storable": storable,
        "reappraisal": _reappraisal(session, deposit),
        "last_day": last_day(deposit.notice_until) if deposit.notice_until else None,
        "Stage": Stage,
        "Decision": Decision,
    }


def _grace_until(deposit: Deposit) -> Any:
    """Until when the owner may take it back, while that is still ahead."""
    if deposit.stage is not Stage.SUBMITTED or deposit.submitted_at is None:
        return None
    ends = grace_ends(deposit.submitted_at)
    return ends if now() < ends else None


def _barred(deposit: Deposit, officer: Actor) -> str | None:
    """Why this officer may not decide on this deposit at all."""
    try:
        require_deciding_officer(deposit, officer)
    except Refusal as refusal:
        return refusal_text(refusal)
    return None


def _reappraisal(session: Session, deposit: Deposit) -> str | None:
    """Why the appraisal of what is in the bank is to be made anew now; None while it is not."""
    if deposit.stage not in reappraising.REAPPRAISED or reappraising.under_way(session, deposit):
        return None
    until = reappraising.valid_until(session, deposit)
    if until is None or until < today():
        return str(_("The appraisal has expired: it can be neither ordered nor collected."))
    if until >= reappraising.renewed_before(today()):
        return None
    return str(_("The appraisal expires on %(day)s.", day=day(until)))


def _notice_over(gates: list[GateState]) -> bool:
    wanted = {Gate.NOTICE, Gate.OBJECTIONS}
    return all(state.holds for state in gates if state.gate in wanted)


def _files(deposit: Deposit) -> list[dict[str, Any]]:
    return [
        {
            "name": evidence.document.title or evidence.document.name,
            "url": url_for("documents.show", document_id=evidence.document_id),
            "kind": str(label(evidence.kind)),
            "size": evidence.document.size,
            "on": evidence.added_at,
        }
        for evidence in deposit.asset.evidence
    ]


def _consent_files(deposit: Deposit) -> list[dict[str, Any]]:
    if deposit.consent is None:
        return []
    document = deposit.consent.document
    return [
        {
            "name": document.title or document.name,
            "url": url_for("documents.show", document_id=document.id),
            "kind": str(label(deposit.consent.kind)),
            "size": document.size,
            "on": deposit.consent.held_on,
        }
    ]


def _done(session: Session, deposit: Deposit) -> list[Step]:
    steps = deposit_timeline(session, deposit, at=now())
    return [step for step in steps if step.state in ("done", "stopped")]


def _appraisals(session: Session, deposit: Deposit) -> list[Appraisal]:
    return list(
        session.scalars(
            select(Appraisal)
            .where(Appraisal.asset_id == deposit.asset_id, Appraisal.issued_at.is_not(None))
            .order_by(Appraisal.issued_at.desc(), Appraisal.id.desc())
        )
    )


def _commissions(session: Session, deposit: Deposit) -> list[Commission]:
    return list(
        session.scalars(
            select(Commission)
            .where(Commission.of(deposit.asset_id), Commission.engaged_at.is_not(None))
            .order_by(Commission.engaged_at.desc())
        )
    )


# -- the vote beside the rule ---------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """One demand of the rule on a vote: what was needed, what there was, and whether it is met."""

    what: str
    needed: str
    got: str
    holds: bool
    source: str


def _vote(consent: Consent | None) -> list[Counted]:
    """The arithmetic of a collective's vote; nothing for a household's agreement."""
    if consent is None or consent.members is None:
        return []
    on, members = consent.held_on, consent.members
    present, in_favour = consent.present or 0, consent.in_favour or 0
    if consent.kind is ConsentKind.MEMBERS:
        body = "consent.meeting"
        rows = [_part(f"{body}.attendance", str(_("Present")), present, members, on)]
    else:
        body = "consent.representatives"
        fewest = rule(f"{body}.minimum", on)
        needed = whole(fewest.name, on)
        words = str(_("Representatives"))
        rows = [Counted(words, f"≥ {needed}", str(members), members >= needed, _cited(fewest.name,
                        on))]  # fmt: skip
    rows.append(_part(f"{body}.in_favour", str(_("In favour")), in_favour, members, on))
    if consent.notice_given_on is not None:
        rows.append(_called(f"{body}.notice_days", on, consent.notice_given_on))
    return rows


def _part(name: str, what: str, got: int, members: int, on: date) -> Counted:
    part = fraction(name, on)
    needed = least(part, members)
    words = str(
        _("%(part)s of %(members)s = %(needed)s", part=part, members=members, needed=needed)
    )
    return Counted(what, words, str(got), got >= needed, _cited(name, on))


def _called(name: str, on: date, given_on: date) -> Counted:
    needed, given = whole(name, on), (on - given_on) // timedelta(days=1)
    return Counted(
        str(_("Called beforehand")),
        str(_("at least %(days)s days", days=needed)),
        str(_("%(days)s days, on %(day)s", days=given, day=day(given_on))),
        given >= needed,
        _cited(name, on),
    )


def _cited(name: str, on: date) -> str:
    return rule(name, on).citation(str(get_locale()))


# -- the land check and the gates -----------------------------------------------------------------


def _land(session: Session, deposit: Deposit) -> list[dict[str, Any]]:
    """What each layer said when it was asked last; before the notice, what it says now."""
    if deposit.land_checks:
        return [told(kept) for kept in in_page_order(deposit.land_checks)]
    return [
        shown(
            each.layer, each.result, each.area_dm2,
            on=now(), share_ppm=each.share_ppm, zone_name=each.zone_name, effect=each.effect,
            valid_from=each.valid_from, other_code=each.other_code or "",
        )
        for each in queues.land_answers(session, deposit, at=now())
    ]  # fmt: skip


def _gate(state: GateState) -> dict[str, Any]:
    """A gate as a task: done, or waiting for what."""
    words = {
        Gate.EVIDENCE: (_("Certificate on file"), _("The owner has to add the certificate.")),
        Gate.CONSENT: (_("Consent on file"), _("The owner has to add the consent.")),
        Gate.RIGHT: (_("The right has not ended"), _("The owner has to renew the right.")),
        Gate.NOTICE: (_("The notice is over"), _("It runs to the end of its last day.")),
        Gate.OBJECTIONS: (_("No objection is open"), _("Decide the objection first.")),
        Gate.LAND: (_("Nothing in the land check forbids it"), _("The land check forbids it.")),
        Gate.APPRAISAL: (_("An appraisal is in force"), _("The agency has to deliver it.")),
        Gate.DIVERGENCE: (
            _("No two appraisals differ too much"),
            _("The county has to settle which of them counts."),
        ),
    }
    title, waits_for = words[state.gate]
    hint = None
    if state.holds and state.day and state.gate in (Gate.RIGHT, Gate.APPRAISAL):
        hint = _("Good until %(day)s", day=day(state.day))
    if state.unknown:
        hint = _("%(number)s layers were not checked.", number=state.unknown)
    return {
        "title": str(title),
        "state": "done" if state.holds else "waiting",
        "state_text": str(_("holds")) if state.holds else str(_("waiting")),
        "hint": str(hint) if hint else None if state.holds else str(waits_for),
    }
