"""Drafting an application: each answer with what it is refused for, handing in, taking back."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import shapely
from shapely.affinity import translate

from bank.assets.tables import AssetKind, EvidenceKind, RightType
from bank.calendar import add_years, grace_ends, local_date
from bank.codes import WrongLength
from bank.deposits import checking, drafting, locating, submission
from bank.deposits.lifecycle import Stage
from bank.deposits.refusals import (
    AnswersMissing,
    CertificateMissing,
    EndMissing,
    EvidenceMissing,
    ModeMissing,
    OverlapsDeposit,
    ParcelTaken,
    RightExpired,
    TermBeyondRight,
    TermOverCap,
    WrongDepositor,
    WrongRight,
)
from bank.deposits.tables import ConstructionUse, Deposit, StorageMode
from bank.land.parcels import register_parcel
from bank.land.refusals import OutsideCounty
from bank.land.tables import Origin
from bank.parties.refusals import NotConfirmed
from bank.parties.tables import PartyKind
from bank.refusals import GraceOver, IllegalMove, KeyReused, NoSuchRecord, NotYours
from bank.rules import rule
from database.actor import Role
from database.base import new_id
from tests.reading import party_of, recorded, refused
from tests.world import NOW, SIDE, SOUTH, WEST

TODAY = local_date(NOW)


def begin(world, owner, *, key: str | None = None, **told):
    """A draft in which nothing is answered."""
    return drafting.begin(
        world.session,
        **{
            "party_id": next(iter(owner.parties)),
            "kind": AssetKind.WOODLAND,
            "name": "屋后竹林",
            "division_code": "330523106201",
            "actor": owner,
            "at": world.at,
            "key": key or world.key(),
        }
        | told,
    )


def place(world, deposit, owner, shape):
    """Draw where the deposit lies."""
    return locating.place(
        world.session, deposit.id, shape=shape, origin=Origin.DRAWN, actor=owner, at=world.at
    )


def pick(world, deposit, owner, parcel):
    """Choose an imported parcel."""
    return locating.pick(world.session, deposit.id, parcel_id=parcel.id, actor=owner, at=world.at)


def prove(world, deposit, owner, **told):
    """Name a lawful right unless told otherwise."""
    return drafting.prove_right(
        world.session,
        deposit.id,
        **{
            "type": RightType.FOREST_CONTRACT,
            "certificate_number": "浙(2019)安吉县不动产权第0012345号",
            "unit_code": "",
            "ends_on": date(2053, 12, 31),
            "actor": owner,
            "at": world.at,
        }
        | told,
    )


def choose(world, deposit, owner, **told):
    """Choose shares for fifteen years unless told otherwise."""
    return drafting.choose_mode(
        world.session,
        deposit.id,
        **{
            "mode": StorageMode.SHARE,
            "term_years": 15,
            "use": None,
            "rent_fen": None,
            "swap_wish": "",
            "actor": owner,
            "at": world.at,
        }
        | told,
    )


def submit(world, deposit, owner, *, key: str | None = None):
    """Hand the application in."""
    return submission.submit(
        world.session, deposit.id, actor=owner, at=world.at, key=key or world.key()
    )


def imported(world, shape=None, division="330523106201"):
    """A parcel of the county's own data that no asset has."""
    return register_parcel(
        world.session,
        shape or world.square(),
        division_code=division,
        land_class="0301",
        location="竹溪村后山",
        origin=Origin.IMPORTED,
        at=world.at,
    )


# -- beginning -----------------------------------------------------------------------------------


def test_a_draft_belongs_whole_to_the_party_that_begins_it(session, world):
    owner = world.villager()

    deposit = begin(world, owner)

    party = party_of(session, owner)
    assert deposit.stage is Stage.DRAFT
    assert deposit.party_id == party.id
    assert [(holder.party_id, holder.weight) for holder in deposit.asset.holders] == [(party.id, 1)]


def test_nobody_begins_a_draft_for_another_party(world):
    stranger = world.party(name="李大山")

    with refused(NotYours):
        begin(world, world.villager(), party_id=stranger.id)


@pytest.mark.parametrize("kind", AssetKind)
def test_a_company_deposits_nothing_least_of_all_a_homestead(world, kind):
    company = world.investor()

    with refused(WrongDepositor, "kind", kind=kind.value):
        begin(world, company, kind=kind)


