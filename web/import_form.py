"""The forms of an import: the file, its layer, and what its columns mean."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask_babel import get_locale, gettext, lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import Length

from bank.land.classes import land_classes
from bank.land.files import systems
from bank.land.files.matching import FIELDS, AreaUnit, Column, Matching
from bank.land.tables import Division, DivisionKind
from web.forms import NOTHING, BankForm
from web.kept_files import KeptFileField

PLACE_LENGTH: Final = 200
SAMPLES: Final = 3


_DEGREES: Final = _("Longitude and latitude, CGCS2000")
_GPS: Final = _("Longitude and latitude, WGS 84 (GPS)")
_ZONED: Final = _("Metres, CGCS2000, 3-degree zone %(zone)s before the easting")
_CENTRED: Final = _("Metres, CGCS2000, central meridian %(lon)s°")


class FileForm(BankForm):
    """Which file."""

    file = KeptFileField(_("The file of parcels"))


class LayerForm(BankForm):
    """Which layer of the file."""

    layer = SelectField(_("Which layer holds the parcels?"), validate_choice=False)


class MatchForm(BankForm):
    """What the columns mean, each field named as in `Matching`."""

    crs = SelectField(_("In which system are the coordinates?"), validate_choice=False)
    code = SelectField(_("Parcel code"), validate_choice=False)
    land_class = SelectField(_("Land class"), validate_choice=False)
    location = SelectField(_("Where it is"), validate_choice=False)
    division = SelectField(_("Village or township"), validate_choice=False)
    area = SelectField(_("Stated area"), validate_choice=False)
    area_unit = SelectField(
        _("Unit of the stated area"),
        choices=[
            SelectChoice(AreaUnit.MU.value, _("mu")),
            SelectChoice(AreaUnit.SQUARE_METRE.value, _("square metres")),
            SelectChoice(AreaUnit.HECTARE.value, _("hectares")),
        ],
    )
    shape = SelectField(_("Outline"), validate_choice=False)
    x = SelectField(_("East, or longitude"), validate_choice=False)
    y = SelectField(_("North, or latitude"), validate_choice=False)
    group = SelectField(_("Corners that belong together"), validate_choice=False)
    usual_class = SelectField(_("Land class of rows that name none"), validate_choice=False)
    usual_division = SelectField(_("Where rows belong that name no place"), validate_choice=False)
    usual_location = StringField(
        _("Description of rows that have none"), validators=[Length(max=PLACE_LENGTH)]
    )

    def offer(self, columns: Sequence[Column], *, divisions: Iterable[Division]) -> None:
        """Fill the lists of choices."""
        named = [(column.name, with_samples(column)) for column in columns]
        for name in FIELDS:
            self._offer_choices(name, gettext("(no column)"), named)
        self._offer_choices("crs", gettext("(please choose)"), system_choices())
        self._offer_choices("usual_class", gettext("(none)"), class_choices())
        places = [(each.code, _indented(each)) for each in divisions]
        self._offer_choices("usual_division", gettext("(where each one lies)"), places)

    def show(self, matching: Matching, crs: str | None) -> None:
        """Preselect an answer: the proposal, or what was said before."""
        for name in (*FIELDS, "usual_class", "usual_division", "usual_location"):
            self._fields[name].data = getattr(matching, name) or NOTHING
        self.area_unit.data = matching.area_unit.value
        self.crs.data = crs or NOTHING

    def matching(self) -> Matching:
        """The answer, as far as it names columns and choices that are offered."""
        told: dict[str, Any] = {"area_unit": AreaUnit(self.area_unit.data)}
        told |= {n: self._chosen(n) for n in (*FIELDS, "usual_class", "usual_division")}
        told["usual_location"] = (self.usual_location.data or "").strip() or None
        return Matching(**told)

    def chosen_system(self) -> str | None:
        """The system that was chosen, if it is one of those offered."""
        return self._chosen("crs")

    def _chosen(self, name: str) -> str | None:
        field = self._fields[name]
        offered = {value for value, *_rest in field.choices}
        return str(field.data) if field.data and field.data in offered else None


def system_choices() -> list[tuple[str, str]]:
    """The coordinate systems that a file may be in, as a surveyor calls them."""
    degrees = [(systems.DEGREES[0], _DEGREES), (systems.DEGREES[1], _GPS)]
    zoned = [(f"EPSG:{code}", _ZONED % {"zone": zone}) for zone, code in systems.ZONED.items()]
    centred = [(f"EPSG:{code}", _CENTRED % {"lon": lon}) for lon, code in systems.CENTRED.items()]
    return [(code, f"{name} ({code})") for code, name in (*degrees, *centred, *zoned)]


def class_choices() -> list[tuple[str, str]]:
    """Every land class with its code, in the reader's language."""
    language = str(get_locale())
    return [(code, f"{code} {each.name(language)}") for code, each in land_classes().items()]


def with_samples(column: Column) -> str:
    """A column's name and the first of its values."""
    some = "、".join(sample[:24] for sample in column.samples[:SAMPLES] if sample)
    return f"{column.name}: {some}" if some else column.name


def _indented(division: Division) -> str:
    return ("\u3000" if division.kind is DivisionKind.VILLAGE else "") + division.name
