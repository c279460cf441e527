"""The ways in which a file is refused, or found to be amiss later."""

from database.refusals import Conflict, Invalid


class FileEmpty(Invalid):
    """There is nothing in the file, or no file was chosen."""


class FileTooLarge(Invalid):
    """The file is over the limit (`limit_mb`, `size_mb` rounded up)."""


class FileKindRefused(Invalid):
    """Files of this kind are not taken here (`accepted`, `found`)."""


class FileNotWhatItSays(Invalid):
    """The name's ending says one kind and the content is another (`name`, `says`, `found`)."""


class FileBroken(Invalid):
    """The file begins as its kind should but cannot be read to its end (`name`, `kind`)."""


class FileLocked(Invalid):
    """A PDF that is encrypted: nobody could check it (`name`)."""


class FileActive(Invalid):
    """A PDF that would run a script or start a program when opened (`name`, `found`)."""


class PictureTooLarge(Invalid):
    """A picture that would unfold to too many pixels (`name`, `limit_megapixels`)."""


class FileDamaged(Conflict):
    """What lies on the disk is not what was handed in (`document`, `sha256`)."""
