"""The other questions of an application, one a page: papers, payment, terms and consent."""

from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from bank.assets.tables import AssetKind, EvidenceKind
from bank.deposits import drafting, submission
from bank.deposits.refusals import EvidenceMissing
from bank.deposits.tables import ConsentKind, ConstructionUse, Deposit, StorageMode
from bank.files.documents import keep
from bank.files.kinds import PAPERS, PICTURES
from bank.files.tables import Document, Visibility
from bank.money import format_yuan, parse_yuan
from bank.parties.tables import PartyKind
from bank.rules import Rule, flag, fraction, term_cap, whole
from web.clock import now, today
from web.forms import acting, page, submitting
from web.pages.owner_blueprint import (
    bp,
    frame_of,
    of_draft,
    onward,
    origin,
    own_deposit,
    told_if_lapsed,
)
from web.pages.owner_forms import (
    ConsentForm,
    EvidenceForm,
    HouseholdForm,
    ModeForm,
    TermsForm,
    VoteForm,
    given,
)
from web.permissions import actor, depositor_required
from web.refusal_texts import refusal_text

UPLOADS: Final = (
    ("certificate", EvidenceKind.CERTIFICATE, PAPERS),
    ("photos", EvidenceKind.PHOTO, PICTURES),
    ("others", EvidenceKind.OTHER, PAPERS),
)
"""Field of the form, what such a file proves, and which kinds of file are taken."""


@bp.route("/<uuid:deposit_id>/evidence", methods=["GET", "POST"])
@depositor_required
@of_draft
def evidence(deposit: Deposit) -> ResponseReturnValue:
    """Ask for the certificate, photos and other papers; files that were given stay listed."""
    form = EvidenceForm()
    if form.sent():
        uploads = [
            (name, kind, accept, upload)
            for name, kind, accept in UPLOADS
            for upload in form[name].data or []
        ]
        going_on = "more" not in request.form
        if going_on and not uploads and "evidence" in submission.missing(deposit):
            form.refuse(EvidenceMissing("the certificate is needed", field="certificate"))
        else:
            with submitting(form) as session:
                for name, kind, accept, upload in uploads:
                    document = _keep(session, deposit, upload, field=name, accept=accept)
                    drafting.attach(
                        session, deposit.id, kind=kind, document=document, actor=actor(), at=now()
                    )
            if form.accepted:
                return _after_evidence(deposit, going_on=going_on)
    return page(
        "owner/evidence.html",
        form,
        limit_mb=whole("file.size.maximum_mb", today()),
        **frame_of(deposit, "evidence"),
    )


def _after_evidence(deposit: Deposit, *, going_on: bool) -> ResponseReturnValue:
    lacking = "evidence" in submission.missing(deposit)
    if going_on and not lacking:
        return redirect(onward(deposit, "evidence"))
    if going_on:
        missing = EvidenceMissing("the certificate is needed", field="certificate")
        flash(refusal_text(missing), "error")
    return redirect(url_for("owner.evidence", deposit_id=deposit.id, **origin()))


def _keep(
    session: Session,
    deposit: Deposit,
    upload: FileStorage,
    *,
    field: str,
    accept: frozenset[str] = PAPERS,
) -> Document:
    return keep(
        session,
        name=upload.filename or "",
        content=upload.stream,  # type: ignore[arg-type]  # werkzeug says IO[bytes]
        accept=accept,
        actor=actor(),
        party_id=deposit.party_id,
        at=now(),
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", today()),
        field=field,
    )


