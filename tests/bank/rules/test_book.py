"""The rulebook: what it holds, which version governs which day, and what its files may not say."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from bank.rules import UnknownRule, all_rules, cite, flag, fraction, laws, ratio, rule, value, whole
from bank.rules.book import TOPICS, read_topic

TODAY = date(2026, 11, 22)

HELD = [
    ("consent.meeting.attendance", Fraction(2, 3)),
    ("consent.meeting.in_favour", Fraction(2, 3)),
    ("consent.meeting.notice_days", 10),
    ("consent.representatives.minimum", 21),
    ("consent.representatives.in_favour", Fraction(2, 3)),
    ("consent.household", True),
    ("notice.deposit.days", 15),
    ("notice.appraisal.days", 15),
    ("grace.minutes", 10),
    ("appraisal.validity.days", 365),
    ("appraisal.appraisers.minimum", 2),
    ("appraisal.methods.minimum", 2),
    ("appraisal.divergence", Decimal("0.20")),
    ("term.lease.years", 20),
    ("term.forest.years", 70),
    ("term.farmland.years", 30),
    ("term.construction.industry.years", 50),
    ("term.construction.commerce.years", 40),
    ("term.construction.mixed.years", 50),
    ("term.construction.housing.years", 70),
    ("term.house.years", 20),
    ("term.water.years", 20),
    ("reserve.minimum", Decimal("0.30")),
    ("member.share.maximum", Decimal("0.03")),
    ("round.notice.days", 10),
    ("offering.holders", 200),
    ("order.reservation.days", 30),
    ("deposit.down_payment.maximum", Decimal("0.20")),
    ("swap.down_payment.maximum", Decimal("0.20")),
    ("parcel.overlap.tolerance_m2", Decimal("1.0")),
    ("parcel.area.minimum_m2", Decimal("10.0")),
    ("parcel.vertices.maximum", 5000),
    ("file.size.maximum_mb", 20),
    ("share.par_fen", 100),
    ("withdrawal.officers", 2),
    ("objection.reply.days", 15),
]


@pytest.mark.parametrize(("name", "expected"), HELD)
def test_the_rulebook_holds(name: str, expected: object) -> None:
    found = value(name, TODAY)

    assert found == expected
    assert type(found) is type(expected)


def test_the_version_in_force_on_the_day_of_the_act_governs_it() -> None:
    before = rule("consent.meeting.in_favour", date(2025, 4, 30))
    since = rule("consent.meeting.in_favour", date(2025, 5, 1))

    assert (before.source, since.source) == ("LAL 63", "RCEO 27")
    assert before.valid_to == since.valid_from == date(2025, 5, 1)
    assert since.valid_to is None


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("no.such.rule", TODAY),
        ("grace.minutes", date(2019, 12, 31)),
        ("consent.construction.filing.working_days", date(2021, 8, 31)),
    ],
)
def test_without_a_rule_in_force_nothing_is_decided(name: str, on: date) -> None:
    with pytest.raises(UnknownRule) as refused:
        rule(name, on)

    assert refused.value.code == "unknown_rule"
    assert refused.value.facts == {"rule": name, "on": on.isoformat()}


def test_a_typed_lookup_stops_on_a_value_of_another_type() -> None:
    assert whole("grace.minutes", TODAY) == 10
    assert ratio("reserve.minimum", TODAY) == Decimal("0.30")
    assert fraction("consent.meeting.in_favour", TODAY) == Fraction(2, 3)
    assert flag("consent.household", TODAY) is True
    for lookup, name in [
        (whole, "consent.household"),
        (ratio, "grace.minutes"),
        (fraction, "reserve.minimum"),
        (flag, "grace.minutes"),
    ]:
        with pytest.raises(TypeError):
            lookup(name, TODAY)


def test_every_rule_of_today_can_be_shown_with_label_and_source_in_both_languages() -> None:
    rules = all_rules(TODAY)

    assert len({each.name for each in rules}) == len(rules) > 70
    assert [each.topic for each in rules] == sorted(
        (each.topic for each in rules), key=TOPICS.index
    )
    for each in rules:
        assert each.label("zh_Hans_CN") != each.label("en")
        assert each.citation("zh_Hans_CN")
        assert each.citation("en")


def test_what_no_law_sets_is_configurable_unless_the_bank_says_otherwise() -> None:
    fixed = {each.name for each in all_rules(TODAY) if each.source == "practice"} - {
        each.name for each in all_rules(TODAY) if each.configurable
    }

    assert fixed == {"withdrawal.officers"}


def test_no_law_takes_effect_after_a_rule_that_rests_on_it_alone() -> None:
    for on in (date(2020, 1, 1), date(2021, 1, 1), date(2021, 9, 1), date(2025, 5, 1), TODAY):
        for each in all_rules(on):
            codes = [part.split(" ")[0] for part in each.source.split("; ")]
            starts = [laws()[code].in_force for code in codes if code != "practice"]
            assert all(start is None or start <= each.valid_from for start in starts), each


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("RCEO 26, 28", "zh_Hans_CN", "《农村集体经济组织法》第26、28条"),
        ("AAL 23-29", "zh_Hans_CN", "《资产评估法》第23至29条"),
        ("CC 705; practice", "en", "Civil Code, art. 705; practice"),
        ("AGE", "en", "Specification of Website Design for Older Users"),
        ("practice", "zh_Hans_CN", "实践做法"),
    ],
)
def test_a_source_is_written_out(source: str, language: str, expected: str) -> None:
    assert cite(source, language) == expected


def test_a_source_that_laws_do_not_explain_is_an_error() -> None:
    with pytest.raises(ValueError, match="no law of the rulebook"):
        cite("XYZ 1", "en")


ENTRY = """
[[rule]]
name = "a.days"
label_zh = "天数"
label_en = "Days"
unit = "days"
"""
VERSION = """
[[rule.version]]
value = {value}
valid_from = {valid_from}
{valid_to}
source = "practice"
"""


def version(valid_from: str, value: str = "1", valid_to: str = "") -> str:
    until = f"valid_to = {valid_to}" if valid_to else ""
    return VERSION.format(value=value, valid_from=valid_from, valid_to=until)


def test_a_version_may_end_with_nothing_after_it() -> None:
    (only,) = read_topic("t", ENTRY + version("2020-01-01", valid_to="2021-01-01"))["a.days"]

    assert only.in_force(date(2020, 12, 31))
    assert not only.in_force(date(2021, 1, 1))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ENTRY + version("2020-01-01", '"ten"'), "no value in days"),
        (ENTRY + version("2020-01-01", "1.5"), "no value in days"),
        (ENTRY + version("2020-01-01", "true"), "no value in days"),
        (ENTRY + version("2020-01-01") + ENTRY + version("2021-01-01"), "stands twice"),
        (ENTRY + version("2020-01-01", valid_to="2020-01-01"), "ends before it begins"),
        (ENTRY + version("2021-01-01") + version("2020-01-01"), "ends before it begins"),
        (
            ENTRY + version("2020-01-01", valid_to="2021-06-01") + version("2021-01-01"),
            "two versions overlap",
        ),
    ],
)
def test_a_fault_in_a_file_is_found_at_once(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        read_topic("t", text)
