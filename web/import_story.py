"""An import in words: where it stands, its figures, its refused rows, and their file."""

from collections.abc import Sequence
from typing import Any

import shapely
from flask import url_for
from flask_babel import gettext as _

from bank.imports import results
from bank.imports.importing import Preview, PreviewRow
from bank.imports.tables import ImportedRow, ParcelImport
from bank.jobs.lifecycle import OPEN, Stage
from bank.jobs.tables import Job
from web.filters import moment
from web.geojson import feature
from web.labels import label
from web.locale import chinese
from web.refusal_texts import refusal_text

MOST_ATTRIBUTES = 4
"""Values of a row that are shown to know it by."""
MOST_RANGES = 50
"""Runs of row numbers that are told one by one."""
LONGEST = 40
"""Longer values, such as outlines in words, are no help to know a row by."""


def stage_words(row: ParcelImport, job: Job | None) -> str:
    """Where the import stands; one that did not come to its end says that it is partial."""
    if job is None:
        return str(_("Not started"))
    if job.stage is Stage.WAITING:
        return str(_("Waiting to begin"))
    if job.stage is Stage.RUNNING:
        return str(_("Running: %(done)s of %(total)s rows", done=row.position, total=row.total))
    if job.stage is Stage.DONE:
        return str(_("Import finished, with refused rows") if row.refused else _("Import finished"))
    return str(
        _("Partial: %(done)s of %(total)s rows were looked at", done=row.position, total=row.total)
    )


def is_open(job: Job | None) -> bool:
    """Whether its job has more to do."""
    return job is not None and job.stage in OPEN


def is_partial(row: ParcelImport, job: Job | None) -> bool:
    """Whether it ended before the end of its file."""
    return job is not None and job.stage in (Stage.FAILED, Stage.CANCELLED)


def failure_words(job: Job | None) -> str:
    """Why the import failed, and what to do; "" if it did not."""
    if job is None or job.stage is not Stage.FAILED:
        return ""
    if job.failure in (None, "unexpected"):
        return str(_("Something went wrong on our side. Go on with it, or call the bank."))
    return refusal_text(results.rebuilt(job.failure, job.failure, None, job.failure_facts))


def figures(row: ParcelImport) -> list[dict[str, Any]]:
    """How many rows were taken, known, refused; what was done to taken ones as a note."""
    mended = [
        _("%(count)s of them repaired", count=row.repaired) if row.repaired else "",
        _("%(count)s without their heights", count=row.flattened) if row.flattened else "",
    ]
    return [
        {"label": _("Taken"), "value": f"{row.taken:,}", "note": "; ".join(filter(None, mended))},
        {"label": _("Known already"), "value": f"{row.known:,}"},
        {"label": _("Refused rows"), "value": f"{row.refused:,}"},
        {
            "label": _("Looked at"),
            "value": f"{row.position:,}",
            "note": _("of %(total)s rows", total=f"{row.total:,}"),
        },
    ]


def progress(row: ParcelImport, job: Job | None) -> dict[str, Any]:
    """How far it is, for the page that asks again and again."""
    return {
        "open": is_open(job),
        "done": row.position,
        "total": row.total,
        "text": stage_words(row, job),
        "taken": row.taken,
        "known": row.known,
        "refused": row.refused,
    }


def listed(row: ParcelImport, job: Job | None) -> dict[str, Any]:
    """The import in a list."""
    return {
        "name": row.name,
        "url": url_for("import_taking.show", import_id=row.id),
        "at": moment(row.created_at),
        "stage": stage_words(row, job),
        "taken": row.taken,
        "refused": row.refused,
    }


def refused_row(row: ImportedRow) -> dict[str, Any]:
    """A refused row: its number, what it says, why it was refused."""
    return {
        "number": row.number,
        "what": _known_by(row.attributes),
        "why": refusal_text(results.refusal_of(row)),
    }


def numbers_in_words(numbers: Sequence[int]) -> str:
    """Row numbers, those that follow each other as ranges; of very many ranges the first."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    told = [str(first) if first == last else f"{first}–{last}" for first, last in ranges]
    shown = ("、" if chinese() else ", ").join(told[:MOST_RANGES])
    left = sum(last - first + 1 for first, last in ranges[MOST_RANGES:])
    return _("%(shown)s and %(count)s more", shown=shown, count=f"{left:,}") if left else shown


def preview_row(row: PreviewRow) -> dict[str, Any]:
    """A row that was tried: its number, what it says, what would become of it."""
    outcome = str(label(row.outcome))
    if row.refusal is not None:
        outcome = f"{outcome}: {refusal_text(row.refusal)}"
    elif row.repaired:
        outcome = " · ".join((outcome, _("repaired")))
    return {"number": row.number, "what": _known_by(row.attributes), "outcome": outcome}


def is_fine(row: PreviewRow) -> bool:
    """Whether a row that was tried needs no look: what is refused stands first."""
    return row.refusal is None


def preview_features(preview: Preview) -> list[str]:
    """The tried rows that have a shape, as GeoJSON features with their `role` on the map."""
    return [
        feature(
            shapely.to_geojson(row.lonlat),
            {
                "role": row.outcome.value,
                "title": _("Row %(number)s", number=row.number),
                "text": preview_row(row)["outcome"],
                "note": _known_by(row.attributes),
            },
        )
        for row in preview.rows
        if row.lonlat is not None and not row.lonlat.is_empty
    ]


def _known_by(attributes: dict[str, Any]) -> str:
    texts = [str(value) for value in attributes.values() if value not in (None, "")]
    values = [text for text in texts if len(text) <= LONGEST]
    return " · ".join(values[:MOST_ATTRIBUTES])
