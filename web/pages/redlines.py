"""Red lines (项目红线): drawing one, seeing what it collects, and making a bundle of it."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.land.projection import area_of_use
from bank.maps import mapping
from bank.parties.tables import Party
from bank.projects.tables import Project
from bank.redlines import drawing
from bank.redlines.drawing import LeftOut
from bank.redlines.findings import Found, find_inside
from bank.redlines.tables import RedLine
from database.actor import Role
from database.directory import bank_of
from web.clock import now, today
from web.forms import acting, page, submitting
from web.geojson import collection
from web.investing import find_investing_party, investing_party
from web.limits import FILES, FINDINGS, limiter
from web.pages.catalogue import kinds
from web.paging import page_links, page_number
from web.permissions import actor, drawer_required, investor_required, red_line_required
from web.red_lines_shown import kept_checks
from web.redline_form import SUFFIXES, RedLineForm, read_shape
from web.redline_story import PAGE_SIZE, features, told
from web.refusal_texts import refusal_text
from web.session import request_session

LEFT_OUT_SHOWN = 10
"""A message travels in a cookie: it names no more deposits than this."""

bp = Blueprint("redlines", __name__, url_prefix="/redlines")


@bp.get("")
@red_line_required
def index() -> ResponseReturnValue:
    """The red lines that the reader may see, the newest first."""
    lines = drawing.red_lines_of(request_session(), actor())
    rows = [
        {
            "name": line.name,
            "url": url_for(".show", red_line_id=line.id),
            "number": line.number,
            "area": line.area_dm2,
            "at": line.created_at,
        }
        for line in lines
    ]
    drawing_too = actor().has(Role.INVESTOR, Role.COUNTY)
    return render_template("redlines/index.html", rows=rows, drawing=drawing_too)


@bp.route("/new", methods=["GET", "POST"])
@drawer_required
@limiter.limit(FILES, methods=["POST"])
def new() -> ResponseReturnValue:
    """Draw a red line, type its corners, or take it from a file."""
    form = RedLineForm()
    if form.sent():
        with submitting(form) as session:
            line = drawing.keep(
                session,
                read_shape(session, form),
                name=form.name.data or "",
                party_id=_party_id(),
                actor=actor(),
                at=now(),
            )
        if form.accepted:
            return redirect(url_for(".show", red_line_id=line.id))
    return page("redlines/new.html", form, map=_map(), accept=",".join(SUFFIXES))


@bp.get("/<uuid:red_line_id>")
@red_line_required
@limiter.limit(FINDINGS)
def show(red_line_id: UUID) -> ResponseReturnValue:
    """What the red line collects, what is missing inside it, and what forbids."""
    line, found = _found(red_line_id)
    pages = max(1, -(-len(found.inside) // PAGE_SIZE))
    number = min(page_number(), pages)
    owners = actor().has(Role.COUNTY)
    return render_template(
        "redlines/show.html",
        line=line,
        told=told(
            request_session(),
            drawing.shape_of(line),
            found,
            on=today(),
            page=number,
            owners=owners,
        ),
        owners=owners,
        investing=actor().has(Role.INVESTOR) and _party_id() is not None,
        pager=page_links(".show", number, of=pages, red_line_id=line.id),
        bounds=mapping.bounds_of(request_session()),
        checks=kept_checks(request_session(), line),
        project=request_session().get(Project, line.project_id) if line.project_id else None,
    )


@bp.get("/<uuid:red_line_id>/map.json")
@red_line_required
@limiter.limit(FINDINGS)
def on_map(red_line_id: UUID) -> ResponseReturnValue:
    """The red line, its deposits and its gaps as GeoJSON; each feature says its `role`."""
    line, found = _found(red_line_id)
    return collection(features(request_session(), line, found))


@bp.post("/<uuid:red_line_id>/bundle")
@investor_required
@limiter.limit(FINDINGS)
def bundle(red_line_id: UUID) -> ResponseReturnValue:
    """Put what the red line collects into the investor's open bundle."""
    party = investing_party()
    done = url_for(".show", red_line_id=red_line_id)
    with acting() as session:
        prepared = drawing.prepare_bundle(
            session, red_line_id, party_id=party.id, actor=actor(), at=now()
        )
        flash(
            _(
                "In your bundle: %(whole)s whole, %(partial)s in part.",
                whole=prepared.whole,
                partial=prepared.partial,
            ),
            "success",
        )
        if prepared.left_out:
            flash(_left_out(prepared.left_out), "info")
        done = url_for("bundles.show")
    return redirect(done)


def _left_out(found: Sequence[LeftOut]) -> str:
    """How many stayed out, and of the first which and why."""
    reasons: dict[str, list[str]] = {}
    for each in found[:LEFT_OUT_SHOWN]:
        reasons.setdefault(refusal_text(each.why), []).append(each.number)
    first = "；".join(f"{'、'.join(numbers)}: {why}" for why, numbers in reasons.items())
    return str(_("Left out: %(count)s. %(which)s", count=len(found), which=first))


def _found(red_line_id: UUID) -> tuple[RedLine, Found]:
    session = request_session()
    line = drawing.get_red_line(session, red_line_id, actor=actor())
    return line, find_inside(session, drawing.shape_of(line), on=today())


def _party_id() -> UUID | None:
    """Whom an investor draws for; the county draws for itself."""
    if not actor().has(Role.INVESTOR):
        return None
    party: Party | None = find_investing_party(request_session(), actor())
    return party.id if party else None


def _map() -> dict[str, object]:
    west, _south, east, _north = area_of_use(bank_of(request_session()).settings.srid)
    return {
        "bounds": mapping.bounds_of(request_session()),
        "meridian": round((west + east) / 2),
        "kinds": kinds(),
    }
