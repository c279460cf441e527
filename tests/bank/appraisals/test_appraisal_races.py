"""An appraisal is signed while something else happens to it or to its land, on real databases."""

from typing import Any

from bank.appraisals import valuing
from bank.deposits import checking, locating
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.land.tables import Origin
from database.directory import Bank
from database.engine import writing
from tests.bank.deposits.turns import second_waits
from tests.world import World
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import Appraisal
from valuation.commissions.lifecycle import Stage as CommissionStage
from valuation.commissions.refusals import CommissionEnded


def ready(world: World, deposit: Deposit) -> Appraisal:
    """An appraisal of the deposit that has only to be signed."""
    return world.conclude(world.draft(deposit))


def signing(appraisal: Appraisal, appraiser, at):
    appraisal_id = appraisal.id
    return lambda session: (
        valuing.sign(
            session, appraisal_id, actor=appraiser, at=at, key=f"sign {appraiser.id}"
        ).stage
    )


def test_two_appraisers_who_sign_at_once_issue_it(committed_bank: Bank) -> None:
    with committed_bank.session() as session, writing(session):
        world = World(session)
        appraisal = ready(world, world.deposit(Stage.ON_NOTICE))
        appraisal_id = appraisal.id
        signatures = [
            signing(appraisal, appraiser, world.at)
            for appraiser in (world.appraiser, world.second_appraiser)
        ]

    assert second_waits(committed_bank, *signatures) is AppraisalStage.ISSUED

    with committed_bank.session() as session:
        appraisal = session.get_one(Appraisal, appraisal_id)
        assert len(appraisal.signatures) == 2
        assert appraisal.commission.stage is CommissionStage.DELIVERED


def one_signature_short(bank: Bank):
    """Ids of a deposit and its appraisal, how the last appraiser signs, how it is sent back."""
    with bank.session() as session, writing(session):
        world = World(session)
        deposit = world.deposit(Stage.ON_NOTICE)
        appraisal = ready(world, deposit)
        signing(appraisal, world.appraiser, world.at)(session)
        sign = signing(appraisal, world.second_appraiser, world.at)
        deposit_id, appraisal_id, officer, at = deposit.id, appraisal.id, world.officer, world.at

    def send_back(session):
        told: dict[str, Any] = {"officer": officer, "at": at}
        return checking.send_back(session, deposit_id, reason="界址不清", **told).stage

    return deposit_id, appraisal_id, sign, send_back


def test_what_is_sent_back_meanwhile_is_not_issued(committed_bank: Bank) -> None:
    deposit_id, appraisal_id, sign, send_back = one_signature_short(committed_bank)

    assert isinstance(second_waits(committed_bank, send_back, sign), CommissionEnded)

    with committed_bank.session() as session:
        assert session.get_one(Deposit, deposit_id).stage is Stage.DRAFT
        appraisal = session.get_one(Appraisal, appraisal_id)
        assert appraisal.stage is AppraisalStage.WITHDRAWN
        assert appraisal.commission.stage is CommissionStage.WITHDRAWN


def test_what_is_issued_meanwhile_is_called_off_by_sending_back(committed_bank: Bank) -> None:
    _, appraisal_id, sign, send_back = one_signature_short(committed_bank)

    assert second_waits(committed_bank, sign, send_back) is Stage.DRAFT

    with committed_bank.session() as session:
        assert session.get_one(Appraisal, appraisal_id).stage is AppraisalStage.SUPERSEDED


def test_no_value_of_the_old_shape_is_left_when_it_is_drawn_anew(world) -> None:
    owner = world.villager()
    deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
    signed = ready(world, deposit)
    other = world.commission(deposit, agency=world.new_agency("湖州另一家评估所"))
    begun = world.draft(deposit, commission=other)
    signing(signed, world.appraiser, world.at)(world.session)

    checking.send_back(
        world.session, deposit.id, reason="界址不清", officer=world.officer, at=world.at
    )
    locating.place(
        world.session, deposit.id, shape=world.square(side_m=30), origin=Origin.DRAWN,
        actor=owner, at=world.at,
    )  # fmt: skip

    assert begun.stage is signed.stage is AppraisalStage.WITHDRAWN
