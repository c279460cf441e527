"""The forms by which an agency delivers a project's plan, or the papers of a financing."""

from typing import Final

from flask_babel import lazy_gettext as _
from wtforms import FieldList, Form, FormField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from web.forms import BankForm
from web.kept_files import KeptFileField, KeptFilesField
from web.pages.commission_forms import LONGEST_TEXT, TOO_LONG
from web.pages.owner_forms import DayField

PHASES: Final = 3
"""So many phases the form begins with; those that stay empty are left out."""
MOST_PHASES: Final = 20


class PhaseForm(Form):
    """One phase of a plan."""

    name = StringField(_("Name"), [Optional()])
    starts_on = DayField(_("From"), [Optional()])
    ends_on = DayField(_("Until"), [Optional()])
    works = StringField(_("What is built"), [Optional()])
    investment = StringField(_("Cost"), [Optional()])

    def is_filled(self) -> bool:
        """Whether anything was typed."""
        return any(field.data for field in self)


class PapersForm(BankForm):
    """The papers that are delivered."""

    documents = KeptFilesField(
        _("The papers"), description=_("As PDF or pictures; several at once.")
    )


class PlanForm(PapersForm):
    """A project's plan."""

    use = TextAreaField(
        _("What the land is to be used for"),
        [
            DataRequired(_("Say what the land is to be used for.")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
    )
    file = KeptFileField(
        _("The red line as a file"),
        description=_("GeoJSON, GeoPackage, KML or a zipped Shapefile, as polygons."),
    )
    phases = FieldList(
        FormField(PhaseForm), _("Phases"), min_entries=PHASES, max_entries=MOST_PHASES
    )
    investment = StringField(
        _("Estimate of the whole investment"),
        [DataRequired(_("Write the estimate in yuan."))],
        description=_("What the phases cost, in all."),
    )
