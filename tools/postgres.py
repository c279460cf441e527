"""A throw-away PostgreSQL cluster: in a folder, on a socket in it, gone with the process it serves.

It takes no port and no password, and leaves nothing behind: a watcher stops it and removes the
folder when the process that it serves ends, however that ends.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

BINARIES: Final = Path(os.environ.get("POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
PACKAGES: Final = "postgresql-15 postgresql-15-postgis-3"
SETTINGS: Final = """
listen_addresses = ''
unix_socket_directories = '{home}'
max_connections = 100
log_min_messages = fatal
"""
HASTY: Final = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
"""What a cluster may leave out whose data nobody will miss."""
DURABLE: Final = ""
"""As PostgreSQL comes: what is committed is on the disk."""
WATCH: Final = """
{
    while kill -0 "$1" 2>/dev/null; do sleep 1; done
    [ -d "$2" ] || exit 0
    kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")" 2>/dev/null
    sleep 1
    rm -rf "$2"
} &
"""


class PostgresMissing(RuntimeError):
    """This machine lacks PostgreSQL, PostGIS or the user to run it as."""


def new_home() -> Path:
    """A fresh folder for a cluster, short enough for a socket's path and open to its user."""
    home = Path(tempfile.mkdtemp(prefix="bank-"))
    home.chmod(0o711)
    return home


def start(home: Path, *, serves: int, durability: str = HASTY) -> str:
    """Start a cluster in `home` for the process `serves`; gives the URL of its first database."""
    _refuse_if_missing()
    data = home / "data"
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        shutil.chown(home, "postgres", "postgres")
    _run("initdb", "-D", data, "-U", "bank", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(home=home) + durability)
    _run("pg_ctl", "start", "-w", "-s", "-D", data, "-l", home / "log")
    subprocess.run(
        ["sh", "-c", WATCH, "watch", str(serves), str(home)],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return f"postgresql+psycopg://bank@/postgres?host={home}"


def stop(home: Path) -> None:
    """Stop the cluster in `home`, if one runs there, and remove the folder."""
    if (home / "data" / "postmaster.pid").exists():
        _run("pg_ctl", "stop", "-s", "-m", "immediate", "-D", home / "data")
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running(*, durability: str = HASTY) -> Iterator[str]:
    """The URL of a cluster that lives as long as the block."""
    home = new_home()
    try:
        yield start(home, serves=os.getpid(), durability=durability)
    finally:
        stop(home)


def _refuse_if_missing() -> None:
    needed = [BINARIES / "initdb"]
    if "POSTGRES_BIN" not in os.environ:  # elsewhere the library may lie anywhere
        needed.append(BINARIES.parent / "lib" / "postgis-3.so")
    if missing := [str(path) for path in needed if not path.exists()]:
        raise PostgresMissing(
            f"PostgreSQL 15 with PostGIS is missing ({', '.join(missing)}). As root: "
            f"apt-get update && apt-get install -y --no-install-recommends {PACKAGES}"
        )


def _run(program: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs, which refuse root: then as the user postgres."""
    ended = subprocess.run(
        [BINARIES / program, *arguments],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # a pipe would be held open by the server
        stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
        text=True,
        check=False,
        **_as_postgres(),
    )
    if ended.returncode:
        raise RuntimeError(f"{program} failed: {ended.stderr or 'see the log beside its data'}")


def _as_postgres() -> Mapping[str, Any]:
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissing(f"no user postgres to run as: apt-get install {PACKAGES}") from None
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
