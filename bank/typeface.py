"""The fonts that the bank prints its papers with: Chinese, put there by `make setup`."""

from pathlib import Path
from typing import Final

from valuation.reports.typesetting import Typeface

FONTS: Final = Path(__file__).parents[1] / "web" / "fonts"
"""They lie with the pages' other foreign files; see `tools/vendor.py`."""
TYPEFACE: Final = Typeface(FONTS / "NotoSansSC-Regular.ttf", FONTS / "NotoSansSC-Bold.ttf")
