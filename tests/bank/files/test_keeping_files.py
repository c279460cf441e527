"""What is taken in, what is refused and what then lies on the disk."""

import re
import stat
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from bank.files import contents
from bank.files.kinds import JPEG, PICTURES
from bank.files.refusals import (
    FileActive,
    FileBroken,
    FileEmpty,
    FileKindRefused,
    FileLocked,
    FileNotWhatItSays,
    FileTooLarge,
    PictureTooLarge,
)
from database.refusals import Invalid
from tests.bank.files.samples import NOW, blank, paper, picture


def two_pictures_in_one() -> bytes:
    """What many phones save as `.jpg`: a photograph followed by its small twin."""
    twin = Image.new("RGB", (8, 8))
    return picture("MPO", save_all=True, append_images=[twin])


def zipped() -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return target.getvalue()


def encrypted() -> bytes:
    writer = blank()
    writer.encrypt("secret", algorithm="AES-256")
    return paper(writer)


def scripted() -> bytes:
    writer = blank()
    alert = TextStringObject("app.alert('hello')")
    opening = DictionaryObject({NameObject("/O"): DictionaryObject({NameObject("/JS"): alert})})
    writer.pages[0][NameObject("/AA")] = opening
    return paper(writer)


def with_action(kind: str) -> bytes:
    writer = blank()
    action = DictionaryObject(
        {NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("cmd.exe")}
    )
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    return paper(writer)


def disguised_script() -> bytes:
    """The same name spelled with an escape, as malware does; offsets stay right."""
    plain = with_action("/JavaScripXXX")
    assert b"/JavaScripXXX" in plain
    return plain.replace(b"/JavaScripXXX", b"/JavaScrip#74")


def script_behind_a_dead_reference() -> bytes:
    """References to a generation that is not there, before and after the one that is."""
    plain = with_action("/Launch")
    found = re.search(rb"/OpenAction (\d+) 0 R", plain)
    assert found
    dead = b"%s 1 R" % found[1]
    return plain.replace(found[0], b"/A %s %s /Z %s" % (dead, found[0], dead))


def with_form_script() -> bytes:
    writer = blank()
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<script/>")})
    writer.root_object[NameObject("/AcroForm")] = form
    return paper(writer)


def broken_xref() -> bytes:
    return paper()[:200]


def test_a_file_is_kept_byte_for_byte_under_its_digest(desk):
    content = picture()

    document = desk.keep("山林 照片.JPG", BytesIO(content), title=" 林地照片 ")

    digest = sha256(content).hexdigest()
    assert desk.files() == [desk.shelf / digest[:2] / digest[2:]]
    assert desk.files()[0].read_bytes() == content
    assert (document.sha256, document.size, document.media_type) == (digest, len(content), JPEG)
    assert (document.name, document.title) == ("山林 照片.JPG", "林地照片")
    assert (document.uploaded_by, document.party_id) == (desk.owner.id, desk.party_id)
    assert document.created_at == NOW


def test_a_kept_file_can_be_run_and_written_by_nobody(desk):
    desk.keep("a.png", picture("PNG"))

    mode = stat.S_IMODE(desk.files()[0].stat().st_mode)
    assert mode == 0o440


def test_the_same_content_twice_is_two_documents_and_one_file(desk):
    first, second = desk.keep("a.pdf", paper()), desk.keep("b.pdf", paper())

    assert first.id != second.id
    assert len(desk.files()) == 1


def test_an_intact_copy_is_left_and_a_damaged_one_replaced(desk):
    desk.keep("a.pdf", paper())
    (place,) = desk.files()
    before = place.stat().st_ino

    desk.keep("b.pdf", paper())
    assert place.stat().st_ino == before

    place.chmod(0o600)
    place.write_bytes(b"damaged")
    desk.keep("c.pdf", paper())
    assert (place.read_bytes(), len(desk.files())) == (paper(), 1)


def test_a_photograph_keeps_its_time_and_place(desk):
    exif = Image.Exif()
    exif[0x9003] = "2026:05:06 08:30:00"
    content = picture(exif=exif)

    desk.keep("a.jpg", content)

    assert b"2026:05:06 08:30:00" in desk.files()[0].read_bytes()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", picture()),
        ("a.JPEG", picture(progressive=True)),
        ("a.jpg", picture("JPEG", (1, 1))),
        ("a.jpg", two_pictures_in_one()),
        ("a.png", picture("PNG")),
        ("a.webp", picture("WEBP")),
        ("a.pdf", paper()),
        ("a.pdf", with_action("/URI")),
    ],
)
def test_honest_files_are_taken(desk, name, content):
    assert desk.keep(name, content).size == len(content)


