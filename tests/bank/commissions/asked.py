"""A commission that asks agencies for quotes, brought step by step to its end by the commands."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bank.calendar import local_date
from bank.commissions import engaging, quoting, requesting, visiting
from bank.deposits.tables import Deposit
from bank.parties import paying_in
from bank.parties.tables import PartyKind
from database.actor import Actor
from tests.world import World, photo
from valuation.agencies.tables import Agency, AgencyKind
from valuation.commissions.tables import ChoiceVote, Commission, Quote, SiteVisit

FEE_FEN = 600_000


class Asked:
    """A request, lawful unless told otherwise: an owner has her cleared woodland appraised.

    `world.agency` and a second one are asked; the client has twice the fee in cash.
    """

    def __init__(
        self,
        world: World,
        *deposits: Deposit,
        client: Actor | None = None,
        county: bool = False,
        cash_fen: int = 2 * FEE_FEN,
        **told: Any,
    ) -> None:
        self.world, self.session = world, world.session
        self.client = world.county_officer if county else client or self._owner(deposits)
        self.deposits = deposits
        self.other = world.new_agency("湖州正源资产评估事务所")
        client_id = None if county else next(iter(self.client.parties))
        if client_id and cash_fen:
            fund(world, self.client, cash_fen)
        lawful: dict[str, Any] = {
            "kind": AgencyKind.APPRAISAL,
            "client_id": client_id,
            "assets": [deposit.asset_id for deposit in deposits],
            "agencies": [world.agency.id, self.other.id],
            "scope": "评估林地经营权价值",
            "quote_by": self.day(7),
            "deliver_by": self.day(60),
            "actor": self.client,
            "at": world.at,
            "key": world.key(),
        }
        self.told = lawful | told
        self.commission: Commission = requesting.request(self.session, **self.told)

    def _owner(self, deposits: tuple[Deposit, ...]) -> Actor:
        return self.world.owner_of(deposits[0])

    def day(self, days: int) -> date:
        """So many days from now."""
        return local_date(self.world.at) + timedelta(days=days)

    @property
    def id(self) -> UUID:
        """The commission's."""
        return self.commission.id

    def quote_of(self, agency: Agency | None = None) -> Quote:
        """The quote that an agency was asked for; the world's, unless told."""
        wanted = agency or self.world.agency
        (found,) = [each for each in self.commission.quotes if each.agency_id == wanted.id]
        return found

    def offer(self, agency: Agency | None = None, **told: Any) -> Quote:
        """The agency offers to do it."""
        quote = self.quote_of(agency)
        lawful: dict[str, Any] = {
            "fee_fen": FEE_FEN,
            "deliver_by": self.day(30),
            "words": "两名评估师，现场调查一天。",
            "no_ties": True,
            "actor": self.world.appraisers_of(quote.agency)[0],
            "at": self.world.at,
        }
        return quoting.offer(self.session, quote.id, **(lawful | told))

    def vote(self, quote: Quote, **told: Any) -> ChoiceVote:
        """The collective's members choose that offer."""
        lawful: dict[str, Any] = {
            "quote_id": quote.id, "body": "members", "members": 300, "present": 280,
            "in_favour": 260, "notice_given_on": self.day(-20), "held_on": self.day(0),
            "document": self.world.document(self.client, name="会议记录.pdf"),
            "actor": self.client, "at": self.world.at,
        }  # fmt: skip
        return engaging.record_vote(self.session, self.id, **(lawful | told))

    def choose(self, quote: Quote | None = None, **told: Any) -> Commission:
        """The client chooses the offer; a collective after its vote."""
        quote = quote or self.offer()
        if self.client.parties and self._is_collective() and not told.pop("unvoted", False):
            self.vote(quote)
        lawful: dict[str, Any] = {
            "actor": self.client,
            "at": self.world.at,
            "key": self.world.key(),
        }
        return engaging.choose(self.session, quote.id, **(lawful | told))

    def _is_collective(self) -> bool:
        return self.world.party_of(self.client).kind is PartyKind.COLLECTIVE

    def visit(self, deposit: Deposit | None = None, **told: Any) -> SiteVisit:
        """The first appraiser has seen the place and brings a photo."""
        appraiser = self.world.appraisers_of(self.commission.engaged)[0]
        lawful: dict[str, Any] = {
            "asset_id": (deposit or self.deposits[0]).asset_id,
            "visited_on": self.day(0),
            "present": "孙评估、村会计",
            "findings": "四至清楚，与权证一致。",
            "photos": [self.world.document(appraiser, content=photo(), name="现场.jpg")],
            "actor": appraiser,
            "at": self.world.at,
            "key": self.world.key(),
        }
        return visiting.record(self.session, self.id, **(lawful | told))

    def deliver(self) -> Commission:
        """Chosen, if nobody was yet; each asset visited and appraised."""
        if self.commission.agency is None:
            self.choose()
        for deposit in self.deposits:
            self.visit(deposit)
            self.world.appraise(deposit, commission=self.commission)
        return self.commission


def fund(world: World, actor: Actor, amount_fen: int) -> None:
    """The actor's party pays money into its account."""
    paying_in.pay_in(
        world.session,
        world.party_of(actor).id,
        bank_receipt_number=world.key(),
        amount_fen=amount_fen,
        officer=world.third_county_officer,
        at=world.at,
        key=world.key(),
    )
