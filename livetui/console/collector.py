"""When Python's cycle collector may run, so that it never holds a key.

A full collection walks everything that lives: with 20,000 streams a tenth of a second or more. What a
reading brings are plain dicts and lists without cycles, freed by counting alone, so walking them finds
nothing. They are taken out of the collector's sight once they are read, and with them all else that is there.
Real cycles in that (closed screens, lines that were painted over) are looked for now and then: at any time
while there is little to walk, else while nobody is typing.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from functools import cache

YOUNG = 5_000
"""Objects made between two collections of the youngest: a walk of half a millisecond."""
RARELY = 1_000
"""Of those between two of what has outlived one: by then it has long been put out of sight."""
NEVER = 1_000_000_000
FEW = 3_000
"""Rows with which a full collection is short enough not to be felt."""
EVERY = 60
"""Readings between two full collections."""
QUIET = 30.0
"""Seconds without a key after which a long one is not felt."""


class Collector:
    """Python's collector on a timetable: `begin` once the first frame is shown, `read` after each reading.

    `seconds` is the clock that quiet is told by.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._typed_at = seconds()
        self._readings = 0
        """Since the last full collection."""
        self._begun = False

    def begin(self) -> None:
        """From now on only young objects are collected by themselves."""
        gc.collect(0)
        gc.freeze()
        gc.set_threshold(YOUNG, RARELY, NEVER)
        gc.enable()
        _give_back()
        self._begun = True

    def typed(self) -> None:
        """Somebody has pressed a key."""
        self._typed_at = self._seconds()

    def set_aside(self) -> None:
        """What there is now is not walked while more is made of it: its tables alone take 15 ms."""
        if self._begun:
            gc.freeze()

    def read(self, rows: int) -> None:
        """A reading of so many rows has been shown."""
        if not self._begun:
            return
        self._readings += 1
        if rows > FEW:
            _trim()
        if self._readings >= EVERY and (rows <= FEW or self._seconds() - self._typed_at >= QUIET):
            self._readings = 0
            gc.unfreeze()
            gc.collect()
        gc.freeze()


_MMAP_THRESHOLD, _LARGE = -3, 128 << 10
"""glibc's M_MMAP_THRESHOLD, and bytes from which a block is a mapping of its own."""


def _give_back() -> None:
    """Large blocks go back to the system when they are freed, also once larger ones have been.

    glibc alone raises that mark as it goes: replies and tables of tens of thousands of rows then leave holes.
    """
    if (mallopt := _libc("mallopt")) is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)


def _trim() -> None:
    """Gives back what lies free and scattered among smaller blocks."""
    if (trim := _libc("malloc_trim")) is not None:
        trim(0)


@cache
def _libc(name: str) -> Callable[..., int] | None:
    """A function of glibc; None with any other, which needs no reminding."""
    from ctypes import CDLL

    try:
        found: Callable[..., int] | None = getattr(CDLL(None), name, None)
    except OSError:
        return None
    return found


COLLECTOR = Collector()
"""The process's own."""
