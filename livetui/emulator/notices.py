"""Sends the account's event messages to the URLs of its callback templates, as the cloud does.

A message goes out when the account's clock has reached what it tells of. Unless it is answered `{"code":0}`
it goes out again, three times, a minute apart (Event Message Notification / Notification Reliability).

Only URLs on this machine are sent to: the seeded templates and whatever is typed into a demo name hosts of
other people, who did not ask for invented events. An emulator that is exposed on purpose sends anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from livetui.catalogue.mask import url as masked_url
from livetui.emulator.css.occurrences import (
    INTERRUPTION,
    PUSH,
    RECORDING,
    SCREENSHOT,
    Occurrence,
    occurrences,
)
from livetui.emulator.css.schedule import moment, second
from livetui.signing import md5

if TYPE_CHECKING:
    import httpx

    from livetui.emulator.account import Account

URLS = {
    PUSH: "StreamBeginNotifyUrl",
    INTERRUPTION: "StreamEndNotifyUrl",
    RECORDING: "RecordNotifyUrl",
    SCREENSHOT: "SnapshotNotifyUrl",
}
GOOD_FOR = 600
"""Seconds from its first sending until a message expires."""
TRIES = 4
APART = 60
"""Seconds from one try to the next."""
PATIENCE = 5.0
"""Seconds for one answer, of which so many bytes are read."""
MOST_ANSWER = 64 << 10
MOST_WAITING = 1000
"""Messages that wait for their next try; of more the oldest are given up."""
LONGEST_LEAP = 3600
"""Seconds of the past that are told of when the clock was moved on by more."""
TICK = 1.0
"""Seconds of the machine between two looks."""
AT_ONCE = 8


@dataclass(slots=True)
class Notice:
    """One message to one URL; the same bytes at each try."""

    url: str
    stream: str
    kind: int
    body: bytes
    due: int
    """When it is sent next, in UNIX seconds of the account's clock."""
    made: int
    tries: int = 0
    state: str = "waiting"
    """waiting, answered, or given up."""

    def settle(self, answered: bool, at: int) -> None:
        """Count a try made at that time."""
        self.tries += 1
        self.due = at + APART
        if answered:
            self.state = "answered"
        elif self.tries == TRIES:
            self.state = "given up"

    def shown(self) -> dict[str, Any]:
        return {
            "time": moment(self.made).isoformat(),
            "url": masked_url(self.url),
            "stream": self.stream,
            "event_type": self.kind,
            "tries": self.tries,
            "state": self.state,
        }


class Notices:
    """What is to be told of an account, and to whom."""

    def __init__(self, account: Account, *, anywhere: bool = False) -> None:
        """`anywhere`: also to other machines."""
        self.anywhere = anywhere
        self.log: deque[Notice] = deque(maxlen=MOST_WAITING)
        """The latest messages, sent or not, oldest first."""
        self._account = account
        self._turn = asyncio.Lock()
        self._begin()

    def _begin(self) -> None:
        """Anew, as of when the account was drawn: before that nobody is told anything."""
        self.log.clear()
        self._drawn = self._account.made
        self._seen = second(self._drawn)
        self._told: set[tuple[Any, ...]] = set()

    async def run(self, closing: asyncio.Event) -> None:
        """Looks and sends until told to end."""
        while not closing.is_set():
            await self.due()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), TICK)

    async def due(self) -> None:
        """Notices what has happened up to now, and sends what is due."""
        async with self._turn:
            if self._drawn is not self._account.made:
                self._begin()
            at = second(self._account.clock.now())
            self._notice(at)
            waiting = [one for one in self.log if one.state == "waiting" and one.due <= at]
            if waiting:
                await self._send(waiting, at)

    def _notice(self, at: int) -> None:
        if at < self._seen:
            # The clock was put back: what was told then is not told again.
            self._seen, self._told = at, set()
        found: list[Occurrence] = []
        if domains := self._domains():
            found = occurrences(self._account, domains, max(self._seen, at - LONGEST_LEAP), at)
        elif "streams" in vars(self._account):
            self._account.streams.index.stirred.clear()
        fresh = [one for one in found if one.name not in self._told]
        for one in fresh:
            self._queue(one, at)
        # What happens later in this second is still to be told, and this not once more.
        told = self._told if at == self._seen else set()
        self._told = told | {one.name for one in fresh if one.at == at}
        self._seen = at

    def _domains(self) -> set[str]:
        """Push domains with a callback rule that leads to a URL that may be sent to."""
        if not self.anywhere and "families" not in vars(self._account):
            return set()  # nobody has touched them yet, and the seeded ones all lead elsewhere
        family = self._account.families.callback
        reached = {
            id
            for id, template in family.templates.items()
            if any(self._may_send(template[name]) for name in URLS.values())
        }
        return {rule.domain for rule in family.rules if rule.template in reached}

    def _may_send(self, url: str) -> bool:
        return bool(url) and (self.anywhere or on_this_machine(url))

    def _queue(self, one: Occurrence, at: int) -> None:
        family = self._account.families.callback
        rule = family.governing(*one.key)
        if rule is None:
            return
        template = family.templates[rule.template]
        url = template[URLS[one.kind]]
        if self._may_send(url):
            body = _signed(one.message, template["CallbackKey"], at + GOOD_FOR)
            self.log.append(Notice(url, one.key.name, one.kind, body, at, at))

    async def _send(self, waiting: list[Notice], at: int) -> None:
        """Several streams' at once, but each stream's one after the other."""
        import httpx

        turn = asyncio.Semaphore(AT_ONCE)
        by_stream: dict[str, list[Notice]] = {}
        for one in waiting:
            by_stream.setdefault(one.stream, []).append(one)

        async def send(notices: list[Notice]) -> None:
            async with turn:
                for one in notices:
                    one.settle(await _answered(client, one), at)

        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            await asyncio.gather(*map(send, by_stream.values()))


def on_this_machine(url: str) -> bool:
    """Whether a URL's host is loopback, told by the text alone: a name could be anybody's tomorrow."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _signed(message: Mapping[str, Any], key: str, expires: int) -> bytes:
    """The body of a message; an account without a callback key signs nothing."""
    sign = {"sign": md5.sign(key, expires)} if key else {}
    return json.dumps({**message, "t": expires, **sign}, ensure_ascii=False).encode()


async def _answered(client: httpx.AsyncClient, one: Notice) -> bool:
    """Sends it; whether the answer is the one that the documents ask for."""
    import httpx

    headers = {"content-type": "application/json"}
    answer = b""
    try:
        async with client.stream("POST", one.url, content=one.body, headers=headers) as reply:
            async for part in reply.aiter_bytes():
                answer += part
                if len(answer) > MOST_ANSWER:
                    return False
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return reply.status_code == 200 and _says_received(answer)


def _says_received(answer: bytes) -> bool:
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and type(told.get("code")) is int and told["code"] == 0
