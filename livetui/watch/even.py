"""The time of day, going on evenly: through a suspension of the machine, and whatever its clock is set to."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

LEAP = 2.0
"""Seconds by which a clock that is merely corrected in passing never leaps."""


def steady() -> float:
    """Seconds that pass evenly, also while the machine sleeps; from when on they are counted says nothing."""
    return time.clock_gettime(_PASSING)


_PASSING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux leaves the time that it was suspended out of the monotonic clock; others don't."""


class EvenClock:
    """Ages told by `now` stay true when somebody sets the machine's clock, until `adopt` takes that over.

    `wall` is the machine's aware UTC clock, `seconds` passes evenly. Without `seconds` every leap of `wall`
    counts as time that has passed.
    """

    def __init__(self, wall: Callable[[], datetime], seconds: Callable[[], float] | None = None) -> None:
        self.wall = wall
        self.seconds = seconds
        self._at, self._began = wall(), seconds() if seconds else 0.0

    def now(self) -> datetime:
        if self.seconds is None:
            return self.wall()
        return self._at + timedelta(seconds=self.seconds() - self._began)

    def set_by(self) -> timedelta | None:
        """How far the machine's clock was set forward (or back, below zero) since; None when it was not."""
        off = self.wall() - self.now()
        return off if abs(off.total_seconds()) > LEAP else None

    def adopt(self) -> timedelta:
        """Go by the machine's clock as it is set now. Returns what has to be added to times told before."""
        off = self.wall() - self.now()
        if self.seconds is not None:
            self._at, self._began = self.wall(), self.seconds()
        return off
