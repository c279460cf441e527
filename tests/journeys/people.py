"""A person at a browser: she opens pages, fills in what is asked, and presses what it says.

Buttons and links are named by their English text; in a Chinese window the person presses what the
catalogue of translations says for it, so a text that is not translated is not found.
"""

import re
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page, expect

from tests.world import PASSWORD, pdf, photo

CATALOGUE = Path("web/translations/zh_Hans_CN/LC_MESSAGES/messages.po")


@lru_cache
def _chinese() -> Catalog:
    with CATALOGUE.open("rb") as texts:
        return read_po(texts, locale="zh_Hans_CN")


class Person:
    """One browser window and the person before it."""

    def __init__(self, page: Page, folder: Path, *, chinese: bool = True) -> None:
        self.page = page
        self.folder = folder
        self.chinese = chinese
        page.on("pageerror", self._note)
        page.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        self.troubles: list[str] = []

    def _note(self, trouble: object) -> None:
        if "status of 4" not in str(trouble):  # a refused form answers 422 or 409, and says so
            self.troubles.append(str(trouble))

    def says(self, text: str) -> str:
        """The text as this person's pages say it."""
        if not self.chinese:
            return text
        message = _chinese().get(text)
        assert message is not None, f"no page says {text!r}"
        assert message.string, f"{text!r} is not translated"
        return str(message.string)

    # -- going about -------------------------------------------------------------------------

    def open(self, path: str) -> "Person":
        """Go to an address."""
        self.page.goto(path)
        return self

    def press(self, text: str, *, within: str = "main", raw: bool = False) -> "Person":
        """Press the button or link of that text; one that asks first is pressed through.

        `raw` texts are data (a name, a number) and stand in no catalogue.
        """
        words = re.compile(rf"^\s*{re.escape(text if raw else self.says(text))}\s*$")
        sure = self.page.locator(f"{within} summary").filter(has_text=words)
        if sure.count():
            sure.first.click()
            button = self.page.locator("details[open] form button")
        else:
            button = self.page.locator(f"{within} button, {within} a")
        with self.page.expect_navigation(wait_until="load"):
            button.filter(has_text=words).first.click()
        return self

    def press_tool(self, text: str) -> "Person":
        """Press a button that acts on the page itself, such as a tool of the map."""
        words = re.compile(rf"^\s*{re.escape(self.says(text))}\s*$")
        self.page.locator("main button:visible").filter(has_text=words).first.click()
        return self

    def fill(self, **answers: str) -> "Person":
        """Fill in fields, by their names."""
        for name, answer in answers.items():
            self.field(name).fill(answer)
        return self

    def choose(self, **answers: str) -> "Person":
        """Choose among options, by field name and value: radio buttons, ticks or lists."""
        for name, value in answers.items():
            select = self.page.locator(f'main select[name="{name}"]')
            if select.count():
                select.select_option(value)
            else:
                option = f'main input[name$="{name}"][value="{value}"]'
                self.page.locator(option).first.check(force=True)
        return self

    def field(self, name: str) -> Locator:
        """The field of that name that can be seen; forms that stand beside others have prefixes."""
        named = f'main [name="{name}"]:visible, main [name$="-{name}"]:visible'
        return self.page.locator(named).first

    def upload(self, **files: str) -> "Person":
        """Hand in files, by field name: a PDF or a photograph of that file name."""
        for name, file in files.items():
            path = self.folder / file
            path.write_bytes(photo() if file.endswith(".jpg") else pdf(file))
            self.page.locator(f'main input[type="file"][name="{name}"]').set_input_files(path)
        return self

    def sees(self, *texts: str) -> "Person":
        """Each of the texts stands on the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)
        return self

    def reads(self, *texts: str) -> "Person":
        """Each of these English texts stands on the page, in the person's language."""
        return self.sees(*(self.says(text) for text in texts))

    def sees_not(self, *texts: str) -> "Person":
        """None of the texts stands on the page."""
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def main(self) -> Locator:
        """The page's main part."""
        return self.page.locator("main")

    # -- what many steps share ---------------------------------------------------------------

    def sign_in(self, login: str, password: str = PASSWORD) -> "Person":
        """Sign in with the login's password."""
        self.open("/sign-in").fill(login=login, password=password).press("Sign in")
        expect(self.page.locator('form[action="/sign-out"]')).to_be_visible()
        return self

    def days_pass(self, *days: int) -> "Person":
        """Move the demonstration's day forward, with the bar at the top of its pages."""
        for number in days:
            with self.page.expect_navigation(wait_until="load"):
                self.page.locator(f'section.demo button[value="{number}"]').click()
        return self