def test_a_name_without_an_ending_gets_the_one_of_its_content(desk):
    assert desk.keep("稻田3.5亩", picture()).name == "稻田3.5亩.jpg"


@pytest.mark.parametrize(
    ("name", "content", "refusal", "facts"),
    [
        ("a.jpg", b"", FileEmpty, {"name": "a.jpg"}),
        ("a.jpg", b"x" * 1024 * 1024 * 2, FileTooLarge, {"limit_mb": 1, "size_mb": 2}),
        ("a.jpg", b"x" * (1024 * 1024 + 1), FileTooLarge, {"limit_mb": 1, "size_mb": 2}),
        ("a.jpg", picture("PNG"), FileNotWhatItSays, {"says": "JPEG", "found": "PNG"}),
        ("a.pdf", picture(), FileNotWhatItSays, {"says": "PDF", "found": "JPEG"}),
        ("a.exe", picture(), FileNotWhatItSays, {"says": "EXE", "found": "JPEG"}),
        ("a.png", b"<html><script>", FileNotWhatItSays, {"says": "PNG", "found": "?"}),
        ("a.pdf", zipped(), FileNotWhatItSays, {"says": "PDF", "found": "?"}),
        ("a.docx", zipped(), FileKindRefused, {"found": "DOCX"}),
        ("a.heic", b"\0\0\0\x18ftypheic", FileKindRefused, {"accepted": "JPEG, PDF, PNG, WebP"}),
        ("a", b"#!/bin/sh", FileKindRefused, {"found": "?"}),
        ("a.jpg", picture()[:-400], FileBroken, {"kind": "JPEG"}),
        ("a.jpg", b"\xff\xd8\xff" + b"x" * 99, FileBroken, {"kind": "JPEG"}),
        ("a.png", picture("PNG")[:-60], FileBroken, {"kind": "PNG"}),
        ("a.webp", picture("WEBP")[:-60], FileBroken, {"kind": "WebP"}),
        ("a.pdf", b"%PDF-1.7 and nothing else", FileBroken, {"kind": "PDF"}),
        ("a.pdf", broken_xref(), FileBroken, {"kind": "PDF"}),
        ("a.pdf", paper(PdfWriter()), FileBroken, {"kind": "PDF"}),
        ("a.pdf", encrypted(), FileLocked, {"name": "a.pdf"}),
        ("a.pdf", scripted(), FileActive, {"found": "JS"}),
        ("a.pdf", with_action("/JavaScript"), FileActive, {"found": "JavaScript"}),
        ("a.pdf", with_action("/Launch"), FileActive, {"found": "Launch"}),
        ("a.pdf", disguised_script(), FileActive, {"found": "JavaScript"}),
        ("a.pdf", script_behind_a_dead_reference(), FileActive, {"found": "Launch"}),
        ("a.pdf", with_form_script(), FileActive, {"found": "XFA"}),
    ],
)
def test_a_file_that_is_amiss_is_refused_and_leaves_nothing(desk, name, content, refusal, facts):
    with pytest.raises(refusal) as refused:
        desk.keep(name, content, field="evidence")

    assert isinstance(refused.value, Invalid)
    assert refused.value.field == "evidence"
    assert facts.items() <= refused.value.facts.items()
    assert desk.files() == []


def test_a_pdf_is_refused_where_only_pictures_are_taken(desk):
    with pytest.raises(FileKindRefused) as refused:
        desk.keep("a.pdf", paper(), accept=PICTURES)

    assert refused.value.facts["accepted"] == "JPEG, PNG, WebP"


@pytest.mark.parametrize("side", [7_000, 12_000, 20_000])
def test_a_small_file_that_unfolds_to_a_huge_picture_is_refused(desk, side):
    target = BytesIO()
    Image.new("1", (side, side)).save(target, "PNG")

    with pytest.raises(PictureTooLarge) as refused:
        desk.keep("a.png", target.getvalue())

    assert refused.value.facts["limit_megapixels"] == 40


def test_a_pdf_with_endless_objects_is_refused(desk, monkeypatch):
    monkeypatch.setattr(contents, "MOST_OBJECTS", 2)

    with pytest.raises(FileBroken):
        desk.keep("a.pdf", paper())


def test_a_media_type_without_a_check_is_never_accepted(desk):
    with pytest.raises(ValueError, match="no check"):
        desk.keep("a.zip", zipped(), accept=frozenset({"application/zip"}))
