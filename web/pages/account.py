"""Signing in, up and out, and a login's own affairs."""

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from bank.codes import WrongPhone, read_phone
from bank.figures import narrow
from bank.parties import signing_up
from bank.parties.logins import change_password, get_user
from bank.parties.passwords import check_password
from bank.parties.tables import PartyKind, User
from bank.parties.tokens import HOLDERS
from database.secrecy import fingerprint
from web import signin
from web.cards import place_name
from web.clock import now
from web.forms import page, submitting
from web.limits import limiter
from web.locale import LANGUAGES
from web.next_steps import landing
from web.pages.account_forms import (
    OrganisationForm,
    PasswordForm,
    PersonForm,
    SignInForm,
    offer_villages,
)
from web.permissions import actor, find_actor, public, safe_next, signed_in_required
from web.session import request_bank, request_session, transaction

bp = Blueprint("account", __name__)

PER_ADDRESS = "10/minute"
PER_LOGIN = "5/minute"


def typed_login(text: str) -> str:
    """The login that was meant: a phone number without its spaces, or a name as it stands."""
    try:
        return read_phone(text)
    except WrongPhone:
        return narrow(text)


def _login_key() -> str:
    """By which attempts on one login of one bank are counted, wherever they come from."""
    login = typed_login(request.form.get("login", ""))
    return f"{request_bank().county}:{fingerprint(login)}"


def _failed(response: Any) -> bool:
    return bool(response.status_code == 422)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"], deduct_when=_failed)
@limiter.limit(PER_LOGIN, key_func=_login_key, methods=["POST"], deduct_when=_failed)
def sign_in() -> ResponseReturnValue:
    """Sign in; a wrong login and a wrong password read the same."""
    reader = find_actor()
    if reader and request.method == "GET":
        return redirect(safe_next(request.args.get("next"), landing(reader)))
    form = SignInForm()
    if request.method == "GET":
        form.next.data = request.args.get("next", "")
    if form.sent():
        user = _known(form.login.data or "", form.password.data or "")
        if user:
            signin.sign_in(user)
            return redirect(safe_next(form.next.data, landing(user.actor())))
        form.status = 422
        form.add_error(
            None,
            _("This login and password do not belong together. Type them once more, or call us."),
        )
    return page("account/sign_in.html", form)


def _known(login: str, password: str) -> User | None:
    """The user, read without a lock: checking a password takes long, and writes only rarely."""
    session = request_session()
    user = signing_up.find_by_login(session, typed_login(login), password)
    if user is None:
        return None
    new_hash = user.password_hash if session.is_modified(user) else None
    session.rollback()
    if new_hash:
        with transaction() as writing:
            get_user(writing, user.id).password_hash = new_hash
    return get_user(session, user.id)


@bp.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """Who signs up: a person, or an organisation."""
    return page("account/sign_up.html")


@bp.route("/sign-up/person", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
def sign_up_person() -> ResponseReturnValue:
    """A villager signs up, and is signed in."""
    form = PersonForm()
    offer_villages(form.division_code, request_session())
    if form.sent():
        with submitting(form) as session:
            user = signing_up.sign_up_person(
                session,
                name=form.name.data or "",
                id_number=form.id_number.data or "",
                phone=form.phone.data or "",
                password=form.password.data or "",
                division_code=form.division_code.data,
                at=now(),
            )
        if form.accepted:
            return _welcome(user, _("Welcome, %(name)s. You can deposit now.", name=user.name))
    return page("account/sign_up_person.html", form)


@bp.route("/sign-up/organisation", methods=["GET", "POST"])
@public
@limiter.limit(PER_ADDRESS, methods=["POST"])
def sign_up_organisation() -> ResponseReturnValue:
    """A collective or company signs up; an officer confirms it before it can act."""
    form = OrganisationForm()
    offer_villages(form.division_code, request_session())
    if form.sent():
        with submitting(form) as session:
            user = signing_up.sign_up_organisation(
                session,
                kind=PartyKind(form.kind.data),
                name=form.name.data or "",
                uscc=form.uscc.data or "",
                representative=form.representative.data or "",
                phone=form.phone.data or "",
                password=form.password.data or "",
                division_code=form.division_code.data,
                at=now(),
            )
        if form.accepted:
            text = _("Welcome, %(name)s. An officer confirms your organisation next.",
                     name=user.name)  # fmt: skip
            return _welcome(user, text, to=url_for("account.show"))
    return page("account/sign_up_organisation.html", form)


def _welcome(user: User, text: str, to: str | None = None) -> ResponseReturnValue:
    signin.sign_in(user)
    flash(text, "success")
    return redirect(to or landing(user.actor()))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Sign out."""
    signin.sign_out()
    return redirect(url_for("public.home"))


@bp.get("/account")
@signed_in_required
def show() -> ResponseReturnValue:
    """Who I am to the bank: my login, and those I act for."""
    session = request_session()
    user = get_user(session, actor().id)
    return page(
        "account/show.html",
        user=user,
        parties=_parties(session, user),
        land_staff=actor().has(*HOLDERS),
        languages=zip(LANGUAGES, ("中文", "English"), strict=True),
    )


def _parties(session: Session, user: User) -> list[dict[str, Any]]:
    return [
        {
            "party": membership.party,
            "place": place_name(membership.party.division),
            "since": membership.since,
        }
        for membership in user.memberships
    ]


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in_required
@limiter.limit(PER_ADDRESS, methods=["POST"])
def password() -> ResponseReturnValue:
    """Change my password."""
    form = PasswordForm()
    if form.sent():
        user = get_user(request_session(), actor().id)
        if not check_password(user.password_hash, form.current.data or "").matches:
            form.status = 422
            form.add_error("current", _("This is not your password now. Type it once more."))
        else:
            with submitting(form) as session:
                change_password(session, actor().id, password=form.password.data or "", at=now())
            if form.accepted:
                flash(_("Your password is changed."), "success")
                return redirect(url_for(".show"))
    return page("account/password.html", form)