@pytest.mark.parametrize("kind", [AssetKind.CONSTRUCTION_LAND, AssetKind.OLD_VILLAGE])
def test_a_villager_cannot_deposit_what_only_a_collective_owns(world, kind):
    with refused(WrongDepositor, "kind", kind=kind.value):
        begin(world, world.villager(), kind=kind)


def test_a_household_deposits_its_own_house(world):
    party = world.party(PartyKind.HOUSEHOLD)
    household = world.user("王桂花", Role.OWNER, party=party)

    assert begin(world, household, kind=AssetKind.HOUSE).asset.kind is AssetKind.HOUSE


@pytest.mark.parametrize("kind", AssetKind)
def test_a_collective_deposits_any_kind(world, kind):
    assert begin(world, world.collective(), kind=kind).asset.kind is kind


def test_a_draft_is_begun_once_per_key(session, world):
    owner = world.villager()
    deposit = begin(world, owner, key="the same")

    assert begin(world, owner, key="the same") is deposit
    assert session.query(Deposit).count() == 1


def test_the_key_of_another_draft_is_refused(world):
    owner = world.villager()
    begin(world, owner, key="the same")

    with refused(KeyReused, key="the same"):
        begin(world, owner, key="the same", name="溪边茶园")


# -- who may answer, and when --------------------------------------------------------------------


def detach_first(world, deposit, actor):
    """Take the first document out of the evidence."""
    evidence = deposit.asset.evidence[0]
    drafting.detach(world.session, deposit.id, evidence_id=evidence.id, actor=actor)


ANSWERS: dict[str, Callable[..., object]] = {
    "place": lambda world, deposit, actor: place(world, deposit, actor, world.square()),
    "pick": lambda world, deposit, actor: pick(world, deposit, actor, imported(world)),
    "right": prove,
    "mode": choose,
    "attach": lambda world, deposit, actor: drafting.attach(
        world.session, deposit.id, kind=EvidenceKind.PHOTO, document=world.document(actor),
        actor=actor, at=world.at,
    ),
    "detach": detach_first,
    "consent": lambda world, deposit, actor: world.agree(deposit, actor),
}  # fmt: skip
EVERY_ANSWER = pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)


@EVERY_ANSWER
def test_nobody_answers_for_another_party(world, answer):
    deposit = world.deposit(Stage.DRAFT)

    with refused(NotYours):
        answer(world, deposit, world.villager("李大山"))


@EVERY_ANSWER
def test_no_answer_is_changed_once_it_is_handed_in(world, answer):
    owner = world.villager()
    deposit = world.deposit(Stage.SUBMITTED, owner=owner)

    with refused(IllegalMove, stage="submitted"):
        answer(world, deposit, owner)


@EVERY_ANSWER
def test_every_answer_of_a_draft_can_be_given_anew(world, answer):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)

    answer(world, deposit, owner)


# -- the place -----------------------------------------------------------------------------------


def test_land_lies_in_the_division_of_its_place(world):
    owner = world.villager()
    deposit = begin(world, owner)

    place(world, deposit, owner, world.square(town="330523107"))

    assert deposit.asset.division_code == "330523107201"


def test_land_that_overlaps_a_stored_deposit_is_refused_by_its_code_and_area(world):
    stored = world.deposit(shape=world.square(side_m=100))
    owner = world.villager()
    deposit = begin(world, owner)
    shape = translate(shapely.from_wkb(stored.asset.parcel.wkb), 60)

    with refused(
        OverlapsDeposit, "shape", code=stored.asset.parcel.code, overlap_dm2=40 * 100 * 100
    ):
        place(world, deposit, owner, shape)


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.SUBMITTED, Stage.CLEARED])
def test_land_of_an_application_that_is_not_stored_is_still_free(world, stage):
    shape = world.square()
    world.deposit(stage, shape=shape)
    owner = world.villager()

    assert place(world, begin(world, owner), owner, shape).asset.parcel.area_dm2 == 1_000_000


def test_land_that_is_ordered_or_collected_is_taken(world):
    shape = world.square()
    order = world.order(world.deposit(shape=shape))
    owner = world.villager()

    with refused(OverlapsDeposit, "shape"):
        place(world, begin(world, owner), owner, shape)

    world.confirm(world.collection(order))
    with refused(OverlapsDeposit, "shape"):
        place(world, begin(world, owner), owner, shape)


def test_neighbours_may_share_a_border(world):
    shape = world.square(side_m=100)
    world.deposit(shape=shape)
    owner = world.villager()
    beside = translate(shape, 100)

    assert place(world, begin(world, owner), owner, beside).asset.parcel


