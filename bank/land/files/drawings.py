"""Looking into a drawing (DXF) before it is opened: how much it draws.

A drawing repeats its blocks, also those in other blocks, as often as it says; and a curve is drawn
with many more corners than it has points. A file of a kilobyte can be the drawing of a lifetime.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from bank.land.refusals import UnreadableFile, UnsafeFile

MOST_DRAWN: Final = 500_000
"""Things that are drawn, blocks as often as they are; a curve counts as its corners do."""
CURVE_WEIGHT: Final = 10
SPLINE_WORK: Final = 500
"""A spline of so many points is as much work as two thousand things; the work grows as a square."""
DEEPEST: Final = 20
LINE: Final = re.compile(rb"\r\n|\n\r|\r|\n")
NUMBER: Final = re.compile(rb"\s*([+-]?[0-9]+)")
STEP: Final = 1 << 20
CURVES: Final = frozenset({b"ARC", b"CIRCLE", b"ELLIPSE"})
SPLINES: Final = frozenset({b"SPLINE", b"HELIX", b"HATCH"})
KIND, NAME, X, BULGE, COLUMNS, ROWS = 0, 2, 10, 42, 70, 71
ASKED: Final = frozenset({KIND, NAME, X, BULGE, COLUMNS, ROWS})


@dataclass
class _Thing:
    """What is being read: its kind, and what of it says how much it draws."""

    kind: bytes = b""
    name: bytes = b""
    points: int = 0
    bulges: int = 0
    columns: int = 1
    rows: int = 1

    @property
    def weight(self) -> int:
        """How much it draws, without what an insertion inserts."""
        if self.kind in SPLINES:
            return 1 + 2_000 * self.points**2 // SPLINE_WORK**2
        return 1 + CURVE_WEIGHT * (self.bulges + (self.kind in CURVES))


@dataclass
class _Block:
    """What a block draws itself, and how often it inserts others."""

    own: int = 0
    inserts: "Counter[bytes]" = field(default_factory=Counter)


def refuse_unsafe(file: IO[bytes]) -> None:
    """Refuses: UnsafeFile (it draws too much), UnreadableFile (a binary drawing)."""
    blocks: dict[bytes, _Block] = {b"": _Block()}
    block, thing = blocks[b""], _Thing()
    for code, value in _pairs(file):
        if code == KIND:
            block = _kept(thing, block, blocks)
            thing = _Thing(value.upper())
        else:
            _note(thing, code, value)
        if blocks[b""].own > MOST_DRAWN:
            raise _too_much()
    _kept(thing, block, blocks)
    if _drawn(b"", blocks, {}, 0) > MOST_DRAWN:
        raise _too_much()


def _note(thing: _Thing, code: int, value: bytes) -> None:
    if code == X:
        thing.points += 1
    elif code == BULGE:
        thing.bulges += bool(value.strip(b"+-0.eE "))
    elif code == NAME:
        thing.name = value.upper()
    elif thing.kind == b"INSERT":
        setattr(thing, "columns" if code == COLUMNS else "rows", max(1, _whole(value)))


def _kept(thing: _Thing, block: _Block, blocks: dict[bytes, _Block]) -> _Block:
    """Count what was read where it stands; the block that the next thing stands in."""
    if thing.kind == b"BLOCK":
        return blocks.setdefault(b"#" + thing.name, _Block())
    if thing.kind in (b"ENDBLK", b"SECTION", b"ENDSEC"):
        return blocks[b""]
    if thing.kind == b"INSERT":
        block.inserts[b"#" + thing.name] += thing.columns * thing.rows
    block.own += thing.weight
    return block


def _drawn(name: bytes, blocks: dict[bytes, _Block], known: dict[bytes, int], depth: int) -> int:
    if name not in blocks:
        return 1
    if name not in known:
        if depth > DEEPEST:
            raise _too_much()
        known[name] = MOST_DRAWN + 1  # a block that inserts itself
        own, inserts = blocks[name].own, blocks[name].inserts
        inner = (times * _drawn(each, blocks, known, depth + 1) for each, times in inserts.items())
        known[name] = own + sum(inner)
    return known[name]


def _pairs(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The codes that matter with their values, as GDAL reads them: line by line, two at a time."""
    lines = _lines(file)
    for told in lines:
        value = next(lines, b"")
        code = int(found[1]) if (found := NUMBER.match(told)) else _blank(told, value)
        if code in ASKED:
            yield code, value.strip()


def _blank(told: bytes, value: bytes) -> int:
    """The code where its line is empty: GDAL takes the number that comes next then."""
    found = NUMBER.match(value) if not told.strip() else None
    return int(found[1]) if found else 0


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    left = b""
    while part := file.read(STEP):
        if b"\0" in part:
            raise UnreadableFile("a drawing must be text", field="file", given="")
        *whole, left = LINE.split(left + part)
        yield from whole
    yield left


def _whole(value: bytes) -> int:
    found = NUMBER.match(value[:12])
    return int(found[1]) if found else 0


def _too_much() -> UnsafeFile:
    return UnsafeFile("the drawing repeats too much", field="file", reason="drawing")
