"""A tenant of the emulated account: calls answered by their handlers, held to the catalogue on both sides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from shapes import assert_shape

from livetui.catalogue.check import check
from livetui.catalogue.loader import Catalogue, load
from livetui.emulator.account import Account
from livetui.emulator.answers import Call, Refusal
from livetui.emulator.clock import Clock
from livetui.emulator.services import handlers
from livetui.emulator.shape import ABSENT

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Tenant:
    """Calls one of an account's systems; the clock stands at START until it is moved."""

    def __init__(self, service: str, account: Account | None = None, *, seed: int = 1) -> None:
        self.account = account or Account(seed=seed, streams=60, clock=Clock(START))
        self.service = service
        self.catalogue: Catalogue = load(service)

    @property
    def now(self) -> datetime:
        return self.account.clock.now()

    def advance(self, seconds: float) -> None:
        self.account.clock.advance(seconds)

    def send(self, action: str, /, **params: Any) -> dict[str, Any]:
        """The reply; raises Refusal. What the gate would turn away fails the test."""
        assert check(self.catalogue, self.catalogue.action(action), params, self.now) == []
        call = Call(action, None, self.now, "request-1")
        return handlers(self.service)[action](self.account, params, call)

    def __call__(self, action: str, /, *, lacks: tuple[str, ...] = (), **params: Any) -> dict[str, Any]:
        """The reply, its shape compared with the catalogue's; `lacks` are members left out of it."""
        reply = self.send(action, **params)
        declared = [field for field in self.catalogue.action(action).response if field.name not in lacks]
        assert ABSENT not in reply.values()
        assert_shape(self.catalogue, declared, reply, action)
        return reply

    def refused(self, code: str, action: str, /, **params: Any) -> Refusal:
        """Holds that the call is refused with that code, and that the catalogue explains it."""
        with pytest.raises(Refusal) as caught:
            self.send(action, **params)
        assert caught.value.code == code, caught.value
        assert caught.value.message
        assert self.catalogue.error(code) is not None
        return caught.value