@pytest.mark.parametrize(("shift_m", "free"), [(0.01, True), (0.15, True), (0.3, False)])
def test_a_sliver_along_a_boundary_is_let_pass(world, shift_m, free):
    """Up to 1 m², or up to 0.2 m wide and a hundredth of the land."""
    shape = world.square(side_m=100)
    world.deposit(shape=shape)
    owner = world.villager()
    beside = translate(shape, 100 - shift_m)

    if free:
        assert place(world, begin(world, owner), owner, beside).asset.parcel
    else:
        with refused(OverlapsDeposit, "shape", overlap_dm2=3_000):
            place(world, begin(world, owner), owner, beside)


@pytest.mark.parametrize("x", [WEST - 50, WEST - 500])
def test_land_outside_the_county_is_refused_even_in_part(world, x):
    owner = world.villager()
    shape = shapely.box(x, SOUTH + SIDE / 2, x + 100, SOUTH + SIDE / 2 + 100)

    with refused(OutsideCounty, "shape"):
        place(world, begin(world, owner), owner, shape)


def test_drawing_anew_leaves_the_first_outline(world):
    owner = world.villager()
    deposit = begin(world, owner)
    first = place(world, deposit, owner, world.square()).asset.parcel
    place(world, deposit, owner, world.square(side_m=50))

    assert first.retired_at == world.at
    assert deposit.asset.parcel.area_dm2 == 250_000


def test_an_imported_parcel_can_be_picked(world):
    owner = world.villager()
    deposit = begin(world, owner)
    parcel = imported(world, world.square(town="330523107"), "330523107201")

    pick(world, deposit, owner, parcel)

    assert deposit.asset.parcel is parcel
    assert deposit.asset.division_code == "330523107201"


def test_a_parcel_that_is_let_go_can_be_picked_by_another(world):
    owner, other = world.villager(), world.villager("李大山")
    parcel = imported(world)
    pick(world, deposit := begin(world, owner), owner, parcel)
    pick(world, deposit, owner, imported(world))

    assert pick(world, begin(world, other), other, parcel).asset.parcel is parcel


def test_a_parcel_is_kept_by_whoever_hands_in_first(world):
    owner, other = world.villager(), world.villager("李大山")
    parcel = imported(world)
    draft = world.deposit(Stage.DRAFT, owner=owner)
    pick(world, draft, owner, parcel)
    second = begin(world, other)
    pick(world, second, other, parcel)

    assert (draft.asset.parcel, second.asset.parcel) == (None, parcel)
    pick(world, draft, owner, parcel)
    world.agree(draft, owner)
    submit(world, draft, owner)
    with refused(ParcelTaken, "parcel", code=parcel.code):
        pick(world, second, other, parcel)


def test_land_that_another_drew_cannot_be_picked(world):
    drawn = world.deposit(Stage.DRAFT).asset.parcel
    other = world.villager("李大山")

    with refused(ParcelTaken, "parcel", code=drawn.code):
        pick(world, begin(world, other), other, drawn)


def test_a_parcel_that_overlaps_a_stored_deposit_cannot_be_picked(world):
    stored = world.deposit(shape=world.square())
    owner = world.villager()
    parcel = imported(world, shapely.from_wkb(stored.asset.parcel.wkb))

    with refused(OverlapsDeposit, "shape", code=stored.asset.parcel.code):
        pick(world, begin(world, owner), owner, parcel)


def test_a_parcel_that_is_retired_or_unknown_cannot_be_picked(world):
    owner = world.villager()
    deposit = begin(world, owner)
    parcel = imported(world)
    parcel.retired_at = world.at

    with refused(NoSuchRecord):
        pick(world, deposit, owner, parcel)
    with refused(NoSuchRecord):
        locating.pick(world.session, deposit.id, parcel_id=new_id(), actor=owner, at=world.at)


# -- the right -----------------------------------------------------------------------------------

WRONG_RIGHTS = [
    ({"type": RightType.HOMESTEAD_USE}, WrongRight, "type"),
    ({"type": RightType.LAND_CONTRACT}, WrongRight, "type"),
    ({"type": RightType.COLLECTIVE_OWNERSHIP}, WrongRight, "type"),
    ({"certificate_number": " "}, CertificateMissing, "certificate_number"),
    ({"unit_code": "330523"}, WrongLength, "unit_code"),
    ({"ends_on": None}, EndMissing, "ends_on"),
    ({"ends_on": TODAY}, RightExpired, "ends_on"),
    ({"ends_on": TODAY - timedelta(days=1)}, RightExpired, "ends_on"),
]


