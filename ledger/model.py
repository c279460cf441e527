"""What a transfer is: a value that cannot be written down unbalanced, and its canonical bytes."""

import json
from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from enum import StrEnum
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    Field,
    StringConstraints,
    ValidationError,
)

from ledger.refusals import BadTransfer

MAX_QUANTITY: Final = 2**63 - 1
MAX_POSTINGS: Final = 250_000
OWN_KEYS: Final = "ledger:"
"""Keys that begin so are the ledger's own: for accounts it opens and holds that it lets expire."""

Code = Annotated[str, StringConstraints(pattern=r'^[^\s\x00-\x1f";]{1,200}$')]
"""The name of an account or unit: up to 200 characters, no blanks, no `"`, no `;`."""
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$", max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]+$", max_length=200)]
Memo = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=2000)]


class Act(StrEnum):
    """What an entry of the journal does."""

    POST = "post"
    HOLD = "hold"
    SETTLE = "settle"
    VOID = "void"
    EXPIRE = "expire"
    OPEN_UNIT = "open_unit"
    OPEN_ACCOUNT = "open_account"
    FREEZE = "freeze"
    THAW = "thaw"
    CLOSE = "close"


MOVES: Final = (Act.POST, Act.SETTLE)
"""The acts that move balances."""
HOLDS: Final = (Act.HOLD, Act.SETTLE, Act.VOID, Act.EXPIRE)
"""The acts of a hold's life."""


class Standing(StrEnum):
    """What may pass through an account: all; nothing out; nothing at all, for good."""

    OPEN = "open"
    FROZEN = "frozen"
    CLOSED = "closed"


class Value(BaseModel, frozen=True, extra="forbid"):
    """A value that refuses bad input as BadTransfer: the field, the rule, what was given."""

    if not TYPE_CHECKING:  # mypy shall see the fields that pydantic's plugin tells it of

        def __init__(self, /, **data: Any) -> None:
            try:
                self.__pydantic_validator__.validate_python(data, self_instance=self)
            except ValidationError as error:
                raise _refusal(error) from error
            self._check()

    def _check(self) -> None:
        """Refuse what no single field can tell."""


def _refusal(error: ValidationError) -> BadTransfer:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    given = repr(first["input"])[:100]
    return BadTransfer(
        f"{field}: {first['msg']}", field=field or None, rule=first["type"], given=given
    )


class Posting(Value):
    """A quantity of one unit that goes from one account to another."""

    source: Code
    target: Code
    unit: Code
    quantity: int = Field(strict=True, gt=0, le=MAX_QUANTITY)

    def _check(self) -> None:
        if self.source == self.target:
            raise BadTransfer(
                "source and target are the same account",
                field="target",
                rule="same_account",
                given=self.target,
            )


class Instruction(Value):
    """What makes an entry happen once (`key`), and what is said of it (`memo`)."""

    key: Key
    memo: Memo = ""

    def _check(self) -> None:
        if self.key.startswith(OWN_KEYS):
            raise BadTransfer(
                f"keys that begin with {OWN_KEYS} are the ledger's own",
                field="key",
                rule="reserved",
                given=self.key,
            )


class Transfer(Instruction):
    """Postings that happen all or not at all.

    `occurred_at` is the moment of the act behind it, `reference` names the act.
    """

    kind: Annotated[Code, Field(max_length=64)]
    occurred_at: AwareDatetime
    reference: Words
    postings: tuple[Posting, ...] = Field(min_length=1, max_length=MAX_POSTINGS)

    def _check(self) -> None:
        super()._check()
        if not is_in_range(self.occurred_at):
            refuse_no_moment(occurred_at=self.occurred_at)


class Opening(Value):
    """The name of an account or unit that is to be opened."""

    code: Code
    name: Words = ""


class Rules(Value):
    """Whether an account may go below and above zero; a hash tells 1 from true."""

    may_go_negative: bool = Field(strict=True)
    may_go_positive: bool = Field(strict=True)


def is_in_range(moment: datetime) -> bool:
    """Whether it is a moment in UTC, too, and not before or after all that there are."""
    return moment.tzinfo is not None and MINYEAR < moment.year < MAXYEAR


