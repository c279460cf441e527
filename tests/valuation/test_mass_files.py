"""Parcels in a CSV file, valued and written back with their values and refusals."""

from decimal import Decimal
from io import StringIO

import pytest

from valuation import methods
from valuation.mass_files import basis_of, read, value, write
from valuation.parameters.refusals import FileColumnsUnfit, TableUnsound

PRICES: dict[tuple[str, ...], Decimal] = {
    ("330523106", "06"): Decimal("192.5"),
    ("330523106", "03"): Decimal(12),
}
KEYS = ["town", "class"]
FILE = """id,town,class,area_dm2,correction,date_factor
a,330523106,0601,12345,-3%,1.02
b,330523106,03,200,,
c,330523107,06,200,0,1
d,330523106,06,much,0,1
e,330523106,06,10.5,0,1
f,330523106,06,100,-1,1
"""


def written(text):
    sheet = read(StringIO(text), PRICES, KEYS)
    target = StringIO()
    write(target, sheet, value(sheet, progress=lambda done, total: None))
    return target.getvalue().splitlines()


def test_each_line_comes_back_with_its_value_or_the_reason():
    lines = written(FILE)

    alone = methods.compute(
        "benchmark",
        {
            "amounts_per": "m2", "area_mu": "0.185175", "benchmark_yuan": "192.5",
            "coefficients": [{"share": "-0.03"}], "date_factor": "1.02",
        },
    )  # fmt: skip
    assert lines[0].endswith(",benchmark_yuan,value_yuan,refused")
    assert lines[1] == f"a,330523106,0601,12345,-3%,1.02,192.5,{alone.figure},"
    assert lines[2] == "b,330523106,03,200,,,12,24.00,"
    assert [line.split(",")[-1].split(":")[0] for line in lines[3:]] == [
        "no_such_row", "not_a_number", "not_a_number", "coefficients_too_low",
    ]  # fmt: skip


def test_a_file_without_areas_is_refused():
    with pytest.raises(FileColumnsUnfit):
        written("town,class\n1,2\n")


def test_prices_of_land_are_for_a_unit_of_area():
    assert (basis_of("yuan/m2"), basis_of("yuan/mu")) == ("m2", "mu")
    with pytest.raises(TableUnsound):
        basis_of("a year")