@pytest.mark.parametrize(("told", "refusal", "field"), WRONG_RIGHTS)
def test_a_villagers_right_over_woodland_is_refused(world, told, refusal, field):
    owner = world.villager()

    with refused(refusal, field):
        prove(world, begin(world, owner), owner, **told)


def test_an_expired_right_is_refused_with_the_day_it_ended(world):
    owner = world.villager()

    with refused(RightExpired, "ends_on", ends_on="2020-01-01"):
        prove(world, begin(world, owner), owner, ends_on=date(2020, 1, 1))


def test_a_right_that_ends_tomorrow_can_still_be_named(world):
    owner = world.villager()

    deposit = prove(world, begin(world, owner), owner, ends_on=TODAY + timedelta(days=1))

    assert deposit.asset.right.ends_on == TODAY + timedelta(days=1)


def test_a_right_ends_by_the_day_in_china(world):
    owner = world.villager()
    world.at = world.at.replace(hour=15, minute=59)  # 23:59 in China

    prove(world, begin(world, owner), owner, ends_on=TODAY + timedelta(days=1))
    world.later(minutes=1)
    with refused(RightExpired, "ends_on"):
        prove(world, begin(world, owner), owner, ends_on=TODAY + timedelta(days=1))


def test_a_homestead_has_no_end(world):
    owner = world.villager()
    deposit = begin(world, owner, kind=AssetKind.HOUSE)

    prove(world, deposit, owner, type=RightType.HOMESTEAD_USE, ends_on=None)

    assert deposit.asset.right.ends_on is None


def test_a_collective_owns_without_end(world):
    collective = world.collective()
    deposit = begin(world, collective)

    prove(world, deposit, collective, type=RightType.COLLECTIVE_OWNERSHIP, ends_on=None)

    assert deposit.asset.right.type is RightType.COLLECTIVE_OWNERSHIP


def test_a_unit_code_is_kept_as_it_should_be_written(world):
    owner = world.villager()
    code = "330523106201JE00001W00000000"

    deposit = prove(world, begin(world, owner), owner, unit_code=f" {code.lower()} ")

    assert deposit.asset.right.unit_code == code


# -- the mode ------------------------------------------------------------------------------------


def with_right(world, owner, *, kind=AssetKind.WOODLAND, **told):
    """A draft whose right is named."""
    deposit = begin(world, owner, kind=kind)
    return prove(world, deposit, owner, **told)


def test_a_mode_is_chosen_after_the_right(world):
    owner = world.villager()

    with refused(AnswersMissing, "mode", missing=["right"]):
        choose(world, begin(world, owner), owner)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"mode": StorageMode.LEASE}, "rent"),
        ({"mode": StorageMode.LEASE, "rent_fen": 0}, "rent"),
        ({"mode": StorageMode.LEASE, "rent_fen": -1}, "rent"),
        ({"mode": StorageMode.SWAP, "swap_wish": " "}, "swap_wish"),
    ],
)
def test_a_mode_needs_its_particulars(world, told, field):
    owner = world.villager()

    with refused(ModeMissing, field):
        choose(world, with_right(world, owner), owner, **told)


def test_construction_land_needs_its_use(world):
    collective = world.collective()
    deposit = with_right(
        world, collective, kind=AssetKind.CONSTRUCTION_LAND,
        type=RightType.COLLECTIVE_OWNERSHIP, ends_on=None,
    )  # fmt: skip

    with refused(ModeMissing, "use"):
        choose(world, deposit, collective)


CAPS = [
    (AssetKind.WOODLAND, None, "term.forest.years"),
    (AssetKind.FARMLAND, None, "term.farmland.years"),
    (AssetKind.WATER, None, "term.water.years"),
    (AssetKind.HOUSE, None, "term.house.years"),
    (AssetKind.OLD_VILLAGE, None, "term.old_village.years"),
    (AssetKind.CONSTRUCTION_LAND, ConstructionUse.INDUSTRY, "term.construction.industry.years"),
    (AssetKind.CONSTRUCTION_LAND, ConstructionUse.COMMERCE, "term.construction.commerce.years"),
    (AssetKind.CONSTRUCTION_LAND, ConstructionUse.MIXED, "term.construction.mixed.years"),
    (AssetKind.CONSTRUCTION_LAND, ConstructionUse.HOUSING, "term.construction.housing.years"),
]


