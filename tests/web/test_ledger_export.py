"""`flask ledger export`: the journal in each of its forms, on standard output."""

import json
from io import StringIO

import pytest

from ledger.export import check_audit
from tests.web.visiting import Site

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def site(site: Site) -> Site:
    site.world.deposit(owner=site.world.villager())
    site.session.commit()
    return site


def exported(site: Site, *options: str) -> str:
    run = site.app.test_cli_runner().invoke(args=["ledger", "export", *options])
    assert run.exit_code == 0, run.output
    return run.output


def test_hledger_is_what_comes_unasked(site):
    assert exported(site) == exported(site, "--format", "hledger")
    assert exported(site).startswith('commodity 1. "')


def test_beancount(site):
    assert " open Equity:World:Land" in exported(site, "--format", "beancount")


def test_csv_has_a_bom_and_wall_time_of_china(site):
    text = exported(site, "--format", "csv")

    assert text.startswith("\ufeffnumber,")
    assert "world:land" in text


def test_the_audit_file_proves_itself(site):
    text = exported(site, "--format", "audit")

    assert check_audit(StringIO(text)).entries > 0


def test_json_holds_the_text(site):
    assert json.loads(exported(site, "--json", "--format", "csv"))["csv"].startswith("\ufeff")


def test_another_format_is_refused(site):
    run = site.app.test_cli_runner().invoke(args=["ledger", "export", "--format", "doc"])

    assert run.exit_code == 2
