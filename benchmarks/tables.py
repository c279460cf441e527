"""Writes the tables of docs/performance.md from the JSON lines of runs on standard input."""

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from platform import python_version
from sqlite3 import sqlite_version
from statistics import median
from subprocess import run
from typing import Any

from tools.postgres import BINARIES

GROWTH = "ledger_growth/"


def machine() -> str:
    """What the run was on, and when."""
    model = next(
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    server = run(
        [BINARIES / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[2]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}; {cpu_count()} cores of {model}; Python {python_version()},"
        f" SQLAlchemy {version('sqlalchemy')}, psycopg {version('psycopg')}, SQLite"
        f" {sqlite_version}, PostgreSQL {server}."
    )


def ratios(lines: Iterable[dict[str, Any]]) -> str:
    """A row for each measurement: medians over its runs, the range of the ratio, its target."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        runs.setdefault(line["bench"], []).append(line)
    rows = [
        "| benchmark | ours | reference | unit | ratio | range (runs) | target | met |",
        "|---|--:|--:|---|--:|--:|--:|---|",
    ]
    for bench, of_it in runs.items():
        found = sorted(line["ratio"] for line in of_it)
        ours, reference, ratio = (
            median(line[which] for line in of_it) for which in ("ours", "reference", "ratio")
        )
        target, higher = of_it[0]["target"], of_it[0]["better"] == "higher"
        met = ratio >= target if higher else ratio <= target
        rows.append(
            f"| {bench} | {figure(ours)} | {figure(reference)} | {of_it[0]['unit']} | {ratio:.2f}"
            f" | {found[0]:.2f}–{found[-1]:.2f} ({len(found)}) | {'≥' if higher else '≤'} {target}"
            f" | {'yes' if met else 'no'} |"
        )
    return "\n".join(rows)


def figure(value: float) -> str:
    """A number with three digits that tell something, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def growth(lines: Iterable[dict[str, Any]]) -> str:
    """A row for each act: what it takes in ledgers of each size, and the ratio to the smallest.

    Each size was measured in turn with the smallest, so that only the ratios can be compared.
    """
    taken: dict[tuple[str, str, str], dict[int, str]] = {}
    for line in lines:
        _, database, act, size = line["bench"].split("/")
        row = taken.setdefault((database, act, line["unit"]), {})
        row.setdefault(0, f"{line['reference']:,.0f}")
        row[int(size)] = f"{line['ours']:,.0f} (× {line['ratio']:.2f})"
    sizes = sorted({size for row in taken.values() for size in row if size})
    head = ["database", "act", "unit", "10,000", *(f"{size:,}" for size in sizes)]
    rows = [f"| {' | '.join(head)} |", "|---|---|---" + "|--:" * (len(sizes) + 1) + "|"]
    for (database, act, unit), row in taken.items():
        cells = " | ".join(row.get(size, "not run") for size in (0, *sizes))
        rows.append(f"| {database} | {act} | {unit} | {cells} |")
    return "\n".join(rows)


def main() -> None:
    """Read the lines, print the machine and the tables."""
    lines = [json.loads(line) for line in sys.stdin if line.startswith("{")]
    grown = [line for line in lines if line["bench"].startswith(GROWTH)]
    others = [line for line in lines if not line["bench"].startswith(GROWTH)]
    print(machine())
    if others:
        print(f"\n{ratios(others)}")
    if grown:
        print(f"\n{growth(grown)}")


if __name__ == "__main__":
    main()
