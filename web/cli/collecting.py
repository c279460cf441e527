"""What `flask land collect` prints of a red line: in words, and as one JSON object."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bank.area import format_mu
from bank.deposits.lifecycle import Stage
from bank.land.polygons import Shape
from bank.redlines.findings import Found, Hit, Sum, conflicts_inside
from bank.zones.conflicts import Result, ZoneAnswer
from web.redline_story import owner_names


def as_json(session: Session, shape: Shape, found: Found, *, on: date) -> dict[str, Any]:
    """All findings; areas in dm², the owners by name, for whoever runs the bank's commands."""
    hits = found.inside.hits(session)
    zones = conflicts_inside(session, shape, found.inside, on=on)
    names = owner_names(session, {hit.party_id for hit in hits})
    sums = found.sums
    return {
        "area_dm2": found.area_dm2,
        "deposits": [
            _hit(hit)
            | {"owner": names[hit.party_id]}
            | {"conflicts": [_conflict(a) for a in answers if a.result is not Result.CLEAR]}
            for hit, answers in zip(hits, zones, strict=True)
        ],
        "sums": {
            "part": _sums(sums.by_part),
            "kind": _sums(sums.by_kind),
            "mode": _sums(sums.by_mode),
            "town": _sums(sums.by_town),
            "owner": [
                {"key": str(each.key), "owner": names[each.key], **_sum(each)}
                for each in sums.by_owner
            ],
            "not_free": _sums(sums.taken_by_stage),
        },
        "gaps": {
            "registered_dm2": found.gaps.registered_dm2,
            "registered_parcels": found.gaps.parcels,
            "unknown_dm2": found.gaps.unknown_dm2,
        },
        "conflicts": [_conflict(answer) for answer in found.conflicts],
    }


def in_words(told: dict[str, Any]) -> str:
    """The same for a reader: a line a deposit, then the sums."""
    lines = [f"inside the red line: {format_mu(told['area_dm2'])} mu"]
    for hit in told["deposits"]:
        how = hit["part"] if hit["stage"] == Stage.STORED else f"not free ({hit['stage']})"
        lines.append(
            f"{hit['number']}  {hit['parcel']}  {hit['kind']}  {how}"
            f"  {format_mu(hit['overlap_dm2'])} of {format_mu(hit['stored_dm2'])} mu"
        )
    for by in ("part", "kind", "mode", "town", "not_free"):
        for each in told["sums"][by]:
            lines.append(f"{by} {each['key']}: {each['count']}, {format_mu(each['area_dm2'])} mu")
    for each in told["conflicts"]:
        area = f", {format_mu(each['area_dm2'])} mu" if each["area_dm2"] else ""
        lines.append(f"{each['layer']}: {each['result']}{area}")
    gaps = told["gaps"]
    lines.append(
        f"not in the bank: {format_mu(gaps['registered_dm2'])} mu of"
        f" {gaps['registered_parcels']} registered parcels,"
        f" {format_mu(gaps['unknown_dm2'])} mu unknown"
    )
    return "\n".join(lines)


def _conflict(answer: ZoneAnswer) -> dict[str, Any]:
    return {
        "layer": answer.layer_kind,
        "result": answer.result.value,
        "area_dm2": answer.area_dm2,
        "share_ppm": answer.share_ppm,
        "zone": answer.zone_name,
        "effect": answer.effect.value,
        "valid_from": answer.valid_from,
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": str(hit.deposit_id),
        "number": hit.number,
        "parcel": hit.parcel_code,
        "stage": hit.stage.value,
        "kind": hit.kind.value,
        "mode": hit.mode.value if hit.mode else None,
        "town": hit.town_code,
        "part": hit.part.value,
        "overlap_dm2": hit.overlap_dm2,
        "stored_dm2": hit.stored_dm2,
    }


def _sums(sums: tuple[Sum, ...]) -> list[dict[str, Any]]:
    return [{"key": each.key, **_sum(each)} for each in sums]


def _sum(each: Sum) -> dict[str, int]:
    return {"count": each.count, "area_dm2": each.area_dm2}
