"""Keys in the order they were typed, each one done before the next is looked at.

On a slow line several keys arrive at once. The toolkit sends all of them to what has the focus at that
moment: in `/drop` the `d` would reach the list before the filter's line is open, and a verb's key would act
on the thing that the cursor was on before the `j` typed ahead of it. Here a key waits until the one before
it has been handled, and until what that one opened has the focus. A yes typed before a dialog was there to
be read does not count.

Keys are not kept for ever: what an operator types while nothing comes may be meant for what they look at,
or for what they wait for. After a while it is given up and they are told; no other screen gets it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import Worker

from livetui.console.collector import COLLECTOR
from livetui.console.table.steps import ASKED

ReturnType = TypeVar("ReturnType")

PATIENCE = 5.0
"""Seconds that a key may take until those typed after it are given up."""
DOINGS = frozenset({"act", ASKED})
"""Groups of the workers that keys start: a verb's, and what goes through all rows of a list."""
LOOK = 0.005
"""Seconds between looks whether what a key opened is there."""


class KeysInOrder(App[ReturnType]):
    """An app whose keys and pastes are handled one after the other.

    `seconds` is the clock that patience goes by.
    """

    def __init__(self, *args: Any, seconds: Callable[[], float] = time.monotonic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seconds = seconds
        self._typed: deque[events.Key | events.Paste] = deque()
        self._handling = False
        """A key is under way."""
        self._handled = False
        """It has been answered; what it opened may still be to come."""
        self._handed_on = 0.0
        """When, by `seconds`."""
        self._late = False
        """It takes longer than anybody's patience."""
        self._lost = 0
        """Keys that were given up for it."""
        self._before: tuple[list[Screen[Any]], frozenset[Worker[Any]]] = ([], frozenset())
        """The screens, the one in front last, and the doings under way when the key was handed on."""
        self._watch: asyncio.TimerHandle | None = None

    def tell(self, text: str, style: str = "") -> None:
        """Say something to the operator."""

    @property
    def keys_wait(self) -> bool:
        """Whether a key is under way or waits for its turn."""
        return self._handling or bool(self._typed)

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        COLLECTOR.typed()
        if self._late and isinstance(event, events.Key) and event.key == "escape" and not self._opened:
            self._stop()
        else:
            self._typed.append(event)
            if self._late:
                self._give_up()
            elif not self._handling:
                await self._take()

    async def _take(self) -> None:
        while self._typed:
            event = self._typed.popleft()
            if isinstance(event, events.Key) and self._too_early(event):
                continue
            self._handling, self._handled, self._handed_on = True, False, self.seconds()
            self._before = (list(self.screen_stack), frozenset(self._doings()))
            self._watch = asyncio.get_running_loop().call_later(LOOK, self._look)
            await super().on_event(event)
            # Twice: the second time behind what was posted by those that took the key.
            start = self.focused or self.screen
            self._climb(start, partial(self._climb, start, self._done))
            return

    def _too_early(self, event: events.Key) -> bool:
        """Whether it is a yes to a dialog that was not there yet when it was typed."""
        shown_at = getattr(self.screen, "shown_at", None)
        return shown_at is not None and event.time < shown_at and event.key in ("y", "ctrl+y")

    def _climb(self, node: DOMNode | None, then: Callable[[], None]) -> None:
        """Follow the key on its way up, behind it in every queue, to where it is done."""
        if node is None or isinstance(node, App) or not node.call_later(self._climb, node.parent, then):
            then()

    def _done(self) -> None:
        # What its action has put off comes first: a focus that changes is put off once.
        self.call_later(self.call_later, self._answered)

    def _answered(self) -> None:
        self._handled = True
        if self._is_open():
            self._next()

    def _look(self) -> None:
        """Whether what the key opened is there by now, or is not going to be in time."""
        if not self._handling or not self.is_running:
            return
        if self._handled and self._is_open():
            self._next()
            return
        if not self._late and self.seconds() - self._handed_on > PATIENCE:
            self._late = True
            self._give_up()
        self._watch = asyncio.get_running_loop().call_later(LOOK, self._look)

    def _is_open(self) -> bool:
        """Whether the screen in front is ready to be typed to."""
        screen, there = self.screen, self._before[0]
        if (not self._opened and self._begun()) or not screen.is_mounted:
            return False
        return screen in there[-1:] or screen.focused is not None or not screen.focus_chain

    @property
    def _opened(self) -> bool:
        """Whether a screen is in front that was not there before the key."""
        return self.screen not in self._before[0]

    def _doings(self) -> list[Worker[Any]]:
        """What keys have begun and is not over: each opens a dialog or a form in a moment."""
        return [worker for worker in self.workers if worker.group in DOINGS and not worker.is_finished]

    def _begun(self) -> list[Worker[Any]]:
        """What the key under way has begun."""
        return [worker for worker in self._doings() if worker not in self._before[1]]

    def _next(self) -> None:
        if not self._handling:
            return
        if self._watch is not None:
            self._watch.cancel()
        self._handling = self._late = False
        if self._lost:
            self.tell(f"{self._given_up} while this was on its way", "bold")
            self._lost = 0
        if self._typed:
            self.call_later(self._take)

    # What takes too long.

    def _give_up(self) -> None:
        self._lost += len(self._typed)
        self._typed.clear()
        if self._lost and not self._opened:
            self.tell(f"{self._given_up}: what was asked before is not there yet; Esc stops it", "bold")

    @property
    def _given_up(self) -> str:
        return "1 key was given up" if self._lost == 1 else f"{self._lost} keys were given up"

    def _stop(self) -> None:
        """Nothing has been sent so far: that takes a dialog, which has not opened."""
        for worker in self._begun():
            worker.cancel()
        self._lost = 0
        self._next()
        self.tell("stopped; nothing was sent", "bold")
