"""Agencies as commands find them: their row, locked, and whether the actor speaks for it."""

from uuid import UUID

from sqlalchemy.orm import Session

from bank.agencies.refusals import NotEditable, NotOurAgency, TextMissing
from bank.refusals import NoSuchRecord
from database.actor import Actor
from database.rows import find_row
from valuation.agencies.lifecycle import EDITABLE
from valuation.agencies.tables import Agency


def get_agency(session: Session, agency_id: UUID, *, lock: bool = False) -> Agency:
    """The agency of this id, its row locked if asked. Refuses: NoSuchRecord."""
    agency = find_row(session, Agency, agency_id, lock=lock)
    if agency is None:
        raise NoSuchRecord("no such agency")
    return agency


def own_agency(session: Session, agency_id: UUID, actor: Actor) -> Agency:
    """The agency, its row locked, for who works there and while it may be changed.

    Refuses: NoSuchRecord, NotOurAgency, NotEditable.
    """
    agency = get_agency(session, agency_id, lock=True)
    if actor.agency != agency.id:
        raise NotOurAgency("this is another agency")
    if agency.stage not in EDITABLE:
        raise NotEditable("what it says of itself stays still", stage=agency.stage.value)
    return agency


def said(text: str, field: str) -> str:
    """A text that must not be empty, without blanks around it. Refuses: TextMissing."""
    if not text.strip():
        raise TextMissing("a text is needed", field=field)
    return text.strip()
