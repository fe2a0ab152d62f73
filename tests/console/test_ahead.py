"""Keys that arrive together, as they do on a slow line, do what they would have done one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from emulated import Served
from opened import Console, opened
from textual import events
from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widget import Widget

from livetui.console.ahead import PATIENCE, KeysInOrder
from livetui.watch.things import Thing


def burst(console: Console | Desk, *keys: str) -> None:
    """All keys in one read of the terminal."""
    named = {" ": "space", ":": "colon", "/": "slash", "-": "minus", "\r": "enter", "<": "less_than_sign"}
    named |= {">": "greater_than_sign", "=": "equals_sign"}
    for key in keys:
        char = key if len(key) == 1 else None
        console.app.post_message(events.Key(named.get(key, key), char))


async def test_a_verb_acts_on_what_the_keys_before_it_moved_to(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        things = console.lists.table
        await console.press("g")
        burst(console, "j", "j", "j", "d")
        await console.goes("ConfirmScreen")
        name = things.cursor_row
        assert name is not None and things.cursor_line == 3
        await console.shows(f"Drop stream {'/'.join(name.identity.key)}")  # type: ignore[attr-defined]


async def test_marks_made_in_the_same_breath_are_what_is_acted_on(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g")
        burst(console, " ", "j", " ", "j", "j", " ", "f", *"1h\rrights of others\rdemo:3\r")
        await console.goes("BulkConfirmScreen")
        await console.shows("Forbid 3 streams", '"Reason": "rights of others"')
        values = [box.value for box in console.app.screen.query("Input")]  # type: ignore[attr-defined]
        assert values == ["1h", "rights of others", "demo:3"]
    assert not emulator.calls("ForbidLiveStream")


async def test_a_filter_typed_ahead_reaches_its_line_and_no_verb(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        burst(console, *"/fud\r")
        await console.until(lambda: console.lists.table.filter_text == "fud", "the filter")
        await console.pilot.pause()
        assert console.app.screen is console.lists


async def test_the_palette_takes_what_is_typed_ahead(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        burst(console, *":streams forbidden\r")
        await console.until(lambda: console.lists.resource.id == "forbidden", "gone there")


async def test_a_yes_typed_before_the_dialog_was_there_does_not_count(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("g")
        burst(console, "d", "y", "ctrl+y", "y")
        await console.goes("ConfirmScreen")
        await console.shows("state now: active")
        assert "!" not in console.app.screen.query_one("#trouble").lines  # type: ignore[attr-defined]
        await console.press("y")
        await console.goes("MainScreen")
    assert len(emulator.calls("DropLiveStream")) == 1


async def test_keys_of_panes_and_verbs_keep_their_order(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        burst(console, "1", "2", "tab")
        await console.until(lambda: console.lists.resource.id == "forbidden", "the tab of pane 2")


# What does not come.


class Box(Widget, can_focus=True):
    """Notes the keys that reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.got = ""

    def on_key(self, event: events.Key) -> None:
        event.stop()
        self.got += event.character or f"<{event.key}>"
        if event.key == "d":
            self.run_worker(self.app.asked(), group="act")  # type: ignore[attr-defined]
        elif event.key == "m":
            self.app.push_screen(Dialog())


class Dialog(ModalScreen[None]):
    """A screen that can be typed to once `Patient.ready` is set."""

    AUTO_FOCUS: ClassVar[str] = ""

    def compose(self) -> ComposeResult:
        yield Box()

    async def on_mount(self) -> None:
        self.run_worker(self._open())

    async def _open(self) -> None:
        await self.app.ready.wait()  # type: ignore[attr-defined]
        self.query_one(Box).focus()


class Patient(KeysInOrder[None]):
    """`d` asks for something and opens a dialog with what came, `m` opens one that is slow to come up."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked_for, self.ready = asyncio.Event(), asyncio.Event()
        self.said: list[str] = []
        super().__init__(seconds=lambda: self.now)

    def compose(self) -> ComposeResult:
        yield Box()

    def tell(self, text: str, style: str = "") -> None:
        self.said.append(text)

    async def asked(self) -> None:
        await self.asked_for.wait()
        self.ready.set()
        await self.push_screen_wait(Dialog())


class Desk:
    def __init__(self, app: Patient, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not true():
                await self.pilot.pause(0.001)

    def got(self, number: int) -> str:
        """What reached the app's own screen (0), or the dialog on it (1)."""
        return self.app.screen_stack[number].query_one(Box).got

    async def runs_out_of_patience(self) -> None:
        self.app.now += PATIENCE + 0.1
        await self.until(lambda: self.app._late)


