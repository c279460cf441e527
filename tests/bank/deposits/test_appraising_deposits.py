"""The bank's side of an appraisal: the deposit it is for, its rule and notice, and repetition."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bank.acts import history
from bank.calendar import local_date, notice_ends
from bank.deposits import appraising, checking
from bank.deposits.appraising import Work
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.refusals import IllegalMove, KeyReused
from bank.rules import whole
from database.actor import Actor
from tests.world import World
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.refusals import CommissionEnded, NotTheAgency, OwnAppraisal
from valuation.appraisals.tables import Appraisal

INPUTS = {"amounts_per": "whole", "income_yuan": "10", "rate": "0.06", "term_years": "45"}


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def drafted(world: World, deposit: Deposit, **changed: Any) -> Appraisal:
    told: dict[str, Any] = {
        "method": "income",
        "inputs": INPUTS,
        "valuation_date": local_date(world.at),
        "report": world.document(world.appraiser),
        "actor": world.appraiser,
        "at": world.at,
        "key": world.key(),
    }
    commission = world.commission_of(deposit)
    return appraising.draft(world.session, commission.id, **(told | changed))


def signed(world: World, appraisal: Appraisal, actor: Actor, key: str = "") -> Appraisal:
    return appraising.sign(
        world.session, appraisal.id, actor=actor, at=world.at, key=key or world.key()
    )


def test_a_households_result_counts_at_once_a_collectives_after_its_notice(world: World) -> None:
    for owner in (world.villager(), world.collective()):
        deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
        appraisal = drafted(world, deposit)
        for actor in (world.appraiser, world.second_appraiser):
            signed(world, appraisal, actor)
        shown = notice_ends(world.at, whole("notice.appraisal.days", local_date(world.at)))
        collective = deposit.party.kind.value == "collective"
        assert appraisal.in_force_from == (shown if collective else world.at)
        validity = whole("appraisal.validity.days", local_date(world.at))
        assert (appraisal.valid_until - appraisal.valuation_date).days == validity


def test_the_same_key_gives_the_first_draft_and_with_other_inputs_is_refused(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    report = world.document(world.appraiser)
    first = drafted(world, deposit, key="k", report=report)

    assert drafted(world, deposit, key="k", report=report) is first
    with pytest.raises(KeyReused):
        drafted(world, deposit, key="k", report=report, inputs=INPUTS | {"rate": "0.07"})


def test_a_repeated_signature_counts_once(world: World) -> None:
    appraisal = drafted(world, world.deposit(Stage.ON_NOTICE))

    for _ in range(2):
        assert signed(world, appraisal, world.appraiser, "k").stage is AppraisalStage.SIGNED
    assert len(appraisal.signatures) == 1


def test_what_is_being_mended_or_refused_is_not_appraised(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = drafted(world, deposit)
    told = {"reason": "重新测量", "officer": world.officer, "at": world.at}
    checking.send_back(world.session, deposit.id, **told)  # type: ignore[arg-type]

    with pytest.raises(CommissionEnded):
        drafted(world, deposit)
    with pytest.raises(CommissionEnded):
        signed(world, appraisal, world.appraiser)


def test_a_second_draft_cannot_be_signed_once_another_is_issued(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    first, second = drafted(world, deposit), drafted(world, deposit)
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, first, actor)

    with pytest.raises(CommissionEnded):
        signed(world, second, world.appraiser)


def test_a_holder_may_not_appraise_her_share(world: World) -> None:
    party = world.party(name="孙评估")
    holder = Actor(
        id=world.appraiser.id,
        name="孙评估",
        roles=world.appraiser.roles,
        parties=frozenset({party.id}),
        agency=world.agency.id,
    )
    owner = world.villager()
    shares = {next(iter(owner.parties)): 2, party.id: 1}
    deposit = world.deposit(Stage.ON_NOTICE, owner=owner, holders=shares)

    with pytest.raises(OwnAppraisal):
        drafted(world, deposit, actor=holder)


def test_a_draft_is_put_aside_by_its_agency_only_and_before_it_is_issued(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = drafted(world, deposit)
    other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]

    with pytest.raises(NotTheAgency):
        appraising.withdraw(world.session, appraisal.id, actor=other, at=world.at)
    appraising.withdraw(world.session, appraisal.id, actor=world.second_appraiser, at=world.at)
    assert appraisal.stage is AppraisalStage.WITHDRAWN
    assert [row.act for row in history(world.session, appraisal)] == ["draft", "withdraw"]
    issued = world.appraise(deposit)
    with pytest.raises(IllegalMove):
        appraising.withdraw(world.session, issued.id, actor=world.appraiser, at=world.at)


def test_commissions_stand_in_the_list_of_what_they_wait_for(world: World) -> None:
    untouched, begun, done, ended = (world.deposit(Stage.ON_NOTICE) for _ in range(4))
    told = {"reason": "重新测量", "officer": world.officer, "at": world.at}
    checking.send_back(world.session, ended.id, **told)  # type: ignore[arg-type]
    draft = drafted(world, begun)
    world.appraise(done)

    found = {
        work: [
            (item.deposit, item.unfinished)
            for item in appraising.commissions(world.session, world.agency.id, work).items
        ]
        for work in Work
    }
    assert found == {
        Work.VALUE: [(untouched, None)],
        Work.SIGN: [(begun, draft)],
        Work.DELIVERED: [(done, None)],
        Work.WITHDRAWN: [(ended, None)],
    }
    assert appraising.counts(world.session, world.agency.id) == dict.fromkeys(Work, 1)
