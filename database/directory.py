"""The directory of banks: county code to database, read here and nowhere else."""

from collections.abc import Iterable
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from database.engine import OneConnection, engine_for
from database.settings import BankSettings


class Bank:
    """One county's bank: its settings and its engine. Nothing is shared between two banks."""

    def __init__(self, settings: BankSettings) -> None:
        self.settings = settings
        self.county = settings.county

    @cached_property
    def engine(self) -> Engine:
        """The engine, opened at first use."""
        return engine_for(self.settings.database_url)

    def session(self) -> Session:
        """A new session that knows its bank (see `bank_of`)."""
        return OneConnection(self.engine, expire_on_commit=False, info={"bank": self})


class Directory:
    """All banks that this process serves."""

    def __init__(self, banks: Iterable[BankSettings]) -> None:
        self.banks = {settings.county: Bank(settings) for settings in banks}
        self.default = next(iter(self.banks.values()))

    def by_host(self, host: str) -> Bank:
        """The bank that answers on this host (`name` or `name:port`), else the default one."""
        for bank in self.banks.values():
            if host in bank.settings.hosts or host.split(":")[0] in bank.settings.hosts:
                return bank
        return self.default


def bank_of(session: Session) -> Bank:
    """The bank whose rows this session reads and writes."""
    bank: Bank = session.info["bank"]
    return bank
