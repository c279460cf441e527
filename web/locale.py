"""The reader's language and way of reading: from the cookie, the account, or the browser."""

from flask import Flask, request, session as cookie
from flask_babel import Babel, get_locale
from flask_login import current_user

LANGUAGES = ("zh_Hans_CN", "en")
"""Chinese first: it is what a reader gets who has not chosen."""


def chosen_language() -> str:
    """What the reader chose here, else in the account, else what the browser asks for."""
    chosen = cookie.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    wanted = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"], default="zh")
    return "en" if wanted == "en" else LANGUAGES[0]


def chinese() -> bool:
    """Whether what is shown now is in Chinese, whoever asked for it."""
    return str(get_locale()).startswith("zh")


def display() -> dict[str, bool]:
    """Larger type and the plain version, as chosen."""
    return {"large": bool(cookie.get("large")), "plain": bool(cookie.get("plain"))}


def init_app(app: Flask) -> None:
    """Register the translations."""
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    Babel(app, locale_selector=chosen_language)
