"""The sentences of refusals: files and documents."""

from typing import Final

from flask_babel import LazyString, lazy_gettext as _

WORDS: Final[dict[str, tuple[LazyString, ...]]] = {
    "file_empty": (_("The file is empty, or none was chosen. Choose the file again."),),
    "file_too_large": (
        _("The file has %(size_mb)s MB; at most %(limit_mb)s MB are taken. Choose a smaller one."),
        _("At most %(most_bytes)s are taken. Choose a smaller file, or split it."),
        _("The file is too large. Choose a smaller one."),
    ),
    "file_kind_refused": (
        _("%(found)s files are not taken here. Choose one of these: %(accepted)s."),
        _("This kind of file is not taken here. Choose another one."),
    ),
    "file_not_what_it_says": (
        _("The name says %(says)s but the contents are %(found)s. Save it anew and try again."),
        _("The contents do not fit the file's name. Save it anew and try again."),
    ),
    "file_broken": (_("The file is damaged or incomplete. Open it yourself, then save it anew."),),
    "file_locked": (_("The PDF is locked with a password. Save it without one, or take a photo."),),
    "file_active": (_("The PDF holds a program. Print it to a new PDF, or take a photo."),),
    "picture_too_large": (
        _("The picture has over %(limit_megapixels)s million pixels. Make it smaller first."),
        _("The picture has too many pixels. Make it smaller first."),
    ),
    "file_damaged": (
        _("The stored file is not what was handed in. Tell the bank, and keep your own copy."),
    ),
}
