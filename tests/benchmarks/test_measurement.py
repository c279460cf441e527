"""A measurement's line of JSON, and the turns in which two ways are timed."""

import json

from benchmarks.measurement import Measurement, in_turn


def test_a_line_has_the_agreed_keys() -> None:
    measured = Measurement("post", 2.0, 1.0, 3.0, "lower", "s", "1,000 transfers")

    assert json.loads(measured.line()) == {
        "bench": "post",
        "ours": 2.0,
        "reference": 1.0,
        "ratio": 2.0,
        "target": 3.0,
        "better": "lower",
        "unit": "s",
        "conditions": "1,000 transfers",
    }


def test_the_two_are_run_alternately_after_a_round_that_does_not_count() -> None:
    calls: list[str] = []

    ours, reference = in_turn(lambda: calls.append("o"), lambda: calls.append("r"), rounds=2)

    assert calls == ["o", "r"] * 3
    assert ours >= 0
    assert reference >= 0
