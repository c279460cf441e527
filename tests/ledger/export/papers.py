"""The words and the style of statements under test, and the fonts that `make setup` puts there."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from ledger.export import Labels, Paper, Style, Typeface
from ledger.log import Checkpoint
from ledger.reading import Line

FONTS = Path(__file__).parents[3] / "web" / "fonts"
TYPEFACE = Typeface(FONTS / "NotoSansSC-Regular.ttf", FONTS / "NotoSansSC-Bold.ttf")

LABELS = Labels(
    opening="期初余额",
    closing="期末余额",
    date="日期",
    what="事由",
    other="对方账户",
    incoming="收入",
    outgoing="支出",
    balance="余额",
    number="凭证号",
    nothing="本期没有发生额",
    made_at="打印时间",
    sealed="已封存于日志，条数",
    page="第 {page} 页，共 {pages} 页",
)


def yuan(fen: int) -> str:
    """Fen as yuan."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02}"


def what(line: Line) -> str:
    """Why a line is."""
    return " ".join(filter(None, [line.kind, line.reference, line.memo]))


STYLE = Style(
    quantity=yuan,
    number=lambda fen: Decimal(fen) / 100,
    number_format="#,##0.00",
    what=what,
    other=lambda line: line.other,
    moment=lambda at: f"{at:%Y-%m-%d %H:%M}",
    zone=UTC,
)
MADE_AT = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
CHECKPOINT = Checkpoint(size=12_345, root="ab" * 32, note="", at=MADE_AT)


def paper(*, sealed: bool = False) -> Paper:
    """A statement's paper, with the log's seal or without."""
    return Paper(
        title="资金对账单",
        facts=(("户名", "张三丰（天荒坪镇余村村民委员会）"), ("账户", "party:P-7:cash")),
        labels=LABELS,
        style=STYLE,
        made_at=MADE_AT,
        checkpoint=CHECKPOINT if sealed else None,
        address="https://bank.example/log/12345" if sealed else None,
    )
