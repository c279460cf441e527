"""What an owner is told when a change of hers takes the consent away."""

import pytest

from bank.deposits.lifecycle import Stage
from bank.deposits.tables import StorageMode
from database.base import new_id
from tests.web.visiting import text_of

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
LAPSED = "You changed what was agreed to."


@pytest.mark.parametrize(("rent", "lapsed"), [("8,000", False), ("7,000", True)])
def test_other_terms_open_the_question_of_consent_again(site, rent, lapsed) -> None:
    villager = site.world.villager()
    deposit = site.world.deposit(Stage.DRAFT, owner=villager, mode=StorageMode.LEASE)
    client, home = site.visitor(villager), f"/deposits/{deposit.id}"
    data = {"key": str(new_id()), "term_years": "15", "rent": rent}

    page = text_of(client.post(f"{home}/terms?mode=lease", data=data, follow_redirects=True))

    assert (LAPSED in page) == lapsed
    tasks = text_of(client.get(home))
    assert ("Show that everyone agreed to do" in tasks) == lapsed


def test_the_cap_of_a_lease_is_said_beside_the_term(site) -> None:
    owner = site.world.collective()
    deposit = site.world.deposit(Stage.DRAFT, owner=owner)
    client = site.visitor(owner)

    pages = {
        mode: text_of(client.get(f"/deposits/{deposit.id}/terms?mode={mode}"))
        for mode in ("lease", "share")
    }

    assert "At most 20 years" in pages["lease"]
    assert "At most 70 years" in pages["share"]
