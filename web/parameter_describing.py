"""The form in which a county describes a new parameter table: its names, unit and columns."""

from itertools import chain
from typing import Any, Final

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from valuation.methods.units import UNITS_ZH
from valuation.parameters.beginning import begin_tables
from valuation.parameters.description import UNITS_OF, TableDescription
from valuation.parameters.finding import all_tables
from valuation.parameters.tables import ParameterKind
from web.forms import BankForm
from web.labels import label
from web.locale import chinese
from web.session import request_session

LONGEST_NAME: Final = 60
OWN: Final = ("first", "second")


def _own_name(text: Any) -> StringField:
    return StringField(text, [Optional(), Length(max=LONGEST_NAME)])


class DescriptionForm(BankForm):
    """A table's names, kind, unit and columns."""

    name_zh = StringField(
        _("Name"),
        [DataRequired(_("Write what the table is called.")), Length(max=LONGEST_NAME)],
    )
    name_en = StringField(
        _("Name in English"),
        [Optional(), Length(max=LONGEST_NAME)],
        description=_("Left empty, it is the same."),
    )
    code = StringField(
        _("Code of the table"),
        [DataRequired(_("Write a code for the table.")), Length(max=48)],
        description=_(
            "Programs know the table by it: small letters, digits and underscores, for example"
            " house_rent. It cannot be changed later."
        ),
    )
    kind = RadioField(
        _("What it tells"), validators=[InputRequired(_("Choose what the table tells."))]
    )
    unit = SelectField(_("Unit of the figures"))
    keys = SelectMultipleField(
        _("By what a row is found"),
        description=_(
            "One column for each. Appraisers look the figures up: the forms of the methods offer"
            " those of the tables that every bank begins with."
        ),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    first_zh = _own_name(_("A column of your own"))
    first_en = _own_name(_("Its name in English"))
    first_name = _own_name(_("Its code"))
    second_zh = _own_name(_("Another column of your own"))
    second_en = _own_name(_("Its name in English"))
    second_name = _own_name(_("Its code"))

    def __init__(self) -> None:
        super().__init__()
        self._known = _known_columns()
        self.kind.choices = [(each.value, str(label(each))) for each in ParameterKind]
        self.unit.choices = _units()
        head = "label_zh" if chinese() else "label_en"
        self.keys.choices = [(name, key[head]) for name, key in self._known.items()]

    def description(self) -> TableDescription:
        """The table as described; whether it is sound the domain says."""
        name = (self.name_zh.data or "").strip()
        own = [self._own(which) for which in OWN]
        return TableDescription(
            code=(self.code.data or "").strip(),
            kind=ParameterKind(self.kind.data),
            name_zh=name,
            name_en=(self.name_en.data or "").strip() or name,
            unit=self.unit.data or "",
            keys=[*(self._known[each] for each in self.keys.data or []), *filter(None, own)],
        )

    def _own(self, which: str) -> dict[str, str] | None:
        told = {part: (self[f"{which}_{part}"].data or "").strip() for part in ("zh", "en", "name")}
        if not any(told.values()):
            return None
        return {
            "name": told["name"],
            "label_zh": told["zh"],
            "label_en": told["en"] or told["zh"],
        }


def _known_columns() -> dict[str, dict[str, str]]:
    """Columns that some table has already: of one name, the first."""
    known: dict[str, dict[str, str]] = {}
    told = [table.keys for table in begin_tables()]
    told += [table.keys for table in all_tables(request_session())]
    for key in chain.from_iterable(told):
        known.setdefault(key["name"], dict(key))
    return known


def _units() -> dict[str, list[tuple[str, str]]]:
    """The units by kind; prices and costs have the same."""
    told: dict[tuple[str, ...], list[str]] = {}
    for kind, units in UNITS_OF.items():
        told.setdefault(units, []).append(str(label(kind)))
    return {
        " / ".join(kinds): [(unit, _unit(unit)) for unit in units] for units, kinds in told.items()
    }


def _unit(unit: str) -> str:
    return (UNITS_ZH[unit] if chinese() else unit) or str(_("a plain number"))
