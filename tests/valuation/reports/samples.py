"""A report's facts: complete and ordinary, but for what a test changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from PIL import Image
from pypdf import PdfReader

from bank.appraisals import report_words as words
from bank.typeface import TYPEFACE
from valuation.reports.document import write_report
from valuation.reports.facts import MethodFacts, ReportFacts, Signed, Subject, Table, Visit


def photo(colour: str = "green", size: tuple[int, int] = (64, 48)) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return target.getvalue()


INCOME = MethodFacts(
    name="收益还原法",
    standard="GB/T 18508-2014",
    why="该方法适用于有稳定净收益的资产",
    inputs=Table(("参数", "取值"), (("年总收益", "20,000 元"), ("还原率", "6% 每年")), (2, 3)),
    tables=(),
    working=Table(
        ("步骤", "算式", "结果", "单位"),
        (
            ("年金系数", "a(r,n) = [1−(1+r)⁻ⁿ]/r", "11.469921", ""),
            ("评估值", "V", "229,398.42", "元"),
        ),
        (4, 5, 3.4, 2),
        (2,),
    ),
    value_fen=22_939_842,
    weight_ppm=600_000,
)


def comparison(count: int) -> MethodFacts:
    """Market comparison with so many comparables."""
    heads = (
        "序号",
        "可比实例",
        "成交价格（元）",
        "交易情况修正",
        "期日修正",
        "区域因素修正",
        "个别因素修正",
    )
    rows = tuple(
        (str(n), f"报福镇第{n}号林地流转", f"{240_000 + n:,}", "1", "1.02", "0.98", "1")
        for n in range(1, count + 1)
    )
    working = tuple(
        (
            f"可比实例 {n} 报福镇第{n}号林地流转",
            f"{240_000 + n}×1×1.02×0.98×1",
            f"{239_904 + n:,}.00",
            "元",
        )
        for n in range(1, count + 1)
    )
    return MethodFacts(
        name="市场比较法",
        standard="GB/T 18508-2014",
        why="该方法适用于近期有足够同类交易可比的资产",
        inputs=Table(("参数", "取值"), (("比准价格确定方式", "算术平均"),), (2, 3)),
        tables=(
            ("可比实例", Table(heads, rows, (0.8, 3, 1.5, 1.5, 1.5, 1.5, 1.5), (0, 2, 3, 4, 5, 6))),
        ),
        working=Table(("步骤", "算式", "结果", "单位"), working, (4, 5, 3.4, 2), (2,)),
        value_fen=24_012_300,
        weight_ppm=400_000,
    )


FACTS = ReportFacts(
    number="V-2026-000007",
    commission="C-2026-000005",
    draft=False,
    made_at=datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
    issued_on=date(2026, 3, 2),
    agency="安吉诚信资产评估所",
    licence="91330523000000001X",
    client="安吉县两山银行",
    owners=("王桂花",),
    subject=Subject(
        "屋后竹林",
        (
            ("坐落", "安吉县报福镇景溪村"),
            ("宗地代码", "330523106201W00001"),
            ("面积", "15.0000 亩（10,000.00 平方米）"),
        ),
        (((0.0, 0.0), (100.0, 0.0), (120.0, 80.0), (20.0, 110.0), (0.0, 0.0)),),
    ),
    purpose="为产权持有人以作价入股方式将评估对象存入两山银行提供价值参考依据。",
    value_type=words.VALUE_TYPE,
    value_type_meaning=words.VALUE_TYPE_MEANING,
    valuation_date=date(2026, 3, 1),
    valid_until=date(2027, 3, 1),
    holds="自评估基准日2026年3月1日起至2027年3月1日止（终止日当日有效）。",
    laws=("《资产评估法》（现行文本自2016年12月1日起施行）", "《民法典》"),
    standards=(*words.STANDARDS, "GB/T 18508-2014"),
    titles=("浙(2019)安吉县不动产权第0012345号",),
    methods=(INCOME, comparison(3)),
    visits=(Visit(date(2026, 2, 27), "孙评估、村会计", "四至清楚，与权证一致。", (photo(),)),),
    procedure=words.PROCEDURE,
    assumptions=words.ASSUMPTIONS,
    value_fen=23_368_825,
    value_words="贰拾叁万叁仟陆佰捌拾捌元贰角伍分",
    reconciliation="取各方法评估结果的加权平均值",
    reason="收益资料完整可靠，权重取六成；可比实例较少，权重取四成。",
    sole_ground="",
    splits=None,
    sensitivity=None,
    parameters=None,
    remarks=(words.NO_REMARKS,),
    limits=words.LIMITS,
    declaration=words.DECLARATION,
    signatures=(
        Signed("孙评估", "ZJ-000001", "2026年3月2日 09:40"),
        Signed("赵评估", "ZJ-000002", "2026年3月2日 10:00"),
    ),
    check="/appraisals/V-2026-000007",
    site="https://bank.example",
)


def rendered(**changed: Any) -> bytes:
    """The sample's PDF, some of its facts changed."""
    into = BytesIO()
    write_report(replace(FACTS, **changed), TYPEFACE, into)
    return into.getvalue()


def pages(content: bytes) -> list[str]:
    """The text of each page, without the blanks that stand between pieces."""
    found = PdfReader(BytesIO(content)).pages
    return ["".join(page.extract_text().split()) for page in found]
