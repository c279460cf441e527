"""The forms of signing in and up, and of a login's own affairs."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from bank.land.tables import Division, DivisionKind
from bank.parties.tables import PartyKind
from web.forms import BankForm
from web.labels import label

LONGEST_NAME: Final = 60
LONGEST_PASSWORD: Final = 200
NEW_PASSWORD: Final = {"autocomplete": "new-password", "data-password": True}


def trimmed(text: str | None) -> str | None:
    """The text without blanks around it."""
    return text.strip() if text else text


def password_field(text: Any, *, missing: Any = None) -> PasswordField:
    """A new password; it may be left empty where nothing is said of its missing."""
    needed = InputRequired(missing) if missing else Optional()
    return PasswordField(
        text,
        [needed, Length(max=LONGEST_PASSWORD)],
        description=_("A short sentence that only you know is easy to keep and hard to guess."),
        render_kw=NEW_PASSWORD,
    )


def organisation_field(text: Any) -> StringField:
    """The name of an organisation, as its licence has it."""
    return StringField(
        text,
        [DataRequired(_("Write its name as on its licence.")), Length(max=100)],
        filters=[trimmed],
        render_kw={"autocomplete": "organization"},
    )


def licence_field() -> StringField:
    """A unified social credit code."""
    return StringField(
        _("Unified social credit code"),
        [DataRequired(_("Copy the 18 characters from its licence.")), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )


def person_field(text: Any, *, missing: Any) -> StringField:
    """Somebody's name."""
    return StringField(
        text,
        [DataRequired(missing), Length(max=LONGEST_NAME)],
        filters=[trimmed],
        render_kw={"autocomplete": "name"},
    )


def id_number_field(told: Any) -> StringField:
    """The number of one's own identity card; `told`: what becomes of it."""
    return StringField(
        _("Number of your identity card"),
        [DataRequired(_("Copy the 18 characters from your identity card.")), Length(max=40)],
        description=told,
        render_kw={"autocomplete": "off"},
    )


def phone_field(*, missing: Any) -> StringField:
    """The mobile number that will be the login."""
    return StringField(
        _("Mobile number"),
        [DataRequired(missing), Length(max=40)],
        description=_("You sign in with it."),
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )


class SignInForm(BankForm):
    """Who is there; `next` is the page she came from."""

    login = StringField(
        _("Phone number or login name"),
        [DataRequired(_("Type the phone number you signed up with.")), Length(max=100)],
        filters=[trimmed],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Type your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password", "data-password": True},
    )
    next = HiddenField()


class PersonForm(BankForm):
    """A villager signs up for herself."""

    name = person_field(_("Your name"), missing=_("Write your name as on your identity card."))
    id_number = id_number_field(_("It is kept encrypted, and no page ever shows it whole again."))
    phone = phone_field(missing=_("Write your mobile number."))
    division_code = SelectField(
        _("Village"),
        [DataRequired(_("Choose your village."))],
        description=_("By township."),
        validate_choice=False,
    )
    password = password_field(_("Password"), missing=_("Choose a password."))


class OrganisationForm(BankForm):
    """A collective or company signs up through its representative."""

    kind = RadioField(
        _("Who signs up?"),
        [DataRequired(_("Say whether it is a collective or a company."))],
        choices=[
            SelectChoice(kind.value, label(kind))
            for kind in (PartyKind.COLLECTIVE, PartyKind.COMPANY)
        ],
    )
    name = organisation_field(_("Name of the organisation"))
    uscc = licence_field()
    representative = person_field(
        _("Name of the person who acts for it"),
        missing=_("Write the name of its representative."),
    )
    phone = phone_field(missing=_("Write the representative's mobile number."))
    division_code = SelectField(
        _("Village of its seat"),
        [DataRequired(_("Choose the village."))],
        description=_("By township."),
        validate_choice=False,
    )
    password = password_field(_("Password"), missing=_("Choose a password."))


class PasswordForm(BankForm):
    """A new password for whoever knows the old one."""

    current = PasswordField(
        _("Your password now"),
        [InputRequired(_("Type the password that you have now.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password", "data-password": True},
    )
    password = password_field(_("New password"), missing=_("Choose a new password."))


def offer_villages(field: SelectField, session: Session) -> None:
    """Fill in the villages, grouped by their township."""
    rows = session.execute(
        select(Division.parent_code, Division.code, Division.name)
        .where(Division.kind == DivisionKind.VILLAGE)
        .order_by(Division.parent_code, Division.code)
    ).all()
    towns = {
        town.code: town.name
        for town in session.execute(
            select(Division.code, Division.name).where(Division.kind == DivisionKind.TOWN)
        )
    }
    villages = [
        SelectChoice(row.code, row.name, optgroup=towns.get(row.parent_code, "")) for row in rows
    ]
    field.choices = [SelectChoice("", _("Choose one")), *villages]
