"""A page of prepared lines that scrolls by keyboard: details, help, raw replies, past errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from livetui.catalogue.text import visible

TONES = ("label", "title", "ok", "warn", "bad", "off", "unknown", "key")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: (text, tone) pieces. The text is shown as it is: no markup, no control characters."""

    pieces: tuple[tuple[str, str], ...] = ()

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.pieces)


def line(*pieces: str | tuple[str, str]) -> Line:
    """A line of plain texts and (text, tone) pairs."""
    return Line(tuple((piece, "") if isinstance(piece, str) else piece for piece in pieces))


class LinesView(ScrollView, can_focus=True):
    """Shows lines, wrapped at the width there is; long pages scroll."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{tone}" for tone in TONES}
    DEFAULT_CSS = """
    LinesView {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size: 0 1;
        scrollbar-gutter: stable;
        .lines--label { color: $text-muted; }
        .lines--title { text-style: bold; color: $text-primary; }
        .lines--key { text-style: bold; }
        .lines--ok { color: $success; }
        .lines--warn { color: $warning; text-style: bold; }
        .lines--bad { color: $text-error; text-style: bold; }
        .lines--off { color: $text-muted; }
        .lines--unknown { color: $warning; text-style: italic; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_to_line(1)", "line down", id="lines.down", show=False),
        Binding("k,up", "scroll_to_line(-1)", "line up", id="lines.up", show=False),
        Binding("ctrl+d", "scroll_to_page(0.5)", "half page down", id="lines.half-down", show=False),
        Binding("ctrl+u", "scroll_to_page(-0.5)", "half page up", id="lines.half-up", show=False),
        Binding("pagedown,space", "scroll_to_page(1)", "page down", id="lines.page-down", show=False),
        Binding("pageup", "scroll_to_page(-1)", "page up", id="lines.page-up", show=False),
        Binding("g,home", "scroll_to_end(False)", "top", id="lines.top", show=False),
        Binding("G,end", "scroll_to_end(True)", "bottom", id="lines.bottom", show=False),
    ]

    def __init__(self, lines: Sequence[Line] = (), *, id: str | None = None, hang: int = 0) -> None:
        super().__init__(id=id)
        self._lines = tuple(lines)
        self._hang = hang
        self._strips: list[Strip] = []
        self._wrapped_for: tuple[int, tuple[Line, ...]] | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the page; the place scrolled to stays."""
        made = tuple(lines)
        if made != self._lines:
            self._lines = made
            self._wrap()
            self.refresh()

    def on_mount(self) -> None:
        self._wrap()

    def on_resize(self) -> None:
        self._wrap()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._wrapped_for = None

    def _wrap(self) -> None:
        width = max(10, self.scrollable_content_region.width)
        if self._wrapped_for == (width, self._lines):
            return
        self._wrapped_for = (width, self._lines)
        styles = {tone: self.get_component_rich_style(f"lines--{tone}") for tone in TONES}
        self._strips = []
        for one in self._lines:
            segments = [Segment(visible(text), styles.get(tone)) for text, tone in one.pieces]
            self._strips += _wrapped(segments, width, self._hang)
        self.virtual_size = Size(width, len(self._strips))
        # By itself it looks at them when the widget's own size changes, not when the page does.
        self._refresh_scrollbars()

    def render_line(self, y: int) -> Strip:
        self._wrap()
        index = y + self.scroll_offset.y
        strip = self._strips[index] if index < len(self._strips) else Strip.blank(0)
        return strip.crop_extend(0, self.size.width, self.rich_style).apply_style(self.rich_style)

    def action_scroll_to_line(self, step: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + step, animate=False)

    def action_scroll_to_page(self, pages: float) -> None:
        self.scroll_to(y=self.scroll_offset.y + int(pages * self.size.height), animate=False)

    def action_scroll_to_end(self, bottom: bool) -> None:
        self.scroll_to(y=self.virtual_size.height if bottom else 0, animate=False)


def _wrapped(segments: list[Segment], width: int, hang: int) -> list[Strip]:
    """The line broken between words where it can be; what goes on is indented by `hang`."""
    strip = Strip(segments)
    if strip.cell_length <= width:
        return [strip]
    made: list[Strip] = []
    start, room = 0, width
    while start < strip.cell_length:
        end = min(start + room, strip.cell_length)
        if end < strip.cell_length:
            end = start + _break(strip.crop(start, end + 1).text, room)
        piece = strip.crop(start, end)
        made.append(Strip([Segment(" " * hang), *piece]) if made else piece)
        start, room = end, max(1, width - hang)
    return made


def _break(text: str, room: int) -> int:
    """How many cells to keep of a text that is one cell or more too long: up to the last blank, or all."""
    blank = text.rstrip(" ").rfind(" ") if not text.endswith(" ") else len(text) - 1
    cells = cell_len(text[: blank + 1])
    return cells if room // 3 < cells <= room else room
