"""The fields of a form, one line each, drawn and edited by one widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from livetui.catalogue import UNSET
from livetui.catalogue.check import Problem
from livetui.catalogue.text import visible, wrap
from livetui.console.forms import words
from livetui.console.forms.choose import ChooseScreen
from livetui.console.forms.editor import Editor
from livetui.operations.draft import Draft, Row
from livetui.operations.entry import SCALARS

_TONES = ("name", "off", "bad", "changed", "cursor", "text", "hint", "note", "fixed")
_NAME_WIDEST = 34
_VALUE_NARROWEST = 20
_VALUE_WIDEST = 64
_REPLACED = frozenset({"integer", "float", "timestamp"})
"""Types whose value the first typed character takes the place of."""


class FormLines(ScrollView, can_focus=True):
    """Moves over the fields of a draft and edits them in place; holds what is wrong with each."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"form--{tone}" for tone in _TONES}
    DEFAULT_CSS = """
    FormLines {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        .form--name { color: $foreground; }
        .form--off { color: $text-muted; }
        .form--bad { color: $text-error; text-style: bold; }
        .form--changed { color: $warning; text-style: bold; }
        .form--cursor { background: $boost; text-style: bold; }
        .form--text { text-style: reverse; }
        .form--hint { color: $text-muted; }
        .form--note { color: $text-muted; text-style: italic; }
        .form--fixed { color: $text-muted; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", "field up", id="form.up", show=False),
        Binding("down,tab", "move(1)", "field down", id="form.down", show=False),
        Binding("pageup", "page(-1)", "page up", id="form.page-up", show=False),
        Binding("pagedown", "page(1)", "page down", id="form.page-down", show=False),
        Binding("ctrl+home", "edge(False)", "first field", id="form.first", show=False),
        Binding("ctrl+end", "edge(True)", "last field", id="form.last", show=False),
        Binding("left", "side(-1)", "left, or the choice before", id="form.left", show=False),
        Binding("right", "side(1)", "right, or the next choice", id="form.right", show=False),
        Binding("home,ctrl+a", "line_edge(False)", "start of the text", id="form.home", show=False),
        Binding("end", "line_edge(True)", "end of the text", id="form.end", show=False),
        Binding("backspace", "erase('backspace')", "erase", id="form.backspace", show=False),
        Binding("delete", "erase('delete')", "erase ahead", id="form.delete", show=False),
        Binding("ctrl+w", "erase('word_back')", "erase a word", id="form.erase-word", show=False),
        Binding("enter", "enter", "choose, open, or next", id="form.enter"),
        Binding("ctrl+u", "unset", "unset", id="form.unset"),
        Binding("ctrl+e", "empty", "empty", id="form.empty"),
        Binding("ctrl+z", "revert", "undo", id="form.revert"),
        Binding("ctrl+r", "reveal", "reveal", id="form.reveal"),
        Binding("ctrl+n", "add", "add", id="form.add"),
        Binding("ctrl+x", "remove", "remove", id="form.remove"),
    ]

    class Changed(Message):
        """The draft has changed."""

    class Moved(Message):
        """Another field is under the cursor, the same one is shown otherwise, or something was said."""

    def __init__(self, draft: Draft, now: Callable[[], datetime], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.draft, self._now = draft, now
        self.opened: set[str] = set()
        self.index = 0
        self.problems: dict[str, Problem] = {}
        self.locked = ""
        """Why nothing may be changed now; empty when it may."""
        self.pressed: Callable[[str], None] | None = None
        """Takes the next key instead of the form: the answer to a question."""
        self.said: tuple[str, str] = ("", "")
        """(text, style) of the last thing said to the operator; goes with the next move or change."""
        self.refused = ""
        """The field that the service did not take when the form was last sent."""
        self.tried = False
        """Sending was tried: what is missing counts as wrong from then on."""
        self._editor: Editor | None = None
        self._revealed = ""
        self._ahead = ""
        """What was typed on a field with choices since the cursor came to it."""
        self._notes = [rule.text for rule in draft.action.rules if rule.kind == "note"]
        self._open_required()
        self.rows: list[Row] = []
        self._reread()

    # What is shown.

    @property
    def row(self) -> Row | None:
        return self.rows[self.index] if self.rows else None

    @property
    def revealed(self) -> bool:
        """The field under the cursor is shown unmasked."""
        return self.row is not None and self.row.path == self._revealed

    def problem(self, path: str) -> Problem | None:
        """What is wrong at a path or, for what is folded, below it; what is missing counts after a try."""
        found = self.problems.get(path)
        if found is None and path not in self.opened:
            found = next((p for at, p in self.problems.items() if at.startswith(f"{path}.")), None)
        return found if found is None or self.tried or found.kind != "missing" else None

    def go(self, path: str) -> None:
        """Puts the cursor on a field, unfolding what it is in; on the nearest one above, where it is gone.

        No message tells of it.
        """
        steps = path.split(".")
        self.opened.update(".".join(steps[:n]) for n in range(1, len(steps)))
        self._reread()
        paths = [row.path for row in self.rows]
        while path and path not in paths:
            path = path.rpartition(".")[0]
        if path:
            self._put_cursor(paths.index(path))

    def _open_required(self) -> None:
        """Unfolds the structures that have to be filled in, in the part of the form that is unfolded."""
        while required := {
            row.path
            for row in self.draft.rows(self.opened)
            if row.kind == "structure" and row.field.required and row.path not in self.opened
        }:
            self.opened |= required

    def _reread(self) -> None:
        self.rows = self.draft.rows(self.opened)
        self.index = min(self.index, max(0, len(self.rows) - 1))
        self.problems = {}
        for problem in self.draft.problems(self._now()):
            self.problems.setdefault(problem.path, problem)
        if self.is_attached:
            self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        lines = len(self.rows) + len(self._note_lines())
        if self.virtual_size != (width, lines):
            self.virtual_size = Size(width, lines)
        self.refresh()

    def _note_lines(self) -> list[str]:
        width = max(20, self.size.width - 6)
        return [
            ("  - " if first else "    ") + text
            for note in self._notes
            for first, text in ((n == 0, t) for n, t in enumerate(wrap(note, width)))
        ]

    def on_mount(self) -> None:
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()
        self._keep_in_view()

    # Drawing.

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        width = self.size.width
        if index < len(self.rows):
            strip = Strip(self._segments(self.rows[index], index == self.index, width))
        else:
            notes = self._note_lines()
            place = index - len(self.rows)
            text = notes[place] if place < len(notes) else ""
            strip = Strip([Segment(visible(text), self._style("note"))])
        return strip.crop_extend(0, width, self.rich_style).apply_style(self.rich_style)

    def _style(self, tone: str) -> Any:
        return self.get_component_rich_style(f"form--{tone}")

    def _columns(self, width: int) -> tuple[int, int, int]:
        """Widths of name, value and hint."""
        widest = max((len(words.name(row.field)) + 2 * row.depth + 3 for row in self.rows), default=10)
        names = min(widest, _NAME_WIDEST, max(12, width - _VALUE_NARROWEST - 3))
        rest = width - 2 - names - 1
        hints = min(max(0, rest - _VALUE_NARROWEST), max(16, rest // 3))
        values = min(_VALUE_WIDEST, rest - hints - (1 if hints else 0))
        return names, values, max(0, rest - values - 1)

    def _segments(self, row: Row, here: bool, width: int) -> list[Segment]:
        names, values, hints = self._columns(width)
        problem = self.problem(row.path)
        changed = self.draft.changed(row.path)
        wrong = problem is not None or row.path == self.refused
        mark = "!" if wrong else "~" if changed else " "
        tone = "bad" if wrong else "changed" if changed else "name"
        fold = {True: "- ", False: "+ "}[row.path in self.opened] if row.kind != "value" else ""
        star = "*" if row.field.required and not row.entry else ""
        label = _fit("  " * row.depth + fold + words.name(row.field) + star, names)
        name_style = self._style("cursor" if here else tone if tone != "name" else "name")
        segments = [
            Segment(">" if here else " ", self._style("cursor")),
            Segment(mark, self._style(tone)),
            Segment(label + " ", name_style),
            *self._value(row, here, values),
        ]
        if hints:
            segments.append(Segment(" " + _fit(visible(words.hint(row.field)), hints), self._style("hint")))
        return segments

    def _value(self, row: Row, here: bool, width: int) -> list[Segment]:
        if here and self._editor is not None:
            return self._typed(row, self._editor, width)
        text, tone = words.value(self.draft, row, self._now(), reveal=self._revealed == row.path)
        style = self._style("off" if tone == "off" else "fixed" if row.path in self.draft.given else "name")
        shown = _fit(visible(text), width)
        if not here or not self._takes_text(row) or self.locked or row.path in self.draft.given:
            if here and self._choices(row):
                shown = _fit(f"< {visible(text)} >", width)
            return [Segment(shown, self._style("cursor") if here and tone != "off" else style)]
        # The place where typing begins.
        if tone == "off":
            return [Segment(" ", self._style("text")), Segment(_fit(visible(text), width - 1), style)]
        if row.field.item_type in _REPLACED and not row.field.is_list:
            length = min(len(visible(text)), width)
            return [Segment(shown[:length], self._style("text")), Segment(shown[length:], style)]
        return self._typed(row, self._begun(row), width)

    def _typed(self, row: Row, editor: Editor, width: int) -> list[Segment]:
        """The text with its cursor, moved so that the cursor is in sight."""
        text = editor.text
        if row.field.sensitive and self._revealed != row.path:
            cells = list(words.dots(text, row.field.sensitive))
        else:
            cells = [visible(char) for char in text]
        cells.append(" ")
        before = "".join(cells[: editor.cursor])
        at, after = cells[editor.cursor], "".join(cells[editor.cursor + 1 :])
        room = max(0, width - len(at))
        if Strip([Segment(before)]).cell_length > room:
            strip = Strip([Segment(before)])
            cut = strip.crop(strip.cell_length - room + 1, strip.cell_length)
            before = "…" + cut.text
        made = Strip(
            [
                Segment(before, self._style("name")),
                Segment(at, self._style("text")),
                Segment(after, self._style("name")),
            ]
        )
        return list(made.adjust_cell_length(width))

    # Moving.

    def _tell(self, text: str) -> None:
        self.said = (text, "bold red")
        self.post_message(self.Moved())

    def _place(self, index: int) -> None:
        self.said = ("", "")
        self._put_cursor(index)
        self.post_message(self.Moved())

    def _put_cursor(self, index: int) -> None:
        self._editor = None
        self._revealed = self._ahead = ""
        self.index = min(max(0, index), max(0, len(self.rows) - 1))
        self._keep_in_view()
        self.refresh()

    def _keep_in_view(self) -> None:
        height = max(1, self.size.height)
        top = self.scroll_offset.y
        if self.index < top:
            self.scroll_to(y=self.index, animate=False)
        elif self.index >= top + height:
            self.scroll_to(y=self.index - height + 1, animate=False)

    def action_move(self, step: int) -> None:
        if step > 0 and self.index == len(self.rows) - 1 and self._notes:
            self.scroll_end(animate=False)
        self._place(self.index + step)

    def action_page(self, step: int) -> None:
        self._place(self.index + step * max(1, self.size.height - 1))

    def action_edge(self, end: bool) -> None:
        self._place(len(self.rows) - 1 if end else 0)

    def on_click(self, event: events.Click) -> None:
        index = event.y + self.scroll_offset.y
        if index < len(self.rows):
            self._place(index)

    # Editing.

    def _takes_text(self, row: Row) -> bool:
        if row.kind == "list":
            return row.field.item_type in SCALARS
        return row.kind == "value" and not self._choices(row)

    def _choices(self, row: Row) -> Sequence[Any]:
        if row.kind != "value":
            return ()
        return (True, False) if row.field.type == "boolean" else row.field.allowed

    def _begun(self, row: Row) -> Editor:
        text = self.draft.text(row.path)
        # What cannot be seen is replaced, not added to.
        hidden = row.field.sensitive in ("secret", "certificate") and self._revealed != row.path
        return Editor(row.path, text, whole=bool(text) and (hidden or row.field.type in _REPLACED))

    def _editing(self) -> Editor | None:
        """The editor of the field under the cursor, where it takes text and may be changed."""
        row = self.row
        if row is None or not self._may_change() or not self._takes_text(row):
            return None
        if self._editor is None:
            self._editor = self._begun(row)
        return self._editor

    def _may_change(self) -> bool:
        row = self.row
        if self.locked:
            self._tell(self.locked)
        elif row is not None and row.path.partition(".")[0] in self.draft.given:
            self._tell(f"{row.path} names what is acted on and stays as it is")
        else:
            return row is not None
        return False

    def _took(self, editor: Editor) -> None:
        """The text goes into the draft; wiped out, it is unset unless there was something at first."""
        if not editor.text and self.draft.opening(editor.path) is UNSET:
            self.draft.clear(editor.path)
        else:
            self.draft.set(editor.path, editor.text)
        self._touched()

    def _touched(self, said: str = "") -> None:
        self.said = (said, "bold red")
        self._reread()
        self._keep_in_view()
        self.post_message(self.Changed())

    async def _on_key(self, event: events.Key) -> None:
        if self.pressed is not None:
            event.stop()
            event.prevent_default()
            answered, self.pressed = self.pressed, None
            answered(event.key)
        elif event.is_printable and event.character is not None:
            event.stop()
            event.prevent_default()
            self._type(event.character)
        else:
            # Left to bubble, a binding would run only after what was typed next: a burst over a slow line
            # would end up in the wrong field.
            active = self.screen.active_bindings.get(event.key)
            if active is not None and active.enabled and active.node in (self, self.screen):
                event.stop()
                event.prevent_default()
                await self.app.run_action(active.binding.action, active.node)

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        row = self.row
        editor = self._editing()
        if row is None or editor is None:
            return
        text = event.text
        if row.field.sensitive not in ("certificate", "secret"):
            text = text.strip("\r\n")
        editor.insert(text.replace("\r\n", "\n"))
        self._took(editor)

    def _type(self, char: str) -> None:
        row = self.row
        if row is None:
            return
        if self._choices(row):
            if not self._may_change():
                return
            if char == " ":
                self._cycle(row, 1)
            else:
                self._choose_by(row, char)
        elif not self._takes_text(row):
            if char == " ":
                self._fold(row)
        elif editor := self._editing():
            editor.insert(char)
            self._took(editor)

    def _cycle(self, row: Row, step: int) -> None:
        choices = self._choices(row)
        held = self.draft.get(row.path)
        if held in choices:
            index = (choices.index(held) + step) % len(choices)
        else:
            index = 0 if step > 0 else len(choices) - 1
        self._set(row, choices[index])

    def _choose_by(self, row: Row, char: str) -> None:
        """The choice whose value or word begins with what was typed here; one letter again: the next."""
        choices = list(self._choices(row))
        held = self.draft.get(row.path)
        start = choices.index(held) + 1 if held in choices else 0
        tries = [(char, choices[start:] + choices[:start])]
        if self._ahead:
            tries.insert(0, (self._ahead + char, choices))
        for typed, ordered in tries:
            low = typed.lower()
            begin = [value for value in ordered if any(w.startswith(low) for w in _spoken(row, value))]
            if begin:
                # What is typed in full is meant, also where another choice goes on from there.
                in_full = (value for value in begin if low in _spoken(row, value))
                self._ahead = typed
                self._set(row, next(in_full, begin[0]))
                return
        self._tell(f"no choice begins with {char!r}; Enter lists them")

    def _set(self, row: Row, value: Any) -> None:
        self.draft.set(row.path, value)
        self._touched()

    def _fold(self, row: Row) -> None:
        if row.path in self.opened:
            self.opened.discard(row.path)
        else:
            self.opened.add(row.path)
        self._editor = None
        self._reread()
        self.post_message(self.Moved())

    def action_side(self, step: int) -> None:
        row = self.row
        if row is None:
            return
        if self._choices(row):
            if self._may_change():
                self._cycle(row, step)
        elif not self._takes_text(row):
            if (step > 0) != (row.path in self.opened):
                self._fold(row)
        elif editor := self._editing():
            editor.move(step)
            self.refresh()

    def action_line_edge(self, end: bool) -> None:
        if editor := self._editing():
            editor.to_end(end)
            self.refresh()

    def action_erase(self, how: str) -> None:
        row = self.row
        if row is None or not self._takes_text(row):
            return
        if editor := self._editing():
            {"backspace": editor.backspace, "delete": editor.delete, "word_back": editor.word_back}[how]()
            self._took(editor)

    def action_enter(self) -> None:
        row = self.row
        if row is None:
            return
        several = row.kind == "list" and bool(row.field.allowed)
        if self._choices(row) or several:
            if self._may_change():
                self._offer(row, several)
        elif row.kind != "value":
            self._fold(row)
        else:
            self.action_move(1)

    def _offer(self, row: Row, several: bool) -> None:
        def chosen(value: Any) -> None:
            if value is not None and value is not UNSET:
                self._editor = None
                self._set(row, value)

        title = f"{words.name(row.field)}"
        self.app.push_screen(
            ChooseScreen(title, row.field, self.draft.get(row.path), several=several), chosen
        )

    def action_unset(self) -> None:
        self._apply(self.draft.clear)
        row = self.row
        if row is not None and not self.said[0] and self.draft.get(row.path) is not UNSET:
            empties = "; ^e empties it" if row.field.type == "string" else ""
            self._tell(f"left out, it stays as it is{empties}")

    def action_empty(self) -> None:
        self._apply(self.draft.empty)

    def action_revert(self) -> None:
        self._apply(self.draft.revert)

    def _apply(self, change: Callable[[str], None]) -> None:
        row = self.row
        if row is None or not self._may_change():
            return
        self._editor = None
        said = ""
        try:
            change(row.path)
        except ValueError as error:
            said = str(error)
        self._touched(said)

    def action_reveal(self) -> None:
        row = self.row
        if row is not None and row.field.sensitive:
            self._revealed = "" if self._revealed == row.path else row.path
            self.refresh()
            self.post_message(self.Moved())

    def action_add(self) -> None:
        row = self._list_here()
        if row is None or not self._may_change():
            return
        path = self.draft.add(row)
        self.opened.update((row, path))
        self._open_required()
        self._touched()
        self.go(path)

    def action_remove(self) -> None:
        row = self.row
        if row is None or not self._may_change():
            return
        path = row.path
        while path and not path.rpartition(".")[2].isdigit():
            path = path.rpartition(".")[0]
        if not path:
            self._tell("only an entry of a list can be removed")
            return
        self._editor = None
        self.draft.remove(path)
        self._touched()
        self.go(path)

    def _list_here(self) -> str | None:
        """The list under the cursor, or the one it is in."""
        path = self.row.path if self.row else ""
        while path and not self.draft.field(path).is_list:
            path = path.rpartition(".")[0]
        if not path:
            self._tell("only a list takes entries")
        return path or None


def _spoken(row: Row, value: Any) -> list[str]:
    """What a choice is called, in small letters: its value, and the word for it."""
    return [word.lower() for word in (str(value), row.field.label(value)) if word]


def _fit(text: str, width: int) -> str:
    """Exactly that many cells, cut with an ellipsis or filled up."""
    strip = Strip([Segment(text)])
    if strip.cell_length > width:
        strip = Strip([*strip.crop(0, max(0, width - 1)), Segment("…")])
    return strip.adjust_cell_length(width).text if width > 0 else ""
