"""Processes and threads that write at the same time, when told and as much as they are told."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from typing import Any, Final

from sqlalchemy.orm import Session

from benchmarks import ledgers
from benchmarks.bare_postgresql import BarePostgresql
from benchmarks.ledgers import Move
from benchmarks.ours import Ours
from database.engine import engine_for
from ledger.group import Group
from ledger.sequencer import Sequencer
from web import garbage

WRITERS: Final = 8

Post = Callable[[Sequence[Move]], None]


def bare(url: str) -> Post:
    """Writes to a reference."""
    return BarePostgresql(url).post


def in_sessions(url: str) -> Post:
    """Writes to a ledger in the application's session."""
    return Ours(engine_for(url)).post


def alone(url: str) -> Post:
    """Writes to a ledger in transactions that it owns."""
    return Ours(engine_for(url)).post_alone


@contextmanager
def writers(
    make: Callable[[str], Post], url: str, name: str = ""
) -> Iterator[Callable[[int], None]]:
    """Gives what lets all writers post so many transfers each, and returns when all have.

    Writers of another `name` post other transfers.
    """
    first = WRITERS * sum(name.encode())
    with _told([(_write, make, url, first + number) for number in range(WRITERS)]) as post:
        yield post


@contextmanager
def threads(url: str, name: str = "") -> Iterator[Callable[[int], None]]:
    """The same of as many threads of one process, whose transfers commit in groups."""
    with _told([(_write_in_group, url, WRITERS * sum(name.encode()))]) as post:
        yield post


@contextmanager
def _told(works: Sequence[tuple[Any, ...]]) -> Iterator[Callable[[int], None]]:
    """A process for each function and its arguments; gives what tells all a number and waits."""
    context = get_context("spawn")
    pipes: list[Pipe] = []
    for work, *arguments in works:
        ours, theirs = context.Pipe()
        context.Process(target=work, args=(*arguments, theirs), daemon=True).start()
        theirs.close()  # so that a process which ends is heard to
        pipes.append(ours)

    def tell(number: int) -> None:
        for pipe in pipes:
            pipe.send(number)
        for pipe in pipes:
            pipe.recv()

    yield tell
    tell(0)


def _write(make: Callable[[str], Post], url: str, writer: int, pipe: Pipe) -> None:
    garbage.collect_seldom()
    post, given = make(url), ledgers.moves(writer)
    while each := pipe.recv():
        post(list(islice(given, each)))
        pipe.send(each)
    pipe.send(0)


def _write_in_group(url: str, first: int, pipe: Pipe) -> None:
    garbage.collect_seldom()
    group = Group(engine_for(url))
    given = [ledgers.moves(first + number) for number in range(WRITERS)]

    def post(moves: Sequence[Move]) -> None:
        for move in moves:
            at = ledgers.now()
            group.post(ledgers.transfer(move, at), at=at)

    with ThreadPoolExecutor(WRITERS) as pool:
        while each := pipe.recv():
            list(pool.map(post, [list(islice(moves, each)) for moves in given]))
            pipe.send(each)
    pipe.send(0)


@contextmanager
def sequencer(url: str) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """A process with a sequencer; gives what starts and what stops it."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    context.Process(target=_seal, args=(url, theirs), daemon=True).start()

    def tell(what: str) -> Callable[[], None]:
        def told() -> None:
            ours.send(what)
            ours.recv()

        return told

    yield tell("start"), tell("stop")
    tell("end")()


def _seal(url: str, pipe: Pipe) -> None:
    engine = engine_for(url)
    sealing = Sequencer(lambda: Session(engine), lambda: datetime.now(UTC), every=0.1)
    while (told := pipe.recv()) != "end":
        {"start": sealing.start, "stop": sealing.stop}[told]()
        pipe.send(told)
    sealing.stop()
    pipe.send("end")
