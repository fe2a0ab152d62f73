"""What the screen should show: Textual's output, drawn on a grid of cells instead of on a terminal."""

from __future__ import annotations

import re
from typing import NamedTuple

from livetui.console.terminal.cells import NO_PEN, Cell, Unknown, written

Row = list[Cell | None]
"""One line; None where it is not known what is there, which is left as it is."""

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
_BLANK: Cell = NO_PEN.cells[" "]


class Frame(NamedTuple):
    """A screen to be shown. Rows are never changed once they are in one."""

    width: int
    height: int
    rows: tuple[Row, ...]
    starts: tuple[frozenset[int], ...]
    """Columns of each line that Textual moved to before it wrote; between them it wrote on and on."""
    cursor: tuple[int, int]
    """Column and line, from 0, where the terminal's cursor is left."""
    synchronised: bool
    """To be shown at once (mode 2026), as far as the terminal knows how."""


class Wanted:
    """The screen as Textual's frames have left it."""

    def __init__(self) -> None:
        self._width = self._height = 0
        self._rows: list[Row] = []
        self._starts: list[frozenset[int]] = []

    def forget(self) -> None:
        """From here on nothing is known of the screen."""
        self._rows = [[None] * self._width for _ in range(self._height)]
        self._starts = [frozenset()] * self._height

    def draw(self, text: str, size: tuple[int, int], *, synchronised: bool) -> Frame:
        """The screen of (columns, lines) after this output of Textual's: moves, text and SGRs.

        Raises Unknown for anything else, and where text would not fit in.
        """
        before, *parts = _MOVE.split(text)
        if before or not parts:
            raise Unknown(text[:20])
        if (self._width, self._height) != size:
            self._width, self._height = size
            self.forget()
        fresh: set[int] = set()
        x = y = 0
        for at in range(0, len(parts), 3):
            y, x = int(parts[at]) - 1, int(parts[at + 1]) - 1
            # The line feeds between two lines move to where the next move leads away from.
            if cells := written(parts[at + 2].rstrip("\n")):
                end = x + len(cells)
                if y >= self._height or end > self._width:
                    raise Unknown("text beyond the edge")
                if y not in fresh:
                    fresh.add(y)
                    self._rows[y] = self._rows[y].copy()
                self._put(y, x, end, cells)
                x = end
        cursor = min(x, self._width - 1), min(y, self._height - 1)
        return Frame(self._width, self._height, tuple(self._rows), tuple(self._starts), cursor, synchronised)

    def _put(self, y: int, x: int, end: int, cells: tuple[Cell, ...]) -> None:
        row, starts = self._rows[y], self._starts[y]
        # Half of a wide character does not stay when the other is written over.
        if (first := row[x]) is not None and not first[0]:
            left = x - 1
            while left > 0 and (cell := row[left]) is not None and not cell[0]:
                left -= 1
            row[left:x] = [_BLANK] * (x - left)
        right = end
        while right < self._width and (cell := row[right]) is not None and not cell[0]:
            row[right] = _BLANK
            right += 1
        row[x:end] = cells
        self._starts[y] = frozenset({x, end, *(start for start in starts if not x <= start < end)})
