"""The county in which the bank's commands are tested."""

import pytest
from sqlalchemy.orm import Session

from tests.world import World


@pytest.fixture
def world(session: Session) -> World:
    """A small lawful county; see tests/world.py."""
    return World(session)
