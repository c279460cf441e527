"""Drafting by several methods, concluding, reviewing, signing: who may, and in which order."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bank.calendar import local_date
from bank.deposits.lifecycle import Stage as DepositStage
from bank.rules import whole
from database.actor import Actor
from database.refusals import Refusal
from tests.reading import refused
from tests.world import World
from valuation.agencies.lifecycle import Stage as AgencyStage
from valuation.agencies.tables import AgencyKind, Appraiser
from valuation.appraisals import appraising
from valuation.appraisals.counting import find_in_force
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.refusals import (
    DraftOpen,
    GroundNotWanted,
    MethodMissing,
    MethodTwice,
    NoMode,
    NoSuchAppraisal,
    NotCommissioned,
    NotQualified,
    NoValue,
    OwnAppraisal,
    ReasonMissing,
    ReconciliationUnfit,
    Recused,
    ReviewerDrafted,
    SignedAlready,
    SiteUnvisited,
    StageForbids,
    TooFewMethods,
    ValuationDateAhead,
    WeightsUnsound,
)
from valuation.appraisals.tables import Appraisal, Reconciliation, SoleGround
from valuation.commissions.commissioning import engage, get_commission
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.refusals import (
    AgencyNotAdmitted,
    CommissionEnded,
    NoSuchCommission,
    NotTheAgency,
)
from valuation.commissions.tables import Commission, Recusal
from valuation.refusals import RateAbsurd, UnknownMethod

INCOME = {"amounts_per": "whole", "income_yuan": "10", "rate": "0.06", "term_years": "45"}
LEASEHOLD = {
    "amounts_per": "whole", "market_rent_yuan": "10", "contract_rent_yuan": "6", "rate": "0.06",
    "term_years": "45",
}  # fmt: skip
VALUE_FEN = 15_456
ALL_GROUNDS = frozenset(SoleGround)


def sale(yuan: str) -> dict[str, Any]:
    """The inputs of a comparison whose value is this price."""
    told = {"amounts_per": "whole", "reconciliation": "mean"}
    return told | {"comparables": [{"label": "甲", "price_yuan": yuan}]}


@pytest.fixture
def commission(world: World) -> Commission:
    """A commission whose place has been seen."""
    deposit = world.deposit(DepositStage.ON_NOTICE)
    commission = world.commission_of(deposit)
    world.visit(commission, deposit.asset_id)
    return commission


def lawful(world: World, **changed: Any) -> dict[str, Any]:
    told = {"today": local_date(world.at), "interested": set(), "actor": world.appraiser}
    return told | changed


def begun(world: World, commission: Commission, **changed: Any) -> Appraisal:
    told: dict[str, Any] = {
        "asset_id": commission.assets[0].asset_id,
        "number": f"V-{world.key()}",
        "area_dm2": 1_000_000,
        "valuation_date": local_date(world.at),
        "validity_days": 365,
        "visit_needed": True,
        "at": world.at,
    }
    return appraising.begin(world.session, commission.id, **lawful(world, **told) | changed)


def valued(world: World, appraisal: Appraisal, method: str, inputs: Any, **changed: Any) -> Any:
    return appraising.add_method(
        world.session, appraisal.id, method=method, inputs=inputs, **lawful(world, **changed)
    )


def drafted(world: World, commission: Commission, *yuan: str) -> Appraisal:
    """A draft with the income method's result, and the price of a sale or of several."""
    appraisal = begun(world, commission)
    valued(world, appraisal, "income", INCOME)
    for method, price in zip(("comparison", "house"), yuan, strict=False):
        inputs = sale(price)
        if method == "house":
            inputs = {"floor_area_m2": "1", "replacement_yuan": price, "condition": "1"}
        valued(world, appraisal, method, inputs)
    return appraisal


def concluded(world: World, appraisal: Appraisal, **changed: Any) -> Appraisal:
    single = len(appraisal.results) == 1
    told: dict[str, Any] = {
        "reconciliation": Reconciliation.SINGLE if single else Reconciliation.MEAN,
        "reason": "仅收益法适用" if single else "两种方法同样可靠",
        "sole_ground": SoleGround.ONLY_APPLICABLE if single else None,
        "fewest_methods": 2,
        "excused": ALL_GROUNDS,
    }
    return appraising.conclude(world.session, appraisal.id, **lawful(world, **(told | changed)))


def reviewed(world: World, appraisal: Appraisal, **changed: Any) -> Appraisal:
    told = {"actor": world.second_appraiser, "at": world.at} | changed
    return appraising.review(world.session, appraisal.id, **lawful(world, **told))


