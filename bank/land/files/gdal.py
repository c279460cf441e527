"""GDAL as files that are given reach it: a few drivers, no network, no extensions.

Some of GDAL's drivers follow addresses that are written in a file, or take it for a recipe. A file
is looked at before (`formats`), and what is not there cannot be called whatever it turns out to be.
"""

import ctypes
from collections.abc import Iterable
from typing import Final

import pyogrio
from pyogrio import _ogr

NOWHERE: Final = "127.0.0.1:9"
"""Nobody answers there."""
OPTIONS: Final = {
    "DXF_ENCODING": "UTF-8",
    "DXF_CLOSED_LINE_AS_POLYGON": True,
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "/none",
    "GDAL_HTTP_PROXY": NOWHERE,
    "GDAL_HTTPS_PROXY": NOWHERE,
    "GDAL_HTTP_TIMEOUT": "1",
    "OGR_SQLITE_LOAD_EXTENSIONS": None,
}
"""The last one is a list of extensions: "OFF" would be the name of one."""


def allow_only(drivers: Iterable[str]) -> None:
    """Leave this process these drivers, and no others; it can open and write nothing else then.

    pyogrio has no way to say which drivers may answer for a file, and GDAL's own option names those
    that may not, which the next version adds to.
    """
    kept = frozenset(drivers)
    library = ctypes.CDLL(_ogr.__file__)  # the one that pyogrio was linked with
    library.GDALGetDriver.restype = ctypes.c_void_p
    library.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    library.GDALGetDriverShortName.restype = ctypes.c_char_p
    library.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    for driver in [library.GDALGetDriver(i) for i in range(library.GDALGetDriverCount())]:
        if library.GDALGetDriverShortName(driver).decode() not in kept:
            library.GDALDeregisterDriver(driver)
    left = set(pyogrio.list_drivers()) - kept
    if left:
        raise RuntimeError(f"GDAL kept drivers that no file may reach: {sorted(left)}")
    pyogrio.set_gdal_config_options(OPTIONS)