@pytest.mark.parametrize(("kind", "use", "name"), CAPS)
def test_a_term_may_reach_the_laws_cap_and_not_a_year_more(world, kind, use, name):
    collective = world.collective()
    cap = rule(name, TODAY)
    deposit = with_right(
        world, collective, kind=kind, type=RightType.COLLECTIVE_OWNERSHIP, ends_on=None
    )

    assert choose(world, deposit, collective, use=use, term_years=cap.value).term_years == cap.value
    with refused(TermOverCap, "term_years", cap=cap.value, source=cap.source):
        choose(world, deposit, collective, use=use, term_years=cap.value + 1)


@pytest.mark.parametrize("years", [0, -1])
def test_a_term_is_a_year_at_least(world, years):
    owner = world.villager()

    with refused(TermOverCap, "term_years"):
        choose(world, with_right(world, owner), owner, term_years=years)


def test_a_term_may_last_as_long_as_the_right_and_not_a_day_longer(world):
    owner = world.villager()
    ends_on = add_years(TODAY, 14)

    choose(world, with_right(world, owner, ends_on=ends_on), owner, term_years=14)
    with refused(TermBeyondRight, "term_years", ends_on="2040-03-01"):
        choose(
            world, with_right(world, owner, ends_on=ends_on - timedelta(days=1)), owner,
            term_years=14,
        )  # fmt: skip


def test_another_mode_forgets_the_particulars_of_the_first(world):
    owner = world.villager()
    deposit = with_right(world, owner)
    choose(world, deposit, owner, mode=StorageMode.LEASE, rent_fen=100)
    choose(world, deposit, owner, mode=StorageMode.SWAP, rent_fen=100, swap_wish="一套房")
    assert (deposit.rent_fen, deposit.swap_wish) == (None, "一套房")

    choose(world, deposit, owner, mode=StorageMode.LEASE, rent_fen=100, swap_wish="一套房")
    assert (deposit.rent_fen, deposit.swap_wish) == (100, "")


# -- what was agreed to ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda world, deposit, owner: place(world, deposit, owner, world.square()),
        lambda world, deposit, owner: pick(world, deposit, owner, imported(world)),
        lambda world, deposit, owner: choose(world, deposit, owner, term_years=14),
    ],
    ids=["another place", "another parcel", "other terms"],
)
def test_a_household_that_agreed_to_something_else_has_to_agree_anew(world, change):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    change(world, deposit, owner)

    with refused(AnswersMissing, "consent", missing=["consent"]):
        submit(world, deposit, owner)
    world.agree(deposit, owner)
    assert submit(world, deposit, owner).stage is Stage.SUBMITTED


