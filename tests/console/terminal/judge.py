"""Terminals that judge: what a screen shows, cell by cell, after it was written to."""

from __future__ import annotations

from typing import Any

import pyte
from gestures import INVISIBLE

Shown = tuple[list[list[Any]], tuple[int, int]]


class Screen:
    """A terminal of so many columns and lines, without wrapping, as Textual sets it."""

    def __init__(self, columns: int, lines: int) -> None:
        self.pyte = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.pyte)
        self._stream.feed("\x1b[?7l")

    def feed(self, text: str) -> None:
        self._stream.feed(INVISIBLE.sub("", text))

    @property
    def shown(self) -> Shown:
        """Every cell's character, colours and attributes; and where the cursor is."""
        return shown(self.pyte)

    @property
    def text(self) -> str:
        return "\n".join(self.pyte.display)


def shown(screen: pyte.Screen) -> Shown:
    cells = [[screen.buffer[y][x] for x in range(screen.columns)] for y in range(screen.lines)]
    return cells, (screen.cursor.x, screen.cursor.y)
