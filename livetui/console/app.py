"""The Textual application: holds the session and the screens, and what every screen may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from livetui.console import leaving, record, telling
from livetui.console.ahead import KeysInOrder
from livetui.console.crash import DiscreetApp
from livetui.console.screens.main import MainScreen
from livetui.console.session import Session
from livetui.settings import Profile

if TYPE_CHECKING:
    from livetui.console.screens.palette import Entry


class LivetuiApp(KeysInOrder[int], DiscreetApp[int]):
    """One window on one account.

    `greeting` is said first, where there is something to say; `painted` is called after the first frame.
    `left` is how a console before it was cut off.
    """

    TITLE = "livetui"
    ENABLE_COMMAND_PALETTE = False
    COMMAND_PALETTE_BINDING = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", "quit", id="app.quit", show=False, priority=True),
    ]
    CSS = """
    Screen { background: $background; }
    ModalScreen { background: transparent; }
    """

    def __init__(
        self,
        session: Session,
        *,
        start: str = "streams",
        greeting: str = "",
        painted: Callable[[], None] = lambda: None,
        left: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.animation_level = "none"
        self._start, self._greeting, self._painted = start, greeting, painted
        self._list: MainScreen | None = None
        self._left = left or {}
        self.cut_off: int | None = None
        """The exit code, once the console is ended from outside."""
        self.completed = asyncio.Event()
        """Set once the services that waited at the start have joined."""
        self.opened: dict[str, Profile] = {}
        """Profiles that were open in this window before, by name."""

    def get_default_screen(self) -> Screen[Any]:
        """The list screen itself: no empty one is styled and painted beneath it."""
        self._list = MainScreen(self.session, self._start)
        return self._list

    def on_mount(self) -> None:
        self.set_keymap(dict(self.session.profile.keys))
        self.call_after_refresh(self._on_screen)

    def _on_screen(self) -> None:
        """Once the first frame is painted: whatever need not be there before it."""
        self._begin()
        self.run_worker(leaving.take_up(self, self._left), group="left")
        if self._greeting:
            self.tell(self._greeting, "bold")
        if not self.is_headless:
            leaving.Watch(self).begin()
        self._painted()

    def _begin(self) -> None:
        """What a session does by itself once its lists are on the screen."""
        self.complete()
        self.session.painted.set()
        self.run_worker(record.watch(self, self.session), group="record")

    async def alone(self) -> None:
        """Leave every screen but the list: they show what is about to be another account's."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    def take_up(self, session: Session) -> None:
        """Another account in front, on the list that is shown."""
        for group in ("record", "left"):
            self.workers.cancel_group(self, group)
        self.session = session
        self.set_keymap(dict(session.profile.keys))
        self.lists.take_up(session)
        self._begin()

    async def close(self, sessions: Sequence[Session]) -> None:
        """End what goes on for these, which the window has let go of, and their connections."""
        for session in sessions:
            self.opened[session.profile.name] = session.profile
            for worker in [one for one in self.workers if one.name == session.named]:
                worker.cancel()
        await asyncio.gather(*(session.client.aclose() for session in sessions))

    def complete(self) -> None:
        """What the window's profiles do by themselves once their lists can be on the screen."""
        self.run_worker(self._complete(), group="complete")

    async def _complete(self) -> None:
        """The connections, the profiles' further services, and what is unknown of each of them."""
        window = self.session.window
        await self.session.client.warm()
        if window.waiting:
            why = await window.completed()
            self.lists.renew()
            for said in why:
                self.tell(said, "bold red")
        self.completed.set()
        # What settling needs is imported where it holds no key.
        await asyncio.to_thread(import_module, "livetui.console.after")
        for session in window.sessions.values():
            if session.settler is None:
                self._settle(session)

    def _settle(self, session: Session) -> None:
        from livetui.console import after

        self.run_worker(after.settle(self, session), group="settle", name=session.named)

    def draw_bars(self) -> None:
        """What stands around the list has news."""
        if self.lists.standing:
            self.lists.draw_bars()

    async def on_unmount(self) -> None:
        await self.session.window.aclose()

    @property
    def lists(self) -> MainScreen:
        """The list screen, which lies under every other."""
        if self._list is None:
            raise RuntimeError("the console has not started yet")
        return self._list

    def tell(self, text: str, style: str = "") -> None:
        """Say something to the operator, on the list screen and on the one in front of it."""
        self.lists.say(text, style)
        say = getattr(self.screen, "say", None)
        if say is not None and self.screen is not self.lists:
            say(text)

    def poke(self) -> None:
        """Something was changed from here: read again what is shown."""
        self.lists.poke()

    def action_palette(self, text: str = "") -> None:
        from livetui.console import entries
        from livetui.console.screens.palette import PaletteScreen

        made = [*self._entries(), *entries.standing_entries(self)]
        self.push_screen(PaletteScreen(made, offers=entries.offers(self), text=text))

    def _entries(self) -> list[Entry]:
        from livetui.console.screens.palette import Entry

        session, lists = self.session, self.lists
        made: list[Entry] = []
        thing, noun = lists.thing, lists.noun
        for verb in noun.verbs if thing is not None else ():
            about = f"{telling.name_of(noun, thing)}  {verb.action}" if thing else ""
            made.append(Entry(verb.label.lower(), about, partial(lists.act, verb), 3.0))
        for pane in session.book.panes:
            for ident in pane.resources:
                title = session.resource(ident).title
                name = pane.title.lower() if pane.title.lower() == title else f"{pane.title.lower()} {title}"
                made.append(Entry(name, f"pane {pane.key}", partial(lists.go, ident), 2.0))
        made += [
            Entry("paste a list", "a verb over streams by their names, one a line", lists.action_paste, 1.2),
            Entry("undo", self._last_deed(), lists.action_undo, 1.1),
            *self._run_entries(),
            Entry("errors", "past errors with their RequestIds", self.action_troubles, 1.0),
            Entry("help", "the keys of this pane", self.action_help, 1.0),
            Entry("read-only", "switch writes off or on", self.action_read_only, 1.0),
            Entry("pause", "stop or go on polling", lists.action_pause, 1.0),
            Entry("quit", "leave livetui", self.action_leave, 0.5),
        ]
        catalogues = {one.service: one.account.catalogue for one in session.siblings}
        for call in session.memory.recent_calls(session.profile.name):
            if call.service in catalogues and call.action in catalogues[call.service]:
                about = ", ".join(f"{name}={value}" for name, value in call.params.items())[:60]
                again = partial(self._run_action, call.service, call.action, call.params)
                made.append(Entry(f"again {call.action}", about, again, 0.3))
        for service, catalogue in catalogues.items():
            said = f"{service}: " if len(catalogues) > 1 else ""
            made += [
                Entry(name, f"{said}{about}", partial(self._run_action, service, name))
                for name, about in catalogue.summaries()
            ]
        return made

    def _last_deed(self) -> str:
        deeds = self.session.deeds
        return f"the last: {deeds[-1].what}" if deeds else "nothing to undo so far"

    def _run_entries(self) -> list[Entry]:
        """The bulk runs of this session, the newest first."""
        if not self.session.runs:
            return []
        from livetui.console import bulk
        from livetui.console.screens.palette import Entry
        from livetui.operations.results import summary

        return [
            Entry(
                f"bulk run: {run.verb.label.lower()}", summary(run), partial(bulk.show, self.lists, run), 1.3
            )
            for run in reversed(self.session.runs)
        ]

    def _run_action(self, service: str, name: str, params: Mapping[str, Any] | None = None) -> None:
        from livetui.console import filling

        action = self.session.of(service).account.catalogue.action(name)
        filling.run_action(self.lists, action, params)

    def action_help(self) -> None:
        from livetui.console.help import help_lines
        from livetui.console.screens.texts import TextScreen

        lines = help_lines(self.session.of(self.lists.resource), self.lists.noun, self.session.key_for)
        self.push_screen(TextScreen("keys", lines, hang=24))

    def action_troubles(self) -> None:
        from livetui.console.help import trouble_lines
        from livetui.console.screens.texts import TextScreen

        self.push_screen(TextScreen("past errors", trouble_lines(self.session)))

    def action_read_only(self) -> None:
        """Writes off always; on only where the profile allows it."""
        window = self.session.window
        sessions = window.sessions.values()
        fixed = ", ".join(dict.fromkeys(one.profile.name for one in sessions if not one.may_write))
        stays = f"profile {fixed} is read-only; its config decides that"
        if not all(session.client.read_only for session in sessions):
            window.write(False)
            self.tell("read-only: nothing can be changed from here")
        elif any(session.may_write for session in sessions):
            window.write(True)
            self.tell(f"writes are on; {stays}" if fixed else "writes are on")
        else:
            self.tell(stays, "bold")

    def action_leave(self) -> None:
        """Quit; asks only while a call is under way."""
        if why := self.busy():
            self.tell(why, "bold")
            return
        self.exit(0)

    def busy(self) -> str:
        """Why the session can't be left now; "" when it can."""
        if any(getattr(screen, "sending", False) for screen in self.screen_stack):
            return "a call is under way; its outcome comes in a moment"
        if any(not run.sent.is_set() and not run.ended.is_set() for run in self.session.runs):
            return "a bulk run is under way: x on its table stops it (: bulk run)"
        return ""
