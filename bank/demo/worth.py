"""What assets of the demonstration county are worth: plausible inputs of real appraisal methods."""

from decimal import Decimal
from random import Random
from typing import Any, Final

from bank.assets.tables import AssetKind

Worth = tuple[str, dict[str, Any]]
"""A method's name and its inputs."""

RENT_A_MU: Final = {
    AssetKind.WOODLAND: (90, 260),
    AssetKind.FARMLAND: (600, 1_100),
    AssetKind.WATER: (500, 1_200),
    AssetKind.CONSTRUCTION_LAND: (9_000, 18_000),
    AssetKind.OLD_VILLAGE: (3_000, 6_000),
}
"""Yuan a mu and year."""
PLACES: Final = ("孝丰镇", "递铺街道", "梅溪镇", "报福镇", "长兴县", "德清县")
"""Where comparable land was sold."""
HOUSE_RENT: Final = (4_800, 9_600)
"""Yuan a year: 衢州 lets an idle house for 5,600."""


def rent_fen(rng: Random, kind: AssetKind, area_mu: Decimal) -> int:
    """What an owner asks a year, a whole hundred of yuan."""
    if kind is AssetKind.HOUSE:
        yuan = rng.choice((5_600, rng.randint(*HOUSE_RENT)))
    else:
        yuan = int(area_mu * rng.randint(*RENT_A_MU[kind]))
    return max(200, round(yuan, -2)) * 100


def worth(
    rng: Random, kind: AssetKind, land_class: str, area_mu: Decimal, term_years: int
) -> Worth:
    """How an appraiser would value such an asset, and with which inputs."""
    area = str(area_mu)
    match kind:
        case AssetKind.WOODLAND if land_class == "0301":
            return _stand(rng, area)
        case AssetKind.WOODLAND:
            return _income(rng, area, (330, 470), (170, 240), term_years)
        case AssetKind.FARMLAND if land_class == "0202":
            return _income(rng, area, (3_600, 5_400), (2_100, 2_900), term_years)
        case AssetKind.FARMLAND:
            return _income(rng, area, (1_500, 2_000), (700, 1_000), term_years)
        case AssetKind.WATER:
            return _income(rng, area, (2_400, 3_600), (1_300, 1_900), term_years)
        case AssetKind.CONSTRUCTION_LAND:
            make = rng.choice((_cost, _comparison))
            return make(rng, area, (330_000, 440_000))
        case AssetKind.OLD_VILLAGE:
            make = rng.choice((_cost, _comparison))
            return make(rng, area, (70_000, 110_000))
        case AssetKind.HOUSE:
            return _house(rng, term_years)


def _income(
    rng: Random, area: str, income: tuple[int, int], expense: tuple[int, int], term_years: int
) -> Worth:
    return "income", {
        "amounts_per": "mu",
        "area_mu": area,
        "income_yuan": round(rng.randint(*income), -1),
        "expense_yuan": round(rng.randint(*expense), -1),
        "rate": rng.choice(("0.055", "0.06", "0.065", "0.07")),
        "duration": "term",
        "term_years": term_years,
    }


def _stand(rng: Random, area: str) -> Worth:
    return "woodland_income", {
        "amounts_per": "mu",
        "area_mu": area,
        "income_yuan": round(rng.randint(360, 500), -1),
        "expense_yuan": round(rng.randint(150, 230), -1),
        "rate": rng.choice(("0.055", "0.06", "0.065")),
        "rotation_years": rng.choice((26, 30, 36)),
        "stand_age_years": rng.randint(6, 16),
        "quality_factor": rng.choice(("0.92", "0.96", "1", "1.04", "1.1")),
    }


def _house(rng: Random, term_years: int) -> Worth:
    if rng.random() < 0.3:
        _, inputs = _comparison(rng, "", (58_000, 92_000))
        return "comparison", inputs | {"amounts_per": "whole", "area_mu": None}
    rent = rng.choice((5_600, round(rng.randint(*HOUSE_RENT), -2)))
    _, inputs = _income(rng, "", (rent, rent), (300, 700), term_years)
    return "income", inputs | {"amounts_per": "whole", "area_mu": None}


def _cost(rng: Random, area: str, around: tuple[int, int]) -> Worth:
    """The whole comes out at about the middle of `around`: costs are two thirds of the price."""
    price = rng.randint(*around)
    return "cost", {
        "amounts_per": "mu",
        "area_mu": area,
        "acquisition_yuan": round(price * 0.42, -2),
        "taxes_yuan": round(price * 0.04, -2),
        "development_yuan": round(price * 0.2, -2),
        "development_years": rng.choice(("1", "1.5", "2")),
        "interest_rate": "0.0435",
        "profit_rate": rng.choice(("0.08", "0.1", "0.12")),
        "increment_rate": rng.choice(("0.15", "0.2", "0.25")),
    }


def _comparison(rng: Random, area: str, around: tuple[int, int]) -> Worth:
    price = rng.randint(*around)
    places = rng.sample(PLACES, 3)
    return "comparison", {
        "amounts_per": "mu",
        "area_mu": area,
        "comparables": [
            {
                "label": f"{place}成交案例 {number}",
                "price_yuan": round(price * rng.uniform(0.93, 1.07), -2),
                "transaction_factor": rng.choice(("1", "100/102")),
                "date_factor": rng.choice(("1", "1.01", "1.02")),
                "region_factor": rng.choice(("100/103", "1", "100/98")),
                "individual_factor": rng.choice(("100/101", "1", "100/99")),
            }
            for number, place in enumerate(places, start=1)
        ],
        "reconciliation": rng.choice(("mean", "median")),
    }
