"""A small list to choose from: one of a field's allowed values, or several for a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from livetui.catalogue import UNSET, Field
from livetui.catalogue.text import visible
from livetui.console.widgets.bars import Bar


class ChooseScreen(ModalScreen[Any]):
    """Dismisses with the value, a list of values when `several`, or UNSET when it was left."""

    DEFAULT_CSS = """
    ChooseScreen { align: center middle; }
    ChooseScreen > Vertical {
        width: auto; min-width: 30; max-width: 76; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 0 1;
    }
    ChooseScreen OptionList { height: auto; max-height: 16; border: none; padding: 0; width: 60; }
    ChooseScreen OptionList:focus { border: none; }
    ChooseScreen Bar { width: 60; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="choose.back"),
        Binding("space", "mark", "mark", id="choose.mark", show=False, priority=True),
        Binding("j", "step(1)", "down", id="choose.down", show=False),
        Binding("k", "step(-1)", "up", id="choose.up", show=False),
    ]

    def __init__(self, title: str, field: Field, current: object, *, several: bool = False) -> None:
        super().__init__()
        self._heading, self._field, self._several = title, field, several
        self._values: Sequence[Any] = field.allowed or (True, False)
        held = current if isinstance(current, list) else [] if current is UNSET else [current]
        self._chosen = [value for value in self._values if value in held]
        self._foreign = [value for value in held if value not in self._values] if several else []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Bar(id="choose-title")
            yield OptionList(*(Option(self._line(value)) for value in self._values), id="choices")
            yield Bar(id="choose-keys")

    def on_mount(self) -> None:
        self.query_one("#choose-title", Bar).say([(self._heading, "bold")])
        several = "Space mark   Enter take these   Esc back"
        keys = several if self._several else "Enter choose   Esc back"
        self.query_one("#choose-keys", Bar).say([(keys, "dim")])
        choices = self.query_one("#choices", OptionList)
        choices.highlighted = self._values.index(self._chosen[0]) if self._chosen else 0
        choices.focus()

    def _line(self, value: Any) -> Text:
        mark = "[x] " if value in self._chosen else "[ ] "
        label = self._field.label(value)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Text((mark if self._several else "") + visible(text) + (f"  {label}" if label else ""))

    def action_leave(self) -> None:
        self.dismiss(UNSET)

    def action_step(self, step: int) -> None:
        choices = self.query_one("#choices", OptionList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()

    def action_mark(self) -> None:
        choices = self.query_one("#choices", OptionList)
        index = choices.highlighted
        if index is None:
            return
        value = self._values[index]
        if not self._several:
            self.dismiss(value)
            return
        self._chosen = [v for v in self._values if (v in self._chosen) != (v == value)]
        choices.replace_option_prompt_at_index(index, self._line(value))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss([*self._chosen, *self._foreign] if self._several else self._values[event.option_index])
