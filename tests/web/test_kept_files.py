"""A file that was chosen stays with its form when the form is refused for something else."""

import inspect
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from wtforms import FileField
from wtforms.fields.core import UnboundField

from bank.calendar import local_date
from bank.deposits.lifecycle import Stage as DepositStage
from bank.files import documents, waiting
from bank.files.tables import Document
from bank.rules import whole
from database.base import new_id
from database.directory import Bank
from tests.bank.commissions.asked import Asked
from tests.web.visiting import Site, text_of
from tests.world import pdf, photo
from valuation.commissions.tables import ChoiceVote, SiteVisit
from valuation.parameters.beginning import open_begin_tables
from web.forms import BankForm
from web.kept_files import GONE
from web.pages.agency_quote_forms import MOST_PHOTOS

pytestmark = pytest.mark.usefixtures("in_the_present")

LOST = str(GONE)


def notes_on(answer: Any, field: str) -> dict[str, str]:
    """The notes that the page would send back, by the names of their files."""
    page = answer.get_data(as_text=True)
    found = re.findall(
        rf'name="{field}_kept" value="([^"]+)" checked>\s*<label[^>]*>(.*?) <span', page
    )
    return {unescape(name): unescape(note) for note, name in found}


def laid_by(site: Site) -> list[Path]:
    """What waits on the disk."""
    settings = site.app.extensions["banks"].default.settings
    folder = settings.files_dir / settings.county / waiting.FOLDER
    return sorted(folder.glob("??/*"))


# -- one file --------------------------------------------------------------------------------------


