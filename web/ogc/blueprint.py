"""The blueprint of the OGC API: its errors as JSON, its rate limits, JSON or a page as asked."""

from collections.abc import Collection
from typing import Any, Final

from flask import Blueprint, Response, json, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException

from database.refusals import Invalid, Refusal
from web.errors import carried, status_of
from web.limits import limiter
from web.refusal_texts import refusal_text

PREFIX: Final = "/ogc"
RATE: Final = "300 per minute"
"""What one address may ask: a map that is moved asks for a page of each layer."""
WRONG_TOKENS: Final = "20 per minute"
GEOJSON: Final = "application/geo+json"
JSON: Final = "application/json"
HTML: Final = "text/html"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
FORMATS: Final = {"json": JSON, "html": HTML}

bp = Blueprint("ogc", __name__, url_prefix=PREFIX)
limiter.limit(RATE)(bp)
limiter.limit(WRONG_TOKENS, deduct_when=lambda answer: answer.status_code == 401)(bp)


def as_page() -> bool:
    """Whether the answer is to be a page: `f` says so, else what the browser accepts."""
    asked = request.args.get("f")
    if asked is not None:
        if asked not in FORMATS:
            raise BadRequest("f must be json or html")
        return asked == "html"
    return request.accept_mimetypes.best_match([JSON, GEOJSON, HTML]) == HTML


def refuse_unknown(known: Collection[str] = ()) -> None:
    """Refuse (400) parameters that the definition does not name, and those given twice."""
    for name, values in request.args.lists():
        if name != "f" and name not in known:
            raise BadRequest(f"there is no parameter {name} here")
        if len(values) > 1:
            raise BadRequest(f"{name} is given twice")


def answer(body: dict[str, Any], template: str, *, media: str = JSON, **told: Any) -> Response:
    """The resource as JSON, or as a page with what else the page needs."""
    if as_page():
        return make_response(render_template(template, body=body, **told))
    response = jsonify(body)
    response.content_type = media
    return response


def link(rel: str, href: str, media: str, title: str = "") -> dict[str, str]:
    """A link as all resources of the API have them."""
    found = {"rel": rel, "href": href, "type": media}
    return found | {"title": title} if title else found


@bp.after_request
def open_to_other_sites(response: Response) -> Response:
    """Let pages of other sites read what is public: their browsers send no cookie with it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Vary"] = "Accept, Authorization, Cookie, Accept-Language"
    return response


@bp.errorhandler(HTTPException)
def show_error(error: HTTPException) -> ResponseReturnValue:
    """An error as JSON, with the headers that belong to it."""
    told = {"code": f"http_{error.code}", "description": error.description or ""}
    return Response(json.dumps(told), status=error.code, content_type=JSON, headers=carried(error))


@bp.errorhandler(Refusal)
def show_refusal(refusal: Refusal) -> ResponseReturnValue:
    """A refusal as JSON; input at fault is 400 here, as the standard has it."""
    status = 400 if isinstance(refusal, Invalid) else status_of(refusal)
    told = {"code": refusal.code, "description": refusal_text(refusal)}
    return jsonify(told | ({"field": refusal.field} if refusal.field else {})), status
