"""The throw-away cluster ends with the process that it serves, however that ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import create_engine

from tools import postgres

SERVE = """
import time
from tools import postgres

with postgres.running() as url:
    print(url, flush=True)
    time.sleep(60)
"""


def is_running(process: int) -> bool:
    """Whether a process runs; one that ended and still waits for its parent does not."""
    command = Path(f"/proc/{process}/cmdline")
    return command.exists() and command.read_bytes() != b""


def test_a_cluster_has_postgis_and_is_gone_after_the_block() -> None:
    with postgres.running() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE EXTENSION postgis")
            assert connection.exec_driver_sql("SELECT ST_Area('POINT(1 1)')").scalar() == 0
        engine.dispose()
        home = Path(url.partition("host=")[2])
        assert home.exists()
    assert not home.exists()


def test_a_cluster_is_gone_after_its_process_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        home = Path(run.stdout.readline().strip().partition("host=")[2])
        server = int((home / "data" / "postmaster.pid").read_text().split()[0])
        run.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 20
    while home.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not home.exists()
    assert not is_running(server)
