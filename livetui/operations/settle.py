"""Unknown outcomes, looked up until they are settled.

What was sent and never answered is in the journal as an open record, whoever was at the keyboard then. The
signs of its verb are read again: once they say that it took effect, or still say that it did not long after
it was sent, that goes on record. What nothing can tell any more stays listed as unknown.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from livetui.operations.effect import Case, Sleep, Verdict, Watcher
from livetui.operations.guard import Guard
from livetui.operations.journal import JournalUnavailable, Record, pair, read
from livetui.operations.undo import subject
from livetui.resources.model import Book, Resource, Verb
from livetui.settings.credentials import masked_id
from livetui.settings.profiles import DEMOS
from livetui.watch.gather import Account
from livetui.watch.things import Thing

LATEST = timedelta(seconds=90)
"""How long a request may be under way, and what it brought about take to show."""
EVERY = 10.0
"""Seconds between looks at what is still open, at first."""
SLOWEST = 300.0


@dataclass(frozen=True, slots=True)
class Opened:
    """An open record, and what it is about as far as the book knows it."""

    record: Record
    resource: Resource | None = None
    verb: Verb | None = None
    thing: Thing | None = None
    why: str = ""
    """Why it can't be looked up; empty where it can."""


def verb_of(book: Book, action: str, params: Mapping[str, object]) -> tuple[Resource, Verb] | None:
    """The verb that a journalled call was made by: the action's, with what the verb fixes."""
    for resource in book.resources.values():
        for verb in resource.verbs:
            named = {verb.action, verb.batch.action if verb.batch else verb.action}
            if action in named and all(params.get(k) == v for k, v in verb.fixed.items()):
                return resource, verb
    return None


def open_records(account: Account, records: Sequence[Record], flying: Iterable[str] = ()) -> list[Opened]:
    """The profile's open records, oldest first; those still under way somewhere are not open yet."""
    busy = set(flying)
    later: dict[str, set[str]] = {}
    made = []
    for record in reversed(records):
        actions = later.setdefault(_about(record), set())
        before = frozenset(actions)
        if record.perhaps_done:
            actions.add(record.intent.action)
        intent = record.intent
        if not record.open or intent.id in busy or intent.service != account.catalogue.service:
            continue
        if intent.profile != account.profile:
            continue
        if intent.profile in DEMOS and intent.account != masked_id(account.client.account):
            continue  # each demo is an account of its own, which has ended with it
        if record.outcome is None and _under_way(account, record):
            continue
        made.append(_opened(account, record, _superseded(record, before)))
    return made[::-1]


def _opened(account: Account, record: Record, superseded: bool) -> Opened:
    intent = record.intent
    found = verb_of(account.book, intent.action, intent.params)
    if found is None or not found[1].signs:
        return Opened(record, why="nothing tells its effect")
    if found[1].batch is not None and len(intent.target) > 1:
        return Opened(record, why="done to several at once: their list shows which are left")
    if superseded:
        return Opened(record, why="the same thing was acted on again since")
    data = next((one for one in intent.target if isinstance(one, Mapping)), {})
    resource, verb = found
    thing = subject(account, resource, verb, intent.params, intent.region, data)
    return Opened(record, resource, verb, thing)


def _about(record: Record) -> str:
    """What a record is about; a ban is about a name, wherever that is pushed."""
    intent = record.intent
    name = intent.params.get("StreamName") or json.dumps(intent.target, sort_keys=True, default=str)
    return f"{intent.profile} {intent.region} {name}"


def _superseded(record: Record, later: frozenset[str]) -> bool:
    """Whether something done since makes the record's effect impossible to see."""
    intent = record.intent
    return bool(later & {intent.action, intent.undo} if intent.undo else later)


def _under_way(account: Account, record: Record) -> bool:
    """Whether another livetui on this host may still be waiting for the answer."""
    intent = record.intent
    if intent.pid == os.getpid():
        # Ours would be in `flying`; a former process may have had the same number.
        return False
    if account.now() - intent.at > LATEST or not intent.who.user.endswith(f"@{socket.gethostname()}"):
        return False
    try:
        os.kill(intent.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Settler:
    """Looks up the open records of one profile in the background."""

    def __init__(
        self,
        guard: Guard,
        *,
        told: Callable[[Opened, Verdict], None] = lambda opened, verdict: None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.guard, self._told, self._sleep = guard, told, sleep
        self.open: list[Opened] = []
        """What is unknown as of the last look."""
        self.looked: Callable[[Settler], None] = lambda settler: None
        """Called after each look."""
        self.resting = False
        """Whether a look is over and the next one has not begun."""
        self._poked = asyncio.Event()
        self._watchers: dict[str, Watcher] = {}

    def poke(self) -> None:
        """Look soon: an outcome has become unknown."""
        self._poked.set()

    async def run(self) -> None:
        """Until cancelled. Raises nothing for a journal or a cloud that can't be read: it looks again."""
        wait = EVERY
        while True:
            self._poked.clear()
            settled = await self.once()
            wait = EVERY if settled else min(wait * 1.5, SLOWEST)
            await self._rest(wait if any(not one.why for one in self.open) else None)

    async def once(self) -> int:
        """One look at everything open; returns how many were settled."""
        self.open = await asyncio.to_thread(self._read)
        groups: dict[tuple[str, str], list[Opened]] = {}
        for one in self.open:
            if one.resource is not None and one.verb is not None:
                groups.setdefault((one.resource.id, one.verb.id), []).append(one)
        settled: list[Opened] = []
        for (resource, verb), several in groups.items():
            settled += await self._look(f"{resource}.{verb}", several)
        self.open = [one for one in self.open if one not in settled]
        self.looked(self)
        return len(settled)

    def _read(self) -> list[Opened]:
        try:
            records = pair(read(self.guard.journal.path))
        except OSError:
            # The journal pane and the next write say so; there is nothing to be settled meanwhile.
            return []
        return open_records(self.guard.account, records, frozenset(self.guard.flying))

    async def _look(self, name: str, several: Sequence[Opened]) -> list[Opened]:
        account = self.guard.account
        cases = []
        for one in several:
            assert one.thing is not None
            cases.append(Case(one.thing, one.record.intent.params, one.record.intent.at))
        verb = several[0].verb
        assert verb is not None
        watcher = self._watchers.setdefault(name, Watcher(account, verb))
        settled = []
        for one, verdict in zip(several, await watcher.look(cases), strict=True):
            late = account.now() - one.record.intent.at > LATEST
            if verdict.answer == "unknown" or (verdict.answer == "no" and not late):
                continue
            try:
                await asyncio.to_thread(
                    self.guard.journal.settled,
                    one.record.intent.id,
                    verdict.answer == "yes",
                    message=verdict.text,
                    request_id=verdict.request_id,
                )
            except JournalUnavailable:
                continue
            settled.append(one)
            self._told(one, verdict)
        return settled

    async def _rest(self, seconds: float | None) -> None:
        """Until it is time, or poked; None waits for a poke alone."""
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._poked.wait())]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._nap(seconds)))
        self.resting = not self._poked.is_set()
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.resting = False
            for wait in waits:
                wait.cancel()

    async def _nap(self, seconds: float) -> None:
        await self._sleep(seconds)
