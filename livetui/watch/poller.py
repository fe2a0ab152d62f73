"""Reads a resource again and again while somebody looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from livetui.client import ApiError, ClientError
from livetui.turns import through
from livetui.watch.diff import Values, advancing, fail
from livetui.watch.things import Gathered, Snapshot

LOOK = 1.0
"""Seconds between two looks at the clock: whether the machine has slept meanwhile."""
SLEPT = 10.0
"""Seconds that passed by the clock and not for this process: what was under way then never ends."""
SLOWEST = 8
"""Intervals between two readings of what the service refuses again and again."""


class Poller:
    """One resource's snapshot, kept fresh.

    The next reading is armed when the last has finished, so a slow cloud stretches the interval and never
    piles up readings. One that failed is tried again an interval after it began, and less and less often
    where the service itself said no. When the clock shows that the time is over, as after a suspension of
    the machine, it is read at once, and a reading that began before is given up. `pause` holds it; `poke`
    reads at once. `read` is told whether somebody waits for it: the first reading and one that was asked for
    are no mere polls.
    """

    def __init__(
        self,
        read: Callable[[bool], Awaitable[Gathered]],
        values: Values,
        *,
        interval: float,
        now: Callable[[], datetime],
        told: Callable[[Snapshot], None],
        look: float = LOOK,
    ) -> None:
        self.snapshot = Snapshot()
        self.interval = interval
        self.paused = False
        self.reading = False
        self.began: datetime | None = None
        """When the latest reading began."""
        self.known = asyncio.Event()
        """Set once it has been read."""
        self.refused = 0
        """How many readings in a row the service itself refused."""
        self._look = look
        self._read, self._values, self._now, self._told = read, values, now, told
        self._poked = asyncio.Event()
        self._expired = False

    async def run(self) -> None:
        """Reads until cancelled; what was read less than an interval ago is not read again yet."""
        if (due := self._due_in()) > 0:
            await self._rest(due)
        while True:
            asked = self._poked.is_set()
            self._poked.clear()
            await self._read_awake(asked)
            await self._rest(self._gap())

    @property
    def every(self) -> float:
        """Seconds between readings as things are."""
        return self.interval * float(min(SLOWEST, 2 ** max(0, self.refused - 1)))

    def _gap(self) -> float:
        """Seconds until the next reading. In an outage each try may take long: the interval holds from its
        beginning, so that the first after its end comes within one."""
        if self.snapshot.error is None or self.refused or self.began is None:
            return self.every
        return max(min(LOOK, self.interval), self.interval - (self._now() - self.began).total_seconds())

    async def _read_awake(self, asked: bool) -> None:
        """One reading; begun anew when the machine has slept in the middle of it."""
        while True:
            try:
                async with asyncio.timeout(None) as patience:
                    watch = _Watch(patience, self._now, self._look)
                    try:
                        await self.once(asked=asked)
                    finally:
                        watch.cancel()
                return
            except TimeoutError:
                if not patience.expired():
                    raise

    def expire(self) -> None:
        """What is known may have been changed from here: read at once when it is next looked at."""
        self._expired = True

    async def once(self, *, asked: bool = True) -> None:
        """One reading; a failure ages the snapshot, and everything else it raises is a bug and comes out."""
        self.reading, self.began = True, self._now()
        self._told(self.snapshot)
        try:
            read = await self._read(asked or self.snapshot.read is None)
        except ClientError as error:
            self.refused = self.refused + 1 if isinstance(error, ApiError) else 0
            self.snapshot = fail(self.snapshot, error, self._now())
        else:
            self._expired, self.refused = False, 0
            self.snapshot = await self._advance(read)
            self.known.set()
        finally:
            self.reading = False
        self._told(self.snapshot)

    async def _advance(self, read: Gathered) -> Snapshot:
        return await through(advancing(self.snapshot, read, self._values))

    def poke(self) -> None:
        """Read as soon as the reading under way, if any, has ended; also while paused."""
        self._poked.set()

    def _due_in(self) -> float:
        at = self.snapshot.at
        if at is None or self._expired or self.snapshot.error is not None:
            return 0.0
        return self.interval - (self._now() - at).total_seconds()

    async def _rest(self, seconds: float) -> None:
        loop, began = asyncio.get_running_loop(), self._now()
        ends = loop.time() + seconds
        while True:
            left = self._look if self.paused else min(self._look, ends - loop.time())
            try:
                await asyncio.wait_for(self._poked.wait(), max(0.0, left))
            except TimeoutError:
                passed = (self._now() - began).total_seconds()
                if self.paused or (loop.time() < ends and passed < seconds):
                    continue
            return


class _Watch:
    """Ends a reading when the machine has slept since it began."""

    def __init__(self, patience: asyncio.Timeout, now: Callable[[], datetime], look: float) -> None:
        self._patience, self._now, self._look = patience, now, look
        self._loop = asyncio.get_running_loop()
        self._before = self._times()
        self._timer = self._loop.call_later(look, self._again)

    def _times(self) -> tuple[datetime, float]:
        return self._now(), self._loop.time()

    def _again(self) -> None:
        (before, began), (now, here) = self._before, self._times()
        if (now - before).total_seconds() - (here - began) > SLEPT:
            self._patience.reschedule(here)
            return
        self._before = now, here
        self._timer = self._loop.call_later(self._look, self._again)

    def cancel(self) -> None:
        self._timer.cancel()
