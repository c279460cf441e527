"""How often a serving process looks for garbage: seldom, for requests leave almost none."""

import gc
from typing import Final

AFTER: Final = (50_000, 20, 100)
"""So many new objects before the young are looked at, and so many such rounds before the older."""


def collect_seldom() -> None:
    """Leave alone what the application is made of, and look at the rest less often.

    What a request makes is freed by counting references. The collector's default of 700 objects
    costs a batch of 1,000 transfers a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*AFTER)
