"""Reads a resource again and again while somebody looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from livetui.client import ClientError
from livetui.watch.diff import Values, advancing, fail
from livetui.watch.things import Gathered, Snapshot


class Poller:
    """One resource's snapshot, kept fresh.

    The next reading is armed when the last has finished, so a slow cloud stretches the interval and never
    piles up readings. `pause` holds it; `poke` reads at once. `read` is told whether somebody waits for it:
    the first reading and one that was asked for are no mere polls.
    """

    def __init__(
        self,
        read: Callable[[bool], Awaitable[Gathered]],
        values: Values,
        *,
        interval: float,
        now: Callable[[], datetime],
        told: Callable[[Snapshot], None],
    ) -> None:
        self.snapshot = Snapshot()
        self.interval = interval
        self.paused = False
        self.reading = False
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
            await self.once(asked=asked)
            await self._rest(self.interval)

    def expire(self) -> None:
        """What is known may have been changed from here: read at once when it is next looked at."""
        self._expired = True

    async def once(self, *, asked: bool = True) -> None:
        """One reading; a failure ages the snapshot, and everything else it raises is a bug and comes out."""
        self.reading = True
        self._told(self.snapshot)
        try:
            read = await self._read(asked or self.snapshot.read is None)
        except ClientError as error:
            self.snapshot = fail(self.snapshot, error, self._now())
        else:
            self._expired = False
            self.snapshot = await self._advance(read)
        finally:
            self.reading = False
        self._told(self.snapshot)

    async def _advance(self, read: Gathered) -> Snapshot:
        steps = advancing(self.snapshot, read, self._values)
        while True:
            try:
                next(steps)
            except StopIteration as made:
                return made.value  # type: ignore[no-any-return]
            await asyncio.sleep(0)

    def poke(self) -> None:
        """Read as soon as the reading under way, if any, has ended; also while paused."""
        self._poked.set()

    def _due_in(self) -> float:
        at = self.snapshot.at
        if at is None or self._expired or self.snapshot.error is not None:
            return 0.0
        return self.interval - (self._now() - at).total_seconds()

    async def _rest(self, seconds: float) -> None:
        while True:
            try:
                await asyncio.wait_for(self._poked.wait(), None if self.paused else seconds)
            except TimeoutError:
                if self.paused:
                    continue
            return
