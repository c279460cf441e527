"""The demonstration county in a bank: whole, lawful, repeatable, and only once."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank import accounts
from bank.acts import Act
from bank.assets.tables import Asset, AssetKind, EvidenceKind
from bank.calendar import local_date
from bank.codes import read_credit_code, read_resident_id
from bank.contracts.rents import arrears
from bank.demo.data import TOWNS
from bank.demo.filling import BankNotEmpty, fill, logins
from bank.demo.people import PASSWORD
from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.deposits.tables import Decision, Deposit, DepositCut, LandCheck, Objection, StorageMode
from bank.income.lifecycle import RevenueStage, RoundStage
from bank.income.tables import Revenue, Round
from bank.land.parcels import shape_of
from bank.land.polygons import area_dm2
from bank.land.tables import Division, DivisionKind, Origin, Parcel
from bank.orders.lifecycle import PartStage, Stage as OrderStage
from bank.orders.tables import Order, OrderPart
from bank.orders.taking import taken_by
from bank.parties.signing_up import find_by_login
from bank.parties.tables import Party, PartyKind
from bank.projects.lifecycle import Stage as ProjectStage
from bank.projects.reading import order_of
from bank.projects.tables import Project
from bank.redlines.belonging import lines_of_project
from bank.withdrawals.lifecycle import Stage as WithdrawalStage
from bank.withdrawals.tables import Kind, Withdrawal
from bank.zones.conflicts import ZoneKind
from database.actor import Role
from database.directory import Bank
from ledger import journal
from ledger.tables import transfer
from ledger.verify import verify
from tests.databases import Sqlite, bank_settings
from valuation.agencies.tables import Appraiser, Qualification, Rating
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal, Reconciliation, SoleGround
from valuation.commissions.lifecycle import QuoteStage, Stage as CommissionStage
from valuation.commissions.tables import ChoiceVote, Commission, SitePhoto, SiteVisit

TODAY = datetime(2026, 7, 28, 3, 0, tzinfo=UTC)
COUNT = 100


def new_bank(url: str, folder: Path) -> Bank:
    """A bank whose database has tables and no rows."""
    return Bank(bank_settings(url, folder))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A bank that holds the demonstration county."""
    sqlite = Sqlite(tmp_path_factory.mktemp("demo"))
    with sqlite.fresh() as url:
        bank = new_bank(url, tmp_path_factory.mktemp("files"))
        with bank.session() as session:
            fill(session, deposits=COUNT, today=TODAY)
            yield session
        bank.engine.dispose()


def rows(session: Session) -> list[Any]:
    """What a person would tell one county from another by."""
    deposits = (
        select(Deposit.number, Deposit.stage, Deposit.mode, Deposit.value_fen, Asset.name,
               Party.name, Parcel.code)
        .join(Asset, Asset.id == Deposit.asset_id)
        .join(Party, Party.id == Deposit.party_id)
        .outerjoin(Parcel, Parcel.asset_id == Asset.id)
        .order_by(Deposit.number)
    )  # fmt: skip
    journal = select(transfer.c.key, transfer.c.body_hash).order_by(transfer.c.number)
    acts = select(Act.subject, Act.act, Act.at).order_by(Act.at, Act.subject, Act.act)
    return [tuple(row) for query in (deposits, journal, acts) for row in session.execute(query)]


def test_deposits_are_there_in_every_stage_kind_and_mode(filled: Session) -> None:
    stages = Counter(filled.scalars(select(Deposit.stage)))
    passing = {Stage.CHECKED, Stage.CONSENTED, Stage.PLEDGED}

    parts = filled.scalars(select(DepositCut)).all()
    assert sum(stages.values()) == COUNT + len(parts)
    assert set(stages) == set(Stage) - passing
    assert set(filled.scalars(select(Asset.kind))) == set(AssetKind)
    assert set(filled.scalars(select(Deposit.mode))) == {*StorageMode, None}


def test_the_ledger_is_sound_sealed_and_in_order_of_time(filled: Session) -> None:
    report = verify(filled)
    moments = list(filled.scalars(select(transfer.c.occurred_at).order_by(transfer.c.number)))

    assert report.ok
    assert report.transfers > COUNT
    assert report.unsealed == 0
    assert moments == sorted(moments)


def test_history_lies_in_the_two_years_before_today(filled: Session) -> None:
    first, last = filled.execute(select(func.min(Act.at), func.max(Act.at))).one()

    assert TODAY - timedelta(days=730) <= first < TODAY - timedelta(days=600)
    assert TODAY - timedelta(days=7) < last < TODAY


def test_projects_stand_in_several_stages_and_pay_in_rounds(filled: Session) -> None:
    projects = Counter(filled.scalars(select(Project.stage)))
    rounds = Counter(filled.scalars(select(Round.stage)))
    revenues = Counter(filled.scalars(select(Revenue.stage)))

    assert sum(projects.values()) == 19
    assert projects[ProjectStage.OPERATING] == 12
    assert {ProjectStage.SUBMITTED, ProjectStage.IN_REVIEW, ProjectStage.APPROVED} <= set(projects)
    assert {OrderStage.CANCELLED, OrderStage.EXPIRED} <= set(filled.scalars(select(Order.stage)))
    assert rounds[RoundStage.PAID] >= 12
    assert rounds[RoundStage.NOTICED] >= 1
    assert revenues[RevenueStage.REPORTED] >= 1
    assert len(arrears(filled, today=local_date(TODAY))) == 2


