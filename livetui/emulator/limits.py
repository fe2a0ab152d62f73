"""The documented rate limits, held in a sliding window of one second for each action."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable

from livetui.emulator.answers import Refusal

WINDOW = 1.0
"""Seconds."""


class Limits:
    """Counts the calls of one account; `clock` is monotonic seconds and need not be the account's clock.

    A test's clock stands still, and a second has to pass all the same for whoever was turned away.
    """

    def __init__(self, *, enforced: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self.enforced = enforced
        self._clock = clock
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, action: str, limit: int) -> None:
        """Counts one call; one too many is not counted and raises Refusal `RequestLimitExceeded`."""
        if not self.enforced:
            return
        now = self._clock()
        calls = self._calls[action]
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= limit:
            raise Refusal("RequestLimitExceeded", f"{action} may be called {limit} times a second.")
        calls.append(now)

    def clear(self) -> None:
        self._calls.clear()