@bp.post("/<uuid:deposit_id>/evidence/<uuid:evidence_id>/remove")
@depositor_required
def detach(deposit_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """Take a file out of a draft."""
    own_deposit(deposit_id)
    with acting() as session:
        drafting.detach(session, deposit_id, evidence_id=evidence_id, actor=actor())
    return redirect(url_for("owner.evidence", deposit_id=deposit_id, **origin()))


@bp.route("/<uuid:deposit_id>/mode", methods=["GET", "POST"])
@depositor_required
@of_draft
def mode(deposit: Deposit) -> ResponseReturnValue:
    """Ask how she wants to be paid; nothing is kept before the terms are given too."""
    form = ModeForm()
    if not form.is_submitted() and deposit.mode:
        form.mode.data = deposit.mode.value
    if form.sent():
        told = origin() | {"mode": form.mode.data}
        return redirect(url_for("owner.terms", deposit_id=deposit.id, **told))
    hints = {
        StorageMode.SHARE: _(
            "Your land becomes shares in the project. You get a part of what it earns each year,"
            " more in good years, less or nothing in bad ones. The land comes back at the end."
        ),
        StorageMode.LEASE: _(
            "You get a fixed rent every year, whatever the project earns."
            " The land comes back at the end."
        ),
        StorageMode.SWAP: _(
            "You give it for something of equal value, such as a flat in town."
            " A difference in value is paid in money."
        ),
    }
    return page("owner/mode.html", form, hints=hints, **frame_of(deposit, "mode"))


@bp.route("/<uuid:deposit_id>/terms", methods=["GET", "POST"])
@depositor_required
@of_draft
def terms(deposit: Deposit) -> ResponseReturnValue:
    """Ask for how long, and what the chosen mode needs besides."""
    chosen = _chosen_mode(deposit)
    if chosen is None:
        return redirect(url_for("owner.mode", deposit_id=deposit.id))
    form = TermsForm(data=_terms_given(deposit))
    form.keep_to(chosen, deposit.asset.kind)
    agreed = deposit.consent is not None
    if form.sent():
        with submitting(form) as session:
            drafting.choose_mode(
                session,
                deposit.id,
                mode=chosen,
                term_years=given(form.term_years.data),
                use=ConstructionUse(form.use.data) if "use" in form else None,
                rent_fen=parse_yuan(given(form.rent.data), field="rent")
                if "rent" in form
                else None,
                swap_wish=given(form.swap_wish.data) if "swap_wish" in form else "",
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            told_if_lapsed(deposit, agreed=agreed)
            return redirect(onward(deposit, "mode"))
    cap = _cap(deposit, chosen)
    return page(
        "owner/terms.html",
        form,
        mode=chosen,
        cap=cap,
        cap_source=cap.citation(str(get_locale())),
        use_caps=_use_caps(deposit, chosen),
        **(frame_of(deposit, "mode") | {"back": url_for("owner.mode", deposit_id=deposit.id)}),
    )


def _chosen_mode(deposit: Deposit) -> StorageMode | None:
    try:
        return StorageMode(request.args.get("mode", ""))
    except ValueError:
        return deposit.mode


def _terms_given(deposit: Deposit) -> dict[str, Any]:
    return {
        "term_years": deposit.term_years,
        "use": deposit.use.value if deposit.use else None,
        "rent": format_yuan(deposit.rent_fen) if deposit.rent_fen else None,
        "swap_wish": deposit.swap_wish,
    }


def _cap(deposit: Deposit, mode: StorageMode, use: ConstructionUse | None = None) -> Rule:
    """The cap by the right that was named, or by the kind alone while none was."""
    kind, right = deposit.asset.kind, deposit.asset.right
    if right is None:
        return term_cap(kind.value, use.value if use else None, today())
    return drafting.cap_of(kind, right, mode, use, today())


def _use_caps(deposit: Deposit, mode: StorageMode) -> dict[str, str]:
    if deposit.asset.kind is not AssetKind.CONSTRUCTION_LAND:
        return {}
    caps = {use: _cap(deposit, mode, use) for use in ConstructionUse}
    return {use.value: str(_("at most %(n)s years", n=cap.value)) for use, cap in caps.items()}


@bp.route("/<uuid:deposit_id>/consent", methods=["GET", "POST"])
@depositor_required
@of_draft
def consent(deposit: Deposit) -> ResponseReturnValue:
    """Ask who agreed: a household in writing, a collective by vote."""
    form = _consent_form(deposit)
    form.file_given = deposit.consent is not None
    if form.sent():
        with submitting(form) as session:
            _agree(session, deposit, form)
        if form.accepted:
            return redirect(onward(deposit, "consent"))
    template = "owner/vote.html" if isinstance(form, VoteForm) else "owner/household.html"
    return page(
        template,
        form,
        meeting=_meeting_rules(),
        limit_mb=whole("file.size.maximum_mb", today()),
        **frame_of(deposit, "consent"),
    )


def _consent_form(deposit: Deposit) -> ConsentForm:
    if deposit.party.kind is not PartyKind.COLLECTIVE:
        return HouseholdForm(obj=deposit.consent)
    form = VoteForm(obj=deposit.consent)
    form.offer(_bodies(deposit))
    if not form.is_submitted():
        form.kind.data = (deposit.consent.kind if deposit.consent else ConsentKind.MEMBERS).value
    return form


def _bodies(deposit: Deposit) -> list[ConsentKind]:
    """Who may decide on this kind of asset in law."""
    matter = drafting.MATTER.get(deposit.asset.kind)
    if matter and not flag(f"consent.representatives.decides.{matter}", today()):
        return [ConsentKind.MEMBERS]
    return [ConsentKind.MEMBERS, ConsentKind.REPRESENTATIVES]


def _meeting_rules() -> dict[str, Any]:
    """What the law asks of a meeting today, for the hints."""
    return {
        "members_days": whole("consent.meeting.notice_days", today()),
        "attendance": fraction("consent.meeting.attendance", today()),
        "in_favour": fraction("consent.meeting.in_favour", today()),
        "representatives_least": whole("consent.representatives.minimum", today()),
        "representatives_days": whole("consent.representatives.notice_days", today()),
        "representatives_in_favour": fraction("consent.representatives.in_favour", today()),
    }


def _agree(session: Session, deposit: Deposit, form: ConsentForm) -> None:
    upload = form.file.data
    document = (
        _keep(session, deposit, upload, field="file")
        if upload or deposit.consent is None
        else deposit.consent.document
    )
    vote = None
    kind = ConsentKind.HOUSEHOLD
    if isinstance(form, VoteForm):
        kind = ConsentKind(form.kind.data)
        vote = drafting.Vote(
            members=given(form.members.data),
            present=given(form.present.data),
            in_favour=given(form.in_favour.data),
            notice_given_on=given(form.notice_given_on.data),
        )
    drafting.agree(
        session,
        deposit.id,
        kind=kind,
        held_on=given(form.held_on.data),
        document=document,
        actor=actor(),
        at=now(),
        vote=vote,
    )
