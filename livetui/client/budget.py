"""The rate budget: how many calls of an action an account may make a second, and who goes first.

One budget is shared by everything in the process, and its slots by all processes that are given the same
folder for them, because the cloud counts the whole account together. A call holds its slot while it is in
flight and for a second after: it reaches the service at some moment in between, so that however the network
delays one call and not the next, the service never counts more than the documented number in any one second.
Where a limit is documented for longer than a second, for a minute say, it is that window instead.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from heapq import heappop, heappush
from pathlib import Path

from livetui.client.ledger import Joint
from livetui.frozen import frozen

_HAIR = 0.001
"""Seconds added to a slot, so that no window of exactly a second holds one too many."""

THROTTLE_PAUSE = 1.0
"""Seconds an action rests after the service has throttled it, or a tenth of its window where that is more."""
RECOVERY = 30.0
"""Seconds until a throttled action is back at its documented rate."""
_SLOWEST = 1 / 16


class Priority(IntEnum):
    """Who goes first when there are too many; a lower number goes before a higher."""

    WRITE = 0
    READ = 1
    POLL = 2


@frozen
class Spent:
    """What an account has spent lately, for the header."""

    last_second: int
    last_minute: int
    by_action: dict[str, int]
    """Calls in the last minute."""
    throttled_at: float | None
    """When the service last said no, in seconds of the budget's own clock; None for never.

    What this budget lets through keeps to the limits, so that somebody else was spending them too.
    """
    alone: str = ""
    """Why other processes' calls are not counted with this one's; empty when they are, or need not be."""


class _Window:
    """Slots taken: by calls in flight, and by those that ended less than `seconds` ago."""

    __slots__ = ("flying", "free_at", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.flying = 0
        self.free_at: deque[float] = deque()

    def wait(self, limit: int, now: float) -> float | None:
        """Seconds until there is a slot, 0 for at once, None for as long as calls are in flight."""
        while self.free_at and self.free_at[0] <= now:
            self.free_at.popleft()
        over = self.flying + len(self.free_at) - limit
        if over < 0:
            return 0.0
        if over >= len(self.free_at):
            return None
        return self.free_at[over] - now

    def leave(self, now: float) -> None:
        self.flying -= 1
        self.free_at.append(now + self.seconds + _HAIR)


class _Meter:
    """One action of one account, whose calls are counted over a window of so many seconds."""

    __slots__ = ("every", "factor", "polls", "rested_at", "waiting")

    def __init__(self, window: float) -> None:
        self.every, self.polls = _Window(window), _Window(window)
        self.waiting: list[tuple[int, int, asyncio.Event]] = []
        self.rested_at = 0.0
        """When the rest after a throttled reply ends."""
        self.factor = 1.0
        """The part of the documented rate that is used just after that rest."""


@dataclass(slots=True)
class _Ledger:
    """What one account spent: seconds (whole, of the budget's clock) and what was sent in each."""

    seconds: deque[tuple[int, Counter[str]]] = field(default_factory=deque)
    recent: deque[float] = field(default_factory=deque)
    throttled_at: float | None = None


class Budget:
    """Slots for calls. `now` gives monotonic seconds, `sleep` waits for some; both can be a test's own.

    `polling_share` is the part of an action's rate that polls may use together, at least one a second.
    `shared` is a folder in which processes tell each other what they spend: then the limits hold for all of
    them together, and `now` has to be the system's monotonic clock.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        polling_share: float = 0.1,
        shared: Path | None = None,
    ) -> None:
        self.now, self._sleep = now, sleep
        self.polling_share = polling_share
        self._meters: dict[tuple[str, str], _Meter] = {}
        self._ledgers: dict[str, _Ledger] = {}
        self._turn = 0
        self._joint = Joint(shared, now) if shared is not None else None

    async def take(
        self,
        account: str,
        action: str,
        limit: int,
        priority: Priority = Priority.READ,
        window: float = 1.0,
    ) -> None:
        """Wait for a slot and use it at once: for what is over as soon as it begins."""
        async with self.slot(account, action, limit, priority, window):
            pass

    @asynccontextmanager
    async def slot(
        self,
        account: str,
        action: str,
        limit: int,
        priority: Priority = Priority.READ,
        window: float = 1.0,
    ) -> AsyncIterator[None]:
        """Wait for a slot and hold it for as long as the call is under way.

        `limit` is the action's documented number of calls in `window` seconds. Waiting writes go before
        waiting reads, those before polls; equals in the order they came.
        """
        meter = self._meters.get((account, action))
        if meter is None:
            meter = self._meters[account, action] = _Meter(window)
        told = await self._queue(meter, account, action, limit, priority)
        windows = (meter.every, meter.polls) if priority is Priority.POLL else (meter.every,)
        for one in windows:
            one.flying += 1
        self._note(account, action)
        self._wake(meter)
        try:
            yield
        finally:
            now = self.now()
            for one in windows:
                one.leave(now)
            if told and self._joint is not None:
                self._joint.leave(account, action, int(priority), meter.every.seconds)
            self._wake(meter)

    async def _queue(self, meter: _Meter, account: str, action: str, limit: int, priority: Priority) -> bool:
        """Returns when there is a slot and it is this one's turn; whether other processes are told of it."""
        self._turn += 1
        event = asyncio.Event()
        mine = (int(priority), self._turn, event)
        heappush(meter.waiting, mine)
        try:
            while True:
                delay: float | None = None
                if meter.waiting[0] is mine:
                    delay, told = self._delay(meter, limit, priority), False
                    if delay == 0 and self._joint is not None:
                        polls = self._polls(limit) if priority is Priority.POLL else None
                        most = self._limit(meter, limit, self.now())
                        rank, window = int(priority), meter.every.seconds
                        joint = self._joint.enter(account, action, most, polls, rank, window)
                        delay, told = joint or 0.0, joint is not None
                    if delay == 0:
                        heappop(meter.waiting)
                        return told
                if delay is None:
                    await event.wait()
                    event.clear()
                else:
                    # Timers are no finer than this; less could leave the clock where it is.
                    await self._sleep(max(delay, _HAIR))
        except BaseException:
            meter.waiting = [other for other in meter.waiting if other is not mine]
            meter.waiting.sort(key=lambda other: other[:2])
            self._wake(meter)
            raise

    def _delay(self, meter: _Meter, limit: int, priority: Priority) -> float | None:
        now = self.now()
        if meter.rested_at > now:
            return meter.rested_at - now
        delay = meter.every.wait(self._limit(meter, limit, now), now)
        if delay is None or priority is not Priority.POLL:
            return delay
        polls = meter.polls.wait(self._polls(limit), now)
        return None if polls is None else max(delay, polls)

    def _polls(self, limit: int) -> int:
        return max(1, int(limit * self.polling_share))

    def _limit(self, meter: _Meter, limit: int, now: float) -> int:
        """The documented number, or less of it for a while after a throttled reply."""
        if meter.factor >= 1:
            return limit
        factor = meter.factor + (1 - meter.factor) * (now - meter.rested_at) / RECOVERY
        if factor >= 1:
            meter.factor = 1.0
            return limit
        return max(1, int(limit * factor))

    @staticmethod
    def _wake(meter: _Meter) -> None:
        if meter.waiting:
            meter.waiting[0][2].set()

    def throttled(self, account: str, action: str) -> None:
        """The service said no: the action rests for a moment, then runs at half its rate and recovers."""
        now = self.now()
        self._ledger(account).throttled_at = now
        meter = self._meters.setdefault((account, action), _Meter(1.0))
        if meter.rested_at > now:
            return  # one burst is throttled many times over; it counts once
        half = self._limit(meter, 1000, now) / 2000
        pause = max(THROTTLE_PAUSE, meter.every.seconds / 10)
        meter.factor, meter.rested_at = max(_SLOWEST, half), now + pause
        if self._joint is not None:
            self._joint.rest(account, action, meter.rested_at)

    def spent(self, account: str) -> Spent:
        """What the account has spent in this process."""
        ledger = self._ledgers.get(account)
        alone = self._joint.trouble if self._joint is not None else ""
        if ledger is None:
            return Spent(0, 0, {}, None, alone)
        now = self.now()
        self._forget(ledger, now)
        by_action: Counter[str] = Counter()
        for _, sent in ledger.seconds:
            by_action += sent
        return Spent(len(ledger.recent), by_action.total(), dict(by_action), ledger.throttled_at, alone)

    def _ledger(self, account: str) -> _Ledger:
        return self._ledgers.setdefault(account, _Ledger())

    def _note(self, account: str, action: str) -> None:
        ledger, now = self._ledger(account), self.now()
        self._forget(ledger, now)
        ledger.recent.append(now)
        if not ledger.seconds or ledger.seconds[-1][0] != int(now):
            ledger.seconds.append((int(now), Counter()))
        ledger.seconds[-1][1][action] += 1

    @staticmethod
    def _forget(ledger: _Ledger, now: float) -> None:
        while ledger.recent and ledger.recent[0] <= now - 1:
            ledger.recent.popleft()
        while ledger.seconds and ledger.seconds[0][0] <= int(now) - 60:
            ledger.seconds.popleft()


SHARED = Budget()
"""The process's own; clients that are given none use it."""
