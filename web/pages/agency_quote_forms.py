"""The forms by which an agency quotes, says what ties it, tells of a visit, and keeps out."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from valuation.commissions.tables import TieKind
from web.forms import BankForm
from web.kept_files import KeptFilesField
from web.labels import label
from web.pages.account_forms import trimmed
from web.pages.commission_forms import LONGEST_TEXT, TOO_LONG
from web.pages.owner_forms import CHOOSE, DAY_NEEDED, DayField

MOST_PHOTOS: Final = 20


class OfferForm(BankForm):
    """What the work costs and by when it is done."""

    fee_fen = StringField(_("Fee for the whole work"), [DataRequired(_("Write the fee in yuan."))])
    deliver_by = DayField(_("Done by the end of"), [InputRequired(DAY_NEEDED)])
    words = TextAreaField(
        _("How you would go about it"),
        [Optional(), Length(max=LONGEST_TEXT, message=TOO_LONG)],
        description=_("Method, people, what the fee includes. The client compares it."),
    )
    no_ties = BooleanField(
        _(
            "Neither the agency nor anybody who works on this owns, is owned by, employs, is kin"
            " to, owes or is otherwise bound to any of these parties"
        )
    )


class DeclineForm(BankForm):
    """Not this time."""

    words = TextAreaField(
        _("Why not"),
        [Optional(), Length(max=LONGEST_TEXT, message=TOO_LONG)],
        id="decline-words",
        description=_("The client reads it."),
    )


class TieForm(BankForm):
    """What binds the agency to a party."""

    party_id = StringField(
        _("Which party?"),
        [DataRequired(_("Write the party's number."))],
        filters=[trimmed],
        description=_("Its number in the bank (P-…), identity card number or credit code."),
    )
    kind = SelectField(_("How is the agency bound to it?"), [InputRequired(CHOOSE)])
    note = TextAreaField(_("More about it"), [Optional(), Length(max=400, message=TOO_LONG)])

    def offer(self) -> None:
        """Fill in the kinds of ties."""
        self.kind.choices = [SelectChoice(each.value, label(each)) for each in TieKind]


class VisitForm(BankForm):
    """One visit to the place."""

    asset_id = RadioField(_("Which place?"), validators=[InputRequired(CHOOSE)])
    visited_on = DayField(_("On which day?"), [InputRequired(DAY_NEEDED)])
    present = StringField(
        _("Who was there?"),
        [DataRequired(_("Write who was there.")), Length(max=200, message=TOO_LONG)],
        filters=[trimmed],
        description=_("Your people, the owner or who showed the place, witnesses."),
    )
    findings = TextAreaField(
        _("What did you find?"),
        [
            DataRequired(_("Write what you found.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
        description=_("What stands there and in which state; what differs from the papers."),
    )
    photos = KeptFilesField(_("Photos of the place"))

    def offer(self, places: list[tuple[str, Any]]) -> None:
        """Fill in the places of the commission; where there is one, it is chosen."""
        self.asset_id.choices = [SelectChoice(code, name) for code, name in places]
        if len(places) == 1:
            self.asset_id.data = places[0][0]

    def validate_photos(self, field: KeptFilesField) -> None:
        """No more than a request can carry."""
        if len([each for each in field.data or [] if each]) > MOST_PHOTOS:
            raise ValidationError(_("At most %(most)s photos of a visit.", most=MOST_PHOTOS))
