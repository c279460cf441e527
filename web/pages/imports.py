"""Importing parcels: the file, and what its columns mean. Its rows are in `import_taking`."""

from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types

from bank.imports import importing, keeping, preparing
from bank.imports.tables import ParcelImport
from bank.land.files import reading
from bank.land.files.matching import Matching, propose
from bank.land.files.reading import Source
from bank.land.refusals import EmptyFile, SeveralLayers, UnknownCoordinates
from database.actor import OFFICERS
from web import import_story as story
from web.clock import now, today
from web.forms import acting, page, submitting
from web.import_form import FileForm, LayerForm, MatchForm
from web.limits import FILES, limiter
from web.paging import open_page_links, page_number
from web.permissions import actor, find_actor, officer_required
from web.session import request_session

bp = Blueprint("imports", __name__, url_prefix="/imports")

PAGE_SIZE: Final = 50
FORM_BYTES: Final = 1 << 20
"""What a request carries besides its file."""


@bp.url_value_preprocessor
def _take_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Let officers, and nobody else, send more than other pages take; before the body is read."""
    reader = find_actor() if endpoint == "imports.new" else None
    if reader is not None and reader.has(*OFFICERS):
        request.max_content_length = importing.most_bytes(today()) + FORM_BYTES


@bp.get("")
@officer_required
def index() -> ResponseReturnValue:
    """The imports that the reader may see, the newest first."""
    number = page_number()
    found = preparing.imports_of(
        request_session(), actor(), offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1
    )
    rows = [story.listed(row, job) for row, job in found[:PAGE_SIZE]]
    pager = open_page_links(".index", number, more=len(found) > PAGE_SIZE)
    return render_template("imports/index.html", rows=rows, pager=pager)


@bp.route("/new", methods=["GET", "POST"])
@officer_required
@limiter.limit(FILES, methods=["POST"])
def new() -> ResponseReturnValue:
    """Give a file of parcels."""
    form = FileForm()
    if form.sent():
        with submitting(form) as session:
            row = preparing.give(
                session,
                _content(form).stream,
                name=_content(form).filename or "",
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            return redirect(url_for(".match", import_id=row.id))
    return page(
        "imports/new.html",
        form,
        accept=",".join(keeping.SUFFIXES),
        most_bytes=importing.most_bytes(today()),
    )


def _content(form: FileForm) -> FileStorage:
    given = form.file.data
    if not isinstance(given, FileStorage) or not given.filename:
        raise EmptyFile("choose a file", field="file")
    return given


@bp.route("/<uuid:import_id>/layer", methods=["GET", "POST"])
@officer_required
def layer(import_id: UUID) -> ResponseReturnValue:
    """Say which of several layers holds the parcels."""
    row = get_import(import_id)
    names = _layers(row)
    if not names:
        return redirect(url_for(".match", import_id=import_id))
    form = LayerForm()
    form.layer.choices = [SelectChoice(name) for name in names]
    if form.sent():
        with submitting(form) as session:
            preparing.choose_layer(session, import_id, form.layer.data, actor=actor(), at=now())
        if form.accepted:
            return redirect(url_for(".match", import_id=import_id))
    return page("imports/layer.html", form, row=row)


def _layers(row: ParcelImport) -> list[str]:
    """The layers to choose from; none if the file has one."""
    session, chosen = request_session(), row.layer
    most = importing.most_bytes(today())
    try:
        reading.open_source(keeping.path_of(session, row), most_bytes=most)
    except SeveralLayers as refusal:
        return [str(name) for name in refusal.facts["layers"]]
    return [chosen] if chosen else []


@bp.route("/<uuid:import_id>/match", methods=["GET", "POST"])
@officer_required
def match(import_id: UUID) -> ResponseReturnValue:
    """Say what the columns mean, and in what system the coordinates are."""
    row = get_import(import_id)
    try:
        source = preparing.source_of(request_session(), row, at=now())
    except SeveralLayers:
        return redirect(url_for(".layer", import_id=import_id))
    form, asks = MatchForm(), _asks_system(row)
    _offer(form, row, source)
    if form.sent():
        with submitting(form) as session:
            preparing.match(
                session,
                import_id,
                form.matching(),
                crs=_system(form, asks, source),
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            return redirect(url_for("import_taking.preview", import_id=import_id))
    return page(
        "imports/match.html", form, row=row, asks=asks, table=source.is_sheet, told=source.crs
    )


def _asks_system(row: ParcelImport) -> bool:
    """Whether the file does not name its coordinate system."""
    opened = reading.open_source(
        keeping.path_of(request_session(), row),
        most_bytes=importing.most_bytes(today()),
        layer=row.layer,
    )
    return opened.crs is None


def _system(form: MatchForm, asks: bool, source: Source) -> str | None:
    if not asks:
        return None
    crs = form.chosen_system()
    spelled = form.matching()
    if crs is None and (not source.is_sheet or spelled.shape or spelled.x):
        raise UnknownCoordinates("say in which system the coordinates are", field="crs")
    return crs


def _offer(form: MatchForm, row: ParcelImport, source: Source) -> None:
    session = request_session()
    columns = reading.columns(source)
    form.offer(columns, divisions=preparing.divisions_for(session, actor()))
    if form.is_submitted():
        return
    chosen = Matching.from_json(row.matching) if row.matching else propose(columns)
    asked = source.crs is None
    likely = preparing.likely_systems(session, source, chosen) if asked else []
    form.show(chosen, row.crs or next(iter(likely), None))


@bp.post("/<uuid:import_id>/remove")
@officer_required
def remove(import_id: UUID) -> ResponseReturnValue:
    """Forget a file of which nothing was taken."""
    place = url_for("import_taking.show", import_id=import_id)
    with acting() as session:
        preparing.remove(session, import_id, actor=actor())
        place = url_for(".index")
    return redirect(place)


def get_import(import_id: UUID) -> ParcelImport:
    """The import, if the reader may see it. Refuses: NoSuchRecord."""
    return preparing.get_import(request_session(), import_id, actor=actor())
