"""One verb over many things: the dialog that names them all, and the table of what becomes of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from livetui.catalogue.check import check
from livetui.catalogue.mask import mask
from livetui.console.screens.confirm import ConfirmScreen, Question
from livetui.console.session import Session
from livetui.console.standing import key_pieces
from livetui.console.table import Row, TableColumn, ThingTable
from livetui.console.table.text import width
from livetui.console.telling import name_of, operator
from livetui.console.widgets.bars import Bar, Lines, Piece
from livetui.console.widgets.lines import Line, LinesView, line
from livetui.operations.bulk import DONE, RETRYABLE, Item, Run, calls_of
from livetui.operations.guard import friction
from livetui.operations.results import summary
from livetui.operations.targets import Plan, Present, read_again
from livetui.watch.cells import Cell
from livetui.watch.things import Identity, Thing

STATE_ROOM = 26
"""Cells of a line that are kept for more than the target's name."""
TARGETS = 6
"""Lines that the list of targets gets at least, whatever else there is to be said."""


class BulkConfirmScreen(ConfirmScreen):
    """As for one thing, with every target in a list of its own, read again; the answers hold for all.

    Dismisses with None either way: `confirmed` holds what is to be sent, or None.
    """

    DEFAULT_CSS = """
    BulkConfirmScreen > Vertical { height: 100%; max-width: 140; }
    BulkConfirmScreen #targets { height: 1fr; min-height: 4; }
    """

    def __init__(self, session: Session, plan: Plan, texts: Sequence[str] = ()) -> None:
        self.plan, self.texts = plan, tuple(texts)
        self.present: dict[Identity, Present] = {}
        self.confirmed: list[Item] | None = None
        verb, count = plan.verb, len(plan.things)
        action = session.account.catalogue.action(verb.action)
        many = f"{count} {plan.resource.one}{'s' if count != 1 else ''}"
        question = Question(
            title=f"{verb.label} {many}",
            verb=f"{verb.label} {many}",
            action=action,
            make=lambda answers, seen: self._items(answers)[0].planned,
            tier="type" if count > 1 else verb.tier,
            asks=verb.asks,
            warns=verb.warns,
            undo=verb.undo,
        )
        super().__init__(session, question)
        if count == 1:
            self.friction = friction(verb.tier, action.effect, session.profile.production)

    @property
    def word(self) -> str:
        return f"{self.session.profile.name}:{len(self.plan.things)}"

    def targets(self) -> ComposeResult:
        yield ThingTable(id="targets")

    def on_mount(self) -> None:
        table = self.query_one("#targets", ThingTable)
        table.can_focus = not self.query(Input)
        names = [name_of(self.plan.resource, thing) for thing in self.plan.things]
        table.set_columns(
            [
                TableColumn("name", plural(self.plan), rank=0, width=named(names, self.app.size.width)),
                TableColumn("now", "NOW", rank=0, widest=24),
                TableColumn("note", "", rank=1, widest=80),
            ],
            kinds={},
        )
        for number, text in enumerate(self.texts):
            if boxes := self.query(f"#ask-{number}"):
                boxes.first(Input).value = text
        super().on_mount()
        if not self.query(Input):
            table.focus()

    def answered(self) -> tuple[str, ...]:
        """The answers as they were typed, for a dialog that asks the same again."""
        return tuple(self.query_one(f"#ask-{n}", Input).value for n in range(len(self.question.asks)))

    # Looking again.

    async def _look_now(self) -> bool:
        before = self.present
        self.looking = True
        self._draw()
        try:
            self.present = await read_again(
                self.session.account, self.plan.resource, self.plan.verb, self.plan.things
            )
        finally:
            self.looking = False
        self.looked_at = self.session.now()
        self._draw()
        after = self.present
        return bool(before) and any(before[one].same_as != after[one].same_as for one in after)

    # Drawing.

    def _fit(self) -> None:
        if not self.is_attached:
            return
        facts, trouble = self.query_one("#facts", LinesView), self.query_one("#trouble", LinesView)
        below = len(self.query(".ask")) + min(6, trouble.virtual_size.height) + 1
        room = max(2, self.size.height - 2 - below - min(TARGETS, 1 + len(self.plan.things)))
        facts.styles.max_height = room
        self._answer(scrolls=True)

    def _draw(self) -> None:
        if not self.is_attached:
            return
        self.query_one("#targets", ThingTable).show([self._row(*one) for one in self._targets()])
        super()._draw()

    def _targets(self) -> list[tuple[Thing, tuple[Thing, ...]]]:
        """Each target with those that its call names besides."""
        return [(thing, call) for call in self.plan.calls for thing in call]

    def _row(self, thing: Thing, call: tuple[Thing, ...]) -> Row:
        now = self.present.get(thing.identity)
        notes = [thing.region] if thing.region else []
        if thing is not call[0]:
            notes.append(f"one call with {name_of(self.plan.resource, call[0])}")
        if now is not None and now.changed:
            notes.append("changed since it was shown")
        for member in self.plan.verb.replaces.values():
            notes.append(f"until {self._shown(thing, member)}")
        if now is not None and now.others:
            notes.append(f"reaches also {', '.join(now.others)}")
        state = Cell("reading…", None, "unknown") if now is None else _cell(now.state.word, now.state.tone)
        return Row(
            thing.identity,
            (_cell(name_of(self.plan.resource, thing)), state, _cell("; ".join(notes))),
        )

    def _shown(self, thing: Thing, member: str) -> str:
        reader = self.session.reader(self.plan.resource.id)
        cells = reader.cells(thing, self.session.now())
        columns = self.plan.resource.columns
        return next((cells[n].text for n, column in enumerate(columns) if column.path == member), "")

    def _looked(self) -> list[Line]:
        made: list[Line] = []
        plan = self.plan
        if self.looking and not self.present:
            made.append(line(("now       ", "label"), ("reading all of them again…", "unknown")))
        calls = len(plan.calls)
        if plan.shared and plan.verb.batch:
            text = f"{calls} call{'s' if calls > 1 else ''}: what is in one call may be refused together"
            made.append(line((f"! {text}", "warn")))
        elif plan.shared:
            extra = len(plan.things) - calls
            names = ", ".join(str(call[0].identity.key[-1]) for call in plan.shared[:3])
            text = (
                f"{calls} calls: {names} is named by {extra + len(plan.shared)} of them, one call reaches all"
            )
            made.append(line((f"! {text}", "warn")))
        others = sorted({name for now in self.present.values() for name in now.others})
        if others:
            made.append(
                line((f"! {len(others)} not among them are reached too: ", "warn"), ", ".join(others))
            )
        changed = sum(now.changed for now in self.present.values())
        unread = sum(now.error is not None for now in self.present.values())
        if changed:
            words = "is not as it was shown" if changed == 1 else "are not as they were shown"
            made.append(line((f"! {changed} {words}", "warn")))
        if unread:
            made.append(line((f"! {unread} could not be read again", "bad")))
        for thing, why in plan.left_out:
            made.append(line(("left out  ", "label"), f"{'/'.join(thing.identity.key)} {why}"))
        return made

    def _call_text(self) -> str:
        items = self._items(self._answers(quiet=True))
        planned = items[0].planned
        shown = mask(self.session.account.catalogue, planned.action.parameters, planned.params)
        text = f"{planned.action.name} {json.dumps(shown, ensure_ascii=False, default=str)}"
        return text if len(items) == 1 else f"{text} and {len(items) - 1} more like it"

    def action_page(self, pages: int) -> None:
        self.query_one("#targets", ThingTable).action_page(pages)
        self.query_one("#facts", LinesView).action_scroll_to_page(pages)

    # Answering.

    def _items(self, answers: Mapping[str, Any]) -> list[Item]:
        return calls_of(self.session.account, self.plan, self.present, answers, operator=operator())

    async def _go(self, answers: Mapping[str, Any]) -> None:
        if self.session.client.read_only:
            self._say("read-only: nothing can be sent; Ctrl+R on the list lifts it where the profile allows")
            return
        items = self._items(answers)
        catalogue, now = self.session.account.catalogue, self.session.client.service_time()
        for item in items:
            if wrong := check(catalogue, item.planned.action, item.planned.params, now):
                self._say(f"{item.name}: {wrong[0]}")
                return
        if (trouble := self.session.guard.check()) is not None:
            self._say(f"nothing is sent that can't be put on record: {trouble}")
            return
        self.texts, self.confirmed = self.answered(), items
        self.dismiss(None)