def test_the_same_answer_again_leaves_the_consent_as_it_was(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    choose(world, deposit, owner, term_years=deposit.term_years)
    place(world, deposit, owner, shapely.from_wkb(deposit.asset.parcel.wkb))

    assert submit(world, deposit, owner).stage is Stage.SUBMITTED


# -- evidence ------------------------------------------------------------------------------------


def test_a_document_can_be_taken_out_again(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    detach_first(world, deposit, owner)

    assert deposit.asset.evidence == []
    assert submission.missing(deposit) == ["evidence"]


def test_a_photo_is_no_certificate(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    detach_first(world, deposit, owner)
    ANSWERS["attach"](world, deposit, owner)

    with refused(EvidenceMissing, "certificate", missing=["evidence"]):
        submit(world, deposit, owner)


# -- handing in ----------------------------------------------------------------------------------


def test_an_application_that_is_handed_in_moves_nothing_yet(session, world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)

    submit(world, deposit, owner)

    assert deposit.stage is Stage.SUBMITTED
    assert (deposit.submitted_at, deposit.submitted_by) == (world.at, owner.id)
    assert recorded(session) == []


def test_only_the_owner_hands_an_application_in(world):
    with refused(NotYours):
        submit(world, world.deposit(Stage.DRAFT), world.villager("李大山"))


def test_an_unconfirmed_collective_hands_nothing_in(world):
    collective = world.collective()
    deposit = world.deposit(Stage.DRAFT, owner=collective)
    deposit.party.confirmed_at = None

    with refused(NotConfirmed, name=deposit.party.name):
        submit(world, deposit, collective)


def test_an_incomplete_application_names_what_is_missing(world):
    owner = world.villager()
    deposit = begin(world, owner)

    with refused(
        EvidenceMissing, "certificate", missing=["place", "right", "evidence", "mode", "consent"]
    ):
        submit(world, deposit, owner)

    drafting.attach(
        world.session, deposit.id, kind=EvidenceKind.CERTIFICATE,
        document=world.document(owner), actor=owner, at=world.at,
    )  # fmt: skip
    with refused(AnswersMissing, "place", missing=["place", "right", "mode", "consent"]):
        submit(world, deposit, owner)


def test_a_right_that_ended_while_the_draft_lay_is_refused(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    world.at = world.at.replace(year=2054)

    with refused(RightExpired, ends_on="2053-12-31"):
        submit(world, deposit, owner)


def test_a_term_that_outlasts_a_right_shortened_afterwards_is_refused(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner, term_years=15)
    prove(world, deposit, owner, ends_on=date(2030, 12, 31))

    with refused(TermBeyondRight, "term_years", ends_on="2030-12-31"):
        submit(world, deposit, owner)


def test_a_term_that_outlasts_the_right_because_the_draft_lay_is_refused(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner, term_years=27)
    world.later(days=365)

    with refused(TermBeyondRight, "term_years", ends_on="2053-12-31"):
        submit(world, deposit, owner)


def test_land_that_was_stored_by_another_meanwhile_is_refused(world):
    shape = world.square()
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner, shape=shape)
    first = world.deposit(owner=world.villager("李大山"), shape=shape)

    with refused(OverlapsDeposit, "shape", code=first.asset.parcel.code):
        submit(world, deposit, owner)


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.ON_NOTICE, Stage.CLEARED, Stage.STORED])
def test_what_is_handed_in_cannot_be_handed_in_again(world, stage):
    owner = world.villager()
    deposit = world.deposit(stage, owner=owner)

    with refused(IllegalMove, stage=stage.value, act="submit"):
        submit(world, deposit, owner)


def test_a_double_click_hands_in_once(world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    submit(world, deposit, owner, key="the same")
    submitted_at = deposit.submitted_at
    world.later(minutes=1)

    assert submit(world, deposit, owner, key="the same").submitted_at == submitted_at


def test_the_key_of_another_application_hands_nothing_in(world):
    owner = world.villager()
    submit(world, world.deposit(Stage.DRAFT, owner=owner), owner, key="the same")

    with refused(KeyReused, key="the same"):
        submit(world, world.deposit(Stage.DRAFT, owner=owner), owner, key="the same")


# -- taking back ---------------------------------------------------------------------------------


def handed_in(world):
    """An application just handed in, and its owner."""
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    submit(world, deposit, owner)
    return deposit, owner


def test_an_application_can_be_taken_back_until_the_grace_period_ends(session, world):
    deposit, owner = handed_in(world)
    world.at = grace_ends(world.at) - timedelta(seconds=1)

    submission.take_back(session, deposit.id, actor=owner, at=world.at)

    assert deposit.stage is Stage.DRAFT
    assert deposit.submitted_at is None
    choose(world, deposit, owner, term_years=10)


def test_an_application_stays_once_the_grace_period_is_over(session, world):
    deposit, owner = handed_in(world)

    with refused(GraceOver):
        submission.take_back(session, deposit.id, actor=owner, at=grace_ends(world.at))


def test_nobody_takes_back_what_another_handed_in(session, world):
    deposit, _ = handed_in(world)

    with refused(NotYours):
        submission.take_back(session, deposit.id, actor=world.villager("李大山"), at=world.at)


def test_a_draft_cannot_be_taken_back(session, world):
    owner = world.villager()
    deposit = world.deposit(Stage.DRAFT, owner=owner)

    with refused(IllegalMove, stage="draft", act="take_back"):
        submission.take_back(session, deposit.id, actor=owner, at=world.at)


def test_what_was_sent_back_can_be_mended_and_handed_in_with_a_new_grace_period(session, world):
    owner = world.villager()
    deposit = world.deposit(Stage.SUBMITTED, owner=owner)
    checking.send_back(session, deposit.id, reason="界址不清", officer=world.officer, at=world.at)
    place(world, deposit, owner, world.square())
    world.agree(deposit, owner)
    submit(world, deposit, owner)

    submission.take_back(session, deposit.id, actor=owner, at=world.at)

    assert deposit.stage is Stage.DRAFT


def test_nobody_sees_the_drafts_of_others(session, world):
    owner, other = world.villager(), world.villager("李大山")
    deposit = world.deposit(Stage.DRAFT, owner=owner)
    world.deposit(Stage.SUBMITTED, owner=owner)
    world.deposit(Stage.DRAFT, owner=other)

    assert drafting.drafts_of(session, owner) == [deposit]