def ready(world: World, commission: Commission) -> Appraisal:
    """An appraisal that has only to be signed."""
    return reviewed(world, concluded(world, drafted(world, commission)))


def signed(world: World, appraisal: Appraisal, actor: Actor, **changed: Any) -> Appraisal:
    told: dict[str, Any] = {
        "in_force_from": world.at,
        "answer_by": world.at + timedelta(days=10),
        "actor": actor,
        "at": world.at,
    }
    return appraising.sign(world.session, appraisal.id, **lawful(world, **(told | changed)))


def issued(world: World, appraisal: Appraisal, **changed: Any) -> Appraisal:
    for actor in (world.appraiser, world.second_appraiser):
        signed(world, appraisal, actor, **changed)
    return appraisal


# -- drafting -------------------------------------------------------------------------------------


def test_a_draft_keeps_value_inputs_and_working_of_each_method(
    world: World, commission: Commission
) -> None:
    appraisal = drafted(world, commission, "160")
    income, comparison = appraisal.results

    assert appraisal.stage is Stage.DRAFT
    assert appraisal.value_fen is None
    assert (income.number, comparison.number) == (1, 2)
    assert (income.value_fen, comparison.value_fen) == (VALUE_FEN, 16_000)
    assert income.inputs["rate"] == "0.06"
    assert income.working[-1]["figure"] == "154.56"
    assert appraisal.methods == ["income", "comparison"]
    assert appraisal.valid_until == appraisal.valuation_date + timedelta(days=365)


@pytest.mark.parametrize(
    ("method", "inputs", "refusal"),
    [
        ("magic", INCOME, UnknownMethod),
        ("rent", INCOME, NoValue),
        ("income", INCOME, MethodTwice),
        ("leasehold", LEASEHOLD | {"rate": "6"}, RateAbsurd),
    ],
)
def test_an_unsound_result_is_refused_and_nothing_kept(
    world: World,
    commission: Commission,
    method: str,
    inputs: dict[str, Any],
    refusal: type[Refusal],
) -> None:
    appraisal = drafted(world, commission)

    with pytest.raises(refusal):
        valued(world, appraisal, method, inputs)

    world.session.expire(appraisal)
    assert appraisal.methods == ["income"]


def test_a_result_that_was_taken_out_can_be_made_anew(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission, "160")

    appraising.drop_method(world.session, appraisal.id, 1, **lawful(world))
    assert appraisal.methods == ["comparison"]
    with refused(MethodMissing, "method"):
        appraising.drop_method(world.session, appraisal.id, 1, **lawful(world))
    assert valued(world, appraisal, "income", INCOME).number == 3


def test_a_result_keeps_which_tables_its_inputs_came_from(
    world: World, commission: Commission
) -> None:
    taken = {"field": "rate", "table": "rates", "version": 2, "row": "林地", "value": "0.06"}
    result = valued(world, begun(world, commission), "income", INCOME, parameters=[taken])

    world.session.expire(result)
    assert result.parameters == [taken]


@pytest.mark.parametrize("days", [1, -366])
def test_the_valuation_date_is_neither_ahead_nor_out_of_date(
    world: World, commission: Commission, days: int
) -> None:
    day = local_date(world.at) + timedelta(days=days)
    with refused(ValuationDateAhead, "valuation_date"):
        begun(world, commission, valuation_date=day)

    assert world.session.scalar(select(func.count()).select_from(Appraisal)) == 0


def test_a_value_of_the_last_day_that_counts_is_taken(world: World, commission: Commission) -> None:
    day = local_date(world.at) - timedelta(days=365)
    assert begun(world, commission, valuation_date=day).valid_until == local_date(world.at)


def test_nothing_is_valued_before_somebody_saw_the_place(world: World) -> None:
    one, other = (world.deposit(DepositStage.ON_NOTICE) for _ in range(2))
    commission = world.commission(one, other)
    world.visit(commission, other.asset_id)

    with refused(SiteUnvisited):
        begun(world, commission, asset_id=one.asset_id)
    unseen = begun(world, commission, asset_id=one.asset_id, visit_needed=False)
    seen = begun(world, commission, asset_id=other.asset_id)
    assert [unseen.stage, seen.stage] == [Stage.DRAFT] * 2


def test_one_draft_at_a_time(world: World, commission: Commission) -> None:
    first = drafted(world, commission)
    for step in (concluded, reviewed):
        with refused(DraftOpen, appraisal=first.number):
            begun(world, commission)
        step(world, first)
    with refused(DraftOpen, appraisal=first.number):
        begun(world, commission)

    first.stage = Stage.WITHDRAWN
    assert begun(world, commission).stage is Stage.DRAFT


