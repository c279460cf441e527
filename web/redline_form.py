"""Asking for a red line: drawn on the map, typed, or in a file; one of the three is enough."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from bank.land import polygons
from bank.land.divisions import find_county_outline
from bank.land.polygons import Shape
from bank.land.refusals import NotAPolygon
from bank.redlines import drawing
from database.directory import bank_of
from web.clock import today
from web.corners import as_degrees
from web.forms import BankForm
from web.kept_files import KeptFileField
from web.uploads import beside_the_file

NAME_LENGTH: Final = 60
SUFFIXES: Final = (".geojson", ".json", ".zip", ".gpkg", ".kml")
"""The files that may hold a red line; what they hold is looked at, not their names."""


class LineForm(BankForm):
    """Where a line runs: drawn, typed, or in a file."""

    geometry = HiddenField()
    shape = TextAreaField(_("Or type its corners"), validators=[Optional()])
    file = KeptFileField(
        _("Or take it from a file"), validators=[Optional()], instead_of=("geometry", "shape")
    )


class RedLineForm(LineForm):
    """What the red line is called, and where it runs."""

    name = StringField(
        _("What is it for?"),
        validators=[
            InputRequired(_("Give the red line a name.")),
            Length(max=NAME_LENGTH, message=_("At most %(max)d characters.")),
        ],
    )


def read_shape(session: Session, form: LineForm) -> Shape:
    """The line in the county's system: of the file, else typed, else drawn.

    Refuses what `polygons.read_geojson` and `drawing.read_file` refuse.
    """
    srid = bank_of(session).settings.srid
    county = find_county_outline(session)
    given = form.file.data
    if isinstance(given, FileStorage) and given.filename:
        return _from_file(session, given)
    if typed := (form.shape.data or "").strip():
        lines = as_degrees(typed, srid=srid)
        return polygons.read_coordinates(lines, srid=srid, on=today(), county=county)
    if drawn := form.geometry.data:
        return polygons.read_geojson(drawn, srid=srid, on=today(), county=county)
    raise NotAPolygon("draw a line", field="geometry", given="nothing")


def _from_file(session: Session, given: FileStorage) -> Shape:
    suffix = Path(given.filename or "").suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"redline{suffix if suffix in SUFFIXES else ''}"
        given.save(path)
        with beside_the_file():
            return drawing.read_file(session, path, on=today())
