"""What cannot even be written down; and the canonical bytes behind a hash."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
from pydantic import ValidationError

from ledger.model import (
    MAX_QUANTITY,
    Posting,
    Transfer,
    body_text,
    moment_text,
    new_nonce,
    transfer_hash,
    transfer_text,
)
from tests.ledger.entries import NOON, transfer

POSTING = {"source": "a", "target": "b", "unit": "u", "quantity": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 1.0},
        {"quantity": True},
        {"quantity": "1"},
        {"quantity": MAX_QUANTITY + 1},
        {"target": "a"},
        {"source": ""},
        {"source": "a b"},
        {"source": "a\x00"},
        {"source": "a\n"},
        {"source": 'a"'},
        {"source": "a" * 201},
        {"source": "\ud800"},
        {"unit": ""},
        {"extra": 1},
    ],
)
def test_a_posting_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Posting.model_validate(POSTING | wrong)


def test_the_largest_quantity_is_taken() -> None:
    assert Posting.model_validate(POSTING | {"quantity": MAX_QUANTITY}).quantity == 2**63 - 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "k" * 201},
        {"key": "k\n"},
        {"kind": ""},
        {"kind": "k" * 65},
        {"postings": ()},
        {"memo": "\x00"},
        {"memo": "m" * 2001},
        {"reference": "r\n"},
        {"occurred_at": datetime(2026, 3, 2)},  # noqa: DTZ001 - naive on purpose
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    sound = transfer("k", "a -> b 1 u").model_dump()

    with pytest.raises(ValidationError):
        Transfer.model_validate(sound | wrong)


def test_values_are_frozen() -> None:
    posting = Posting(source="a", target="b", unit="u", quantity=1)

    with pytest.raises(ValidationError):
        posting.quantity = 2  # type: ignore[misc]


def test_a_moment_has_one_text_in_all_time_zones() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=8)))

    assert moment_text(there) == moment_text(NOON) == "2026-03-02T12:00:00.000000+00:00"
    with pytest.raises(ValueError, match="time zone"):
        moment_text(datetime(2026, 3, 2))  # noqa: DTZ001 - naive on purpose


def test_the_hash_is_that_of_the_canonical_json() -> None:
    body = body_text(
        kind="move", reference="订单", memo="", postings=[("a", "b", "u", 7)], reverses=None
    )
    written = (
        '{"body":{"kind":"move","memo":"","postings":[["a","b","u",7]],"reference":"订单",'
        '"reverses":null},"id":"00000000-0000-0000-0000-000000000001","key":"k",'
        '"nonce":"0f","occurred_at":"2026-03-02T12:00:00.000000+00:00",'
        '"recorded_at":"2026-03-02T12:00:00.000000+00:00"}'
    )

    text = transfer_text(
        body,
        transfer_id=UUID(int=1),
        key="k",
        nonce="0f",
        occurred_at=NOON,
        recorded_at=NOON.astimezone(UTC),
    )

    assert text == written
    assert transfer_hash(text) == sha256(written.encode()).hexdigest()


def test_no_two_nonces_are_the_same() -> None:
    nonces = {new_nonce() for _ in range(100)}

    assert len(nonces) == 100
    assert {len(bytes.fromhex(nonce)) for nonce in nonces} == {16}
