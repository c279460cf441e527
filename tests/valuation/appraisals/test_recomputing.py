"""Recomputing: what is stored comes out the same, and what was tampered with is named."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from database.directory import Bank
from tests.valuation.methods.sound_inputs import SOUND
from tests.web.visiting import Site
from tests.world import World
from valuation.appraisals.recomputing import Part, Recomputed, recompute, recompute_all
from valuation.appraisals.tables import Appraisal, MethodResult, Reconciliation
from valuation.methods import METHODS, compute


def by(method: str, inputs: dict[str, Any], number: int = 1, **told: Any) -> MethodResult:
    """A result as a draft keeps it."""
    valuation = compute(method, inputs)
    working = [step.model_dump(mode="json") for step in valuation.working]
    kept = {"inputs": dict(valuation.inputs), "working": working, "value_fen": valuation.value_fen}
    return MethodResult(number=number, method=method, **{**kept, **told})


def appraised(*results: MethodResult, how: Reconciliation, value_fen: int) -> Appraisal:
    return Appraisal(
        number="V-2026-000001", results=list(results), reconciliation=how, value_fen=value_fen
    )


INCOME = SOUND["income"]


def single(**told: Any) -> Recomputed:
    """What becomes of one result by income capitalisation, stored with these changes."""
    stored = by("income", INCOME)
    for name, value in told.items():
        setattr(stored, name, value)
    return recompute(
        appraised(stored, how=Reconciliation.SINGLE, value_fen=by("income", INCOME).value_fen)
    )


@pytest.mark.parametrize(
    "method", [name for name, each in METHODS.items() if each.purpose == "value"]
)
def test_every_method_comes_out_the_same(method: str) -> None:
    stored = by(method, SOUND[method])

    found = recompute(appraised(stored, how=Reconciliation.SINGLE, value_fen=stored.value_fen))

    assert found.matches
    assert found.results[0].computed_fen == found.computed_fen == stored.value_fen


def test_a_tampered_input_is_named_by_its_value_and_its_first_step() -> None:
    inputs = {**by("income", INCOME).inputs, "rate": "0.07"}

    found = single(inputs=inputs)

    assert not found.matches
    assert {each.part for each in found.differences} == {
        Part.VALUE, Part.WORKING, Part.RECONCILIATION
    }  # fmt: skip
    assert {each.method for each in found.differences} == {"income", None}


def test_a_tampered_step_of_the_working_is_shown_as_stored_and_as_computed() -> None:
    working = by("income", INCOME).working
    working[-1] = {**working[-1], "figure": "1.00"}

    (found,) = single(working=working).differences

    assert found.part is Part.WORKING
    assert "1.00" in found.stored
    assert "1.00" not in found.computed


def test_a_step_that_is_only_worded_better_is_no_difference() -> None:
    working = [{**step, "name_zh": "另一说法"} for step in by("income", INCOME).working]

    assert single(working=working).matches


def test_inputs_that_the_method_refuses_now_are_a_difference() -> None:
    inputs = {**by("income", INCOME).inputs, "rate": "-3"}

    found = single(inputs=inputs)

    assert [each.part for each in found.differences] == [Part.REFUSED]
    assert found.results[0].computed_fen is None


def test_a_method_that_is_no_more_is_a_difference_not_a_failure() -> None:
    (found,) = single(method="magic").differences

    assert (found.part, found.computed) == (Part.REFUSED, "UnknownMethod")


def test_a_tampered_value_or_weight_breaks_the_reconciliation() -> None:
    two = [
        by("income", INCOME, weight_ppm=600_000),
        by("replacement", SOUND["replacement"], number=2, weight_ppm=400_000),
    ]
    right = round((two[0].value_fen * 6 + two[1].value_fen * 4) / 10)
    assert recompute(appraised(*two, how=Reconciliation.WEIGHTED, value_fen=right)).matches

    wrong = recompute(appraised(*two, how=Reconciliation.WEIGHTED, value_fen=right + 1))
    two[0].weight_ppm = 700_000
    uneven = recompute(appraised(*two, how=Reconciliation.WEIGHTED, value_fen=right))

    assert [each.part for each in wrong.differences] == [Part.RECONCILIATION]
    assert [each.computed for each in uneven.differences] == ["WeightsUnsound"]


def test_all_that_were_appraised_are_recomputed(session: Session) -> None:
    world = World(session)
    appraised = [world.commission_of(world.deposit()) for _ in range(2)]
    assert len(appraised) == 2
    session.flush()

    assert [each.matches for each in recompute_all(session)] == [True, True]

    session.execute(update(MethodResult).values(inputs=by("income", INCOME).inputs))
    session.expire_all()
    assert not any(each.matches for each in recompute_all(session))


@pytest.fixture
def site(committed_bank: Bank) -> Iterator[Site]:
    site = Site(committed_bank)
    yield site
    site.close()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_command_fails_on_a_difference_and_names_it(site: Site) -> None:
    site.world.deposit()
    number = site.session.query(Appraisal.number).scalar()
    site.session.commit()

    def run(*words: str) -> tuple[int, str]:
        done = site.app.test_cli_runner().invoke(args=["valuation", "recompute", *words])
        return done.exit_code, done.output

    assert run("--all") == (0, "1 recomputed, 0 differ\n")
    assert run(number)[0] == 0
    assert run("V-1999-000001")[0] == 1
    assert run()[0] == 2

    site.session.execute(update(MethodResult).values(value_fen=1))
    site.session.commit()
    failed, told = run(number, "--json")
    assert failed == 1
    (differing,) = json.loads(told)["differing"]
    assert differing["number"] == number
    assert {each["part"] for each in differing["differences"]} == {"value"}
