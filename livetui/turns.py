"""Long work on the event loop, in turns: a few milliseconds of it whenever the loop has nothing else to do.

Whatever goes through thousands of rows shares one line of turns a loop. A key's way to the screen leads
through a dozen turns of the loop; if each had a piece of work in it, those would add up to what is felt.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator
from time import perf_counter
from typing import TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")

WORK = 0.002
"""Seconds of work in one turn."""
_NOTHING = 0.0002
"""Seconds that the loop goes round in when it has nothing to do."""
_CALM = 3
"""Such rounds in a row after which nothing else is under way."""
_PATIENCE = 0.01
"""Seconds after which the work has its turn however busy the loop is."""
_ASKED, _BEGUN, _NEW = range(3)
"""Who comes first: what an operator waits for, then what is begun, then what is not."""


class Pace:
    """Tells a piece of long work when to rest: `if pace.due: await pace.rest()`.

    What follows in the same turn of the loop, be it of another's work, shares the time of that turn.
    """

    def __init__(self, *, asked: bool = False) -> None:
        self._rank = _ASKED if asked else _BEGUN
        self._waiting = _waiting()

    @property
    def due(self) -> bool:
        return perf_counter() >= self._waiting.ends

    async def rest(self) -> None:
        """Until it has a turn again."""
        await self._waiting.turn(self._rank)


async def turn() -> None:
    """Wait for a turn before some work is begun: until the loop has nothing else to do, or for a while.

    What an operator asked for comes first, then what is begun already: it has memory to give back.
    """
    await _waiting().turn(_NEW)


def _waiting() -> _Waiting:
    loop = asyncio.get_running_loop()
    waiting = _WAITING.get(loop)
    if waiting is None:
        waiting = _WAITING[loop] = _Waiting()
    return waiting


async def through(steps: Generator[None, None, T], *, asked: bool = False) -> T:
    """What work with pauses comes to; it rests in those that are due."""
    pace = Pace(asked=asked)
    while True:
        try:
            next(steps)
        except StopIteration as made:
            return made.value  # type: ignore[no-any-return]
        if pace.due:
            await pace.rest()


def at_once(steps: Generator[None, None, T]) -> T:
    """What work with pauses comes to, without them."""
    while True:
        try:
            next(steps)
        except StopIteration as made:
            return made.value  # type: ignore[no-any-return]


class _Waiting:
    """Those of one loop that wait, the first come first."""

    def __init__(self) -> None:
        # The loop is not held: it is what this is found by, for as long as it lives.
        self._lines: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque(), deque())
        """By rank."""
        self._looking = False
        self._calm = 0
        self._looked = self._since = 0.0
        self.ends = 0.0
        """When the turn that somebody has, or had last, is over."""

    async def turn(self, rank: int) -> None:
        mine = asyncio.get_running_loop().create_future()
        self._lines[rank].append(mine)
        if not self._looking:
            self._begin()
        await mine
        self.ends = perf_counter() + WORK

    def _begin(self) -> None:
        self._looking, self._calm = True, 0
        self._looked = self._since = perf_counter()
        asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        now = perf_counter()
        self._calm = self._calm + 1 if now - self._looked < _NOTHING else 0
        self._looked = now
        if self._calm < _CALM and now - self._since < _PATIENCE:
            asyncio.get_running_loop().call_soon(self._look)
            return
        self._looking = False
        for line in self._lines:
            while line:
                if not (first := line.popleft()).done():  # else given up while it waited
                    first.set_result(None)
                    if any(self._lines):
                        self._begin()
                    return


_WAITING: WeakKeyDictionary[asyncio.AbstractEventLoop, _Waiting] = WeakKeyDictionary()
