"""The bank's side of an appraisal: the deposit it is for, its rules and notice, and repetition."""

from datetime import timedelta
from typing import Any

from bank.acts import history
from bank.appraisals import desk, valuing
from bank.appraisals.desk import Work
from bank.calendar import local_date, notice_ends
from bank.deposits import checking
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.refusals import IllegalMove, KeyReused, NoSuchRecord
from bank.rules import whole
from database.actor import Actor
from tests.reading import refused
from tests.world import World
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.refusals import (
    NotQualified,
    OwnAppraisal,
    ReasonMissing,
    SiteUnvisited,
    TooFewMethods,
)
from valuation.appraisals.tables import Appraisal, Reconciliation, SoleGround
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.refusals import CommissionEnded, NotTheAgency


def began(world: World, deposit: Deposit, **changed: Any) -> Appraisal:
    told: dict[str, Any] = {
        "asset_id": deposit.asset_id,
        "valuation_date": local_date(world.at),
        "actor": world.appraiser,
        "at": world.at,
        "key": world.key(),
    }
    commission = world.commission_of(deposit)
    return valuing.begin(world.session, commission.id, **(told | changed))


def signed(world: World, appraisal: Appraisal, actor: Actor, key: str = "") -> Appraisal:
    return valuing.sign(
        world.session, appraisal.id, actor=actor, at=world.at, key=key or world.key()
    )


def sent_back(world: World, deposit: Deposit) -> None:
    """The township wants the application mended."""
    told = {"reason": "重新测量", "officer": world.officer, "at": world.at}
    checking.send_back(world.session, deposit.id, **told)  # type: ignore[arg-type]


def acts(world: World, appraisal: Appraisal) -> list[str]:
    return [row.act for row in history(world.session, appraisal)]


def test_a_households_result_counts_at_once_a_collectives_after_its_notice(world: World) -> None:
    for owner in (world.villager(), world.collective()):
        deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
        appraisal = world.appraise(deposit)
        shown = notice_ends(world.at, whole("notice.appraisal.days", local_date(world.at)))
        collective = deposit.party.kind.value == "collective"
        assert appraisal.in_force_from == (shown if collective else world.at)
        validity = whole("appraisal.validity.days", local_date(world.at))
        assert (appraisal.valid_until - appraisal.valuation_date).days == validity


def test_what_was_valued_is_kept_with_its_area(world: World) -> None:
    fresh, stored = world.deposit(Stage.ON_NOTICE), world.deposit()
    assert fresh.asset.parcel is not None
    assert world.draft(fresh).area_dm2 == fresh.asset.parcel.area_dm2

    again = world.draft(stored, commission=world.commission(stored))
    assert again.area_dm2 == stored.area_dm2


def test_each_step_is_on_record_with_who_took_it(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = world.draft(deposit)
    world.conclude(appraisal)
    valuing.send_back(
        world.session, appraisal.id, reason="折现率偏低", actor=world.second_appraiser, at=world.at
    )
    world.compare(appraisal, 240_000)
    world.conclude(appraisal)
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, appraisal, actor)

    first, second = world.appraiser.id, world.second_appraiser.id
    assert [(row.act, row.actor_id, row.reason) for row in history(world.session, appraisal)] == [
        ("draft", first, ""),
        ("conclude", first, ""),
        ("review", second, ""),
        ("send_back", second, "折现率偏低"),
        ("conclude", first, ""),
        ("review", second, ""),
        ("sign", first, ""),
        ("issue", second, ""),
    ]


def test_what_is_issued_is_what_the_two_methods_came_to(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = world.draft(deposit, yearly_yuan=20_000)
    result = world.compare(appraisal, 240_000)
    world.conclude(appraisal)
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, appraisal, actor)
    world.clear(deposit)

    assert tuple(each.value_fen for each in appraisal.results) == (22_939_842, 24_000_000)
    assert result.number == 2
    assert world.store(deposit).value_fen == appraisal.value_fen == 23_469_921


def test_the_rulebook_says_how_many_methods_and_what_excuses_one(world: World) -> None:
    assert valuing.excused(local_date(world.at)) == set(SoleGround)
    appraisal = world.draft(world.deposit(Stage.ON_NOTICE))
    needed = whole("appraisal.methods.minimum", local_date(world.at))

    with refused(TooFewMethods, "sole_ground", needed=needed, found=1):
        valuing.conclude(
            world.session,
            appraisal.id,
            reconciliation=Reconciliation.SINGLE,
            reason="快",
            actor=world.appraiser,
            at=world.at,
        )
    with refused(ReasonMissing, "reason"):
        valuing.send_back(
            world.session, world.conclude(appraisal).id,
            reason="", actor=world.second_appraiser, at=world.at,
        )  # fmt: skip


def test_the_place_is_seen_before_it_is_valued(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)

    with refused(SiteUnvisited):
        began(world, deposit)
    world.visit(world.commission_of(deposit), deposit.asset_id)
    assert began(world, deposit).stage is AppraisalStage.DRAFT


