"""What every test stands on: fixed secrets, set before any of our code is imported; fixtures."""

import os

from hypothesis import settings

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

pytest_plugins = ["tests.databases"]
