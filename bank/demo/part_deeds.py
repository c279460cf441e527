"""What is done in the demonstration about a red line and the parts that it cuts off."""

from datetime import datetime

from bank.calendar import local_date
from bank.demo import deposit_deeds, red_lines, venture_deeds
from bank.demo.scene import Scene
from bank.demo.ventures import VenturePlan
from bank.land import polygons
from bank.orders import asking, changing
from bank.redlines import drawing


def gather(plan: VenturePlan, scene: Scene, at: datetime) -> None:
    """The investor draws her project's red line, and the bank prepares the bundle."""
    if plan.line is None:
        raise LookupError(f"{plan.idea.name} has no red line")
    session, actor = scene.session, scene.actor(plan.investor)
    party_id = scene.party(plan.investor)
    line = drawing.keep(
        session, plan.line, name=f"{plan.idea.name}红线", party_id=party_id, actor=actor, at=at
    )
    prepared = drawing.prepare_bundle(session, line.id, party_id=party_id, actor=actor, at=at)
    venture_deeds.offer_swaps(prepared.bundle, plan.members, scene, actor, at)


def answer(plan: VenturePlan, nth: int, agrees: bool, scene: Scene, at: datetime) -> None:
    """The owner of the nth deposit answers to the part that is asked for, if one is."""
    order_id = scene.get(venture_deeds.key(plan, "order"))
    deposit_id = scene.get(deposit_deeds.key(plan.members[nth], "begin"))
    part = asking.find_part(scene.session, order_id, deposit_id)
    if part is None:
        return
    say = asking.agree if agrees else asking.decline
    say(
        scene.session,
        order_id,
        deposit_id=deposit_id,
        shape_digest=part.shape_digest,
        actor=scene.actor(plan.members[nth].owner),
        at=at,
    )


def ask_for_less(plan: VenturePlan, nth: int, scene: Scene, at: datetime) -> None:
    """The investor asks for a smaller part of the nth deposit, if its owner kept the first."""
    order_id = scene.get(venture_deeds.key(plan, "order"))
    deposit_id = scene.get(deposit_deeds.key(plan.members[nth], "begin"))
    if asking.find_part(scene.session, order_id, deposit_id) is None:
        return
    smaller = red_lines.west(plan.members[nth].place.polygon, red_lines.LESS)
    changing.change(
        scene.session,
        order_id,
        deposit_id=deposit_id,
        line=polygons.fit(smaller, on=local_date(at)),
        actor=scene.actor(plan.investor),
        at=at,
    )
