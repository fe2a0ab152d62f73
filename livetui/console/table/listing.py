"""The rows of a table in the order they are shown, with the cursor and the marks on their things.

No screen in here: only which row is on which line, and what happens to the operator's finger when the rows
change under it. The cursor is on an identity. When its thing has left, or a filter hides it, the cursor is on
nothing ("disarmed") and stays hollow where it was; it takes up a thing again when the operator moves, or when
the very thing that a filter hid is shown again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from operator import eq, is_
from typing import Any, TypeVar

from livetui.console.table.order import SLICE, cells_of, ordered, placed, values_in
from livetui.console.table.row import TableRow
from livetui.console.table.sift import let_through, sifted
from livetui.turns import at_once
from livetui.watch.cells import Cell
from livetui.watch.filter import Filter

T = TypeVar("T")
SAMPLE = 100
"""Rows from the first in view whose texts the columns are made wide enough for."""
_NEAR = 200
"""Lines searched on either side for a thing that tells where the cursor's place has gone."""


_TRIES = 3
"""Times that work is begun anew because the rows changed in one of its pauses; then it makes none."""
_FEW = 8
"""Questions after a change of order from which on it pays to know every row's line."""


class Listing:
    """Rows, their order, the view onto them, the cursor and the marks.

    line: where the cursor is, or was when it is disarmed. top: the first line in view. height: lines in view.
    """

    def __init__(self) -> None:
        self.height = 0
        self.clear()

    def clear(self) -> None:
        self._rows: Sequence[TableRow] = ()
        self._index: dict[Hashable, int] = {}
        self._cells: list[Sequence[Cell]] = []
        self._folded: list[str] = []
        """The rows' text as words are searched in it; empty while no filter asks for it."""
        self._passes: list[bool] = []
        """Whether each row is let through; empty while everything is."""
        self._filter = Filter("")
        self._sort: tuple[tuple[int, bool], ...] = ()
        self._values: list[list[Any]] = []
        self._sorted: Sequence[int] = []
        self._order: Sequence[int] = []
        self._lines: dict[int, int] | None = None
        self._asked = 0
        self._marks: dict[Hashable, None] = {}
        self._marks_told: frozenset[Hashable] | None = None
        self._hidden_told: frozenset[Hashable] | None = None
        self._last_mark: Hashable | None = None
        self.placed = False
        """Whether the cursor has ever been on a line."""
        self._hidden_by_filter: Hashable | None = None
        self.cursor: Hashable | None = None
        self._lost: Hashable | None = None
        """What the cursor was on when it left, until the cursor is on something else."""
        self.line = 0
        self.top = 0

    # What is shown

    def __len__(self) -> int:
        return len(self._order)

    @property
    def total(self) -> int:
        return len(self._rows)

    def row(self, line: int) -> TableRow | None:
        """The row on a line; None past the end."""
        return self._rows[self._order[line]] if 0 <= line < len(self._order) else None

    @property
    def rows(self) -> Sequence[TableRow]:
        return self._rows

    def row_of(self, identity: Hashable) -> TableRow | None:
        index = self._index.get(identity)
        return None if index is None else self._rows[index]

    def line_of(self, identity: Hashable) -> int | None:
        """The line a thing is shown on."""
        index = self._index.get(identity)
        if index is None or (self._passes and not self._passes[index]):
            return None
        if self._lines is None:
            self._asked += 1
            if self._asked < _FEW:
                return self._order.index(index)
            self._lines = dict(zip(self._order, range(len(self._order)), strict=True))
        return self._lines.get(index)

    def _live(self, identity: Hashable) -> bool:
        index = self._index.get(identity)
        if index is None or (self._passes and not self._passes[index]):
            return False
        return not self._rows[index].gone

    # Changes of what is shown

    def show(self, rows: Iterable[TableRow]) -> None:
        """The account's present things, in the order that no sorting leaves them in."""
        at_once(self.showing(rows))

    def showing(self, rows: Iterable[TableRow]) -> Generator[None, None, None]:
        """The same with a pause after every few milliseconds of work; all changes at once, at its end."""
        given = list(rows)
        index = yield from placed(given)
        if len(index) < len(given):  # a thing listed twice is one thing
            given = list({row.identity: row for row in given}.values())
            index = {row.identity: i for i, row in enumerate(given)}
        cells = yield from cells_of(given)
        while True:
            wanted, sort, before = self._filter, self._sort, self._rows
            # The things are where they were, so that equal values sort as they did.
            same = len(index) == len(self._index) and (
                all(map(is_, index, self._index)) or all(map(eq, index, self._index))
            )
            yield
            values = yield from values_in(cells, sort)
            order = self._sorted
            if not same or values != self._values:
                order = yield from ordered(len(given), values, sort)
            yield
            passes, folded = yield from let_through(
                wanted, cells, (self._cells, self._passes, self._folded), same=same
            )
            shown = self._passing(order, wanted, passes)
            yield from self._looked_at(given, index, shown, self.height if self._rows else SAMPLE)
            if wanted is self._filter and sort == self._sort and before is self._rows:
                break
        old_rows, old_order = self._rows, self._order
        self._rows, self._index, self._cells = given, index, cells
        self._values, self._sorted, self._passes, self._folded = values, order, passes, folded
        self._turn_to(shown)
        self._settle(old_rows, old_order)

    @property
    def searched(self) -> bool:
        return self._filter.reads_text

    def filter(self, wanted: Filter) -> None:
        """Show only what it lets through."""
        at_once(self.filtering(wanted))

    def filtering(self, wanted: Filter) -> Generator[None, None, None]:
        """The same with pauses; all changes at once, at its end."""
        passes, folded, shown = yield from self._undisturbed(lambda: self._sifted(wanted))
        old_order = self._order
        self._filter, self._passes, self._folded = wanted, passes, folded
        self._turn_to(shown)
        self._settle(self._rows, old_order)

    def sort(self, *keys: tuple[int, bool]) -> None:
        """By columns, the first before the second, each (index, the other way round); by none: as given."""
        at_once(self.sorting(*keys))

    def sorting(self, *keys: tuple[int, bool]) -> Generator[None, None, None]:
        """The same with pauses; all changes at once, at its end."""
        values, order, shown = yield from self._undisturbed(lambda: self._arranged(keys))
        old_order = self._order
        self._sort, self._values, self._sorted = keys, values, order
        self._turn_to(shown)
        self._settle(self._rows, old_order)

    def _undisturbed(self, work: Callable[[], Generator[None, None, T]]) -> Generator[None, None, T]:
        """What the work comes to for the rows that there are at its end."""
        for _ in range(_TRIES):
            rows, order = self._rows, self._order
            made = yield from work()
            if rows is self._rows and order is self._order:
                return made
        return at_once(work())

    def _sifted(self, wanted: Filter) -> Generator[None, None, tuple[list[bool], list[str], Sequence[int]]]:
        """Which rows a filter lets through, their text, and the order of the shown."""
        rows, index, order = self._rows, self._index, self._sorted  # others may come in a pause
        passes, folded = yield from sifted(wanted, self._cells, self._folded)
        shown = self._passing(order, wanted, passes)
        yield from self._looked_at(rows, index, shown, SAMPLE)
        return passes, folded, shown

    def _arranged(
        self, keys: Sequence[tuple[int, bool]]
    ) -> Generator[None, None, tuple[list[list[Any]], Sequence[int], Sequence[int]]]:
        """The rows' values in the columns that are sorted by, their order, and that of the shown."""
        rows, index, cells = self._rows, self._index, self._cells
        wanted, passes = self._filter, self._passes
        values = yield from values_in(cells, keys)
        order = yield from ordered(len(cells), values, keys)
        yield
        shown = self._passing(order, wanted, passes)
        yield from self._looked_at(rows, index, shown, SAMPLE)
        return values, order, shown

    @staticmethod
    def _passing(order: Sequence[int], wanted: Filter, passes: Sequence[bool]) -> Sequence[int]:
        return list(filter(passes.__getitem__, order)) if wanted.active else order

    def _looked_at(
        self, rows: Sequence[TableRow], index: Mapping[Hashable, int], order: Sequence[int], count: int
    ) -> Generator[None, None, None]:
        """Makes the cells of the rows that will be in view, which are all painted in one go."""
        line = self.line
        if (at := index.get(self.wanted)) is not None:
            with suppress(ValueError):
                line = order.index(at)
        top = max(0, min(line - (self.line - self.top), len(order) - self.height))
        for at in order[top : top + count]:
            for _ in rows[at].cells:
                pass
            yield

    def _turn_to(self, order: Sequence[int]) -> None:
        self._order = order
        self._lines, self._asked, self._hidden_told = None, 0, None

    # The cursor

    def _settle(self, old_rows: Sequence[TableRow], old_order: Sequence[int]) -> None:
        """Put the cursor back on its thing, on the same line of the screen if that can be."""
        on_screen = self.line - self.top
        if self.cursor is not None and not self._live(self.cursor):
            index = self._index.get(self.cursor)
            if index is not None and not self._rows[index].gone:
                self._hidden_by_filter = self.cursor
            else:
                self._lost = self.cursor
            self.cursor = None
        hidden = self._hidden_by_filter
        if hidden is not None:
            index = self._index.get(hidden)
            if index is None or self._rows[index].gone:
                self._hidden_by_filter, self._lost = None, hidden
            elif self.line_of(hidden) is not None:
                self.cursor, self._hidden_by_filter = hidden, None
        line = None if self.cursor is None else self.line_of(self.cursor)
        self.line = self._nearby(old_rows, old_order) if line is None else line
        if not self.placed and self._order:
            self._take(0)
        self.top = self.line - on_screen
        self.keep_in_view()

    def _nearby(self, old_rows: Sequence[TableRow], old_order: Sequence[int]) -> int:
        """The line that the cursor's old place has become, told by what was next to it."""
        for away in range(_NEAR):
            for old_line in (self.line + away, self.line - away):
                if 0 <= old_line < len(old_order):
                    line = self.line_of(old_rows[old_order[old_line]].identity)
                    if line is not None:
                        below = 1 if old_line < self.line else 0
                        return min(line + below, len(self._order) - 1)
        return max(0, min(self.line, len(self._order) - 1))

    def keep_in_view(self) -> None:
        """Move the view no more than it takes to hold the cursor's line and no emptiness below."""
        height = max(1, self.height)
        self.top = min(max(self.top, self.line - height + 1), self.line)
        self.top = max(0, min(self.top, len(self._order) - height))

    def _take(self, line: int) -> None:
        """Put the cursor on a line; on something that has left it is there, but disarmed."""
        self.line = max(0, min(line, len(self._order) - 1))
        self._hidden_by_filter = None
        self.placed = True
        row = self.row(self.line)
        self.cursor = None if row is None or row.gone else row.identity
        self._lost = row.identity if row is not None and row.gone else None

    def move(self, lines: int, *, view: bool = False) -> None:
        """Move by lines, the view along with it if asked. A hollow cursor first takes up what is under it."""
        hollow = self.cursor is None
        under = self.row(self.line)
        if hollow and under is not None and not under.gone:
            lines = 0
        if view:
            self.top += lines
            self.top = max(0, min(self.top, len(self._order) - max(1, self.height)))
        self._take(self.line + lines)
        self.keep_in_view()

    def move_to_line(self, line: int) -> None:
        self._take(line)
        self.keep_in_view()

    def move_to(self, identity: Hashable) -> bool:
        """Put the cursor on a thing; False, and nothing moved, when it is not shown or has left."""
        if not self._live(identity):
            return False
        line = self.line_of(identity)
        assert line is not None
        self.move_to_line(line)
        return True

    def finding(self, wanted: Filter, step: int) -> Generator[None, None, tuple[Hashable, bool] | None]:
        """The next shown thing that matches, from the cursor's line on, and whether it is round the end.

        step: 1 for downwards, -1 for upwards. The cursor's own line comes last; None where nothing matches.
        With pauses; nothing is moved.
        """
        return (yield from self._undisturbed(lambda: self._found(wanted, step)))

    def _found(self, wanted: Filter, step: int) -> Generator[None, None, tuple[Hashable, bool] | None]:
        count = len(self._order)
        for away in range(1, count + 1):
            if away % SLICE == 0:
                yield
            line = (self.line + step * away) % count
            row = self._rows[self._order[line]]
            if not row.gone and wanted.matches(row.cells):
                return row.identity, not 0 <= self.line + step * away < count
        return None

    @property
    def wanted(self) -> Hashable | None:
        """What the cursor is on, or would be if no filter hid it."""
        return self._hidden_by_filter if self.cursor is None else self.cursor

    @property
    def astray(self) -> tuple[Hashable | None, bool]:
        """What a hollow cursor was on, and whether that is hidden by the filter; else it has left."""
        if self.cursor is not None:
            return None, False
        hidden = self._hidden_by_filter
        return (self._lost, False) if hidden is None else (hidden, True)

    def restore(self, marks: Iterable[Hashable], cursor: Hashable | None, line: int, top: int) -> None:
        """As it was left: the marks, also of what has gone since, the cursor on its thing or hollow there.

        cursor: None where it was on nothing. Before the first rows have come there is nothing to put it on.
        """
        self._marks = dict.fromkeys(marks)
        self._marked_otherwise()
        if not self._rows:
            return
        self.top = top
        if cursor is not None and self._live(cursor):
            self.line = self.line_of(cursor) or 0
            self.cursor = cursor
        else:
            index = None if cursor is None else self._index.get(cursor)
            hidden = index is not None and not self._rows[index].gone
            self._hidden_by_filter, self._lost = (cursor, None) if hidden else (None, cursor)
            self.cursor = None
            self.line = max(0, min(line, len(self._order) - 1))
        self.placed = True
        self.keep_in_view()

    # Marks

    @property
    def marks(self) -> frozenset[Hashable]:
        if self._marks_told is None:
            self._marks_told = frozenset(self._marks)
        return self._marks_told

    @property
    def hidden_marks(self) -> frozenset[Hashable]:
        """Marked things that the filter hides, or that have left."""
        if self._hidden_told is None:
            self._hidden_told = frozenset(mark for mark in self._marks if not self._live(mark))
        return self._hidden_told

    @property
    def gone_marks(self) -> frozenset[Hashable]:
        """Marked things that are in the list no more."""
        return frozenset(
            mark
            for mark in self.hidden_marks
            if (index := self._index.get(mark)) is None or self._rows[index].gone
        )

    def _marked_otherwise(self) -> None:
        self._marks_told = self._hidden_told = None

    def marked(self, identity: Hashable) -> bool:
        return identity in self._marks

    def toggle_mark(self) -> None:
        if self.cursor is None:
            return
        if self.cursor in self._marks:
            del self._marks[self.cursor]
            if self._last_mark == self.cursor:
                self._last_mark = None
        else:
            self._marks[self.cursor] = None
            self._last_mark = self.cursor
        self._marked_otherwise()

    def mark_range(self) -> None:
        """Mark from the last mark to the cursor, both included; only the cursor's where that isn't shown."""
        if self.cursor is None:
            return
        start = None if self._last_mark is None else self.line_of(self._last_mark)
        first, last = sorted((self.line if start is None else start, self.line))
        self._mark(range(first, last + 1))
        self._last_mark = self.cursor

    def mark_all(self) -> None:
        """Mark everything shown."""
        self._mark(range(len(self._order)))

    def invert_marks(self) -> None:
        """Of what is shown, mark what isn't and unmark what is; hidden marks stay."""
        for index in self._order:
            row = self._rows[index]
            if row.identity in self._marks:
                del self._marks[row.identity]
            elif not row.gone:
                self._marks[row.identity] = None
        self._last_mark = None
        self._marked_otherwise()

    def mark(self, identities: Iterable[Hashable], marked: bool = True) -> None:
        """Mark or unmark these, shown or not."""
        for identity in identities:
            if marked:
                self._marks[identity] = None
            else:
                self._marks.pop(identity, None)
        self._marked_otherwise()

    def clear_marks(self) -> None:
        """Unmark everything, hidden things too."""
        self._marks.clear()
        self._last_mark = None
        self._marked_otherwise()

    def _mark(self, lines: range) -> None:
        for line in lines:
            row = self._rows[self._order[line]]
            if not row.gone:
                self._marks[row.identity] = None
        self._marked_otherwise()
