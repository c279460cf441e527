"""What every test stands on: fixed secrets, set before any of our code is imported; fixtures."""

import gc
import os
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache

SECRETS = {
    "SECRET_KEY": "tests only",
    "ENCRYPTION_KEYS": "dGVzdHMgb25seTogdGhpcyBpcyBub3QgYSBzZWNyZXQ=",
}
NOT_FOR_TESTS = ("BANKS", "DATABASE_URL", "DEMO", "FILES_DIR", "PUBLIC_URL", "SECURE_COOKIES")

for name in NOT_FOR_TESTS:
    os.environ.pop(name, None)
os.environ.update(SECRETS)

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

pytest_plugins = ["tests.databases", "tests.beginnings"]


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> None:
    """Each template is compiled once in a run, not once in each application that a test makes."""
    folder = Path(os.environ["BANK_TEST_RUN"]) / "templates"
    folder.mkdir(exist_ok=True)
    Flask.jinja_options = Flask.jinja_options | {
        "bytecode_cache": FileSystemBytecodeCache(str(folder))
    }


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is imported and collected by now stays: the garbage collector need not walk over it."""
    gc.collect()
    gc.freeze()
