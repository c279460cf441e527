"""Arrays for PostgreSQL: what arrives is what was sent, in whichever form it went."""

from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.orm import Session

from database.arrays import MANY, Packed, accept, array, literal
from database.driver import driver

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
INTEGERS = st.integers(-(2**63), 2**63 - 1)


def arrived(session: Session, sent: Packed | str, kind: str) -> list[object]:
    with driver(session.connection()) as cursor:
        accept(cursor)
        rows = cursor.execute(f"SELECT unnest(%s::{kind}[])", (sent,)).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("texts", [["a" * 64] * MANY, ["ab", "zz"] * MANY, [""] * MANY])
def test_texts_of_one_length_are_packed(session: Session, texts: list[str]) -> None:
    sent = array(texts, "text")

    assert isinstance(sent, Packed)
    assert arrived(session, sent, "text") == texts


@pytest.mark.parametrize(
    "texts",
    [["a", "bb"] * MANY, ["竹"] * MANY, ["é"] * MANY, ["x" * 128] * MANY, ['"', "\\"], ["a"], []],
)
def test_other_texts_go_as_literals(session: Session, texts: list[str]) -> None:
    sent = array(texts, "text")

    assert isinstance(sent, str)
    assert arrived(session, sent, "text") == texts


def test_integers_are_packed_unless_one_is_missing(session: Session) -> None:
    whole: list[int | None] = [-(2**63), -1, 0, 1, 2**63 - 1] * MANY

    assert isinstance(array(whole, "bigint"), Packed)
    assert arrived(session, array(whole, "bigint"), "bigint") == whole
    assert arrived(session, array([*whole, None], "bigint"), "bigint") == [*whole, None]


def test_ids_are_packed(session: Session) -> None:
    ids = [uuid4() for _ in range(MANY)]
    sent = array([str(one) for one in ids], "uuid")

    assert isinstance(sent, Packed)
    assert arrived(session, sent, "uuid") == ids


def test_a_text_that_looks_like_an_id_stays_a_text(session: Session) -> None:
    ids = [str(UUID(int=n)) for n in range(MANY)]

    assert arrived(session, array(ids, "text"), "text") == ids


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, max_size=2 * MANY), numbers=st.lists(INTEGERS, max_size=2 * MANY))
def test_both_forms_say_the_same(session: Session, texts: list[str], numbers: list[int]) -> None:
    for values, kind in ((texts, "text"), (numbers, "bigint")):
        packed, told = (
            arrived(session, one, kind) for one in (array(values, kind), literal(values))
        )
        assert packed == told == values
