"""Yuan on pages, fen (1/100 yuan) everywhere else: the one place where they are converted."""

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
