"""Figures as a report writes them: grouped by thousands, money in yuan."""

from valuation.methods.arithmetic import shown_fen


def yuan(fen: int | None) -> str:
    """Money as the report writes it: 1,234,567.89元; a dash where there is none yet."""
    return "—" if fen is None else f"{grouped(shown_fen(fen))}元"


def grouped(figure: str) -> str:
    """A figure with a comma between three digits each; what is no plain figure stays as it is."""
    sign, body = ("-", figure[1:]) if figure.startswith("-") else ("", figure)
    whole, dot, part = body.partition(".")
    if not whole.isdecimal() or (dot and not part.isdecimal()):
        return figure
    return f"{sign}{int(whole):,}{dot}{part}"
