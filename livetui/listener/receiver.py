"""The listener as an ASGI application: POST on any path, one event message in each body.

A good one is put on disk, shown, and answered `{"code":0}`; a repeated one only answered. What cannot be
put on disk is answered 500, so that the cloud sends it again; what is no event, 4xx with a code other than 0.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from starlette.types import Receive, Scope, Send

from livetui.listener.messages import MOST_BYTES, Refused, believed, public, repeat_key
from livetui.settings.events import EventsUnavailable, Kept
from livetui.settings.listeners import Listener

MOST_DRAINED = 16 << 20
"""Bytes of too long a body that are read for the sender's sake: he hears the answer when he has sent all."""
PATIENCE = 20.0
"""Seconds that a sender has for his body."""
_GOOD = {"code": 0}


class Store(Protocol):
    """Where events are put on disk."""

    def add(self, kept: Kept) -> bool:
        """False for one that is there already. Raises EventsUnavailable."""


class Receiver:
    """Takes messages in one after the other, whoever sends them at once, and keeps count."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        *,
        id: str,
        key: str | None,
        profile: str = "",
        show: Callable[[Kept], None] = lambda kept: None,
        warn: Callable[[str], None] = lambda text: None,
        patience: float = PATIENCE,
    ) -> None:
        """`key` None: signatures are not looked at. `show` gets each event once, when it is on disk; `warn`
        is told when events cannot be kept, and when they can again.
        """
        self._store, self._now, self._key, self._profile = store, now, key, profile
        self._show, self._warn, self._patience = show, warn, patience
        self._turn = asyncio.Lock()
        self._failing = False
        self._counts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._begun = Listener(id, "", now(), now(), profile, key is not None)
        self.nobody_reads = asyncio.Event()
        """Set when `show` found its output closed: there is no use in listening on."""

    def told(self, url: str, *, ended: bool = False) -> Listener:
        """What the listener says of itself now."""
        return replace(
            self._begun,
            url=url,
            at=self._now(),
            ended=ended,
            received=self._counts["received"],
            repeated=self._counts["repeated"],
            unkept=self._counts["unkept"],
            refused=dict(self._refused),
        )

    @property
    def changes(self) -> int:
        """Goes up with every count."""
        return self._counts.total() + self._refused.total()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await self._body(scope, receive)
            if body is None:
                return
            async with self._turn:
                status, told = await asyncio.to_thread(self._take, body)
        except Refused as refused:
            self._refused[refused.reason] += 1
            status, told = refused.status, {"code": refused.status, "message": refused.why}
        await _send(send, status, told)

    async def _body(self, scope: Scope, receive: Receive) -> bytes | None:
        """The body, or None when the sender left before it was all there. Raises Refused."""
        if scope["method"] != "POST":
            raise Refused("method", 405, "event messages come by POST")
        body, length, more = b"", 0, True
        try:
            async with asyncio.timeout(self._patience):
                while more and length <= MOST_DRAINED:
                    part = await receive()
                    if part["type"] == "http.disconnect":
                        return None
                    length += len(part.get("body", b""))
                    if length <= MOST_BYTES:
                        body += part.get("body", b"")
                    more = part.get("more_body", False)
        except TimeoutError:
            raise Refused("too slow", 408, f"the body took over {self._patience:g} s") from None
        if length > MOST_BYTES:
            raise Refused("too long", 413, f"the body is over {MOST_BYTES:,} bytes")
        return body

    def _take(self, body: bytes) -> tuple[int, dict[str, object]]:
        """(HTTP status, answer) for a body, when what it tells is on disk and shown. Raises Refused."""
        at = self._now()
        message = believed(body, self._key, at)
        kept = Kept(repeat_key(message), at, self._profile, public(message))
        try:
            fresh = self._store.add(kept)
        except EventsUnavailable as error:
            self._counts["unkept"] += 1
            if not self._failing:
                self._warn(f"{error}; events are answered 500, so that the cloud sends them again")
            self._failing = True
            return 500, {"code": 500, "message": "the event could not be kept; send it again"}
        if self._failing:
            self._warn("events are kept again")
        self._failing = False
        self._counts["received" if fresh else "repeated"] += 1
        if fresh:
            try:
                self._show(kept)
            except BrokenPipeError:
                self.nobody_reads.set()
        return 200, dict(_GOOD)


async def _send(send: Send, status: int, told: dict[str, object]) -> None:
    """Answers; whoever was refused may have more to say, which nobody would read."""
    body = json.dumps(told, separators=(",", ":")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status != 200:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