def test_the_same_key_begins_once_and_of_another_day_is_refused(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    world.visit(world.commission_of(deposit), deposit.asset_id)
    first = began(world, deposit, key="k")

    assert began(world, deposit, key="k") is first
    with refused(KeyReused):
        yesterday = local_date(world.at) - timedelta(days=1)
        began(world, deposit, key="k", valuation_date=yesterday)


def test_a_repeated_signature_counts_once(world: World) -> None:
    appraisal = world.conclude(world.draft(world.deposit(Stage.ON_NOTICE)))

    for _ in range(2):
        assert signed(world, appraisal, world.appraiser, "k").stage is AppraisalStage.SIGNED
    assert len(appraisal.signatures) == 1


def test_what_is_being_mended_or_refused_is_not_appraised(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = world.draft(deposit)
    sent_back(world, deposit)

    with refused(CommissionEnded, stage="withdrawn"):
        began(world, deposit)
    with refused(CommissionEnded):
        world.compare(appraisal, 240_000)
    with refused(CommissionEnded):
        world.conclude(appraisal)
    with refused(CommissionEnded):
        signed(world, appraisal, world.appraiser)


def test_a_commission_of_several_deposits_is_delivered_with_the_last(world: World) -> None:
    first, last = (world.deposit(Stage.ON_NOTICE) for _ in range(2))
    commission = world.commission(first, last)

    appraisal = world.appraise(first, commission=commission)
    assert appraisal.stage is AppraisalStage.ISSUED
    reached = [commission.stage]
    world.appraise(last, commission=commission)
    reached.append(commission.stage)

    assert reached == [CommissionStage.ENGAGED, CommissionStage.DELIVERED]
    days = whole("commission.answer.days", local_date(world.at))
    assert commission.answer_by == notice_ends(world.at, days)


def test_what_was_never_deposited_is_not_valued(world: World) -> None:
    with refused(NoSuchRecord):
        began(world, world.deposit(Stage.ON_NOTICE), asset_id=world.agency.id)


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

    with refused(OwnAppraisal):
        world.draft(deposit, actor=holder)


def test_a_draft_is_put_aside_by_its_agency_only_and_before_it_is_issued(world: World) -> None:
    deposit = world.deposit(Stage.ON_NOTICE)
    appraisal = world.draft(deposit)
    other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
    outsider = world.user("没有资格", agency=world.agency.id)

    for actor, refusal in ((other, NotTheAgency), (outsider, NotQualified)):
        with refused(refusal):
            valuing.withdraw(world.session, appraisal.id, actor=actor, at=world.at)
    valuing.withdraw(world.session, appraisal.id, actor=world.second_appraiser, at=world.at)
    assert appraisal.stage is AppraisalStage.WITHDRAWN
    assert acts(world, appraisal) == ["draft", "withdraw"]
    issued = world.appraise(deposit)
    with refused(IllegalMove):
        valuing.withdraw(world.session, issued.id, actor=world.appraiser, at=world.at)


def test_commissions_stand_in_the_list_of_what_they_wait_for(world: World) -> None:
    untouched, begun, stated, sound, done, ended = (
        world.deposit(Stage.ON_NOTICE) for _ in range(6)
    )
    sent_back(world, ended)
    draft, concluded, reviewed = (world.draft(each) for each in (begun, stated, sound))
    valuing.send_back(
        world.session, world.conclude(concluded).id,
        reason="折现率偏低", actor=world.second_appraiser, at=world.at,
    )  # fmt: skip
    world.conclude(reviewed)
    world.appraise(done)
    assert waiting(world)[Work.CONCLUDE] == {(begun, draft), (stated, concluded)}
    world.conclude(concluded)
    concluded.stage = AppraisalStage.CONCLUDED

    assert waiting(world) == {
        Work.VALUE: {(untouched, None)},
        Work.CONCLUDE: {(begun, draft)},
        Work.REVIEW: {(stated, concluded)},
        Work.SIGN: {(sound, reviewed)},
        Work.DELIVERED: {(done, None)},
        Work.WITHDRAWN: {(ended, None)},
    }
    assert desk.counts(world.session, world.agency.id) == dict.fromkeys(Work, 1)


def test_what_is_issued_of_two_does_not_wait_with_the_other(world: World) -> None:
    one, other = (world.deposit(Stage.ON_NOTICE) for _ in range(2))
    for deposit in (one, other):
        world.appraise(deposit)
    world.appraise(one, commission=world.commission(one, other))

    found = waiting(world)
    assert found[Work.VALUE] == {(other, None)}
    assert found[Work.DELIVERED] == {(one, None), (other, None)}


def waiting(world: World) -> dict[Work, set[tuple[Deposit, Appraisal | None]]]:
    """What stands in each of the lists of the world's agency."""
    return {
        work: {
            (item.deposit, item.unfinished)
            for item in desk.commissions(world.session, world.agency.id, work).items
        }
        for work in Work
    }
