"""What the documents say of the code is so: diagrams, links, commands, settings, tables, pages."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

import pytest
from click import Group
from cryptography.fernet import Fernet
from flask import Flask
from pydantic import SecretStr
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from bank.demo import people
from bank.tables import METADATA
from database.settings import BankSettings, Settings
from tests.policy.walking import ROOT
from tools import lifecycles
from web.app import create_app

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
SOURCE_PATH = re.compile(
    r"`((?:bank|benchmarks|database|docs|ledger|tests|tools|valuation|web)/[\w./-]+)`"
)
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"flask --app wsgi ((?:[a-z]+ ?){1,2})")
PAGE = re.compile(r"`(/[^`\s]*)`")
EXAMPLES = {"number": "D-2026-000001"}
UNKNOWN_ID = "0190f000-0000-7000-8000-000000000000"


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def prose_of(path: Path) -> str:
    """The text without its fenced blocks, whose brackets are code."""
    return re.sub(r"^```.*?^```$", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The name under which a heading can be linked to, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def named(pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """What a pattern finds in all documents, with the document's name."""
    for path in DOCUMENTS:
        for found in pattern.findall(text_of(path)):
            yield path.relative_to(ROOT).as_posix(), found.strip()


@cache
def app() -> Flask:
    return create_app(
        Settings(
            secret_key=SecretStr("a secret for reading the route map"),
            encryption_keys=SecretStr(Fernet.generate_key().decode()),
            database_url="sqlite://",
            demo=True,
        )
    )


def test_the_diagrams_of_life_cycles_are_those_of_the_tables():
    assert text_of(lifecycles.PAGE) == lifecycles.page(), "run python -m tools.lifecycles --write"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file_and_heading_that_are_there(path):
    broken = []
    for link in LINK.findall(prose_of(path)):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        there = target.exists() and (
            not heading or heading in {anchor(h) for h in HEADING.findall(text_of(target))}
        )
        if not there:
            broken.append(link)

    assert broken == []


def test_every_path_of_the_source_that_a_document_names_is_there():
    gone = [
        (document, path)
        for document, path in named(SOURCE_PATH)
        if not (ROOT / path).exists() and not path.startswith("web/static/vendor")
    ]

    assert gone == []


def test_every_make_target_that_a_document_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    wanted = {target for _, target in named(re.compile(r"`(?:[A-Z]+=\S+ )?make ([a-z-]+)"))}
    wanted |= {
        target
        for path in DOCUMENTS
        for block in re.findall(r"^```.*?^```$", text_of(path), re.MULTILINE | re.DOTALL)
        for target in TARGET.findall(block)
    }

    assert wanted
    assert wanted - targets == set()


def test_every_flask_command_that_a_document_names_is_there():
    missing = []
    for document, words in named(COMMAND):
        group, *rest = words.split()
        command = app().cli.commands.get(group)
        known = isinstance(command, Group) and (not rest or rest[0] in command.commands)
        if not known:
            missing.append((document, words))

    assert missing == []


def test_every_flask_command_of_ours_is_named_in_the_readme():
    readme = text_of(ROOT / "README.md")
    commands = [
        f"{name} {command}"
        for name, group in app().cli.commands.items()
        if isinstance(group, Group)
        for command, run in group.commands.items()
        if (getattr(run.callback, "__module__", "") or "").startswith("web.cli")
    ]

    assert commands
    assert [command for command in commands if f"`{command}" not in readme] == []


def test_the_readme_names_every_setting():
    readme = text_of(ROOT / "README.md")

    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []
    assert [name for name in BankSettings.model_fields if f'"{name}"' not in readme] == []


def test_the_demonstrations_logins_are_as_the_readme_says():
    readme = text_of(ROOT / "README.md")
    made = people.People(Random(0))
    staff = {each.login for each in people.officials(made)}
    staff |= {each.login for firm in people.firms(made) for each in firm.staff}
    roles = readme.partition("## Roles")[2].partition("\n## ")[0]
    told = set(re.findall(r"`([a-z]+\d{1,2})`", roles))

    assert f"`{people.PASSWORD}`" in readme
    assert all(f"`{phones}00001`" in readme for phones in people.PHONE_OF.values())
    assert told
    assert told - staff == set()


def test_every_page_that_the_readme_and_the_glossary_name_has_a_route():
    adapter = app().url_map.bind("localhost")
    lost = []
    for name in ("README.md", "docs/glossary.md"):
        for page in PAGE.findall(text_of(ROOT / name)):
            path = re.sub(r"<(\w+)>", lambda part: EXAMPLES.get(part[1], UNKNOWN_ID), page)
            try:
                adapter.match(path.partition("?")[0], method="GET")
            except (RequestRedirect, MethodNotAllowed):
                continue
            except NotFound:
                lost.append((name, page))

    assert lost == []


def test_the_glossary_names_every_table():
    glossary = text_of(ROOT / "docs/glossary.md")

    assert [name for name in METADATA.tables if f"`{name}`" not in glossary] == []


def test_the_decision_about_libraries_has_a_row_for_each_dependency():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[\[<>=]", requirement)[0] for requirement in wanted]
    text = text_of(ROOT / "docs/decisions/libraries.md")
    rows = re.findall(r"^\| ([\w@/., -]+?) \|", text, re.MULTILINE)
    listed = {name.strip() for row in rows for name in row.split(",")}

    assert [name for name in names if name not in listed] == []


def test_every_decision_is_in_the_list_of_decisions():
    folder = ROOT / "docs/decisions"
    listed = set(LINK.findall(text_of(folder / "README.md")))

    assert {path.name for path in folder.glob("*.md")} - {"README.md"} == listed - {
        "../glossary.md"
    }
