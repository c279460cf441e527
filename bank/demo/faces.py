"""The logins that a demonstration shows, and what to try with each."""

from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank.demo.people import PASSWORD
from bank.parties.tables import User
from database.secrecy import fingerprint


@dataclass(frozen=True)
class Login:
    """One login to try, in both languages."""

    login: str
    password: str
    role_zh: str
    role_en: str
    name: str
    try_zh: str
    try_en: str

    def as_dict(self) -> dict[str, str]:
        """As plain values."""
        return asdict(self)


SHOWN: Final = (
    ("13857200001", "农户", "villager",
     "看看竹山入股分了多少红，把没填完的申请交上去，再申请取一笔钱",
     "See what the shares brought, hand in the draft, and ask for some of the money"),
    ("13857200002", "农户（出租）", "villager, lessor",
     "看租金有没有到账，哪一年的还欠着",
     "See which rents have come in, and which year is still owed"),
    ("13857200003", "农户（换房）", "villager, barter",
     "看资产换了什么，差价补了多少", "See what the asset was bartered for, and the balance paid"),
    ("13957200001", "村集体", "village collective",
     "存入一块集体建设用地，填写成员大会表决结果",
     "Deposit collective construction land with the vote of the members' meeting"),
    ("13757200001", "投资方", "investor",
     "打开清单，把选好的资产下单立项；给运营中的项目报一季收入",
     "Order the bundle for a new project; report a quarter's income of a running one"),
    ("baofu1", "乡镇干部（报福镇）", "township officer (Baofu)",
     "审核一份新申请，答复一条异议，把公示期满的存入",
     "Check a new application, answer an objection, store what has cleared its notice"),
    ("pinggu01", "评估师", "appraiser",
     "给一份委托选方法、填参数、出报告并签字",
     "Value a commission by a method of your choice, and sign the report"),
    ("pinggu02", "评估师（复核）", "second appraiser",
     "在同事的报告上第二个签字", "Give the second signature to a colleague's report"),
    ("cehua01", "策划师", "planner",
     "给一份项目策划询价报价，交付红线、分期和投资估算",
     "Quote for the planning of a project, and deliver its plan"),
    ("county1", "县级经办", "county officer",
     "联审一个项目，登记到账，开一轮分红",
     "Review a project, record a receipt, open a dividend round"),
    ("county2", "县级复核", "second county officer",
     "复核一笔提取", "Check a withdrawal"),
    ("county3", "县级确认", "third county officer",
     "确认已复核的提取，资金和土地随之划转",
     "Confirm a checked withdrawal, which moves land and money"),
    ("auditor1", "审计", "auditor",
     "顺着一笔分红查到每一笔分录", "Follow one dividend down to its postings"),
    ("admin1", "管理员", "administrator", "管理账号", "Manage logins"),
)  # fmt: skip


def logins(session: Session) -> list[Login]:
    """The logins to try, as far as the bank has them."""
    prints = {fingerprint(login): login for login, *_ in SHOWN}
    found = session.execute(
        select(User.login_fingerprint, User.name).where(User.login_fingerprint.in_(prints))
    )
    names = {prints[digest]: name for digest, name in found}
    return [
        Login(login, PASSWORD, role_zh, role_en, names[login], try_zh, try_en)
        for login, role_zh, role_en, try_zh, try_en in SHOWN
        if login in names
    ]
