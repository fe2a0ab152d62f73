"""The one table of the console: things, not lines; the cursor and the marks are on identities.

It renders only the lines in view (Textual's line API) and repaints only those that look different. It scrolls
by itself rather than as a ScrollView does, because a refresh has to place rows and view in one step: the
cursor's thing stays on its line of the screen while rows come and go above it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
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
from livetui.console.table.listing import Listing
from livetui.console.table.paint import TONES, Line, paint_header, paint_line
from livetui.console.table.row import Row, TableColumn
from livetui.console.table.text import width
from livetui.watch.filter import Filter

_WIDEST = 400
"""Cells beyond which a text's width doesn't matter any more."""
_SAMPLE = 300
"""Rows from the first in view whose texts the columns are made wide enough for."""
_STRIPS = 2000
"""Painted lines kept."""


class ThingTable(Widget, can_focus=True):
    """A list of things. Rows come by `show`; the operator's doings go out as messages."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"table--{name}"
        for name in (
            "header",
            "cursor",
            "idle",
            "hollow",
            "mark",
            "arrived",
            "gone",
            "changed",
            "dim",
            *TONES,
        )
    }
    DEFAULT_CSS = """
    ThingTable {
        width: 1fr;
        height: 1fr;
        background: $background;
        color: $foreground;
        & > .table--header { background: $panel; text-style: bold; }
        & > .table--cursor { text-style: reverse; }
        & > .table--idle { text-style: bold; }
        & > .table--hollow { text-style: bold; }
        & > .table--mark { color: $accent; text-style: bold; }
        & > .table--arrived { text-style: bold; }
        & > .table--gone { text-style: strike; }
        & > .table--changed { text-style: underline; }
        & > .table--dim { text-style: dim; }
        & > .table--ok { color: $success; }
        & > .table--warn { color: $warning; }
        & > .table--bad { color: $text-error; text-style: bold; }
        & > .table--off { text-style: dim; }
        & > .table--unknown { text-style: italic; }
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
        self._kinds: Mapping[str, str] = {}
        self._sort = ("", False)
        self._filter_text = ""
        self._scrolled = 0
        self._wanted: list[int] = []
        """Cells the texts of each column want, as far as they have been seen."""
        self._sampled = False
        self._layout_now = Layout()
        self._drawn: list[Line] = []
        self._sort_drawn = self._sort
        self._strips: dict[Hashable, tuple[Line, Strip]] = {}
        self._style_memo: dict[tuple[str, ...], Style] = {}
        self._told: tuple[Hashable | None, tuple[int, int]] = (None, (0, 0))
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)

    # What is shown

    def set_columns(self, columns: Sequence[TableColumn], *, kinds: Mapping[str, str]) -> None:
        """Begin anew with these columns: no rows, no filter, no sorting, no cursor and no marks.

        kinds: column id -> kind of its values, for the filter (number, bps, seconds, age, left, time, text).
        """
        self._columns = tuple(columns)
        self._kinds = dict(kinds)
        self._sort, self._filter_text, self._scrolled = ("", False), "", 0
        self._listing.clear()
        self._changed(measure=True)

    def show(self, rows: Sequence[Row]) -> None:
        """The things there are now, in the order that they have when nothing is sorted."""
        self._listing.show(rows)
        self._changed()

    def set_filter(self, text: str) -> None:
        """Show only the rows that match. Raises FilterError, the filter in force staying as it was."""
        columns = [(c.id, c.title, self._kinds.get(c.id, "text")) for c in self._columns]
        self._listing.filter(Filter.parse(text, columns))
        self._filter_text = text
        self._changed(measure=True)

    @property
    def filter_text(self) -> str:
        """The filter in force."""
        return self._filter_text

    def sort_by(self, column_id: str, *, reverse: bool = False) -> None:
        """Sort by a column's values; "" leaves the rows as they were given. KeyError for no such column."""
        index = None
        if column_id:
            index = next((i for i, column in enumerate(self._columns) if column.id == column_id), None)
            if index is None:
                raise KeyError(column_id)
        self._sort = (column_id, reverse)
        self._listing.sort(index, reverse)
        self._changed(measure=True)

    @property
    def sort(self) -> tuple[str, bool]:
        """Id of the column that is sorted by ("" for none), and whether the other way round."""
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
    def cursor_row(self) -> Row | None:
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
        """Sort by the neighbour of the sorted column, round and round."""
        if not self._columns:
            return
        ids = [column.id for column in self._columns]
        at = ids.index(self._sort[0]) if self._sort[0] else -1 if step > 0 else 0
        self.sort_by(ids[(at + step) % len(ids)])

    def action_sort_reverse(self) -> None:
        if self._columns:
            self.sort_by(self._sort[0] or self._columns[0].id, reverse=not self._sort[1])

    def action_columns(self, step: int) -> None:
        """Scroll the columns after the first."""
        if step < 0 or self._layout_now.more_right or (self._scrolled == 0 and self._layout_now.hidden):
            self._scrolled = max(0, min(self._scrolled + step, len(self._columns) - 2))
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
        self._listing.height = max(0, self.size.height - 1)
        self._listing.keep_in_view()
        self._changed(measure=True)

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
        sample = listing.height
        if not self._sampled:
            self._wanted = [0] * len(self._columns)
            self._sampled = len(listing) > 0
            sample = max(sample, _SAMPLE)
        wanted = self._wanted
        for line in range(listing.top, min(listing.top + sample, len(listing))):
            row = listing.row(line)
            assert row is not None
            for i, cell in enumerate(row.cells):
                wants = width(cell.text, _WIDEST)
                if wants > wanted[i]:
                    wanted[i] = wants
        titles = [width(column.title, _WIDEST) + (column.id == self._sort[0]) for column in self._columns]
        titled = list(map(max, wanted, titles))
        lay_out = partial(
            arrange, self._columns, titled, self.size.width, titles=titles, keep=frozenset({self._sort[0]})
        )
        layout = lay_out()
        if not layout.hidden:
            self._scrolled = 0
        return lay_out(scrolled=self._scrolled) if self._scrolled else layout

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
                style += self.get_component_rich_style(f"table--{name}", partial=True)
            self._style_memo[names] = style
        return style
