"""The forms of the county's desk."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types

from database.refusals import Invalid
from web.forms import BankForm


class OpinionForm(BankForm):
    """One department's opinion."""

    department = StringField(_l("Department"))
    in_favour = RadioField(
        _l("Opinion"),
        choices=[SelectChoice("yes", _l("Agrees")), SelectChoice("no", _l("Against"))],
        default="yes",
    )
    opinion = TextAreaField(_l("In words"))


class RefuseForm(BankForm):
    """Why a project is refused."""

    reason = TextAreaField(_l("Why is it refused?"))


class ReceiptForm(BankForm):
    """Money that arrived at the county's bank."""

    bank_receipt_number = StringField(_l("Bank receipt number"))
    amount = StringField(_l("Amount"))


class HolderForm(BankForm):
    """Into whose account money was paid."""

    number = StringField(_l("Number of the account's holder"))


class RoundForm(BankForm):
    """Opening a round."""

    reserve_rate = StringField(_l("Reserves, in per cent of the income"))
    override_reason = TextAreaField(
        _l("If there are too many holders: why this is no public offering")
    )


class ApprovalForm(BankForm):
    """Approving a project that will have many shareholders."""

    override_reason = TextAreaField(_l("Why this is no public offering"))


class WrongPercent(Invalid):
    """Per cent are a number from 0 to 100, with at most two decimals."""


def read_percent(text: str) -> Decimal:
    """Per cent as a rate: 30 becomes 0.30. Refuses: WrongPercent."""
    try:
        rate = Decimal(text.strip().rstrip("%％") or "x") / 100
    except ArithmeticError:
        raise WrongPercent("not a percentage", field="reserve_rate") from None
    if not 0 <= rate <= 1 or rate != round(rate, 4):
        raise WrongPercent("not a percentage", field="reserve_rate")
    return rate
