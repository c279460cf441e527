"""How agencies are told of on pages: fees, ratings, qualifications, and the rows of tables."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from bank.agencies.directory import Record
from bank.figures import grouped
from bank.money import format_yuan
from valuation.agencies.tables import Agency, AgencyKind, Appraiser, Fee, FeeBasis, Qualification
from web.filters import day
from web.labels import label

PPM_OF_PERCENT_PLACES = 4
"""A share in millionths has four places as a percentage."""


def fee_words(fee: Fee) -> str:
    """What a line of the fee schedule asks."""
    if fee.basis is FeeBasis.SHARE:
        return str(_("%(share)s %% of the value", share=_percent(fee.amount)))
    yuan = format_yuan(fee.amount)
    if fee.basis is FeeBasis.PER_MU:
        return str(_("%(yuan)s yuan a mu", yuan=yuan))
    return str(_("%(yuan)s yuan", yuan=yuan))


def _percent(ppm: int) -> str:
    return grouped(ppm, PPM_OF_PERCENT_PLACES).rstrip("0").rstrip(".")


def rating_words(record: Record) -> str:
    """The mean of its stars, or that nobody has rated it."""
    tenths = record.average_tenths
    if tenths is None:
        return str(_("No rating yet"))
    stars = f"{tenths // 10}.{tenths % 10}"
    return str(_("%(stars)s of 5 from %(count)s ratings", stars=stars, count=record.ratings))


def kind_words(kinds: frozenset[AgencyKind]) -> str:
    """What it may do, in the order of the list."""
    return "、".join(str(label(kind)) for kind in AgencyKind if kind in kinds)


def qualification_row(row: Qualification, on: date) -> dict[str, Any]:
    """A certificate, and how it stands on a day."""
    return {
        "id": row.id,
        "kind": label(row.kind),
        "name": row.name,
        "number": row.number,
        "until": row.valid_until,
        "stands": _stands(row.checked_at is not None, row.valid_until, on),
        "unchecked": row.checked_at is None,
        "scan": url_for("documents.show", document_id=row.document_id) if row.document_id else None,
    }


def appraiser_row(row: Appraiser, on: date) -> dict[str, Any]:
    """An appraiser, and how her qualification stands on a day."""
    return {
        "id": row.user_id,
        "name": row.name,
        "number": row.qualification_number,
        "until": row.qualified_until,
        "stands": _stands(row.checked_at is not None, row.qualified_until, on),
        "unchecked": row.checked_at is None,
    }


def _stands(checked: bool, until: date, on: date) -> str:
    if until < on:
        return str(_("Expired"))
    return str(_("Holds") if checked else _("Waiting for an officer's check"))


def papers(agency: Agency, on: date) -> dict[str, Any]:
    """All that an agency says of itself, as its pages show it."""
    return {
        "qualifications": [qualification_row(each, on) for each in agency.qualifications],
        "appraisers": [appraiser_row(each, on) for each in agency.appraisers],
        "fees": [
            {"id": each.id, "service": each.service, "amount": fee_words(each)}
            for each in agency.fees
        ],
        "works": [
            {"id": each.id, "title": each.title, "client": each.client, "year": str(each.year)}
            for each in agency.works
        ],
    }


def listed_since(agency: Agency) -> str:
    """Since when it is in the list."""
    return str(_("In the list since %(day)s", day=day(agency.admitted_at)))
