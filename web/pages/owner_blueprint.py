"""What all pages of depositors share: their blueprint, and whose deposit it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from bank.deposits import records
from bank.deposits.lifecycle import Stage
from bank.deposits.submission import missing
from bank.deposits.tables import Deposit
from bank.refusals import NoSuchRecord
from web.permissions import actor
from web.session import request_session

bp = Blueprint("owner", __name__, url_prefix="/deposits")

STEPS: Final = ("place", "right", "evidence", "mode", "consent")
"""The questions of an application in order, as `submission.missing` names them."""


def own_deposit(deposit_id: UUID) -> Deposit:
    """A deposit of a party that the reader acts for; anybody else's does not exist for her.

    Refuses: NoSuchRecord.
    """
    deposit = records.get_deposit(request_session(), deposit_id)
    if actor().parties.isdisjoint(records.concerned(deposit)):
        raise NoSuchRecord("no such deposit")
    return deposit


def of_draft(view: Callable[[Deposit], ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Give the view its draft; one that was handed in is shown instead of asked about."""

    @wraps(view)
    def asked(deposit_id: UUID) -> ResponseReturnValue:
        deposit = own_deposit(deposit_id)
        editable = deposit.stage is Stage.DRAFT and deposit.party_id in actor().parties
        if request.method == "GET" and not editable:
            return redirect(url_for("owner.show", deposit_id=deposit_id))
        return view(deposit)

    return asked


def step_url(deposit: Deposit, step: str) -> str:
    """The page of one question."""
    return url_for(f"owner.{step}", deposit_id=deposit.id)


def origin() -> dict[str, Any]:
    """The query argument that remembers that she came from her answers."""
    return {"from": "check"} if request.args.get("from") == "check" else {}


def onward(deposit: Deposit, step: str) -> str:
    """Where to go on: back to the answers if she came from there, else the next question."""
    if origin():
        return step_url(deposit, "check")
    following = STEPS[STEPS.index(step) + 1 :]
    return step_url(deposit, following[0] if following else "check")


def next_question(deposit: Deposit) -> str:
    """The first question that is not answered; "check" when all are."""
    lacking = missing(deposit)
    return lacking[0] if lacking else "check"


def told_if_lapsed(deposit: Deposit, *, agreed: bool) -> None:
    """Say that the consent that was there before is gone: what it was given for has changed."""
    if agreed and deposit.consent is None:
        flash(_("You changed what was agreed to. Show anew that everyone agreed."), "info")


def frame_of(deposit: Deposit, step: str) -> dict[str, object]:
    """What every question's page says: which of how many it is, and the way back."""
    number = STEPS.index(step)
    back = step_url(deposit, STEPS[number - 1] if number else "show")
    if origin():
        back = step_url(deposit, "check")
    return {"deposit": deposit, "step": number + 1, "steps": len(STEPS), "back": back}
