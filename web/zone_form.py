"""The forms of a control layer: its file and what it is, then what the file's columns mean."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext, lazy_gettext as _
from flask_wtf.file import FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import InputRequired, Length, Optional

from bank.zones.columns import Told, propose
from bank.zones.conflicts import KINDS, ZoneKind
from bank.zones.importing import Fields
from web.forms import NOTHING, BankForm
from web.import_form import system_choices, with_samples
from web.kept_files import KeptFileField
from web.zone_words import layer_name

OTHER: Final = "other"
BLANK: Final = {"no": False, "yes": True}
"""What an empty attribute means, as it is answered."""
DAYS: Final = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]


class LayerForm(BankForm):
    """A file of zones, which layer it is, and from when it governs."""

    file = KeptFileField(
        _("File of the zones"),
        [FileRequired(_("Choose the file."))],
        description=_("GeoPackage, a zipped Shapefile, or GeoJSON."),
        limit="zone.file.maximum_mb",
    )
    file_layer = SelectField(
        _("Which layer of the file holds the zones?"), choices=[], validate_choice=False
    )
    layer = SelectField(_("Layer"))
    kind = StringField(
        _("Name of the county's own layer"),
        [Optional(), Length(max=60)],
        description=_("Only if it is none of the three."),
    )
    valid_from = DateField(_("Governs from"), [InputRequired(_("Write the day."))], format=DAYS)

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        three = [SelectChoice(kind, layer_name(kind)) for kind in KINDS]
        self.layer.choices = [*three, SelectChoice(OTHER, _("A layer of the county's own"))]

    def offer_layers(self, names: Sequence[str]) -> None:
        """Let one of the file's layers be chosen."""
        self.file_layer.choices = [SelectChoice(name) for name in names]

    @property
    def chosen_kind(self) -> str:
        """One of the three, or what was typed."""
        chosen = self.layer.data or ""
        return (self.kind.data or "").strip() if chosen == OTHER else chosen


class ColumnsForm(LayerForm):
    """The same, and which columns of the file say a zone's name and whether it is of the core."""

    crs = SelectField(_("In which system are the coordinates?"), validate_choice=False)
    name_field = SelectField(_("Column with a zone's name"), validate_choice=False)
    core_field = SelectField(
        _("Column that says whether a zone is of the core"),
        validate_choice=False,
        description=_("Ecological red line only; it says 1 or 0, or the kind of zone in words."),
    )
    blank_core = SelectField(
        _("What does it mean where that column is empty?"),
        choices=[
            SelectChoice("", _("It is empty nowhere")),
            SelectChoice("no", _("Not of the core")),
            SelectChoice("yes", _("Of the core")),
        ],
        default="",
    )

    def offer(self, told: Told) -> None:
        """Fill the lists with what the file has."""
        self.offer_layers(told.layers)
        named = [(column.name, with_samples(column)) for column in told.columns]
        self._offer_choices("name_field", gettext("(no column)"), named)
        self._offer_choices("core_field", gettext("(no column)"), named)
        self._offer_choices("crs", gettext("(please choose)"), system_choices())

    def propose(self, told: Told) -> None:
        """Choose what the names and numbers suggest."""
        has_core = self.chosen_kind == ZoneKind.ECOLOGICAL_RED_LINE
        likely = propose(told.columns, has_core=has_core)
        self.name_field.data = likely.name or NOTHING
        self.core_field.data = likely.core or NOTHING
        self.crs.data = next(iter(told.likely), NOTHING)

    def fields(self) -> Fields:
        """What was said of the columns."""
        return Fields(
            name=self.name_field.data or None,
            core=self.core_field.data or None,
            blank_core=BLANK.get(self.blank_core.data or ""),
        )
