"""The one clock of an emulated account: running, shifted or frozen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the account's time; tests and the control plane freeze, move and set it.

    All times are aware UTC datetimes.
    """

    def __init__(self, at: datetime | None = None, *, source: Callable[[], datetime] = wall) -> None:
        self._source = source
        self._shift = timedelta()
        self._frozen = at

    @property
    def frozen(self) -> bool:
        return self._frozen is not None

    def now(self) -> datetime:
        return self._frozen if self._frozen is not None else self._source() + self._shift

    def freeze(self, at: datetime | None = None) -> None:
        """Stops the clock, at the given time or where it stands."""
        self._frozen = at if at is not None else self.now()

    def run(self) -> None:
        """Lets the clock run on from the time it shows."""
        if self._frozen is not None:
            self._shift = self._frozen - self._source()
            self._frozen = None

    def set(self, at: datetime) -> None:
        """Puts the clock to a time; it stays frozen or running as it was."""
        if self._frozen is not None:
            self._frozen = at
        else:
            self._shift = at - self._source()

    def advance(self, seconds: float) -> datetime:
        """Moves the clock on and tells the new time."""
        self.set(self.now() + timedelta(seconds=seconds))
        return self.now()
