"""Writers in processes of their own: what they do to a ledger, and what they report of it.

`python -m tests.ledger.writers` is a process that has imported everything, opened nothing and runs
no thread: it forks a writer for each job it is sent, with the writing end of a pipe. A writer tells
what was committed, a line of JSON for each transaction, after the commit has returned.
"""

import faulthandler
import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from database.engine import engine_for, writing
from database.refusals import Refusal
from ledger import journal, log, tables as t
from ledger.group import Group
from ledger.journal import Posted
from ledger.model import Posting, Transfer
from ledger.reading import get_hold
from ledger.sequencer import Sequencer
from ledger.verify import verify

SIGNER: Final = log.Signer("test", Ed25519PrivateKey.from_private_bytes(bytes(32)))
FREE, DEBTS = ("world",), ("debt0", "debt1")
ACCOUNTS: Final = (*FREE, "a0", "a1", "a2", "a3", "a4", *DEBTS)
"""`world` may go anywhere, debts may not go above zero, the others not below."""
UNITS: Final = ("CNY", "land")
STUCK_S: Final = 90
SOON: Final = timedelta(milliseconds=20)
LATER: Final = timedelta(hours=1)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class Job(NamedTuple):
    """What a writer is to do: `MIX` so many turns, or a `STORM` without end."""

    work: str
    url: str
    name: str
    seed: int
    turns: int = 0


@dataclass
class Running:
    """A writer at work, and what it tells."""

    pid: int
    told: IO[bytes]

    def next(self) -> dict[str, Any] | None:
        """What it tells next; None once it has ended. A line that was cut off was never told."""
        line = self.told.readline()
        if not line.endswith(b"\n"):
            return None
        told: dict[str, Any] = json.loads(line)
        return told

    def rest(self) -> list[dict[str, Any]]:
        """All that it tells until it ends."""
        with self.told:
            return list(iter(self.next, None))

    def kill(self) -> None:
        """End it at once. Its pipe must not have ended yet."""
        os.kill(self.pid, signal.SIGKILL)


class Starter:
    """The process that forks writers, for as long as a `with` block lasts."""

    def __enter__(self) -> Self:
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.program = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", __name__, str(theirs.fileno())],
            cwd=Path(__file__).parents[2],
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        return self

    def __exit__(self, *_: object) -> None:
        self.link.close()
        self.program.wait(10)

    def start(self, job: Job) -> Running:
        """Fork a writer for this job."""
        ours, theirs = os.pipe()
        socket.send_fds(self.link, [json.dumps(job).encode()], [theirs])
        os.close(theirs)
        return Running(int(self.link.recv(20)), os.fdopen(ours, "rb"))


