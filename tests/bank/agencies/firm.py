"""A firm that applies: its representative, and the papers it enters."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bank.agencies import applying, presenting
from bank.agencies.presenting import NewLogin
from bank.calendar import local_date
from database.actor import Actor
from tests.world import World, credit_code, resident_id
from valuation.agencies.tables import Agency, AgencyKind, Appraiser, Qualification

PASSWORD = "zhuhai-liangshan-26"


class Firm:
    """An agency whose application was begun."""

    def __init__(self, world: World, serial: int = 1, name: str = "湖州正源评估事务所") -> None:
        self.world, self.serial, self.name = world, serial, name
        self.actor: Actor = self.begin().actor()
        assert self.actor.agency is not None
        self.id: UUID = self.actor.agency

    def begin(self, **told: Any) -> Any:
        """Begin an application, lawful unless told otherwise."""
        lawful: dict[str, Any] = {
            "name": self.name, "licence": credit_code(9000 + self.serial),
            "representative": "沈所长", "id_number": resident_id(500 + self.serial),
            "phone": f"1390000{self.serial:04d}", "password": PASSWORD, "at": self.world.at,
        }  # fmt: skip
        return applying.begin(self.world.session, **(lawful | told))

    @property
    def agency(self) -> Agency:
        """Its row."""
        return self.world.session.get_one(Agency, self.id)

    def after(self, days: int) -> date:
        """So many days from now."""
        return local_date(self.world.at) + timedelta(days=days)

    def qualify(self, kind: AgencyKind = AgencyKind.APPRAISAL, **told: Any) -> Qualification:
        """Enter a certificate that lasts a year, unless told otherwise."""
        lawful: dict[str, Any] = {
            "kind": kind, "name": "资产评估备案", "number": "浙评 33",
            "valid_until": self.after(365), "document": None, "actor": self.actor,
            "at": self.world.at,
        }  # fmt: skip
        return presenting.add_qualification(self.world.session, self.id, **(lawful | told))

    def employ(self, which: int, *, herself: bool = False, **told: Any) -> Appraiser:
        """Enter an appraiser with a login of her own, or the representative herself."""
        serial = self.serial * 100 + which
        login = NewLogin(
            name=f"评估师{which}", id_number=resident_id(serial), phone=f"1380000{serial:04d}",
            password=PASSWORD,
        )  # fmt: skip
        lawful: dict[str, Any] = {
            "login": None if herself else login, "qualification_number": f"评 {serial}",
            "qualified_until": self.after(365), "actor": self.actor, "at": self.world.at,
        }  # fmt: skip
        return presenting.add_appraiser(self.world.session, self.id, **(lawful | told))

    def complete(self) -> "Firm":
        """Enter all that an appraisal agency needs."""
        self.qualify()
        self.employ(0, herself=True)
        self.employ(1)
        return self

    def submit(self) -> Agency:
        """Hand the application in."""
        return applying.submit(self.world.session, self.id, actor=self.actor, at=self.world.at)
