"""What people and officers do about one deposit of the demonstration: the bank's own commands."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from bank.assets.tables import AssetKind, EvidenceKind
from bank.calendar import local_date
from bank.demo import papers
from bank.demo.people import Person
from bank.demo.plans import DepositPlan
from bank.demo.scene import Scene
from bank.deposits import checking, drafting, locating, notices, storing, submission
from bank.deposits.tables import ConsentKind, Deposit
from bank.files.documents import keep
from bank.files.kinds import PAPERS
from bank.files.tables import Document, Visibility
from bank.land.tables import Origin
from bank.parties.tables import PartyKind
from bank.rules import whole
from bank.withdrawals import requesting
from database.actor import Actor

ALL_STEPS: Final = 7
UNIT_KIND: Final = {AssetKind.WOODLAND: "L00000001", AssetKind.HOUSE: "F00010001"}
"""The end of a unit's code where something stands on the land."""


def key(plan: DepositPlan, what: str) -> str:
    """The key of a command about the deposit."""
    return f"demo:deposit:{plan.n}:{what}"


def fill_in(plan: DepositPlan, scene: Scene, at: datetime, *, steps: int) -> None:
    """The owner begins a draft and answers the first so many of its questions."""
    answers = (_place, _prove_right, _attach_certificate, _attach_photos, _choose_mode, _agree)
    deposit = drafting.begin(
        scene.session,
        party_id=scene.party(plan.owner),
        kind=plan.kind,
        name=plan.name,
        division_code=plan.place.village_code,
        actor=scene.actor(plan.owner),
        at=at,
        key=key(plan, "begin"),
    )
    for minutes, answer in enumerate(answers[: steps - 1], start=1):
        answer(plan, scene, deposit, at + timedelta(minutes=5 * minutes))


def _place(plan: DepositPlan, scene: Scene, deposit: Deposit, at: datetime) -> None:
    actor, shape = scene.actor(plan.owner), plan.place.polygon
    if plan.drawn:
        locating.place(
            scene.session, deposit.id, shape=shape, origin=Origin.DRAWN, actor=actor, at=at
        )
    else:
        parcel_id = scene.parcel(shape)
        locating.pick(scene.session, deposit.id, parcel_id=parcel_id, actor=actor, at=at)


def _prove_right(plan: DepositPlan, scene: Scene, deposit: Deposit, at: datetime) -> None:
    parcel = deposit.asset.parcel
    unit_code = ""
    if parcel is not None and plan.n % 3:
        unit_code = parcel.code + UNIT_KIND.get(plan.kind, "W00000000")
    drafting.prove_right(
        scene.session,
        deposit.id,
        type=plan.right,
        certificate_number=plan.certificate,
        unit_code=unit_code,
        ends_on=plan.ends_on,
        actor=scene.actor(plan.owner),
        at=at,
    )


def _attach_certificate(plan: DepositPlan, scene: Scene, deposit: Deposit, at: datetime) -> None:
    _attach(plan, scene, deposit, at, EvidenceKind.CERTIFICATE, "权证.pdf")


def _attach_photos(plan: DepositPlan, scene: Scene, deposit: Deposit, at: datetime) -> None:
    _attach(plan, scene, deposit, at, EvidenceKind.PHOTO, "现场照片.jpg")


def _attach(
    plan: DepositPlan,
    scene: Scene,
    deposit: Deposit,
    at: datetime,
    kind: EvidenceKind,
    name: str,
) -> None:
    actor = scene.actor(plan.owner)
    content = papers.paper("certificate")
    if kind is EvidenceKind.PHOTO:
        content = papers.photo(plan.kind.value, plan.n % 2)
    document = hand_in(scene, name, content, actor, at)
    drafting.attach(scene.session, deposit.id, kind=kind, document=document, actor=actor, at=at)


def hand_in(scene: Scene, name: str, content: bytes, actor: Actor, at: datetime) -> Document:
    """A document of the actor's party, for offices to read."""
    return keep(
        scene.session,
        name=name,
        content=content,
        accept=PAPERS,
        actor=actor,
        party_id=next(iter(actor.parties), None),
        at=at,
        visibility=Visibility.OFFICE,
        limit_mb=whole("file.size.maximum_mb", local_date(at)),
    )


def _choose_mode(plan: DepositPlan, scene: Scene, deposit: Deposit, at: datetime) -> None:
    drafting.choose_mode(
        scene.session,
        deposit.id,
        mode=plan.mode,
        term_years=plan.term_years,
        use=plan.use,
        rent_fen=plan.rent_fen,
        swap_wish=plan.wish,
        actor=scene.actor(plan.owner),
        at=at,
    )


