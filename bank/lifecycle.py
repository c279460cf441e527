"""Reading a life cycle: one table `{(stage, act): stage}` per aggregate, and the move it allows."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from bank.refusals import IllegalMove

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


def after(table: Mapping[tuple[S, A], S], stage: S, act: A) -> S:
    """The stage that `act` leads to from `stage`. Refuses: IllegalMove, for a pair not listed."""
    try:
        return table[stage, act]
    except KeyError:
        raise IllegalMove(
            f"{act.value} is not possible at stage {stage.value}", stage=stage.value, act=act.value
        ) from None
