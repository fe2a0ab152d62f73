"""One line of a table as segments: plain text in plain styles, so that nothing in a name is obeyed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from livetui.console.table.layout import GUTTER, Layout
from livetui.console.table.row import TableColumn, TableRow
from livetui.console.table.text import fit, width

TONES = frozenset({"ok", "warn", "bad", "off", "unknown"})
LOOKS: Mapping[str, tuple[str, str, str]] = {
    "header": ("bold", "", "panel"),
    "cursor": ("reverse", "", ""),
    "idle": ("bold", "", ""),
    "hollow": ("bold", "", ""),
    "mark": ("bold", "accent", ""),
    "arrived": ("bold", "", ""),
    "gone": ("strike", "", ""),
    "changed": ("underline", "", ""),
    "dim": ("dim", "", ""),
    "ok": ("", "success", ""),
    "warn": ("", "warning", ""),
    "bad": ("bold", "text-error", ""),
    "off": ("dim", "", ""),
    "unknown": ("italic", "", ""),
}
"""Name -> attributes, and the theme's variables of its colour and ground.

No component classes of the stylesheet: each would be styled as a widget of its own whenever the table is.
"""
Styles = Callable[..., Style]
"""Names of looks, later ones over earlier ones -> a style."""


def look(name: str, theme: Mapping[str, str]) -> Style:
    """What a name alone adds to a style, in the theme of these variables."""
    attributes, colour, ground = LOOKS[name]
    made = Style(
        color=Color.parse(theme[colour]).rich_color if colour else None,
        bgcolor=Color.parse(theme[ground]).rich_color if ground else None,
    )
    return made + Style.parse(attributes) if attributes else made


class Line(NamedTuple):
    """All that the look of one line depends on, besides the layout and the styles."""

    row: TableRow | None
    cursor: str = ""
    """"cursor", "idle" (the table isn't focused), "hollow" (on nothing), or "" where the cursor isn't."""
    marked: bool = False


_CURSOR = {"cursor": ">", "idle": ">", "hollow": "-", "": " "}


def gutter(line: Line) -> str:
    """The cursor and what is to be said of the row, one character each."""
    row = line.row
    if row is None:
        said = " "
    elif row.gone:
        said = "X" if line.marked else "x"
    elif line.marked:
        said = "*"
    else:
        said = "+" if row.arrived else "~" if row.changed else " "
    return f"{_CURSOR[line.cursor]}{said} "


def paint_line(
    line: Line, columns: Sequence[TableColumn], layout: Layout, cells: int, styles: Styles, *, dim: bool
) -> Strip:
    """A row in `cells` terminal cells; an empty line for no row."""
    row = line.row
    names = ["dim"] if dim else []
    if row is not None:
        names += [name for name, held in (("arrived", row.arrived), ("gone", row.gone)) if held]
    if line.marked:
        names.append("mark")
    if line.cursor:
        names.append(line.cursor)
    base = styles(*names)
    pieces: list[tuple[str, Style]] = [(gutter(line), base)]
    x = GUTTER
    if row is not None:
        for place in layout.places:
            cell, column = row.cells[place.index], columns[place.index]
            own = list(names)
            if cell.tone in TONES and not dim and line.cursor != "cursor":
                own.append(cell.tone)
            if column.id in row.changed:
                own.append("changed")
            style = base if len(own) == len(names) else styles(*own)
            pieces.append((" " * (place.x - x), base))
            pieces.append((fit(cell.text, place.width, column.right), style))
            x = place.x + place.width
    pieces.append((" " * (cells - x), base))
    return _strip(pieces, cells)


def paint_header(
    columns: Sequence[TableColumn],
    layout: Layout,
    cells: int,
    sort: Sequence[tuple[str, bool]],
    styles: Styles,
    *,
    dim: bool,
) -> Strip:
    """The titles, those sorted by with their marks, and before them how many columns have no room."""
    marks = sort_marks(sort)
    style = styles("header", "dim") if dim else styles("header")
    text = fit(f"+{layout.hidden}" if layout.hidden else "", min(GUTTER, cells))
    x = GUTTER
    for place in layout.places:
        text += " " * (place.x - x) + title(columns[place.index], place.width, marks)
        x = place.x + place.width
    return _strip([(text, style), (" " * (cells - x), style)], cells)


def sort_marks(sort: Sequence[tuple[str, bool]]) -> dict[str, str]:
    """Column id -> `^` or, the other way round, `v`; with a figure where several columns are sorted by."""
    return {
        ident: ("v" if reverse else "^") + (str(number) if len(sort) > 1 else "")
        for number, (ident, reverse) in enumerate(sort, 1)
    }


def title(column: TableColumn, cells: int, marks: Mapping[str, str]) -> str:
    """A column's title in so many cells, its sort mark kept whatever else is cut."""
    mark = marks.get(column.id)
    if mark is None:
        return fit(column.title, cells, column.right)
    wide = max(0, min(width(column.title, cells), cells - len(mark)))
    return fit(fit(column.title, wide) + mark, cells, column.right)


def _strip(pieces: Sequence[tuple[str, Style]], cells: int) -> Strip:
    """Neighbours of one style as one segment, cut where the line ends."""
    segments: list[Segment] = []
    text, style = "", None
    for piece, its_style in pieces:
        if not piece:
            continue
        if style is not None and its_style is not style:
            segments.append(Segment(text, style))
            text = ""
        text, style = text + piece, its_style
    if text:
        segments.append(Segment(text, style))
    strip = Strip(segments)
    return strip if strip.cell_length == cells else strip.adjust_cell_length(cells)
