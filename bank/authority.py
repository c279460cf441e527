"""Who may act on what: the checks that commands open with."""

from uuid import UUID

from bank.refusals import NotAnOfficer, NotYours, OwnBusiness
from database.actor import Actor, Role


def require_party(actor: Actor, party_id: UUID) -> None:
    """The actor acts for this party. Refuses: NotYours."""
    if party_id not in actor.parties:
        raise NotYours("this belongs to another party")


def require_county_officer(actor: Actor) -> None:
    """The actor is a county officer. Refuses: NotAnOfficer."""
    if not actor.has(Role.COUNTY):
        raise NotAnOfficer("only a county officer may do this")


def require_officer_of(actor: Actor, division_code: str) -> None:
    """The actor is an officer of the town in which the division lies. Refuses: NotAnOfficer."""
    town = actor.township
    if not (actor.has(Role.TOWNSHIP) and town and division_code.startswith(town)):
        raise NotAnOfficer("only an officer of this township may do this", division=division_code)


def township_of(actor: Actor) -> str | None:
    """The only town in which an officer may enter parcels; None for the county's: anywhere.

    Refuses: NotAnOfficer, for whoever is neither.
    """
    if actor.has(Role.COUNTY):
        return None
    if not (actor.has(Role.TOWNSHIP) and actor.township):
        raise NotAnOfficer("only officers enter parcels")
    return actor.township


def require_disinterested(actor: Actor, *, filed_by: UUID | None, parties: set[UUID]) -> None:
    """The officer neither filed the matter nor is interested in it. Refuses: OwnBusiness."""
    if actor.id == filed_by or not actor.interests.isdisjoint(parties):
        raise OwnBusiness("an officer cannot decide on her own business")
