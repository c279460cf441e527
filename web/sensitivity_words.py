"""How a value answers to rate, prices and term: the chart's finding, its data and table."""

from collections.abc import Sequence
from typing import Any, Final

from flask_babel import gettext as _

from bank.money import format_yuan
from valuation.appraisals.reconciling import reconcile
from valuation.appraisals.tables import Appraisal, Reconciliation
from valuation.methods import get_method
from valuation.sensitivity import Driver, Line, Point, Sensitivity, lines_of, reconciled
from web.locale import chinese

PPM_PER_PERCENT: Final = 10_000
FEN_PER_WAN: Final = 1_000_000


def of_appraisal(appraisal: Appraisal) -> dict[str, Any] | None:
    """What `appraisals/_sensitivity.html` shows: the reconciled value, each method on its own.

    None while there is no method with anything to vary.
    """
    results = list(appraisal.results)
    parts = [lines_of(each.method, each.inputs) for each in results]
    if not any(part.lines for part in parts):
        return None
    whole = parts[0]
    if len(parts) > 1 and appraisal.reconciliation is not None:
        how = appraisal.reconciliation
        weights = [each.weight_ppm or 0 for each in results]

        def one_value(values: Sequence[int]) -> int:
            return reconcile(values, how, weights if how is Reconciliation.WEIGHTED else None)

        whole = reconciled(parts, one_value)
        parts = [whole, *parts]
    told = [part for part in parts if part.lines]
    return {"shown": [shown(part) for part in told], "plain": _plain(told[0])}


def _plain(found: Sensitivity) -> str:
    """The finding for who owns the land: between which values, if what matters most came out
    otherwise."""
    strongest = found.strongest
    low, high = _ends(strongest)
    least, most = sorted(each.value_fen or 0 for each in (low, high))
    return str(
        _(
            "A value is an estimate. If one thing came out otherwise (%(driver)s, by %(low)s to"
            " %(high)s), it would be between %(least)s and %(most)s yuan instead of %(value)s.",
            driver=_name(strongest),
            low=f"{low.percent:+d}%",
            high=f"{high.percent:+d}%",
            least=format_yuan(least),
            most=format_yuan(most),
            value=format_yuan(found.value_fen),
        )
    )


def shown(found: Sensitivity) -> dict[str, Any]:
    """One value's finding, chart and table."""
    strongest = found.strongest
    low, high = _ends(strongest)
    title = _(
        "The value depends most on: %(driver)s. Changed by %(low)s to %(high)s, it moves the value"
        " by %(down)s to %(up)s.",
        driver=_name(strongest),
        low=f"{low.percent:+d}%",
        high=f"{high.percent:+d}%",
        down=_change(low),
        up=_change(high),
    )
    name = _("All methods together")
    if found.method:
        method = get_method(found.method)
        name = method.name_zh if chinese() else method.name_en
    return {
        "name": name,
        "title": title,
        "value_fen": found.value_fen,
        "chart": _chart(found),
        "columns": _columns(found),
        "rows": _rows(found),
        "notes": _notes(found),
    }


def _name(line: Line) -> str:
    """What is varied, as the method calls it; several together by what they are."""
    label = line.label_zh if chinese() else line.label_en
    if len(line.fields) == 1 and label:
        return label
    names: dict[Driver, str] = {"rate": _("rate"), "price": _("prices"), "term": _("term")}
    return names[line.driver]


def _ends(line: Line) -> tuple[Point, Point]:
    told = [each for each in line.points if each.value_fen is not None]
    return told[0], told[-1]


def _change(point: Point) -> str:
    return f"{(point.change_ppm or 0) / PPM_PER_PERCENT:+.1f}%"


def _chart(found: Sensitivity) -> dict[str, Any]:
    return {
        "x": _("Change of the input (%)"),
        "y": _("Value (10,000 yuan)"),
        "lines": [
            {
                "name": _name(line),
                "points": [
                    [each.percent, round(each.value_fen / FEN_PER_WAN, 4)]
                    for each in line.points
                    if each.value_fen is not None
                ],
            }
            for line in found.lines
        ],
    }


def _columns(found: Sensitivity) -> list[dict[str, str]]:
    columns = [{"key": "percent", "label": _("Change of the input"), "kind": "number"}]
    for line in found.lines:
        text = _("Value (yuan), by %(driver)s", driver=_name(line))
        columns.append({"key": line.driver, "label": text, "kind": "number"})
    return columns


def _rows(found: Sensitivity) -> list[dict[str, str]]:
    rows = []
    for place, model in enumerate(found.lines[0].points):
        row = {"percent": f"{model.percent:+d}%" if model.percent else _("As appraised")}
        for line in found.lines:
            row[line.driver] = _cell(line, line.points[place])
        rows.append(row)
    return rows


def _cell(line: Line, point: Point) -> str:
    if point.value_fen is None:
        return str(_("no value"))
    text = f"{format_yuan(point.value_fen)} ({_change(point)})"
    given = _given(line, point)
    return f"{given} → {text}" if given else text


def _given(line: Line, point: Point) -> str:
    """The varied input: a rate in per cent with its points, a term with its years."""
    if not point.given or line.driver == "price":
        return ""
    if line.driver == "rate":
        return f"{float(point.given) * 100:.4g}%"
    return str(_("%(years)s years", years=point.given))


def _notes(found: Sensitivity) -> list[str]:
    """Where the method gives no value, why."""
    notes = []
    for line in found.lines:
        for point in line.points:
            if point.refused:
                why = point.refused.message_zh if chinese() else point.refused.message_en
                notes.append(f"{_name(line)} {point.percent:+d}%: {why}")
    return notes
