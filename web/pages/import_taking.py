"""Taking the rows of an import: a look before, the start, how far it is, and the result."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.authority import township_of
from bank.imports import giving_back, importing, keeping, preparing, results
from bank.imports.importing import Outcome, Preview
from bank.imports.tables import ParcelImport, RowOutcome
from bank.land.files.matching import Matching
from bank.maps import mapping
from web import import_story as story, jobs
from web.clock import now
from web.forms import acting
from web.geojson import collection
from web.limits import FILES, FINDINGS, limiter
from web.pages.imports import PAGE_SIZE, get_import
from web.paging import open_page_links, page_number
from web.permissions import actor, officer_required
from web.refusal_texts import refusal_text
from web.session import request_bank, request_session

bp = Blueprint("import_taking", __name__, url_prefix="/imports")

TRIED: Final = 50
"""Rows that are tried before the start."""


@bp.get("/<uuid:import_id>/preview")
@officer_required
@limiter.limit(FINDINGS)
def preview(import_id: UUID) -> ResponseReturnValue:
    """Try the first rows: what would be taken, known or refused, and where it lies."""
    row = get_import(import_id)
    if not row.matching:
        return redirect(url_for("imports.match", import_id=import_id))
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
    row = get_import(import_id)
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


@bp.get("/<uuid:import_id>")
@officer_required
def show(import_id: UUID) -> ResponseReturnValue:
    """How far it is, or what became of the rows."""
    session, row = request_session(), get_import(import_id)
    job = preparing.find_job(session, row)
    if job is None and keeping.is_kept(session, row):
        return redirect(
            url_for(".preview" if row.matching else "imports.match", import_id=import_id)
        )
    if job is None:
        return render_template("imports/discarded.html", row=row)
    number = page_number()
    refused = results.rows_of(
        session, row, RowOutcome.REFUSED, offset=(number - 1) * PAGE_SIZE, limit=PAGE_SIZE + 1
    )
    repaired = results.numbers_of(session, row, RowOutcome.REPAIRED)
    return render_template(
        "imports/show.html",
        row=row,
        progress=story.progress(row, job),
        partial=story.is_partial(row, job),
        failure=story.failure_words(job),
        figures=story.figures(row),
        refused=[story.refused_row(each) for each in refused[:PAGE_SIZE]],
        repaired=story.numbers_in_words(repaired),
        kept=keeping.is_kept(session, row),
        pager=open_page_links(".show", number, more=len(refused) > PAGE_SIZE, import_id=import_id),
    )


@bp.get("/<uuid:import_id>/progress.json")
@officer_required
def progress(import_id: UUID) -> ResponseReturnValue:
    """How far it is."""
    row = get_import(import_id)
    answer = jsonify(story.progress(row, preparing.find_job(request_session(), row)))
    answer.cache_control.no_store = True
    return answer


@bp.get("/<uuid:import_id>/refused-rows")
@officer_required
@limiter.limit(FILES)
def refused_rows(import_id: UUID) -> ResponseReturnValue:
    """The refused rows as a file of the same kind, each with its reason, to be mended."""
    session, row = request_session(), get_import(import_id)
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
