"""Keys in the order they were typed, each one done before the next is looked at.

On a slow line several keys arrive at once. The toolkit sends all of them to what has the focus at that
moment: in `/drop` the `d` would reach the list before the filter's line is open, and a verb's key would act
on the thing that the cursor was on before the `j` typed ahead of it. Here a key waits until the one before
it has been handled, and until what that one opened has the focus. A yes typed before a dialog was there to
be read does not count.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

ReturnType = TypeVar("ReturnType")

PATIENCE = 2.0
"""Seconds after which the next key goes on whatever became of the one before."""
DOING = "act"
"""Group of the workers that a verb's key starts."""
LOOK = 0.005
"""Seconds between looks whether what a key opened is there."""


class KeysInOrder(App[ReturnType]):
    """An app whose keys and pastes are handled one after the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._typed: deque[events.Key | events.Paste] = deque()
        self._handling = False
        self._before: tuple[Screen[Any] | None, frozenset[int]] = (None, frozenset())
        """The screen in front and the doings under way when the key was handed on."""
        self._late: asyncio.TimerHandle | None = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._typed.append(event)
            if not self._handling:
                await self._take()
        else:
            await super().on_event(event)

    async def _take(self) -> None:
        while self._typed:
            event = self._typed.popleft()
            if isinstance(event, events.Key) and self._too_early(event):
                continue
            self._handling = True
            self._before = (self.screen, frozenset(self._doings()))
            self._late = asyncio.get_running_loop().call_later(PATIENCE, self._next)
            await super().on_event(event)
            self._climb(self.focused or self.screen)
            return

    def _too_early(self, event: events.Key) -> bool:
        """Whether it is a yes to a dialog that was not there yet when it was typed."""
        shown_at = getattr(self.screen, "shown_at", None)
        return shown_at is not None and event.time < shown_at and event.key in ("y", "ctrl+y")

    def _climb(self, node: DOMNode | None) -> None:
        """Follow the key on its way up, behind it in every queue, to where it is done."""
        if not isinstance(node, App) and node is not None and node.call_later(self._climb, node.parent):
            return
        # What its action has put off comes first: a focus that changes is put off once.
        self.call_later(self.call_later, self._settled)

    def _settled(self) -> None:
        if self._is_open():
            self._next()
        elif self._handling:
            asyncio.get_running_loop().call_later(LOOK, self._look_again)

    def _look_again(self) -> None:
        if self._handling and not self.call_later(self._settled):
            self._next()

    def _is_open(self) -> bool:
        """Whether the screen in front is ready to be typed to."""
        screen = self.screen
        before, doings = self._before
        if screen is before and any(one not in doings for one in self._doings()):
            return False
        if not screen.is_mounted:
            return False
        return screen is before or screen.focused is not None or not screen.focus_chain

    def _doings(self) -> list[int]:
        """What keys have begun and is not over: each opens a dialog or a form in a moment."""
        return [id(worker) for worker in self.workers if worker.group == DOING and not worker.is_finished]

    def _next(self) -> None:
        if not self._handling:
            return
        if self._late is not None:
            self._late.cancel()
        self._handling = False
        if self._typed:
            self.call_later(self._take)
