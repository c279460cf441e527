"""The forms by which a township officer decides on a deposit."""

from typing import Any, Self

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import DataRequired, Length

from web.forms import BankForm

LONGEST_TEXT = 2000
UPHELD, DISMISSED = "upheld", "dismissed"


class AgencyForm(BankForm):
    """An agency is chosen to appraise; the page offers the admitted ones."""

    agency_id = SelectField(_("Agency that appraises"), [DataRequired(_("Choose an agency."))])

    def offer(self, agencies: list[tuple[str, str]]) -> Self:
        """The form with these agencies (id, name) to choose from."""
        choices = [SelectChoice(code, name) for code, name in agencies]
        self.agency_id.choices = [SelectChoice("", _("Choose…")), *choices]
        return self


class PassForm(AgencyForm):
    """Evidence and consent were seen; an agency is chosen, and the notice begins."""

    evidence_seen = BooleanField(
        _("I have looked at every evidence file, and the right is as stated"),
        [DataRequired(_("Look at the evidence files first, then tick this."))],
    )
    consent_seen = BooleanField(
        _("I have looked at the consent, and it meets the rule"),
        [DataRequired(_("Look at the consent first, then tick this."))],
    )
    agency_id = SelectField(
        _("Agency that appraises"),
        [DataRequired(_("Choose an agency."))],
        description=_("It is commissioned now, so that the appraisal is made during the notice."),
    )


class ReappraiseForm(AgencyForm):
    """The appraisal of what is in the bank runs out: an agency is chosen to appraise it anew."""

    agency_id = SelectField(
        _("Agency that appraises"),
        [DataRequired(_("Choose an agency."))],
        id="reappraise-agency",
        description=_("It may be another one than before. The value in force counts until then."),
    )


class SendBackForm(BankForm):
    """What the owner is to mend."""

    reason = TextAreaField(
        _("What is to be mended?"),
        [Length(max=LONGEST_TEXT)],
        id="send-back-reason",
        description=_("In plain words: which file or answer, and what it should be."),
    )


class RefuseForm(BankForm):
    """Why the bank cannot take the deposit."""

    reason = TextAreaField(
        _("Why is it refused?"),
        [Length(max=LONGEST_TEXT)],
        id="refuse-reason",
        description=_("The owner reads this. Name the rule or the fact that it rests on."),
    )


class DecideForm(BankForm):
    """What becomes of an objection, with the answer that everyone can read."""

    decision = RadioField(
        _("Decision"),
        choices=[
            SelectChoice(DISMISSED, _("Dismiss it: the deposit goes on")),
            SelectChoice(UPHELD, _("Uphold it: the application goes back to its owner")),
        ],
        validate_choice=False,
        validators=[DataRequired(_("Choose one of the two."))],
    )
    answer = TextAreaField(
        _("Answer"),
        [Length(max=LONGEST_TEXT)],
        description=_("Everyone can read it on the notice. Name nobody in it."),
    )

    def __init__(self, number: str, **told: Any) -> None:
        """The form for the objection of that number; several stand on one page."""
        super().__init__(prefix=f"{number}-", **told)
        self.number = number
