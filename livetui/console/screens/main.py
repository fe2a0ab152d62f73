"""The console's one list screen: panes, tabs, the table, and what is known of its freshness."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from livetui.console import around, finding, keys, rows, views
from livetui.console.collector import COLLECTOR
from livetui.console.finding import FilterBox, Trail
from livetui.console.session import Session
from livetui.console.table import Left, TableRow, ThingTable
from livetui.console.table.steps import MANY
from livetui.console.widgets.bars import Bar, Lines
from livetui.resources.model import Resource, Verb
from livetui.resources.union import ON_AIR
from livetui.watch.cells import Reader, span
from livetui.watch.things import Identity, Snapshot, Thing

TICK = 5.0
"""Seconds between two looks at the clock: ages are shown in steps of 5 s."""

READING = "reading…"
"""Said when a reading was asked for, until it has come."""


class MainScreen(Screen[None]):
    """One resource at a time; knows no service by name."""

    DEFAULT_CSS = """
    MainScreen { layout: vertical; }
    MainScreen #filter { height: 1; border: none; padding: 0 1; display: none; background: $surface; }
    MainScreen #filter.-open { display: block; }
    MainScreen #notices { padding: 0 1; max-height: 6; }
    MainScreen #message { padding: 0 1; max-height: 3; }
    MainScreen #head, MainScreen #status { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = keys.LIST_KEYS

    def __init__(self, session: Session, resource_id: str = "streams") -> None:
        super().__init__()
        self.notices, self.said = Lines(id="notices"), Lines(id="message")
        self._begin(session, resource_id)

    def _begin(self, session: Session, resource_id: str) -> None:
        """Nothing is known yet of the session's lists."""
        self.session = session
        self.resource: Resource = session.resource(resource_id)
        self.message: tuple[str, str] = ("", "")
        """(text, style) of the last thing said to the operator; stays until the next."""
        self._last_in_pane: dict[str, str] = {}
        self._trail = Trail()
        self._left: dict[str, Left] = {}
        """Resource id -> how its table was left: marks and cursor survive a look at another pane."""
        self._taken_up = False
        """Whether the table is as it was left."""
        self._table_of = ""
        self._shown: Snapshot | None = None
        """What the table was last given."""
        self._drawn = asyncio.Event()
        self._drawn.set()
        self._drawing: Snapshot | None = None
        """What the table is about to be given."""

    @cached_property
    def filter_box(self) -> FilterBox:
        return FilterBox(id="filter")

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield Bar(id="panes")
        yield Bar(id="tabs")
        yield ThingTable(id="table")
        yield Bar(id="status")
        yield Bar(id="keys")

    @property
    def table(self) -> ThingTable:
        return self.query_one("#table", ThingTable)

    def take_up(self, session: Session) -> None:
        """Another account, on the same list; of what was its alone nothing stays."""
        self.remember()
        self.workers.cancel_node(self)
        window = self.session.window
        window.told = lambda resource_id, snapshot: None
        wanted, left = self.resource.id, self.table.left
        self._begin(session, wanted if wanted in session.book.resources else window.home)
        if window.is_union(wanted):
            self._left[wanted] = left  # its things are the same, whoever is in front
        window.told = self._told
        self.go(self.resource.id)

    def renew(self) -> None:
        """What the window holds is other than before: the panes, and the list of all sources."""
        window = self.session.window
        self._trail.keep(window.book.resources)
        marks = [mark for mark in self.table.marks if isinstance(mark, Identity)]
        self.table.mark([mark for mark in marks if mark.profile not in window.profiles], False)
        if self.resource.id not in window.book.resources:
            self.go(window.home)
        elif window.is_union(self.resource.id):
            message = self.message
            self._turn_to(self.resource.id)
            self.say(*message)
        else:
            self.draw_bars()

    def on_mount(self) -> None:
        self.session.window.told = self._told
        self.set_interval(TICK, self._tick)
        self.call_after_refresh(self._complete)
        self.go(self.resource.id)
        self.table.focus()

    def _complete(self) -> None:
        """What has nothing to show in the first frame does not hold it up."""
        self.mount(self.notices, self.filter_box, self.said, before="#status")

    # -- going somewhere ---------------------------------------------------------------------------

    def go(self, resource_id: str) -> None:
        """Show another resource; the one left stops polling and keeps what it knew."""
        self._turn_to(resource_id)
        self._start_polling()

    def _turn_to(self, resource_id: str) -> None:
        self.remember()
        if self._table_of and self._taken_up:
            self._left[self._table_of] = self.table.left
        self._trail.visit(resource_id)
        self.resource = self.session.resource(resource_id)
        self.session = self.session.of(self.resource)
        self._last_in_pane[self.session.book.pane_of(resource_id).id] = resource_id
        self._set_up_table()
        self.message = ("", "")
        self._draw(self.session.poller(resource_id).snapshot)

    def go_pane(self, pane_id: str) -> None:
        pane = next(one for one in self.session.book.panes if one.id == pane_id)
        last = self._last_in_pane.get(pane_id, "")
        self.go(last if last in pane.resources else pane.resources[0])

    def action_tab(self, step: int) -> None:
        tabs = self.session.book.pane_of(self.resource.id).resources
        self.go(tabs[(tabs.index(self.resource.id) + step) % len(tabs)])

    def _set_up_table(self) -> None:
        self._shown = self._drawing = None
        self._drawn.set()
        self._taken_up = False
        self.workers.cancel_group(self, "draw")
        finding.give_up(self)
        views.set_up(self.table, self.resource, views.view(self.session, self.resource))
        self._table_of = self.resource.id

    def remember(self) -> None:
        """Keep the pane's sort and filter for the next time."""
        if self._table_of:
            views.remember(self.session, self.resource, self.table)

    def action_visited(self, step: int) -> None:
        finding.visited(self, self._trail, step)

    # -- polling -----------------------------------------------------------------------------------

    def _start_polling(self) -> None:
        self.run_worker(
            self.session.poller(self.resource.id).run(), group="poll", exclusive=True, exit_on_error=True
        )

    def on_screen_suspend(self) -> None:
        """A covered pane does not poll."""
        self.workers.cancel_group(self, "poll")

    def on_screen_resume(self) -> None:
        if self._table_of:
            self._start_polling()

    def _told(self, resource_id: str, snapshot: Snapshot) -> None:
        of_all = self.session.window.is_union(self.resource.id) and resource_id in ON_AIR
        if (resource_id == self.resource.id or of_all) and self.standing:
            poller = self.session.poller(self.resource.id)
            if self.message[0] == READING and not poller.reading:
                self.message = ("", "")
            self._draw(poller.snapshot)

    def _tick(self) -> None:
        if (off := self.session.mind_the_clock()) is not None:
            way = "forward" if off.total_seconds() > 0 else "back"
            by = span(abs(off.total_seconds()))
            self.say(f"this machine's clock was set {way} by {by}; ages are kept by the time that passed")
            self.poke()
        self._draw(self.session.poller(self.resource.id).snapshot)

    def poke(self) -> None:
        """Something was done: what is shown is read again, what is hidden counts as old."""
        for session in self.session.window.sessions.values():
            for poller in session.pollers.values():
                poller.expire()
        self.session.poller(self.resource.id).poke()

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(self, snapshot: Snapshot) -> None:
        reader = self.session.reader(self.resource.id)
        # Ages of what the service dates go by its clock, whatever the one here is set to.
        reader.now = self.session.client.service_time()
        if snapshot is self._shown or snapshot is self._drawing:
            self.table.retell()
        elif len(snapshot.things) > MANY:
            self._drawing = snapshot
            self._drawn.clear()
            self.run_worker(self._draw_many(reader, snapshot), group="draw", exclusive=True)
        else:
            self._show(snapshot, rows.made(reader, snapshot, self.table.row_of))
        self._freshness(snapshot)

    async def _draw_many(self, reader: Reader, snapshot: Snapshot) -> None:
        made = await rows.made_in_slices(reader, snapshot, self.table.row_of)
        before = list(self.table.rows)
        await self.table.show_by_slices(made)
        self._now_shown(snapshot)
        self._freshness(snapshot)
        self.run_worker(rows.let_go(before), group="let go")

    def _show(self, snapshot: Snapshot, made: Sequence[TableRow]) -> None:
        self.table.show(made)
        self._now_shown(snapshot)

    def _now_shown(self, snapshot: Snapshot) -> None:
        self._shown, self._drawing = snapshot, None
        self._drawn.set()
        if not self._taken_up and snapshot.read is not None:
            self._taken_up = True
            if (left := self._left.get(self.resource.id)) is not None:
                self.table.restore(left)
                if marks := finding.said_of_marks(self.table):
                    self.say(marks)
        COLLECTOR.read(self.table.total_count)

    def _freshness(self, snapshot: Snapshot) -> None:
        self.table.dim = snapshot.error is not None
        self.draw_bars()

    def draw_bars(self) -> None:
        """Everything around the table, from what is known now."""
        around.draw(self)

    def on_resize(self) -> None:
        if self.standing:
            self.draw_bars()

    def say(self, text: str, style: str = "") -> None:
        """Tell the operator something; it stays on the status line until the next."""
        self.message = (text, style)
        if self.standing:
            self.draw_bars()

    @property
    def standing(self) -> bool:
        """Whether there is something to draw on: news may come while the console is being taken down."""
        return self.is_attached and bool(self.query("#keys"))

    # -- the thing under the cursor ----------------------------------------------------------------

    @property
    def thing(self) -> Thing | None:
        """The thing that a key acts on; None when the cursor is on nothing that is there."""
        identity = self.table.cursor
        if not isinstance(identity, Identity) or not self.table.armed:
            return None
        snapshot = self.session.poller(self.resource.id).snapshot
        return None if identity in snapshot.gone else snapshot.things.get(identity)

    @property
    def noun(self) -> Resource:
        """What the thing under the cursor is: in a list of all sources, its own list's noun."""
        thing = self.thing
        if thing is None or thing.identity.kind == self.resource.id:
            return self.resource
        return self.session.of(thing).account.book.resources[thing.identity.kind]

    @on(ThingTable.CursorMoved)
    @on(ThingTable.MarksChanged)
    def _cursor_moved(self) -> None:
        self.draw_bars()

    @on(ThingTable.Sorted)
    def _sorted(self) -> None:
        self.say(finding.said_of_sorting(self.table))

    @on(ThingTable.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        if (thing := self.thing) is not None:
            from livetui.console.screens import detail

            detail.show(self, self.noun, thing)
        else:
            self.say("nothing is under the cursor", "bold")

    def action_raw(self) -> None:
        if self.session.window.is_union(self.noun.id):
            self.say("each source has replies of its own: y shows those of the row under the cursor", "bold")
            return
        from livetui.console import replies

        session = self.session if self.thing is None else self.session.of(self.thing)
        replies.show(self, session, self.noun)

    def action_copy(self) -> None:
        if (thing := self.thing) is not None:
            text = "/".join(thing.identity.key)
            self.app.copy_to_clipboard(text)
            self.say(f"copied {text}")

    def action_edit(self) -> None:
        if self.noun.edit is None:
            self.say(f"no action edits a {self.noun.one}; Enter shows what can be edited of it", "bold")
        elif (thing := self.thing) is not None:
            from livetui.console import filling

            filling.edit(self, self.noun, thing)
        else:
            self.say("nothing is under the cursor", "bold")

    def action_create(self) -> None:
        if self.noun.create:
            from livetui.console import filling

            filling.create(self, self.noun, self.thing)
        else:
            self.say(f"no action makes a {self.noun.one}", "bold")

    def on_key(self, event: events.Key) -> None:
        if self.focused is self.table and keys.declared(self, {event.key, event.character}):
            event.stop()

    def action_undo(self) -> None:
        from livetui.console import undoing

        undoing.undo(self)

    def action_paste(self) -> None:
        from livetui.console import bulk

        bulk.paste(self)

    def act(self, verb: Verb) -> None:
        """Start a verb on what is marked, or else on the thing under the cursor."""
        if self.table.marks:
            from livetui.console import bulk

            bulk.act_on_marks(self, verb)
            return
        thing = self.thing
        if thing is None:
            self.say(
                f"{verb.label}: nothing is under the cursor; move to a {self.resource.one} first", "bold"
            )
            return
        noun, state = self.noun, self.session.reader(self.resource.id).state(thing).word
        if verb.states and state not in verb.states:
            self.say(f"{verb.label} is for {' or '.join(verb.states)}; this {noun.one} is {state}", "bold")
            return
        from livetui.console import acting

        acting.act(self, noun, verb, thing)

    # -- filter, refresh, pause --------------------------------------------------------------------

    def action_filter(self) -> None:
        if not self.filter_box.is_attached:
            self.call_after_refresh(self.action_filter)
            return
        finding.open_box(self)
        self._read_through()

    @work(group=finding.SEARCH, exclusive=True)
    async def _read_through(self) -> None:
        """Done while the operator still thinks of what to type."""
        await rows.read_through(self.table.rows)

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        if self.filter_box.open:
            finding.typed(self, event.value)

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        finding.submitted(self)

    @on(FilterBox.Save)
    def _save_filter(self) -> None:
        finding.submitted(self, then=lambda: self.call_later(self.app.run_action, "palette('save-filter ')"))

    def action_back(self) -> None:
        finding.back(self)

    def action_match(self, step: int) -> None:
        finding.step(self, step)

    def action_columns(self) -> None:
        from livetui.console.screens.columns import ColumnsScreen

        self.app.push_screen(
            ColumnsScreen(self.session, self.resource, self.table), lambda _: self.remember()
        )

    def action_refresh_now(self) -> None:
        self.session.poller(self.resource.id).poke()
        self.say(READING)

    def action_pause(self) -> None:
        paused = not self.session.poller(self.resource.id).paused
        self.session.window.paused = paused
        for session in self.session.window.sessions.values():
            for poller in session.pollers.values():
                poller.paused = paused
        if not paused:
            self.session.poller(self.resource.id).poke()
        self.say("polling paused; p goes on" if paused else "polling again")

    async def shown(self) -> None:
        """Waits until the rows of the last reading are in the table."""
        await self._drawn.wait()

    @work
    async def follow(self, resource_id: str, key: tuple[str, ...]) -> None:
        """Go to a resource and put the cursor on the thing of that key once it has been read."""
        self.go(resource_id)
        poller = self.session.poller(resource_id)
        if poller.snapshot.read is None:
            await poller.once()
        await self.shown()
        for identity in poller.snapshot.things:
            if identity.key == key and finding.show_thing(self, identity):
                return
        self.say(f"{'/'.join(key)} is not in {self.resource.title}", "bold")
