"""The longest term that may be stored or let, by kind of asset."""

from datetime import date
from typing import Final

from bank.rules.book import Rule, flag, rule
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

CONTRACTED_RIGHTS: Final = frozenset(
    {"forest_contract", "forest_operation", "land_contract", "land_operation"}
)
"""Values of RightType: land contracted under the RLC, and its operation right let on."""


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


def lease_cap(asset_kind: str, right: str, use: str | None, on: date) -> Rule:
    """The rule that caps a term for which a right is let, in years: the shorter of two.

    The kind's own cap, and that of any lease of things (rule `term.lease.years`). Letting on the
    operation right of contracted land is no lease of things: its own law caps it by the rest of
    the contract (rule `term.lease.contracted_exempt`). Refuses: UnknownUse, UnknownRule.
    """
    cap, lease = term_cap(asset_kind, use, on), rule("term.lease.years", on)
    if right in CONTRACTED_RIGHTS and flag("term.lease.contracted_exempt", on):
        return cap
    return min(cap, lease, key=lambda each: each.value)
