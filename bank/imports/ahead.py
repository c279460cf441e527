"""Making the next thing while the one before is being used."""

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
_END: Final = object()


def ahead(items: Iterable[T]) -> Generator[T]:
    """The items; each is made in a thread of its own while the caller uses the one before it.

    At most two are there at a time. What making one raises is raised in its turn; whoever stops
    early waits until the one that is being made is done.
    """
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as hand:
        made = hand.submit(next, source, _END)
        while (item := made.result()) is not _END:
            made = hand.submit(next, source, _END)
            yield item  # type: ignore[misc]  # it is not the end
