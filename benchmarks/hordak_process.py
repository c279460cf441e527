"""django-hordak in a process of its own: it is told what to post, and answers when it has.

`python -m benchmarks.hordak_process <database URL>`: each line of input is a way and a number, such
as `one 100`; each line of output is the number of transfers that were posted, at first 0.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction as database_transaction
from sqlalchemy.engine import make_url

from benchmarks.ledgers import ACCOUNTS, Move, moves

CURRENCY = "CNY"


def configure(url: str) -> None:
    """Django with hordak's tables in an empty database."""
    parsed = make_url(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parsed.database,
                "USER": parsed.username,
                "HOST": parsed.query["host"],
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DEFAULT_CURRENCY=CURRENCY,
        HORDAK_CURRENCIES=[CURRENCY],
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


class Book:
    """A ledger of hordak's with as many accounts as ours; transfers name them by their codes."""

    def __init__(self) -> None:
        from hordak import models
        from moneyed import Money

        self.models, self.money = models, Money
        for account in range(ACCOUNTS):
            models.Account.objects.create(
                code=str(account), name="", type=models.AccountType.asset, currencies=[CURRENCY]
            )
        self.kept = self._named(range(ACCOUNTS))

    def one(self, given: Sequence[Move]) -> None:
        """One transfer a commit, as hordak's documentation does it."""
        for move in given:
            self._transfer(move, self._named((move.source, move.target)))

    def one_kept(self, given: Sequence[Move]) -> None:
        """The same with accounts that were fetched before."""
        for move in given:
            self._transfer(move, self.kept)

    def bulk(self, given: Sequence[Move]) -> None:
        """All in one commit by Django's `bulk_create`."""
        named = {move.source for move in given} | {move.target for move in given}
        self._create(given, self._named(named))

    def bulk_kept(self, given: Sequence[Move]) -> None:
        """The same with accounts that were fetched before."""
        self._create(given, self.kept)

    def _named(self, accounts: Iterable[int]) -> dict[int, Any]:
        codes = [str(account) for account in accounts]
        found = self.models.Account.objects.filter(full_code__in=codes)
        return {int(account.full_code): account for account in found}

    def _transfer(self, move: Move, accounts: dict[int, Any]) -> None:
        source, target = accounts[move.source], accounts[move.target]
        source.transfer_to(target, self._amount(move), description=move.key)

    def _create(self, given: Sequence[Move], accounts: dict[int, Any]) -> None:
        with database_transaction.atomic():
            transactions = [self.models.Transaction(description=move.key) for move in given]
            self.models.Transaction.objects.bulk_create(transactions)
            self.models.Leg.objects.bulk_create(self._legs(transactions, given, accounts))

    def _legs(
        self, transactions: Sequence[Any], given: Sequence[Move], accounts: dict[int, Any]
    ) -> Iterator[Any]:
        for made, move in zip(transactions, given, strict=True):
            amount = self._amount(move)
            source, target = accounts[move.source], accounts[move.target]
            yield self.models.Leg(transaction=made, account=source, credit=amount)
            yield self.models.Leg(transaction=made, account=target, debit=amount)

    def _amount(self, move: Move) -> Any:
        return self.money(move.quantity, CURRENCY)


def main() -> None:
    """Post what standard input asks for."""
    configure(sys.argv[1])
    book = Book()
    given = moves()
    ways = {
        "one": book.one, "one_kept": book.one_kept, "bulk": book.bulk, "bulk_kept": book.bulk_kept,
    }  # fmt: skip
    print(0, flush=True)
    for line in sys.stdin:
        way, number = line.split()
        chosen = list(islice(given, int(number)))
        ways[way](chosen)
        print(len(chosen), flush=True)


if __name__ == "__main__":
    main()
