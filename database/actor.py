"""Who acts: the one value by which a command knows its caller."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a login may do; a person can hold several."""

    OWNER = "owner"
    COLLECTIVE = "collective"
    INVESTOR = "investor"
    APPRAISER = "appraiser"
    TOWNSHIP = "township"
    COUNTY = "county"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


OFFICERS = frozenset({Role.TOWNSHIP, Role.COUNTY})


@dataclass(frozen=True)
class Actor:
    """A signed-in user as the domain sees one.

    `parties` are those the user acts for; `township` is the office of a township officer (a
    division code); `agency` is an appraiser's firm. `person` is the party that the user is herself,
    if the bank knows: a clerk may own land here, which her login gives her no right to act for.
    """

    id: UUID
    name: str
    roles: frozenset[Role]
    parties: frozenset[UUID] = frozenset()
    township: str | None = None
    agency: UUID | None = None
    person: UUID | None = None

    @property
    def interests(self) -> frozenset[UUID]:
        """The parties whose business is the actor's own: nobody decides or appraises for them."""
        return self.parties | {self.person} if self.person else self.parties

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds any of these roles."""
        return not self.roles.isdisjoint(roles)
