"""Every refusal has a status and a text; the text tells facts that commands give."""

import ast
import re
from collections import defaultdict

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel

from bank.deposits.lifecycle import Act, Stage
from bank.deposits.refusals import (
    AnswersMissing,
    LandConflict,
    NoticeRunning,
    OverlapsDeposit,
    RightExpired,
    WrongConsent,
)
from bank.income.refusals import WrongRate
from bank.orders.refusals import WrongAmount
from bank.parties.passwords import WeakPassword
from bank.refusals import IllegalMove
from database.refusals import Conflict, Refusal
from ledger.refusals import Overdrawn
from tests.policy.walking import PACKAGES, ROOT, subclasses
from valuation.refusals import BadInputs, TermMissing
from web.errors import STATUSES
from web.refusal_texts import ENUM_OF, refusal_text
from web.refusal_words import SENTENCES

CATALOGUE = ROOT / "web/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
REFUSALS = sorted(subclasses(Refusal), key=lambda each: (each.code, each.__module__))
FACT = re.compile(r"%\((\w+)\)s")


@pytest.fixture(autouse=True)
def _in_english():
    """A request by a reader of English."""
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "en")
    with app.test_request_context():
        yield


def name_of(refusal: type[Refusal]) -> str:
    return f"{refusal.__module__}.{refusal.__name__}"


@pytest.mark.parametrize("refusal", REFUSALS, ids=name_of)
def test_every_refusal_has_a_status(refusal):
    assert any(ancestor in STATUSES for ancestor in refusal.__mro__)


@pytest.mark.parametrize("refusal", REFUSALS, ids=name_of)
def test_every_refusal_has_a_text_of_its_own(refusal):
    if issubclass(refusal, BadInputs):
        assert refusal.zh
        assert refusal.en
    else:
        assert refusal.code in SENTENCES


@pytest.mark.parametrize("code", SENTENCES)
def test_every_text_can_do_without_facts_in_the_end(code):
    assert not FACT.search(str(SENTENCES[code][-1]))


def test_no_text_is_left_for_a_refusal_that_is_gone():
    codes = {refusal.code for refusal in REFUSALS}

    assert {code.partition(".")[0] for code in SENTENCES} <= codes
    assert {code.partition(".")[0] for code in ENUM_OF} <= codes


def given_facts() -> dict[str, set[str]]:
    """The facts that our source gives to each refusal, by its code; `**` stands for any."""
    codes = {refusal.__name__: refusal.code for refusal in REFUSALS}
    given: defaultdict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    code = codes.get(call.func.id, "")
                    given[code] |= {keyword.arg or "**" for keyword in call.keywords}
    return given


def test_texts_tell_only_facts_that_some_command_gives():
    given = given_facts()
    told = {
        (code.partition(".")[0], fact)
        for code, texts in SENTENCES.items()
        for text in texts
        for fact in FACT.findall(str(text))
    }

    assert [(c, f) for c, f in sorted(told) if c in given and not given[c] & {f, "**"}] == []


def test_chinese_texts_tell_the_same_facts():
    with CATALOGUE.open("rb") as source:
        chinese = read_po(source, locale="zh_Hans_CN")
    for texts in SENTENCES.values():
        for text in map(str, texts):
            message = chinese.get(text)
            assert message, text
            assert set(FACT.findall(str(message.string))) == set(FACT.findall(text))


ATTEMPTS: list[tuple[Refusal, str]] = [
    (WrongAmount("", open_fen=123450), "Exactly ¥1,234.50 is due. Check the bank's receipt."),
    (WrongAmount(""), "This is not the amount due. Check the bank's receipt."),
    (
        OverlapsDeposit("", code="330523000001", overlap_dm2=822667),
        "It overlaps parcel 330523000001 by 12.34 mu. Move the outline, or ask the township.",
    ),
    (
        NoticeRunning("", until="2026-03-16T16:00:00+00:00"),
        "The public notice runs until 17 Mar 2026 00:00. Go on after that.",
    ),
    (NoticeRunning("", until=""), "The public notice is not over yet. Go on after it."),
    (
        RightExpired("", ends_on="2026-03-01"),
        "The right ended on 1 Mar 2026. Renew it first, then deposit the land.",
    ),
    (
        RightExpired("", ends_on="some day"),
        "The right ended on some day. Renew it first, then deposit the land.",
    ),
    (
        LandConflict("", layer="ecological_red_line"),
        "The land check found a conflict: Ecological protection red line."
        " Mend the outline, or send it back.",
    ),
    (
        AnswersMissing("", missing=["right", "consent"]),
        "Still to be answered: the right, the consent. Fill it in, then go on.",
    ),
    (
        WrongConsent("", field="held_on", kind="members"),
        "This day is yet to come. Write the day it was signed or held.",
    ),
    (
        WeakPassword("", field="password", reason="short", min_length=8),
        "Use at least 8 characters; a short sentence is easy to remember.",
    ),
    (
        WrongRate("", minimum="1/10", source="章程 5"),
        "Set aside 10% at least (章程 5), and 100% at most.",
    ),
    (
        Overdrawn("", account="party:1:stored", unit="land:1", available=0, asked=822667),
        "There is only 0.00 mu, and 12.34 mu was asked. Ask for less, or wait for more.",
    ),
    (
        IllegalMove("", stage=Stage.STORED.value, act=Act.SUBMIT.value),
        "It now stands at “Stored”, so this cannot be done. Reload the page to go on.",
    ),
    (
        IllegalMove("", stage="cancelled", act="cancel"),
        "This cannot be done at this stage. Reload the page to see what comes next.",
    ),
    (TermMissing.at("term_years"), "give the remaining years, or choose perpetual."),
    (Refusal("no text at all"), "no text at all"),
]


@pytest.mark.parametrize(("refusal", "text"), ATTEMPTS)
def test_facts_are_written_as_people_read_them(refusal, text):
    assert refusal_text(refusal) == text


def test_a_refusal_without_a_sentence_speaks_as_its_ancestor_does():
    class Unheard(Conflict):
        """Of nobody's table."""

    text = refusal_text(Unheard("no"))

    assert text == "This is not possible now. Reload the page to see how things stand."
