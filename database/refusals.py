"""The root of every refusal: a typed "no" with its facts, free of HTTP and of language."""

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """A command's "no": a stable `code`, the `facts` it rests on, and the input `field` at fault.

    The code is the class name in snake case; pages translate it, machines compare it. The message
    is English, for logs and for the API; `facts` are plain values fit for JSON and for a sentence.
    """

    code: ClassVar[str] = "refusal"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __init__(self, message: str, /, *, field: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts


class NotFound(Refusal):
    """Nothing of that name is there, or not for this reader."""


class Forbidden(Refusal):
    """The actor may not do this."""


class TryAgain(Refusal):
    """Two writers stood in each other's way and this one was turned back: nothing was written.

    The same call again is safe, and will most likely succeed.
    """


class Invalid(Refusal):
    """The input itself is at fault; `field` says where."""


class Conflict(Refusal):
    """The input is sound but the present state of things does not allow it."""
