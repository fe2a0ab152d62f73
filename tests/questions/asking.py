"""Who asks the emulated cloud, in whatever way: an official SDK, the command line."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any

from emulated import Served


class Asker(ABC):
    """Asks a served emulator; times are told from the emulator's clock."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.called: set[str] = set()
        """Actions that were asked for."""
        self.refusals: set[str] = set()
        """Actions that were refused when they should be."""

    @abstractmethod
    def __call__(self, action: str, region: str = "", /, **params: Any) -> dict[str, Any]:
        """The reply without its envelope; a refusal fails the test."""

    @abstractmethod
    def refused(self, code: str, action: str, region: str = "", /, **params: Any) -> None:
        """Holds that the call is refused with that code."""

    def now(self, **ahead: float) -> datetime:
        return self.served.clock.now() + timedelta(**ahead)

    def iso(self, **ahead: float) -> str:
        return self.now(**ahead).strftime("%Y-%m-%dT%H:%M:%SZ")

    def beijing(self, **ahead: float) -> str:
        return (self.now(**ahead) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")

    def unix(self, **ahead: float) -> int:
        return int(self.now(**ahead).timestamp())
