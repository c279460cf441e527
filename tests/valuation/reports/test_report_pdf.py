"""The report as a PDF: what stands in it, how it breaks, and that the same facts give its bytes."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from bank.files.contents import check_content
from bank.files.kinds import KINDS, PDF
from tests.valuation.reports.samples import FACTS, INCOME, comparison, pages, photo, rendered
from valuation.reports.facts import MethodFacts, Subject, Table, Visit

SECTIONS = (
    "一、委托人及产权持有人",
    "二、评估目的",
    "三、评估对象和评估范围",
    "四、价值类型",
    "五、评估基准日",
    "六、评估依据",
    "七、评估方法",
    "八、评估程序实施过程和情况",
    "九、评估假设",
    "十、评估结论",
    "十一、特别事项说明",
    "十二、评估报告使用限制说明",
    "十三、评估报告日",
)


def test_the_same_facts_make_the_same_bytes() -> None:
    assert rendered() == rendered()
    assert rendered() != rendered(reason="另一理由")


def test_all_sections_stand_in_their_order() -> None:
    text = "".join(pages(rendered()))

    places = [text.index(each) for each in ("声明", "摘要", *SECTIONS)]
    assert places == sorted(places)
    entries: Any = PdfReader(BytesIO(rendered())).outline
    outline = [str(entry["/Title"]) for entry in entries]
    assert [each for each in outline if "、" in each] == list(SECTIONS)


@pytest.mark.parametrize(
    "line",
    [
        "V-2026-000007",
        "C-2026-000005",
        "安吉诚信资产评估所",
        "王桂花",
        "233,688.25元（人民币贰拾叁万叁仟陆佰捌拾捌元贰角伍分）",
        "2026年3月1日起至2027年3月1日止（终止日当日有效）",
        "330523106201W00001",
        "孙评估ZJ-0000012026年3月2日09:40",
        "评估机构（盖章）：安吉诚信资产评估所",
        "https://bank.example/appraisals/V-2026-000007",
        "60%",
        "11.469921",
    ],
)
def test_it_says(line: str) -> None:
    assert line in "".join(pages(rendered()))


def test_every_page_but_the_cover_says_which_it_is_and_of_how_many() -> None:
    found = pages(rendered())

    assert "第" not in found[0].replace("第0012345号", "")
    count = len(found) - 1
    for number, text in enumerate(found[1:], start=1):
        assert f"第{number}页" in text
    assert f"共{count}页" in found[1]


def test_a_draft_says_so_on_every_page_and_a_report_on_none() -> None:
    draft = pages(rendered(draft=True, issued_on=None, signatures=()))

    assert all("草稿" in page for page in draft)
    assert not any("草稿" in page for page in pages(rendered()))
    assert "尚未签名" in "".join(draft)


def test_thirty_comparables_go_over_pages_with_their_heads_again() -> None:
    found = pages(rendered(methods=(INCOME, comparison(60))))

    with_rows = [page for page in found if "号林地流转" in page and "成交价格" in page]
    heads = [page for page in found if "步骤算式结果单位" in page]
    assert len(with_rows) >= 2
    assert len(heads) >= 3
    text = "".join(found)
    assert all(f"报福镇第{number}号林地流转" in text for number in range(1, 61))


def test_rare_characters_of_names_are_set_and_unknown_ones_are_named() -> None:
    text = "".join(pages(rendered(owners=("㛃䶮", "王𬭩", "李\U000e0101"))))

    assert "㛃䶮" in text
    assert "〔U+2CB69〕" not in text
    assert "〔U+E0101〕" in text


def test_letters_below_and_above_the_line_are_set_small() -> None:
    working = Table(("步骤", "算式"), (("单价", "Σwⱼ·vⱼ⁶"),), (1, 1))

    assert "Σw" in "".join(pages(rendered(methods=(_with(working),))))


def _with(working: Table) -> MethodFacts:
    return replace(INCOME, working=working)


def test_long_texts_wrap_and_run_over_pages() -> None:
    name = "浙江省湖州市安吉县报福镇景溪村股份经济合作社" * 12
    long = "理由" * 4000

    found = pages(rendered(owners=(name,), client=name, reason=long, agency=name))

    assert name in "".join(found)
    assert "".join(found).count("理") >= 4000
    assert rendered(parameters=Table(("参数", "取值"), (("税" * 200, "9" * 3000),), (2, 3)))


def test_what_is_not_there_is_left_out_or_said() -> None:
    bare = rendered(
        subject=Subject("老屋", (("面积", "—"),)), visits=(), methods=(), value_fen=None,
        value_words="", reconciliation="", reason="", site="",
    )  # fmt: skip
    text = "".join(pages(bare))

    assert "未记录现场调查" in text
    assert "在银行网站以下页面核验" in text
    assert "/appraisals/V-2026-000007" in text
    assert "尚未形成结论" in text


def test_photos_stand_small_in_rows() -> None:
    colours = ("green", "blue", "red", "brown", "grey")
    shots = tuple(
        photo(each, (1200, 300) if place % 2 else (300, 1200)) for place, each in enumerate(colours)
    )
    (visit,) = FACTS.visits
    told = Visit(visit.on, visit.present, visit.findings, shots)

    reader = PdfReader(BytesIO(rendered(visits=(told,))))

    assert sum(len(page.images) for page in reader.pages) == 5


def test_it_runs_nothing_and_is_kept_as_any_paper() -> None:
    check_content("报告.pdf", rendered(), KINDS[PDF], field="report")


def test_text_that_looks_like_markup_is_text() -> None:
    assert "<b>甲&乙</b>" in "".join(pages(rendered(reason="<b>甲&乙</b>")))