class Vote:
    """A collective's vote for an offer, told by a browser."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.collective = site.world.collective()
        deposit = site.world.deposit(DepositStage.CLEARED, owner=self.collective)
        site.to_the_present()
        self.asked = Asked(site.world, deposit)
        quote = self.asked.offer()
        self.url = f"/commissions/{self.asked.commission.number}/vote/{quote.id}"
        self.client = site.visitor(self.collective)

    def tell(self, client: FlaskClient | None = None, **told: Any) -> Any:
        """The vote as told, carried unless something is told otherwise."""
        lawful: dict[str, Any] = {
            "body": "members", "members": "300", "present": "280", "in_favour": "260",
            "notice_given_on": self.site.day(-20), "held_on": self.site.day(0),
        }  # fmt: skip
        return (client or self.client).post(self.url, data=lawful | told)

    def document(self) -> Document:
        """The minutes of the one vote on record."""
        vote = self.site.fresh().query(ChoiceVote).one()
        return self.site.session.get_one(Document, vote.document_id)


@pytest.fixture
def vote(site: Site) -> Vote:
    return Vote(site)


MINUTES = pdf("会议记录")


def minutes(content: bytes = MINUTES, name: str = "会议记录.pdf") -> tuple[BytesIO, str]:
    return BytesIO(content), name


@pytest.mark.parametrize("wrong", [{"in_favour": "100"}, {"members": "many"}, {"held_on": ""}])
def test_a_refused_vote_keeps_its_minutes_and_they_are_handed_in_byte_for_byte(
    site: Site, vote: Vote, wrong: dict[str, Any]
) -> None:
    refused = vote.tell(**wrong, file=minutes())
    notes = notes_on(refused, "file")

    assert refused.status_code == 422
    assert list(notes) == ["会议记录.pdf"]
    assert "you need not choose it again" in text_of(refused)

    carried = vote.tell(file_kept=notes["会议记录.pdf"])

    assert carried.status_code == 302
    document = vote.document()
    assert document.name == "会议记录.pdf"
    assert documents.read(site.session, document) == MINUTES


def test_the_minutes_stay_through_several_refusals(site: Site, vote: Vote) -> None:
    note = notes_on(vote.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]

    for figure in ("", "2"):
        again = vote.tell(in_favour=figure, file_kept=note)
        assert again.status_code == 422
        assert 'id="file-error"' not in again.get_data(as_text=True)
        note = notes_on(again, "file")["会议记录.pdf"]

    assert vote.tell(file_kept=note).status_code == 302
    assert len(laid_by(site)) == 1


def test_a_file_that_is_chosen_now_takes_the_place_of_the_kept_one(site: Site, vote: Vote) -> None:
    note = notes_on(vote.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]
    better = pdf("签名齐全")

    carried = vote.tell(file_kept=note, file=minutes(better, "签名.pdf"))

    assert carried.status_code == 302
    document = vote.document()
    assert (document.name, documents.read(site.session, document)) == ("签名.pdf", better)


def test_a_kept_file_whose_tick_is_taken_out_is_not_there(vote: Vote) -> None:
    vote.tell(in_favour="1", file=minutes())

    bare = vote.tell()

    assert bare.status_code == 422
    assert "Choose the file, or take a photo of the paper." in text_of(bare)
    assert LOST not in text_of(bare)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MZ\x90\x00 no minutes at all", id="of another kind"),
        pytest.param(b"", id="empty"),
        pytest.param(b"%PDF-1.7 broken off", id="broken"),
    ],
)
def test_a_file_that_was_refused_itself_is_not_kept(site: Site, vote: Vote, content: bytes) -> None:
    refused = vote.tell(file=minutes(content))

    assert refused.status_code == 422
    assert 'id="file-error"' in refused.get_data(as_text=True)
    assert notes_on(refused, "file") == {}
    assert laid_by(site) == []


def test_a_file_over_the_limit_is_not_kept(site: Site, vote: Vote) -> None:
    limit = whole("file.size.maximum_mb", local_date(site.world.at)) << 20

    refused = vote.tell(in_favour="", file=minutes(bytes(limit + 1)))
    refused.request.environ["wsgi.input"].close()  # the client keeps large bodies in files

    assert refused.status_code == 422
    assert notes_on(refused, "file") == {}
    assert laid_by(site) == []


# -- what a note is worth --------------------------------------------------------------------------


def test_a_note_of_another_person_is_worth_nothing(site: Site, vote: Vote) -> None:
    stranger = site.visitor(site.world.investor())
    theirs = notes_on(stranger.post("/redlines/new", data={"file": minutes()}), "file")
    vote.tell(in_favour="1", file=minutes())  # her own, of the same content, waits there too

    refused = vote.tell(file_kept=theirs["会议记录.pdf"])

    assert refused.status_code == 422
    assert LOST in text_of(refused)
    assert notes_on(refused, "file") == {}
    assert site.fresh().query(ChoiceVote).count() == 0


@pytest.mark.parametrize(
    "alter",
    [
        # Not the last letter: some of its bits are nothing.
        pytest.param(
            lambda note: note[:-5] + ("A" if note[-5] != "A" else "B") + note[-4:], id="its seal"
        ),
        pytest.param(lambda note: "e" + note, id="its text"),
        pytest.param(lambda note: note.rsplit(".", 2)[0], id="no seal"),
        pytest.param(lambda note: "../../etc/passwd", id="a path"),
        pytest.param(lambda note: "0" * 64, id="a digest"),
        pytest.param(lambda note: "", id="nothing"),
        pytest.param(lambda note: "\x01 .. 乱", id="no note"),
    ],
)
def test_an_altered_note_is_worth_nothing(
    site: Site, vote: Vote, alter: Callable[[str], str]
) -> None:
    note = notes_on(vote.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]

    refused = vote.tell(file_kept=alter(note))

    assert refused.status_code == 422
    assert 'id="file-error"' in refused.get_data(as_text=True)
    assert LOST in text_of(refused)
    assert site.fresh().query(ChoiceVote).count() == 0


def test_a_note_is_worth_nothing_once_it_is_too_old(
    vote: Vote, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = notes_on(vote.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]
    monkeypatch.setattr(waiting, "LIFE", timedelta(seconds=-1))

    refused = vote.tell(file_kept=note)

    assert refused.status_code == 422
    assert LOST in text_of(refused)


@pytest.mark.parametrize("fate", ["gone", "altered"])
def test_a_content_that_is_gone_or_altered_is_asked_for_again(
    site: Site, vote: Vote, fate: str
) -> None:
    note = notes_on(vote.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]
    (place,) = laid_by(site)
    place.unlink()
    if fate == "altered":
        place.write_bytes(pdf("untergeschoben"))

    refused = vote.tell(file_kept=note)

    assert refused.status_code == 422
    assert LOST in text_of(refused)


def test_a_note_of_another_bank_is_worth_nothing(new_bank: Callable[..., Bank]) -> None:
    here, there = (Site(new_bank(county=county)) for county in ("330523", "330502"))
    try:
        for site in (here, there):
            site.to_the_present()
        first, second = Vote(here), Vote(there)
        note = notes_on(first.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]
        second.tell(in_favour="1", file=minutes())  # the same content waits there too

        refused = second.tell(file_kept=note)

        assert refused.status_code == 422
        assert LOST in text_of(refused)
    finally:
        here.close()
        there.close()


def test_what_waited_long_is_thrown_away_and_nothing_else(site: Site, vote: Vote) -> None:
    kept = notes_on(vote.tell(in_favour="1", file=minutes()), "file")["会议记录.pdf"]
    (old,) = laid_by(site)
    vote.tell(file_kept=kept)
    document = vote.document()
    past = site.world.at - 2 * waiting.LIFE - timedelta(minutes=5)
    os.utime(old, (past.timestamp(), past.timestamp()))

    site.visitor(site.world.investor()).post("/redlines/new", data={"file": minutes(pdf("新"))})

    assert old not in laid_by(site)
    assert len(laid_by(site)) == 1
    assert documents.read(site.session, document) == MINUTES


# -- several files ---------------------------------------------------------------------------------


class Visit:
    """A visit to a place, told by its appraiser's browser."""

    def __init__(self, site: Site) -> None:
        self.site = site
        deposit = site.world.deposit(DepositStage.CLEARED)
        site.to_the_present()
        self.asked = Asked(site.world, deposit)
        self.asked.choose()
        self.client = site.visitor(site.world.appraiser)
        self.key = str(new_id())

    def tell(self, *names: str, kept: list[str] | None = None, **told: Any) -> Any:
        """The visit as told, with these photos chosen now."""
        lawful: dict[str, Any] = {
            "key": self.key, "asset_id": str(self.asked.deposits[0].asset_id),
            "visited_on": self.site.day(0), "present": "孙评估、村会计",
            "findings": "毛竹长势好", "photos_kept": kept or [],
            "photos": [(BytesIO(picture_of(name)), name) for name in names],
        }  # fmt: skip
        url = f"/agency/commissions/{self.asked.id}/visit"
        return self.client.post(url, data=lawful | told, content_type="multipart/form-data")

    def photos(self) -> list[Document]:
        """The photos of the one visit on record, in their order."""
        visit = self.site.fresh().query(SiteVisit).one()
        return [self.site.session.get_one(Document, each.document_id) for each in visit.photos]


