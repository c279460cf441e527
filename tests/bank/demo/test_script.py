"""The demonstration's script: whatever the seed, the people in it are told apart."""

from datetime import UTC, datetime
from functools import partial

import pytest

from bank.demo import script

TODAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize("seed", [330523, 1, 2, 3])
def test_no_two_people_share_a_login(seed: int) -> None:
    written = script.write(seed, 600, TODAY)

    deeds = [event.deed for event in written.events]
    entered = [d for d in deeds if isinstance(d, partial) and d.func is script._enter]
    logins = [deed.args[0].login for deed in entered]
    assert "13857200001" in logins
    assert len(set(logins)) == len(logins)
