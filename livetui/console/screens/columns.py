"""The columns of a list as its operator wants them: shown or not, where, how wide, sorted by."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from livetui.console import views
from livetui.console.columns import STEP, Chosen
from livetui.console.session import Session
from livetui.console.table import TableColumn, ThingTable
from livetui.console.table.paint import sort_marks
from livetui.console.table.steps import go_through
from livetui.console.table.text import fit
from livetui.console.widgets.lines import Line, LinesView, line
from livetui.resources.model import Resource

TITLE, STATE = 12, 14
"""Cells of the dialog's own columns."""
HINTS = (
    ("Space", "show, hide", "J K", "move it"),
    ("+ -", "wider, narrower", "s", "sort by it"),
    ("a", "as wide as its texts", "0", "as declared"),
)


class ColumnsScreen(ModalScreen[None]):
    """Each key changes the table beside it at once and is remembered; Esc or Enter ends it."""

    DEFAULT_CSS = """
    ColumnsScreen { align: right middle; }
    ColumnsScreen > Vertical {
        width: 50; max-width: 100%; height: auto; max-height: 100%;
        border: heavy $primary; background: $surface; padding: 0 1;
    }
    ColumnsScreen LinesView { height: auto; max-height: 14; }
    ColumnsScreen #columns-keys { height: 5; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,o", "dismiss(None)", "back", id="columns.back"),
        Binding("j,down", "move(1)", "down", id="columns.down"),
        Binding("k,up", "move(-1)", "up", id="columns.up"),
        Binding("space", "show_or_hide", "show or hide", id="columns.toggle"),
        Binding("J,shift+down", "shift(1)", "move to the right", id="columns.later"),
        Binding("K,shift+up", "shift(-1)", "move to the left", id="columns.earlier"),
        Binding("plus,right,l", "size(1)", "wider", id="columns.wider", key_display="+"),
        Binding("minus,left,h", "size(-1)", "narrower", id="columns.narrower", key_display="-"),
        Binding("a", "natural", "as wide as its texts", id="columns.natural"),
        Binding("s", "sort", "sort by it", id="columns.sort"),
        Binding("0", "reset", "as declared", id="columns.reset"),
    ]

    def __init__(self, session: Session, resource: Resource, table: ThingTable) -> None:
        super().__init__()
        self.session, self.resource, self.table = session, resource, table
        self.declared = views.columns_of(resource)
        self.chosen: Chosen = views.view(session, resource).columns
        self.at = 0
        self.said = ""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield LinesView(id="columns")
            yield LinesView(id="columns-keys")

    def on_mount(self) -> None:
        self.styles.background = "transparent"
        for view in self.query(LinesView):
            view.can_focus = False
        self._draw()

    @property
    def column(self) -> TableColumn:
        """The one under the cursor."""
        return self.chosen.arranged(self.declared)[self.at]

    def _draw(self) -> None:
        widths, marks = self.table.widths, sort_marks(self.table.sort_keys)
        lines: list[Line] = []
        for number, column in enumerate(self.chosen.arranged(self.declared)):
            here = number == self.at
            title = f"{column.title}{marks.get(column.id, '')}"
            lines.append(
                line(
                    (">  " if here else "   ", "key"),
                    (fit(title, TITLE), "title" if here else "key"),
                    (f" {fit(self._state(column, widths), STATE)}", ""),
                    (f"{widths.get(column.id, 0) or '':>4}", "label"),
                    (" set" if column.id in self.chosen.widths else "", "label"),
                )
            )
        page = self.query_one("#columns", LinesView)
        page.show(lines)
        top, room = page.scroll_offset.y, page.size.height
        if room and not top <= self.at < top + room:
            page.scroll_to(y=self.at if self.at < top else self.at - room + 1, animate=False)
        keys = [line((f"{a:<7}", "key"), f"{b:<22}", (f"{c:<4}", "key"), d) for a, b, c, d in HINTS]
        said = line((self.said or f"columns of {self.resource.title}", "title"))
        self.query_one("#columns-keys", LinesView).show([said, *keys, line(("Esc", "key"), "    back")])
        self.refresh()

    def _state(self, column: TableColumn, widths: dict[str, int]) -> str:
        if column.id == self.declared[0].id:
            return "always first"
        if column.id in self.chosen.hidden:
            return "hidden"
        return "shown" if column.id in widths else "no room here"

    def _choose(self, chosen: Chosen, said: str = "") -> None:
        """Show it in the table at once, and remember it."""
        ident = self.column.id
        self.chosen, self.said = chosen, said
        self.table.choose_columns(chosen.shown(self.declared))
        if not views.keep(self.session, self.resource, {"columns": chosen.kept()}):
            self.said = "can't be remembered; ! says why"
        arranged = chosen.arranged(self.declared)
        self.at = next(number for number, column in enumerate(arranged) if column.id == ident)
        self._draw()

    def action_move(self, step: int) -> None:
        self.at = max(0, min(self.at + step, len(self.declared) - 1))
        self.said = ""
        self._draw()

    def action_show_or_hide(self) -> None:
        said = "the first names the row: it stays" if self.column.id == self.declared[0].id else ""
        self._choose(self.chosen.toggled(self.declared, self.column.id), said)

    def action_shift(self, step: int) -> None:
        self._choose(self.chosen.moved(self.declared, self.column.id, step))

    def action_size(self, step: int) -> None:
        column = self.column
        width = self.chosen.widths.get(column.id) or self.table.widths.get(column.id)
        self._choose(self.chosen.sized(column.id, (width or min(column.widest, 20)) + step * STEP))

    def action_natural(self) -> None:
        self._choose(self.chosen.natural(self.column.id))

    def action_sort(self) -> None:
        """By this column first, and what was sorted by comes after; by it already: the other way round."""
        keys, ident = self.table.sort_keys, self.column.id
        reverse = keys[0] == (ident, False) if keys else False
        steps = self.table.sorting(ident, reverse=reverse, then=keys)
        go_through(self, steps, self.table.total_count, lambda _: self._draw())

    def action_reset(self) -> None:
        self._choose(Chosen(), "as declared")
