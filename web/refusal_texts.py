"""What a refusal says to a reader, with its facts written as people read them."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from flask_babel import LazyString, lazy_gettext as _

from bank.accounts import CNY
from bank.area import format_mu
from bank.assets.tables import AssetKind, RightType
from bank.deposits.lifecycle import Stage as DepositStage
from bank.deposits.tables import ConsentKind
from bank.money import format_yuan
from bank.parties.tables import PartyKind
from bank.projects.lifecycle import Stage as ProjectStage
from database.refusals import Refusal
from ledger.model import Act as EntryAct, Standing
from valuation.commissions.lifecycle import QuoteStage
from web.labels import ACTS, STAGES, label
from web.locale import chinese
from web.refusal_words import SENTENCES
from web.zone_words import layer_name

YUAN: Final = _("¥%(yuan)s")
MU: Final = _("%(mu)s mu")
MEGABYTES: Final = _("%(size)s MB")
COMMA: Final = _(", ")

ANSWERS: Final = {
    "place": _("the place"),
    "right": _("the right"),
    "evidence": _("the certificate"),
    "mode": _("how you want to be paid"),
    "consent": _("the consent"),
}
"""The answers of an application, as `missing` names them."""

ENUM_OF: Final[Mapping[str, type[StrEnum]]] = {
    "account_stands.standing": Standing,
    "hold_ended.act": EntryAct,
    "not_in_catalogue.stage": DepositStage,
    "not_offered.stage": QuoteStage,
    "not_operating.stage": ProjectStage,
    "not_to_be_appraised.stage": DepositStage,
    "wrong_consent.kind": ConsentKind,
    "wrong_depositor.kind": AssetKind,
    "wrong_organisation.kind": PartyKind,
    "wrong_right.type": RightType,
}
"""Which choice a fact is a value of, by `code.fact`."""

LIFECYCLES: Final = tuple(zip(STAGES, ACTS, strict=True))
"""The stages and the acts of each aggregate."""


def refusal_text(refusal: Refusal) -> str:
    """The refusal in the reader's language: why not, and what to do now.

    A sentence whose facts are missing gives way to one that needs fewer; a code without a
    sentence speaks as its ancestor does.
    """
    if problems := refusal.facts.get("problems"):
        return _of_problems(problems)
    facts = _shown(refusal)
    for sentence in sentences(refusal):
        try:
            return str(sentence) % facts
        except KeyError:
            continue
    return refusal.message


def sentences(refusal: Refusal) -> Iterator[LazyString]:
    """The sentences that may fit, the most particular first."""
    for ancestor in type(refusal).__mro__:
        if issubclass(ancestor, Refusal):
            for part in (refusal.facts.get("reason"), refusal.field):
                yield from SENTENCES.get(f"{ancestor.code}.{part}", ())
            yield from SENTENCES.get(ancestor.code, ())


def _of_problems(problems: list[dict[str, str]]) -> str:
    texts = dict.fromkeys(each["message_zh" if chinese() else "message_en"] for each in problems)
    return "；".join(texts) + "。" if chinese() else "; ".join(texts) + "."


def _shown(refusal: Refusal) -> dict[str, str]:
    """The facts that can be told, as text."""
    facts = {name: fact for name, fact in refusal.facts.items() if fact not in (None, "", [], ())}
    shown = {name: _fact(refusal.code, name, fact, facts) for name, fact in facts.items()}
    return {name: text for name, text in shown.items() if text}


def _fact(code: str, name: str, fact: Any, facts: Mapping[str, Any]) -> str:
    if isinstance(fact, (list, tuple, set, frozenset)):
        return str(COMMA).join(str(ANSWERS.get(each, each)) for each in fact)
    if (code, name) == ("land_conflict", "layer"):
        return layer_name(str(fact))
    try:
        if choice := ENUM_OF.get(f"{code}.{name}"):
            return str(label(choice(fact)))
        if name == "stage":
            return _stage(str(fact), facts.get("act"))
        if name in {"available", "held", "asked", "balance"} and "unit" in facts:
            return _quantity(int(fact), str(facts["unit"]))
        return _measured(name, fact)
    except (TypeError, ValueError):
        return str(fact)


def _measured(name: str, fact: Any) -> str:
    """A fact whose name says its unit."""
    if name.endswith("_fen"):
        return str(YUAN) % {"yuan": format_yuan(int(fact))}
    if name.endswith("_dm2"):
        return str(MU) % {"mu": format_mu(int(fact))}
    if name.endswith("_bytes"):
        return str(MEGABYTES) % {"size": max(1, int(fact) // 2**20)}
    if name.endswith("_ppm"):
        return f"{int(fact) / 10_000:g} %"
    if name == "minimum":
        return f"{float(Fraction(str(fact)) * 100):g}%"
    if name == "until" or name.endswith(("_on", "_at", "_until")):
        return _day_or_moment(fact)
    return str(fact)


def _quantity(quantity: int, unit: str) -> str:
    if unit == CNY:
        return _measured("_fen", quantity)
    return _measured("_dm2", quantity) if unit.startswith("land:") else f"{quantity:,}"


def _day_or_moment(fact: Any) -> str:
    # Imported late: web.filters builds on web.forms, which builds on this module.
    from web.filters import day, moment

    if isinstance(fact, str):
        fact = date.fromisoformat(fact) if len(fact) == 10 else datetime.fromisoformat(fact)
    return moment(fact) if isinstance(fact, datetime) else day(fact)


def _stage(stage: str, act: str | None) -> str:
    """The stage's name, if only one life cycle can be meant; else nothing."""
    names = {
        str(label(stages(stage)))
        for stages, acts in LIFECYCLES
        if stage in set(stages) and (act is None or act in set(acts))
    }
    return names.pop() if len(names) == 1 else ""
