"""Every choice has a name, and every name and refusal has its Chinese."""

from enum import StrEnum
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from bank.deposits.lifecycle import Stage
from tests.policy.walking import ROOT, subclasses
from web.labels import ACTS, LABELS, STAGES, label, stage_sentence

WORDED = (
    "web/choice_labels.py",
    "web/labels.py",
    "web/refusal_texts.py",
    *(
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "web/refusal_words").glob("*.py"))
        if "_(" in path.read_text("utf-8")
    ),
)
CATALOGUE = ROOT / "web/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
WORDED_BY_THEIR_PAGES = {
    "bank.agencies.presenting.Line",
    "bank.appraisals.desk.Work",
    "bank.commissions.desks.Work",
    "bank.deposits.queues.Gate",
    "bank.deposits.queues.Work",
    "bank.noticeboard.Board",
}
"""The headings of lists and check lists: each is said once, in the template that shows it."""


def name_of(choice: type[StrEnum]) -> str:
    return f"{choice.__module__}.{choice.__name__}"


CHOICES = [
    choice
    for choice in sorted(subclasses(StrEnum), key=name_of)
    if not choice.__module__.startswith("web.") and name_of(choice) not in WORDED_BY_THEIR_PAGES
]


@pytest.mark.parametrize("choice", CHOICES, ids=name_of)
def test_every_member_of_a_choice_has_a_name(choice):
    assert all(str(label(member)) for member in choice)


def test_no_name_is_left_for_a_member_that_is_gone():
    assert set(LABELS) == set(CHOICES)
    assert all(set(names) == set(choice) for choice, names in LABELS.items())


def test_equal_values_of_two_choices_have_each_their_own_name():
    names = {str(label(stages("submitted"))) for stages in STAGES if "submitted" in set(stages)}

    assert len(names) == 3


def test_stages_and_acts_stand_in_the_same_order():
    assert [each.__module__ for each in STAGES] == [each.__module__ for each in ACTS]


def test_every_stage_of_a_deposit_says_what_comes_next():
    assert all(str(stage_sentence(stage)) for stage in Stage)


@pytest.mark.parametrize("path", WORDED)
def test_every_text_has_its_chinese(path):
    with CATALOGUE.open("rb") as source:
        chinese = read_po(source, locale="zh_Hans_CN")
    texts: list[Any] = [found[1] for found in extract_from_file("python", str(ROOT / path))]

    assert texts
    assert [text for text in texts if (m := chinese.get(text)) is None or not m.string] == []
    assert [text for text in texts if (m := chinese.get(text)) and m.fuzzy] == []
