"""A django-hordak that is told what to post, in a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

Way = Literal["one", "one_kept", "bulk", "bulk_kept"]


@contextmanager
def hordak(url: str) -> Iterator[Callable[[Way, int], None]]:
    """Gives what posts so many transfers, one a commit or in bulk; returns when they are posted."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.hordak_process", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        tell, hear = process.stdin, process.stdout

        def post(way: Way, number: int) -> None:
            tell.write(f"{way} {number}\n")
            tell.flush()
            expect(number)

        def expect(number: int) -> None:
            said = hear.readline()
            if said != f"{number}\n":
                raise RuntimeError(f"hordak's process ended, or said {said!r}")

        expect(0)
        yield post
        tell.close()