def named(names: Sequence[str], screen: int) -> int:
    """Cells for the targets' names: whole, as long as their state has its place beside them."""
    return max(16, min(max((width(name, screen) for name in names), default=16), screen - STATE_ROOM))


def plural(plan: Plan) -> str:
    return f"{plan.resource.one.upper()}S"


def _cell(text: str, tone: str = "") -> Cell:
    return Cell(text, text, tone)


TONES = {
    "pending": "off",
    "sent": "unknown",
    "accepted": "warn",
    "effective": "ok",
    "no effect": "bad",
    "refused": "bad",
    "not sent": "bad",
    "unknown": "bad",
    "cancelled": "off",
}
TICK = 0.25
"""Seconds between two drawings of a run under way."""


class RunScreen(Screen[None]):
    """Shows a run; it goes on when this is left, and is shown again by the palette."""

    DEFAULT_CSS = """
    RunScreen { layout: vertical; }
    RunScreen #head, RunScreen #keys { background: $panel; }
    RunScreen #message { padding: 0 1; max-height: 4; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", id="run.back"),
        Binding("x", "stop", "stop sending", id="run.stop"),
        Binding("R", "retry", "retry the refused", id="run.retry"),
        Binding("u", "undo", "undo the accepted", id="run.undo"),
        Binding("e", "export('csv')", "CSV", id="run.csv"),
        Binding("m", "export('md')", "Markdown", id="run.markdown"),
        Binding("c", "copy", "copy", id="run.copy"),
    ]

    def __init__(
        self,
        session: Session,
        run: Run,
        *,
        again: Callable[[Run, Sequence[Item]], None],
        undo: Callable[[Run, Sequence[Item]], None] | None,
        export: Callable[[Run, str], str],
    ) -> None:
        super().__init__()
        self.session, self.run = session, run
        self._again, self._undo, self._export = again, undo, export
        self._drawn = -1
        self.said = ""

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield Bar(id="progress")
        yield ThingTable(id="table")
        yield Lines(id="message")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        table = self.query_one("#table", ThingTable)
        # Those of a batch have room for it too where they are told of one by one by now.
        several = self.run.verb.batch is not None
        names = [
            f"{name_of(self.run.resource, thing)}{' +9' if several or item.with_ else ''}"
            for item in self.run.items
            for thing in (item.things if several else item.things[:1])
        ]
        table.set_columns(
            [
                TableColumn("name", "TARGET", rank=0, width=named(names, self.app.size.width)),
                TableColumn("stage", "OUTCOME", rank=0, widest=12),
                TableColumn("note", "SEEN", rank=1, widest=60),
                TableColumn("request", "REQUEST ID", rank=2, widest=40),
            ],
            kinds={},
        )
        table.focus()
        self.set_interval(TICK, self._tick)
        self._draw()

    def _called(self, item: Item) -> str:
        return name_of(self.run.resource, item.thing)

    def _tick(self) -> None:
        if self._drawn != self.run.version:
            self._draw()

    def _draw(self) -> None:
        run = self.run
        self._drawn = run.version
        self.query_one("#table", ThingTable).show(
            [
                Row(
                    item.thing.identity,
                    (
                        _cell(
                            f"{self._called(item)} +{len(item.things) - 1}"
                            if item.with_
                            else self._called(item)
                        ),
                        _cell(item.stage, TONES[item.stage]),
                        _cell(item.note),
                        _cell(item.request_id),
                    ),
                )
                for item in run.items
            ]
        )
        left = run.counts["pending"] + run.counts["sent"]
        done = len(run.items) - left
        state = "ended" if run.ended.is_set() else "stopping" if run.stopped else "running"
        if run.ended.is_set() and run.stopped:
            state = run.stopped
        profile = self.session.profile.name
        self.query_one("#head", Bar).say(
            [(f" {run.verb.label} {run.size}: {state} ", "bold"), (f" profile {profile}", "")]
        )
        cells = max(10, min(30, self.size.width // 4))
        filled = cells * done // max(1, len(run.items))
        bar = "#" * filled + "." * (cells - filled)
        self.query_one("#progress", Bar).say([(f" [{bar}] {summary(run)}", "")])
        self._draw_message()
        self.query_one("#keys", Bar).say(*self._keys())

    def _keys(self) -> tuple[list[Piece], list[Piece]]:
        run = self.run
        named: list[tuple[str, str]] = []
        if not run.ended.is_set():
            named += [("x", "stop sending"), ("Esc", "leave it running")]
        else:
            if refused := len(run.of(RETRYABLE)):
                named.append(("R", f"retry {refused}"))
            if self._undo is not None and (done := len(run.of(DONE))):
                named.append(("u", f"undo {done}"))
            named += [("e", "CSV"), ("m", "Markdown"), ("Esc", "back")]
        return [(" ", ""), *key_pieces(named)], []

    def _draw_message(self) -> None:
        lines: list[Piece] = []
        if self.run.journal_trouble is not None:
            lines.append((f"! NOT ALL IS ON RECORD: {self.run.journal_trouble}", "bold"))
        if self.said:
            lines.append((self.said, "bold"))
        if (item := self.item) is not None:
            also = f" with {item.with_}" if item.with_ else ""
            code = f" {item.code}" if item.code else ""
            request = f", RequestId {item.request_id}" if item.request_id else ""
            lines.append((f"{self._called(item)}{also}: {item.stage}{code}; {item.note}{request}", ""))
        self.query_one("#message", Lines).say(lines)

    @property
    def item(self) -> Item | None:
        """What the cursor is on."""
        cursor = self.query_one("#table", ThingTable).cursor
        return next((item for item in self.run.items if item.thing.identity == cursor), None)

    @on(ThingTable.CursorMoved)
    def _moved(self) -> None:
        self._draw_message()

    def say(self, text: str) -> None:
        """Something to be told; it stays until the next."""
        self.said = text
        self._draw_message()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_stop(self) -> None:
        if self.run.ended.is_set() or self.run.sent.is_set():
            self.say("everything has been sent")
            return
        self.run.stop()
        self.say("nothing more is sent; what is under way comes to its end")
        self._draw()

    def action_retry(self) -> None:
        self._when_ended(self.run.of(RETRYABLE), "nothing was refused", self._again)

    def action_undo(self) -> None:
        if self._undo is None:
            self.say(f"nothing undoes {self.run.verb.label.lower()}")
        else:
            self._when_ended(self.run.of(DONE), "nothing was accepted", self._undo)

    def _when_ended(
        self, items: Sequence[Item], none: str, do: Callable[[Run, Sequence[Item]], None]
    ) -> None:
        if not self.run.ended.is_set():
            self.say("the run is under way; x stops it")
        elif not items:
            self.say(none)
        else:
            do(self.run, items)

    def action_export(self, kind: str) -> None:
        self.say(self._export(self.run, kind))

    def action_copy(self) -> None:
        if (item := self.item) is not None:
            text = item.request_id or item.name
            self.app.copy_to_clipboard(text)
            self.say(f"copied {text}")
