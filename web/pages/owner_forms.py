"""The forms of a deposit's application: shapes only; what is right is for the commands to say."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from bank.assets.tables import AssetKind, RightType
from bank.deposits.tables import ConsentKind, ConstructionUse, StorageMode
from bank.parties.tables import Party
from web.forms import BankForm
from web.kept_files import KeptFileField, KeptFilesField
from web.labels import label

DAY: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"]
CHOOSE: Final = _("Choose one of these.")
NUMBER_NEEDED: Final = _("Type a whole number, such as 12.")
DAY_NEEDED: Final = _("Type the day as year, month and day, such as 2026-11-22.")


Value = TypeVar("Value")


def given(value: Value | None) -> Value:
    """What a needed field holds, once its form was found to be of the right shape."""
    if value is None:
        raise RuntimeError("a form was read before it was validated")
    return value


def options(members: Iterable[StrEnum]) -> list[Any]:
    """These choices with their names in the reader's language."""
    return [SelectChoice(member.value, label(member)) for member in members]


class WholeField(IntegerField):
    """A whole number, said in our words when it is none; full-width digits are fine."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NUMBER_NEEDED) from None


class DayField(DateField):
    """A day, said in our words when it is none."""

    def __init__(self, text: Any, validators: list[Any], **told: Any) -> None:
        super().__init__(text, validators, format=DAY, **told)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day; one left empty is not given."""
        typed = [text.strip() for text in valuelist]
        if not any(typed):
            return
        try:
            super().process_formdata(typed)
        except ValueError:
            raise ValueError(DAY_NEEDED) from None


class BeginForm(BankForm):
    """What is deposited, by whom, and where it roughly lies."""

    party = RadioField(_("Whose is it?"), validators=[InputRequired(CHOOSE)])
    kind = RadioField(_("What do you want to deposit?"), validators=[InputRequired(CHOOSE)])
    name = StringField(
        _("What do you call it?"),
        validators=[
            InputRequired(_("Give it a name that you and your neighbours know.")),
            Length(max=60, message=_("At most 60 characters.")),
        ],
        filters=[lambda text: text.strip() if text else text],
    )
    division_code = SelectField(_("Which village is it in?"))

    def offer(
        self,
        parties: Iterable[Party],
        kinds: Iterable[AssetKind],
        villages: Mapping[str, list[tuple[str, str]]],
    ) -> None:
        """Fill in what can be chosen; with one party there is nothing to choose."""
        choices = [SelectChoice(str(party.id), party.name) for party in parties]
        self.party.choices = choices
        if len(choices) == 1:
            del self.party
        self.kind.choices = options(kinds)
        self.division_code.choices = [
            SelectChoice(code, name, optgroup=town)
            for town, inside in villages.items()
            for code, name in inside
        ]


class PlaceForm(BankForm):
    """A polygon drawn on the map, or its corners typed; `given` is what the page began with."""

    geometry = HiddenField()
    given = HiddenField()
    shape = TextAreaField(_("Or type its corners"), validators=[Optional()])


class PickForm(BankForm):
    """A parcel of the register, pressed on the map or named by its code."""

    picked = HiddenField()
    parcel = StringField(_("Or type the parcel's code"), validators=[Optional(), Length(max=40)])


class RightForm(BankForm):
    """What the certificate says."""

    type = RadioField(_("Which right do you have?"), validators=[InputRequired(CHOOSE)])
    certificate_number = StringField(
        _("Number of the certificate"),
        validators=[InputRequired(_("Copy the number from the certificate.")), Length(max=100)],
    )
    unit_code = StringField(_("Real estate unit code"), validators=[Optional(), Length(max=60)])
    ends_on = DayField(_("Last day of the right"), [Optional()])

    def offer(self, types: Iterable[RightType]) -> None:
        """Fill in the rights that can stand over this kind of asset."""
        self.type.choices = options(types)


class EvidenceForm(BankForm):
    """Files that prove the claim."""

    certificate = KeptFilesField(_("The certificate"))
    photos = KeptFilesField(_("Photos of the place"), validators=[Optional()])
    others = KeptFilesField(_("Other documents"), validators=[Optional()])


class ModeForm(BankForm):
    """How the owner wants to be paid."""

    mode = RadioField(
        _("How do you want to be paid?"),
        choices=options(StorageMode),
        validators=[InputRequired(CHOOSE)],
    )


class TermsForm(BankForm):
    """The particulars of the mode; fields that do not belong to it are taken out."""

    term_years = WholeField(
        _("For how many years?"), validators=[InputRequired(_("Type how many years."))]
    )
    use = RadioField(
        _("What may the land be used for?"),
        choices=options(ConstructionUse),
        validators=[InputRequired(CHOOSE)],
    )
    rent = StringField(
        _("Which rent do you ask for one year?"),
        validators=[InputRequired(_("Type the rent for one year, in yuan."))],
    )
    swap_wish = TextAreaField(
        _("What do you wish for in exchange?"),
        validators=[
            InputRequired(_("Say in a few words what you wish for.")),
            Length(max=500, message=_("At most 500 characters.")),
        ],
    )

    def keep_to(self, mode: StorageMode, kind: AssetKind) -> None:
        """Leave only the questions that this mode and this kind of asset raise."""
        if kind is not AssetKind.CONSTRUCTION_LAND:
            del self.use
        if mode is not StorageMode.LEASE:
            del self.rent
        if mode is not StorageMode.SWAP:
            del self.swap_wish


class ConsentForm(BankForm):
    """Who agreed; `file` may be left empty when one was given before."""

    held_on = DayField(_("Day of the agreement"), [InputRequired(DAY_NEEDED)])
    file = KeptFileField(_("The signed agreement"))
    file_given = False

    def validate_file(self, field: KeptFileField) -> None:
        """The first time the file is needed."""
        if not field.data and not self.file_given:
            raise ValidationError(_("Choose the file, or take a photo of the paper."))


class HouseholdForm(ConsentForm):
    """All adults of the household have signed."""


class VoteForm(ConsentForm):
    """The collective's meeting, in persons."""

    kind = RadioField(_("Who decided?"), validators=[InputRequired(CHOOSE)])
    notice_given_on = DayField(_("On which day were they invited?"), [InputRequired(DAY_NEEDED)])
    held_on = DayField(_("On which day did they meet?"), [InputRequired(DAY_NEEDED)])
    members = WholeField(_("How many may vote?"), [InputRequired(NUMBER_NEEDED)])
    present = WholeField(_("How many took part?"), [InputRequired(NUMBER_NEEDED)])
    in_favour = WholeField(_("How many voted in favour?"), [InputRequired(NUMBER_NEEDED)])
    file = KeptFileField(_("The signed minutes"))

    def offer(self, kinds: Iterable[ConsentKind]) -> None:
        """Fill in the bodies that may decide on this asset."""
        self.kind.choices = options(kinds)