def _agree(plan: DepositPlan, scene: Scene, deposit: Deposit, at: datetime) -> None:
    actor = scene.actor(plan.owner)
    held_on = local_date(at) - timedelta(days=1 + plan.n % 4)
    collective = plan.owner.kind is PartyKind.COLLECTIVE
    kind, vote = ConsentKind.HOUSEHOLD, None
    if collective:
        rng = Random(plan.n)  # noqa: S311 - how many people come to a meeting
        by_assembly = plan.kind is AssetKind.CONSTRUCTION_LAND and plan.n % 2 == 0
        kind = ConsentKind.REPRESENTATIVES if by_assembly else ConsentKind.MEMBERS
        members = rng.randint(25, 60) if by_assembly else rng.randint(180, 900)
        present = rng.randint(members * 4 // 5 + 1, members)
        vote = drafting.Vote(
            members=members,
            present=present,
            in_favour=rng.randint(members * 7 // 10 + 1, present),
            notice_given_on=held_on - timedelta(days=rng.randint(11, 16)),
        )
    name, content = ("会议记录.pdf", "minutes") if collective else ("家庭同意书.pdf", "agreement")
    drafting.agree(
        scene.session,
        deposit.id,
        kind=kind,
        held_on=held_on,
        document=hand_in(scene, name, papers.paper(content), actor, at),
        actor=actor,
        at=at,
        vote=vote,
    )


def submit(plan: DepositPlan, round_: int, scene: Scene, at: datetime) -> None:
    """The owner hands it in, for the first or second time."""
    submission.submit(
        scene.session,
        scene.get(key(plan, "begin")),
        actor=scene.actor(plan.owner),
        at=at,
        key=key(plan, f"submit:{round_}"),
    )


def send_back(plan: DepositPlan, which: int, reason: str, scene: Scene, at: datetime) -> None:
    """The township wants something mended."""
    checking.send_back(
        scene.session,
        scene.get(key(plan, "begin")),
        reason=reason,
        officer=scene.officer(plan.town, which),
        at=at,
    )


def refuse(plan: DepositPlan, which: int, reason: str, scene: Scene, at: datetime) -> None:
    """The township refuses it."""
    checking.refuse(
        scene.session,
        scene.get(key(plan, "begin")),
        reason=reason,
        officer=scene.officer(plan.town, which),
        at=at,
    )


def pass_to_notice(plan: DepositPlan, which: int, scene: Scene, at: datetime) -> None:
    """The township finds it sound, posts the notice and commissions the agency of that town."""
    agency_id, _ = scene.agency(plan.agency)
    checking.pass_to_notice(
        scene.session,
        scene.get(key(plan, "begin")),
        agency_id=agency_id,
        officer=scene.officer(plan.town, which),
        at=at,
        key=key(plan, "pass"),
    )


def object_to(plan: DepositPlan, who: Person, grounds: str, scene: Scene, at: datetime) -> None:
    """A neighbour objects."""
    notices.object_to(
        scene.session,
        scene.get(key(plan, "begin")),
        grounds=grounds,
        actor=scene.actor(who),
        at=at,
        key=key(plan, "object"),
    )


def decide(plan: DepositPlan, answer: str, scene: Scene, at: datetime, *, upheld: bool) -> None:
    """The township answers the objection."""
    notices.decide(
        scene.session,
        scene.get(key(plan, "object")),
        upheld=upheld,
        answer=answer,
        officer=scene.officer(plan.town, 0),
        at=at,
    )


def clear(plan: DepositPlan, scene: Scene, at: datetime) -> None:
    """The bank's own clock: the notice is over."""
    notices.clear(scene.session, scene.get(key(plan, "begin")), at=at)


def store(plan: DepositPlan, which: int, scene: Scene, at: datetime) -> None:
    """The township stores it."""
    storing.store(
        scene.session,
        scene.get(key(plan, "begin")),
        officer=scene.officer(plan.town, which),
        at=at,
        key=key(plan, "store"),
    )


def ask_back(plan: DepositPlan, scene: Scene, at: datetime) -> None:
    """The owner wants it back."""
    requesting.request_return(
        scene.session,
        scene.get(key(plan, "begin")),
        actor=scene.actor(plan.owner),
        at=at,
        key=key(plan, "return"),
    )
