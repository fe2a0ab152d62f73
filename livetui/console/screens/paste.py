"""A list of streams, pasted or typed, for one verb: each line has to stand for one stream."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import TextArea

from livetui.client import ClientError
from livetui.console.pasted import DRAFT
from livetui.console.session import Session
from livetui.console.widgets.bars import Bar
from livetui.console.widgets.lines import Line, LinesView, line
from livetui.operations.names import Resolved, form, parse_list, resolve_all
from livetui.resources.model import Verb


class PasteScreen(Screen[Resolved | None]):
    """Dismisses with the streams once every line is clear; None for Esc, the text being kept as a draft."""

    DEFAULT_CSS = """
    PasteScreen { layout: vertical; }
    PasteScreen #head, PasteScreen #keys { background: $panel; }
    PasteScreen TextArea { height: 1fr; border: none; padding: 0 1; }
    PasteScreen TextArea:focus { border: none; }
    PasteScreen #problems { height: auto; max-height: 60%; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="paste.back", priority=True),
        Binding("ctrl+y", "go", "look them up", id="paste.go", priority=True),
        Binding("pagedown", "page(1)", show=False, id="paste.page-down", priority=True),
        Binding("pageup", "page(-1)", show=False, id="paste.page-up", priority=True),
    ]

    def __init__(self, session: Session, verb: Verb, text: str = "") -> None:
        super().__init__()
        self.session, self.verb, self.text = session, verb, text
        self.looking = False

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield TextArea(self.text, id="names", show_line_numbers=True, soft_wrap=False)
        yield LinesView(id="problems", hang=4)
        yield Bar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#names").focus()
        self.query_one("#head", Bar).say(
            [
                (f" {self.verb.label}: ", "bold"),
                (f"one stream a line, {form(self.session.account)}; # comments", ""),
            ]
        )
        self._say([line("nothing is sent from here: the targets are shown and confirmed next")])

    def _say(self, lines: list[Line]) -> None:
        self.query_one("#problems", LinesView).show(lines)
        self.query_one("#keys", Bar).say(
            [(" looking them up…", "bold")]
            if self.looking
            else [
                ("Ctrl+Y", "bold"),
                (" look them up  ", ""),
                ("Esc", "bold"),
                (" back, the text is kept", ""),
            ],
            [("PgDn", "bold"), (" more ", "")] if len(lines) > 8 else [],
        )

    def action_page(self, pages: int) -> None:
        self.query_one("#problems", LinesView).action_scroll_to_page(pages)

    def action_leave(self) -> None:
        self.keep()
        self.dismiss(None)

    def keep(self) -> None:
        text = self.query_one("#names", TextArea).text
        if text == self.text:
            return
        self.text = text
        if text.strip():
            self.session.drafts().save(DRAFT, {"text": text})
        else:
            self.session.drafts().drop(DRAFT)

    def action_go(self) -> None:
        if not self.looking:
            self._resolve()

    @work(exclusive=True, group="resolve")
    async def _resolve(self) -> None:
        self.keep()
        lines = parse_list(self.query_one("#names", TextArea).text)
        if not lines:
            self._say([line(("! no stream is named yet", "warn"))])
            return
        self.looking = True
        self._say([])
        try:
            resolved = await resolve_all(self.session.account, lines)
        except ClientError as error:
            self.session.trouble("names", error)
            self.looking = False
            self._say([line((f"! {error}", "bad")), *([line(f"  {error.remedy}")] if error.remedy else [])])
            return
        self.looking = False
        if resolved.clear:
            self.dismiss(resolved)
        else:
            self._say(problems(resolved))


def problems(resolved: Resolved) -> list[Line]:
    """Every line that stands for no one stream, and what it could be."""
    unclear = len(resolved.bad) + len(resolved.candidates) + len(resolved.missing)
    made = [line((f"! {unclear} of the lines stand for no one stream; nothing can be sent yet", "warn"))]
    told: list[tuple[int, list[Line]]] = []
    told += [(bad.line, [line((f"line {bad.line} ", "label"), str(bad))]) for bad in resolved.bad]
    told += [
        (one.asked.line, [line((f"line {one.asked.line} ", "label"), f"{one.asked} {one.why}")])
        for one in resolved.missing
    ]
    for several in resolved.candidates:
        first = line((f"line {several.asked.line} ", "label"), f"{several.asked} fits several; write one of")
        places: list[Any] = [line(f"    {place}", (f"  {place.where}", "label")) for place in several.places]
        told.append((several.asked.line, [first, *places]))
    for _, lines in sorted(told, key=lambda pair: pair[0]):
        made += lines
    return made
