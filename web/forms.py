"""What all forms share: the idempotency key, and refusals shown beside the field at fault."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than types

from database.base import new_id
from database.refusals import Refusal
from web.errors import status_of
from web.kept_files import keep_files
from web.locale import chinese
from web.refusal_texts import refusal_text
from web.session import transaction

NOTHING: Final = ""
"""The value of a choice that was not made; no column may be called that."""


class BankForm(FlaskForm):
    """A form with CSRF token and idempotency key; `status` is what its page answers with."""

    key = HiddenField(default=lambda: str(new_id()))
    status: int = 200
    accepted: bool = False
    refusal: Refusal | None = None

    def sent(self) -> bool:
        """Whether the form was posted and every field is of the right shape."""
        if not self.is_submitted():
            return False
        if self.validate():
            return True
        self.status = 422
        return False

    def _offer_choices(self, name: str, nothing: str, choices: Iterable[tuple[str, str]]) -> None:
        """Fill a list when it is shown; `nothing` is what choosing none of it is called."""
        offered = [(NOTHING, nothing), *choices]
        self._fields[name].choices = [SelectChoice(value, text) for value, text in offered]

    def refuse(self, refusal: Refusal) -> None:
        """Show the refusal beside its field, or on top if the form has no such field."""
        self.refusal = refusal
        self.status = status_of(refusal)
        problems = refusal.facts.get("problems")
        if problems:
            for problem in problems:
                text = problem["message_zh" if chinese() else "message_en"]
                self.add_error(problem["field"], text)
            return
        self.add_error(refusal.field, refusal_text(refusal))

    def add_error(self, name: str | None, text: str) -> None:
        """Put an error beside the field of that name, or on top."""
        field = self._fields.get(name or "")
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


def new_key() -> str:
    """A fresh idempotency key."""
    return str(new_id())


def posted_key() -> str:
    """The idempotency key of a one-button form; a request without one gets its own."""
    return request.form.get("key") or new_key()


@contextmanager
def submitting(form: BankForm) -> Iterator[Session]:
    """Run a command for a form: commit it, or show its refusal in the form with nothing done."""
    try:
        with transaction() as session:
            yield session
    except Refusal as refusal:
        form.refuse(refusal)
    else:
        form.accepted = True


@contextmanager
def acting() -> Iterator[Session]:
    """Run a command for a button: commit it, or flash its refusal with nothing done."""
    try:
        with transaction() as session:
            yield session
    except Refusal as refusal:
        flash(refusal_text(refusal), "error")


def page(template: str, form: BankForm | None = None, **context: Any) -> ResponseReturnValue:
    """Render a page; one whose form was refused answers with its status and keeps its files."""
    status = form.status if form else 200
    if form and status >= 400:
        keep_files(form)
    return render_template(template, form=form, **context), status
