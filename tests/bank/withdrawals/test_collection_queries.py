"""A collection of many lines asks the database little more for each of them."""

from bank.withdrawals import confirming
from tests.queries import counting


def asked(session, world, lines: int) -> int:
    """How many queries the second officer's confirmation of so many lines takes."""
    investor = world.investor(f"{lines}块地有限公司")
    deposits = [world.deposit() for _ in range(lines)]
    withdrawal = world.collection(world.order(*deposits, investor=investor))
    confirming.check(session, withdrawal.id, officer=world.other_county_officer, at=world.at)
    key = world.key()
    session.flush()
    session.expire_all()
    with counting(session) as queries:
        confirming.confirm(
            session, withdrawal.id, officer=world.third_county_officer, at=world.at, key=key
        )
        session.flush()
    return len(queries)


def test_each_line_of_a_collection_adds_few_queries(session, world):
    """What is left is its number and the owner's two accounts; nothing is read line by line."""
    few, many = asked(session, world, 2), asked(session, world, 8)

    assert (many - few) / 6 <= 6
