"""Sending a selection of land as a file, written to a folder of its own that is gone at once."""

from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, request, send_file
from flask_babel import force_locale
from sqlalchemy.orm import Session

from bank.catalogue import features
from bank.catalogue.features import Selection
from bank.catalogue.refusals import TooManyRows
from bank.land.files.exporting import MEDIA_TYPES, Format, export
from bank.land.files.fields import Target
from bank.land.projection import GEOGRAPHIC
from bank.land.refusals import UnknownCoordinates
from bank.rules import whole
from database.directory import bank_of
from web.clock import today
from web.labels import LABELS
from web.session import request_session

CHINESE = "zh_Hans_CN"


def send_selection(selection: Selection, ending: str) -> Response:
    """The selection as a download; `?crs=` chooses the system of a GeoPackage or Shapefile.

    Refuses: TooManyRows, UnknownCoordinates.
    """
    session = request_session()
    form, system = Format(ending), _system(session)
    most = whole("export.rows.maximum", today())
    rows = features.count_selected(session, selection)
    if rows > most:
        raise TooManyRows("these are too many rows for one file", rows=rows, most=most)
    # The opened file can still be read when its folder is gone, so nothing is ever left behind.
    with TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"{selection.layer.name}.{form}"
        write_selection(session, selection, path, form=form, system=system)
        return send_file(
            path.open("rb"),
            mimetype=MEDIA_TYPES[form],
            as_attachment=True,
            download_name=f"{selection.layer.name}-{today()}.{form}",
        )


def write_selection(
    session: Session, selection: Selection, path: Path, *, form: Format, system: int
) -> int:
    """Write the selection to a new file; returns how many rows. Refuses: UnknownCoordinates."""
    target = Target(
        name=selection.layer.name,
        title=selection.layer.title_zh,
        fields=selection.fields,
        srid=bank_of(session).settings.srid,
        system=system,
        words=chinese_word,
    )
    return export(path, features.chunks(session, selection), target, form=form)


def chinese_word(choice: StrEnum) -> str:
    """What a choice is called in a spreadsheet, whose titles are Chinese too."""
    names = LABELS.get(type(choice), {})
    with force_locale(CHINESE):
        return str(names.get(choice, choice.value))


def _system(session: Session) -> int:
    """The system that the address asks for: EPSG:4490 unless it says otherwise."""
    text = request.args.get("crs", str(GEOGRAPHIC))
    if text not in (str(GEOGRAPHIC), str(bank_of(session).settings.srid)):
        raise UnknownCoordinates("no such system", field="crs", given=text[:20])
    return int(text)