async def test_a_dialog_that_comes_in_time_gets_what_was_typed_for_it() -> None:
    app = Patient()
    async with app.run_test() as pilot:
        desk = Desk(app, pilot)
        burst(desk, *"xd12")
        await desk.until(lambda: desk.got(0) == "xd")
        app.now += PATIENCE - 0.1
        await pilot.pause(0.02)
        assert desk.got(0) == "xd" and app.keys_wait
        app.asked_for.set()
        await desk.until(lambda: not app.keys_wait)
        assert desk.got(1) == "12" and desk.got(0) == "xd" and not app.said


async def test_keys_typed_for_what_does_not_come_reach_no_screen_and_that_is_said() -> None:
    app = Patient()
    async with app.run_test() as pilot:
        desk = Desk(app, pilot)
        burst(desk, *"dyn")
        await desk.until(lambda: desk.got(0) == "d")
        await desk.runs_out_of_patience()
        assert app.said == ["2 keys were given up: what was asked before is not there yet; Esc stops it"]
        burst(desk, "y")
        await desk.until(lambda: app.said[-1].startswith("3 keys were given up"))
        app.asked_for.set()
        await desk.until(lambda: len(app.screen_stack) == 2 and not app.keys_wait)
        assert app.said[-1] == "3 keys were given up while this was on its way"
        burst(desk, "z")
        await desk.until(lambda: desk.got(1) == "z")
        assert desk.got(0) == "d"


async def test_escape_stops_what_does_not_come_and_keys_go_on_where_one_is() -> None:
    app = Patient()
    async with app.run_test() as pilot:
        desk = Desk(app, pilot)
        burst(desk, *"dy")
        await desk.until(lambda: desk.got(0) == "d")
        await desk.runs_out_of_patience()
        burst(desk, "escape", *"jk")
        await desk.until(lambda: desk.got(0) == "djk")
        assert app.said[-1] == "stopped; nothing was sent"
        app.asked_for.set()
        await pilot.pause()
        assert len(app.screen_stack) == 1


async def test_a_screen_that_is_slow_to_open_gets_nothing_typed_before_it_was_there() -> None:
    app = Patient()
    async with app.run_test() as pilot:
        desk = Desk(app, pilot)
        burst(desk, *"my")
        await desk.until(lambda: len(app.screen_stack) == 2)
        await desk.runs_out_of_patience()
        burst(desk, "escape", "y")
        await pilot.pause(0.02)
        assert not app.said, "there is no screen yet to say it on"
        app.ready.set()
        await desk.until(lambda: app.said)
        assert app.said == ["3 keys were given up while this was on its way"]
        assert desk.got(0) == "m" and desk.got(1) == ""
        burst(desk, "z")
        await desk.until(lambda: desk.got(1) == "z")


async def test_the_console_says_that_keys_were_given_up(
    emulator: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked, placed = 0.0, asyncio.Event(), asyncio.Event()

    async def hangs(account: object, verb: object, things: list[Thing]) -> list[Thing]:
        asked.set()
        await placed.wait()
        return things

    monkeypatch.setattr("livetui.console.acting.placed", hangs)
    async with opened(emulator, tmp_path) as console:
        await console.press("g")
        cursor = console.lists.table.cursor
        console.app.seconds = lambda: now
        burst(console, *"djy")
        await console.until(asked.is_set, "asked")
        now += PATIENCE + 0.1
        await console.shows("2 keys were given up", "Esc stops it")
        placed.set()
        await console.goes("ConfirmScreen")
        await console.shows("state now")
        assert console.lists.message[0] == "2 keys were given up while this was on its way"
        await console.press("escape")
        await console.goes("MainScreen")
        assert console.lists.table.cursor == cursor
    assert not emulator.calls("DropLiveStream")
