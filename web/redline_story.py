"""What a page tells of a red line: figures, sums, deposits, gaps and conflicts, for each reader."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
from flask import url_for
from flask_babel import gettext as _
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.area import format_mu
from bank.deposits.lifecycle import Stage
from bank.land import boxes
from bank.land.checks import Result
from bank.land.polygons import Shape
from bank.land.tables import Division
from bank.maps import mapping
from bank.parties.tables import Party
from bank.redlines import drawing
from bank.redlines.findings import Found, Hit, Inside, Sum, conflicts_inside
from bank.redlines.overlapping import ASKED_AT_ONCE
from bank.redlines.tables import RedLine
from bank.zones.conflicts import ZoneAnswer
from web.geojson import feature
from web.labels import label
from web.land_words import listed_stage
from web.refusal_texts import refusal_text
from web.zone_words import layer_name, percent

PAGE_SIZE: Final = 20
MOST_ON_MAP: Final = 5_000
OWNERS_SHOWN: Final = 20
TAKEN: Final = "taken"
REGISTERED: Final = "registered"
UNKNOWN: Final = "unknown"
LINE: Final = "line"


def told(
    session: Session, shape: Shape, found: Found, *, on: date, page: int, owners: bool
) -> dict[str, Any]:
    """What the results page shows; owners' names only where they may be read (`owners`)."""
    inside = found.inside
    towns = _town_names(session, (each.key for each in found.sums.by_town))
    sums = [
        (_("By kind"), _rows(found.sums.by_kind, lambda kind: str(label(kind)))),
        (_("By storage mode"), _rows(found.sums.by_mode, _mode_name)),
        (_("By town"), _rows(found.sums.by_town, lambda code: towns.get(code, code))),
    ]
    if owners:
        largest = found.sums.by_owner[:OWNERS_SHOWN]
        names = owner_names(session, (each.key for each in largest))
        rows = _rows(largest, lambda party: names[party])
        sums.append((_("By owner (the largest first)"), rows))
    collected = sum(each.area_dm2 for each in found.sums.by_kind)
    count = sum(each.count for each in found.sums.by_kind)
    return {
        "figures": _figures(found, collected, count),
        "parts": _rows(found.sums.by_part, lambda part: str(label(part))),
        "taken": _rows(found.sums.taken_by_stage, lambda stage: str(listed_stage(stage))),
        "sums": sums,
        "gaps": _gaps(found),
        "conflicts": [_conflict(answer) for answer in found.conflicts],
        "hits": _hits(session, shape, inside, page, on=on, owners=owners),
        "pages": max(1, -(-len(inside) // PAGE_SIZE)),
        "crowded": len(inside) > MOST_ON_MAP,
        "count": count,
        "collected_dm2": collected,
    }


def features(session: Session, line: RedLine, found: Found) -> Iterator[str]:
    """The line, the gaps, and each deposit as a GeoJSON feature with its `role` on the map."""
    shapes: list[BaseGeometry] = [drawing.shape_of(line)]
    said: list[dict[str, Any]] = [{"role": LINE}]
    for role, title, gap in (
        (UNKNOWN, _("Nothing is known of this land"), found.gaps.unknown),
        (REGISTERED, _("Registered, but nobody has deposited it"), found.gaps.registered),
    ):
        if not gap.is_empty:
            shapes.append(gap)
            said.append({"role": role, "title": title})
    places = list(range(min(len(found.inside), MOST_ON_MAP)))
    numbers = found.inside.touched.numbers[places]
    if len(numbers):
        shapes += list(boxes.polygons(session, numbers))
    said += [_said(hit) for hit in found.inside.hits(session, places)]
    texts = mapping.written(session, np.array(shapes, dtype=object))
    return (feature(text, each) for text, each in zip(texts, said, strict=True))


def owner_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of parties, for readers who may know them."""
    asked = list(ids)
    names: dict[UUID, str] = {}
    for first in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[first : first + ASKED_AT_ONCE]
        rows = session.execute(select(Party.id, Party.name).where(Party.id.in_(some)))
        names.update({row[0]: row[1] for row in rows})
    return names


def _said(hit: Hit) -> dict[str, Any]:
    free = hit.stage is Stage.STORED
    return {
        "role": hit.part.value if free else TAKEN,
        "title": f"{hit.number} · {label(hit.kind)}",
        "text": _(
            "%(part)s: %(overlap)s of %(stored)s mu",
            part=label(hit.part),
            overlap=format_mu(hit.overlap_dm2),
            stored=format_mu(hit.stored_dm2),
        ),
        "note": "" if free else listed_stage(hit.stage),
        "url": url_for("catalogue.show", deposit_id=hit.deposit_id),
    }


def _figures(found: Found, collected_dm2: int, count: int) -> list[dict[str, Any]]:
    def mu(dm2: int) -> str:
        return str(_("%(mu)s mu", mu=format_mu(dm2)))

    taken_dm2 = sum(each.area_dm2 for each in found.sums.taken_by_stage)
    return [
        {"label": _("Inside the red line"), "value": mu(found.area_dm2)},
        {
            "label": _("Can be collected"),
            "value": mu(collected_dm2),
            "note": _("%(count)s deposits", count=count),
        },
        {"label": _("In the bank, but not free"), "value": mu(taken_dm2)},
        {"label": _("Not in the bank"), "value": mu(found.gaps.area_dm2)},
    ]


def _gaps(found: Found) -> list[dict[str, Any]]:
    """What is missing inside, of each sort that there is any of."""
    rows = [
        {
            "what": _("Registered parcels that nobody has deposited"),
            "count": found.gaps.parcels,
            "area": found.gaps.registered_dm2,
        },
        {
            "what": _("Land of which the bank knows nothing"),
            "count": None,
            "area": found.gaps.unknown_dm2,
        },
    ]
    return [row for row in rows if row["area"]]


def _conflict(answer: ZoneAnswer) -> dict[str, Any]:
    conflict = answer.result is Result.CONFLICT
    return {
        "layer": layer_name(answer.layer_kind),
        "result": label(answer.result),
        "zone": answer.zone_name or None,
        "since": answer.valid_from,
        "area": answer.area_dm2 if conflict else None,
        "share": percent(answer.share_ppm) if conflict else None,
        "effect": label(answer.effect) if conflict else None,
    }


def zones_in_words(answers: Iterable[ZoneAnswer]) -> str:
    """The layers in conflict with a deposit, each with its area."""
    return "；".join(
        _("%(layer)s %(mu)s mu", layer=layer_name(a.layer_kind), mu=format_mu(a.area_dm2))
        for a in answers
        if a.result is Result.CONFLICT
    )


def _hits(
    session: Session, shape: Shape, inside: Inside, page: int, *, on: date, owners: bool
) -> list[dict[str, Any]]:
    """One page of the deposits: the free ones first, the largest overlap first."""
    order = np.lexsort((-inside.touched.overlap_dm2, ~inside.free)).tolist()
    places = order[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    hits = inside.hits(session, places)
    zones = conflicts_inside(session, shape, inside, on=on, places=places)
    towns = _town_names(session, (hit.town_code for hit in hits))
    names = owner_names(session, (hit.party_id for hit in hits)) if owners else {}
    return [
        {
            "number": hit.number,
            "url": url_for("catalogue.show", deposit_id=hit.deposit_id),
            "kind": label(hit.kind),
            "mode": _mode_name(hit.mode),
            "town": towns.get(hit.town_code, hit.town_code),
            "part": label(hit.part) if hit.stage is Stage.STORED else listed_stage(hit.stage),
            "overlap": hit.overlap_dm2,
            "stored": hit.stored_dm2,
            "owner": names.get(hit.party_id, ""),
            "zones": zones_in_words(answers),
            "why": _why_not(session, hit, shape, on),
        }
        for hit, answers in zip(hits, zones, strict=True)
    ]


def _why_not(session: Session, hit: Hit, shape: Shape, on: date) -> str:
    """Why a free deposit that the line cuts stays out of the bundle; empty: it goes in."""
    if hit.stage is not Stage.STORED:
        return ""
    refusal = drawing.why_uncut(session, hit, shape, on=on)
    return refusal_text(refusal) if refusal else ""


def _rows(sums: Sequence[Sum], name: Callable[[Any], str]) -> list[dict[str, Any]]:
    return [{"what": name(each.key), "count": each.count, "area": each.area_dm2} for each in sums]


def _mode_name(mode: Any) -> str:
    return str(label(mode)) if mode else "—"


def _town_names(session: Session, codes: Iterable[str]) -> dict[str, str]:
    rows = session.execute(
        select(Division.code, Division.name).where(Division.code.in_(list(codes)))
    )
    return {row[0]: row[1] for row in rows}