def test_only_what_the_commission_is_for_is_valued(world: World, commission: Commission) -> None:
    other = world.deposit(DepositStage.ON_NOTICE)
    with refused(NotCommissioned, "asset_id"):
        begun(world, commission, asset_id=other.asset_id)
    commission.kind = AgencyKind.PLANNING
    with refused(NotCommissioned, "asset_id"):
        begun(world, commission)


# -- concluding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prices", "how", "weights", "value"),
    [
        (["154.59"], Reconciliation.MEAN, None, 15_458),  # 15 457.5: half to even
        (["160"], Reconciliation.WEIGHTED, [750_000, 250_000], 15_592),
        (["160", "170"], Reconciliation.MEDIAN, None, 16_000),
        (["160", "160"], Reconciliation.MODE, None, 16_000),
    ],
)
def test_the_values_are_reconciled_to_the_fen(
    world: World,
    commission: Commission,
    prices: list[str],
    how: Reconciliation,
    weights: list[int] | None,
    value: int,
) -> None:
    appraisal = drafted(world, commission, *prices)
    concluded(world, appraisal, reconciliation=how, weights_ppm=weights)

    assert appraisal.stage is Stage.CONCLUDED
    assert appraisal.value_fen == value
    none: list[int | None] = [None] * (1 + len(prices))
    assert [each.weight_ppm for each in appraisal.results] == (weights or none)
    assert (appraisal.reason, appraisal.sole_ground) == ("两种方法同样可靠", None)
    assert appraisal.concluded_by == world.appraiser.id


@pytest.mark.parametrize("ground", SoleGround)
def test_one_method_suffices_on_each_ground_of_the_rulebook_and_no_other(
    world: World, commission: Commission, ground: SoleGround
) -> None:
    appraisal = drafted(world, commission)
    with refused(TooFewMethods, "sole_ground", needed=2, found=1):
        concluded(world, appraisal, sole_ground=None)
    with refused(TooFewMethods, "sole_ground", needed=2, found=1):
        concluded(world, appraisal, sole_ground=ground, excused=ALL_GROUNDS - {ground})

    concluded(world, appraisal, sole_ground=ground, excused={ground})

    assert (appraisal.value_fen, appraisal.sole_ground) == (VALUE_FEN, ground)


@pytest.mark.parametrize(
    ("prices", "changed", "refusal", "field"),
    [
        ([], {"reason": " "}, ReasonMissing, "reason"),
        ([], {"reconciliation": Reconciliation.MEAN}, ReconciliationUnfit, "reconciliation"),
        (["160"], {"reason": ""}, ReasonMissing, "reason"),
        (["160"], {"sole_ground": SoleGround.LAW}, GroundNotWanted, "sole_ground"),
        (["160"], {"reconciliation": Reconciliation.SINGLE}, ReconciliationUnfit, "reconciliation"),
        (["160"], {"reconciliation": Reconciliation.MODE}, NoMode, "reconciliation"),
        (["160"], {"reconciliation": Reconciliation.WEIGHTED, "weights_ppm": [1, 2]},
         WeightsUnsound, "weights"),
        (["160"], {"weights_ppm": [500_000, 500_000]}, WeightsUnsound, "weights"),
    ],
)  # fmt: skip
def test_an_unsound_conclusion_is_refused_and_it_stays_a_draft(
    world: World,
    commission: Commission,
    prices: list[str],
    changed: dict[str, Any],
    refusal: type[Refusal],
    field: str,
) -> None:
    appraisal = drafted(world, commission, *prices)

    with refused(refusal, field):
        concluded(world, appraisal, **changed)

    assert (appraisal.stage, appraisal.value_fen) == (Stage.DRAFT, None)


def test_an_empty_draft_is_not_concluded(world: World, commission: Commission) -> None:
    appraisal = begun(world, commission)
    with refused(MethodMissing, "reconciliation"):
        concluded(world, appraisal, reconciliation=Reconciliation.SINGLE)


def test_what_is_concluded_takes_no_other_method(world: World, commission: Commission) -> None:
    appraisal = concluded(world, drafted(world, commission))

    with refused(StageForbids, stage="concluded", act="conclude"):
        valued(world, appraisal, "comparison", sale("160"))
    with refused(StageForbids, stage="concluded"):
        appraising.drop_method(world.session, appraisal.id, 1, **lawful(world))
    with refused(StageForbids, stage="concluded"):
        concluded(world, appraisal)