def project_of(session: Session, name: str) -> Project:
    return session.scalars(select(Project).where(Project.name == name)).one()


def test_a_red_line_collects_parts_of_two_deposits_of_which_one_owner_first_said_no(
    filled: Session,
) -> None:
    project = project_of(filled, "报福林下石斛基地")
    order = order_of(filled, project.id)
    cut = {line.deposit_id: line.part for line in order.lines if line.part is not None}
    asked = filled.scalars(select(OrderPart).where(OrderPart.order_id == order.id)).all()

    assert project.stage is ProjectStage.OPERATING
    assert len(lines_of_project(filled, project.id)) == 1
    assert Counter(part.stage for part in asked) == {
        PartStage.COLLECTED: 2, PartStage.DROPPED: 1
    }  # fmt: skip
    for taken in taken_by(filled, order):
        if taken.deposit.id in cut:
            assert taken.serving is not None
            assert taken.serving.area_dm2 == area_dm2(shape_of(parcel_of(taken.serving)))
            assert taken.deposit.stage is Stage.STORED
            left = journal.balances(filled, unit=accounts.land(taken.deposit.number))
            inside = [each.quantity for each in left if ":stored" in each.account]
            assert inside == [taken.deposit.area_dm2]


def test_in_a_project_under_review_one_owner_keeps_her_part_and_one_has_not_answered(
    filled: Session,
) -> None:
    order = order_of(filled, project_of(filled, "山川滑翔基地").id)

    stages = Counter(line.part.stage for line in order.lines if line.part)
    assert stages == {PartStage.DECLINED: 1, PartStage.ASKED: 1}


def test_money_and_land_leave_by_two_officers(filled: Session) -> None:
    found = filled.scalars(select(Withdrawal)).all()
    kinds = {withdrawal.kind for withdrawal in found if withdrawal.confirmed_by}

    assert kinds == set(Kind)
    assert any(withdrawal.stage is WithdrawalStage.REQUESTED for withdrawal in found)


def test_some_object_and_some_get_an_answer(filled: Session) -> None:
    assert set(filled.scalars(select(Objection.decision))) >= {Decision.OPEN, Decision.UPHELD}


def test_the_county_has_its_divisions_and_free_parcels(filled: Session) -> None:
    towns = filled.scalars(select(Division).where(Division.kind == DivisionKind.TOWN)).all()
    free = filled.scalars(select(Parcel).where(Parcel.asset_id.is_(None))).all()

    assert {(town.code, town.name) for town in towns} == {(t.code, t.name) for t in TOWNS}
    assert len(free) >= COUNT * 0.3
    assert {parcel.origin for parcel in free} == {Origin.IMPORTED}


def test_everybody_has_a_sound_number(filled: Session) -> None:
    for party in filled.scalars(select(Party)):
        if party.kind in (PartyKind.PERSON, PartyKind.HOUSEHOLD):
            born_on = read_resident_id(party.id_number, on=local_date(TODAY)).born_on
            assert 1945 < born_on.year < 2000
        else:
            code = read_credit_code(party.id_number)
            assert (code.collective == "village") == (party.kind is PartyKind.COLLECTIVE)
    kinds = Counter(filled.scalars(select(Qualification.kind)))
    assert sorted(kinds.values()) == [2, 4, 14]
    assert filled.scalar(select(func.count()).select_from(Appraiser)) == 28


def test_values_come_from_several_methods_and_are_plausible(filled: Session) -> None:
    issued = filled.scalars(select(Appraisal).where(Appraisal.stage == AppraisalStage.ISSUED)).all()
    woodland = filled.scalars(
        select(Deposit).join(Asset)
        .where(Asset.kind == AssetKind.WOODLAND, Deposit.value_fen.is_not(None))
    )  # fmt: skip
    yuan_a_mu = [(d.value_fen or 0) / d.area_dm2 * 2000 / 3 for d in woodland]

    methods = {method for appraisal in issued for method in appraisal.methods}
    assert methods == {"income", "woodland_income", "comparison", "cost", "benchmark"}
    assert all(900 < value < 5_000 for value in yuan_a_mu)


def test_most_values_rest_on_two_methods_that_come_near_each_other(filled: Session) -> None:
    issued = filled.scalars(select(Appraisal).where(Appraisal.issued_at.is_not(None))).all()
    several = [each for each in issued if len(each.results) == 2]
    ratios = [each.results[1].value_fen / each.results[0].value_fen for each in several]

    assert len(several) > len(issued) * 0.7
    assert all(0.9 < ratio < 1.1 for ratio in ratios)
    assert {each.reconciliation for each in several} == {
        Reconciliation.MEAN,
        Reconciliation.WEIGHTED,
    }
    assert {each.sole_ground for each in issued if each not in several} == {
        SoleGround.ONLY_APPLICABLE,
        SoleGround.CONDITIONS,
    }
    assert all(each.reason and each.reviewed_by != each.drafted_by for each in issued)


