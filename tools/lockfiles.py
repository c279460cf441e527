"""Lock files name packages and hashes, never an address to fetch them from."""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

TOP: Final = Path(__file__).resolve().parent.parent
ADDRESS: Final = re.compile(r"[a-z+]+://|--(?:extra-)?index-url|--find-links|\"resolved\"")


def locks() -> list[Path]:
    """The files that pin packages, and npm's settings beside them."""
    return [*sorted(TOP.glob("requirements*.lock")), TOP / "package-lock.json", TOP / ".npmrc"]


def addresses(text: str) -> list[int]:
    """Numbers of the lines that name an address."""
    return [n for n, line in enumerate(text.splitlines(), 1) if ADDRESS.search(line)]


def unpinned(text: str) -> list[str]:
    """Packages of a Python lock that lack a version or a hash."""
    entries = re.split(r"\n(?=\S)", text.strip())
    return [entry.split()[0] for entry in entries if "==" not in entry or "--hash=" not in entry]


def unlocked(wanted: list[str], text: str) -> list[str]:
    """Requirements that a Python lock does not name."""
    locked = set(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", text, re.MULTILINE))
    names = [re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in wanted]
    return [name for name in names if re.sub(r"[._]+", "-", name.lower()) not in locked]


def without_sponsors(lock: dict[str, Any]) -> dict[str, Any]:
    """npm's lock without the pages where each package asks for money."""
    packages = lock["packages"].values()
    pruned = [{k: v for k, v in package.items() if k != "funding"} for package in packages]
    return lock | {"packages": dict(zip(lock["packages"], pruned, strict=True))}


def clean() -> None:
    """Take out of npm's lock what npm itself will not leave out."""
    path = TOP / "package-lock.json"
    pruned = without_sponsors(json.loads(path.read_text()))
    path.write_text(json.dumps(pruned, indent=2) + "\n")


def faults() -> list[str]:
    """What is wrong with the lock files, one sentence each."""
    found = []
    for path in locks():
        text = path.read_text()
        found += [f"{path.name}:{line}: names an address" for line in addresses(text)]
        if path.name.startswith("requirements"):
            found += [f"{path.name}: {name} has no version or hash" for name in unpinned(text)]
    project = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
    run_time, dev = project["dependencies"], project["optional-dependencies"]["dev"]
    for lock, wanted in (
        ("requirements.lock", run_time),
        ("requirements-dev.lock", run_time + dev),
    ):
        missing = unlocked(wanted, (TOP / lock).read_text())
        found += [f"{lock}: {name} is wanted but not locked; run make lock" for name in missing]
    return found


if __name__ == "__main__":
    if "--clean" in sys.argv[1:]:
        clean()
    if found := faults():
        sys.exit("\n".join(found))
