"""Control layers (三区三线) for county officers: which versions there are, and a new one."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from bank.files.names import clean_name
from bank.land.refusals import SeveralLayers, UnknownCoordinates
from bank.zones.columns import Told, tell
from bank.zones.conflicts import KINDS, layers_in_force, versions
from bank.zones.importing import ImportedLayer, import_layer
from web.clock import now, today
from web.forms import page, submitting
from web.limits import FILES, limiter
from web.permissions import actor, county_required
from web.session import request_session
from web.uploads import beside_the_file, on_disk
from web.zone_form import ColumnsForm, LayerForm
from web.zone_words import layer_name

bp = Blueprint("zones", __name__, url_prefix="/zones")


@bp.route("", methods=["GET", "POST"])
@county_required
@limiter.limit(FILES, methods=["POST"])
def index() -> ResponseReturnValue:
    """All versions of all layers; looking into the file of another."""
    form = LayerForm()
    if form.sent():
        asked = ColumnsForm()
        with submitting(form):
            told = _tell(form)
            asked.offer(told)
            asked.propose(told)
        if form.accepted:
            asked.file.keep([form.file.data])
            return page("zones/columns.html", asked, told=told)
    return _giving(form)


@bp.post("/columns")
@county_required
@limiter.limit(FILES)
def columns() -> ResponseReturnValue:
    """Take in the layer, now that its columns have a meaning."""
    form, told = ColumnsForm(), None
    if form.sent():
        with submitting(form) as session:
            told = _tell(form)
            form.offer(told)
            if told.crs is None and not form.crs.data:
                raise UnknownCoordinates("say in which system the coordinates are", field="crs")
            with beside_the_file(), on_disk(form.file.data) as path:
                taken = import_layer(
                    session,
                    path,
                    kind=form.chosen_kind,
                    valid_from=form.valid_from.data or today(),
                    at=now(),
                    fields=form.fields(),
                    actor=actor(),
                    crs=form.crs.data or None,
                    source_name=clean_name(form.file.data.filename or path.name),
                    file_layer=told.layer,
                )
        if form.accepted:
            flash(*_said(taken))
            return redirect(url_for(".index"))
    return page("zones/columns.html", form, told=told) if told else _giving(form)


def _tell(form: LayerForm) -> Told:
    """What the chosen file tells of itself; the stream is at its beginning again.

    Of several layers the form lets one be chosen.
    """
    with beside_the_file(), on_disk(form.file.data) as path:
        try:
            told = tell(request_session(), path, on=today(), file_layer=form.file_layer.data)
        except SeveralLayers as refusal:
            form.offer_layers(refusal.facts["layers"])
            refusal.field = "file_layer"
            raise
    form.file.data.stream.seek(0)
    return told


def _giving(form: LayerForm) -> ResponseReturnValue:
    """The page that takes a file, and asks which of its layers is meant if it has several."""
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
