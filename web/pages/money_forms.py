"""The form of a payout: how much, and to which bank account."""

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from web.forms import BankForm


class PayoutForm(BankForm):
    """An amount in yuan and a bank account, as typed."""

    amount = StringField(
        _("How much?"), validators=[InputRequired(_("Type the amount in yuan.")), Length(max=30)]
    )
    bank_account = StringField(
        _("To which bank account?"),
        validators=[InputRequired(_("Copy the account number from your card.")), Length(max=60)],
    )
