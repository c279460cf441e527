"""Who is handed a document, and how it is sent."""

import pytest

from bank.assets.tables import EvidenceKind
from bank.deposits import drafting
from bank.deposits.lifecycle import Stage
from bank.deposits.tables import Deposit
from bank.files.tables import Document, Visibility
from database.actor import Actor, Role
from tests.web.desk import Desk
from tests.world import World, photo

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def certificate(deposit: Deposit) -> Document:
    return deposit.asset.evidence[0].document


def readers(world: World) -> dict[str, Actor | None]:
    """One reader of every sort; none of them owns what the world deposits."""
    return {
        "nobody": None,
        "officer": world.officer,
        "officer elsewhere": world.user("邻镇", Role.TOWNSHIP, township="330523107"),
        "county": world.county_officer,
        "auditor": world.auditor,
        "appraiser": world.appraiser,
        "appraiser elsewhere": world.appraisers_of(world.new_agency("湖州另一家评估所"))[0],
        "neighbour": world.villager("邻居"),
        "investor": world.investor(),
        "administrator": world.user("管理员", Role.ADMINISTRATOR),
    }


def who_reads(desk: Desk, document: Document, readers: dict[str, Actor | None]) -> set[str]:
    found = set()
    for name, reader in readers.items():
        with desk.browser(reader).get(f"/documents/{document.id}") as answer:
            assert answer.status_code in (200, 404)
            if answer.status_code == 200:
                found.add(name)
    return found


def test_evidence_is_read_by_those_whose_business_it_is(desk: Desk) -> None:
    with desk.world(days=3) as world:
        owner = world.villager()
        deposit = world.deposit(Stage.ON_NOTICE, owner=owner)
        document = certificate(deposit)
        all_readers = readers(world) | {"owner": owner}

    assert who_reads(desk, document, all_readers) == {
        "owner",
        "officer",
        "county",
        "auditor",
        "appraiser",
    }


def test_an_appraiser_reads_no_minutes_and_no_evidence_before_the_commission(desk: Desk) -> None:
    with desk.world(days=3) as world:
        passed, waiting = world.deposit(Stage.ON_NOTICE), world.deposit(Stage.SUBMITTED)
        assert passed.consent
        consent, early = passed.consent.document, certificate(waiting)
        all_readers = readers(world)

    assert who_reads(desk, consent, all_readers) == {"officer", "county", "auditor"}
    assert who_reads(desk, early, all_readers) == {"officer", "county", "auditor"}


def test_a_report_is_read_by_its_agency_the_offices_and_the_owner(desk: Desk) -> None:
    with desk.world(days=3) as world:
        deposit = world.deposit(Stage.ON_NOTICE)
        appraisal = world.appraise(deposit)
        report = world.session.get_one(Document, appraisal.report_id)
        all_readers = readers(world) | {"second appraiser": world.second_appraiser}

    assert who_reads(desk, report, all_readers) == {
        "officer",
        "county",
        "auditor",
        "appraiser",
        "second appraiser",
    }


def test_a_private_document_is_nobodys_but_its_owners_and_a_public_one_everyones(
    desk: Desk,
) -> None:
    with desk.world(days=3) as world:
        owner = world.villager()
        document = certificate(world.deposit(Stage.ON_NOTICE, owner=owner))
        document.visibility = Visibility.PRIVATE
        public = certificate(world.deposit(Stage.ON_NOTICE))
        public.visibility = Visibility.PUBLIC
        all_readers = readers(world) | {"owner": owner}

    assert who_reads(desk, document, all_readers) == {"owner"}
    assert who_reads(desk, public, all_readers) == set(all_readers)


def test_a_document_is_sent_as_it_came_and_kept_by_no_cache(desk: Desk) -> None:
    with desk.world(days=3) as world:
        document = certificate(world.deposit(Stage.ON_NOTICE))
    browser = desk.browser(world.officer)

    with browser.get(f"/documents/{document.id}") as answer:
        assert answer.data.startswith(b"%PDF-")
        assert len(answer.data) == document.size
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    with browser.get(f"/documents/{document.id}?download=1") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_photo_has_a_preview_and_a_paper_has_none(desk: Desk) -> None:
    with desk.world(days=3) as world:
        owner = world.villager()
        deposit = world.deposit(Stage.DRAFT, owner=owner)
        evidence = drafting.attach(
            world.session,
            deposit.id,
            kind=EvidenceKind.PHOTO,
            document=world.document(owner, content=photo(), name="竹林.jpg"),
            actor=owner,
            at=world.at,
        )
        picture, paper = evidence.document, certificate(deposit)
    browser = desk.browser(owner)

    with browser.get(f"/documents/{picture.id}/preview?size=small") as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
    assert browser.get(f"/documents/{paper.id}/preview").status_code == 404
    assert desk.browser().get(f"/documents/{picture.id}/preview").status_code == 404


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    with desk.world(days=1) as world:
        missing = world.key()

    for path in (missing, "nonsense", f"{missing}/preview"):
        assert desk.browser(world.officer).get(f"/documents/{path}").status_code == 404


def test_a_file_that_was_altered_on_the_disk_is_not_handed_out(desk: Desk) -> None:
    with desk.world(days=3) as world:
        document = certificate(world.deposit(Stage.ON_NOTICE))
    for path in desk.bank.settings.files_dir.rglob(document.sha256[2:]):
        path.chmod(0o600)
        path.write_bytes(b"%PDF-1.7 another")

    answer = desk.browser(world.officer).get(f"/documents/{document.id}")

    assert answer.status_code in (409, 500)
    assert b"another" not in answer.data
