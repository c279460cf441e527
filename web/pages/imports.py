"""Importing parcels: the file, what its columns mean, a look before, progress, and the result."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types

from bank.authority import township_of
from bank.imports import giving_back, importing, keeping, preparing, results
from bank.imports.importing import Outcome, Preview
from bank.imports.tables import ParcelImport, RowOutcome
from bank.land.files import reading
from bank.land.files.matching import Matching, propose
from bank.land.files.reading import Source
from bank.land.refusals import EmptyFile, SeveralLayers, UnknownCoordinates
from bank.maps import mapping
from database.actor import OFFICERS
from web import import_story as story, jobs
from web.clock import now, today
from web.forms import acting, page, submitting
from web.geojson import collection
from web.import_form import FileForm, LayerForm, MatchForm
from web.limits import FILES, FINDINGS, limiter
from web.paging import page_number
from web.permissions import actor, find_actor, officer_required
from web.refusal_texts import refusal_text
from web.session import request_bank, request_session

bp = Blueprint("imports", __name__, url_prefix="/imports")

PAGE_SIZE: Final = 50
TRIED: Final = 50
"""Rows that are tried before the start."""
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
    pager = _pager(number, more=len(found) > PAGE_SIZE, endpoint=".index")
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
    row = _row(import_id)
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
    row = _row(import_id)
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
            return redirect(url_for(".preview", import_id=import_id))
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


@bp.get("/<uuid:import_id>/preview")
@officer_required
@limiter.limit(FINDINGS)
def preview(import_id: UUID) -> ResponseReturnValue:
    """Try the first rows: what would be taken, known or refused, and where it lies."""
    row = _row(import_id)
    if not row.matching:
        return redirect(url_for(".match", import_id=import_id))
    tried = _tried(row)
    counts = {outcome: sum(each.outcome is outcome for each in tried.rows) for outcome in Outcome}
    return render_template(
        "imports/preview.html",
        row=row,
        rows=[story.preview_row(each) for each in sorted(tried.rows, key=story.is_fine)],
        figures=[
            {"label": _("Would be taken"), "value": counts[Outcome.TAKEN]},
            {"label": _("Known already"), "value": counts[Outcome.KNOWN]},
            {"label": _("Would be refused"), "value": counts[Outcome.REFUSED]},
            {"label": _("Rows in all"), "value": f"{row.total:,}"},
        ],
        tried=len(tried.rows),
        any_taken=counts[Outcome.TAKEN] + counts[Outcome.KNOWN] > 0,
        bounds=tried.lonlat_box or mapping.bounds_of(request_session()),
    )


@bp.get("/<uuid:import_id>/preview.json")
@officer_required
@limiter.limit(FINDINGS)
def preview_map(import_id: UUID) -> ResponseReturnValue:
    """The tried rows as GeoJSON; each feature says its `role`."""
    row = _row(import_id)
    return collection(story.preview_features(_tried(row)) if row.matching else [])


def _tried(row: ParcelImport) -> Preview:
    session = request_session()
    source = preparing.source_of(session, row, at=now())
    asked = Matching.from_json(row.matching)
    return importing.preview(
        session, source, asked, at=now(), most=TRIED, within=township_of(actor())
    )


@bp.post("/<uuid:import_id>/start")
@officer_required
def start(import_id: UUID) -> ResponseReturnValue:
    """Let the rows be taken, or go on where it stopped."""
    with acting() as session:
        preparing.start(session, import_id, actor=actor(), at=now())
    jobs.wake(current_app._get_current_object(), request_bank())  # type: ignore[attr-defined]
    return redirect(url_for(".show", import_id=import_id))


@bp.post("/<uuid:import_id>/stop")
@officer_required
def stop(import_id: UUID) -> ResponseReturnValue:
    """End it where it is; what was taken stays."""
    with acting() as session:
        preparing.stop(session, import_id, actor=actor(), at=now())
    return redirect(url_for(".show", import_id=import_id))


@bp.post("/<uuid:import_id>/remove")
@officer_required
def remove(import_id: UUID) -> ResponseReturnValue:
    """Forget a file of which nothing was taken."""
    place = url_for(".show", import_id=import_id)
    with acting() as session:
        preparing.remove(session, import_id, actor=actor())
        place = url_for(".index")
    return redirect(place)


@bp.get("/<uuid:import_id>")
@officer_required
def show(import_id: UUID) -> ResponseReturnValue:
    """How far it is, or what became of the rows."""
    session, row = request_session(), _row(import_id)
    job = preparing.find_job(session, row)
    if job is None and keeping.is_kept(session, row):
        return redirect(url_for(".preview" if row.matching else ".match", import_id=import_id))
    if job is None:
        return render_template("imports/discarded.html", row=row)
    number = page_number()
    refused = results.rows_of(
        session, row, RowOutcome.REFUSED, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1
    )
    repaired = results.rows_of(session, row, RowOutcome.REPAIRED, offset=0, limit=PAGE_SIZE)
    return render_template(
        "imports/show.html",
        row=row,
        progress=story.progress(row, job),
        partial=story.is_partial(row, job),
        failure=story.failure_words(job),
        figures=story.figures(row),
        refused=[story.refused_row(each) for each in refused[:PAGE_SIZE]],
        repaired="、".join(str(each.number) for each in repaired),
        kept=keeping.is_kept(session, row),
        pager=_pager(number, more=len(refused) > PAGE_SIZE, endpoint=".show", import_id=import_id),
    )


@bp.get("/<uuid:import_id>/progress.json")
@officer_required
def progress(import_id: UUID) -> ResponseReturnValue:
    """How far it is."""
    row = _row(import_id)
    answer = jsonify(story.progress(row, preparing.find_job(request_session(), row)))
    answer.cache_control.no_store = True
    return answer


@bp.get("/<uuid:import_id>/refused-rows")
@officer_required
@limiter.limit(FILES)
def refused_rows(import_id: UUID) -> ResponseReturnValue:
    """The refused rows as a file of the same kind, each with its reason, to be mended."""
    session, row = request_session(), _row(import_id)
    source = preparing.source_of(session, row, at=now())
    if not row.refused:
        abort(404)
    reasons = {
        each.number: refusal_text(results.refusal_of(each))
        for each in results.refused_rows(session, row)
    }
    matching = Matching.from_json(row.matching)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"refused{giving_back.suffix(source)}"
        giving_back.write_refused(path, source, reasons, heading=_("Reason"), matching=matching)
        opened = path.open("rb")  # stays readable when its folder is gone
    name = "-".join((Path(row.name).stem, _("refused"))) + path.suffix
    answer: Response = send_file(opened, as_attachment=True, download_name=name)
    return answer


def _row(import_id: UUID) -> ParcelImport:
    return preparing.get_import(request_session(), import_id, actor=actor())


def _pager(number: int, *, more: bool, endpoint: str, **values: Any) -> dict[str, str | None]:
    return {
        "previous_url": url_for(endpoint, page=number - 1, **values) if number > 1 else None,
        "next_url": url_for(endpoint, page=number + 1, **values) if more else None,
    }
