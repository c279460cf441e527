"""Evidence of the demonstration county: a few small real PDFs and JPEGs, made here and shared."""

from functools import cache
from io import BytesIO
from itertools import pairwise
from random import Random
from typing import Final

from PIL import Image, ImageDraw, ImageFilter
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

SIZE: Final = (640, 480)
A5: Final = (420, 595)

PAPERS: Final = {
    "certificate": (
        "不动产权证书（演示）",
        "本页为演示数据，不是真实证书。",
        "权利人：以申请表所填为准",
        "坐落：浙江省湖州市安吉县",
        "权利类型、用途、期限：以申请表所填为准",
        "登记机构：安吉县（演示）",
    ),
    "agreement": (
        "家庭同意书（演示）",
        "我户全体成员一致同意，",
        "把表中所列资产存入两山银行。",
        "收益方式与年限以申请表所填为准。",
        "签字：全体家庭成员（演示）",
    ),
    "minutes": (
        "成员大会会议记录（演示）",
        "会议提前十日以上通知。",
        "应到、实到和同意人数以申请表所填为准。",
        "议题：集体资产存入两山银行。",
        "结果：经全体成员三分之二以上同意，通过。",
        "记录人、主持人签字，加盖公章（演示）",
    ),
    "report": (
        "资产评估报告（演示）",
        "评估方法、参数和计算过程见系统记录。",
        "评估结论以系统所载评估值为准。",
        "有效期：自评估基准日起一年。",
        "两名评估师签字，机构盖章（演示）",
    ),
}


@cache
def paper(kind: str) -> bytes:
    """A PDF of one page in Chinese, set in a font that readers have themselves."""
    title, *lines = PAPERS[kind]
    writer = PdfWriter()
    page = writer.add_blank_page(*A5)
    content = DecodedStreamObject()
    content.set_data(_text(title, lines).encode("ascii"))
    page[NameObject("/Contents")] = writer._add_object(content)
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(_font(writer))})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.add_metadata({"/Title": title})
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def _text(title: str, lines: list[str]) -> str:
    shown = [f"BT /F1 20 Tf 60 500 Td <{_hex(title)}> Tj ET"]
    shown += [
        f"BT /F1 12 Tf 60 {450 - 30 * row} Td <{_hex(line)}> Tj ET"
        for row, line in enumerate(lines)
    ]
    return "\n".join(["0.2 0.45 0.3 RG 2 w 30 30 360 535 re S", *shown])


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _font(writer: PdfWriter) -> DictionaryObject:
    """STSong-Light, one of the CJK fonts that PDF readers know without being given them."""
    descriptor = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/FontDescriptor"),
            NameObject("/FontName"): NameObject("/STSong-Light"),
            NameObject("/Flags"): NumberObject(6),
            NameObject("/FontBBox"): ArrayObject(map(NumberObject, (-25, -254, 1000, 880))),
            NameObject("/ItalicAngle"): NumberObject(0),
            NameObject("/Ascent"): NumberObject(880),
            NameObject("/Descent"): NumberObject(-120),
            NameObject("/CapHeight"): NumberObject(880),
            NameObject("/StemV"): NumberObject(93),
        }
    )
    system = DictionaryObject(
        {
            NameObject("/Registry"): TextStringObject("Adobe"),
            NameObject("/Ordering"): TextStringObject("GB1"),
            NameObject("/Supplement"): NumberObject(2),
        }
    )
    cid = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/CIDSystemInfo"): system,
            NameObject("/FontDescriptor"): writer._add_object(descriptor),
            NameObject("/DW"): NumberObject(1000),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/STSong-Light"),
            NameObject("/Encoding"): NameObject("/UniGB-UCS2-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(cid)]),
        }
    )


