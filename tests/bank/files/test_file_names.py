"""File names after cleaning."""

import pytest

from bank.files.names import clean_name, ending_of


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("山林.jpg", "山林.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\潘\\林权证.pdf", "林权证.pdf"),
        ("a\0b\r\nc\x7f.pdf", "ab c.pdf"),
        ("harmless\u202efdp.exe", "harmlessfdp.exe"),
        ('<b>"x"|y?.pdf', "_b__x__y_.pdf"),
        ("  .htaccess ", "htaccess"),
        (".pdf", "pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("林" * 300 + ".jpeg", "林" * 115 + ".jpeg"),
    ],
)
def test_a_name_is_cleaned(given, cleaned):
    assert clean_name(given) == cleaned


@pytest.mark.parametrize(
    ("name", "ending"), [("a.PDF", ".PDF"), ("稻田3.5亩", ""), ("a", ""), ("a.tar.gz", ".gz")]
)
def test_an_ending_is_told_from_a_dot(name, ending):
    assert ending_of(name) == ending
