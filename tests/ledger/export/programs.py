"""Programs that read what the ledger exports: each a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

UTF_8 = {**os.environ, "LC_ALL": "C.UTF-8"}

READ_BEANCOUNT = """
import json, sys
from beancount import loader
from beancount.core import data
entries, errors, _ = loader.load_file(sys.argv[1])
print(json.dumps({
    "errors": [error.message for error in errors],
    "opened": {
        e.account: [str(e.date), e.meta["code"]] for e in entries if isinstance(e, data.Open)
    },
    "commodities": {e.currency: e.meta["code"] for e in entries if isinstance(e, data.Commodity)},
    "asserted": [
        [e.account, e.amount.currency, str(e.amount.number)]
        for e in entries if isinstance(e, data.Balance)
    ],
    "transactions": [
        {**{k: str(v) for k, v in e.meta.items()}, "date": str(e.date), "kind": e.payee,
         "memo": e.narration,
         "postings": [[p.account, p.units.currency, str(p.units.number)] for p in e.postings]}
        for e in entries if isinstance(e, data.Transaction)
    ],
}))
"""


def hledger(journal: Iterable[str], folder: Path, *command: str) -> str:
    """What hledger says of this journal; it fails where hledger does."""
    path = folder / "bank.journal"
    path.write_text("".join(journal), encoding="utf-8")
    run = subprocess.run(
        ["hledger", "-f", str(path), *command],
        capture_output=True, encoding="utf-8", env=UTF_8, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout


def bean_check(text: Iterable[str], folder: Path) -> None:
    """Fails where bean-check does."""
    path = folder / "bank.beancount"
    path.write_text("".join(text), encoding="utf-8")
    program = str(Path(sys.executable).with_name("bean-check"))
    run = subprocess.run(
        [program, "--no-cache", str(path)], capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def beancount(text: Iterable[str], folder: Path) -> dict[str, Any]:
    """What Beancount understands of this text."""
    path = folder / "bank.beancount"
    path.write_text("".join(text), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", READ_BEANCOUNT, str(path)],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(run.stdout)
    return found
