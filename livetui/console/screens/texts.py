"""A page of text over the list: help, past errors, a raw reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from livetui.console.widgets.bars import Bar
from livetui.console.widgets.lines import Line, LinesView, line


class TextScreen(Screen[None]):
    """Scrolls by keyboard; Esc goes back; `c` copies the page."""

    DEFAULT_CSS = """
    TextScreen #head, TextScreen #keys { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "back", id="text.back"),
        Binding("c", "copy", "copy", id="text.copy"),
    ]

    def __init__(self, title: str, lines: Sequence[Line | str], *, hang: int = 4) -> None:
        super().__init__()
        self.hang = hang
        self.title_text = title
        self.lines = [one if isinstance(one, Line) else line(one) for one in lines]

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield LinesView(self.lines, id="page", hang=self.hang)
        yield Bar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#head", Bar).say([(f" {self.title_text}", "bold")])
        self.query_one("#keys", Bar).say(
            [
                (" Esc", "bold"),
                (" back  ", ""),
                ("j k g G", "bold"),
                (" scroll  ", ""),
                ("c", "bold"),
                (" copy", ""),
            ]
        )
        self.query_one("#page").focus()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(one.plain for one in self.lines))
        self.query_one("#keys", Bar).say([(" copied", "bold")])
