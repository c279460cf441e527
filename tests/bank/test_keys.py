"""Idempotency keys: the same again gives the first result, something else is refused."""

import json
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import select

from bank import keys
from bank.refusals import KeyReused
from database.base import new_id
from tests.reading import refused


def first_time(session, key: str = "k", command: str = "bake", **body: object) -> UUID:
    """Use a key for a command that makes a record."""
    result = new_id()
    assert keys.earlier(session, key, command, **body) is None
    keys.settle(session, key, result)
    return result


def test_a_new_key_has_no_earlier_result(session):
    assert keys.earlier(session, "k", "bake", loaves=2) is None


def test_a_repeated_key_finds_the_first_result(session):
    result = first_time(session, loaves=2)

    assert keys.earlier(session, "k", "bake", loaves=2) == result


def test_two_keys_are_two_commands(session):
    first_time(session, "one", loaves=2)

    assert keys.earlier(session, "two", "bake", loaves=2) is None


@pytest.mark.parametrize(
    ("command", "body"), [("bake", {"loaves": 3}), ("bake", {}), ("eat", {"loaves": 2})]
)
def test_a_key_that_comes_with_something_else_is_refused(session, command, body):
    first_time(session, loaves=2)

    with refused(KeyReused, key="k"):
        keys.earlier(session, "k", command, **body)


def test_the_order_of_a_body_does_not_count(session):
    result = first_time(session, salt=1, water=2)

    assert keys.earlier(session, "k", "bake", water=2, salt=1) == result


def test_one_and_the_text_one_are_different_bodies(session):
    first_time(session, loaves=1)

    with refused(KeyReused, key="k"):
        keys.earlier(session, "k", "bake", loaves="1")


def test_what_a_key_was_used_for_cannot_be_guessed_from_its_digest(session):
    first_time(session, account="6222")

    plain = json.dumps(["bake", {"account": "6222"}], sort_keys=True)
    digest = session.scalar(select(keys.UsedKey.digest))
    assert digest != sha256(plain.encode()).hexdigest()
    assert len(digest) == 64


@pytest.mark.parametrize("length", [1, keys.KEY_LENGTH])
def test_a_key_of_the_right_length_is_taken(session, length):
    assert keys.earlier(session, "k" * length, "bake") is None


@pytest.mark.parametrize("length", [0, keys.KEY_LENGTH + 1])
def test_a_key_of_another_length_is_refused(session, length):
    with refused(KeyReused, length=length):
        keys.earlier(session, "k" * length, "bake")


def test_a_key_whose_command_was_undone_is_free_again(session):
    savepoint = session.begin_nested()
    first_time(session, loaves=2)
    savepoint.rollback()

    assert keys.earlier(session, "k", "bake", loaves=3) is None
