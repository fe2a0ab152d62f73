"""One-line bars: text in pieces, cut at the width, repainted only when it changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from livetui.catalogue.text import visible

Piece = tuple[str, str]
"""(text, style): a Rich style of attributes and theme-free names, so that it holds on 16 colours too."""


class Bar(Widget):
    """A bar of one line. `left` is cut first when there is too little room for both sides."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    def say(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        """What the bar shows from now on."""
        made = tuple(left), tuple(right)
        if made != (self._left, self._right):
            self._left, self._right = made
            self.refresh(layout=False)

    @property
    def plain(self) -> str:
        """The text that it shows, for tests and for copying."""
        return "".join(text for text, _ in (*self._left, *self._right))

    def render(self) -> Text:
        right = _text(self._right)
        room = self.size.width - right.cell_len
        left = _text(self._left)
        left.truncate(max(0, room - (1 if self._right else 0)), overflow="ellipsis")
        left.append(" " * max(0, room - left.cell_len))
        left.append_text(right)
        left.truncate(self.size.width)
        return left


class Lines(Widget):
    """A few lines of notices, as high as they are many; none at all when there is nothing to say."""

    DEFAULT_CSS = """
    Lines { height: auto; max-height: 4; display: none; }
    Lines.-some { display: block; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: tuple[Piece, ...] = ()

    def say(self, lines: Sequence[Piece]) -> None:
        made = tuple(lines)
        if made != self._said:
            before, self._said = self._said, made
            if not self.is_attached:
                return
            if (high := self._high(made)) and high == self._high(before):
                self.refresh(layout=False)  # to lay out the screen anew takes longer than to paint it
            else:
                self._fit()

    def _high(self, lines: Sequence[Piece]) -> int:
        """Lines of the screen that they take; 0 where there are none, or some that have to be folded."""
        room = self.content_size.width
        fits = all(cell_len(visible(text)) <= room and "\n" not in text for text, _ in lines)
        return len(lines) if fits else 0

    def on_mount(self) -> None:
        self._fit()

    def _fit(self) -> None:
        self.set_class(bool(self._said), "-some")
        self.refresh(layout=True)

    @property
    def plain(self) -> str:
        return "\n".join(text for text, _ in self._said)

    def render(self) -> Text:
        made = Text(no_wrap=False, overflow="fold")
        for number, (text, style) in enumerate(self._said):
            made.append(("\n" if number else "") + visible(text), style)
        return made


def _text(pieces: Sequence[Piece]) -> Text:
    made = Text(no_wrap=True, end="")
    for text, style in pieces:
        made.append(visible(text), style)
    return made
