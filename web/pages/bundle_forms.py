"""Forms of the bundle's pages: what is offered for a swap, and what the bundle is ordered for."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.forms import BankForm

NAME_LENGTH, PURPOSE_LENGTH, OFFER_LENGTH = 60, 400, 200


class OfferForm(BankForm):
    """What is given for a deposit whose owner wants a swap."""

    swap_offer = TextAreaField(
        _("What do you offer?"),
        validators=[Length(max=OFFER_LENGTH)],
    )
    swap_offer_fen = StringField(_("What is your offer worth?"))


class OrderForm(BankForm):
    """What the bundle is ordered for."""

    bundle_id = HiddenField()
    name = StringField(
        _("What is the project called?"),
        validators=[
            InputRequired(_("Give the project a name.")),
            Length(max=NAME_LENGTH, message=_("At most %(max)d characters.")),
        ],
    )
    purpose = TextAreaField(
        _("What is the project for?"),
        validators=[
            InputRequired(_("Say in a sentence or two what the project is for.")),
            Length(max=PURPOSE_LENGTH, message=_("At most %(max)d characters.")),
        ],
    )
    capital = StringField(
        _("How much of your own money do you put in?"),
        validators=[InputRequired(_("Type an amount; 0 if you put nothing in."))],
    )
