"""Every table of a bank, imported in one place so that the metadata is whole."""

from bank.acts import Act
from bank.assets import tables as assets
from bank.catalogue import tables as catalogue
from bank.contracts import tables as contracts
from bank.demo.clock import DemoClock
from bank.deposits import tables as deposits
from bank.files import tables as files
from bank.imports import tables as imports
from bank.income import tables as income
from bank.jobs import tables as jobs
from bank.keys import UsedKey
from bank.land import tables as land
from bank.maps import tables as maps
from bank.numbers import Serial
from bank.orders import tables as orders
from bank.parties import tables as parties
from bank.projects import tables as projects
from bank.redlines import held, tables as redlines
from bank.withdrawals import tables as withdrawals
from bank.zones import tables as zones
from database.base import Base
from ledger import tables as ledger
from valuation.agencies import tables as agencies
from valuation.appraisals import tables as appraisals
from valuation.commissions import tables as commissions
from valuation.parameters import tables as parameters

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "Act",
    "DemoClock",
    "Serial",
    "UsedKey",
    "agencies",
    "appraisals",
    "assets",
    "catalogue",
    "commissions",
    "contracts",
    "deposits",
    "files",
    "held",
    "imports",
    "income",
    "jobs",
    "land",
    "ledger",
    "maps",
    "orders",
    "parameters",
    "parties",
    "projects",
    "redlines",
    "withdrawals",
    "zones",
]
