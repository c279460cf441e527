"""Reading back what was kept, showing pictures, and who may."""

from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image

from bank.files.documents import get_document, may_read, open_document, preview, read
from bank.files.refusals import FileDamaged
from bank.files.tables import Document, Visibility
from bank.refusals import NoSuchRecord
from database.actor import Actor, Role
from database.base import new_id
from tests.bank.files.samples import paper, picture


def test_what_was_kept_is_read_back(desk):
    content = paper()
    document = get_document(desk.session, desk.keep("a.pdf", content).id)

    assert read(desk.session, document) == content
    with open_document(desk.session, document) as stream:
        assert stream.read() == content


def test_a_document_that_is_not_there_is_not_found(desk):
    with pytest.raises(NoSuchRecord):
        get_document(desk.session, new_id())


@pytest.mark.parametrize("reader", [read, open_document])
@pytest.mark.parametrize("harm", ["altered", "missing"])
def test_a_file_altered_on_the_disk_is_never_passed_on(desk, reader, harm):
    document = desk.keep("a.pdf", paper())
    (file,) = desk.files()
    file.unlink()
    if harm == "altered":
        file.write_bytes(paper() + b" ")

    with pytest.raises(FileDamaged) as refused:
        reader(desk.session, document)

    assert refused.value.facts["sha256"] == document.sha256


def test_handing_a_damaged_file_in_again_mends_it(desk):
    document = desk.keep("a.pdf", paper())
    (file,) = desk.files()
    file.unlink()
    file.write_bytes(b"altered")

    desk.keep("a.pdf", paper())

    assert read(desk.session, document) == paper()


@pytest.mark.parametrize("digest", ["../../etc/passwd", "A" * 64, "", "0" * 63 + "\n"])
def test_no_path_is_made_from_anything_but_a_digest(desk, digest):
    with pytest.raises(ValueError, match="not a SHA-256"):
        read(desk.session, Document(sha256=digest))


def test_a_preview_is_upright_and_small_and_tells_nothing_of_the_phone(desk):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "PhoneMaker"
    content = picture("JPEG", (400, 200), exif=exif, comment=b"PhoneMaker")
    document = desk.keep("a.jpg", content)

    shown = preview(desk.session, document, longest=100)

    assert b"PhoneMaker" in content
    assert b"PhoneMaker" not in shown
    assert Image.open(BytesIO(shown)).size == (50, 100)


def test_a_preview_shows_what_is_see_through_on_white(desk):
    target = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(target, "PNG")
    document = desk.keep("a.png", target.getvalue())

    shown = Image.open(BytesIO(preview(desk.session, document, longest=100)))

    assert shown.getpixel((5, 5)) == (255, 255, 255)


UPLOADER, PARTY = new_id(), new_id()
PRIVATE, OFFICE, PUBLIC = Visibility


def reader(*roles: Role, user: UUID | None = None, parties: frozenset[UUID] = frozenset()) -> Actor:
    return Actor(id=user or new_id(), name="", roles=frozenset(roles), parties=parties)


@pytest.mark.parametrize(
    ("visibility", "actor", "office_may", "allowed"),
    [
        (PUBLIC, None, False, True),
        (OFFICE, None, True, False),
        (PRIVATE, None, True, False),
        (PRIVATE, reader(Role.OWNER, user=UPLOADER), False, True),
        (PRIVATE, reader(Role.OWNER, parties=frozenset({PARTY})), False, True),
        (OFFICE, reader(Role.OWNER, parties=frozenset({PARTY})), False, True),
        (OFFICE, reader(Role.OWNER, parties=frozenset({new_id()})), True, False),
        (OFFICE, reader(Role.INVESTOR), True, False),
        (OFFICE, reader(Role.ADMINISTRATOR), True, False),
        (OFFICE, reader(Role.TOWNSHIP), True, True),
        (OFFICE, reader(Role.TOWNSHIP), False, False),
        (OFFICE, reader(Role.COUNTY), True, True),
        (OFFICE, reader(Role.AUDITOR), True, True),
        (OFFICE, reader(Role.APPRAISER), True, True),
        (OFFICE, reader(Role.APPRAISER), False, False),
        (PRIVATE, reader(Role.COUNTY), True, False),
    ],
)
def test_who_may_read(visibility, actor, office_may, allowed):
    document = Document(uploaded_by=UPLOADER, party_id=PARTY, visibility=visibility)

    assert may_read(document, actor, office_may=office_may) is allowed


def test_a_document_of_no_party_belongs_to_nobody_else():
    document = Document(uploaded_by=UPLOADER, party_id=None, visibility=PRIVATE)

    assert not may_read(document, reader(Role.OWNER), office_may=False)
