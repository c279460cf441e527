"""Runs every benchmark, or those named; each prints one line of JSON per measurement.

A benchmark is a module of this package with `run() -> Iterable[Measurement]`.
"""

import argparse
from importlib import import_module
from pkgutil import iter_modules

import benchmarks

NOT_BENCHMARKS = {"__main__", "measurement"}


def names() -> list[str]:
    """The benchmarks there are."""
    found = {module.name for module in iter_modules(benchmarks.__path__)}
    return sorted(found - NOT_BENCHMARKS)


def main() -> None:
    """Run the benchmarks that the command line names, else all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="benchmark", help=", ".join(names()))
    chosen = parser.parse_args().names or names()
    if unknown := set(chosen) - set(names()):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in chosen:
        for measurement in import_module(f"benchmarks.{name}").run():
            print(measurement.line(), flush=True)


if __name__ == "__main__":
    main()
