"""The words that all features of a map share, in the reader's language."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from bank.assets.tables import AssetKind
from bank.deposits.lifecycle import IN_BANK, Stage
from web.geojson import Words
from web.labels import label

FREE_KINDS = {
    "01": AssetKind.FARMLAND,
    "02": AssetKind.FARMLAND,
    "03": AssetKind.WOODLAND,
    "05": AssetKind.CONSTRUCTION_LAND,
    "06": AssetKind.CONSTRUCTION_LAND,
    "07": AssetKind.HOUSE,
    "11": AssetKind.WATER,
}
"""How a parcel of a GB/T 21010 class is coloured before it is anybody's asset."""


def catalogue_words() -> Words:
    """For the catalogue's map: each deposit opens its public page."""
    stages = {stage: listed_stage(stage) for stage in IN_BANK}
    return _words(stages, f"{url_for('catalogue.listing')}/{{id}}")


def desk_words(town: str) -> Words:
    """For an officer's map: a township opens cases, the county the pages of what is in the bank."""
    stages = {stage: str(label(stage)) for stage in Stage}
    if town:
        return _words(stages, f"{url_for('township.index')}/{{id}}")
    opens = sorted(stage.value for stage in IN_BANK)
    return {**_words(stages, f"{url_for('catalogue.listing')}/{{id}}"), "opens": opens}


def free_words() -> Words:
    """For parcels that are nobody's asset yet."""
    return {**_words({}, ""), "classes": {code: kind.value for code, kind in FREE_KINDS.items()}}


def listed_stage(stage: Stage) -> str:
    """Where a deposit stands, for somebody who might want it."""
    words: dict[Stage, str] = {
        Stage.STORED: _("Free: you can put it in a bundle"),
        Stage.RESERVED: _("Reserved by an order; it may become free again"),
        Stage.PLEDGED: _("Frozen for a lender"),
        Stage.COLLECTED: _("At work in a project"),
    }
    return words.get(stage) or str(label(stage))


def _words(stages: dict[Stage, str], url: str) -> dict[str, Any]:
    passbook = url_for("catalogue.passbook", deposit_id=UUID(int=0))
    return {
        "kinds": {kind.value: str(label(kind)) for kind in AssetKind},
        "stages": {stage.value: text for stage, text in stages.items()},
        "url": url,
        "passbook": passbook.replace(str(UUID(int=0)), "{id}"),
        "with_passbook": sorted(stage.value for stage in IN_BANK),
    }
