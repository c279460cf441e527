"""What the public may read of the ledger: what moved and for which purpose, never whose it is."""

from typing import Final

PARTY: Final = "party"
WITHHELD: Final = "*"


def public_account(code: str) -> str:
    """An account's code as the public sees it: `party:P-2026-000001:cash` is `party:*:cash`.

    A party's number would tie all that one person has and earns to the one deposit by which
    neighbours know her. Accounts of orders, projects and the world outside stand as they are.
    """
    owner, _, rest = code.partition(":")
    if owner != PARTY:
        return code
    return f"{PARTY}:{WITHHELD}:{rest.rpartition(':')[2]}"
