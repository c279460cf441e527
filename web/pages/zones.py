"""Control layers (三区三线) for county officers: which versions there are, and a new one."""

from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext as _
from flask_wtf.file import FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types
from wtforms.validators import InputRequired, Length, Optional

from bank.zones.conflicts import KINDS, layers_in_force, versions
from bank.zones.importing import Fields, ImportedLayer, import_layer
from web.clock import now, today
from web.forms import BankForm, page, submitting
from web.kept_files import KeptFileField
from web.limits import FILES, limiter
from web.permissions import actor, county_required
from web.session import request_session
from web.uploads import beside_the_file, on_disk
from web.zone_words import layer_name

bp = Blueprint("zones", __name__, url_prefix="/zones")

OTHER = "other"
BLANK = {"no": False, "yes": True}
"""What an empty attribute means, as it is answered."""
DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]


class LayerForm(BankForm):
    """A file of zones, which layer it is, and from when it governs."""

    file = KeptFileField(
        _("File of the zones"),
        [FileRequired(_("Choose the file."))],
        description=_("GeoPackage, a zipped Shapefile, or GeoJSON."),
        limit="zone.file.maximum_mb",
    )
    layer = SelectField(_("Layer"))
    kind = StringField(
        _("Name of the county's own layer"),
        [Optional(), Length(max=60)],
        description=_("Only if it is none of the three."),
    )
    valid_from = DateField(_("Governs from"), [InputRequired(_("Write the day."))], format=DAYS)
    name_field = StringField(_("Attribute with a zone's name"), [Optional(), Length(max=60)])
    core_field = StringField(
        _("Attribute that says whether a zone is of the core"),
        [Optional(), Length(max=60)],
        description=_("Ecological red line only; it says 1 or 0, or the kind of zone in words."),
    )
    blank_core = SelectField(
        _("What does it mean where that attribute is empty?"),
        choices=[
            SelectChoice("", _("It is empty nowhere")),
            SelectChoice("no", _("Not of the core")),
            SelectChoice("yes", _("Of the core")),
        ],
        default="",
    )

    def offer(self) -> None:
        """Fill in the layers."""
        three = [SelectChoice(kind, layer_name(kind)) for kind in KINDS]
        self.layer.choices = [*three, SelectChoice(OTHER, _("A layer of the county's own"))]

    @property
    def chosen_kind(self) -> str:
        """One of the three, or what was typed."""
        chosen = self.layer.data or ""
        return (self.kind.data or "").strip() if chosen == OTHER else chosen


@bp.route("", methods=["GET", "POST"])
@county_required
@limiter.limit(FILES, methods=["POST"])
def index() -> ResponseReturnValue:
    """All versions of all layers; taking in another."""
    form = LayerForm()
    form.offer()
    if form.sent():
        with submitting(form) as session, beside_the_file(), on_disk(form.file.data) as path:
            taken = import_layer(
                session,
                path,
                kind=form.chosen_kind,
                valid_from=form.valid_from.data or today(),
                at=now(),
                fields=Fields(
                    name=(form.name_field.data or "").strip() or None,
                    core=(form.core_field.data or "").strip() or None,
                    blank_core=BLANK.get(form.blank_core.data or ""),
                ),
                actor=actor(),
                source_name=Path(form.file.data.filename or path.name).name,
            )
        if form.accepted:
            flash(*_said(taken))
            return redirect(url_for(".index"))
    return page("zones/index.html", form, rows=_rows(), missing=_missing())


def _said(taken: ImportedLayer) -> tuple[str, str]:
    name = layer_name(taken.layer.kind)
    if not taken.is_new:
        return gettext("%(name)s: the same zones are here already.", name=name), "note"
    said = gettext("%(name)s: %(count)s zones taken.", name=name, count=taken.layer.zone_count)
    if taken.repaired:
        rows = ", ".join(map(str, taken.repaired[:20]))
        mended = gettext("Mended without a change of area: rows %(rows)s.", rows=rows)
        said = f"{said} {mended}"
    return said, "success"


def _rows() -> list[dict[str, Any]]:
    session = request_session()
    governing = {layer.id for layer in layers_in_force(session, today())}
    return [
        {
            "layer": layer_name(layer.kind),
            "name": layer.name,
            "since": layer.valid_from,
            "zones": layer.zone_count,
            "area": layer.area_dm2,
            "stands": _stands(layer.id in governing, layer.valid_from > today()),
            "imported": layer.imported_at,
        }
        for layer in versions(session)
    ]


def _stands(governs: bool, to_come: bool) -> str:
    if governs:
        return str(gettext("Governs today"))
    return str(gettext("To come") if to_come else gettext("Replaced by a newer one"))


def _missing() -> list[str]:
    """The layers of the three that no version governs today."""
    there = {layer.kind for layer in layers_in_force(request_session(), today())}
    return [layer_name(kind) for kind in KINDS if kind not in there]
