"""What people and officers do about withdrawals in the demonstration: the bank's own commands."""

from datetime import datetime
from typing import Final

from bank.demo import words
from bank.demo.people import Person
from bank.demo.scene import Scene
from bank.parties.tables import Party
from bank.withdrawals import confirming, requesting

LEAST_PAYOUT_FEN: Final = 100_00


def ask_payout(who: Person, asked: str, percent: int, scene: Scene, at: datetime) -> None:
    """Someone asks for a part of her money, in whole yuan, if it is worth asking."""
    party = scene.session.get_one(Party, scene.party(who))
    available_fen = requesting.available(scene.session, party)
    amount_fen = available_fen * percent // 10_000 * 100
    if amount_fen < LEAST_PAYOUT_FEN:
        return
    requesting.request_payout(
        scene.session,
        party.id,
        amount_fen=amount_fen,
        bank_account=f"62284804{who.login}",
        actor=scene.actor(who),
        at=at,
        key=asked,
    )


def refuse_payout(asked: str, which: int, scene: Scene, at: datetime) -> None:
    """The county refuses a payout, if it was asked for."""
    withdrawal_id = scene.find(asked)
    if withdrawal_id:
        confirming.refuse(
            scene.session,
            withdrawal_id,
            reason=words.REFUSE_PAYOUT,
            officer=scene.county(which),
            at=at,
        )


def take_back_payout(who: Person, asked: str, scene: Scene, at: datetime) -> None:
    """The owner thinks better of it while she can."""
    withdrawal_id = scene.find(asked)
    if withdrawal_id:
        requesting.take_back(scene.session, withdrawal_id, actor=scene.actor(who), at=at)


def check(asked: str, which: int, scene: Scene, at: datetime) -> None:
    """The first officer checks a withdrawal, if it was asked for."""
    withdrawal_id = scene.find(asked)
    if withdrawal_id:
        confirming.check(scene.session, withdrawal_id, officer=scene.county(which), at=at)


def confirm(asked: str, which: int, scene: Scene, at: datetime) -> None:
    """The second officer confirms it, if it was asked for."""
    withdrawal_id = scene.find(asked)
    if withdrawal_id:
        confirming.confirm(
            scene.session,
            withdrawal_id,
            officer=scene.county(which),
            at=at,
            key=f"{asked}:confirm",
        )