def refuse_no_moment(**told: datetime) -> None:
    """Refuse a moment without its time zone, or before or after all that there are: BadTransfer."""
    for field, moment in told.items():
        if not is_in_range(moment):
            given = moment.isoformat()
            raise BadTransfer(
                f"{field}: {given} is no moment", field=field, rule="moment", given=given
            )


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks: one text per value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment_text(moment: datetime) -> str:
    """A moment in UTC to the microsecond, as hashes know it. Refuses: BadTransfer."""
    refuse_no_moment(at=moment)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def body_text(
    *,
    kind: str,
    reference: str,
    memo: str,
    postings: Iterable[tuple[str, str, str, int]],
    reverses: UUID | None = None,
    facts: Mapping[str, object] | None = None,
) -> str:
    """What an entry says, in canonical JSON; without its key and its times.

    Each posting is source, target, unit, quantity; `reverses` is the id of a mended transfer.
    `facts` are those of an act other than POST (see `act_facts`).
    """
    if facts:
        return canonical(
            {
                **facts,
                "kind": kind,
                "memo": memo,
                "postings": list(postings),
                "reference": reference,
                "reverses": None if reverses is None else str(reverses),
            }
        )
    # The same text, written out: this runs for every transfer that is posted or verified.
    lines = ",".join([line_text(*posting) for posting in postings])
    return body_around(lines, kind=kind, reference=reference, memo=memo, reverses=reverses)


def line_text(source: str, target: str, unit: str, quantity: int) -> str:
    """A posting as bodies say it."""
    return f"[{quoted(source)},{quoted(target)},{quoted(unit)},{quantity}]"


def body_around(
    lines: str, *, kind: str, reference: str, memo: str, reverses: UUID | None = None
) -> str:
    """What `body_text` gives without facts, of postings that are text already."""
    mends = "null" if reverses is None else f'"{reverses}"'
    return (
        f'{{"kind":{quoted(kind)},"memo":{quoted(memo)},"postings":[{lines}],'
        f'"reference":{quoted(reference)},"reverses":{mends}}}'
    )


def act_facts(
    act: Act,
    *,
    ends: UUID | None = None,
    expires_at: datetime | None = None,
    account: str | None = None,
    unit: str | None = None,
    rules: tuple[bool, bool] | None = None,
    name: str | None = None,
) -> dict[str, object]:
    """What the body of an act other than POST says beside a transfer's: each act its own facts.

    HOLD: `expires_at`. SETTLE, VOID, EXPIRE: `ends`, the hold's id. OPEN_UNIT: `unit` and `name`.
    OPEN_ACCOUNT: `account` and `rules`, whether it may go below and above zero. FREEZE, THAW,
    CLOSE: `account`.
    """
    facts: dict[str, object] = {"act": act.value}
    if expires_at is not None:
        facts["expires_at"] = moment_text(expires_at)
    if ends is not None:
        facts["ends"] = str(ends)
    if account is not None:
        facts["account"] = account
    if rules is not None:
        facts["may_go_negative"], facts["may_go_positive"] = rules
    if unit is not None:
        facts["unit"], facts["name"] = unit, name
    return facts


def body_hash(body: str) -> str:
    """By which a replay of a key is told from another transfer under the same key."""
    return sha256(body.encode()).hexdigest()


def new_nonce() -> str:
    """128 random bits in hex: who does not know them cannot guess a transfer from its hash."""
    return token_hex(16)


def new_nonces(count: int) -> list[str]:
    """So many of them, by asking the system once."""
    digits = token_hex(16 * count)
    return [digits[start : start + 32] for start in range(0, 32 * count, 32)]


def transfer_text(
    body: str,
    *,
    transfer_id: UUID | str,
    key: str,
    nonce: str,
    occurred_at: datetime | str,
    recorded_at: datetime | str,
) -> str:
    """The canonical JSON of the whole entry; `body` comes from `body_text`.

    Moments may be given as `moment_text` gives them.
    """
    occurred = occurred_at if isinstance(occurred_at, str) else moment_text(occurred_at)
    recorded = recorded_at if isinstance(recorded_at, str) else moment_text(recorded_at)
    return (
        f'{{"body":{body},"id":"{transfer_id}","key":{quoted(key)},"nonce":{quoted(nonce)},'
        f'"occurred_at":"{occurred}","recorded_at":"{recorded}"}}'
    )


def transfer_hash(text: str) -> str:
    """SHA-256 of what `transfer_text` gives."""
    return sha256(text.encode()).hexdigest()
