"""One question with a key for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from livetui.console.widgets.lines import Line, LinesView, line

T = TypeVar("T")


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One answer."""

    key: str
    label: str
    value: T
    about: str = ""


class ChoiceScreen(ModalScreen[T | None], Generic[T]):
    """Dismisses with the value of the key that was pressed; None for Esc. Enter chooses nothing."""

    DEFAULT_CSS = """
    ChoiceScreen { align: center middle; }
    ChoiceScreen > Vertical {
        width: 100%; max-width: 90; height: auto; max-height: 100%;
        border: heavy $primary; background: $surface; padding: 0 1;
    }
    ChoiceScreen LinesView { height: auto; max-height: 18; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", id="choice.back"),
    ]

    def __init__(self, title: str, choices: Sequence[Choice[T]], about: Sequence[str] = ()) -> None:
        super().__init__()
        self.title_text, self.choices, self.about = title, tuple(choices), tuple(about)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield LinesView(self._lines(), id="choices", hang=6)

    def _lines(self) -> list[Line]:
        made = [line((self.title_text, "title")), *(line(text) for text in self.about)]
        for choice in self.choices:
            about = (f"  {choice.about}", "label") if choice.about else ""
            made.append(line((f"  {choice.key}", "key"), f"  {choice.label}", about))
        return [*made, line(("  Esc", "key"), "  none of them")]

    def on_mount(self) -> None:
        self.query_one("#choices").focus()

    def on_key(self, event: Any) -> None:
        for choice in self.choices:
            if choice.key in (event.key, event.character):
                event.stop()
                self.dismiss(choice.value)
                return
