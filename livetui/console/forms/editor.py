"""The text of the field that is being edited: a string and a cursor, no screen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Editor:
    """A text in one line. `whole`: the next character typed takes the place of all of it."""

    path: str
    text: str
    cursor: int = 0
    whole: bool = False

    def __post_init__(self) -> None:
        self.cursor = len(self.text)

    def insert(self, more: str) -> None:
        if self.whole:
            self.text, self.cursor = "", 0
        self.text = self.text[: self.cursor] + more + self.text[self.cursor :]
        self.cursor += len(more)
        self.whole = False

    def backspace(self) -> None:
        if self.whole:
            self.text, self.cursor = "", 0
        elif self.cursor:
            self.text = self.text[: self.cursor - 1] + self.text[self.cursor :]
            self.cursor -= 1
        self.whole = False

    def delete(self) -> None:
        if self.whole:
            self.backspace()
        self.text = self.text[: self.cursor] + self.text[self.cursor + 1 :]

    def word_back(self) -> None:
        """Takes out the word before the cursor."""
        self.whole = False
        kept = self.text[: self.cursor].rstrip()
        kept = kept[: kept.rfind(" ") + 1]
        self.text = kept + self.text[self.cursor :]
        self.cursor = len(kept)

    def move(self, step: int) -> None:
        self.whole = False
        self.cursor = min(len(self.text), max(0, self.cursor + step))

    def to_end(self, end: bool) -> None:
        self.whole = False
        self.cursor = len(self.text) if end else 0
