"""Runs the benchmarks, each of which prints one line of JSON per measurement.

A benchmark is a module of this package with `run() -> Iterable[Measurement]`.
"""

import argparse
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from web import garbage

SUPPORT = {
    "__main__",
    "bare",
    "bare_postgresql",
    "bare_sqlite",
    "hordak",
    "hordak_process",
    "land",
    "land_banks",
    "ledgers",
    "measurement",
    "ours",
    "tables",
    "writers",
}
"""The modules that measure nothing."""
LONG = {"land_cold", "ledger_growth", "ledger_memory"}
"""The benchmarks that run only when they are named."""


def names() -> list[str]:
    """The benchmarks there are."""
    found = {module.name for module in iter_modules(benchmarks.__path__)}
    return sorted(found - SUPPORT)


def main() -> None:
    """Run the benchmarks that the command line names, else all but the long ones."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="benchmark", help=", ".join(names()))
    chosen = parser.parse_args().names or sorted(set(names()) - LONG)
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    modules = [import_module(f"benchmarks.{name}") for name in chosen]
    garbage.collect_seldom()  # as the application does, for both sides
    for module in modules:
        for measurement in module.run():
            print(measurement.line(), flush=True)


if __name__ == "__main__":
    main()
