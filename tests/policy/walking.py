"""Walking over our own source: its modules, and all classes under one."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final, TypeVar

T = TypeVar("T")

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = ("database", "ledger", "valuation", "bank", "web")


def import_all() -> None:
    """Import every module of ours but the migrations, which only Alembic can run."""
    for name in PACKAGES:
        package = import_module(name)
        for found in walk_packages(package.__path__, f"{name}."):
            if not found.name.startswith("database.migrations"):
                import_module(found.name)


def subclasses(root: type[T]) -> Iterator[type[T]]:
    """Our classes under `root`, at any depth, each once."""
    import_all()
    found: dict[type[T], None] = {}
    waiting = [root]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in found:
                found[child] = None
                waiting.append(child)
    return (each for each in found if each.__module__.split(".")[0] in PACKAGES)
