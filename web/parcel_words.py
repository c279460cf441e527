"""A parcel in words, as all its pages tell it: class, both areas, four bounds, shapes, its code."""

from collections.abc import Sequence
from typing import Any, Final

import shapely
from flask import url_for
from flask_babel import get_locale, gettext as _
from sqlalchemy.orm import Session

from bank.area import format_mu
from bank.deposits import records
from bank.files.tables import Document
from bank.land.areas import areas_of
from bank.land.bounds import Beyond, Bound, Bounds, kept_bounds, look_around
from bank.land.classes import find_class
from bank.land.polygons import outline_svg_path
from bank.land.shapes import shapes_of
from bank.land.tables import Parcel, ParcelShape
from bank.parties.tables import User
from web.clock import now, today
from web.filters import moment
from web.labels import label
from web.refusal_texts import COMMA

FINE: Final = 4
"""Decimals of mu where two areas stand side by side, as on certificates."""


def parcel_words(session: Session, parcel: Parcel) -> dict[str, Any]:
    """What the pages say of a parcel: rows of `ui.facts`, a warning or none, its public address."""
    areas = areas_of(parcel, on=today())
    bounds = kept_bounds(session, parcel)
    told = bounds or look_around(session, parcel, at=now(), among=records.neighbours())
    return {
        "code": parcel.code,
        "url": url_for("parcels.show", code=parcel.code),
        "square": url_for("parcels.square", code=parcel.code),
        "class_row": {"label": _("Land use class"), "value": class_words(parcel.land_class)},
        "area_rows": [
            {
                "label": _("Area on the map"),
                "value": _("%(mu)s mu", mu=format_mu(areas.planar_dm2, FINE)),
                "note": _("the working figure, from the corners in the county's plane"),
            },
            {
                "label": _("Area on the ellipsoid"),
                "value": _("%(mu)s mu", mu=format_mu(areas.ellipsoid_dm2, FINE)),
                "note": _("to compare with; it differs by %(ppm)s millionths",
                          ppm=f"{areas.difference_ppm:+,}"),
            },
        ],
        "warning": _(
            "The two areas differ by more than they should. The corners were most likely given in"
            " another coordinate zone: have them looked at before anything rests on them."
        ) if areas.apart else None,
        "bounds_rows": bounds_rows(told),
        "bounds_at": _("Four bounds as looked for on %(moment)s.", moment=moment(told.at)),
    }  # fmt: skip


def class_words(code: str) -> str:
    """A GB/T 21010 class by name, with its code."""
    found = find_class(code)
    return f"{found.name(str(get_locale()))} ({code})" if found else code


def bounds_rows(bounds: Bounds) -> list[dict[str, str]]:
    """The four bounds as rows of `ui.facts`."""
    return [
        {"label": str(label(side)), "value": str(COMMA).join(bound_words(b) for b in seen)}
        for side, seen in bounds.sides.items()
    ]


def bound_words(bound: Bound) -> str:
    """What lies on a side: a parcel by its place and code, a boundary by its name."""
    if bound.beyond is Beyond.PARCEL:
        return str(_("%(place)s, parcel %(code)s", place=bound.name, code=bound.code))
    if bound.beyond is Beyond.DIVISION:
        return str(_("boundary of %(name)s", name=bound.name))
    return str(label(bound.beyond))


def shape_history(session: Session, parcel: Parcel, *, office: bool) -> list[dict[str, Any]]:
    """The shapes the parcel had, newest first, each drawn over the one before.

    Only the office sees who changed it, in what words, and by which paper.
    """
    rows = shapes_of(session, parcel)
    told = [_shape(row, before) for row, before in zip(rows, [None, *rows], strict=False)]
    if office:
        for entry, row in zip(told, rows, strict=True):
            entry |= _office_words(session, row)
    return told[::-1]


def overlay(wkbs: Sequence[bytes]) -> list[str]:
    """SVG paths of these shapes over each other in one square of 100."""
    bounds = shapely.bounds([shapely.from_wkb(wkb) for wkb in wkbs])
    lows, highs = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    frame = (float(lows[0]), float(lows[1]), float(highs[0]), float(highs[1]))
    return [outline_svg_path(wkb, frame=frame) for wkb in wkbs]


def _shape(row: ParcelShape, before: ParcelShape | None) -> dict[str, Any]:
    paths = overlay([before.wkb, row.wkb] if before else [row.wkb])
    return {
        "number": row.number,
        "since": row.since,
        "reason": str(label(row.reason)),
        "area_dm2": row.area_dm2,
        "more": row.area_dm2 - before.area_dm2 if before else None,
        "old": paths[0] if before else None,
        "new": paths[-1],
    }


def _office_words(session: Session, row: ParcelShape) -> dict[str, Any]:
    actor = session.get(User, row.actor_id) if row.actor_id else None
    document = session.get(Document, row.document_id) if row.document_id else None
    return {
        "note": row.note,
        "by": actor.name if actor else None,
        "document": document and {
            "name": document.title or document.name,
            "url": url_for("documents.show", document_id=document.id),
            "kind": str(_("What the outline rests on")),
            "size": document.size,
            "on": row.since,
        },
    }  # fmt: skip
