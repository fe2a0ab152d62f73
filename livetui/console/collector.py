"""When Python's cycle collector may run, so that it never holds a key.

A full collection walks everything that lives: with 20,000 streams a tenth of a second or more. What a
reading brings are plain dicts and lists without cycles, freed by counting alone, so walking them finds
nothing. They are taken out of the collector's sight once they are read; real cycles (closed screens, old
tracebacks) are looked for while there is little to walk.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

YOUNG = 5_000
"""Objects made between two collections of the youngest: a walk of half a millisecond."""
RARELY = 1_000
"""Of those between two of what has outlived one: by then it has long been put out of sight."""
NEVER = 1_000_000_000
FEW = 3_000
"""Rows with which a full collection is short enough not to be felt."""
EVERY = 60
"""Readings between two full collections."""


class Collector:
    """Python's collector on a timetable: `begin` once the first frame is shown, `read` after each reading."""

    def __init__(self) -> None:
        self._readings = 0
        self._begun = False

    def begin(self) -> None:
        """From now on only young objects are collected by themselves."""
        gc.collect(0)
        gc.freeze()
        gc.set_threshold(YOUNG, RARELY, NEVER)
        gc.enable()
        _give_back()
        self._begun = True

    def read(self, rows: int) -> None:
        """A reading of so many rows has been shown."""
        if not self._begun:
            return
        self._readings += 1
        if rows > FEW:
            _trim()
        if rows <= FEW and self._readings % EVERY == 0:
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
