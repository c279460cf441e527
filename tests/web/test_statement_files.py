"""Statements as files: what the owner and the auditor take along, and nobody else."""

import csv
from io import BytesIO, StringIO

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy.orm import Session

from bank.parties.tables import Party
from database.actor import Actor, Role
from ledger import journal
from tests.web.visiting import Site
from web import account_statements

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def owner(site: Site) -> Actor:
    """A villager whose woodland works in a project that has paid one dividend."""
    villager = site.world.villager()
    order = site.world.collected(site.world.deposit(owner=villager))
    site.world.revenue(order)
    site.world.round(order)
    return villager


def party_of(session: Session, owner: Actor) -> Party:
    return session.get_one(Party, next(iter(owner.parties)))


def auditor(site: Site, *, language: str = "en") -> FlaskClient:
    return site.visitor(site.world.user("审计", Role.AUDITOR), language=language)


def test_the_owner_takes_her_money_along_as_pdf(site, owner):
    client = site.visitor(owner)
    party = party_of(site.session, owner)
    page = client.get(f"/money/{party.id}").text
    assert f"/money/{party.id}/statement?form=pdf" in page
    assert f"/money/{party.id}/statement?form=xlsx" in page

    sent = client.get(f"/money/{party.id}/statement", query_string={"form": "pdf"})

    assert sent.mimetype == "application/pdf"
    assert f"statement-party-{party.number}-cash-CNY.pdf" in sent.headers["Content-Disposition"]
    text = PdfReader(BytesIO(sent.data)).pages[0].extract_text()
    assert party.name in text
    assert "dividend of the project 大竹海民宿" in text
    assert "Page 1 of" in text


def test_the_owner_reads_it_in_chinese(site, owner):
    client = site.visitor(owner, language="zh_Hans_CN")

    sent = client.get(f"/money/{party_of(site.session, owner).id}/statement")

    assert "大竹海民宿" in PdfReader(BytesIO(sent.data)).pages[0].extract_text()


def test_the_owner_takes_her_money_along_as_a_workbook(site, owner):
    sent = site.visitor(owner).get(
        f"/money/{party_of(site.session, owner).id}/statement", query_string={"form": "xlsx"}
    )

    assert sent.mimetype.endswith("spreadsheetml.sheet")
    assert sent.data[:2] == b"PK"


def test_nobody_takes_somebody_elses_money_along(site, owner):
    party = party_of(site.session, owner)
    neighbour = site.world.villager("李小芳")

    assert site.visitor(neighbour).get(f"/money/{party.id}/statement").status_code == 404
    assert site.visitor().get(f"/money/{party.id}/statement").status_code == 302
    account = {"account": f"party:{party.number}:cash", "unit": "CNY"}
    for reader, status in ((owner, 403), (None, 302)):
        sent = site.visitor(reader).get("/audit/statement/download", query_string=account)
        assert sent.status_code == status


@pytest.mark.parametrize(
    ("account", "unit"), [("world:cny", "CNY"), ("world:land", "land:"), ("world:share", "share:")]
)
def test_the_auditor_takes_any_account_along(site, owner, account, unit):
    client = auditor(site)
    (held, *_) = [
        each
        for each in journal.balances(site.session, account_prefix=account)
        if each.unit.startswith(unit)
    ]
    asked = {"account": account, "unit": held.unit}
    assert 'name="form" value="csv"' in client.get("/audit/statement", query_string=asked).text

    sent = client.get("/audit/statement/download", query_string={**asked, "form": "csv"})

    rows = list(csv.reader(StringIO(sent.data.decode("utf-8-sig"))))
    assert rows[1][1] == "Opening balance"
    assert rows[-1][1] == "Closing balance"
    assert rows[-1][5].startswith("-")


def test_a_period_is_of_whole_days_in_china(site, owner):
    client = auditor(site)
    account = {"account": "world:cny", "unit": "CNY", "form": "csv"}

    def lines(**days: str) -> int:
        sent = client.get("/audit/statement/download", query_string={**account, **days})
        return len(sent.data.decode().splitlines()) - 3

    whole = lines()
    assert whole > 0
    assert lines(since="2020-01-01", until="2020-12-31") == 0
    assert lines(since="2020-01-01") == whole
    assert lines(until="2020-12-31") == 0


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"form": "doc"}, 404),
        ({"since": "tomorrow"}, 400),
        ({"until": "9999-12-31"}, 400),
        ({"since": "0001-01-01"}, 400),
        ({"account": "nobody"}, 404),
        ({"unit": "USD"}, 404),
    ],
)
def test_what_cannot_be_made_is_refused(site, owner, asked, status):
    account = {"account": "world:cny", "unit": "CNY"}

    sent = auditor(site).get("/audit/statement/download", query_string={**account, **asked})

    assert sent.status_code == status


def test_a_statement_too_long_to_print_is_still_a_workbook(site, owner, monkeypatch):
    monkeypatch.setattr(account_statements, "MOST_PRINTED", 0)
    account = {"account": "world:cny", "unit": "CNY"}
    client = auditor(site)

    for form, status in (("pdf", 413), ("xlsx", 200)):
        sent = client.get("/audit/statement/download", query_string={**account, "form": form})
        assert sent.status_code == status
