"""What cannot even be written down; and the canonical bytes behind a hash."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from ledger.model import (
    MAX_POSTINGS,
    MAX_QUANTITY,
    OWN_KEYS,
    Act,
    Instruction,
    Opening,
    Posting,
    Transfer,
    act_facts,
    body_text,
    canonical,
    moment_text,
    new_nonce,
    transfer_hash,
    transfer_text,
)
from ledger.refusals import BadTransfer
from tests.ledger.entries import HOUR, NOON, transfer

POSTING = {"source": "a", "target": "b", "unit": "u", "quantity": 1}


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"quantity": 0}, "greater_than"),
        ({"quantity": -1}, "greater_than"),
        ({"quantity": 1.5}, "int_type"),
        ({"quantity": 1.0}, "int_type"),
        ({"quantity": Decimal(1)}, "int_type"),
        ({"quantity": True}, "int_type"),
        ({"quantity": "1"}, "int_type"),
        ({"quantity": None}, "int_type"),
        ({"quantity": MAX_QUANTITY + 1}, "less_than_equal"),
        ({"quantity": 10**30}, "less_than_equal"),
        ({"target": "a"}, "same_account"),
        ({"source": ""}, "string_pattern_mismatch"),
        ({"source": "a b"}, "string_pattern_mismatch"),
        ({"source": "a\x00"}, "string_pattern_mismatch"),
        ({"source": "a\n"}, "string_pattern_mismatch"),
        ({"source": 'a"'}, "string_pattern_mismatch"),
        ({"source": "a;"}, "string_pattern_mismatch"),
        ({"source": "a" * 201}, "string_pattern_mismatch"),
        ({"source": "\ud800"}, "string_unicode"),
        ({"source": 7}, "string_type"),
        ({"unit": ""}, "string_pattern_mismatch"),
        ({"extra": 1}, "extra_forbidden"),
    ],
)
def test_a_posting_that_makes_no_sense_is_refused(wrong: dict[str, object], rule: str) -> None:
    with pytest.raises(BadTransfer) as no:
        Posting.model_validate(POSTING | wrong)

    (field, given) = next(iter(wrong.items()))
    assert (no.value.field, no.value.facts["rule"]) == (field, rule)
    assert no.value.facts["given"].strip("'") == (repr(given)[:100]).strip("'")


def test_the_largest_quantity_is_taken() -> None:
    assert Posting.model_validate(POSTING | {"quantity": MAX_QUANTITY}).quantity == 2**63 - 1


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"key": ""}, "string_pattern_mismatch"),
        ({"key": "k" * 201}, "string_too_long"),
        ({"key": "k\n"}, "string_pattern_mismatch"),
        ({"key": f"{OWN_KEYS}account:a"}, "reserved"),
        ({"kind": ""}, "string_pattern_mismatch"),
        ({"kind": "k" * 65}, "string_too_long"),
        ({"postings": ()}, "too_short"),
        ({"memo": "\x00"}, "string_pattern_mismatch"),
        ({"memo": "m" * 2001}, "string_too_long"),
        ({"reference": "r\n"}, "string_pattern_mismatch"),
        ({"reference": "r" * 201}, "string_too_long"),
        ({"occurred_at": datetime(2026, 3, 2)}, "timezone_aware"),  # noqa: DTZ001 - on purpose
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(wrong: dict[str, object], rule: str) -> None:
    sound = transfer("k", "a -> b 1 u").model_dump()

    with pytest.raises(BadTransfer) as no:
        Transfer.model_validate(sound | wrong)

    assert (no.value.field, no.value.facts["rule"]) == (next(iter(wrong)), rule)
    assert len(no.value.facts["given"]) <= 100


def test_a_transfer_has_no_more_postings_than_a_body_may_have() -> None:
    sound = transfer("k", "a -> b 1 u")
    many = sound.postings * (MAX_POSTINGS + 1)

    with pytest.raises(BadTransfer) as no:
        Transfer(**{**dict(sound), "postings": many})

    assert (no.value.field, no.value.facts["rule"]) == ("postings", "too_long")


@pytest.mark.parametrize(("make", "field"), [(Instruction, "key"), (Opening, "code")])
def test_what_is_left_out_is_named(make: type[Instruction] | type[Opening], field: str) -> None:
    with pytest.raises(BadTransfer) as no:
        make.model_validate({})

    assert (no.value.field, no.value.facts["rule"]) == (field, "missing")


def test_values_are_frozen() -> None:
    posting = Posting(source="a", target="b", unit="u", quantity=1)

    with pytest.raises(ValidationError):
        posting.quantity = 2  # type: ignore[misc]


def test_a_moment_has_one_text_in_all_time_zones() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=8)))

    assert moment_text(there) == moment_text(NOON) == "2026-03-02T12:00:00.000000+00:00"
    with pytest.raises(BadTransfer) as no:
        moment_text(datetime(2026, 3, 2))  # noqa: DTZ001 - naive on purpose
    assert no.value.facts["rule"] == "moment"


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


HOLD_ID = UUID(int=7)
LINES = [("a", "b", "u", 7)]
SAID: list[tuple[Act, dict[str, Any], list[tuple[str, str, str, int]], str]] = [
    (
        Act.HOLD,
        {"expires_at": NOON + HOUR},
        LINES,
        '"act":"hold","expires_at":"2026-03-02T13:00:00.000000+00:00"',
    ),
    (Act.SETTLE, {"ends": HOLD_ID}, LINES, f'"act":"settle","ends":"{HOLD_ID}"'),
    (Act.VOID, {"ends": HOLD_ID}, [], f'"act":"void","ends":"{HOLD_ID}"'),
    (Act.EXPIRE, {"ends": HOLD_ID}, [], f'"act":"expire","ends":"{HOLD_ID}"'),
    (
        Act.OPEN_ACCOUNT,
        {"account": "a", "rules": (False, True)},
        [],
        '"account":"a","act":"open_account"|"may_go_negative":false,"may_go_positive":true',
    ),
    (Act.OPEN_UNIT, {"unit": "u", "name": "圆"}, [], '"act":"open_unit"|"name":"圆"|"unit":"u"'),
    (Act.FREEZE, {"account": "a"}, [], '"account":"a","act":"freeze"'),
    (Act.THAW, {"account": "a"}, [], '"account":"a","act":"thaw"'),
    (Act.CLOSE, {"account": "a"}, [], '"account":"a","act":"close"'),
]


@pytest.mark.parametrize(("act", "told", "lines", "said"), SAID)
def test_the_body_of_every_act_says_what_it_does(
    act: Act, told: dict[str, Any], lines: list[tuple[str, str, str, int]], said: str
) -> None:
    body = body_text(
        kind=act.value, reference="", memo="", postings=lines, reverses=None,
        facts=act_facts(act, **told),
    )  # fmt: skip

    assert all(part in body for part in said.split("|")), body
    assert canonical(json.loads(body)) == body
    assert [tuple(line) for line in json.loads(body)["postings"]] == lines


def test_the_body_of_a_transfer_is_canonical_whatever_it_holds() -> None:
    odd = '"\\/\n\t\x7f\u2028é圆😀'
    body = body_text(
        kind="k", reference=odd, memo=odd, postings=[("账", "b", "u", MAX_QUANTITY)] * 2,
        reverses=HOLD_ID,
    )  # fmt: skip

    assert canonical(json.loads(body)) == body
    assert (json.loads(body)["memo"], json.loads(body)["reverses"]) == (odd, str(HOLD_ID))
