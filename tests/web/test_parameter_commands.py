"""`flask valuation parameters`, `mass` and `sensitivity`, and what `db upgrade` opens."""

import json
from pathlib import Path

import pytest

from tests.valuation.methods.sound_inputs import SOUND
from tests.web.visiting import Site
from valuation.parameters.beginning import begin_tables
from valuation.sensitivity import sensitivity

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def run(site: Site, *words: str, code: int = 0) -> str:
    done = site.app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == code, done.output
    return str(done.stdout)


def add(site: Site, table: str, path: Path, code: int = 0) -> str:
    return run(
        site, "valuation", "parameters", "import", table, str(path), "--valid-from", "2026-01-01",
        "--base-date", "2026-01-01", "--source", "安政发〔2026〕1号", "--by", "county-officer",
        code=code,
    )  # fmt: skip


def give_login(site: Site) -> None:
    from bank.parties.tables import User
    from database.secrecy import fingerprint

    user = site.session.get_one(User, site.world.county_officer.id)
    user.login_fingerprint = fingerprint("county-officer")
    site.session.commit()


def test_the_upgrade_opens_the_tables_and_an_officers_file_fills_one(
    site: Site, tmp_path: Path
) -> None:
    run(site, "db", "upgrade")
    give_login(site)
    told = json.loads(run(site, "valuation", "parameters", "list", "--json"))["tables"]
    assert {each["code"] for each in told} == {each.code for each in begin_tables()}
    assert all(each["version"] is None for each in told)

    path = tmp_path / "prices.csv"
    path.write_text("乡镇,地类,value\n330523106,06,192.5\n", encoding="gb18030")
    assert "version 1, 1 rows" in add(site, "benchmark_land_price", path)
    listed = run(site, "valuation", "parameters", "list")
    assert "version 1: 安政发〔2026〕1号" in listed
    path.write_text("town,class,value\n330523106,06,-1\n", encoding="utf-8")
    assert "figure_unfit" in add(site, "benchmark_land_price", path, code=1)

    parcels = tmp_path / "parcels.csv"
    parcels.write_text("id,town,class,area_dm2\na,330523106,0601,200\nb,1,06,5\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    told = json.loads(run(site, "valuation", "mass", str(parcels), "--out", str(out), "--json"))
    assert (told["valued"], told["refused"], told["value_fen"]) == (1, 1, 38500)
    assert out.read_text("utf-8-sig").splitlines()[1] == "a,330523106,0601,200,192.5,385.00,"


def test_a_valuation_is_varied(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text(json.dumps(SOUND["income"]), encoding="utf-8")

    told = json.loads(run(site, "valuation", "sensitivity", "income", str(path), "--json"))

    assert told == sensitivity("income", SOUND["income"]).model_dump(mode="json")
    assert "rate: " in run(site, "valuation", "sensitivity", "income", str(path))
