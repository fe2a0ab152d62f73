from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from loopback import SECRET_ID, SECRET_KEY

from livetui.catalogue import load
from livetui.client import Budget, Client
from livetui.settings import Credential


class Hurried:
    """A clock that runs as the machine's does, and leaps over every wait."""

    def __init__(self) -> None:
        self.leapt = 0.0

    def now(self) -> float:
        return time.monotonic() + self.leapt

    async def sleep(self, seconds: float) -> None:
        self.leapt += seconds
        await asyncio.sleep(0)


@pytest.fixture
def naps() -> list[float]:
    """How long the client wanted to wait between attempts; it did not."""
    return []


@pytest.fixture
def client_of(naps: list[float]) -> Callable[..., Client]:
    async def nap(seconds: float) -> None:
        naps.append(seconds)

    def make(url: str, **settings: Any) -> Client:
        hurried = Hurried()
        budget = Budget(hurried.now, hurried.sleep)
        settings = {"budget": budget, "sleep": nap, "random": lambda: 0.5, **settings}
        credential = settings.pop("credential", Credential(SECRET_ID, SECRET_KEY))
        return Client(load("css"), credential, endpoint=url, **settings)

    return make
