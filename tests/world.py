"""The World builder: a small lawful county, and any record of the loop at any stage, by commands.

Everything a test does not mention is lawful and ordinary; what it mentions, it says. Time runs
with `world.at`; commands are the bank's own, never shortcuts into the tables.
"""

from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from uuid import UUID

import pypdf
import shapely
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from bank.appraisals import valuing
from bank.assets.tables import AssetKind, EvidenceKind, Holder, RightType
from bank.calendar import local_date
from bank.catalogue import bundling
from bank.catalogue.tables import Bundle
from bank.commissions import answering
from bank.deposits import checking, drafting, locating, notices, storing, submission
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import ConsentKind, ConstructionUse, Deposit, StorageMode
from bank.files.documents import keep
from bank.files.kinds import PAPERS
from bank.files.tables import Document, Visibility
from bank.income import revenues, rounds
from bank.income.tables import Revenue, Round
from bank.land.divisions import add_division
from bank.land.polygons import Shape
from bank.land.tables import DivisionKind, Origin
from bank.numbers import next_number
from bank.orders import asking, placing, receipts, swapping
from bank.orders.tables import Order
from bank.parties.passwords import hash_password
from bank.parties.tables import Grant, Membership, Party, PartyKind, User
from bank.projects import reviewing
from bank.withdrawals import confirming, requesting
from bank.withdrawals.tables import Withdrawal
from database.actor import Actor, Role
from database.base import new_id
from database.directory import bank_of
from database.secrecy import fingerprint
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import Agency, AgencyKind, Appraiser, Qualification
from valuation.appraisals.tables import Appraisal, MethodResult, Reconciliation, SoleGround
from valuation.commissions import commissioning
from valuation.commissions.tables import Commission, SiteVisit

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday morning in China."""
PASSWORD = "mao zhu 37 qing shan"
TOWNS = {"330523106": "报福镇", "330523107": "章村镇"}
VILLAGES = {"330523106201": "景溪村", "330523107201": "河垓村"}
WEST, SOUTH, SIDE = 440_000, 3_380_000, 10_000
"""The county is two square towns side by side, in metres."""
SQUARE_M = 100
"""A parcel's side unless told otherwise: 15 mu."""


@lru_cache
def _hash() -> str:
    return hash_password(PASSWORD, min_length=10)


