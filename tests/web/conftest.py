"""Pages are tried on the embedded database alone, unless a test asks for the other.

What they ask of a database is in bank/, ledger/ and valuation/, which are tried on both; so are the
API and the services for maps, and a whole story in a browser.
"""

from collections.abc import Iterator

import pytest

from bank.deposits.lifecycle import Stage
from database.directory import Bank
from tests.bank.commissions.asked import Asked
from tests.databases import Postgresql, Sqlite, begun
from tests.web.desk import Desk
from tests.web.visiting import Site


@pytest.fixture(scope="session", params=["sqlite"])
def backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Sqlite | Postgresql:
    """The embedded database."""
    return begun(request.param, tmp_path_factory, worker_id)


@pytest.fixture
def desk(committed_bank: Bank) -> Iterator[Desk]:
    """An application over a bank with nobody in it; see tests/web/desk.py."""
    desk = Desk(committed_bank)
    yield desk
    desk.close()


@pytest.fixture
def site(committed_bank: Bank) -> Iterator[Site]:
    """A running site whose world began some months ago; see tests/web/visiting.py."""
    site = Site(committed_bank)
    yield site
    site.close()


@pytest.fixture
def in_the_present(site: Site) -> None:
    """The site's world has caught up with the pages' day before the test does anything."""
    site.to_the_present()


@pytest.fixture
def asked(site: Site) -> Asked:
    """Who takes part in a commission of a cleared deposit, on the pages' day."""
    deposit = site.world.deposit(Stage.CLEARED)
    site.to_the_present()
    return Asked(site.world, deposit)
