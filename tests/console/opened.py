"""A console on an emulated account, for pilot and snapshot tests: frozen clock, folders of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from emulated import Served
from textual.app import _character_to_key
from textual.events import Key
from textual.pilot import Pilot

from livetui.client import Client
from livetui.console.app import LivetuiApp
from livetui.console.screens.main import MainScreen
from livetui.console.session import Session, open_session
from livetui.console.widgets.bars import Bar, Lines
from livetui.settings import Credential, Paths, Profile

LOCAL = timezone(timedelta(hours=1), "CET")
"""A zone that is neither UTC nor Beijing's: a mix-up of the two shows."""


def session_on(emulator: Served, folder: Path, **profile: Any) -> Session:
    """A session whose clock is the emulator's and which polls only when told."""
    made = Profile(
        **{
            "name": "demo",
            "credential": Credential(emulator.secret_id, emulator.secret_key),
            "endpoint": emulator.url,
            "poll_streams": 3600.0,
            "poll_others": 3600.0,
            **profile,
        }
    )
    places = Paths(config=folder / "config", state=folder / "state", cache=folder / "cache")
    return open_session(made, places, emulator.clock.now, zone=LOCAL)


class Console:
    """What a test does with a running console."""

    def __init__(self, app: LivetuiApp, pilot: Pilot[int], emulator: Served) -> None:
        self.app, self.pilot, self.emulator = app, pilot, emulator
        app.seconds = lambda: 0.0  # no key is given up because the machine is slow

    @property
    def session(self) -> Session:
        return self.app.session

    @property
    def client(self) -> Client:
        return self.session.client

    @property
    def lists(self) -> MainScreen:
        return self.app.lists

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Types without a pause between two characters: waiting for each costs 40 ms and more."""
        driver = self.app._driver
        assert driver is not None
        for char in text:
            driver.send_message(Key(char if char.isalnum() else _character_to_key(char), char))
        taken = asyncio.Event()
        self.app.call_later(taken.set)  # behind the last of them
        await self.until(lambda: taken.is_set() and not self.app.keys_wait, "typed")
        await self.pilot.pause()

    async def until(self, true: Callable[[], object], what: str = "") -> None:
        """Wait for the console to come to a state; fails after 30 s with what is on the screen."""
        try:
            async with asyncio.timeout(30):
                while not true():
                    await self.pilot.pause(0.01)
        except TimeoutError:
            raise AssertionError(f"never came: {what}\n{self.text}") from None

    async def read(self, resource_id: str) -> None:
        """Wait until the resource has been read once."""
        await self.until(
            lambda: (
                self.session.poller(resource_id).snapshot.read
                or self.session.poller(resource_id).snapshot.error
            ),
            f"{resource_id} read",
        )
        await self.pilot.pause()

    async def again(self) -> None:
        """Read the pane in view once more and wait for it."""
        poller = self.session.poller(self.lists.resource.id)
        before = poller.snapshot
        await self.press("r")
        await self.until(lambda: poller.snapshot is not before and not poller.reading, "read again")
        await self.pilot.pause()

    async def shows(self, *texts: str) -> None:
        """Wait until all these are on the screen."""
        await self.until(lambda: all(text in self.text for text in texts), " and ".join(texts))

    async def goes(self, screen: str) -> None:
        """Wait for a screen by its class name."""
        await self.until(lambda: type(self.app.screen).__name__ == screen, screen)
        await self.pilot.pause()

    @property
    def text(self) -> str:
        """The whole screen as text."""
        _, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines[:height])

    @property
    def said(self) -> str:
        return self.app.screen.query_one("#message", Lines).plain

    def bar(self, name: str) -> str:
        return self.app.screen.query_one(f"#{name}", Bar).plain


@asynccontextmanager
async def opened(
    emulator: Served,
    folder: Path,
    *,
    size: tuple[int, int] = (80, 24),
    start: str = "streams",
    **profile: Any,
) -> AsyncIterator[Console]:
    """A console at work on the emulated account, its first pane read."""
    app = LivetuiApp(session_on(emulator, folder, **profile), start=start)
    async with app.run_test(size=size) as pilot:
        console = Console(app, pilot, emulator)
        await console.read(start)
        yield console
