"""The sentences of refusals: what every other refusal descends from."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "not_found": (_("There is no such record. Check the number, or begin again from the list."),),
    "forbidden": (_("Your login may not do this. Sign in as someone who may, or call the bank."),),
    "invalid": (_("Something here is not right. Mend it and send it again."),),
    "conflict": (_("This is not possible now. Reload the page to see how things stand."),),
    "try_again": (_("Someone else was at it at the same moment. Nothing was done; try again."),),
}
