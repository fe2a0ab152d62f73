"""When Python's cycle collector may run, so that it never holds a key.

A full collection walks everything that lives: with 20,000 streams a tenth of a second or more. What a
reading brings are plain dicts and lists without cycles, freed by counting alone, so walking them finds
nothing. They are taken out of the collector's sight once they are read; real cycles (closed screens, old
tracebacks) are looked for while there is little to walk.
"""

from __future__ import annotations

import gc

YOUNG = 2_000
"""Objects made between two collections of the youngest; ten of those make a walk of two milliseconds."""
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
        gc.set_threshold(YOUNG, 10, NEVER)
        gc.enable()
        self._begun = True

    def read(self, rows: int) -> None:
        """A reading of so many rows has been shown."""
        if not self._begun:
            return
        self._readings += 1
        if rows <= FEW and self._readings % EVERY == 0:
            gc.unfreeze()
            gc.collect()
        gc.freeze()


COLLECTOR = Collector()
"""The process's own."""
