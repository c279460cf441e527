"""The contract of a commission: plain Chinese text, written from the facts of an offer."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from bank.commissions import standing
from bank.deposits.latest import latest_deposits
from bank.deposits.tables import Deposit
from bank.money import format_yuan
from bank.parties.signing_up import get_party
from bank.projects.tables import Project
from bank.rules import whole
from valuation.agencies.tables import AgencyKind
from valuation.commissions.tables import Commission, Quote

WORK: Final = {
    AgencyKind.APPRAISAL: "资产评估",
    AgencyKind.PLANNING: "项目策划",
    AgencyKind.FINANCE: "融资服务",
}
COUNTY: Final = "县两山银行（县级经办机构）"
RESULT: Final = {
    AgencyKind.APPRAISAL: "由两名评估师签字的评估报告，每项资产一份",
    AgencyKind.PLANNING: "项目方案，包括红线文件、用途、分期、投资估算和附件",
    AgencyKind.FINANCE: "融资方案及有关文件",
}


def contract_text(session: Session, commission: Commission, quote: Quote, *, on: date) -> str:
    """What client and agency agree on if this offer is chosen on that day; lines of plain text."""
    articles = [
        _scope(session, commission),
        _fee(quote),
        _time(commission, quote, on),
        "乙方对在工作中知悉的甲方及权利人的信息保密，仅用于本项委托；法律另有规定的除外。",
        "乙方独立、客观、公正地开展工作，声明与甲方及有关权利人不存在利害关系；"
        "工作人员有利害关系或者被申请回避的，应当回避。",
        _dispute(on),
        "本合同由系统根据报价生成，自甲方选定乙方之时起生效，双方可随时查阅。",
    ]
    titles = ("委托事项", "服务费", "期限与交付", "保密", "独立与回避", "验收与争议", "生效")
    numbers = "一二三四五六七"
    client = COUNTY
    if commission.client_id is not None:
        client = get_party(session, commission.client_id).name
    head = [
        f"{WORK[commission.kind]}委托合同",
        f"委托编号：{commission.number}",
        f"甲方（委托方）：{client}",
        f"乙方（受托机构）：{quote.agency.name}（统一社会信用代码 {quote.agency.licence}）",
        f"签订日期：{_day(on)}",
        "",
    ]
    body = [
        f"{number}、{title}\n{article}"
        for number, title, article in zip(numbers, titles, articles, strict=True)
    ]
    return "\n".join(head + body) + "\n"


def _scope(session: Session, commission: Commission) -> str:
    lines = [f"甲方委托乙方开展{WORK[commission.kind]}。内容与要求：{commission.scope}"]
    deposits = latest_deposits(session, standing.assets_of(commission)).values()
    for place, deposit in enumerate(deposits, start=1):
        lines.append(f"（{place}）{_asset(deposit)}")
    if commission.project_id is not None:
        project = session.get_one(Project, commission.project_id)
        lines.append(f"项目：{project.name}（{project.number}）")
    return "\n".join(lines)


def _asset(deposit: Deposit) -> str:
    parcel = deposit.asset.parcel
    code = f"，图斑编号 {parcel.code}" if parcel is not None else ""
    return f"{deposit.asset.name}（储蓄单 {deposit.number}{code}，权利人：{deposit.party.name}）"


def _fee(quote: Quote) -> str:
    if not quote.fee_fen:
        return "乙方不收取服务费。"
    return (
        f"服务费共 {format_yuan(quote.fee_fen)} 元，自本合同生效时起由两山银行托管；"
        "成果被接受后付给乙方；成果被撤销或委托被撤回的，退还甲方。"
    )


def _time(commission: Commission, quote: Quote, on: date) -> str:
    day = _day(quote.deliver_by or commission.deliver_by or on)
    return (
        f"乙方于 {day}（含当日）前交付{RESULT[commission.kind]}。"
        "逾期未交付的，甲方可以撤回委托，服务费全额退还。"
    )


def _dispute(on: date) -> str:
    days = whole("commission.answer.days", on)
    return (
        f"成果交付后 {days} 日内，甲方可以接受或者提出异议；权利人也可以提出异议。"
        "到期未答复的，视为接受。有异议的，可以委托其他机构出具第二意见，由县评审组作出决定；"
        "决定维持的，视为接受；决定撤销的，成果不再有效。"
    )


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
