"""The bank's chart of accounts: the one place where ledger accounts and units get their names."""

CNY = "CNY"
WORLD_CNY = "world:cny"
WORLD_LAND = "world:land"
WORLD_SHARE = "world:share"
WORLD_REPORT = "world:report"
PARTIES = "party:"
"""How all accounts of parties begin."""
REPORT = "report"
"""The unit that counts appraisal reports on record: one for each."""


def land(deposit_number: str) -> str:
    """The unit of one deposit's area, in dm²."""
    return f"land:{deposit_number}"


def share(project_number: str) -> str:
    """The unit of one project's shares."""
    return f"share:{project_number}"


def cash(party_number: str) -> str:
    """Money that the bank keeps for a party."""
    return f"party:{party_number}:cash"


def stored(party_number: str) -> str:
    """Land that a party has in the bank, free to be ordered."""
    return f"party:{party_number}:stored"


def returned(party_number: str) -> str:
    """Land that went home to its owner."""
    return f"party:{party_number}:returned"


def shares(party_number: str) -> str:
    """Project shares that a party holds."""
    return f"party:{party_number}:shares"


def reserved(order_number: str) -> str:
    """Land that an order has reserved."""
    return f"order:{order_number}:reserved"


def escrow(order_number: str) -> str:
    """Money held for an order until its bundle is collected."""
    return f"order:{order_number}:escrow"


def fee_escrow(commission_number: str) -> str:
    """An agency's fee, held until its work is accepted."""
    return f"commission:{commission_number}:escrow"


def held(project_number: str) -> str:
    """Land that a project has collected."""
    return f"project:{project_number}:held"


def capital(project_number: str) -> str:
    """Money that investors put into a project."""
    return f"project:{project_number}:cash"


def income(project_number: str) -> str:
    """Revenue of a project that is not distributed yet."""
    return f"project:{project_number}:income"


def reserve(project_number: str) -> str:
    """Reserves that rounds have set aside."""
    return f"project:{project_number}:reserve"


def frozen(pledge_number: str) -> str:
    """Land that a lender's claim has frozen."""
    return f"pledge:{pledge_number}:frozen"


def report(appraisal_number: str) -> str:
    """The report of one appraisal, on record with its hash."""
    return f"appraisal:{appraisal_number}:report"
