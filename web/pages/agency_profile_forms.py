"""The forms by which an agency says what it is, what it may do, and what it asks for it."""

from typing import Final

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from bank.agencies.presenting import NewLogin
from bank.agencies.refusals import BadFee
from bank.figures import read_decimal
from bank.money import parse_yuan
from valuation.agencies.tables import AgencyKind, FeeBasis
from web.forms import BankForm
from web.kept_files import KeptFileField
from web.labels import label
from web.pages.account_forms import LONGEST_NAME, password_field, trimmed

DAYS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
LONGEST_TEXT: Final = 100
PERCENT_PLACES: Final = 4


class DescriptionForm(BankForm):
    """How it is reached and what it does."""

    phone = StringField(
        _("Telephone"), [DataRequired(_("Write a telephone number.")), Length(max=40)],
        filters=[trimmed],
    )  # fmt: skip
    address = StringField(_("Address"), [Optional(), Length(max=LONGEST_TEXT)], filters=[trimmed])
    introduction = TextAreaField(
        _("What the agency does"),
        [Optional(), Length(max=400)],
        description=_("Two or three sentences. The public reads them."),
    )


class QualificationForm(BankForm):
    """A certificate."""

    kind = SelectField(_("For what"))
    name = StringField(
        _("Name of the certificate"),
        [DataRequired(_("Copy the name from the certificate.")), Length(max=LONGEST_TEXT)],
        filters=[trimmed],
    )
    number = StringField(
        _("Number on the certificate"),
        [DataRequired(_("Copy the number from its certificate.")), Length(max=60)],
        filters=[trimmed],
    )
    valid_until = DateField(
        _("Valid until"), [InputRequired(_("Write the last day on which it holds."))], format=DAYS
    )
    scan = KeptFileField(_("Scan of the certificate"), [Optional()])

    def offer(self) -> None:
        """Fill in the kinds."""
        self.kind.choices = [SelectChoice(each.value, label(each)) for each in AgencyKind]

    @property
    def upload(self) -> FileStorage | None:
        """The scan, if one was chosen."""
        given = self.scan.data
        return given if isinstance(given, FileStorage) and given.filename else None


class AppraiserForm(BankForm):
    """An appraiser: the representative herself, or somebody with a new login."""

    herself = BooleanField(_("I am the appraiser myself"))
    name = StringField(_("Name"), [Optional(), Length(max=LONGEST_NAME)], filters=[trimmed])
    id_number = StringField(
        _("Number of the identity card"), [Optional(), Length(max=40)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    phone = StringField(
        _("Mobile number"), [Optional(), Length(max=40)], description=_("She signs in with it.")
    )
    password = password_field(_("First password"))
    qualification_number = StringField(
        _("Number of the appraiser's qualification"),
        [DataRequired(_("Copy the number from its certificate.")), Length(max=60)],
        filters=[trimmed],
    )
    qualified_until = DateField(
        _("Valid until"), [InputRequired(_("Write the last day on which it holds."))], format=DAYS
    )

    @property
    def login(self) -> NewLogin | None:
        """Who is to have a login; None for the representative herself."""
        if self.herself.data:
            return None
        return NewLogin(
            name=self.name.data or "",
            id_number=self.id_number.data or "",
            phone=self.phone.data or "",
            password=self.password.data or "",
        )


class FeeForm(BankForm):
    """A line of the fee schedule."""

    service = StringField(
        _("Service"), [DataRequired(_("Say what for.")), Length(max=60)], filters=[trimmed]
    )
    basis = SelectField(_("Reckoned by"))
    amount = StringField(
        _("Fee"),
        [DataRequired(_("Write a number."))],
        description=_("Yuan, yuan a mu, or per cent of the value."),
    )

    def offer(self) -> None:
        """Fill in what a fee can be reckoned by."""
        self.basis.choices = [SelectChoice(each.value, label(each)) for each in FeeBasis]

    def read(self) -> tuple[FeeBasis, int]:
        """What was typed, as the fee's basis and amount. Refuses: BadFee and BadNumber's kin."""
        basis = FeeBasis(self.basis.data)
        text = self.amount.data or ""
        if basis is not FeeBasis.SHARE:
            return basis, parse_yuan(text, field="amount")
        percent = read_decimal(text.strip().rstrip("%％"), places=PERCENT_PLACES, field="amount")
        if percent <= 0:
            raise BadFee("a fee is above zero", field="amount")
        return basis, int(percent.scaleb(PERCENT_PLACES))


class WorkForm(BankForm):
    """A past work."""

    title = StringField(
        _("What was done"), [DataRequired(_("Say what was done.")), Length(max=LONGEST_TEXT)],
        filters=[trimmed],
    )  # fmt: skip
    client = StringField(_("Client"), [Optional(), Length(max=LONGEST_TEXT)], filters=[trimmed])
    year = IntegerField(_("Year"), [InputRequired(_("Write the year."))])
