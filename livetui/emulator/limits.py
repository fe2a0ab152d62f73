"""The documented rate limits, held in a sliding window of a second, or a minute, for each action."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable

from livetui.emulator.answers import Refusal


class Limits:
    """Counts the calls of one account; `clock` is monotonic seconds and need not be the account's clock.

    A test's clock stands still, and a second has to pass all the same for whoever was turned away.
    """

    def __init__(self, *, enforced: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self.enforced = enforced
        self._clock = clock
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(
        self, action: str, limit: int, window: float = 1.0, *, code: str = "RequestLimitExceeded"
    ) -> None:
        """Counts one call; one too many in `window` seconds is not counted and raises Refusal with the code.

        A limit of 0 is none.
        """
        if not self.enforced or not limit:
            return
        now = self._clock()
        calls = self._calls[action]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= limit:
            often = "a second" if window == 1 else f"in {window:g} seconds"
            raise Refusal(code, f"{action} may be called {limit} times {often}.")
        calls.append(now)

    def clear(self) -> None:
        self._calls.clear()
