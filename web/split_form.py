"""The form of a split: where the land is cut, and each piece's name and value."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from shapely import Point
from shapely.geometry.base import BaseGeometry
from werkzeug.datastructures import FileStorage
from wtforms import FieldList, Form, FormField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from bank.appraisals.piecing import MOST_PIECES, Given, read
from bank.figures import NotANumber
from bank.land.polygons import Shape
from bank.land.projection import to_lonlat
from bank.money import parse_yuan
from database.refusals import Refusal
from web.clock import today
from web.forms import BankForm
from web.refusal_texts import refusal_text

NAME_LENGTH: Final = 60
MOST_BYTES: Final = 2**20
DECIMALS: Final = 9
"""Of a degree: a tenth of a millimetre."""


class PieceForm(Form):
    """One piece; `place` lies in it, so that its words find it when the land is cut anew."""

    name = StringField(
        _("Name"), [Length(max=NAME_LENGTH, message=_("At most %(max)d characters."))]
    )
    value = StringField(_("Value"))
    place = HiddenField()

    def point(self) -> Point | None:
        """The place in the county's system, if it is one."""
        try:
            x, y = (float(part) for part in (self.place.data or "").split(","))
        except ValueError:
            return None
        return Point(x, y) if np.isfinite([x, y]).all() else None


@dataclass(frozen=True)
class Words:
    """What was typed of a piece, and a place in it."""

    name: str
    value: str
    place: Point | None


class SplitForm(BankForm):
    """Cuts as drawn, or pieces from a file or pasted; the pieces' names and values."""

    geometry = HiddenField()
    file = FileField(_("A file of pieces"), [Optional()])
    pasted = TextAreaField(_("Or paste it"), [Optional()])
    pieces = FieldList(FormField(PieceForm), _("The pieces"), max_entries=MOST_PIECES)
    total = HiddenField()
    """Carries what is wrong with the sum."""

    def typed(self) -> list[Words]:
        """The pieces' words as they were sent."""
        rows = (each.form for each in self.pieces.entries)
        return [Words(row.name.data or "", row.value.data or "", row.point()) for row in rows]

    def sources(self) -> list[tuple[str, str]]:
        """Where the land is cut, by field, what counts first: a file or what was pasted, the map.

        A file that is no text reads as one that is no GeoJSON.
        """
        found = [("geometry", (self.geometry.data or "").strip())]
        given = self.file.data
        if isinstance(given, FileStorage) and given.filename:
            text = given.read(MOST_BYTES).decode("utf-8-sig", errors="replace")
            return [("file", text or "-"), *found]
        if pasted := (self.pasted.data or "").strip():
            return [("pasted", pasted), *found]
        return found

    def hold(self, given: Given, srid: int) -> None:
        """Keep lines and polygons in the form, whatever they came from."""
        shapes: list[BaseGeometry] = [*given.lines, *(each.shape for each in given.outlined)]
        self.geometry.data = json.dumps(collection(shapes, srid)) if shapes else ""
        self.pasted.data = ""

    def lay_out(self, shapes: Sequence[Shape], words: Sequence[Words]) -> None:
        """One row for each piece, with the words that were typed for a place in it."""
        while self.pieces.entries:
            self.pieces.pop_entry()
        for shape in shapes:
            row = _words_of(shape, words)
            place = shape.representative_point()
            self.pieces.append_entry(
                {"name": row.name, "value": row.value, "place": f"{place.x:.3f},{place.y:.3f}"}
            )

    def values_fen(self) -> list[int] | None:
        """The values in fen, or None with what is wrong beside each."""
        found: list[int] = []
        for number, each in enumerate(self.pieces.entries, start=1):
            row = each.form
            if not (row.name.data or "").strip():
                row.name.errors = [_("Give piece %(number)s a name.", number=number)]
            try:
                found.append(parse_yuan(row.value.data or "", field="value"))
            except Refusal as refusal:
                empty = isinstance(refusal, NotANumber) and not (row.value.data or "").strip()
                lacks = _("Write the value of piece %(number)s in yuan.", number=number)
                row.value.errors = [lacks if empty else refusal_text(refusal)]
        if not any(each.form.errors for each in self.pieces.entries):
            return found
        self.pieces.errors = [each.errors for each in self.pieces.entries]
        self.status = 422
        return None

    def sum_fen(self) -> int:
        """What the values that can be read come to."""
        total = 0
        for row in self.typed():
            try:
                total += parse_yuan(row.value)
            except Refusal:
                continue
        return total

    def add_error(self, name: str | None, text: str) -> None:
        """What is wrong with the pieces together stands at their sum."""
        super().add_error("total" if name == "pieces" else name, text)


def read_given(text: str, srid: int) -> Given:
    """The lines and polygons of a text, none of an empty one. Refuses what `read` refuses."""
    return read(text, srid=srid, on=today()) if text else Given()


def collection(
    shapes: Sequence[BaseGeometry], srid: int, told: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Shapes in the county's system as GeoJSON in degrees; `told` are their properties."""
    features = []
    for number, shape in enumerate(shapes):
        degrees = shapely.transform(to_lonlat(shape, srid), lambda c: np.round(c, DECIMALS))
        properties = told[number] if told else {}
        geometry = json.loads(shapely.to_geojson(degrees))
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def _words_of(shape: Shape, words: Sequence[Words]) -> Words:
    """What was typed for a place in this piece, or nothing."""
    inside = (each for each in words if each.place is not None and shape.contains(each.place))
    return next(inside, Words("", "", None))
