"""The register of answers: which function plays which action of the emulated cloud."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetui.emulator.account import Account


class Refusal(Exception):
    """The cloud says no; becomes the documented error envelope.

    `members` are documented members of the reply that go with it: what became of each of a batch.
    """

    def __init__(self, code: str, message: str, members: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message
        self.members: Mapping[str, Any] = members or {}


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler may know of the request besides its parameters."""

    action: str
    region: str | None
    now: datetime
    request_id: str


Handler = Callable[["Account", dict[str, Any], Call], dict[str, Any]]

ANSWERS: defaultdict[str, dict[str, Handler]] = defaultdict(dict)
"""By service id and action."""


def answers(name: str, service: str = "css") -> Callable[[Handler], Handler]:
    """Registers the function that plays this action. It returns the reply's members but RequestId."""

    def register(handler: Handler) -> Handler:
        if name in ANSWERS[service]:
            raise ValueError(f"{service} {name} is answered twice")
        ANSWERS[service][name] = handler
        return handler

    return register
