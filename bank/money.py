"""Yuan on pages, fen (1/100 yuan) everywhere else: the one place where they are converted."""

from typing import Final

from bank.figures import grouped, narrow, read_decimal, within_ledger


def parse_yuan(text: str, *, field: str = "amount") -> int:
    """The fen that a typed amount means: parse_yuan("1,234.50") is 123450.

    Accepts full-width digits, a leading ¥ and a trailing 元.
    Refuses: NotANumber, NegativeNumber, TooManyDecimals (more than two), TooLarge.
    """
    typed = narrow(text).removeprefix("¥").removesuffix("元")
    yuan = read_decimal(typed, places=2, field=field)
    return within_ledger(int(yuan.scaleb(2)), field=field)


def format_yuan(fen: int) -> str:
    """Yuan with two decimals and thousands separators, without a currency sign."""
    return grouped(fen, 2)


_FIGURES: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
_GROUPS: Final = ((10**8, "亿"), (10**4, "万"))


def in_capitals(fen: int) -> str:
    """The amount in the capital numerals of bills (大写): in_capitals(1_230_005) is
    壹万贰仟叁佰元零伍分.

    After the rules of the People's Bank for filling in bills (正确填写票据和结算凭证的基本规定):
    整 closes an amount that has no fen, 零 stands for the zeros between two figures.
    """
    yuan, rest = divmod(abs(fen), 100)
    jiao, last = divmod(rest, 10)
    text = f"{_capital(yuan)}元" if yuan else ""
    if jiao:
        text += f"{_FIGURES[jiao]}角"
    elif last and yuan:
        text += "零"
    text += f"{_FIGURES[last]}分" if last else "整"
    return ("负" if fen < 0 else "") + (text if fen else "零元整")


def _capital(number: int) -> str:
    """A whole number above zero; nothing for zero."""
    for size, name in _GROUPS:
        if number >= size:
            high, low = divmod(number, size)
            zero = _FIGURES[0] if 0 < low < size // 10 else ""
            return f"{_capital(high)}{name}{zero}{_capital(low)}"
    text = ""
    for size, name in _PLACES:
        figure, number = divmod(number, size)
        if figure:
            text += _FIGURES[figure] + name
        elif text and number and not text.endswith(_FIGURES[0]):
            text += _FIGURES[0]
    return text
