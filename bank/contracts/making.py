"""Making the contracts of a collection, and paying what they promise at the start."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bank import accounts
from bank.assets.tables import Holder
from bank.calendar import add_years, due_days, local_date
from bank.contracts.tables import Contract, Instalment
from bank.deposits.tables import Deposit, StorageMode
from bank.figures import half_up
from bank.numbers import next_number
from bank.orders.tables import Order, OrderLine
from bank.projects.tables import Project
from bank.rules import whole
from bank.split import largest_remainder
from ledger import journal
from ledger.model import Posting


def make_contracts(
    session: Session, order: Order, serving: Mapping[UUID, Deposit], *, at: datetime
) -> tuple[list[Contract], int]:
    """One contract per line, and the shares that the investor's own capital gets.

    `serving` names what serves the project for each deposit ordered: itself, or a part cut off.

    A contract is for shares at appraised value, a lease with its rents, or a swap. What is swapped
    is the stored right for the rest of its term, so a swap ends with the right, if that ends.

    All shares of the project together are its whole value (deposits for share, and the investor's
    capital) over the par value; they are split by largest remainder.
    """
    stakes = [line.value_fen for line in order.lines if line.mode is StorageMode.SHARE]
    *parts, investor_shares = split_shares([*stakes, order.capital_fen], at=at)
    shares = iter(parts)
    contracts = [
        _contract(
            session,
            order,
            line,
            serving[line.deposit_id],
            shares=next(shares) if line.mode is StorageMode.SHARE else 0,
            at=at,
        )
        for line in order.lines
    ]
    session.add_all(contracts)
    session.flush()
    return contracts, investor_shares


def split_shares(stakes_fen: list[int], *, at: datetime) -> list[int]:
    """Whole shares for these stakes at the rule's par value; they sum to the whole."""
    whole_fen = sum(stakes_fen)
    if whole_fen == 0:
        return [0] * len(stakes_fen)
    par_fen = whole("share.par_fen", local_date(at))
    return largest_remainder(whole_fen // par_fen, stakes_fen)


def _contract(
    session: Session, order: Order, line: OrderLine, deposit: Deposit, *, shares: int, at: datetime
) -> Contract:
    today = local_date(at)
    right_ends_on = deposit.asset.right.ends_on if deposit.asset.right else None
    ends_on = add_years(today, deposit.term_years or 0)
    if right_ends_on is not None:
        ends_on = min(ends_on, right_ends_on)
    contract = Contract(
        number=next_number(session, "K", at),
        project_id=order.project_id,
        deposit_id=deposit.id,
        mode=line.mode,
        value_fen=line.value_fen,
        shares=shares,
        starts_on=today,
        ends_on=right_ends_on if line.mode is StorageMode.SWAP else ends_on,
        made_at=at,
    )
    if line.mode is StorageMode.LEASE:
        contract.rent_fen = line.rent_fen
        contract.instalments = _instalments(line.rent_fen, at=at, ends_on=ends_on)
    if line.mode is StorageMode.SWAP:
        contract.swap_offer, contract.swap_offer_fen = line.swap_offer, line.swap_offer_fen
        contract.balance_fen = line.due_fen
    return contract


def _instalments(rent_fen: int, *, at: datetime, ends_on: date) -> list[Instalment]:
    """A rent for each year of the lease; for a last year that is cut short, by its days.

    The first is always whole: it was agreed, and paid into escrow, before the lease began.
    """
    begins_on = local_date(at)
    found = [Instalment(ordinal=1, due_on=begins_on, amount_fen=rent_fen, paid_at=at)]
    for ordinal, due_on in enumerate(due_days(begins_on, every_months=12, until=ends_on), start=1):
        whole_days = (add_years(begins_on, ordinal) - due_on).days
        days = min((ends_on - due_on).days, whole_days)
        amount_fen = half_up(rent_fen * days, whole_days)
        if ordinal > 1 and amount_fen:
            found.append(Instalment(ordinal=ordinal, due_on=due_on, amount_fen=amount_fen))
    return found


def to_holders(
    session: Session, deposit: Deposit, quantity: int, *, source: str, unit: str, at: datetime
) -> list[Posting]:
    """Postings of a quantity to the deposit's holders, by their weights, to the last unit."""
    if quantity == 0:
        return []
    account = accounts.cash if unit == accounts.CNY else accounts.shares
    holders = deposit.asset.holders
    parts = largest_remainder(quantity, [holder.weight for holder in holders])
    postings = []
    for holder, part in zip(holders, parts, strict=True):
        if part:
            target = account(holder.party.number)
            journal.open_account(session, target, at=at)
            postings.append(Posting(source=source, target=target, unit=unit, quantity=part))
    return postings


def contracts_of(session: Session, party_ids: frozenset[UUID]) -> list[Contract]:
    """All contracts in which one of these parties holds the deposit or runs the project."""
    held = select(Deposit.id).join(Holder, Holder.asset_id == Deposit.asset_id)
    return list(
        session.scalars(
            select(Contract)
            .join(Project)
            .where(
                or_(
                    Project.party_id.in_(party_ids),
                    Contract.deposit_id.in_(held.where(Holder.party_id.in_(party_ids))),
                )
            )
            .order_by(Contract.made_at.desc())
        )
    )
