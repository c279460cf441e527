"""The ledger against a model of ten lines: a dict of balances."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger import journal, log
from ledger.model import Posting, Transfer
from ledger.refusals import AlreadyReversed, KeyReused, Overdrawn, ReversalIsFinal
from ledger.verify import verify
from tests.ledger.entries import NOON

ACCOUNTS = ("world", "ann", "ben", "cat")
UNITS = ("CNY", "land")
SIGNER = log.Signer("test", Ed25519PrivateKey.generate())

postings = st.lists(
    st.builds(
        lambda pair, unit, quantity: Posting(
            source=pair[0], target=pair[1], unit=unit, quantity=quantity
        ),
        st.permutations(ACCOUNTS),
        st.sampled_from(UNITS),
        st.integers(1, 20),
    ),
    min_size=1,
    max_size=4,
)


class Ledger(RuleBasedStateMachine):
    """Random transfers, replays, reversals and seals."""

    engine: Engine
    posted = Bundle("posted")

    @initialize()
    def open(self) -> None:
        self.connection = self.engine.connect()
        self.outer = self.connection.begin()
        self.session = Session(self.connection, join_transaction_mode="create_savepoint")
        for unit in UNITS:
            journal.open_unit(self.session, unit)
        for account in ACCOUNTS:
            journal.open_account(self.session, account, may_go_negative=account == "world")
        self.model: Counter[tuple[str, str]] = Counter()
        self.lines: Counter[tuple[str, str]] = Counter()
        self.reversed: set[str] = set()
        self.now = NOON
        self.keys = 0

    def teardown(self) -> None:
        if hasattr(self, "session"):
            found = verify(self.session, verifiers=[SIGNER.verifier])
            self.session.close()
            self.outer.rollback()
            self.connection.close()
            assert found.faults == ()

    def after(self, lines: tuple[Posting, ...]) -> Counter[tuple[str, str]]:
        model = self.model.copy()
        for line in lines:
            model[line.source, line.unit] -= line.quantity
            model[line.target, line.unit] += line.quantity
        return model

    def key(self) -> str:
        self.keys += 1
        return f"k{self.keys}"

    def apply(self, lines: tuple[Posting, ...], write: Any) -> Any:
        """Write, and move the model; both refuse the same transfers."""
        self.now += timedelta(seconds=1)
        model = self.after(lines)
        fits = all(held >= 0 for (account, _), held in model.items() if account != "world")
        if not fits:
            with pytest.raises(Overdrawn):
                write()
            return None
        done = write()
        self.model = model
        for line in lines:
            self.lines.update([(line.source, line.unit), (line.target, line.unit)])
        return done

    @rule(target=posted, lines=postings)
    def post(self, lines: list[Posting]) -> Any:
        wanted = Transfer(
            key=self.key(), kind="x", occurred_at=self.now, reference="", postings=tuple(lines)
        )
        done = self.apply(wanted.postings, lambda: journal.post(self.session, wanted, at=self.now))
        return multiple() if done is None else (wanted, done)

    @rule(one=posted)
    def replay(self, one: tuple[Transfer, journal.Posted]) -> None:
        again = journal.post(self.session, one[0], at=self.now)
        assert (again.id, again.hash, again.replayed) == (one[1].id, one[1].hash, True)

    @rule(one=posted)
    def reuse_the_key(self, one: tuple[Transfer, journal.Posted]) -> None:
        with pytest.raises(KeyReused):
            journal.post(self.session, one[0].model_copy(update={"memo": "x"}), at=self.now)

    @rule(one=consumes(posted))
    def reverse(self, one: tuple[Transfer, journal.Posted]) -> None:
        opposite = tuple(
            Posting(source=p.target, target=p.source, unit=p.unit, quantity=p.quantity)
            for p in one[0].postings
        )
        mistake = one[1].id

        def write(key: str) -> journal.Posted:
            return journal.reverse(self.session, mistake, key=key, at=self.now, memo="")

        mending = self.apply(opposite, lambda: write(self.key()))
        if mending is not None:
            with pytest.raises(AlreadyReversed):
                write(self.key())
            with pytest.raises(ReversalIsFinal):
                journal.reverse(self.session, mending.id, key="z", at=self.now, memo="")

    @rule()
    def sign(self) -> None:
        log.checkpoint(self.session, SIGNER, self.now)

    @invariant()
    def balances_agree(self) -> None:
        if hasattr(self, "session"):
            found = journal.balances(self.session)
            assert {(b.account, b.unit): b.quantity for b in found} == {
                pair: held for pair, held in self.model.items() if held
            }

    @invariant()
    def statements_agree(self) -> None:
        if hasattr(self, "session"):
            for (account, unit), count in self.lines.items():
                lines = journal.statement(self.session, account, unit, limit=1000)
                assert [line.version for line in lines] == list(range(count, 0, -1))
                assert lines[0].balance == self.model[account, unit]
                assert lines[0].balance == sum(line.quantity for line in lines)


def test_the_ledger_is_a_dict_of_balances(engine: Engine) -> None:
    class Here(Ledger):
        pass

    Here.engine = engine
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
