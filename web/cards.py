"""A deposit's one card: outline, name, kind, area, place and, in words, where it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, object_session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from bank.assets.tables import Asset
from bank.calendar import grace_ends, local_date
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Decision, Deposit
from bank.land.polygons import outline_svg_path
from bank.land.tables import Division, DivisionKind
from bank.parties.tables import Party, PartyKind
from web.clock import now
from web.labels import label

TONES: Final = {
    Stage.STORED: "good",
    Stage.COLLECTED: "good",
    Stage.DRAFT: "heed",
    Stage.REFUSED: "bad",
}


def card_options() -> Sequence[ORMOption]:
    """What a query of deposits loads along with them when their cards are shown."""
    return (
        joinedload(Deposit.asset).joinedload(Asset.division),
        joinedload(Deposit.asset).joinedload(Asset.parcel),
        selectinload(Deposit.objections),
    )


def deposit_card(
    deposit: Deposit,
    *,
    url: str | None,
    next: str | None = None,
    next_url: str | None = None,
    stage: str | None = None,
) -> dict[str, Any]:
    """The card as the macro `ui.deposit_card` wants it; `stage` says it in other words."""
    asset = deposit.asset
    return {
        "name": asset.name,
        "url": url,
        "number": deposit.number,
        "kind": asset.kind.value,
        "kind_name": label(asset.kind),
        "area_dm2": area_of(deposit),
        "town": place_name(asset.division),
        "outline": outline_of(deposit),
        "mode": label(deposit.mode) if deposit.mode else None,
        "value_fen": deposit.value_fen,
        "stage": stage or stage_words(deposit, now()),
        "tone": TONES.get(deposit.stage),
        "next": next,
        "next_url": next_url,
    }


def area_of(deposit: Deposit) -> int | None:
    """What is stored, else what the drawn parcel measures, in dm²; None before it is placed."""
    if deposit.area_dm2:
        return deposit.area_dm2
    parcel = deposit.asset.parcel
    return parcel.area_dm2 if parcel else None


def outline_of(deposit: Deposit) -> str | None:
    """The parcel as an SVG path in a square of 100; None before it is placed."""
    parcel = deposit.asset.parcel
    return outline_svg_path(parcel.wkb) if parcel else None


def place_name(division: Division) -> str:
    """A village with its town, as in 报福镇景溪村; a town alone."""
    session = object_session(division)
    if division.kind is DivisionKind.VILLAGE and division.parent_code and session is not None:
        town = session.get(Division, division.parent_code)
        return f"{town.name}{division.name}" if town else division.name
    return division.name


def masked_name(party: Party) -> str:
    """A person's name as the public sees it, 王*英; an organisation's name in full."""
    if party.kind in (PartyKind.COLLECTIVE, PartyKind.COMPANY):
        return party.name
    name = party.name
    if len(name) <= 2:
        return name[:1] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def stage_words(deposit: Deposit, at: datetime) -> str:
    """Where the deposit stands, never a bare status: until when, and what it waits for."""
    match deposit.stage:
        case Stage.ON_NOTICE:
            return _on_notice(deposit, at)
        case Stage.SUBMITTED if deposit.submitted_at and at < grace_ends(deposit.submitted_at):
            return str(_("Handed in; it can still be taken back"))
        case _:
            return str(_words()[deposit.stage])


def _words() -> dict[Stage, str]:
    return {
        Stage.DRAFT: _("Being filled in, not handed in yet"),
        Stage.SUBMITTED: _("Handed in; the township is checking the papers"),
        Stage.CHECKED: _("The papers are checked"),
        Stage.CONSENTED: _("The papers and the consent are checked"),
        Stage.ON_NOTICE: _("On public notice"),
        Stage.CLEARED: _("The notice is over without objection; waiting to be stored"),
        Stage.STORED: _("In the bank, in the catalogue for investors"),
        Stage.RESERVED: _("An investor has reserved it"),
        Stage.PLEDGED: _("Frozen for a lender"),
        Stage.COLLECTED: _("At work in a project"),
        Stage.RETURNED: _("Back with its owner"),
        Stage.REFUSED: _("Refused; the reason is inside"),
    }


def _on_notice(deposit: Deposit, at: datetime) -> str:
    if any(objection.decision is Decision.OPEN for objection in deposit.objections):
        return str(_("On public notice; an objection is being looked into"))
    if deposit.notice_until is None or at >= deposit.notice_until:
        return str(_("The notice is over; the township will close it"))
    days = (local_date(deposit.notice_until) - local_date(at)).days
    return str(_("On public notice, days left: %(days)s", days=days))
