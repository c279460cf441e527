"""Browsing: what counts as free, where a deposit lies, and pages that add up."""

from bank.catalogue.browsing import Filter, Sort, browse, find_listed, rows_of, towns
from bank.deposits.lifecycle import Stage
from bank.orders import placing


def test_only_stored_deposits_are_free(session, world, stored):
    reserved = world.deposit()
    cleared = world.deposit(Stage.CLEARED)
    world.order(reserved, paid=False)

    free = browse(session, Filter())
    every = browse(session, Filter(taken=True))

    assert [row.id for row in free.rows] == [stored.id]
    assert {row.id for row in every.rows} == {stored.id, reserved.id}
    assert find_listed(session, reserved.id) is not None
    assert find_listed(session, cleared.id) is None


def test_a_deposit_is_free_again_when_its_order_is_taken_back(session, world, stored):
    investor = world.investor()
    order = world.order(stored, investor=investor, approved=False)
    assert browse(session, Filter()).total == 0

    placing.take_back(session, order.id, actor=investor, at=world.at)

    assert browse(session, Filter()).total == 1


def test_a_row_names_its_village_and_its_town(session, world, stored):
    row = rows_of(session, [stored.id])[stored.id]

    assert (row.town_name, row.division_name) == ("报福镇", "景溪村")
    assert list(towns(session)) == [("330523106", "报福镇"), ("330523107", "章村镇")]


def test_no_column_of_a_row_tells_whose_it_is(session, world):
    deposit = world.deposit(owner=world.villager("赵招娣"))

    row = rows_of(session, [deposit.id])[deposit.id]

    assert "赵招娣" not in map(str, row)
    assert deposit.party_id not in tuple(row)


def test_totals_and_pages_agree(session, world):
    for yearly in (10_000, 30_000, 20_000):
        world.deposit(yearly_yuan=yearly)

    page = browse(session, Filter(), sort=Sort.PRICE_UP, page=7)

    assert (page.number, page.pages, page.total) == (1, 1, 3)
    assert page.area_dm2 == sum(row.area_dm2 for row in page.rows)
    values = [row.value_fen for row in page.rows]
    assert values == sorted(values)


def test_ranges_include_their_ends(session, world, stored):
    area, value = stored.area_dm2, stored.value_fen

    exact = Filter(area_from_dm2=area, area_to_dm2=area, price_from_fen=value, price_to_fen=value)

    assert browse(session, exact).total == 1
    assert browse(session, Filter(area_from_dm2=area + 1)).total == 0
    assert browse(session, Filter(price_to_fen=(value or 0) - 1)).total == 0