@cache
def photo(kind: str, which: int = 0) -> bytes:
    """A small JPEG of hills with what a kind of asset looks like in front; no real place."""
    rng = Random(f"{kind} {which}")  # noqa: S311 - a picture, not a secret
    picture = _hills(rng)
    draw = ImageDraw.Draw(picture)
    _FOREGROUND[kind](draw, rng)
    target = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(0.6)).save(target, "JPEG", quality=72)
    return target.getvalue()


def _hills(rng: Random) -> Image.Image:
    width, height = SIZE
    picture = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        share = y / height
        draw.line((0, y, width, y), fill=(int(170 + 60 * share), int(205 + 30 * share), 232))
    for layer in range(4):
        base, light = 150 + 50 * layer, 0.6 - layer / 6
        tops = _ridge(rng, base, 60 - 10 * layer)
        colour = (int(60 + 90 * light), int(105 + 60 * light), int(80 + 90 * light))
        draw.polygon([*tops, (width, height), (0, height)], fill=colour)
    draw.rectangle((0, 360, width, height), fill=(104, 130, 70))
    return picture


def _ridge(rng: Random, base: int, swing: int) -> list[tuple[float, float]]:
    """A broken line from edge to edge, refined by halves."""
    heights = [rng.uniform(-1, 1), rng.uniform(-1, 1)]
    reach = 1.0
    while len(heights) < 65:
        reach *= 0.55
        heights = [
            value
            for left, right in pairwise(heights)
            for value in (left, (left + right) / 2 + rng.uniform(-reach, reach))
        ] + heights[-1:]
    step = SIZE[0] / (len(heights) - 1)
    return [(place * step, base + swing * value) for place, value in enumerate(heights)]


def _bamboo(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for _ in range(60):
        x, top, foot = rng.randrange(640), rng.randint(40, 200), rng.randint(380, 480)
        green = rng.randint(95, 165)
        lean, width = rng.randint(-18, 18), rng.randint(3, 7)
        draw.line((x, foot, x + lean, top), fill=(70, green, 55), width=width)
        for _ in range(9):
            y = rng.randint(top, top + 140)
            end = (x + rng.randint(-34, 34), y + rng.randint(4, 22))
            draw.line((x, y, *end), fill=(60, green + 20, 60), width=3)


def _house(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for _ in range(rng.randint(1, 3)):
        x, wide = rng.randint(40, 360), rng.randint(170, 240)
        draw.rectangle((x, 270, x + wide, 400), fill=(232, 228, 216))
        draw.polygon([(x - 18, 272), (x + wide / 2, 205), (x + wide + 18, 272)], fill=(74, 76, 82))
        draw.rectangle((x + wide / 2 - 16, 335, x + wide / 2 + 16, 400), fill=(120, 78, 48))
        for side in (0.16, 0.72):
            left = x + wide * side
            draw.rectangle((left, 300, left + 34, 332), fill=(120, 140, 150))


def _fields(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for row in range(12):
        y = 340 + row * row
        shade = rng.randint(0, 30)
        draw.rectangle((0, y, 640, y + 6 + row), fill=(96 + shade, 150 + shade // 2, 62))


def _water(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    draw.ellipse((20, 330, 620, 470), fill=(110, 160, 182))
    for _ in range(40):
        x, y = rng.randint(110, 520), rng.randint(355, 445)
        draw.line((x, y, x + rng.randint(12, 40), y), fill=(170, 205, 216), width=2)


def _ground(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    draw.polygon([(0, 480), (120, 345), (540, 345), (640, 480)], fill=(176, 160, 128))
    for _ in range(90):
        x, y = rng.randint(80, 560), rng.randint(360, 470)
        draw.ellipse((x, y, x + 9, y + 4), fill=(150, 134, 104))
    draw.rectangle((400, 290, 560, 350), fill=(168, 120, 96))


def _hamlet(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    _house(draw, rng)
    _house(draw, rng)


_FOREGROUND: Final = {
    "woodland": _bamboo,
    "house": _house,
    "farmland": _fields,
    "water": _water,
    "construction_land": _ground,
    "old_village": _hamlet,
}
