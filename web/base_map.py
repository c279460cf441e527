"""The base map that a deployment may configure: a WMTS address, and nothing else of that host.

Without it a map shows the bank's own outlines alone, and no browser asks any other host.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask

PLACES = {"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"}
"""WMTS's names for a tile's level, row and column, and what Leaflet calls them."""
TIANDITU = "tianditu.gov.cn"
DEGREES = re.compile(
    r"[?&]tilematrixset=(c|[^&]*(4326|4490|4258|crs84)[^&]*)(&|$)|/[a-z]+_c/wmts", re.IGNORECASE
)
"""Addresses of tiles in degrees (天地图's `vec_c`): in EPSG:3857 they lie elsewhere."""


@dataclass(frozen=True)
class BaseMap:
    """Where tiles come from (`{z}`, `{x}`, `{y}`), whose they are, and the origin to allow."""

    url: str
    attribution: str
    origin: str


def read_base_map(address: str, attribution: str = "") -> BaseMap | None:
    """The base map of a configured address (EPSG:3857 tiles); None if there is none.

    Raises ValueError, so that a wrong setting stops the start and not a reader.
    """
    url = address.strip()
    if not url:
        return None
    for theirs, ours in PLACES.items():
        url = re.sub(re.escape(theirs), ours, url, flags=re.IGNORECASE)
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not re.fullmatch(r"[\w.:-]+", parts.netloc):
        raise ValueError("MAP_WMTS_URL must begin with https:// and one host")
    if not all(place in url for place in ("{x}", "{y}", "{z}")):
        raise ValueError("MAP_WMTS_URL must name {TileMatrix}, {TileRow} and {TileCol}")
    if re.search(r"[{}]", re.sub(r"\{[xyz]\}", "", url)):
        raise ValueError("MAP_WMTS_URL may leave open only {TileMatrix}, {TileRow} and {TileCol}")
    if DEGREES.search(url):
        raise ValueError("MAP_WMTS_URL must be of tiles in EPSG:3857 (天地图: vec_w, not vec_c)")
    host = parts.hostname or ""
    whose = "天地图 © 国家地理信息公共服务平台" if host.endswith(TIANDITU) else host
    return BaseMap(url, attribution or whose, f"{parts.scheme}://{parts.netloc}")


def init_app(app: Flask) -> None:
    """Read the setting, and let every map know it."""
    found = read_base_map(
        app.config.get("MAP_WMTS_URL", ""), app.config.get("MAP_WMTS_ATTRIBUTION", "")
    )
    app.extensions["base_map"] = found
    app.jinja_env.globals["base_map"] = found