def main(link: socket.socket) -> None:
    """Fork a writer for each job that comes over the link."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    while True:
        sent, files, *_ = socket.recv_fds(link, 10_000, 1)
        if not sent:
            return  # whoever started us has gone
        pid = os.fork()
        if pid == 0:
            link.close()
            try:
                Writer(Job(*json.loads(sent)), files[0]).work()
            finally:
                os._exit(0)
        os.close(files[0])
        link.send(str(pid).encode())


Entries = list[dict[str, Any]]
"""What a transaction recorded: for each entry key, id, number, replayed, and what it did."""


def entry(key: str, posted: Posted, **did: Any) -> dict[str, Any]:
    """One entry as it is told."""
    facts = {"id": str(posted.id), "number": posted.number, "replayed": posted.replayed}
    return {"key": key, **facts, **did}


def lines(transfer: Transfer) -> list[tuple[Any, ...]]:
    """The postings of a transfer as they are told."""
    return [tuple(p.model_dump().values()) for p in transfer.postings]


class Writer:
    """One writer: chance decides what it does next."""

    def __init__(self, job: Job, report: int) -> None:
        faulthandler.dump_traceback_later(STUCK_S, exit=True)
        self.job, self.report, self.turn = job, report, 0
        self.chance = random.Random(job.seed)
        self.engine = engine_for(job.url)
        self.group = Group(self.engine)

    def work(self) -> None:
        """Do the job; what was not to happen is told as an error."""
        try:
            if self.job.work == "mix":
                self.mix()
            else:
                self.storm()
        except Exception:
            self.tell(error=traceback.format_exc())

    def tell(self, **facts: Any) -> None:
        """Write a line to whoever counts."""
        rest = json.dumps(facts).encode() + b"\n"
        while rest:
            rest = rest[os.write(self.report, rest) :]

    def mix(self) -> None:
        """Take turns with all that a ledger does; the first two writers run a sequencer too."""
        sequencer = Sequencer(lambda: Session(self.engine), now, every=0.1)
        logging.getLogger("ledger.sequencer").addHandler(_Telling(self))
        if self.job.seed % 8 < 2:
            sequencer.start()
        for _ in range(self.job.turns):
            self.take(MIX)
        sequencer.stop()
        self.tell(done=self.turn)

    def storm(self) -> None:
        """Post, seal and sign until killed."""
        while True:
            self.take(STORM)

    def take(self, acts: Sequence[tuple[str, int]]) -> None:
        """One turn."""
        self.turn += 1
        [name] = self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])
        act: Callable[[], Entries] = getattr(self, name)
        try:
            self.tell(act=name, entries=act())
        except Refusal as no:
            self.tell(act=name, refused=no.code, message=str(no))

    @contextmanager
    def commits(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, writing(session):
            yield session

    def key(self, part: str = "") -> str:
        return f"{self.job.name}/{self.turn}{part}"

    def posting(self, chance: random.Random) -> Posting:
        source, target = chance.sample(ACCOUNTS, 2)
        unit = chance.choice(UNITS)
        return Posting(source=source, target=target, unit=unit, quantity=chance.randint(1, 30))

    def transfer(
        self, count: int, *, key: str = "", chance: random.Random | None = None, memo: str = ""
    ) -> Transfer:
        postings = tuple(self.posting(chance or self.chance) for _ in range(count))
        return Transfer(
            key=key or self.key(),
            kind="move",
            occurred_at=now(),
            reference="",
            memo=memo,
            postings=postings,
        )

    def post(self) -> Entries:
        return self._post(self.transfer(1))

    def post_several(self) -> Entries:
        return self._post(self.transfer(self.chance.randint(2, 4)))

    def _post(self, wanted: Transfer) -> Entries:
        with self.commits() as session:
            posted = journal.post(session, wanted, at=now())
        return [entry(wanted.key, posted, moves=lines(wanted))]

    def post_alone(self) -> Entries:
        wanted = self.transfer(self.chance.choice((1, 1, 1, 2)))
        return self._post_alone(wanted)

    def _post_alone(self, wanted: Transfer) -> Entries:
        posted = journal.post_alone(self.engine, wanted, at=now())
        return [entry(wanted.key, posted, moves=lines(wanted))]

    def post_batch(self) -> Entries:
        count = self.chance.randint(2, 6)
        return self._post_batch(
            [
                self.transfer(self.chance.randint(1, 2), key=self.key(f"/{place}of{count}"))
                for place in range(count)
            ]
        )

    def _post_batch(self, wanted: list[Transfer]) -> Entries:
        with self.commits() as session:
            posted = journal.post_all(session, wanted, at=now())
        return [
            entry(one.key, done, moves=lines(one)) for one, done in zip(wanted, posted, strict=True)
        ]

    def bring(self) -> Entries:
        """A batch that is never refused."""
        wanted = []
        for place in range(20):
            line = self.posting(self.chance).model_dump() | {"source": "world", "target": "a0"}
            one = self.transfer(1, key=self.key(f"/{place}of20"))
            wanted.append(one.model_copy(update={"postings": (Posting(**line),)}))
        return self._post_batch(wanted)

    def post_in_group(self) -> Entries:
        """Three threads of this process, whose transfers commit together."""
        wanted = [self.transfer(1, key=self.key(f"/{place}of3")) for place in range(3)]
        with ThreadPoolExecutor(len(wanted)) as pool:
            found = list(pool.map(self._try_in_group, wanted))
        for no in found:
            if isinstance(no, Refusal):
                self.tell(act="post_in_group", refused=no.code, message=str(no))
        return [
            entry(one.key, done, moves=lines(one))
            for one, done in zip(wanted, found, strict=True)
            if not isinstance(done, Refusal)
        ]

    def _try_in_group(self, wanted: Transfer) -> Posted | Refusal:
        try:
            return self.group.post(wanted, at=now())
        except Refusal as no:
            return no

    def shared(self, number: int) -> Transfer:
        """A transfer that all writers post; every fifth they do not agree on what it says."""
        chance = random.Random(number)
        memo = str(self.job.seed % 2) if number % 5 == 0 else ""
        return self.transfer(
            chance.choice((1, 3)), key=f"shared/{number}", chance=chance, memo=memo
        )

    def post_shared(self) -> Entries:
        first = self.turn // 4
        wanted = [self.shared(first), self.shared(first + 1)]
        self.chance.shuffle(wanted)
        do = self.chance.choice((self._post, self._post_alone, None))
        return self._post_batch(wanted) if do is None else do(wanted[0])

    def hold(self) -> Entries:
        wanted, at = self.transfer(self.chance.randint(1, 2)), now()
        until = at + self.chance.choice((SOON, LATER))
        with self.commits() as session:
            posted = journal.hold(session, wanted, expires_at=until, at=at)
        return [entry(wanted.key, posted, keeps=lines(wanted))]

    def a_hold(self, session: Session) -> UUID | None:
        """Some hold that is open now; it may end at any moment."""
        wanted = (
            select(t.transfer.c.id)
            .join(t.open_hold, t.open_hold.c.transfer == t.transfer.c.number)
            .order_by(t.transfer.c.number)
            .limit(6)
        )
        found = list(session.execute(wanted).scalars())
        return self.chance.choice(found) if found else None

    def settle(self) -> Entries:
        with self.commits() as session:
            hold_id = self.a_hold(session)
            if hold_id is None:
                return []
            quantities = None
            if self.chance.random() < 0.5:
                kept = get_hold(session, hold_id).postings
                quantities = [1, *(self.chance.randint(0, p.quantity) for p in kept[1:])]
            posted = journal.settle(
                session, hold_id, key=self.key(), at=now(), quantities=quantities
            )
        return [entry(self.key(), posted, settles=str(hold_id), quantities=quantities)]

    def void(self) -> Entries:
        with self.commits() as session:
            hold_id = self.a_hold(session)
            if hold_id is None:
                return []
            posted = journal.void(session, hold_id, key=self.key(), at=now())
        return [entry(self.key(), posted, voids=str(hold_id))]

    def expire(self) -> Entries:
        with self.commits() as session:
            journal.expire(session, at=now())
        return []

    def reverse(self) -> Entries:
        with self.commits() as session:
            mistake = self.chance.choice(journal.transfers(session, limit=20)).id
            posted = journal.reverse(session, mistake, key=self.key(), at=now(), memo="")
        return [entry(self.key(), posted, reverses=str(mistake))]

    def open(self) -> Entries:
        """Open a unit and an account that others open too, and put something in or not."""
        number = self.turn // 8
        unit, account = f"unit{number}", f"late{number}"
        wanted = self.transfer(1)
        line = Posting(source="world", target=account, unit=unit, quantity=5)
        wanted = wanted.model_copy(update={"postings": (line,)})
        with self.commits() as session:
            journal.open_unit(session, unit, at=now())
            journal.open_account(session, account, at=now())
            if self.chance.random() < 0.5:
                return []
            posted = journal.post(session, wanted, at=now())
        return [entry(wanted.key, posted, moves=lines(wanted))]

    def close(self) -> Entries:
        return self._change(journal.close, f"late{self.turn // 8}")

    def freeze(self) -> Entries:
        return self._change(journal.freeze, self.chance.choice(("a3", "a4")))

    def thaw(self) -> Entries:
        return self._change(journal.thaw, self.chance.choice(("a3", "a4")))

    def _change(self, act: Callable[..., Posted], account: str) -> Entries:
        with self.commits() as session:
            journal.open_account(session, account, at=now())
            posted = act(session, account, key=self.key(), at=now(), reason="")
        return [entry(self.key(), posted)]

    def seal(self) -> Entries:
        with self.commits() as session:
            log.seal(session)
        return []

    def sign(self) -> Entries:
        with self.commits() as session:
            log.checkpoint(session, SIGNER, now())
        return []

    def look(self) -> Entries:
        """What others see of the ledger is whole at every moment."""
        with Session(self.engine) as session:
            found = journal.balances(session)
            for unit in {one.unit for one in found}:
                assert sum(one.quantity for one in found if one.unit == unit) == 0, found
        if self.chance.random() < 0.2:
            with Session(self.engine) as session:
                faults = verify(session, verifiers=[SIGNER.verifier]).faults
            assert faults == (), faults
        return []


class _Telling(logging.Handler):
    """Tells what a sequencer logs: that it could not seal."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(logging.ERROR)
        self.writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        self.writer.tell(error=self.format(record))


MIX: Final = (
    *(
        ("post", 5),
        ("post_several", 5),
        ("post_alone", 5),
        ("post_in_group", 8),
        ("post_batch", 4),
        ("post_shared", 8),
    ),
    *(("hold", 8), ("settle", 4), ("void", 2), ("expire", 2), ("reverse", 4)),
    *(("open", 3), ("close", 1), ("freeze", 1), ("thaw", 2)),
    *(("seal", 2), ("sign", 1), ("look", 2)),
)
STORM: Final = (
    *(("post", 4), ("post_several", 3), ("post_alone", 6), ("post_batch", 3), ("bring", 4)),
    *(("hold", 3), ("settle", 2), ("void", 1), ("expire", 1), ("reverse", 1)),
    *(("seal", 6), ("sign", 6)),
)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as link:
        main(link)