def picture_of(name: str) -> bytes:
    """A photograph unlike the others: bytes after a JPEG's end are no part of the picture."""
    return photo() + name.encode()


@pytest.fixture
def visit(site: Site) -> Visit:
    return Visit(site)


def test_of_kept_photos_one_is_removed_and_one_is_added(site: Site, visit: Visit) -> None:
    refused = visit.tell("远景.jpg", "模糊.jpg", "界桩.jpg", findings=" ")
    notes = notes_on(refused, "photos")
    assert refused.status_code == 422
    assert list(notes) == ["远景.jpg", "模糊.jpg", "界桩.jpg"]

    still = visit.tell("近景.jpg", kept=[notes["远景.jpg"], notes["界桩.jpg"]], present="")
    notes = notes_on(still, "photos")
    assert list(notes) == ["远景.jpg", "界桩.jpg", "近景.jpg"]
    accepted = visit.tell(kept=list(notes.values()))

    assert accepted.status_code == 302
    photos = visit.photos()
    assert [each.name for each in photos] == ["远景.jpg", "界桩.jpg", "近景.jpg"]
    for each in photos:
        assert documents.read(site.session, each) == picture_of(each.name)


def test_photos_that_are_too_many_are_kept_and_some_can_be_left_out(visit: Visit) -> None:
    names = [f"{number}.jpg" for number in range(MOST_PHOTOS + 1)]
    refused = visit.tell(*names)
    notes = notes_on(refused, "photos")

    assert refused.status_code == 422
    assert 'id="photos-error"' in refused.get_data(as_text=True)
    assert list(notes) == names
    assert visit.tell(kept=list(notes.values())[1:]).status_code == 302
    assert [each.name for each in visit.photos()] == names[1:]


def test_of_several_photos_only_the_refused_one_is_dropped(site: Site, visit: Visit) -> None:
    wrong = [
        (BytesIO(picture_of("远景.jpg")), "远景.jpg"),
        (BytesIO(MINUTES), "现场.pdf"),
        (BytesIO(picture_of("界桩.jpg")), "界桩.jpg"),
    ]

    refused = visit.tell(photos=wrong)

    notes = notes_on(refused, "photos")
    assert list(notes) == ["远景.jpg", "界桩.jpg"]
    assert visit.tell(kept=list(notes.values())).status_code == 302


def test_a_photo_that_is_kept_and_chosen_again_counts_once(visit: Visit) -> None:
    notes = notes_on(visit.tell("远景.jpg", "界桩.jpg", findings=""), "photos")

    visit.tell("远景.jpg", kept=list(notes.values()))

    assert [each.name for each in visit.photos()] == ["界桩.jpg", "远景.jpg"]


def test_one_note_that_is_worth_nothing_is_said_and_the_other_photos_stay(
    site: Site, visit: Visit
) -> None:
    notes = notes_on(visit.tell("远景.jpg", "界桩.jpg", findings=""), "photos")

    refused = visit.tell("近景.jpg", kept=[notes["远景.jpg"], notes["界桩.jpg"] + "x"])

    assert refused.status_code == 422
    assert LOST in text_of(refused)
    assert list(notes_on(refused, "photos")) == ["远景.jpg", "近景.jpg"]
    assert site.fresh().query(SiteVisit).count() == 0


