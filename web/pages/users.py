"""The administrator's page of logins: who there is, new ones, and shutting one out."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from sqlalchemy import select
from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from bank import noticeboard
from bank.figures import narrow
from bank.parties import logins
from bank.parties.signing_up import KNOWN_BY_ID, create_user
from database.actor import Role
from valuation.agencies.tables import Agency
from web.clock import now
from web.forms import BankForm, acting, page, submitting
from web.labels import label
from web.paging import page_links
from web.permissions import actor, administrator_required
from web.session import request_session

bp = Blueprint("users", __name__, url_prefix="/users")

STAFF = (Role.TOWNSHIP, Role.COUNTY, Role.APPRAISER, Role.AUDITOR, Role.ADMINISTRATOR)
"""Roles that an administrator gives; owners, collectives and investors sign up themselves."""


class UserForm(BankForm):
    """A new login of the bank's staff or of an agency."""

    name = StringField(
        _("Name of the person"), [DataRequired(_("Write the person's name.")), Length(max=60)]
    )
    login = StringField(
        _("Login name"),
        [DataRequired(_("Choose a login name.")), Length(max=60)],
        description=_("A phone number or a short name; the person signs in with it."),
        filters=[lambda text: narrow(text) if text else text],
        render_kw={"autocomplete": "off"},
    )
    id_number = StringField(
        _("Number of the identity card"),
        [Optional(), Length(max=40)],
        description=_(
            "For officers and appraisers: nobody decides on her own land or money."
            " Only a fingerprint of it is kept."
        ),
        render_kw={"autocomplete": "off"},
    )
    roles = SelectMultipleField(
        _("Roles"),
        [InputRequired(_("Choose at least one role."))],
        choices=[SelectChoice(role.value, label(role)) for role in STAFF],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    township_code = SelectField(
        _("Township"), [Optional()], description=_("For a township officer.")
    )
    agency_id = SelectField(_("Agency"), [Optional()], description=_("For an appraiser."))
    password = PasswordField(
        _("First password"),
        [InputRequired(_("Choose a first password.")), Length(max=200)],
        description=_("Hand it over in person; the person changes it under her name."),
        render_kw={"autocomplete": "new-password", "data-password": True},
    )

    def offer(self) -> None:
        """Fill in the townships and agencies."""
        session = request_session()
        agencies = session.execute(select(Agency.id, Agency.name).order_by(Agency.name))
        towns = [SelectChoice(town.code, town.name) for town in noticeboard.towns(session)]
        self.township_code.choices = [SelectChoice("", _("none")), *towns]
        firms = [SelectChoice(str(each.id), each.name) for each in agencies]
        self.agency_id.choices = [SelectChoice("", _("none")), *firms]

    def fits(self) -> bool:
        """Whether each role has the office that it needs, and the login is free."""
        chosen = set(self.roles.data or ())
        for role, field, text in (
            (Role.TOWNSHIP, "township_code", _("Choose the officer's township.")),
            (Role.APPRAISER, "agency_id", _("Choose the appraiser's agency.")),
        ):
            if role.value in chosen and not self[field].data:
                self.status = 422
                self.add_error(field, str(text))
        if not (self.id_number.data or "").strip() and chosen & KNOWN_BY_ID:
            self.status = 422
            self.add_error("id_number", str(_("Copy the 18 characters from the identity card.")))
        if logins.is_taken(request_session(), self.login.data or ""):
            self.status = 409
            self.add_error("login", str(_("Somebody signs in by this already. Choose another.")))
        return self.status == 200


@bp.get("")
@administrator_required
def index() -> ResponseReturnValue:
    """All logins with their roles, by name."""
    text = narrow(request.args.get("text", ""))[:60]
    role = {each.value: each for each in Role}.get(request.args.get("role", ""))
    found = logins.listing(
        request_session(), text=text, role=role, page=request.args.get("page", 1, type=int)
    )
    towns = {town.code: town.name for town in noticeboard.towns(request_session())}
    return page(
        "users/index.html",
        users=found.users,
        total=found.total,
        towns=towns,
        text=text,
        role=role.value if role else "",
        roles=list(Role),
        me=actor().id,
        pager=page_links(
            ".index",
            found.number,
            of=found.pages,
            text=text or None,
            role=role.value if role else None,
        ),
    )


@bp.route("/new", methods=["GET", "POST"])
@administrator_required
def create() -> ResponseReturnValue:
    """Create a login."""
    form = UserForm()
    form.offer()
    if form.sent() and form.fits():
        chosen = {Role(role) for role in form.roles.data or ()}
        with submitting(form) as session:
            user = create_user(
                session,
                login=form.login.data or "",
                name=form.name.data or "",
                password=form.password.data or "",
                roles=chosen,
                township_code=(form.township_code.data or None)
                if Role.TOWNSHIP in chosen
                else None,
                agency_id=UUID(form.agency_id.data) if Role.APPRAISER in chosen else None,
                id_number=(form.id_number.data or "").strip() or None,
                at=now(),
            )
        if form.accepted:
            flash(gettext("%(name)s can sign in now.", name=user.name), "success")
            return redirect(url_for(".index", text=form.login.data))
    return page("users/create.html", form)


@bp.post("/<uuid:user_id>/disable")
@administrator_required
def disable(user_id: UUID) -> ResponseReturnValue:
    """Let a login sign in no more; what it did stays."""
    with acting() as session:
        user = logins.disable(session, user_id, administrator=actor(), at=now())
        flash(gettext("%(name)s can no longer sign in.", name=user.name), "success")
    return redirect(url_for(".index"))


@bp.post("/<uuid:user_id>/enable")
@administrator_required
def enable(user_id: UUID) -> ResponseReturnValue:
    """Let a login sign in again."""
    with acting() as session:
        user = logins.enable(session, user_id, administrator=actor())
        flash(gettext("%(name)s can sign in again.", name=user.name), "success")
    return redirect(url_for(".index"))
