"""What the report of one appraisal says, gathered from its asset, its papers and its methods."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.appraisals import report_words as words
from bank.appraisals.report_methods import method_facts, parameters_table
from bank.appraisals.report_sensitivity import sensitivity_table
from bank.area import format_m2, format_mu
from bank.calendar import SHANGHAI, local_date
from bank.deposits import records
from bank.deposits.tables import Deposit
from bank.files.documents import get_document, preview
from bank.land.bounds import Bound, Side, kept_bounds, look_around
from bank.land.classes import find_class
from bank.land.tables import Division, Parcel
from bank.money import format_yuan, in_capitals
from bank.parties.tables import Party
from bank.rules import laws
from database.directory import bank_of
from valuation.appraisals.lifecycle import Stage
from valuation.appraisals.tables import Appraisal, SoleGround
from valuation.commissions.tables import Commission, SiteVisit
from valuation.methods import get_method
from valuation.reports.facts import ReportFacts, Signed, Subject, Table, Visit, day

PHOTO_PX: Final = 640
"""The longer side of a photo in the report."""
ISSUED: Final = (Stage.ISSUED, Stage.SUPERSEDED, Stage.SET_ASIDE)


def gather(
    session: Session, appraisal: Appraisal, deposit: Deposit, *, made_at: datetime, site: str = ""
) -> ReportFacts:
    """All that the report says now: of an issued appraisal, or of one at work as a draft.

    `site` is where the public reaches the bank, for the square code. Names client and owner: it is
    for them, the agency and the offices, never for the public.
    """
    commission, agency = appraisal.commission, appraisal.commission.engaged
    mode = words.PURPOSES.get(deposit.mode, "流转") if deposit.mode else "流转"
    return ReportFacts(
        number=appraisal.number,
        commission=commission.number,
        draft=appraisal.stage not in ISSUED,
        made_at=made_at,
        issued_on=local_date(appraisal.issued_at) if appraisal.issued_at else None,
        agency=agency.name,
        licence=agency.licence,
        client=_client(session, commission),
        owners=_owners(deposit),
        subject=_subject(session, appraisal, deposit, at=made_at),
        purpose=f"为产权持有人以{mode}方式将评估对象存入两山银行提供价值参考依据。",
        value_type=words.VALUE_TYPE,
        value_type_meaning=words.VALUE_TYPE_MEANING,
        valuation_date=appraisal.valuation_date,
        valid_until=appraisal.valid_until,
        holds=_holds(appraisal),
        laws=tuple(_laws(deposit)),
        standards=(*words.STANDARDS, *_standards(appraisal)),
        titles=_titles(deposit),
        methods=tuple(method_facts(each) for each in appraisal.results),
        visits=tuple(_visits(session, appraisal)),
        procedure=words.PROCEDURE,
        assumptions=words.ASSUMPTIONS,
        value_fen=appraisal.value_fen,
        value_words="" if appraisal.value_fen is None else in_capitals(appraisal.value_fen),
        reconciliation=(
            words.RECONCILIATIONS[appraisal.reconciliation] if appraisal.reconciliation else ""
        ),
        reason=appraisal.reason,
        sole_ground=_ground(appraisal.sole_ground),
        splits=_splits(appraisal),
        sensitivity=sensitivity_table(appraisal),
        parameters=parameters_table(session, appraisal.results),
        remarks=tuple(_remarks(session, appraisal)),
        limits=words.LIMITS,
        declaration=words.DECLARATION,
        signatures=tuple(
            Signed(each.name, each.qualification_number, _moment(each.signed_at))
            for each in appraisal.signatures
        ),
        check=check_path(appraisal.number),
        site=site,
    )


def check_path(number: str) -> str:
    """The path of the public page where a report is checked; it is printed in the report."""
    return f"/appraisals/{number}"


# -- who ------------------------------------------------------------------------------------------


def _client(session: Session, commission: Commission) -> str:
    if commission.client_id is None:
        return f"{bank_of(session).settings.name_zh}两山银行"
    return session.get_one(Party, commission.client_id).name


def _owners(deposit: Deposit) -> tuple[str, ...]:
    holders = sorted(deposit.asset.holders, key=lambda each: (-each.weight, each.party.number))
    return tuple(each.party.name for each in holders) or (deposit.party.name,)


# -- what -----------------------------------------------------------------------------------------


def _subject(session: Session, appraisal: Appraisal, deposit: Deposit, *, at: datetime) -> Subject:
    asset, parcel = deposit.asset, deposit.asset.parcel
    facts = [
        ("资产名称", f"{asset.name}（{words.KINDS[asset.kind]}，资产编号 {asset.number}）"),
        ("坐落", _place(session, asset.division)),
    ]
    if right := asset.right:
        until = f"，权利终止日期 {day(right.ends_on)}" if right.ends_on else "，无固定期限"
        facts.append(("评估权利", f"{words.RIGHTS[right.type]}{until}"))
        facts.append(("权属证书", right.certificate_number or "—"))
        facts.append(("不动产单元号", right.unit_code or "—"))
    if parcel is not None:
        known = find_class(parcel.land_class)
        facts.append(("宗地代码", parcel.code))
        facts.append(("地类", f"{parcel.land_class} {known.zh}" if known else parcel.land_class))
    if area := appraisal.area_dm2:
        facts.append(("面积", f"{format_mu(area, 4)} 亩（{format_m2(area)} 平方米）"))
    if parcel is None:
        return Subject(asset.name, tuple(facts))
    facts += _bounds(session, parcel, at=at)
    return Subject(asset.name, tuple(facts), _rings(parcel))


def _place(session: Session, division: Division) -> str:
    """The whole place, the county first: 安吉县报福镇景溪村."""
    names = [division.name]
    while division.parent_code:
        division = session.get_one(Division, division.parent_code)
        names.insert(0, division.name)
    return "".join(names)


def _bounds(session: Session, parcel: Parcel, *, at: datetime) -> list[tuple[str, str]]:
    found = kept_bounds(session, parcel)
    found = found or look_around(session, parcel, at=at, among=records.neighbours())
    text = "；".join(
        f"{words.SIDES[side]}{'、'.join(_bound(each) for each in found.sides.get(side, ())) or '—'}"
        for side in Side
    )
    return [("四至", text)]


def _bound(bound: Bound) -> str:
    return " ".join(filter(None, (bound.name, bound.code))) or words.BEYOND[bound.beyond]


def _rings(parcel: Parcel) -> tuple[tuple[tuple[float, float], ...], ...]:
    shape = shapely.from_wkb(parcel.wkb)
    return tuple(
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(ring))
        for polygon in shapely.get_parts(shape)
        for ring in (polygon.exterior, *polygon.interiors)
    )


# -- on what it rests -----------------------------------------------------------------------------


def _laws(deposit: Deposit) -> Iterator[str]:
    for code in (*words.LAWS, *words.LAWS_OF.get(deposit.asset.kind, ())):
        law = laws()[code]
        since = f"（现行文本自{day(law.in_force)}起施行）" if law.in_force else ""
        yield f"《{law.title_zh}》{since}"


def _standards(appraisal: Appraisal) -> list[str]:
    return list(dict.fromkeys(get_method(each.method).standard for each in appraisal.results))


def _titles(deposit: Deposit) -> tuple[str, ...]:
    right = deposit.asset.right
    number = right.certificate_number if right else ""
    return tuple(filter(None, (number, f"两山银行存入申请 {deposit.number} 所附权属资料")))


def _visits(session: Session, appraisal: Appraisal) -> Iterator[Visit]:
    for visit in appraisal.commission.visits:
        if visit.asset_id == appraisal.asset_id:
            yield Visit(
                visit.visited_on, visit.present, visit.findings, tuple(_photos(session, visit))
            )


def _photos(session: Session, visit: SiteVisit) -> Iterator[bytes]:
    for photo in visit.photos:
        yield preview(session, get_document(session, photo.document_id), longest=PHOTO_PX)


# -- what came out --------------------------------------------------------------------------------


def _ground(ground: SoleGround | None) -> str:
    return "" if ground is None else words.GROUNDS[ground]


def _holds(appraisal: Appraisal) -> str:
    text = (
        f"自评估基准日{day(appraisal.valuation_date)}起至{day(appraisal.valid_until)}止"
        "（终止日当日有效）"
    )
    from_, at = appraisal.in_force_from, appraisal.issued_at
    if from_ and at and from_ > at:
        text += f"；评估结果公示期满后，于{day(local_date(from_))}起生效"
    return f"{text}。"


def _superseded(session: Session, appraisal: Appraisal) -> tuple[str, ...]:
    """The report of the same agency on the same asset that this one takes the place of."""
    if appraisal.issued_at is None:
        return ()
    found = session.scalar(
        select(Appraisal.number)
        .join(Commission)
        .where(
            Appraisal.asset_id == appraisal.asset_id,
            Appraisal.id != appraisal.id,
            Appraisal.issued_at <= appraisal.issued_at,
            Appraisal.stage.in_((Stage.ISSUED, Stage.SUPERSEDED)),
            Commission.agency_id == appraisal.commission.agency_id,
        )
        .order_by(Appraisal.issued_at.desc(), Appraisal.id.desc())
        .limit(1)
    )
    return (found,) if found else ()


def _splits(appraisal: Appraisal) -> Table | None:
    if not appraisal.splits:
        return None
    rows: Sequence[tuple[str, ...]] = [
        (each.name, format_mu(each.area_dm2, 4), f"{format_yuan(each.value_fen)}")
        for each in appraisal.splits
    ]
    return Table(("分宗", "面积（亩）", "价值（元）"), tuple(rows), (4, 2, 3), (1, 2))


def _remarks(session: Session, appraisal: Appraisal) -> Iterator[str]:
    yield words.NO_REMARKS
    for number in _superseded(session, appraisal):
        yield f"本报告生效后，取代本机构就同一评估对象出具的评估报告 {number}。"
    from_, at = appraisal.in_force_from, appraisal.issued_at
    if from_ and at and from_ > at:
        yield "评估对象属集体资产，评估结果依法公示，公示期满前不作为存入的依据。"


def _moment(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{day(local.date())} {local:%H:%M}"
