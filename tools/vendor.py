"""The files that pages and papers take from npm packages, and where each is found."""

import shutil
import sys
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = TOP / "node_modules"
SERVED: Final = TOP / "web" / "static" / "vendor"
FONTS: Final = TOP / "web" / "fonts"

FILES: Final = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "leaflet/dist/images/layers.png": "images/layers.png",
    "leaflet/dist/images/layers-2x.png": "images/layers-2x.png",
    "leaflet/dist/images/marker-icon.png": "images/marker-icon.png",
    "leaflet/dist/images/marker-icon-2x.png": "images/marker-icon-2x.png",
    "leaflet/dist/images/marker-shadow.png": "images/marker-shadow.png",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.min.js": "leaflet-geoman.min.js",
    "@geoman-io/leaflet-geoman-free/dist/leaflet-geoman.css": "leaflet-geoman.css",
    "echarts/dist/echarts.simple.min.js": "echarts.simple.min.js",
}
"""Source in node_modules → target in web/static/vendor."""

_NOTO: Final = "@expo-google-fonts/noto-sans-sc"
FONT_FILES: Final = {
    f"{_NOTO}/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    f"{_NOTO}/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
    f"{_NOTO}/LICENSE_FONT": "LICENSE",
}
"""Source in node_modules → target in web/fonts: what PDFs embed parts of; it is not served."""


def copy() -> None:
    """Make web/static/vendor and web/fonts hold these files and no others."""
    for folder, files in ((SERVED, FILES), (FONTS, FONT_FILES)):
        shutil.rmtree(folder, ignore_errors=True)
        for source, target in files.items():
            destination = folder / target
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PACKAGES / source, destination)


if __name__ == "__main__":
    try:
        copy()
    except FileNotFoundError as missing:
        sys.exit(f"{missing.filename} is not where its package had it; see tools/vendor.py")
