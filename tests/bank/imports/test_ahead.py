"""The next thing is made while the one before is used."""

from collections.abc import Iterator
from contextlib import closing
from threading import get_ident

import pytest

from bank.imports.ahead import ahead


def test_items_come_in_their_order_from_another_thread() -> None:
    def made() -> Iterator[tuple[int, int]]:
        for number in range(5):
            yield number, get_ident()

    found = list(ahead(made()))

    assert [number for number, _ in found] == [0, 1, 2, 3, 4]
    assert get_ident() not in {thread for _, thread in found}


def test_no_more_than_one_is_made_ahead_and_none_after_the_end() -> None:
    made = []

    def making() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            yield number

    with closing(ahead(making())) as items:
        for item in items:
            assert len(made) <= item + 2
            if item == 3:
                break

    assert made == [0, 1, 2, 3, 4]


def test_what_making_one_raises_comes_in_its_turn() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("the second")

    items = ahead(failing())

    assert next(items) == 1
    with pytest.raises(ValueError, match="the second"):
        next(items)
