"""For whom an investor invests: the party behind her bundle, her orders and her projects."""

from flask import abort
from sqlalchemy import case, select
from sqlalchemy.orm import Session

from bank.parties.tables import Party, PartyKind
from database.actor import Actor
from web.permissions import actor
from web.session import request_session


def find_investing_party(session: Session, investor: Actor) -> Party | None:
    """The company that the reader acts for; without one, the first of her parties."""
    return session.scalar(
        select(Party)
        .where(Party.id.in_(investor.parties))
        .order_by(case((Party.kind == PartyKind.COMPANY, 0), else_=1), Party.number)
        .limit(1)
    )


def investing_party() -> Party:
    """The same for the request's reader; one who acts for nobody cannot invest."""
    party = find_investing_party(request_session(), actor())
    if party is None:
        abort(403)
    return party
