"""The parts of a report in their order: cover, declaration, summary, thirteen sections."""

from collections.abc import Iterable
from typing import Any, Final

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak, Spacer

from valuation.reports.facts import MethodFacts, ReportFacts, Table, day, listed
from valuation.reports.figures import yuan
from valuation.reports.pictures import Outline, SquareCode, photographs
from valuation.reports.typesetting import BODY, SOFT, TIGHT, Fonts, Text, table

PAIR: Final = (0.24, 0.76)
"""The widths of a label and of what it says."""
ROOM: Final = 45 * mm
SMALL_ROOM: Final = 34 * mm
"""What must be free beneath a section's head, or a smaller one, else it goes to the next page."""


def report_parts(facts: ReportFacts, fonts: Fonts, width: float) -> list[Flowable]:
    """All of it, ready to be set within this width in points."""
    return _Parts(facts, fonts, width).all()


class _Parts:
    def __init__(self, facts: ReportFacts, fonts: Fonts, width: float) -> None:
        self.facts, self.fonts, self.width = facts, fonts, width

    def all(self) -> list[Flowable]:
        facts = self.facts
        return [
            *self._cover(),
            PageBreak(),
            self._title("声明", "declaration"),
            *self._points(facts.declaration),
            PageBreak(),
            *self._summary(),
            PageBreak(),
            self._title("资产评估报告正文", "body"),
            *self._parties(),
            *self._section("二、评估目的", [self._text(facts.purpose)]),
            *self._subject(),
            *self._section(
                "四、价值类型",
                [
                    self._text(
                        f"本报告采用的价值类型为{facts.value_type}。{facts.value_type_meaning}"
                    )
                ],
            ),
            *self._section("五、评估基准日", [self._text(self._base_date())]),
            *self._grounds(),
            *self._methods(),
            *self._procedure(),
            *self._section("九、评估假设", self._points(facts.assumptions)),
            *self._conclusion(),
            *self._remarks(),
            *self._section("十二、评估报告使用限制说明", self._points(facts.limits)),
            *self._signing(),
        ]

    # -- what all parts are made of -----------------------------------------------------------

    def _set(self, text: str, **how: Any) -> Text:
        return Text(text, self.fonts, **how)

    def _text(self, text: str) -> Text:
        return self._set(text, indent=2, justified=True, after=3)

    def _points(self, texts: Iterable[str]) -> list[Flowable]:
        return [self._text(f"{place}. {text}") for place, text in enumerate(texts, start=1)]

    def _title(self, text: str, bookmark: str) -> Text:
        return self._set(text, size=16, bold=True, align="centre", after=10, bookmark=bookmark)

    def _section(self, title: str, parts: Iterable[Flowable]) -> list[Flowable]:
        head = self._set(
            title, size=12, bold=True, before=8, after=3, bookmark=title.split("、")[0]
        )
        return [CondPageBreak(ROOM), head, *parts]

    def _small_head(self, title: str, *, size: float = BODY) -> list[Flowable]:
        return [
            CondPageBreak(SMALL_ROOM),
            self._set(title, size=size, bold=True, before=4, after=2),
        ]

    def _table(self, told: Table, **how: Any) -> Flowable:
        return table(told, self.fonts, self.width, **how)

    def _pairs(self, rows: Iterable[tuple[str, str]], **how: Any) -> Flowable:
        return self._table(Table(("", ""), tuple(rows), PAIR), **how)

    # -- cover and summary --------------------------------------------------------------------

    def _cover(self) -> list[Flowable]:
        facts = self.facts
        on = day(facts.issued_on) if facts.issued_on else "（草稿，未出具）"
        return [
            Spacer(0, 34 * mm),
            self._set("资产评估报告", size=30, bold=True, align="centre", after=18),
            self._set(
                f"{facts.subject.name}价值评估", size=16, align="centre", leading=1.5, after=6
            ),
            self._set(f"报告编号  {facts.number}", size=12, align="centre", after=42 * mm),
            self._pairs(
                [
                    ("委托编号", facts.commission),
                    ("委托人", facts.client),
                    ("评估机构", facts.agency),
                    ("评估基准日", day(facts.valuation_date)),
                    ("报告日", on),
                ],
                size=11,
            ),
            *self._check(),
        ]

    def _check(self) -> list[Flowable]:
        """How to check the report; a square code only where the site's address is known."""
        facts = self.facts
        how = "扫码" if facts.site else "在银行网站以下页面"
        said = self._set(
            f"{how}核验：本报告是否有效、文件是否被改动",
            size=9, align="centre", colour=SOFT, before=4,
        )  # fmt: skip
        code = [SquareCode(facts.address, 30 * mm)] if facts.site else []
        where = self._set(facts.address, size=8, align="centre", colour=SOFT)
        return [Spacer(0, 12 * mm), *code, said, where]

    def _summary(self) -> list[Flowable]:
        facts = self.facts
        rows = [
            ("评估目的", facts.purpose),
            ("评估对象", facts.subject.name),
            *[pair for pair in facts.subject.facts if pair[0] in ("宗地代码", "面积", "坐落")],
            ("价值类型", facts.value_type),
            ("评估基准日", day(facts.valuation_date)),
            ("评估方法", listed([each.name for each in facts.methods])),
            ("评估结论", f"{yuan(facts.value_fen)}（{self._capital()}）"),
            ("有效期", facts.holds),
        ]
        return [
            self._title("摘要", "summary"),
            self._text(
                f"{facts.agency}接受{facts.client}委托，对{facts.subject.name}在"
                f"{day(facts.valuation_date)}的{facts.value_type}进行了评估。"
                "以下内容摘自评估报告正文，欲了解全部情况，请阅读正文。"
            ),
            self._pairs(rows, size=10),
        ]

    def _capital(self) -> str:
        return f"人民币{self.facts.value_words}" if self.facts.value_words else "尚未形成结论"

    # -- sections -----------------------------------------------------------------------------

    def _parties(self) -> list[Flowable]:
        facts = self.facts
        rows = [
            ("委托人", facts.client),
            ("产权持有人", listed(facts.owners)),
            ("评估机构", f"{facts.agency}（统一社会信用代码 {facts.licence}）"),
        ]
        return self._section("一、委托人及产权持有人", [self._pairs(rows, size=9.5)])

    def _subject(self) -> list[Flowable]:
        subject = self.facts.subject
        parts: list[Flowable] = [
            self._text(f"评估对象为{subject.name}，评估范围以下表所列权利和面积为限。"),
            self._pairs(subject.facts, size=9.5),
        ]
        if subject.rings:
            note = "宗地范围示意（上北，县域高斯—克吕格坐标）"
            caption = self._set(note, size=8.5, align="centre", colour=SOFT, after=4)
            parts.append(KeepTogether([Outline(subject.rings, self.fonts), caption]))
        return self._section("三、评估对象和评估范围", parts)

    def _base_date(self) -> str:
        return (
            f"本报告评估基准日为{day(self.facts.valuation_date)}。"
            "评估中的取价标准均为评估基准日有效的价格标准。"
        )

    def _grounds(self) -> list[Flowable]:
        facts = self.facts
        groups = (
            ("（一）法律法规依据", facts.laws),
            ("（二）评估准则和技术标准", facts.standards),
            ("（三）权属依据", facts.titles),
        )
        parts: list[Flowable] = []
        for title, texts in groups:
            parts += [*self._small_head(title), *self._points(texts)]
        return self._section("六、评估依据", parts)

    def _methods(self) -> list[Flowable]:
        facts = self.facts
        names = listed([each.name for each in facts.methods]) or "（尚未选定）"
        parts: list[Flowable] = [self._text(f"本次评估采用{names}。")]
        if facts.sole_ground:
            parts.append(self._text(f"本次评估只采用一种方法的理由：{facts.sole_ground}"))
        for place, each in enumerate(facts.methods, start=1):
            parts += self._method(place, each)
        return self._section("七、评估方法", parts)

    def _method(self, place: int, each: MethodFacts) -> list[Flowable]:
        parts: list[Flowable] = [
            *self._small_head(f"（{'一二三四五六七八九十'[(place - 1) % 10]}）{each.name}"),
            self._text(f"选用理由：{each.why}。技术标准：{each.standard}。"),
            *self._small_head("评估参数", size=9.5),
            self._table(each.inputs),
        ]
        for title, rows in each.tables:
            parts += [*self._small_head(title, size=9.5), self._table(rows, size=7.5)]
        return [
            *parts,
            *self._small_head("测算过程", size=9.5),
            self._table(each.working, bold_last=True),
            self._text(f"{each.name}的评估结果为{yuan(each.value_fen)}。"),
        ]

    def _procedure(self) -> list[Flowable]:
        facts = self.facts
        parts: list[Flowable] = self._points(facts.procedure)
        for visit in facts.visits:
            told = f"{day(visit.on)}现场调查。参加人员：{visit.present}。调查情况：{visit.findings}"
            parts += [self._text(told), *photographs(visit.photos)]
        if not facts.visits:
            parts.append(self._text("未记录现场调查。"))
        return self._section("八、评估程序实施过程和情况", parts)

    def _conclusion(self) -> list[Flowable]:
        facts = self.facts
        rows = [(each.name, yuan(each.value_fen), _weight(each)) for each in facts.methods]
        rows.append(("评估结论", yuan(facts.value_fen), ""))
        values = Table(("评估方法", "评估结果", "权重"), tuple(rows), (5, 3, 1.4), (1, 2))
        parts: list[Flowable] = [self._table(values, size=9.5, bold_last=True)]
        if facts.reconciliation:
            parts.append(self._text(f"结论的确定方式：{facts.reconciliation}。{facts.reason}"))
        parts.append(
            self._set(
                f"经评估，{facts.subject.name}在{day(facts.valuation_date)}的{facts.value_type}为"
                f"{yuan(facts.value_fen)}（{self._capital()}）。",
                bold=True, indent=2, before=4, after=4,
            )
        )  # fmt: skip
        if facts.splits:
            parts += [*self._small_head("分宗价值"), self._table(facts.splits, size=9.5)]
        if facts.sensitivity:
            parts += [
                *self._small_head("敏感性分析（单位：元）"),
                self._text("下表为其他条件不变、单一因素变动时的评估结论，供使用人判断风险。"),
                self._table(facts.sensitivity),
            ]
        return self._section("十、评估结论", [*parts, self._text(f"有效期：{facts.holds}")])

    def _remarks(self) -> list[Flowable]:
        facts = self.facts
        parts: list[Flowable] = self._points(facts.remarks)
        if facts.parameters:
            parts += [*self._small_head("采用的参数表"), self._table(facts.parameters)]
        return self._section("十一、特别事项说明", parts)

    def _signing(self) -> list[Flowable]:
        facts = self.facts
        on = (
            f"本报告日为{day(facts.issued_on)}。" if facts.issued_on else "本报告为草稿，尚未出具。"
        )
        rows = tuple((each.name, each.qualification_number, each.at) for each in facts.signatures)
        signed: Flowable
        if rows:
            told = Table(("评估专业人员", "执业资格编号", "电子签名时间"), rows, (3, 4, 4))
            signed = self._table(told, size=10.5)
        else:
            signed = self._text("尚未签名。")
        seal = self._set(
            f"评估机构（盖章）：{facts.agency}", size=11, before=14 * mm, after=16 * mm
        )
        note = self._set(
            f"核验地址：{facts.address}", size=8.5, leading=TIGHT, colour=SOFT, before=4
        )
        parts = [self._text(on), *self._small_head("签字页"), signed, seal, note]
        kept = [
            each
            for each in self._section("十三、评估报告日", parts)
            if isinstance(each, Text) or each is signed
        ]
        return [KeepTogether(kept)]


def _weight(each: MethodFacts) -> str:
    return "" if each.weight_ppm is None else f"{each.weight_ppm / 10_000:g}%"
