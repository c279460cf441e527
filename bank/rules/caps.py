"""The longest term that may be stored or let, by kind of asset."""

from datetime import date
from typing import Final

from bank.rules.book import Rule, rule
from bank.rules.refusals import UnknownRule, UnknownUse

CAP_OF_KIND: Final = {
    "woodland": "term.forest.years",
    "farmland": "term.farmland.years",
    "water": "term.water.years",
    "house": "term.house.years",
    "old_village": "term.old_village.years",
}
CAP_OF_USE: Final = {
    "industry": "term.construction.industry.years",
    "commerce": "term.construction.commerce.years",
    "tourism": "term.construction.commerce.years",
    "mixed": "term.construction.mixed.years",
    "housing": "term.construction.housing.years",
}


def term_cap(asset_kind: str, use: str | None, on: date) -> Rule:
    """The rule that caps the term, in years, of a right over that kind of asset.

    `asset_kind` is a value of AssetKind. `use` counts for construction land only; as long as none
    is named, the shortest of its caps holds. A household's operation right is capped by its
    remaining contract besides (rule `term.remaining_contract`).
    Refuses: UnknownUse, UnknownRule (a kind without a cap: unknown is not clear).
    """
    if asset_kind == "construction_land":
        if use is None:
            return min((rule(name, on) for name in CAP_OF_USE.values()), key=lambda cap: cap.value)
        if use not in CAP_OF_USE:
            raise UnknownUse(
                "construction land has no such use", field="use", use=use, uses=sorted(CAP_OF_USE)
            )
        return rule(CAP_OF_USE[use], on)
    if asset_kind not in CAP_OF_KIND:
        raise UnknownRule("no term cap for that kind", rule=f"term cap of {asset_kind}")
    return rule(CAP_OF_KIND[asset_kind], on)
