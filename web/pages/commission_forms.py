"""The forms of commissions: asking for quotes, choosing, keeping somebody out, and answering."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from valuation.agencies.tables import AgencyKind
from web.forms import BankForm
from web.kept_files import KeptFileField
from web.pages.account_forms import trimmed
from web.pages.owner_forms import CHOOSE, DAY_NEEDED, NUMBER_NEEDED, DayField, WholeField

LONGEST_SCOPE: Final = 500
LONGEST_TEXT: Final = 2000
LONGEST_LIST: Final = 12
"""As many assets or agencies as one request may name: what is typed waits in a cookie."""
TOO_LONG: Final = _("That is too long: write at most %(max)d characters.")
MEMBERS, REPRESENTATIVES = "members", "representatives"


class TickField(SelectMultipleField):
    """Any number of choices, each a card to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AboutForm(BankForm):
    """Which deposits, or which project; officers type the numbers of what is not theirs."""

    about = TickField(_("Which land, or which project?"))
    numbers = StringField(
        _("Numbers of the deposits, or of one project"),
        [Optional(), Length(max=200, message=TOO_LONG)],
        filters=[trimmed],
        description=_("Such as D-2026-000012; several with a blank between them."),
    )

    def offer(self, choices: Iterable[tuple[str, str]], *, typed: bool) -> None:
        """Fill in what is the reader's own; `typed`: she may also name what is not."""
        self.about.choices = [SelectChoice(code, text) for code, text in choices]
        if not typed:
            del self.numbers
        if not self.about.choices:
            del self.about

    @property
    def named_fields(self) -> list[str]:
        """The fields that are there to name something in."""
        return [name for name in ("about", "numbers") if name in self]

    @property
    def named(self) -> list[str]:
        """The numbers that were ticked and typed, each once."""
        ticked = list(self.about.data or []) if "about" in self else []
        typed = (self.numbers.data or "") if "numbers" in self else ""
        words = typed.replace("，", " ").replace(",", " ").replace("、", " ").split()
        return list(dict.fromkeys([*ticked, *(word.upper() for word in words)]))


class KindForm(BankForm):
    """What an agency is to do."""

    kind = RadioField(_("What do you need?"), validators=[InputRequired(CHOOSE)])

    def offer(self, kinds: Mapping[AgencyKind, Any]) -> None:
        """Fill in what can be asked about the chosen land or project."""
        self.kind.choices = [SelectChoice(kind.value, text) for kind, text in kinds.items()]


class AgenciesForm(BankForm):
    """Which agencies are asked."""

    agencies = TickField(_("Which agencies do you ask?"))

    def validate_agencies(self, field: TickField) -> None:
        """At least one, and no more than can be compared."""
        if not field.data:
            raise ValidationError(_("Tick at least one agency."))
        if len(field.data) > LONGEST_LIST:
            raise ValidationError(_("Ask at most %(most)s at a time.", most=LONGEST_LIST))


class ScopeForm(BankForm):
    """What the agency is to do, in words."""

    scope = TextAreaField(
        _("What should the agency do?"),
        [
            InputRequired(_("Say in a few words what the agency should do.")),
            Length(max=LONGEST_SCOPE, message=TOO_LONG),
        ],
    )


class DaysForm(BankForm):
    """By when."""

    quote_by = DayField(_("Last day for quotes"), [InputRequired(DAY_NEEDED)])
    deliver_by = DayField(_("Last day for the work"), [InputRequired(DAY_NEEDED)])


class AskForm(DaysForm):
    """All answers at once, as the page to check them sends them."""

    kind = HiddenField()
    scope = HiddenField()
    second_of = HiddenField()
    assets = HiddenField()
    project_id = HiddenField()
    agencies = HiddenField()
    client = HiddenField()


class VoteForm(BankForm):
    """How the collective's members chose one offer."""

    body = RadioField(
        _("Who decided?"),
        choices=[
            SelectChoice(MEMBERS, _("The members' meeting")),
            SelectChoice(REPRESENTATIVES, _("The representatives")),
        ],
        validators=[InputRequired(CHOOSE)],
    )
    members = WholeField(_("How many may vote?"), [InputRequired(NUMBER_NEEDED)])
    present = WholeField(_("How many took part?"), [InputRequired(NUMBER_NEEDED)])
    in_favour = WholeField(_("How many voted in favour?"), [InputRequired(NUMBER_NEEDED)])
    notice_given_on = DayField(_("On which day were they invited?"), [InputRequired(DAY_NEEDED)])
    held_on = DayField(_("On which day did they meet?"), [InputRequired(DAY_NEEDED)])
    file = KeptFileField(_("The signed minutes"))

    def validate_file(self, field: KeptFileField) -> None:
        """A vote is on paper."""
        if not field.data:
            raise ValidationError(_("Choose the file, or take a photo of the paper."))


class AgreeForm(BankForm):
    """The client engages one agency."""

    agreed = BooleanField(
        _("I have read the contract and agree to it"),
        [InputRequired(_("Read the contract first, then tick this."))],
    )


class ReasonForm(BankForm):
    """A reason that the other side reads."""

    reason = TextAreaField(
        _("The reason"),
        [
            InputRequired(_("Say why, in a few words.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
    )


class RecuseForm(ReasonForm):
    """Who should keep out, and why."""

    user_id = RadioField(_("Who should keep out?"), validators=[InputRequired(CHOOSE)])

    def offer(self, people: Iterable[tuple[str, str]]) -> None:
        """Fill in the appraisers who could be at work."""
        self.user_id.choices = [SelectChoice(code, name) for code, name in people]


class DisputeForm(BankForm):
    """What is wrong with the result."""

    grounds = TextAreaField(
        _("What is wrong with the result?"),
        [
            InputRequired(_("Say what is wrong, so that the panel can look at it.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
        description=_("Which figure, which part of the land, which method. The agency reads it."),
    )


class PanelForm(BankForm):
    """What the county's panel found."""

    upheld = RadioField(
        _("What did the panel find?"),
        choices=[
            SelectChoice("upheld", _("The result stands")),
            SelectChoice("overturned", _("The result is overturned")),
        ],
        validators=[InputRequired(CHOOSE)],
    )
    members = TextAreaField(
        _("Who sat on the panel?"),
        [InputRequired(_("Write the names, one a line.")), Length(max=400, message=TOO_LONG)],
        description=_("One name a line."),
    )
    reason = TextAreaField(
        _("The reason"),
        [
            InputRequired(_("Say why; both sides read it.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
        id="panel-reason",
        description=_("Both sides read it."),
    )
    second_id = RadioField(_("Which second opinion does it rest on?"), default="")

    def offer(self, seconds: Iterable[tuple[str, str]]) -> None:
        """Fill in the finished second opinions; without any there is nothing to choose."""
        choices = [SelectChoice(code, text) for code, text in seconds]
        if choices:
            self.second_id.choices = [SelectChoice("", _("On none")), *choices]
        else:
            del self.second_id

    @property
    def names(self) -> list[str]:
        """The panel's members."""
        text = (self.members.data or "").replace("、", "\n").replace("，", "\n").replace(",", "\n")
        return [line.strip() for line in text.splitlines() if line.strip()]
