"""Files that stay with a form that was refused: each comes back as a signed note of what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from flask import Response, after_this_request, current_app
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, MultipleFileField
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation

from bank.files import waiting
from bank.files.names import clean_name
from bank.rules import whole
from web.clock import now, today
from web.permissions import find_actor
from web.session import request_bank, request_session

SALT: Final = "files of a refused form"
MOST: Final = 100
"""So many notes one field reads: more than a request can carry files."""
BYTES_PER_MB: Final = 1 << 20
GONE: Final = _("What you chose before is not here any more. Choose it again.")


@dataclass(frozen=True)
class Kept:
    """A file that need not be chosen again: what it is called, its size, and its note."""

    name: str
    size: int
    note: str


class _Keeping:
    """What both fields share. `kept` is for the page; `data` is as if all had been chosen now.

    `instead_of` names the fields that the file stands in for: an error there is the file's.
    `limit` is the rule that says how many megabytes a file may have.
    """

    name: str
    short_name: str
    errors: Sequence[Any]
    data: Any
    raw_data: Any
    _notes: Sequence[str] = ()
    _gone = False

    def __init__(
        self,
        *args: Any,
        instead_of: Sequence[str] = (),
        limit: str = "file.size.maximum_mb",
        **told: Any,
    ) -> None:
        super().__init__(*args, **told)
        self.kept: list[Kept] = []
        self.instead_of = instead_of
        self.limit = limit

    @property
    def kept_name(self) -> str:
        """The name under which notes come back."""
        return f"{self.name}_kept"

    def process(self, formdata: Any, *args: Any, **told: Any) -> None:
        """Read what was chosen, and the notes of what was kept."""
        self._notes = list(dict.fromkeys(formdata.getlist(self.kept_name))) if formdata else []
        super().process(formdata, *args, **told)  # type: ignore[misc]  # of the field

    def process_formdata(self, valuelist: Iterable[Any]) -> None:
        """Take what was chosen and what was kept."""
        chosen = [each for each in valuelist if isinstance(each, FileStorage) and each]
        self.raw_data = self._take(chosen)
        if self.raw_data:
            self.data = self._as_data(self.raw_data)

    def pre_validate(self, _form: Any) -> None:
        """Say that a note was worth nothing, lest its file be missed unseen."""
        if self._gone:
            raise StopValidation(str(GONE))

    def files(self) -> list[FileStorage]:
        """What the field holds, chosen now or before."""
        held = self.data if isinstance(self.data, list) else [self.data]
        return [each for each in held if isinstance(each, FileStorage) and each]

    def keep(self, good: Iterable[FileStorage]) -> None:
        """Let these files wait, and have notes of them for the page."""
        most_bytes = whole(self.limit, today()) * BYTES_PER_MB
        found = (_lay_by(each, most_bytes) for each in good)
        self.kept = [each for each in found if each is not None]

    def good(self, form: Any) -> list[FileStorage]:
        """The files that nothing was found to be wrong with."""
        raise NotImplementedError

    def _take(self, chosen: list[FileStorage]) -> list[FileStorage]:
        raise NotImplementedError

    def _as_data(self, files: list[FileStorage]) -> Any:
        raise NotImplementedError

    def _brought_back(self) -> list[FileStorage]:
        found = [_find(note) for note in self._notes[:MOST]]
        self._gone = None in found or len(self._notes) > MOST
        return [each for each in found if each is not None]


class KeptFileField(_Keeping, FileField):
    """One file; one that is chosen takes the place of the one that was kept."""

    def good(self, form: Any) -> list[FileStorage]:
        """The file, unless an error stands at it or at what it stands in for."""
        wrong = self.errors or any(form[name].errors for name in self.instead_of)
        return [] if wrong else self.files()

    def _take(self, chosen: list[FileStorage]) -> list[FileStorage]:
        return chosen[:1] or self._brought_back()[:1]

    def _as_data(self, files: list[FileStorage]) -> Any:
        return files[0]


class KeptFilesField(_Keeping, MultipleFileField):
    """Any number of files; those that are chosen come to those that were kept."""

    def good(self, form: Any) -> list[FileStorage]:
        """All but the one that was refused by its name; that they are too few is no one's fault."""
        refusal = form.refusal
        refused = refusal is not None and refusal.field == self.short_name
        name = refusal.facts.get("name") if refused else None
        return [each for each in self.files() if clean_name(each.filename or "") != name]

    def _take(self, chosen: list[FileStorage]) -> list[FileStorage]:
        kept = self._brought_back()
        known = {_sameness(each) for each in chosen} if kept else set()
        return [each for each in kept if _sameness(each) not in known] + chosen

    def _as_data(self, files: list[FileStorage]) -> Any:
        return files


def keep_files(form: Any) -> None:
    """Keep what was chosen in a form that was refused, and is about to be shown again.

    `form.refusal` is why, if it was refused by a command.
    """
    if find_actor() is None:
        return
    for field in form:
        if isinstance(field, _Keeping):
            field.keep(field.good(form))


def _lay_by(upload: FileStorage, most_bytes: int) -> Kept | None:
    """None for what is empty or too large: it will never be accepted."""
    upload.stream.seek(0)
    content = upload.stream.read(most_bytes + 1)
    if not 0 < len(content) <= most_bytes:
        return None
    name = clean_name(upload.filename or "")
    digest = waiting.lay_by(request_session(), content, at=now())
    note = _notary().dumps({**_whose(), "sha256": digest, "name": name, "size": len(content)})
    return Kept(name=name, size=len(content), note=str(note))


def _find(note: str) -> FileStorage | None:
    """The file of a note; None if the note is altered, too old, or another's, or the file gone."""
    try:
        told = _notary().loads(note, max_age=int(waiting.LIFE.total_seconds()))
    except BadData:
        return None
    if find_actor() is None or {name: told[name] for name in ("user", "bank")} != _whose():
        return None
    stream = waiting.find(request_session(), told["sha256"])
    if stream is None:
        return None

    @after_this_request
    def close(response: Response) -> Response:
        stream.close()
        return response

    return FileStorage(stream, filename=told["name"])


def _notary() -> URLSafeTimedSerializer:
    key = current_app.config["SECRET_KEY"]
    return URLSafeTimedSerializer(key, salt=SALT, signer_kwargs={"digest_method": sha256})


def _whose() -> dict[str, str]:
    """Who may use a note, and where."""
    holder = find_actor()
    return {"user": str(holder.id) if holder else "", "bank": request_bank().county}


def _sameness(upload: FileStorage) -> tuple[str, str]:
    """What two files have in common when the second is the first, chosen again."""
    digest = sha256(upload.stream.read()).hexdigest()
    upload.stream.seek(0)
    return clean_name(upload.filename or ""), digest
