"""The one table of the console: things, not lines; the cursor and the marks are on identities.

It renders only the lines in view (Textual's line API) and repaints only those that look different. It scrolls
by itself rather than as a ScrollView does, because a refresh has to place rows and view in one step: the
cursor's thing stays on its line of the screen while rows come and go above it.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from livetui.console.table.layout import Layout, arrange
from livetui.console.table.listing import SAMPLE, Listing
from livetui.console.table.paint import Line, look, paint_header, paint_line, sort_marks
from livetui.console.table.row import TableColumn, TableRow
from livetui.console.table.steps import go_through
from livetui.console.table.text import width
from livetui.frozen import frozen
from livetui.turns import at_once, through
from livetui.watch.filter import Filter

_WIDEST = 400
"""Cells beyond which a text's width doesn't matter any more."""
_STRIPS = 2000
"""Painted lines kept."""


@frozen
class Left:
    """How a table was left: the operator's marks, and where the cursor was."""

    marks: frozenset[Hashable] = frozenset()
    cursor: Hashable | None = None
    line: int = 0
    top: int = 0


class ThingTable(Widget, can_focus=True):
    """A list of things. Rows come by `show`; the operator's doings go out as messages."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ThingTable {
        width: 1fr;
        height: 1fr;
        background: $background;
        color: $foreground;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", id="table.down", show=False),
        Binding("k,up", "move(-1)", "Up", id="table.up", show=False),
        Binding("g,home", "first", "First row", id="table.first", show=False),
        Binding("G,end", "last", "Last row", id="table.last", show=False),
        Binding("ctrl+d", "half_page(1)", "Half a page down", id="table.half-down", show=False),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", id="table.half-up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="table.page-down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="table.page-up", show=False),
        Binding("space", "mark", "Mark", id="table.mark", tooltip="Mark or unmark the row"),
        Binding("M", "mark_range", "Mark from the last mark", id="table.mark-range", show=False),
        Binding("ctrl+a", "mark_all", "Mark all shown", id="table.mark-all", show=False),
        Binding("I", "invert_marks", "Invert the marks of the shown", id="table.mark-invert", show=False),
        Binding("C", "clear_marks", "Clear all marks", id="table.mark-clear", show=False),
        Binding("enter", "open", "Open", id="table.open", tooltip="Everything known of the row"),
        Binding("<", "sort_step(-1)", "Sort by the column before", id="table.sort-before", show=False),
        Binding(">", "sort_step(1)", "Sort by the next column", id="table.sort-next", show=False),
        Binding("=", "sort_reverse", "Sort the other way round", id="table.sort-reverse", show=False),
        Binding("s", "sort_keep", "Keep as the second key", id="table.sort-keep", show=False),
        Binding("left", "columns(-1)", "Columns to the left", id="table.left", show=False),
        Binding("right", "columns(1)", "Columns to the right", id="table.right", show=False),
    ]

    dim: reactive[bool] = reactive(False, repaint=False)
    """What is shown is old: everything is drawn dim."""

    class CursorMoved(Message):
        """The cursor is on another thing, or on none."""

        def __init__(self, table: ThingTable, identity: Hashable | None) -> None:
            super().__init__()
            self.table = table
            self.identity = identity

        @property
        def control(self) -> ThingTable:
            return self.table

    class Opened(Message):
        """The operator wants to see the thing under the cursor."""

        def __init__(self, table: ThingTable, identity: Hashable) -> None:
            super().__init__()
            self.table = table
            self.identity = identity

        @property
        def control(self) -> ThingTable:
            return self.table

    class Sorted(Message):
        """The operator had the rows sorted in another way."""

        def __init__(self, table: ThingTable) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> ThingTable:
            return self.table

    class MarksChanged(Message):
        """How many things are marked, and how many of them are not among the shown."""

        def __init__(self, table: ThingTable, count: int, hidden: int) -> None:
            super().__init__()
            self.table = table
            self.count = count
            self.hidden = hidden

        @property
        def control(self) -> ThingTable:
            return self.table

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        self._listing = Listing()
        self._columns: tuple[TableColumn, ...] = ()
        self._chosen: tuple[int, ...] = ()
        """Indices of the columns that are shown where there is room, in their order."""
        self._kinds: Mapping[str, str] = {}
        self._sort: tuple[tuple[str, bool], ...] = ()
        self._kept: tuple[tuple[str, bool], ...] = ()
        """What the operator keeps sorted by, below the column chosen next."""
        self._filter_text = ""
        self._scrolled = 0
        self._wanted: list[int] = []
        """Cells the texts of each column want, as far as they have been seen."""
        self._sampled = False
        self._layout_now = Layout()
        self._laid_out_for = -1
        """Cells that the layout is made for."""
        self._drawn: list[Line] = []
        self._sort_drawn: tuple[tuple[str, bool], ...] = ()
        self._strips: dict[Hashable, tuple[Line, Strip]] = {}
        self._style_memo: dict[tuple[str, ...], Style] = {}
        self._told: tuple[Hashable | None, tuple[int, int]] = (None, (0, 0))
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)

    # What is shown

    def set_columns(self, columns: Sequence[TableColumn], *, kinds: Mapping[str, str]) -> None:
        """Begin anew with these columns: no rows, no filter, no sorting, no cursor and no marks.

        kinds: column id -> kind of its values, for the filter (number, bps, seconds, age, left, time, text).
        """
        self._columns, self._chosen = tuple(columns), tuple(range(len(columns)))
        self._kinds = dict(kinds)
        self._sort, self._kept, self._filter_text, self._scrolled = (), (), "", 0
        if self.is_attached:
            self.workers.cancel_node(self)
        self._listing.clear()
        self._changed(measure=True)

    def choose_columns(self, columns: Sequence[TableColumn]) -> None:
        """Show these of the columns, in this order, with the widths and ranks that they have here.

        KeyError for one that is not among those set. What is not shown is still filtered and sorted by.
        """
        places = {column.id: i for i, column in enumerate(self._columns)}
        self._chosen = tuple(places[column.id] for column in columns)
        given = {column.id: column for column in columns}
        self._columns = tuple(given.get(column.id, column) for column in self._columns)
        self._scrolled = 0
        self._strips.clear()
        self._changed(measure=True)
        self.refresh()

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """All columns that were set, those not shown too."""
        return self._columns

    @property
    def widths(self) -> dict[str, int]:
        """Cells of each column that has room now."""
        return {self._columns[place.index].id: place.width for place in self._layout_now.places}

    def show(self, rows: Sequence[TableRow]) -> None:
        """The things there are now, in the order that they have when nothing is sorted."""
        self._listing.show(rows)
        self._changed()

    async def show_by_slices(self, rows: Sequence[TableRow]) -> None:
        """The same for many rows, with pauses in which keys are answered; the rows change at its end."""
        await through(self._listing.showing(rows))
        self._changed()

    def set_filter(self, text: str) -> None:
        """Show only the rows that match. Raises FilterError, the filter in force staying as it was."""
        at_once(self.filtering(text))

    def filtering(self, text: str) -> Generator[None, None, None]:
        """The same with pauses, the filter coming into force at its end; FilterError before its beginning."""
        return self._filtering(text, self._parsed(text))

    def _filtering(self, text: str, wanted: Filter) -> Generator[None, None, None]:
        yield from self._listing.filtering(wanted)
        self._filter_text = text
        self._changed(measure=True)

    def _parsed(self, text: str) -> Filter:
        columns = [(c.id, c.title, self._kinds.get(c.id, "text")) for c in self._columns]
        return Filter.parse(text, columns)

    @property
    def filter_text(self) -> str:
        """The filter in force."""
        return self._filter_text

    def row_of(self, identity: Hashable) -> TableRow | None:
        """A thing's row, shown or not."""
        return self._listing.row_of(identity)

    @property
    def rows(self) -> Sequence[TableRow]:
        """All there are, also those that the filter hides, in the order that they were given in."""
        return self._listing.rows

    @property
    def searched(self) -> bool:
        """Whether the filter in force looks into the rows' whole text."""
        return self._listing.searched

    def sort_by(
        self, column_id: str, *, reverse: bool = False, then: Sequence[tuple[str, bool]] = ()
    ) -> None:
        """Sort by a column's values; "" leaves the rows as they were given. KeyError for no such column.

        then: further columns, each with whether the other way round, for rows that are equal in the first.
        """
        at_once(self.sorting(column_id, reverse=reverse, then=then))

    def sorting(
        self, column_id: str, *, reverse: bool = False, then: Sequence[tuple[str, bool]] = ()
    ) -> Generator[None, None, None]:
        """The same with pauses, the rows changing places at its end; KeyError before its beginning."""
        keys: dict[str, bool] = {}
        for ident, other_way in [(column_id, reverse), *then] if column_id else ():
            keys.setdefault(ident, other_way)
        places = {column.id: i for i, column in enumerate(self._columns)}
        sort = tuple(keys.items())
        return self._sorting(sort, [(places[ident], other_way) for ident, other_way in sort])

    def _sorting(
        self, sort: tuple[tuple[str, bool], ...], keys: Sequence[tuple[int, bool]]
    ) -> Generator[None, None, None]:
        yield from self._listing.sorting(*keys)
        self._sort = sort
        self._changed(measure=True)

    @property
    def sort(self) -> tuple[str, bool]:
        """Id of the column that is sorted by first ("" for none), and whether the other way round."""
        return self._sort[0] if self._sort else ("", False)

    @property
    def sort_keys(self) -> tuple[tuple[str, bool], ...]:
        """Every column that is sorted by, the first before the second."""
        return self._sort

    @property
    def shown_count(self) -> int:
        return len(self._listing)

    @property
    def total_count(self) -> int:
        return self._listing.total

    # The cursor and the marks

    @property
    def cursor(self) -> Hashable | None:
        """The thing under the cursor; None when it has left or is filtered out, or nothing is there."""
        return self._listing.cursor

    @property
    def cursor_row(self) -> TableRow | None:
        """The row of the thing under the cursor."""
        return self._listing.row(self._listing.line) if self.armed else None

    @property
    def cursor_line(self) -> int:
        """The line, from 0, that the cursor is on, hollow or not."""
        return self._listing.line

    @property
    def armed(self) -> bool:
        """Whether there is a thing under the cursor to act on."""
        return self._listing.cursor is not None

    @property
    def astray(self) -> tuple[Hashable | None, bool]:
        """What a hollow cursor was on, and whether that is hidden by the filter; else it has left."""
        return self._listing.astray

    def move_to(self, identity: Hashable) -> bool:
        """Put the cursor on a thing; False, with nothing moved, when it isn't shown."""
        found = self._listing.move_to(identity)
        self._changed()
        return found

    @property
    def marks(self) -> frozenset[Hashable]:
        """Everything marked, shown or not."""
        return self._listing.marks

    @property
    def hidden_marks(self) -> frozenset[Hashable]:
        """Marked things that are not to be seen: filtered out, or gone."""
        return self._listing.hidden_marks

    @property
    def gone_marks(self) -> frozenset[Hashable]:
        """Marked things that are in the list no more."""
        return self._listing.gone_marks

    @property
    def left(self) -> Left:
        """What `restore` takes."""
        listing = self._listing
        return Left(listing.marks, listing.wanted, listing.line, listing.top)

    def restore(self, left: Left) -> None:
        """Marks and cursor as they were; a cursor whose thing is gone stays hollow at its line."""
        self._listing.restore(left.marks, left.cursor, left.line, left.top)
        self._changed()

    def finding(self, text: str, step: int) -> Generator[None, None, bool | None]:
        """Put the cursor on the next row that a filter would show, downwards (1) or upwards (-1).

        With pauses. None, with nothing moved, where there is none; else whether it went round the end.
        Raises FilterError before its beginning.
        """
        return self._finding(self._parsed(text), step)

    def _finding(self, wanted: Filter, step: int) -> Generator[None, None, bool | None]:
        found = yield from self._listing.finding(wanted, step)
        if found is None:
            return None
        identity, round_the_end = found
        self.move_to(identity)
        return round_the_end

    def mark(self, identities: Iterable[Hashable], marked: bool = True) -> None:
        """Mark or unmark these things, shown or not."""
        self._listing.mark(identities, marked)
        self._changed()

    # Keys

    def action_move(self, lines: int) -> None:
        self._listing.move(lines)
        self._changed()

    def action_page(self, pages: int) -> None:
        self._listing.move(pages * max(1, self._listing.height - 1), view=True)
        self._changed()

    def action_half_page(self, halves: int) -> None:
        self._listing.move(halves * max(1, self._listing.height // 2), view=True)
        self._changed()

    def action_first(self) -> None:
        self._listing.move_to_line(0)
        self._changed()

    def action_last(self) -> None:
        self._listing.move_to_line(len(self._listing) - 1)
        self._changed()

    def action_mark(self) -> None:
        self._listing.toggle_mark()
        self._changed()

    def action_mark_range(self) -> None:
        self._listing.mark_range()
        self._changed()

    def action_mark_all(self) -> None:
        self._listing.mark_all()
        self._changed()

    def action_invert_marks(self) -> None:
        self._listing.invert_marks()
        self._changed()

    def action_clear_marks(self) -> None:
        self._listing.clear_marks()
        self._changed()

    def action_open(self) -> None:
        if self.cursor is not None:
            self.post_message(self.Opened(self, self.cursor))

    def action_sort_step(self, step: int) -> None:
        """Sort by the neighbour of the sorted column, round and round; a key that was kept comes second."""
        if not self._chosen:
            return
        ids = [self._columns[index].id for index in self._chosen]
        at = ids.index(self.sort[0]) if self.sort[0] in ids else -1 if step > 0 else 0
        self._sorted_by(ids[(at + step) % len(ids)], False, self._kept)

    def action_sort_reverse(self) -> None:
        if self._columns:
            first, reverse = self.sort
            self._sorted_by(first or self._columns[0].id, not reverse, self._sort[1:], kept=self.kept)

    def action_sort_keep(self) -> None:
        """Keep what is sorted by, below the column that is chosen next; twice: forget all that was kept."""
        again = bool(self._kept) and self._kept == self._sort
        if again:
            self._sorted_by(*self.sort, ())
        self._kept = () if again else self._sort
        self.post_message(self.Sorted(self))

    @property
    def kept(self) -> bool:
        """Whether the column chosen next comes before what is sorted by now, instead of in its place."""
        return bool(self._kept) and self._kept == self._sort

    def _sorted_by(
        self, column_id: str, reverse: bool, then: Sequence[tuple[str, bool]], *, kept: bool = False
    ) -> None:
        def tell(_: None) -> None:
            self._kept = self._sort if kept else self._kept
            self.post_message(self.Sorted(self))

        steps = self.sorting(column_id, reverse=reverse, then=then)
        go_through(self, steps, self.total_count, tell)

    def action_columns(self, step: int) -> None:
        """Scroll the columns after the first."""
        if step < 0 or self._layout_now.more_right or (self._scrolled == 0 and self._layout_now.hidden):
            self._scrolled = max(0, min(self._scrolled + step, len(self._chosen) - 2))
            self._changed()

    # The mouse is not needed for anything

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is not None and at.y >= 1 and self._listing.top + at.y - 1 < len(self._listing):
            event.stop()
            self._listing.move_to_line(self._listing.top + at.y - 1)
            self._changed()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._listing.move(3, view=True)
        self._changed()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._listing.move(-3, view=True)
        self._changed()

    # Painting

    def on_resize(self) -> None:
        self._fit()
        self._changed(measure=self.size.width != self._laid_out_for)

    def _fit(self) -> None:
        self._listing.height = max(0, self.size.height - 1)
        self._listing.keep_in_view()

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._changed()

    def watch_dim(self) -> None:
        self._forget_paint()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._style_memo.clear()
        self._forget_paint()

    def _forget_paint(self) -> None:
        self._strips.clear()
        self._drawn = []
        self.refresh()

    def _changed(self, *, measure: bool = False) -> None:
        """Tell what is new about cursor and marks, and repaint the lines that look different.

        measure: make the columns as narrow as what is shown now allows; otherwise they only grow.
        """
        cursor, hidden = self.cursor, len(self.hidden_marks)
        before, self._told = self._told, (cursor, (len(self.marks), hidden))
        if before[0] != cursor:
            self.post_message(self.CursorMoved(self, cursor))
        if before[1] != self._told[1]:
            self.post_message(self.MarksChanged(self, *self._told[1]))
        if measure:
            self._sampled = False
        if self.size.width and self.size.height:
            self._repaint()

    def _repaint(self) -> None:
        layout, before_sort = self._arrange(), self._sort_drawn
        self._sort_drawn = self._sort
        lines = [self._line(y) for y in range(self._listing.height)]
        before, self._drawn = self._drawn, lines
        if layout != self._layout_now or len(before) != len(lines):
            self._layout_now = layout
            self._strips.clear()
            self.refresh()
            return
        different = [y for y, line in enumerate(lines, 1) if line != before[y - 1]]
        if before_sort != self._sort:
            different.append(0)
        if different:
            self.refresh(*[Region(0, y, self.size.width, 1) for y in different])

    def retell(self) -> None:
        """Time has passed: repaint the lines in view whose texts, such as ages, read otherwise now."""
        before = {identity: strip for identity, (_, strip) in self._strips.items()}
        self._strips.clear()
        regions = []
        for y, line in enumerate(self._drawn, 1):
            if line.row is not None and self.render_line(y) != before.get(line.row.identity):
                regions.append(Region(0, y, self.size.width, 1))
        if regions:
            self.refresh(*regions)

    def _arrange(self) -> Layout:
        listing = self._listing
        self._laid_out_for = self.size.width
        sample = listing.height
        if not self._sampled:
            self._wanted = [0] * len(self._columns)
            self._sampled = len(listing) > 0
            sample = max(sample, SAMPLE)
        wanted = self._wanted
        for line in range(listing.top, min(listing.top + sample, len(listing))):
            row = listing.row(line)
            assert row is not None
            for i, cell in enumerate(row.cells):
                wants = width(cell.text, _WIDEST)
                if wants > wanted[i]:
                    wanted[i] = wants
        marks = sort_marks(self._sort)
        shown = [self._columns[index] for index in self._chosen]
        titles = [width(c.title, _WIDEST) + len(marks.get(c.id, "")) for c in shown]
        titled = [max(wanted[index], title) for index, title in zip(self._chosen, titles, strict=True)]
        lay_out = partial(
            arrange, shown, titled, self.size.width, titles=titles, keep=frozenset({self.sort[0]})
        )
        layout = lay_out()
        if not layout.hidden:
            self._scrolled = 0
        if self._scrolled:
            layout = lay_out(scrolled=self._scrolled)
        places = tuple(replace(place, index=self._chosen[place.index]) for place in layout.places)
        return replace(layout, places=places)

    def _line(self, y: int) -> Line:
        """What is on a line of the view, counted from 0 below the header."""
        at = self._listing.top + y
        row = self._listing.row(at)
        if row is None:
            return Line(None, "hollow" if at == self._listing.line and self._listing.placed else "")
        cursor = ""
        if at == self._listing.line:
            cursor = "hollow" if self.cursor is None else "cursor" if self.has_focus else "idle"
        return Line(row, cursor, self._listing.marked(row.identity))

    def render_line(self, y: int) -> Strip:
        cells = self.size.width
        if cells != self._laid_out_for:
            # The first frame of a size is painted before the table is told of that size.
            self._fit()
            self._sampled = False
            self._layout_now = self._arrange()
            self._strips.clear()
        if y == 0:
            return paint_header(self._columns, self._layout_now, cells, self._sort, self._style, dim=self.dim)
        line = self._line(y - 1)
        if line.row is None:
            return paint_line(line, self._columns, self._layout_now, cells, self._style, dim=self.dim)
        kept = self._strips.get(line.row.identity)
        if kept is not None and kept[0] == line:
            return kept[1]
        strip = paint_line(line, self._columns, self._layout_now, cells, self._style, dim=self.dim)
        if len(self._strips) >= _STRIPS:
            self._strips.clear()
        self._strips[line.row.identity] = (line, strip)
        return strip

    def _style(self, *names: str) -> Style:
        style = self._style_memo.get(names)
        if style is None:
            style = self.rich_style
            for name in names:
                style += look(name, self.app.theme_variables)
            self._style_memo[names] = style
        return style
