"""What counts as an address in a lock file, and what as an unpinned package."""

import pytest

from tools import lockfiles

PINNED = """\
flask==3.1.3 \\
    --hash=sha256:00 \\
    --hash=sha256:11
numpy==2.4.6 \\
    --hash=sha256:22
"""


@pytest.mark.parametrize(
    ("line", "is_address"),
    [
        ('"resolved": "x.tgz"', True),
        ("--index-url somewhere", True),
        ("--extra-index-url somewhere", True),
        ("--find-links wheels", True),
        ("thing @ git+ssh://host/thing", True),
        ("HTTPS".lower() + "://host/simple", True),
        ("flask==3.1.3 \\", False),
        ('"license": "MIT",', False),
        ("omit-lockfile-registry-resolved=true", False),
    ],
)
def test_addresses(line: str, is_address: bool) -> None:
    assert bool(lockfiles.addresses(line)) == is_address


def test_every_package_needs_a_version_and_a_hash() -> None:
    assert lockfiles.unpinned(PINNED) == []
    assert lockfiles.unpinned(PINNED + "six>=1 \\\n    --hash=sha256:33\n") == ["six>=1"]
    assert lockfiles.unpinned("six==1.17.0\n") == ["six==1.17.0"]


def test_what_the_project_wants_is_locked() -> None:
    assert lockfiles.unlocked(["Flask>=3", "numpy"], PINNED) == []
    assert lockfiles.unlocked(["flask", "psycopg[binary]>=3.3"], PINNED) == ["psycopg"]


def test_sponsors_are_left_out_of_npm_locks() -> None:
    lock = {"name": "x", "packages": {"a": {"version": "1", "funding": {"url": "u"}}}}

    assert lockfiles.without_sponsors(lock) == {"name": "x", "packages": {"a": {"version": "1"}}}


def test_the_lock_files_of_this_project_are_in_order() -> None:
    assert lockfiles.faults() == []
