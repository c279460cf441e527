"""Sound inputs of every method, that tests change one thing of."""

from typing import Any

DAYS = ("2020-01-01", "2021-01-01", "2022-01-01")
SOUND: dict[str, dict[str, Any]] = {
    "income": {"amounts_per": "whole", "income_yuan": "100", "rate": "6%", "term_years": "30"},
    "cost": {
        "amounts_per": "whole",
        "acquisition_yuan": "75",
        "development_yuan": "200",
        "development_years": "2",
        "interest_rate": "10%",
        "profit_rate": "20%",
    },
    "comparison": {
        "amounts_per": "whole",
        "reconciliation": "mean",
        "comparables": [{"price_yuan": "500"}] * 3,
    },
    "benchmark": {
        "amounts_per": "whole",
        "benchmark_yuan": "500",
        "coefficients": [{"label": "road", "share": "-5%"}, {"share": "0.03"}],
    },
    "residual": {
        "land_area_m2": "3000",
        "plot_ratio": "3",
        "building_price_yuan": "8000",
        "building_cost_yuan": "2000",
        "development_years": "2",
        "interest_rate": "6%",
        "profit_rate": "20%",
    },
    "term": {"price_yuan": "5000", "from_years": "50", "from_rate": "8%", "to_rate": "8%"},
    "replacement": {"amounts_per": "whole", "costs_yuan": "5000 2000", "rate": "10%"},
    "stumpage": {
        "amounts_per": "whole",
        "volume_m3": "180",
        "assortments": [{"yield_rate": "38%", "price_yuan": "650", "cost_yuan": "72"}],
    },
    "harvest_value": {
        "amounts_per": "whole",
        "final_yuan": "30000",
        "rotation_years": "30",
        "stand_age_years": "15",
        "thinnings": [{"age_years": "20", "income_yuan": "1000"}],
        "costs_yuan": "10 20",
        "later_cost_yuan": "30",
        "rate": "6%",
    },
    "woodland_income": {
        "amounts_per": "whole",
        "income_yuan": "100",
        "rate": "6%",
        "rotation_years": "80",
        "stand_age_years": "5",
    },
    "annuity": {"amounts_per": "whole", "income_yuan": "100", "rate": "6%"},
    "faustmann": {
        "amounts_per": "whole",
        "final_yuan": "30000",
        "rotation_years": "30",
        "thinnings": [{"age_years": "20", "income_yuan": "1000"}],
        "costs_yuan": "1000",
        "overhead_yuan": "100",
        "rate": "6%",
    },
    "house": {
        "floor_area_m2": "120",
        "replacement_yuan": "1500",
        "condition": "65%",
        "land_right_yuan": "20000",
    },
    "condition": {
        "components": [
            {"label": "structure", "replacement_yuan": "80", "age_years": "15", "life_years": "80"},
            {"label": "finish", "replacement_yuan": "60", "score": "70%"},
            {"label": "equipment", "replacement_yuan": "60", "loss_yuan": "40"},
        ]
    },
    "leasehold": {
        "amounts_per": "whole",
        "market_rent_yuan": "12000",
        "contract_rent_yuan": "10000",
        "rate": "6%",
        "term_years": "10",
    },
    "rent": {"value_yuan": "1000", "rate": "6%", "term_years": "20"},
    "swap": {
        "received": [{"label": "house", "value_yuan": "300.05", "valued_on": DAYS[0]}],
        "given": [{"label": "land", "value_yuan": "120", "valued_on": DAYS[0]}],
    },
    "equity": {
        "contributions": [{"label": "land", "value_yuan": "1"}, {"value_yuan": "2"}],
    },
    "irr": {"flows_yuan": "-100 60 60"},
    "xirr": {
        "flows": [
            {"on": DAYS[0], "amount_yuan": "-100"},
            {"on": DAYS[1], "amount_yuan": "60"},
            {"on": DAYS[2], "amount_yuan": "60"},
        ]
    },
    "fnpv": {"flows_yuan": "-100 60 60", "rate": "6%"},
    "payback": {"flows_yuan": "-100 60 60"},
    "dscr": {
        "years": [
            {"earnings_yuan": "120", "principal_yuan": "80", "interest_yuan": "20"},
            {"label": "grace", "earnings_yuan": "120", "tax_yuan": "10"},
        ]
    },
    "waterfall": {
        "proceeds_yuan": "1300000",
        "investors": [{"label": "village", "capital_yuan": "1000000", "held_years": "1"}],
        "preferred_rate": "8%",
        "catch_up_rate": "100%",
        "carried_rate": "20%",
    },
    "ls_factor": {"slope_percent": "8", "upslope_cells": "100", "cell_m": "30", "longest": "122"},
    "hydropower_value": {
        "volume_m3": "940",
        "efficiency": "0.7",
        "head_m": "12",
        "fraction": "0.9",
        "price_yuan": "15",
        "cost_yuan": "100",
        "rate": "6%",
        "term_years": "10",
    },
}