def test_a_form_with_kept_photos_that_is_sent_twice_makes_one_visit(
    site: Site, visit: Visit
) -> None:
    kept = list(notes_on(visit.tell("远景.jpg", "界桩.jpg", findings=""), "photos").values())
    before = site.fresh().query(Document).count()

    answers = [visit.tell(kept=kept).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert len(visit.photos()) == 2
    assert site.fresh().query(Document).count() == before + 2


def test_a_name_with_markup_is_shown_as_text(visit: Visit) -> None:
    name = "<b onclick=x>&.jpg"
    refused = visit.tell(name, findings="")

    assert "<b " not in refused.get_data(as_text=True).split('id="photos-kept-1"')[1]
    assert list(notes_on(refused, "photos")) == ["_b onclick=x_&.jpg"]


# -- a file beside other ways ----------------------------------------------------------------------


def test_a_red_line_from_a_file_that_is_refused_for_its_name_alone_keeps_the_file(
    site: Site,
) -> None:
    client = site.visitor(site.world.investor())
    broken = {"file": (BytesIO(b"{}"), "line.geojson")}

    unnamed = client.post("/redlines/new", data=broken)
    wrong = client.post("/redlines/new", data={
        "name": "民宿", "file_kept": notes_on(unnamed, "file")["line.geojson"],
    })  # fmt: skip

    assert 'id="name-error"' in unnamed.get_data(as_text=True)
    assert wrong.status_code == 422
    assert notes_on(wrong, "file") == {}
    assert 'id="file-error"' in wrong.get_data(as_text=True)


def test_figures_in_a_file_are_kept_until_they_are_found_to_be_wrong(site: Site) -> None:
    open_begin_tables(site.session)
    county = site.visitor(site.world.county_officer)
    page = "/county/parameters/capitalisation_rate"
    told = {
        "valid_from": "2026-01-01", "base_date": "2025-12-31", "source": "湖土估〔2026〕1号",
        "step": "preview", "way": "text",
    }  # fmt: skip
    good = (BytesIO(b"kind,value\nwoodland,0.05"), "rates.csv")
    bad = (BytesIO(b"kind,value\nwoodland,six"), "rates.csv")

    unsourced = county.post(page, data=told | {"source": "", "file": good})
    note = notes_on(unsourced, "file")["rates.csv"]
    previewed = county.post(page, data=told | {"file_kept": note})
    refused = county.post(page, data=told | {"file": bad})

    assert previewed.status_code == 200
    assert "woodland,0.05" in previewed.get_data(as_text=True)
    assert notes_on(previewed, "file") == {}
    assert refused.status_code == 422
    assert notes_on(refused, "file") == {}


# -- everywhere ------------------------------------------------------------------------------------


def forms(above: type[BankForm] = BankForm) -> Iterator[type[BankForm]]:
    """Every form that is posted."""
    for form in above.__subclasses__():
        yield form
        yield from forms(form)


def test_every_field_for_files_of_every_form_keeps_them(site: Site) -> None:
    found = {
        (form.__name__, name): field.field_class.__name__
        for form in forms()
        for name, field in inspect.getmembers(form)
        if isinstance(field, UnboundField) and issubclass(field.field_class, FileField)
    }

    assert len(found) > 12
    # What a file of pieces says stands in the form itself as soon as the file was read.
    assert found.pop(("SplitForm", "file")) == "FileField"
    assert set(found.values()) == {"KeptFileField", "KeptFilesField"}


def test_a_villagers_photos_stay_when_her_certificate_is_no_certificate(site: Site) -> None:
    deposit = site.world.deposit(DepositStage.DRAFT)
    villager = site.visitor(site.world.owner_of(deposit))
    page = f"/deposits/{deposit.id}/evidence"
    answers = {
        "certificate": (BytesIO(b"MZ"), "权证.exe"),
        "photos": [(BytesIO(picture_of(name)), name) for name in ("远.jpg", "近.jpg")],
    }

    refused = villager.post(page, data=answers)
    notes = notes_on(refused, "photos")
    again = {"photos_kept": list(notes.values()), "certificate": minutes(name="权证.pdf")}
    accepted = villager.post(page, data=again)

    assert refused.status_code == 422
    assert notes_on(refused, "certificate") == {}
    assert list(notes) == ["远.jpg", "近.jpg"]
    assert accepted.status_code == 302
    names = {document.name for document in site.fresh().query(Document)}
    assert {"权证.pdf", "远.jpg", "近.jpg"} <= names