# -- reviewing ------------------------------------------------------------------------------------


def test_who_drafted_or_concluded_it_does_not_review_it(
    world: World, commission: Commission
) -> None:
    appraisal = concluded(world, drafted(world, commission), actor=world.second_appraiser)

    for actor in (world.appraiser, world.second_appraiser):
        with refused(ReviewerDrafted, appraisal=appraisal.number):
            reviewed(world, appraisal, actor=actor)
        with refused(ReviewerDrafted):
            sent_back(world, appraisal, actor=actor)
    third = world.new_appraiser(world.agency, "钱评估")
    assert reviewed(world, appraisal, actor=third).stage is Stage.REVIEWED
    assert (appraisal.reviewed_by, appraisal.reviewed_at) == (third.id, world.at)


def sent_back(world: World, appraisal: Appraisal, **changed: Any) -> Appraisal:
    told = {"reason": "折现率偏低", "actor": world.second_appraiser} | changed
    return appraising.send_back(world.session, appraisal.id, **lawful(world, **told))


@pytest.mark.parametrize("found_sound", [False, True])
def test_what_is_sent_back_with_a_reason_is_a_draft_again(
    world: World, commission: Commission, found_sound: bool
) -> None:
    appraisal = concluded(world, drafted(world, commission))
    if found_sound:
        reviewed(world, appraisal)
    with refused(ReasonMissing, "reason"):
        sent_back(world, appraisal, reason="  ")

    assert sent_back(world, appraisal).stage is Stage.DRAFT
    assert (appraisal.reviewed_by, appraisal.reviewed_at) == (None, None)
    valued(world, appraisal, "comparison", sale("160"))
    concluded(world, appraisal)
    assert (appraisal.value_fen, appraisal.sole_ground) == ((VALUE_FEN + 16_000) // 2, None)


def test_a_draft_is_neither_reviewed_nor_sent_back(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission)

    with refused(StageForbids, stage="draft", act="review"):
        reviewed(world, appraisal)
    with refused(StageForbids, stage="draft", act="send_back"):
        sent_back(world, appraisal)


# -- signing --------------------------------------------------------------------------------------


def test_nobody_signs_before_the_review(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission)
    with refused(StageForbids, stage="draft", act="sign"):
        signed(world, appraisal, world.appraiser)
    concluded(world, appraisal)
    with refused(StageForbids, stage="concluded", act="sign"):
        signed(world, appraisal, world.appraiser)
    assert appraisal.signatures == []


def test_two_different_appraisers_issue_it(world: World, commission: Commission) -> None:
    appraisal = ready(world, commission)

    assert signed(world, appraisal, world.appraiser).stage is Stage.SIGNED
    with refused(SignedAlready):
        signed(world, appraisal, world.appraiser)
    assert appraisal.issued_at is None
    assert signed(world, appraisal, world.second_appraiser).stage is Stage.ISSUED

    assert appraisal.issued_at == appraisal.in_force_from == world.at
    assert commission.stage is CommissionStage.DELIVERED
    assert commission.answer_by == world.at + timedelta(days=10)
    assert [signature.name for signature in appraisal.signatures] == ["孙评估", "赵评估"]
    with refused(SignedAlready):
        signed(world, appraisal, world.appraiser)
    with refused(CommissionEnded):
        signed(world, appraisal, world.new_appraiser(world.agency, "钱评估"))


def test_a_commission_of_two_assets_is_delivered_when_both_have_their_appraisal(
    world: World,
) -> None:
    deposits = [world.deposit(DepositStage.ON_NOTICE) for _ in range(2)]
    commission = world.commission(*deposits)

    for deposit, stage in zip(
        deposits, (CommissionStage.ENGAGED, CommissionStage.DELIVERED), strict=True
    ):
        world.visit(commission, deposit.asset_id)
        appraisal = begun(world, commission, asset_id=deposit.asset_id)
        valued(world, appraisal, "income", INCOME)
        issued(world, reviewed(world, concluded(world, appraisal)))
        assert commission.stage is stage


def test_as_many_sign_as_the_rule_asks(world: World) -> None:
    assert whole("appraisal.appraisers.minimum", local_date(world.at)) == appraising.SIGNATURES


def test_a_delivered_commission_takes_no_other_draft(world: World, commission: Commission) -> None:
    issued(world, ready(world, commission))

    with refused(CommissionEnded, stage="delivered"):
        begun(world, commission)


# -- who may --------------------------------------------------------------------------------------


def steps(world: World, commission: Commission, appraisal: Appraisal) -> list[Any]:
    """Everything that an appraiser does to an appraisal, as calls that take who does it."""
    return [
        lambda **who: begun(world, commission, **who),
        lambda **who: valued(world, appraisal, "comparison", sale("160"), **who),
        lambda **who: appraising.drop_method(
            world.session, appraisal.id, 1, **lawful(world, **who)
        ),
        lambda **who: concluded(world, appraisal, **who),
        lambda **who: reviewed(world, appraisal, **who),
        lambda **who: sent_back(world, appraisal, **who),
        lambda **who: signed(world, appraisal, who.pop("actor"), **who),
    ]


def test_only_an_appraiser_of_the_agency_acts(world: World, commission: Commission) -> None:
    other = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
    appraisal = drafted(world, commission)

    for step in steps(world, commission, appraisal):
        for stranger in (other, world.officer):
            with refused(NotTheAgency):
                step(actor=stranger)


@pytest.mark.parametrize("lacking", ["qualified_until", "checked_at"])
def test_only_who_is_qualified_acts(world: World, commission: Commission, lacking: str) -> None:
    appraisal = drafted(world, commission)
    person = world.session.get_one(Appraiser, world.second_appraiser.id)
    value: date | None = local_date(world.at) - timedelta(days=1)
    setattr(person, lacking, value if lacking == "qualified_until" else None)

    for step in steps(world, commission, appraisal):
        with refused(NotQualified):
            step(actor=world.second_appraiser)


def test_nobody_appraises_for_her_own_party(world: World, commission: Commission) -> None:
    party = world.party(name="孙评估")
    actor = Actor(
        id=world.appraiser.id,
        name="孙评估",
        roles=world.appraiser.roles,
        parties=frozenset({party.id}),
        agency=world.agency.id,
    )
    appraisal = drafted(world, commission)

    for step in steps(world, commission, appraisal):
        with refused(OwnAppraisal):
            step(actor=actor, interested={party.id})


def test_who_was_asked_to_keep_out_keeps_out(world: World, commission: Commission) -> None:
    appraisal = drafted(world, commission)
    commission.recusals.append(
        Recusal(
            user_id=world.second_appraiser.id,
            reason="与权利人是亲属",
            asked_by=world.officer.id,
            asked_at=world.at,
        )
    )
    world.session.flush()

    for step in steps(world, commission, appraisal):
        with refused(Recused):
            step(actor=world.second_appraiser)


def test_only_an_admitted_appraisal_agency_is_commissioned(world: World) -> None:
    deposit = world.deposit(DepositStage.ON_NOTICE)
    planner, waiting = world.new_agency("规划院"), world.new_agency("待入库评估所")
    lapsed = world.new_agency("证书过期评估所")
    planner.qualifications[0].kind = AgencyKind.PLANNING
    waiting.stage = AgencyStage.SUBMITTED
    lapsed.qualifications[0].valid_until = local_date(world.at) - timedelta(days=1)
    world.session.flush()

    for agency_id in (planner.id, waiting.id, lapsed.id, deposit.id):
        with refused(AgencyNotAdmitted, "agency_id"):
            engage(
                world.session,
                number="C-x",
                assets=[deposit.asset_id],
                agency_id=agency_id,
                today=local_date(world.at),
                actor=world.officer,
                at=world.at,
            )


# -- what counts ----------------------------------------------------------------------------------


def test_an_appraisal_counts_from_its_day_until_it_expires(
    world: World, commission: Commission
) -> None:
    later = world.at + timedelta(days=16)
    appraisal = issued(world, ready(world, commission), in_force_from=later)

    def found(after: timedelta) -> Appraisal | None:
        at = world.at + after
        return find_in_force(world.session, appraisal.asset_id, at=at, today=local_date(at))

    assert found(timedelta(days=15)) is None
    assert found(timedelta(days=16)) is appraisal
    assert found(timedelta(days=365)) is appraisal
    assert found(timedelta(days=366)) is None


def test_the_agencys_newer_appraisal_supersedes_its_older_one(world: World) -> None:
    deposit = world.deposit(DepositStage.ON_NOTICE)
    first = world.appraise(deposit)
    world.later(days=1)
    again = world.commission(deposit)
    world.visit(again, deposit.asset_id)
    second = issued(world, ready(world, again))

    assert first.stage is Stage.SUPERSEDED
    assert second.stage is Stage.ISSUED


def test_what_is_not_there_is_refused(world: World) -> None:
    missing = world.agency.id
    with refused(NoSuchCommission):
        get_commission(world.session, missing)
    with refused(NoSuchAppraisal):
        appraising.get_appraisal(world.session, missing)
