"""Pages are tried on the embedded database alone, unless a test asks for the other.

What they ask of a database is in bank/, ledger/ and valuation/, which are tried on both; so are the
API and the services for maps, and a whole story in a browser.
"""

import pytest

from tests.databases import Postgresql, Sqlite, begun


@pytest.fixture(scope="session", params=["sqlite"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Sqlite | Postgresql:
    """The embedded database."""
    return begun(request.param, tmp_path_factory, worker_id)
