"""The page of a split: the land is cut, its pieces are named and valued, shown and taken away."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import shapely
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.appraisals import splitting, valuing
from bank.deposits.lifecycle import Stage
from bank.deposits.records import parcel_of
from bank.deposits.tables import Deposit
from bank.land.projection import to_lonlat
from database.actor import Actor
from database.directory import Bank
from tests.web.desk import Desk, days_ago
from tests.web.visiting import text_of
from valuation.appraisals.lifecycle import Stage as AppraisalStage
from valuation.appraisals.tables import (
    Appraisal,
    Divergence,
    Reconciliation,
    SoleGround,
    ValueSplit,
)

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

SRID = 4549
Bounds = tuple[float, float, float, float]


@pytest.fixture
def desk(committed_bank: Bank) -> Iterator[Desk]:
    desk = Desk(committed_bank)
    yield desk
    desk.close()


class Case:
    """A draft of a square of land, its address, and the pages of its appraiser."""

    def __init__(self, desk: Desk, *, concluded: bool = False) -> None:
        self.desk = desk
        with desk.world(days=3) as world:
            self.deposit = world.deposit(Stage.ON_NOTICE)
            draft = world.draft(self.deposit)
            if concluded:
                conclude(world.session, draft, world.appraiser, world.at)
            self.appraiser, self.colleague = world.appraiser, world.second_appraiser
            self.officer, self.county_officer = world.officer, world.county_officer
            self.owner = world.owner_of(self.deposit)
            self.stranger = world.appraisers_of(world.new_agency("湖州另一家评估所"))[0]
            self.number = draft.number
            self.appraisal_id = draft.id
            self.whole_fen = draft.results[0].value_fen
            self.bounds: Bounds = shapely.from_wkb(parcel_of(self.deposit).wkb).bounds
        self.home = f"/agency/appraisals/{draft.id}"
        self.here = f"{self.home}/split"
        self.browser: FlaskClient = desk.browser(self.appraiser)

    def post(self, step: str, **fields: Any) -> Any:
        return self.browser.post(
            self.here,
            data={"step": step} | fields,
            content_type="multipart/form-data",
        )

    def line(self, at_m: float = 40, *, to_m: float = 105) -> str:
        """A cut from south to north."""
        min_x, min_y = self.bounds[:2]
        return geojson(
            shapely.LineString([(min_x + at_m, min_y - 5), (min_x + at_m, min_y + to_m)])
        )

    def halves(self, *values: str) -> str:
        """The land as a file of two pieces."""
        min_x, min_y, max_x, max_y = self.bounds
        west = shapely.box(min_x, min_y, min_x + 40, max_y)
        east = shapely.box(min_x + 40, min_y, max_x, max_y)
        told = [{"name": "西片", "value": values[0]}, {"name": "东片", "value": values[1]}]
        return geojson(west, east, told=told)

    def rows(
        self, west: str, east: str, names: tuple[str, str] = ("西片", "东片")
    ) -> dict[str, str]:
        """The pieces west and east of the cut, as the page sends them."""
        min_x, min_y = self.bounds[:2]
        return {
            "pieces-0-name": names[0],
            "pieces-0-value": west,
            "pieces-0-place": f"{min_x + 10},{min_y + 10}",
            "pieces-1-name": names[1],
            "pieces-1-value": east,
            "pieces-1-place": f"{min_x + 90},{min_y + 10}",
        }

    def yuan(self, less_fen: int = 0) -> str:
        return f"{(self.whole_fen - less_fen) / 100:.2f}"

    def kept(self) -> list[ValueSplit]:
        with self.desk.session() as session:
            return list(session.scalars(select(ValueSplit).order_by(ValueSplit.number)))


def geojson(*shapes: Any, told: list[dict[str, str]] | None = None) -> str:
    features = [
        {
            "type": "Feature",
            "properties": told[place] if told else {},
            "geometry": json.loads(shapely.to_geojson(to_lonlat(shape, SRID))),
        }
        for place, shape in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def conclude(session: Session, draft: Appraisal, appraiser: Actor, at: datetime) -> None:
    valuing.conclude(
        session, draft.id, reconciliation=Reconciliation.SINGLE,
        sole_ground=SoleGround.ONLY_APPLICABLE, reason="仅收益法适用。", actor=appraiser, at=at,
    )  # fmt: skip


def sent(text: str, name: str = "分宗.geojson") -> tuple[BytesIO, str]:
    return BytesIO(text.encode()), name


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_the_appraisals_page_leads_to_an_empty_split(desk: Desk, language: str) -> None:
    case = Case(desk)
    browser = desk.browser(case.appraiser, language=language)

    assert f'href="{case.here}"' in browser.get(case.home).text
    page = browser.get(case.here)
    assert page.status_code == 200
    assert "data-splitting" in page.text
    assert 'value="save"' not in page.text


def test_a_cut_shows_its_pieces_with_their_areas(desk: Desk) -> None:
    case = Case(desk)

    page = case.post("cut", geometry=case.line())

    assert page.status_code == 200
    assert "Piece 1 · 6.00 mu" in text_of(page)
    assert "Piece 2 · 9.00 mu" in text_of(page)
    assert case.kept() == []


def test_names_and_values_stay_with_their_pieces_when_the_land_is_cut_anew(desk: Desk) -> None:
    case = Case(desk)
    min_x, min_y = case.bounds[:2]
    lines = [
        shapely.LineString([(min_x + x, min_y - 5), (min_x + x, min_y + 105)]) for x in (40, 20)
    ]

    page = case.post("cut", geometry=geojson(*lines), **case.rows("7", "8")).text

    assert [found[0] for found in re.findall(r'id="pieces-(\d)-name"[^>]* value="西片"', page)] == [
        "0"
    ]
    assert re.search(r'id="pieces-1-name"[^>]* value=""', page)
    assert re.search(r'id="pieces-2-name"[^>]* value="东片"', page)
    assert re.search(r'id="pieces-2-value"[^>]* value="8"', page)


def test_a_drawn_split_is_kept_and_shown(desk: Desk) -> None:
    case = Case(desk, concluded=True)

    page = case.post("save", geometry=case.line(), **case.rows(case.yuan(100_000), "１,000元"))

    assert page.status_code == 302
    assert [(each.name, each.value_fen) for each in case.kept()] == [
        ("西片", case.whole_fen - 100_000),
        ("东片", 100_000),
    ]
    told = text_of(case.browser.get(case.home))
    assert "2. 东片" in told
    assert "¥111.11" in told
    assert "Remove the split" in told
    again = case.browser.get(case.here).text
    assert 'value="东片"' in again
    assert 'value="1,000.00"' in again


def test_the_report_lists_the_pieces(desk: Desk) -> None:
    case = Case(desk, concluded=True)
    case.post("save", geometry=case.line(), **case.rows(case.yuan(100_000), "1000"))

    report = PdfReader(BytesIO(case.browser.get(f"{case.home}/report.pdf").data))

    text = "".join(page.extract_text() for page in report.pages)
    assert "分宗价值" in text
    assert "西片" in text
    assert "1,000.00" in text


def test_the_county_sees_the_pieces_when_two_appraisals_differ(desk: Desk) -> None:
    with desk.world(days=40) as world:
        deposit = world.deposit()
        commission = world.commission(deposit, agency=world.new_agency("湖州正源资产评估事务所"))
        draft = world.draft(deposit, commission=commission, yearly_yuan=40_000)
        appraiser = world.appraisers_of(commission.engaged)[0]
        west, east = halves(deposit, draft.results[0].value_fen)
        splitting.split(world.session, draft.id, [west, east], actor=appraiser, at=world.at)
        world.conclude(draft)
        for each in world.appraisers_of(commission.engaged):
            valuing.sign(world.session, draft.id, actor=each, at=world.at, key=world.key())
        review = world.session.scalars(select(Divergence)).one()
        address, officer = f"/county/divergences/{review.id}", world.county_officer

    page = desk.browser(officer).get(address)

    assert "2. 东片" in page.text
    assert 'class="pieces__one"' in page.text


def halves(deposit: Deposit, value_fen: int) -> list[splitting.Drawn]:
    """The land in a western piece, which has all the value, and an eastern one."""
    min_x, min_y, max_x, max_y = shapely.from_wkb(parcel_of(deposit).wkb).bounds
    return [
        splitting.Drawn("西片", shapely.box(min_x, min_y, min_x + 40, max_y), value_fen),
        splitting.Drawn("东片", shapely.box(min_x + 40, min_y, max_x, max_y), 0),
    ]


def test_a_kept_split_is_changed_without_a_new_cut(desk: Desk) -> None:
    case = Case(desk, concluded=True)
    case.post("save", geometry=case.line(), **case.rows(case.yuan(100_000), "1000"))
    page = case.browser.get(case.here).text
    given = re.search(r'name="geometry"[^>]* value="([^"]*)"', page)
    assert given is not None
    geometry = given[1].replace("&#34;", '"')

    case.post("save", geometry=geometry, **case.rows("0", case.yuan(), ("竹林", "屋基")))

    assert [(each.name, each.value_fen) for each in case.kept()] == [
        ("竹林", 0),
        ("屋基", case.whole_fen),
    ]


def test_a_file_is_looked_at_before_it_is_kept(desk: Desk) -> None:
    case = Case(desk, concluded=True)

    page = case.post("save", file=sent(case.halves(case.yuan(500), "5")))

    assert page.status_code == 200
    assert "Look at the pieces first" in page.text
    assert 'value="西片"' in page.text
    assert case.kept() == []
    given = re.search(r'name="geometry"[^>]* value="([^"]*)"', page.text)
    assert given is not None
    geometry = given[1].replace("&#34;", '"')
    case.post("save", geometry=geometry, **case.rows(case.yuan(500), "5"))
    assert [each.name for each in case.kept()] == ["西片", "东片"]


def test_pasted_pieces_count_as_a_file_does(desk: Desk) -> None:
    page = (case := Case(desk)).post("cut", pasted=case.halves("3", "4"))

    assert re.search(r'id="pieces-1-value"[^>]* value="4"', page.text)
    assert "<textarea" in page.text
    assert "西片" not in re.findall(r"(?s)<textarea.*?</textarea>", page.text)[0]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"pieces-0-name": " "}, "Give piece 1 a name."),
        ({"pieces-0-name": "名" * 61}, "At most 60 characters."),
        ({"pieces-1-value": ""}, "Write the value of piece 2 in yuan."),
        ({"pieces-1-value": "-5"}, "below zero"),
        ({"pieces-1-value": "1.234"}, "digits after the point"),
        ({"pieces-1-value": "1" * 30}, "large"),
    ],
)
def test_what_is_wrong_stands_beside_its_piece_and_the_rest_stays(
    desk: Desk, fields: dict[str, str], told: str
) -> None:
    case = Case(desk)
    rows = case.rows("7", "8") | fields

    page = case.post("save", geometry=case.line(), **rows)

    assert page.status_code == 422
    (name,) = fields
    beside = re.search(rf'(?s)id="{name}-error".*?id="{name}"', page.text)
    assert beside is not None
    assert told in beside[0]
    for kept in ((name, text) for name, text in rows.items() if not name.endswith("-place")):
        assert re.search(r'id="{}"[^>]* value="{}"'.format(*kept), page.text)
    assert "Piece 1 · 6.00 mu" in text_of(page)
    assert f'<a href="#{name}">' in page.text
    assert case.kept() == []


@pytest.mark.parametrize(
    ("off_fen", "told"),
    [(12_345, "¥123.45 less than the whole"), (-5, "¥0.05 more than the whole")],
)
def test_values_that_do_not_come_to_the_whole_say_by_how_much(
    desk: Desk, off_fen: int, told: str
) -> None:
    case = Case(desk, concluded=True)

    page = case.post("save", geometry=case.line(), **case.rows(case.yuan(off_fen), "0"))

    assert page.status_code == 422
    assert told in text_of(page)
    assert re.search(rf'id="pieces-0-value"[^>]* value="{case.yuan(off_fen)}"', page.text)


@pytest.mark.parametrize(
    ("field", "given", "told"),
    [
        ("geometry", "", "The land is in one piece yet."),
        ("geometry", "{", "One closed outline is needed."),
        ("pasted", "pieces", "One closed outline is needed."),
        ("file", "", "One closed outline is needed."),
        ("pasted", '{"type": "Point", "coordinates": [119.5, 30.5]}', "Only lines and polygons"),
    ],
)
def test_what_cannot_cut_the_land_is_told_at_its_field(
    desk: Desk, field: str, given: str, told: str
) -> None:
    case = Case(desk)

    page = case.post("save", **{field: sent(given) if field == "file" else given})

    assert page.status_code == 422
    assert told in text_of(page)
    if field == "file":
        assert re.search(r'(?s)id="file-error".*?id="file"', page.text)


def test_a_cut_that_does_not_reach_across_is_told_and_stays(desk: Desk) -> None:
    case = Case(desk)
    given = case.line(to_m=50)

    page = case.post("cut", geometry=given)

    assert page.status_code == 422
    assert "Cut 1 does not part the land." in text_of(page)
    assert "LineString" in page.text


@pytest.mark.parametrize(
    ("by", "told"),
    [((-39, 0), "overlaps one before it"), ((60, 0), "does not lie in the land")],
)
def test_a_file_whose_pieces_do_not_make_the_land_keeps_what_was_drawn(
    desk: Desk, by: tuple[float, float], told: str
) -> None:
    case = Case(desk)
    min_x, min_y, max_x, max_y = case.bounds
    west = shapely.box(min_x, min_y, min_x + 40, max_y)
    moved = shapely.box(min_x + 40 + by[0], min_y, max_x + by[0], max_y)

    page = case.post(
        "cut", file=sent(geojson(west, moved)), geometry=case.line(30), **case.rows("7", "8")
    )

    assert page.status_code == 422
    assert told in text_of(page)
    assert "Piece 1 · 4.50 mu" in text_of(page)
    assert re.search(r'id="pieces-1-value"[^>]* value="8"', page.text)


def test_a_file_that_leaves_land_out_says_how_much(desk: Desk) -> None:
    case = Case(desk)
    min_x, min_y, _, max_y = case.bounds
    west = shapely.box(min_x, min_y, min_x + 40, max_y)
    middle = shapely.box(min_x + 40, min_y, min_x + 80, max_y)

    assert "leave 3.00 mu of the land uncovered" in text_of(
        case.post("cut", pasted=geojson(west, middle))
    )


def test_a_split_is_taken_away(desk: Desk) -> None:
    case = Case(desk)
    case.post("save", geometry=case.line(), **case.rows("7", "8"))
    assert len(case.kept()) == 2

    assert case.browser.post(f"{case.here}/remove").status_code == 302

    assert case.kept() == []
    assert "A part that is cut off goes by its area" not in case.browser.get(case.home).text


def test_a_draft_is_concluded_at_the_sum_of_its_pieces_only(desk: Desk) -> None:
    case = Case(desk)
    case.post("save", geometry=case.line(), **case.rows("7", "8"))

    page = case.browser.get(f"{case.home}/conclude")
    assert "come to ¥15.00 together" in text_of(page)
    page = case.browser.post(
        f"{case.home}/conclude",
        data={"sole_ground": "only_applicable", "reason": "仅收益法适用。"},
    )
    assert page.status_code == 422
    assert "less than the whole" in text_of(page)


def test_only_the_agencys_own_appraisers_split_and_only_while_it_is_open(desk: Desk) -> None:
    case = Case(desk)
    fields = {"step": "save", "geometry": case.line()} | case.rows("7", "8")

    for other in (case.stranger, case.officer):
        browser = desk.browser(other)
        assert browser.get(case.here).status_code == 403
        assert browser.post(case.here, data=fields).status_code == 403
        assert browser.post(f"{case.here}/remove").status_code == 403
    assert desk.browser().get(case.here).status_code == 302
    assert case.browser.get(f"/agency/appraisals/{UUID(int=7)}/split").status_code == 404
    assert case.kept() == []


def test_an_appraiser_whose_qualification_has_expired_cannot_split(desk: Desk) -> None:
    case = Case(desk)
    with desk.session() as session:
        found = session.get_one(Appraisal, case.appraisal_id)
        for each in found.commission.engaged.appraisers:
            each.qualified_until = found.valuation_date.replace(year=2020)
        session.commit()

    page = case.post("save", geometry=case.line(), **case.rows("7", "8"))

    assert page.status_code in (403, 409, 422)
    assert "Your qualification is not on record or has expired." in text_of(page)
    assert 'value="西片"' in page.text
    assert case.kept() == []


def test_what_is_reviewed_is_split_no_more_and_shown_to_those_whom_it_concerns(desk: Desk) -> None:
    case = Case(desk)
    case.post("save", geometry=case.line(), **case.rows(case.yuan(100_000), "1000"))
    number = issue(case)

    assert case.browser.get(case.here).status_code == 302
    assert "Change the split" not in case.browser.get(case.home).text
    for reader, where in (
        (case.appraiser, case.home),
        (case.owner, f"/deposits/{case.deposit.id}"),
        (case.officer, f"/township/{case.deposit.id}"),
        (case.county_officer, f"/commissions/{number}"),
    ):
        page = desk.browser(reader).get(where)
        assert page.status_code == 200, where
        assert "2. 东片" in page.text, where
        assert 'class="pieces__one"' in page.text, where


def issue(case: Case) -> str:
    """Conclude, review and sign the draft; the number of its commission."""
    at = days_ago(2)
    with case.desk.session() as session:
        draft = session.get_one(Appraisal, case.appraisal_id)
        conclude(session, draft, case.appraiser, at)
        valuing.review(session, draft.id, actor=case.colleague, at=at)
        for each in (case.appraiser, case.colleague):
            valuing.sign(session, draft.id, actor=each, at=at, key=str(each.id))
        session.commit()
        assert draft.stage is AppraisalStage.ISSUED
        return draft.commission.number
