"""`:` goes anywhere and does anything by name: tabs, verbs of the thing under the cursor, every action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from livetui.console.widgets.bars import Bar
from livetui.console.widgets.lines import LinesView, line

SHOWN = 12
NAMES = 52
"""Cells that a name gets at most, so that what is said of it has room."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be chosen."""

    name: str
    about: str
    do: Callable[[], object]
    boost: float = 0.0
    """Put before equally good matches: where one is, before what one seldom wants."""


def score(query: str, entry: Entry) -> float | None:
    """How well an entry answers what was typed; None when it does not. Every word has to be found."""
    words = query.casefold().split()
    name, about = entry.name.casefold(), entry.about.casefold()
    total = entry.boost
    for word in words:
        if name.startswith(word):
            total += 4
        elif word in name:
            total += 3
        elif word in about:
            total += 1.5
        elif len(word) > 1 and _in_order(word, name):
            total += 1
        else:
            return None
    return total - len(name) / 1000


def _in_order(letters: str, text: str) -> bool:
    """Whether the letters come in the text in this order, with others between them."""
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def _cut(text: str, room: int) -> str:
    """A text on one line, and a sign where it goes on."""
    return text if len(text) <= room else f"{text[: room - 1]}…"


class PaletteScreen(ModalScreen[None]):
    """A line to type in and what it may mean."""

    DEFAULT_CSS = """
    PaletteScreen { align: center top; }
    PaletteScreen > Vertical {
        width: 100%; max-width: 100; height: auto; background: $surface; border: heavy $primary; padding: 0 1;
    }
    PaletteScreen Input { border: none; height: 1; padding: 0; }
    PaletteScreen LinesView { height: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "back", id="palette.back"),
        Binding("down,ctrl+n", "move(1)", show=False, priority=True, id="palette.down"),
        Binding("up,ctrl+p", "move(-1)", show=False, priority=True, id="palette.up"),
    ]

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        offers: Callable[[str], Sequence[Entry]] = lambda text: (),
        text: str = "",
        hint: str = "a pane, a verb, an action, a stream's name; up and down choose, Enter goes",
    ) -> None:
        """offers: what is offered for a text only once it is typed; its boost is its whole rank."""
        super().__init__()
        self.entries, self.offers, self._text, self._hint = entries, offers, text, hint
        self.found: list[Entry] = []
        self.at = 0

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(self._text, placeholder=self._hint, compact=True, select_on_focus=False)
            yield LinesView(id="found")
            yield Bar(id="count")

    def on_mount(self) -> None:
        self.query_one("#found", LinesView).can_focus = False
        self._search(self._text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._search(event.value)

    def _search(self, query: str) -> None:
        scored = [(s, e) for e in self.entries if (s := score(query, e)) is not None]
        scored += [(entry.boost, entry) for entry in (self.offers(query) if query.strip() else ())]
        self.found = [entry for _, entry in sorted(scored, key=lambda pair: -pair[0])]
        self.at = 0
        self._draw()

    def _draw(self) -> None:
        first = max(0, min(self.at - SHOWN + 1, len(self.found) - SHOWN))
        names = [_cut(entry.name, NAMES) for entry in self.found[first : first + SHOWN]]
        width = max(map(len, names), default=0)
        self.query_one("#found", LinesView).show(
            [
                line(
                    ("> " if number == self.at else "  ", "key"),
                    (name.ljust(width + 2), "title" if number == self.at else "key"),
                    (_cut(entry.about, max(10, min(self.size.width, 100) - width - 9)), "label"),
                )
                for number, (entry, name) in enumerate(
                    zip(self.found[first : first + SHOWN], names, strict=True), first
                )
            ]
        )
        said = f"{len(self.found)} found" if self.found else "nothing of that name"
        self.query_one("#count", Bar).say(
            [(said, "")], [("Enter", "bold"), (" go  ", ""), ("Esc", "bold"), (" back", "")]
        )

    def action_move(self, step: int) -> None:
        if self.found:
            self.at = (self.at + step) % len(self.found)
            self._draw()

    @on(Input.Submitted)
    def _chosen(self) -> None:
        if self.found:
            entry = self.found[self.at]
            self.dismiss()
            # At once: what is typed ahead waits for what this begins.
            self.app.call_next(entry.do)