@lru_cache
def pdf(text: str = "") -> bytes:
    """A real PDF of one empty page; `text` makes it differ from others."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": text})
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


@lru_cache
def photo() -> bytes:
    """A real photograph, small and green."""
    target = BytesIO()
    Image.new("RGB", (64, 48), "green").save(target, "JPEG")
    return target.getvalue()


def resident_id(serial: int) -> str:
    """A resident id with a right check digit."""
    body = f"3305231956{1 + serial // 900 % 12:02d}{1 + serial // 30 % 28:02d}{serial % 900 + 100}"
    return body + ric.calc_check_digit(body + "0")


def credit_code(serial: int, start: str = "91330523") -> str:
    """A unified social credit code with a right check digit; `N2…` for a village collective."""
    body = f"{start}{serial:09d}"
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [pow(3, place, 31) for place in range(17)]
    total = sum(weight * alphabet.index(c) for weight, c in zip(weights, body, strict=True))
    code = body + alphabet[(31 - total) % 31]
    if start.startswith("9"):
        uscc.validate(code)
    return code


class World:
    """Builds records in one session; see the module's first lines."""

    def __init__(self, session: Session, *, at: datetime = NOW) -> None:
        self.session = session
        self.at = at
        self._serials = 0
        self._squares = dict.fromkeys(TOWNS, 0)
        self._agencies: dict[UUID, list[Actor]] = {}
        self._county()
        self.officer = self.user("陈镇干", Role.TOWNSHIP, township="330523106")
        self.second_officer = self.user("许镇干", Role.TOWNSHIP, township="330523106")
        self.county_officer = self.user("周科员", Role.COUNTY)
        self.other_county_officer = self.user("吴科长", Role.COUNTY)
        self.third_county_officer = self.user("郑科员", Role.COUNTY)
        self.auditor = self.user("钱审计", Role.AUDITOR)
        self.agency = self.new_agency()
        self.appraiser, self.second_appraiser = self._agencies[self.agency.id]

    def copied_to(self, session: Session) -> "World":
        """This world as it goes on in the session of a copy of its database."""
        other = copy(self)
        other.session = session
        other.agency = session.get_one(Agency, self.agency.id)
        other._squares, other._agencies = dict(self._squares), dict(self._agencies)
        return other

    def _serial(self) -> int:
        self._serials += 1
        return self._serials

    # -- places and people -------------------------------------------------------------------

    def _county(self) -> None:
        srid = bank_of(self.session).settings.srid
        whole = shapely.box(WEST, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE)
        add_division(
            self.session, "330523", "安吉县", DivisionKind.COUNTY, outline=whole, srid=srid
        )
        self.session.flush()
        for place, (code, name) in enumerate(TOWNS.items()):
            square = shapely.box(
                WEST + place * SIDE, SOUTH, WEST + (place + 1) * SIDE, SOUTH + SIDE
            )
            add_division(
                self.session, code, name, DivisionKind.TOWN,
                outline=square, srid=srid, parent_code="330523",
            )  # fmt: skip
            self.session.flush()
            village = f"{code}201"
            add_division(
                self.session, village, VILLAGES[village], DivisionKind.VILLAGE,
                outline=square, srid=srid, parent_code=code,
            )  # fmt: skip
            self.session.flush()

    def user(
        self,
        name: str,
        *roles: Role,
        party: Party | None = None,
        township: str | None = None,
        agency: UUID | None = None,
        login: str | None = None,
    ) -> Actor:
        """A login with the common PASSWORD, as an actor."""
        login = login or f"user{self._serial()}"
        user = User(
            login=login,
            login_fingerprint=fingerprint(login),
            password_hash=_hash(),
            name=name,
            township_code=township,
            agency_id=agency,
            created_at=self.at,
            granted=[Grant(role=role) for role in roles],
            memberships=[Membership(party=party, since=self.at)] if party else [],
        )
        self.session.add(user)
        self.session.flush()
        return user.actor()

    def party(
        self,
        kind: PartyKind = PartyKind.PERSON,
        *,
        name: str = "王桂花",
        village: str = "330523106201",
        confirmed: bool = True,
    ) -> Party:
        """A confirmed party."""
        serial = self._serial()
        number = resident_id(serial)
        if kind is PartyKind.COLLECTIVE:
            number = credit_code(serial, "N2330523")
        elif kind is PartyKind.COMPANY:
            number = credit_code(serial)
        party = Party(
            number=next_number(self.session, "P", self.at),
            kind=kind,
            name=name,
            id_number=number,
            id_fingerprint=fingerprint(number),
            phone="13857200001",
            division_code=village,
            created_at=self.at,
            confirmed_at=self.at if confirmed else None,
        )
        self.session.add(party)
        self.session.flush()
        return party

    def villager(self, name: str = "王桂花", village: str = "330523106201") -> Actor:
        """A villager who acts for herself."""
        return self.user(name, Role.OWNER, party=self.party(name=name, village=village))

    def collective(self, name: str = "景溪村股份经济合作社") -> Actor:
        """The representative of a confirmed village collective."""
        party = self.party(PartyKind.COLLECTIVE, name=name)
        return self.user("李社长", Role.COLLECTIVE, party=party)

    def investor(self, name: str = "浙江竹海文旅有限公司", *, confirmed: bool = True) -> Actor:
        """The representative of a company that invests."""
        party = self.party(PartyKind.COMPANY, name=name, confirmed=confirmed)
        return self.user("张经理", Role.INVESTOR, party=party)

    def party_of(self, actor: Actor) -> Party:
        """The one party that the actor acts for."""
        (party_id,) = actor.parties
        return self.session.get_one(Party, party_id)

    def new_agency(self, name: str = "安吉诚信资产评估所") -> Agency:
        """An admitted agency with two appraisers (`appraisers_of`)."""
        agency = Agency(
            number=next_number(self.session, "G", self.at),
            name=name,
            licence=credit_code(self._serial()),
            stage=AgencyStage.ADMITTED,
            applied_at=self.at,
            admitted_at=self.at,
            qualifications=[
                Qualification(
                    kind=AgencyKind.APPRAISAL,
                    name="资产评估备案",
                    number="1",
                    valid_until=date(2036, 12, 31),
                    checked_at=self.at,
                )
            ],
        )
        self.session.add(agency)
        self.session.flush()
        self._agencies[agency.id] = [
            self.new_appraiser(agency, "孙评估"), self.new_appraiser(agency, "赵评估")
        ]  # fmt: skip
        return agency

    def new_appraiser(self, agency: Agency, name: str, *, login: str | None = None) -> Actor:
        """One more qualified appraiser of the agency."""
        actor = self.user(name, Role.APPRAISER, agency=agency.id, login=login)
        self.session.add(
            Appraiser(
                user_id=actor.id,
                agency_id=agency.id,
                name=name,
                qualification_number=f"ZJ-{self._serial():06d}",
                qualified_until=date(2036, 12, 31),
                checked_at=self.at,
            )
        )
        self.session.flush()
        return actor

    def appraisers_of(self, agency: Agency) -> list[Actor]:
        """The agency's two appraisers."""
        return self._agencies[agency.id]

    # -- land and papers ---------------------------------------------------------------------

    def square(self, *, town: str = "330523106", side_m: float = SQUARE_M) -> Shape:
        """A square that overlaps no other, in the county's system."""
        place = self._squares[town]
        self._squares[town] += 1
        column, row = place % 40, place // 40
        x = WEST + list(TOWNS).index(town) * SIDE + 100 + column * 240
        y = SOUTH + 100 + row * 240
        return shapely.normalize(shapely.box(x, y, x + side_m, y + side_m))

    def document(
        self, actor: Actor, *, content: bytes | None = None, name: str = "证书.pdf"
    ) -> Document:
        """A real file that the actor handed in."""
        return keep(
            self.session,
            name=name,
            content=content or pdf(str(self._serial())),
            accept=PAPERS,
            actor=actor,
            party_id=next(iter(actor.parties), None),
            at=self.at,
            visibility=Visibility.OFFICE,
            limit_mb=20,
        )

    def key(self) -> str:
        """A fresh idempotency key."""
        return str(new_id())

    def later(self, **by: float) -> datetime:
        """Let time pass: `world.later(days=16)`."""
        self.at += timedelta(**by)
        return self.at

    # -- deposits ----------------------------------------------------------------------------

    def deposit(
        self,
        stage: Stage = Stage.STORED,
        *,
        owner: Actor | None = None,
        kind: AssetKind = AssetKind.WOODLAND,
        mode: StorageMode = StorageMode.SHARE,
        shape: Shape | None = None,
        yearly_yuan: int = 20_000,
        term_years: int = 15,
        rent_fen: int = 800_000,
        holders: dict[UUID, int] | None = None,
    ) -> Deposit:
        """A deposit, brought to the stage by the commands that lead there."""
        owner = owner or self.villager()
        deposit = self._draft(owner, kind, mode, shape, term_years, rent_fen)
        if holders:
            self._set_holders(deposit, holders)
        steps: dict[Stage, Callable[[], object]] = {
            Stage.SUBMITTED: lambda: self.submit(deposit, owner),
            Stage.ON_NOTICE: lambda: self.pass_to_notice(deposit),
            Stage.CLEARED: lambda: self.clear(deposit),
            Stage.STORED: lambda: self.appraise_and_store(deposit, yearly_yuan),
        }
        if stage is Stage.DRAFT:
            return deposit
        for reached, step in steps.items():
            step()
            if reached is stage:
                return deposit
        raise ValueError(f"the world does not bring deposits to {stage}")

    def _draft(
        self,
        owner: Actor,
        kind: AssetKind,
        mode: StorageMode,
        shape: Shape | None,
        term_years: int,
        rent_fen: int,
    ) -> Deposit:
        party_id = next(iter(owner.parties))
        party = self.session.get_one(Party, party_id)
        collective = party.kind is PartyKind.COLLECTIVE
        deposit = drafting.begin(
            self.session,
            party_id=party_id,
            kind=kind,
            name="屋后竹林",
            division_code=party.division_code,
            actor=owner,
            at=self.at,
            key=self.key(),
        )
        locating.place(
            self.session,
            deposit.id,
            shape=shape or self.square(),
            origin=Origin.DRAWN,
            actor=owner,
            at=self.at,
        )
        right = {
            AssetKind.WOODLAND: RightType.FOREST_CONTRACT,
            AssetKind.HOUSE: RightType.HOMESTEAD_USE,
            AssetKind.FARMLAND: RightType.LAND_CONTRACT,
        }.get(kind, RightType.COLLECTIVE_OWNERSHIP)
        if collective:
            right = RightType.COLLECTIVE_OWNERSHIP
        drafting.prove_right(
            self.session,
            deposit.id,
            type=right,
            certificate_number="浙(2019)安吉县不动产权第0012345号",
            unit_code="",
            ends_on=None if collective else date(2053, 12, 31),
            actor=owner,
            at=self.at,
        )
        drafting.attach(
            self.session,
            deposit.id,
            kind=EvidenceKind.CERTIFICATE,
            document=self.document(owner),
            actor=owner,
            at=self.at,
        )
        drafting.choose_mode(
            self.session,
            deposit.id,
            mode=mode,
            term_years=term_years,
            use=ConstructionUse.COMMERCE if kind is AssetKind.CONSTRUCTION_LAND else None,
            rent_fen=rent_fen if mode is StorageMode.LEASE else None,
            swap_wish="镇上安置房一套" if mode is StorageMode.SWAP else "",
            actor=owner,
            at=self.at,
        )
        return self.agree(deposit, owner)

    def agree(self, deposit: Deposit, owner: Actor) -> Deposit:
        """Record that the household, or the collective's meeting, agrees to the draft as it is."""
        collective = deposit.party.kind is PartyKind.COLLECTIVE
        return drafting.agree(
            self.session,
            deposit.id,
            kind=ConsentKind.MEMBERS if collective else ConsentKind.HOUSEHOLD,
            held_on=local_date(self.at) - timedelta(days=1),
            document=self.document(owner),
            actor=owner,
            at=self.at,
            vote=(
                drafting.Vote(
                    members=300,
                    present=280,
                    in_favour=260,
                    notice_given_on=local_date(self.at) - timedelta(days=20),
                )
                if collective
                else None
            ),
        )

    def _set_holders(self, deposit: Deposit, holders: dict[UUID, int]) -> None:
        deposit.asset.holders.clear()
        self.session.flush()
        for party_id, weight in holders.items():
            deposit.asset.holders.append(Holder(party_id=party_id, weight=weight))
        self.session.flush()

    def submit(self, deposit: Deposit, owner: Actor) -> Deposit:
        """Submit a draft, and let the grace period pass."""
        submission.submit(self.session, deposit.id, actor=owner, at=self.at, key=self.key())
        self.later(minutes=11)
        return deposit

    def officer_for(self, deposit: Deposit) -> Actor:
        """A township officer of the deposit's town."""
        town = deposit.asset.division_code[:9]
        if town == self.officer.township:
            return self.officer
        return self.user("邻镇干部", Role.TOWNSHIP, township=town)

    def pass_to_notice(self, deposit: Deposit) -> Deposit:
        """The township passes the deposit to notice and commissions the world's agency."""
        return checking.pass_to_notice(
            self.session,
            deposit.id,
            agency_id=self.agency.id,
            officer=self.officer_for(deposit),
            at=self.at,
            key=self.key(),
        )

    def clear(self, deposit: Deposit) -> Deposit:
        """Let the notice run out and clear it."""
        self.later(days=16)
        return notices.clear(self.session, deposit.id, at=self.at)

    def commission(self, *deposits: Deposit, agency: Agency | None = None) -> Commission:
        """The county has an agency, the world's unless told, value these deposits together."""
        return commissioning.engage(
            self.session,
            number=next_number(self.session, "C", self.at),
            assets=[deposit.asset_id for deposit in deposits],
            agency_id=(agency or self.agency).id,
            today=local_date(self.at),
            actor=self.county_officer,
            at=self.at,
        )

    def commission_of(self, deposit: Deposit) -> Commission:
        """The commission that the township gave for the deposit."""
        return self.session.scalars(
            select(Commission)
            .where(Commission.of(deposit.asset_id))
            .order_by(Commission.engaged_at.desc().nulls_last())
        ).first()  # type: ignore[return-value]  # a test that asks before one is there fails here

    def visit(self, commission: Commission, asset_id: UUID) -> SiteVisit:
        """The first appraiser of the commission's agency has seen the place."""
        appraiser, _ = self._appraisers(commission)
        visit = SiteVisit(
            commission_id=commission.id,
            asset_id=asset_id,
            visited_on=local_date(self.at),
            present="孙评估、村会计",
            findings="四至清楚，与权证一致。",
            recorded_by=appraiser.id,
            recorded_at=self.at,
        )
        self.session.add(visit)
        self.session.flush()
        self.session.expire(commission, ["visits"])
        return visit

    def begin(
        self,
        deposit: Deposit,
        *,
        commission: Commission | None = None,
        valuation_date: date | None = None,
        actor: Actor | None = None,
    ) -> Appraisal:
        """An empty draft, after a visit to the place."""
        commission = commission or self.commission_of(deposit)
        if not any(each.asset_id == deposit.asset_id for each in commission.visits):
            self.visit(commission, deposit.asset_id)
        return valuing.begin(
            self.session,
            commission.id,
            asset_id=deposit.asset_id,
            valuation_date=valuation_date or local_date(self.at),
            actor=actor or self._appraisers(commission)[0],
            at=self.at,
            key=self.key(),
        )

    def draft(
        self,
        deposit: Deposit,
        *,
        commission: Commission | None = None,
        yearly_yuan: int = 20_000,
        valuation_date: date | None = None,
        actor: Actor | None = None,
    ) -> Appraisal:
        """A draft with one result: income capitalisation over 20 years at 6 %."""
        appraisal = self.begin(
            deposit, commission=commission, valuation_date=valuation_date, actor=actor
        )
        valuing.add_method(
            self.session,
            appraisal.id,
            method="income",
            inputs={
                "income_yuan": yearly_yuan,
                "amounts_per": "whole",
                "rate": "0.06",
                "duration": "term",
                "term_years": 20,
            },
            actor=actor or self._appraisers(appraisal.commission)[0],
            at=self.at,
        )
        return appraisal

    def compare(self, appraisal: Appraisal, yuan: int) -> MethodResult:
        """One more result: comparison with a sale of just the same at this price."""
        return valuing.add_method(
            self.session,
            appraisal.id,
            method="comparison",
            inputs={
                "amounts_per": "whole",
                "comparables": [{"label": "邻村成交案例", "price_yuan": yuan}],
                "reconciliation": "mean",
            },
            actor=self._appraisers(appraisal.commission)[0],
            at=self.at,
        )

    def conclude(self, appraisal: Appraisal) -> Appraisal:
        """Conclude a draft, with a report, and have a colleague review it."""
        first, second = self._appraisers(appraisal.commission)
        single = len(appraisal.results) == 1
        valuing.conclude(
            self.session,
            appraisal.id,
            reconciliation=Reconciliation.SINGLE if single else Reconciliation.MEAN,
            sole_ground=SoleGround.ONLY_APPLICABLE if single else None,
            reason="当地缺少同类交易实例，仅收益法适用。" if single else "两种结果相近，取平均值。",
            report=self.document(first, name="评估报告.pdf"),
            actor=first,
            at=self.at,
        )
        return valuing.review(self.session, appraisal.id, actor=second, at=self.at)

    def appraise(
        self,
        deposit: Deposit,
        *,
        commission: Commission | None = None,
        yearly_yuan: int = 20_000,
        valuation_date: date | None = None,
    ) -> Appraisal:
        """An issued appraisal, seen, drafted, concluded, reviewed and signed by two."""
        appraisal = self.draft(
            deposit,
            commission=commission,
            yearly_yuan=yearly_yuan,
            valuation_date=valuation_date,
        )
        self.conclude(appraisal)
        for appraiser in self._appraisers(appraisal.commission):
            valuing.sign(self.session, appraisal.id, actor=appraiser, at=self.at, key=self.key())
        return appraisal

    def accept(self, commission: Commission) -> Commission:
        """The county, whose commission it is, is content with what was delivered."""
        return answering.accept(self.session, commission.id, actor=self.county_officer, at=self.at)

    def _appraisers(self, commission: Commission) -> list[Actor]:
        assert commission.agency is not None
        return self.appraisers_of(commission.agency)

    def store(self, deposit: Deposit) -> Deposit:
        """Store a cleared and appraised deposit."""
        return storing.store(
            self.session,
            deposit.id,
            officer=self.officer_for(deposit),
            at=self.at,
            key=self.key(),
        )

    def appraise_and_store(self, deposit: Deposit, yearly_yuan: int = 20_000) -> Deposit:
        """Appraise, wait for a collective's notice of the result, and store."""
        appraisal = self.appraise(deposit, yearly_yuan=yearly_yuan)
        if appraisal.in_force_from and appraisal.in_force_from > self.at:
            self.later(days=16)
        return self.store(deposit)

    # -- orders, projects, withdrawals, rounds -----------------------------------------------

    def bundle(
        self,
        *deposits: Deposit,
        investor: Actor | None = None,
        red_lines: Mapping[UUID, Shape] | None = None,
    ) -> tuple[Bundle, Actor]:
        """A bundle of these deposits, with offers for those that want a swap.

        `red_lines` cut some of them, by deposit.
        """
        investor = investor or self.investor()
        bundle = bundling.open_bundle(
            self.session, party_id=next(iter(investor.parties)), actor=investor, at=self.at
        )
        for deposit in deposits or (self.deposit(),):
            bundling.add(
                self.session,
                bundle.id,
                deposit_id=deposit.id,
                actor=investor,
                at=self.at,
                line=(red_lines or {}).get(deposit.id),
            )
            if deposit.mode is StorageMode.SWAP:
                bundling.offer_swap(
                    self.session,
                    bundle.id,
                    deposit_id=deposit.id,
                    offer="安置房 90 平方米",
                    offer_fen=0 if red_lines else (deposit.value_fen or 0) // 3,
                    actor=investor,
                    at=self.at,
                )
        return bundle, investor

    def order(
        self,
        *deposits: Deposit,
        investor: Actor | None = None,
        capital_fen: int = 10_000_000,
        accepted: bool = True,
        approved: bool = True,
        paid: bool = True,
        red_lines: Mapping[UUID, Shape] | None = None,
    ) -> Order:
        """An order for these deposits; swaps and parts accepted, approved, paid, unless told."""
        bundle, investor = self.bundle(*deposits, investor=investor, red_lines=red_lines)
        order = placing.place(
            self.session,
            bundle.id,
            name="大竹海民宿",
            purpose="竹林康养与民宿",
            capital_fen=capital_fen,
            actor=investor,
            at=self.at,
            key=self.key(),
        )
        if accepted:
            self.accept_swaps(order)
            self.agree_to_parts(order)
        if approved:
            self.later(minutes=11)
            self.approve(order)
        if approved and paid and order.amount_fen:
            self.pay(order)
        return order

    def accept_swaps(self, order: Order) -> None:
        """The owner of each swap says yes to what is offered."""
        for line in order.lines:
            if line.mode is StorageMode.SWAP:
                swapping.accept_swap(
                    self.session,
                    order.id,
                    deposit_id=line.deposit_id,
                    actor=self.owner_of(line.deposit),
                    at=self.at,
                )

    def agree_to_parts(self, order: Order) -> None:
        """The owner of each deposit that is cut lets the part go."""
        for part in asking.parts_of(self.session, order).values():
            asking.agree(
                self.session,
                order.id,
                deposit_id=part.deposit_id,
                shape_digest=part.shape_digest,
                actor=self.owner_of(part.deposit),
                at=self.at,
            )

    def owner_of(self, deposit: Deposit) -> Actor:
        """Who acts for the party that deposited it."""
        user = self.session.scalars(
            select(User).join(Membership).where(Membership.party_id == deposit.party_id)
        ).first()
        assert user is not None
        return user.actor()

    def approve(self, order: Order) -> None:
        """Review and approve the order's project."""
        told = {"officer": self.county_officer, "at": self.at}
        reviewing.start_review(self.session, order.project_id, **told)  # type: ignore[arg-type]
        reviewing.give_opinion(
            self.session,
            order.project_id,
            department="自然资源和规划局",
            in_favour=True,
            opinion="同意",
            officer=self.county_officer,
            at=self.at,
        )
        reviewing.approve(self.session, order.project_id, **told)  # type: ignore[arg-type]

    def pay(self, order: Order) -> None:
        """Pay all that is open into escrow."""
        receipts.pay_into_escrow(
            self.session,
            order.id,
            bank_receipt_number=f"NH{self._serial():010d}",
            amount_fen=receipts.open_amount(self.session, order),
            officer=self.county_officer,
            at=self.at,
            key=self.key(),
        )

    def collection(self, order: Order) -> Withdrawal:
        """A requested collection of a paid order."""
        return requesting.request_collection(
            self.session, order.id, officer=self.county_officer, at=self.at, key=self.key()
        )

    def refund(self, order: Order) -> Withdrawal:
        """A requested refund of what is held for an order."""
        return requesting.request_refund(
            self.session,
            order.id,
            reason="投资人撤资",
            officer=self.county_officer,
            at=self.at,
            key=self.key(),
        )

    def confirm(self, withdrawal: Withdrawal) -> Withdrawal:
        """Two officers confirm a withdrawal."""
        self.later(minutes=11)
        confirming.check(self.session, withdrawal.id, officer=self.other_county_officer, at=self.at)
        return confirming.confirm(
            self.session,
            withdrawal.id,
            officer=self.third_county_officer,
            at=self.at,
            key=self.key(),
        )

    def collected(self, *deposits: Deposit, **told: object) -> Order:
        """An order that is collected, its project operating."""
        order = self.order(*deposits, **told)  # type: ignore[arg-type]
        self.confirm(self.collection(order))
        return order

    def revenue(self, order: Order, amount_fen: int = 5_000_000) -> Revenue:
        """Received revenue of an operating project, reported by its investor."""
        investor = Actor(
            id=order.placed_by,
            name="",
            roles=frozenset({Role.INVESTOR}),
            parties=frozenset({order.party_id}),
        )
        revenue = revenues.report(
            self.session,
            order.project_id,
            amount_fen=amount_fen,
            period_from=local_date(self.at) - timedelta(days=90),
            period_to=local_date(self.at) - timedelta(days=1),
            remark="",
            document=None,
            actor=investor,
            at=self.at,
            key=self.key(),
        )
        self.later(minutes=11)
        return revenues.receive(
            self.session,
            revenue.id,
            bank_receipt_number=f"NH{self._serial():010d}",
            amount_fen=amount_fen,
            officer=self.county_officer,
            at=self.at,
            key=self.key(),
        )

    def round(self, order: Order, *, paid: bool = True, rate: str = "0.30") -> Round:
        """A round over what the project has received; confirmed and paid unless told otherwise."""
        round_ = rounds.open_round(
            self.session,
            order.project_id,
            reserve_rate=Decimal(rate),
            override_reason="",
            officer=self.county_officer,
            at=self.at,
            key=self.key(),
        )
        if paid:
            self.later(days=11)
            rounds.confirm(
                self.session,
                round_.id,
                officer=self.other_county_officer,
                at=self.at,
                key=self.key(),
            )
        return round_

    def payout(self, owner: Actor, amount_fen: int) -> Withdrawal:
        """A requested payout of the owner's money."""
        return requesting.request_payout(
            self.session,
            next(iter(owner.parties)),
            amount_fen=amount_fen,
            bank_account="6228480402564890018",
            actor=owner,
            at=self.at,
            key=self.key(),
        )