def test_what_is_handed_in_has_its_evidence(filled: Session) -> None:
    deposits = filled.scalars(select(Deposit).where(Deposit.stage != Stage.DRAFT))
    for deposit in deposits:
        kinds = {evidence.kind for evidence in deposit.asset.evidence}
        assert kinds == {EvidenceKind.CERTIFICATE, EvidenceKind.PHOTO}
        assert deposit.consent is not None


def test_the_shown_logins_sign_in_as_what_they_are(filled: Session) -> None:
    shown = logins(filled)
    users = [find_by_login(filled, login.login, login.password) for login in shown]
    roles = set().union(*(user.roles for user in users if user))

    assert all(user and user.name == login.name for user, login in zip(users, shown, strict=True))
    assert roles == set(Role)
    assert {login.password for login in shown} == {PASSWORD}
    assert shown[0].as_dict()["role_en"] == "villager"


def test_the_first_villager_has_a_bit_of_everything(filled: Session) -> None:
    user = find_by_login(filled, "13857200001", PASSWORD)
    assert user is not None
    mine = filled.scalars(select(Deposit).where(Deposit.party_id.in_(user.actor().parties))).all()

    wanted = {Stage.COLLECTED, Stage.DRAFT, Stage.SUBMITTED, Stage.ON_NOTICE, Stage.STORED}
    assert {deposit.stage for deposit in mine} >= wanted


def test_some_deposits_lie_clear_of_control_zones_and_some_are_warned(filled: Session) -> None:
    kept = filled.execute(select(LandCheck.layer, LandCheck.result, LandCheck.effect)).all()
    found = {(layer, result) for layer, result, _ in kept}

    assert found >= {(kind, result) for kind in ZoneKind for result in ("clear", "conflict")}
    assert {effect for *_, effect in kept} == {"none", "warn"}


def test_a_bank_that_is_filled_is_left_alone(filled: Session) -> None:
    before = rows(filled)

    summary = fill(filled, deposits=7, seed=1, today=TODAY + timedelta(days=3))

    assert not summary.loaded
    assert "left alone" in summary.text()
    assert summary.as_dict()["deposits"]["collected"] >= 12
    assert rows(filled) == before


def test_what_was_interrupted_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    class PowerCut(Exception):
        pass

    def cut(done: int, total: int, what: str) -> None:
        if done > total / 2:
            raise PowerCut

    sqlite = Sqlite(tmp_path)
    with sqlite.fresh() as url, sqlite.fresh() as other_url:
        one, other = new_bank(url, tmp_path / "a"), new_bank(other_url, tmp_path / "b")
        with one.session() as session, other.session() as straight:
            with pytest.raises(PowerCut):
                fill(session, deposits=12, seed=5, today=TODAY, progress=cut)
            assert len(rows(session)) > 0
            with one.session() as later:
                resumed = fill(later, deposits=12, seed=5, today=TODAY + timedelta(days=1))
                whole = fill(straight, deposits=12, seed=5, today=TODAY)
                assert resumed == whole
                assert rows(later) == rows(straight)
        one.engine.dispose()
        other.engine.dispose()


def test_a_bank_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    sqlite = Sqlite(tmp_path)
    with sqlite.fresh() as url:
        bank = new_bank(url, tmp_path / "files")
        with bank.session() as session:
            session.add(
                Division(
                    code="330523", name="安吉县", kind=DivisionKind.COUNTY, lon=119.6, lat=30.6
                )
            )
            session.commit()
            with pytest.raises(BankNotEmpty):
                fill(session, deposits=12, today=TODAY)
        bank.engine.dispose()


def test_commissions_stand_at_every_desk(filled):
    def asked(stage):
        found = filled.scalars(
            select(Commission).where(Commission.client_id.is_not(None), Commission.stage == stage)
        )
        return found.unique().all()

    (content,) = asked(CommissionStage.ACCEPTED)
    assert filled.get(ChoiceVote, content.id) is not None
    assert filled.get(Rating, content.id) is not None
    (choosing,) = asked(CommissionStage.QUOTED)
    assert [quote.stage for quote in choosing.quotes] == [QuoteStage.OFFERED] * 2
    (disputed,) = asked(CommissionStage.DISPUTED)
    assert disputed.dispute
    assert all(commission.contract for commission in (content, disputed))


def test_what_nobody_answered_in_time_is_accepted(filled):
    late = select(Commission).where(
        Commission.stage == CommissionStage.DELIVERED,
        Commission.answer_by < TODAY - timedelta(days=6),
    )
    accepted = select(func.count()).where(Commission.stage == CommissionStage.ACCEPTED)

    assert filled.scalars(late).unique().all() == []
    assert filled.scalar(accepted) > COUNT // 3


def test_every_visit_has_its_photo(filled):
    seen = filled.scalar(select(func.count(SiteVisit.id)))

    assert filled.scalar(select(func.count(SitePhoto.document_id))) == seen > 0
