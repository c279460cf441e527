"""Prints docs/lifecycles.md: a Mermaid state diagram of every life cycle table in the source.

python -m tools.lifecycles            print the page
python -m tools.lifecycles --write    write it
"""

import argparse
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs/lifecycles.md"
PLACES: Final = ("bank/*/lifecycle.py", "valuation/*/lifecycle.py")
OPENING: Final = """\
# Life cycles

Written by `python -m tools.lifecycles --write` from the tables in the code; do not edit it.
An arrow is an act, and what has no arrow is refused (`IllegalMove`). Guards, such as a notice that
must be over, are in the commands. The black dot leads to the first stage; a ringed dot follows the
last ones.
"""

Table = Mapping[tuple[StrEnum, StrEnum], StrEnum]


@dataclass(frozen=True)
class LifeCycle:
    """One table `{(stage, act): stage}`, what it is about, and where it stands."""

    subject: str
    place: str
    table: Table

    def lines(self) -> Iterator[str]:
        """The diagram, in the order of the table; acts that lead the same way share an arrow."""
        stages = list(type(next(iter(self.table.values()))))
        yield "stateDiagram-v2"
        yield f"    [*] --> {stages[0].value}"
        arrows: dict[tuple[str, str], list[str]] = {}
        for (stage, act), following in self.table.items():
            arrows.setdefault((stage.value, following.value), []).append(act.value)
        for (stage_name, following_name), acts in arrows.items():
            yield f"    {stage_name} --> {following_name}: {' / '.join(acts)}"
        left = {stage for stage, _ in self.table}
        for stage in stages:
            if stage not in left:
                yield f"    {stage.value} --> [*]"


def life_cycles() -> list[LifeCycle]:
    """Every life cycle of the source, by module and in the order of its tables."""
    paths = [path for place in PLACES for path in sorted(ROOT.glob(place))]
    return [cycle for path in paths for cycle in _of_module(path.relative_to(ROOT))]


def _of_module(path: Path) -> Iterator[LifeCycle]:
    module = import_module(".".join(path.with_suffix("").parts))
    for name, table in vars(module).items():
        if name.endswith("LIFECYCLE"):
            yield LifeCycle(_subject(table), path.as_posix(), table)


def _subject(table: Table) -> str:
    """What the table is about: its stages' docstring reads "Where a deposit stands"."""
    stages = type(next(iter(table.values())))
    said = re.match(r"Where an? (.+?) stands\b", stages.__doc__ or "")
    if said is None:
        raise ValueError(f"the docstring of {stages.__module__}.{stages.__name__} says no subject")
    return said[1].capitalize()


def page() -> str:
    """The whole page."""
    parts = [OPENING]
    for cycle in life_cycles():
        diagram = "\n".join(cycle.lines())
        link = f"[{cycle.place}](../{cycle.place})"
        parts.append(f"## {cycle.subject}\n\n{link}\n\n```mermaid\n{diagram}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(prog="python -m tools.lifecycles")
    parser.add_argument("--write", action="store_true", help="write docs/lifecycles.md")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")


if __name__ == "__main__":
    main()
